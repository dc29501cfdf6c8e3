"""Starts what others do the same work with in a process of its own, beside those of ours."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

from tests.bot.program import environment
from tests.scenarios.house import READY_SECONDS, House, Process, free_port


def started(house: House, module: str, *arguments: str) -> Process:
    """`python -m MODULE PORT ARGUMENTS`, which ends with the house."""
    port, log = free_port(), house.folder / f"{module}.log"
    command = [sys.executable, "-m", module, str(port), *arguments]
    with log.open("wb") as out:
        popen = subprocess.Popen(
            command, cwd=house.folder, env=environment(house.folder), stdout=out, stderr=out
        )
    process = Process(popen, log, port)
    house.processes.append(process)
    deadline = time.monotonic() + READY_SECONDS
    while popen.poll() is None and time.monotonic() < deadline:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.05)
    raise RuntimeError(f"the yardstick does not start: {process.text[-1000:]}")
