"""Builds `.venv` for the Makefile: creates it, installs one lock file and leaves a stamp. Nothing else."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK_FILES = {
    "chat": "requirements.txt",
    "dev": "requirements-dev.txt",
    "bench": "requirements-bench.txt",
}
# Each lock file holds all of the one before it, at the same versions.
INCLUDES = {"chat": ["chat"], "dev": ["chat", "dev"], "bench": ["chat", "dev", "bench"]}


def fingerprint(kind: str) -> str:
    """Two equal fingerprints need no new installation: a fresh checkout renews times, not contents."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in (LOCK_FILES[kind], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def run(*command: str) -> None:
    """Raises CalledProcessError; the program has then said why on standard error."""
    subprocess.run([str(VENV / "bin" / "python"), *command], check=True, cwd=ROOT, stdin=subprocess.DEVNULL)


def works() -> bool:
    """An environment that was moved, half made, or has lost its interpreter is made anew."""
    home = VENV / "home"
    if not home.exists() or home.read_text() != f"{ROOT}\n":
        return False
    try:
        run("-c", "import pip")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def install(kind: str) -> None:
    if not works():
        print("Making .venv and installing Billhook into it; this happens once and takes about a minute.")
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
    (VENV / "home").write_text(f"{ROOT}\n")
    quiet = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    run(*quiet, "--require-hashes", "-r", LOCK_FILES[kind])
    run(*quiet, "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")


def main(kind: str) -> int:
    # Two makes at once would install into each other's half-made environment, so the second one waits and
    # then finds the work done.
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = VENV / f"{kind}.stamp"
        if works() and stamp.exists() and stamp.read_text() == fingerprint(kind):
            os.utime(stamp)
            return 0
        try:
            install(kind)
        except subprocess.CalledProcessError:
            print("Billhook could not be installed; the lines above say why.", file=sys.stderr)
            return 1
        for included in INCLUDES[kind]:
            (VENV / f"{included}.stamp").write_text(fingerprint(included))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
