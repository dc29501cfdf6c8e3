"""Programs that begin as a copy of tests/workers/stem.py: at once, where Python would first import for seconds."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import BinaryIO

from tests.bot.program import NONE, ROOT, environment

_READ_BY_IMPORTS = ("PYTHON", "SSL_CERT_")
_ASKING = threading.Lock()


class Started:
    """One running program; of subprocess.Popen what tests use."""

    def __init__(self, answers: socket.socket) -> None:
        self._answers = answers
        self._lines = answers.makefile("rb")
        self._ended = threading.Event()
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None
        threading.Thread(target=self._listen, name=f"process-{self.pid}", daemon=True).start()

    def _listen(self) -> None:
        with self._answers, self._lines:
            # Nothing is said of a process whose stem was killed beside it.
            self.returncode = int(self._lines.readline() or -signal.SIGKILL)
        self._ended.set()

    def poll(self) -> int | None:
        return self.returncode if self._ended.is_set() else None

    def wait(self, timeout: float | None = None) -> int:
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing to a process that has ended: its id may be another one's by now."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def started(
    module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], files: Sequence[int]
) -> Started:
    """What `python -m module arguments` is, in that folder and environment and with these three files open."""
    late = {name for name in environment if name.startswith(_READ_BY_IMPORTS)} - {"PYTHONPATH"}
    assert not late, f"{late} would be read while Python starts and imports, which is over"
    wanted = {
        "module": module, "arguments": list(arguments), "folder": str(folder), "environment": dict(environment),
    }  # fmt: skip
    ours, theirs = socket.socketpair()
    with theirs, _ASKING:
        socket.send_fds(_stem(), [json.dumps(wanted).encode() + b"\n"], [*files, theirs.fileno()])
    return Started(ours)


def billhook(
    folder: Path, *arguments: str, given: bytes = b"", settings: Mapping[str, str] = NONE
) -> subprocess.CompletedProcess[str]:
    """As tests.bot.program has it."""
    pipes = [os.pipe() for _file in range(3)]
    theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
    try:
        process = started("bot", arguments, folder, environment(folder, settings), theirs)
    finally:
        for file in theirs:
            os.close(file)
    with (
        open(pipes[0][1], "wb") as into,
        open(pipes[1][0], "rb") as out,
        open(pipes[2][0], "rb") as errors,
        ThreadPoolExecutor(2) as reading,
    ):
        said = [reading.submit(file.read) for file in (out, errors)]
        _feed(into, given)
        out_text, error_text = (one.result().decode() for one in said)
    return subprocess.CompletedProcess([*arguments], process.wait(60), out_text, error_text)


def _feed(into: BinaryIO, given: bytes) -> None:
    """It may have ended without reading everything."""
    with contextlib.suppress(BrokenPipeError):
        into.write(given)
        into.close()


@cache
def _stem() -> socket.socket:
    """Where copies are asked for; with this process, it ends."""
    ours, theirs = socket.socketpair()
    with theirs:
        stem = subprocess.Popen(
            [sys.executable, "-m", "tests.workers.stem", str(theirs.fileno())],
            cwd=ROOT, env=environment(ROOT), stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
        )  # fmt: skip

    def end() -> None:
        ours.close()
        stem.wait()

    atexit.register(end)
    return ours
