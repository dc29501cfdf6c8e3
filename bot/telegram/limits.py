"""What Telegram accepts: one table, kept by the renderer and held against the Bot API by the tests (CHAT.md 1.1)."""

from __future__ import annotations

from dataclasses import dataclass

MAX_TEXT = 4096
MAX_CAPTION = 1024
"""UTF-16 units after the markup is parsed, which is how Telegram counts entities."""
MAX_BUTTONS = 100
MAX_ROW = 8
MAX_CALLBACK_BYTES = 64
MAX_TOAST = 200
MAX_PLACEHOLDER = 64
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
MAX_DOWNLOAD = 5 * 1024 * 1024
"""Bytes of a file somebody sends: Telegram hands out 20 MB, a logo or a receipt needs no more than this."""
MAX_BODY = 1024 * 1024
"""Bytes of one update; the longest message with all its entities takes a fraction of it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two messages: of the bot, which may send about 30 a second, to one chat, which may get one
    a second, and to a group, which may get 20 a minute. Each with what one may be held up more than the next one
    on its way there.
    """

    bot: float = 1 / 25
    chat: float = 1.25
    group: float = 3.1


def utf16(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
