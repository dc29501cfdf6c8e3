"""Saves received files under harmless names: whole or not at all, and never over a different file."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from pathlib import Path

MAX_NAME = 120
_MAX_BYTES = 200
"""File systems allow 255 bytes; what remains is room for a number and the temporary name."""
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')


def safe_name(name: str) -> str:
    """No path, no control characters, not hidden, at most 120 characters; the ending survives."""
    kept = "".join(
        char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C"
    )
    kept = _FORBIDDEN.sub("_", kept).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = kept, "", ""
    stem = stem[: MAX_NAME - len(dot + ending)]
    while len(f"{stem}{dot}{ending}".encode()) > _MAX_BYTES:
        stem = stem[:-1]
    return f"{stem.strip(' .')}{dot}{ending}".strip(" .") or "file"


def save(folder: Path, name: str, content: bytes) -> Path:
    """Write the file and return where it lies. A name that is taken by other bytes gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, ending = safe_name(name).rpartition(".")
    if not dot:
        stem, ending = ending, ""
    temporary = folder / f".{secrets.token_hex(8)}.part"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        count = 1
        while True:
            path = folder / f"{stem}{'' if count == 1 else f'-{count}'}{dot}{ending}"
            if _holds(path, content):
                return path
            if _place(temporary, path):
                return path
            count += 1
    finally:
        temporary.unlink(missing_ok=True)


def _place(temporary: Path, path: Path) -> bool:
    """False when the name is taken."""
    try:
        # Unlike a rename, a link never replaces what another process put there in the meantime.
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # Some file systems have no links.
        if path.exists():
            return False
        temporary.rename(path)
    return True


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False
