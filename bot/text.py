"""Text that is safe to show on a terminal or in a chat, and how many columns it takes in a fixed-width font."""

from __future__ import annotations

import re
import unicodedata

# Everything that moves the cursor, starts an escape sequence or turns the reading direction around.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PICTURES = 0x2400
_DELETE = 0x7F


def safe(text: str) -> str:
    """Control characters become visible signs, so that no text can command the terminal; line breaks stay."""
    text = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\t", "    ")
    return _CONTROL.sub(_picture, _DIRECTION.sub("", text))


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(_PICTURES + code)
    return "␡" if code == _DELETE else "\ufffd"


def safe_line(text: str) -> str:
    """The same on one line, for the cell of a table or a name."""
    return " / ".join(part.strip() for part in safe(text).split("\n") if part.strip())


def width(text: str) -> int:
    """Columns on a terminal: ideographs take two, marks on a letter none."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def padded(text: str, columns: int, right: bool = False) -> str:
    """Filled with spaces to a number of columns; `right` puts the text at their end."""
    spaces = " " * (columns - width(text))
    return spaces + text if right else text + spaces


def clean_name(text: str, most: int) -> str:
    """One line without control, direction and invisible characters, shortened: what a stranger calls themselves."""
    kept = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text[: most * 4])
    name = " ".join(kept.split())
    return name if len(name) <= most else f"{name[: most - 1]}…"
