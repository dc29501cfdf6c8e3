"""Real processes on one database that the tests look at from outside; which platform they serve is their subclass's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

from tests.bot.program import environment
from tests.bot.started import Started, started

READY_SECONDS = 30.0
STOP_SECONDS = 40.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass(slots=True)
class Process:
    """One running `billhook`; what it logged is kept in a file."""

    popen: subprocess.Popen[bytes] | Started
    log: Path
    port: int = 0

    def kill(self) -> None:
        """SIGKILL: it has no moment left to tidy up in."""
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit code once it has drained."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(STOP_SECONDS)

    @property
    def text(self) -> str:
        return self.log.read_text()


@dataclass(slots=True, kw_only=True)
class House:
    """Processes that share one database. `pace` is what tests/workers/serving.py takes."""

    url: str
    folder: Path
    begin: str = "now"
    pace: str = "0.02"
    settings: Mapping[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)

    def given(self, port: int) -> Mapping[str, str]:
        """The platform's own part of the environment."""
        raise NotImplementedError

    def before(self, port: int) -> None:
        """What has to be done before a process is started at that port."""

    def ready(self, process: Process) -> None:
        """Waits for what the platform needs beyond the web app."""

    def lead_to(self, process: Process) -> None:
        """From now on what the platform brings comes to that process, as behind a load balancer."""
        raise NotImplementedError

    def serve(self, *flags: str, real: bool = False, anew: bool = False) -> Process:
        """Starts one more process and waits until it is ready. `real`: the command itself, without any test's help;
        `anew`: in a Python that has not imported anything yet.
        """
        port = free_port()
        self.before(port)
        command = (
            ("bot", "serve", *flags) if real else ("tests.workers.serving", self.begin, self.pace, *flags)
        )
        process = self._start([sys.executable, "-m", *command], port) if anew else self._copy(command, port)
        self.wait(process, lambda: is_ready(process.port), "readiness")
        self.ready(process)
        return process

    def worker(self, *other: str, real: bool = False) -> Process:
        """Starts one more worker. `other` is another module that runs one, with its arguments."""
        ours = other or ("tests.workers.serving", self.begin, self.pace, "--worker-alone")
        process = self._copy(("bot", "worker") if real else ours, 0)
        self.wait(process, lambda: "the worker has started" in process.text, "the worker's start")
        return process

    def _start(self, command: Sequence[str], port: int) -> Process:
        def begin(out: BinaryIO) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                command, cwd=self.folder, env=self._variables(port), stdout=out, stderr=out
            )

        return self._logged(begin, port)

    def _copy(self, command: Sequence[str], port: int) -> Process:
        """As _start with a module and its arguments, but Python has imported them already."""

        def begin(out: BinaryIO) -> Started:
            with Path(os.devnull).open("rb") as nothing:
                files = (nothing.fileno(), out.fileno(), out.fileno())
                return started(command[0], command[1:], self.folder, self._variables(port), files)

        return self._logged(begin, port)

    def _variables(self, port: int) -> dict[str, str]:
        given = {
            "DATABASE_URL": self.url, "PORT": str(port or free_port()), "LOG_FORMAT": "console",
            **self.given(port), **self.settings,
        }  # fmt: skip
        return environment(self.folder, given)

    def _logged(self, begin: Callable[[BinaryIO], subprocess.Popen[bytes] | Started], port: int) -> Process:
        log = self.folder / f"process-{len(self.processes)}.log"
        with log.open("wb") as out:
            process = Process(begin(out), log, port)
        self.processes.append(process)
        return process

    def wait(self, process: Process, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not true():
            assert process.popen.poll() is None, f"it ended before {what}: {process.text[-3000:]}"
            assert time.monotonic() < deadline, f"no {what}: {process.text[-3000:]}"
            time.sleep(0.02)

    def close(self) -> None:
        """Without an orderly end, which takes seconds: that is for tests that look at it, with Process.stop."""
        for process in self.processes:
            process.kill()

    @property
    def log(self) -> str:
        return "\n".join(process.text for process in self.processes)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


Some = TypeVar("Some", bound=House)


@contextmanager
def opened(house: Some) -> Iterator[Some]:
    """Closes every process in the end, and shows what they logged when a test fails."""
    try:
        yield house
    except BaseException:
        for place, process in enumerate(house.processes):
            sys.stderr.write(f"--- process {place}, pid {process.popen.pid}\n{process.text[-4000:]}\n")
        raise
    finally:
        house.close()
