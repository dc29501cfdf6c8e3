"""Lines of a terminal or a pipe as updates: who speaks, what was typed, and the file that came with it."""

from __future__ import annotations

import os
import re
import stat
import uuid
from pathlib import Path

from bot.console.files import safe_name
from core.errors import N_, InvalidInput
from handlers.kinds import Attachment, ChatRef, SenderRef
from handlers.updates import Typed, Update

PLATFORM = "terminal"
MAX_TEXT = 20_000
MAX_FILE = 5 * 1024 * 1024
MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".csv": "text/csv",
    ".xml": "application/xml",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
}
_IDENTITY = re.compile(r"[\w.-]{1,40}")
_FILE = re.compile(r'(?:^|(?<=\s)|(?<=\\n))file:(?:"([^"\n]+)"|([^\s"]\S*))\s*\Z')
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def is_identity(name: str) -> bool:
    return _IDENTITY.fullmatch(name) is not None


def chat_of(identity: str) -> ChatRef:
    """Everybody talks to Billhook in a chat of their own."""
    return ChatRef(PLATFORM, identity)


def sender_of(identity: str) -> SenderRef:
    return SenderRef(PLATFORM, identity, identity)


def decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput("message", N_("This is not UTF-8 text, so nothing was sent."), "/help") from error


def receive(line: str, identity: str, piped: bool) -> Update | None:
    """One message as an update; None when there is nothing in it. Raises InvalidInput when it cannot be sent.

    Through a pipe, the two characters `\\n` stand for a line break.
    """
    text, path = _without_file(line)
    files = (attached(path),) if path else ()
    text = _cleaned(text.replace(r"\n", "\n") if piped else text)
    if not text and not files:
        return None
    if len(text) > MAX_TEXT:
        raise InvalidInput(
            "message",
            N_("This is longer than {most} characters, so nothing was sent."),
            "/help",
            most=MAX_TEXT,
        )
    return Update(
        PLATFORM, uuid.uuid4().hex, chat_of(identity), sender_of(identity), Typed(text, files, by_number=True)
    )


def _without_file(line: str) -> tuple[str, str]:
    """The line and the path of the `file:PATH` at its end, quoted where it holds spaces."""
    found = _FILE.search(line)
    if found is None:
        return line, ""
    return line[: found.start()], found.group(1) or found.group(2)


def _cleaned(text: str) -> str:
    """Without control characters, which no database and no document can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidInput("message", N_("This is not UTF-8 text, so nothing was sent."), "/help") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", text).strip()


def attached(path: str) -> Attachment:
    """The file, read whole. Raises InvalidInput for anything but a small regular file of a known kind."""
    media_type = MEDIA_TYPES.get(Path(path).suffix.lower())
    if media_type is None:
        raise _refused(N_("Only PNG, JPEG, CSV, XML, ZIP and PDF files can be sent, so nothing was sent."))
    content = _read(os.path.expanduser(path))
    return Attachment(safe_name(Path(path).name), media_type, content)


def _read(path: str) -> bytes:
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:
        raise _refused(N_("This is not a file, so nothing was sent.")) from error
    except OSError as error:
        raise _refused(
            N_("This file cannot be read ({reason}), so nothing was sent."),
            reason=error.strerror or type(error),
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(N_("This is not a file, so nothing was sent."))
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise _refused(N_("This file is larger than 5 MB, so nothing was sent."))
    return content


def _refused(message: str, **values: object) -> InvalidInput:
    return InvalidInput("file", message, "file:logo.png", **values)
