"""Where log lines go and how they look: one event per line, no control characters, no secrets."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import platformdirs

from bot.settings import Settings

FILE = "billhook.log"
_FILE_BYTES = 1_000_000
_FILE_BACKUPS = 2
"""With the current one that makes three files."""
_QUIET = ("httpx", "httpcore", "asyncio", "alembic", "aiosqlite", "slack_sdk", "aiohttp")
"""These tell every request and every row, some of them with a token."""

_SECRETS = (
    (re.compile(r"(bot[0-9]+):[\w-]+"), r"\1:***"),
    (re.compile(r"\b(xox[a-z]|xapp)-[\w-]+"), r"\1-***"),
    (re.compile(r"\b([sr]k_(?:live|test)|whsec)_[\w+/=]+"), r"\1_***"),
    (re.compile(r"(://[^\s:/@]*):[^\s@/]+@"), r"\1:***@"),
    # A response_url lets whoever holds it speak for us.
    (re.compile(r"(/(?:commands|actions|app)/T[A-Z0-9]+)/[\w/-]+"), r"\1/***"),
    # So does the ticket of a connection in Socket Mode.
    (re.compile(r"([?&]ticket=)[\w-]+"), r"\1***"),
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SHORTEST_SECRET = 8


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without tokens, keys and passwords: those known by value, and those known by their form."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    for pattern, mask in _SECRETS:
        text = pattern.sub(mask, text)
    return text


def _visible(text: str) -> str:
    return _CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def _one_line(text: str) -> str:
    return _visible(text).replace("\n", r"\n")


class ConsoleFormatter(logging.Formatter):
    """`time level logger message`; the lines of a traceback are set in, so that they pass for no event."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        line = f"{at} {record.levelname:<8} {record.name} {_one_line(record.getMessage())}"
        if record.exc_info:
            trace = _visible(self.formatException(record.exc_info))
            line += "".join(f"\n  | {part}" for part in trace.split("\n"))
        return redact(line, self._secrets)


class JsonFormatter(logging.Formatter):
    """One JSON object per line."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._clean(record.getMessage()),
        }
        if record.exc_info:
            event["exception"] = self._clean(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)

    def _clean(self, text: str) -> str:
        """JSON itself escapes line breaks and most control characters; the others are made visible."""
        return redact(_visible(text), self._secrets)


class _PrivateFile(RotatingFileHandler):
    """A rotating log that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding="utf-8", errors="replace")


def log_to_stderr(settings: Settings) -> None:
    """For processes that run unattended: `serve` and `worker`."""
    handler = logging.StreamHandler(sys.stderr)
    as_json = (settings.log_format or ("console" if sys.stderr.isatty() else "json")) == "json"
    _install(handler, as_json, settings)


def log_to_file(settings: Settings | None = None) -> None:
    """For commands whose screen belongs to the person; without settings, before they were read.

    Where no file can be written, nothing is logged but a crash, which goes to standard error.
    """
    given = os.environ.get("BILLHOOK_DATA_DIR") or platformdirs.user_data_dir("billhook")
    folder = settings.data_dir if settings else Path(given).expanduser()
    handler: logging.Handler
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _PrivateFile(
            folder / FILE, maxBytes=_FILE_BYTES, backupCount=_FILE_BACKUPS, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.CRITICAL)
    _install(handler, bool(settings and settings.log_format == "json"), settings)


def _install(handler: logging.Handler, as_json: bool, settings: Settings | None) -> None:
    secrets = settings.secrets if settings else ()
    handler.setFormatter(JsonFormatter(secrets) if as_json else ConsoleFormatter(secrets))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel((settings.log_level if settings else "info").upper())
    # A log that cannot be written must not print over the chat.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
