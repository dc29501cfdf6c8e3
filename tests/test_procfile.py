"""The processes of the Procfile under a process manager, as an operator starts and stops them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bot.program import ROOT, environment
from tests.scenarios.house import free_port, is_ready

READY_SECONDS = 60.0
STOP_SECONDS = 60.0


def test_every_process_comes_up_and_ends_on_sigterm(module_postgres_url: str, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "honcho.log"
    settings = {"DATABASE_URL": module_postgres_url, "LOG_FORMAT": "console"}
    variables = environment(tmp_path, settings)
    # The Procfile names the program as an installation has it on the path.
    variables["PATH"] = f"{Path(sys.executable).parent}:{variables['PATH']}"
    arguments = [
        "-f",
        str(ROOT / "Procfile"),
        "-d",
        str(tmp_path),
        "-p",
        str(port),
        "--no-colour",
        "web",
        "worker",
    ]
    with log.open("wb") as out:
        honcho = subprocess.Popen(
            [sys.executable, "-m", "honcho", "start", *arguments],
            cwd=tmp_path, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        wait(honcho, log, lambda: "the worker has started" in log.read_text() and is_ready(port))
        honcho.send_signal(signal.SIGTERM)
        honcho.wait(STOP_SECONDS)
    finally:
        honcho.kill()
        honcho.wait()

    said = log.read_text()
    # What honcho tells of is the shell around each program, which a signal ends without waiting.
    assert "web.1 stopped" in said, said[-3000:]
    assert "worker.1 stopped" in said, said[-3000:]
    assert "Finished server process" in said, said[-3000:]
    assert "the worker has stopped" in said, said[-3000:]
    assert "SIGKILL" not in said, said[-3000:]
    assert not is_ready(port)


def wait(honcho: subprocess.Popen[bytes], log: Path, true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not true():
        assert honcho.poll() is None, f"it ended: {log.read_text()[-3000:]}"
        assert time.monotonic() < deadline, f"not ready: {log.read_text()[-3000:]}"
        time.sleep(0.05)
