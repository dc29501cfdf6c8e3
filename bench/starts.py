"""Goals 12 and 13: how fast and how small a fresh process is, from `--help` to the first reply of a chat."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.bench import Bench
from bench.measure import Contender, Goal, Row, in_turns, wall

_OURS = str(Path(sys.executable).with_name("billhook"))


@dataclass(frozen=True, slots=True)
class _Run:
    """One finished process: milliseconds until its first output and of processor time, and its largest memory."""

    first: float
    cpu: float
    megabytes: float


def _run(command: list[str], data: Path, typed: bytes = b"") -> _Run:
    # No setting of the person who runs this may reach the process, and the folder holds no .env.
    environment = {"PATH": os.environ.get("PATH", ""), "BILLHOOK_DATA_DIR": str(data), "LANG": "C.UTF-8"}
    start = wall()
    process = subprocess.Popen(
        command, cwd=data.parent, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(typed)
    process.stdin.flush()
    if not typed:
        process.stdin.close()
    process.stdout.read(1)
    first = wall() - start
    megabytes = _largest(process.pid)
    process.stdin.close()
    process.stdout.read()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return _Run(first * 1000, (used.ru_utime + used.ru_stime) * 1000, megabytes)


def _largest(process: int) -> float:
    """The kernel's own maximum also counts what the process was before it became this program, which is us."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


async def rows(bench: Bench) -> list[Row]:
    return [await _help(bench), *await _chat(bench)]


async def _help(bench: Bench) -> Row:
    data = bench.folder / "help"

    def taking(*command: str) -> Contender:
        async def once() -> float:
            return (await asyncio.to_thread(_run, list(command), data)).cpu

        return once

    ours, theirs = await in_turns(
        bench.rounds(40, 12), taking(_OURS, "--help"), taking(sys.executable, "-c", "import argparse")
    )
    return Row("billhook --help, CPU", "ms", ours, "python -c 'import argparse'", theirs, Goal(12, 2, 1.3))


async def _chat(bench: Bench) -> list[Row]:
    data = bench.folder / "chat"
    runs: dict[bool, list[_Run]] = {True: [], False: []}

    def first_reply(fresh: bool) -> Contender:
        async def once() -> float:
            if fresh:
                shutil.rmtree(data, ignore_errors=True)
            runs[fresh].append(await asyncio.to_thread(_run, [_OURS, "chat"], data, b"/help\n"))
            return runs[fresh][-1].first

        return once

    async def python() -> float:
        return (await asyncio.to_thread(_run, [sys.executable, "-c", "pass"], data)).first

    existing, new, bare = await in_turns(bench.rounds(12, 5), first_reply(False), first_reply(True), python)
    memory = [run.megabytes for run in runs[False]]
    return [
        Row("chat, first reply, wall", "ms", existing, "python -c pass", bare),
        Row("chat, first reply on a new database, wall", "ms", new, "python -c pass", bare),
        Row("chat, first reply, CPU of the process", "ms", [run.cpu for run in runs[False]]),
        Row("chat, largest memory", "MB", memory, "120 MB", [120.0] * len(memory), Goal(13, 1, 0.75)),
    ]
