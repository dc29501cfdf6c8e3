"""A process that has imported all of Billhook, and waits: each program a test asks for begins as a copy of it.

python -m tests.workers.stem SOCKET, the number of an inherited one; tests/bot/started.py is its other end. A request
is one line of JSON with three open files: standard input, output and error. It is answered with the new process's id,
and once that process has ended with its return code as subprocess knows it; both are lines on a socket that comes
with the request, too. What the first message of each kind makes slow has been done once, too (practice.py), in a
folder that is gone: nothing is open and nothing runs when a copy is taken.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Any, TextIO

from tests.workers.practice import practise

IMPORTED = (
    "bot.console.chat", "bot.web.serve", "bot.worker", "bot.cli_database", "bot.cli_slack", "bot.cli_telegram",
    "bot.demo", "bot.doctor_slack", "bot.doctor_telegram", "core.documents.composition", "tests.workers.serving",
    "tests.faults.worker", "tests.faults.slack_worker", "tests.workers.claimer",
    # What the program itself, or a library, imports only where it is needed.
    "alembic.autogenerate", "alembic.command", "anyio._backends._asyncio", "babel.numbers", "bot.stripe.webhook",
    "bot.web.paid", "cryptography.fernet", "h11", "httpcore", "stdnum.bic", "stdnum.iban", "uvicorn.lifespan.on",
    "uvicorn.protocols.http.h11_impl",
)  # fmt: skip
_MOST_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class _Request:
    module: str
    arguments: list[str]
    folder: str
    environment: dict[str, str]
    files: list[int]
    """Standard input, output and error, and the socket for the answers."""


def _next(asking: socket.socket) -> _Request | None:
    """None when nobody asks any more."""
    told, files, _flags, _address = socket.recv_fds(asking, _MOST_BYTES, 4)
    while told and not told.endswith(b"\n"):
        told += asking.recv(_MOST_BYTES)
    if not told:
        return None
    wanted: dict[str, Any] = json.loads(told)
    return _Request(files=list(files), **wanted)


def _is_the_copy(request: _Request) -> bool:
    """True in the new process. Between it and the stem stands one that waits for its end and tells of it."""
    if os.fork():
        for file in request.files:
            os.close(file)
        return False
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    copy = os.fork()
    if not copy:
        return True
    answers = request.files[3]
    os.write(answers, f"{copy}\n".encode())
    for file in (0, 1, 2, *request.files[:3]):
        os.close(file)
    # Ctrl-C reaches the whole process group, and how the copy ends is still to be told.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _pid, status = os.waitpid(copy, 0)
    os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(request: _Request) -> None:
    """As if Python had been started so. Raises whatever ends the program."""
    for number in range(3):
        os.dup2(request.files[number], number)
    for file in request.files:
        os.close(file)
    # The stem's own know whether its files could be sought in.
    sys.stdin, sys.stdout, sys.stderr = map(_renewed, (sys.stdin, sys.stdout, sys.stderr))
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    sys.path[0] = request.folder
    sys.argv = [request.module, *request.arguments]
    # As the main module it is run anew, and nobody else may have it under its own name.
    sys.modules.pop(request.module, None)
    runpy.run_module(request.module, run_name="__main__", alter_sys=True)


def _renewed(file: TextIO) -> TextIO:
    return io.TextIOWrapper(
        open(file.fileno(), file.mode + "b", closefd=False), encoding=file.encoding, errors=file.errors,
        line_buffering=file is sys.stderr,
    )  # fmt: skip


class _Ending:
    """Python's own end but for its last part: taking apart all that was imported needs most of a short run."""

    def __init__(self) -> None:
        self.code: int | None = None
        # What is registered first is called last.
        atexit.register(self._leave)

    def _leave(self) -> None:
        if self.code is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self.code)


def main(number: str) -> None:
    ending = _Ending()
    for name in IMPORTED:
        importlib.import_module(name)
    practise()
    # A copy that collects garbage would have to copy all memory first.
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    asking = socket.socket(fileno=int(number))
    while (request := _next(asking)) is not None:
        if _is_the_copy(request):
            asking.close()
            try:
                _become(request)
            except SystemExit as end:
                ending.code = end.code if isinstance(end.code, int) else None
                raise
            ending.code = 0
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
