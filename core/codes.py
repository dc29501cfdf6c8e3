"""Codes that are handed out once and of which only a hash is kept: how they look, and what is stored."""

from __future__ import annotations

import hashlib
import re

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def is_token(text: str) -> bool:
    """Whether it looks like one in an address; nothing else is ever looked up."""
    return _TOKEN.fullmatch(text) is not None


def code_hash(code: str) -> str:
    """What is stored of a code: who reads the table can open nothing with it."""
    return hashlib.sha256(code.strip().encode()).hexdigest()
