"""Runs `billhook` as the real program it is, in a folder and an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NONE: Mapping[str, str] = {}


def environment(folder: Path, settings: Mapping[str, str] = NONE) -> dict[str, str]:
    """Nothing of the surrounding environment but what Python needs."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "BILLHOOK_DATA_DIR": str(folder / "data"), **settings}


def start(folder: Path, *arguments: str, settings: Mapping[str, str] = NONE) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder, env=environment(folder, settings),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def billhook(
    folder: Path, *arguments: str, given: bytes = b"", settings: Mapping[str, str] = NONE
) -> "subprocess.CompletedProcess[str]":
    """Runs to the end; output that is not UTF-8 fails the test."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder, env=environment(folder, settings), input=given, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
