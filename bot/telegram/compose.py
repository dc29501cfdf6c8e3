"""Blocks as lines of Telegram's HTML, and lines packed into messages that are short enough. Nothing is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import assert_never

from bot.telegram.limits import utf16
from bot.text import padded, safe, safe_line, width
from handlers.kinds import Block, Facts, Lines, Notice, Text

SYMBOLS = {"success": "✅", "info": "ℹ️", "warning": "⚠️", "error": "❌"}
PHONE = 34
"""Columns of a fixed-width table that a phone shows without scrolling."""
MOST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line as markup and as the plain text that is left of it; `fixed` ones align in columns."""

    html: str
    plain: str
    fixed: bool = False


EMPTY = Line("", "")


def plain(text: str) -> Line:
    return Line(escape(text, quote=False), text)


def bold(text: str) -> Line:
    return Line(f"<b>{escape(text, quote=False)}</b>", text)


def labelled(label: str, value: str) -> Line:
    """`Label: value`, the value standing out."""
    return Line(f"{escape(label, quote=False)}: <b>{escape(value, quote=False)}</b>", f"{label}: {value}")


def lines_of(blocks: Sequence[Block]) -> list[Line]:
    """All blocks, with an empty line between two of them."""
    lines: list[Line] = []
    for block in blocks:
        if lines:
            lines.append(EMPTY)
        lines.extend(_block(block))
    return lines


def _block(block: Block) -> Iterator[Line]:
    match block:
        case Text(text):
            yield from map(plain, safe(text).split("\n"))
        case Notice(text, level):
            first, *rest = safe(text).split("\n")
            yield plain(f"{SYMBOLS[level]} {first}")
            yield from map(plain, rest)
        case Facts(pairs, title):
            yield from _titled(title)
            for label, value in pairs:
                first, *rest = safe(value).split("\n")
                yield labelled(safe_line(label), first)
                yield from map(bold, rest)
        case Lines(header, rows, numeric, title):
            yield from _titled(title)
            yield from _table(header, rows, numeric)
        case _:
            assert_never(block)


def _titled(title: str) -> Iterator[Line]:
    if title:
        yield bold(safe_line(title))


def _table(
    header: tuple[str, ...], rows: Sequence[tuple[str, ...]], numeric: Sequence[int]
) -> Iterator[Line]:
    """Columns where a phone has room for them, else one card for each row."""
    cells = [[safe_line(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    if len(header) <= MOST_COLUMNS and sum(widths) + 2 * (len(header) - 1) <= PHONE:
        for row in cells if any(header) else cells[1:]:
            text = "  ".join(
                padded(cell, widths[place], right=place in numeric) for place, cell in enumerate(row)
            ).rstrip()
            yield Line(escape(text, quote=False), text, fixed=True)
        return
    for row in cells[1:]:
        yield from _card(cells[0], row)


def _card(header: Sequence[str], row: Sequence[str]) -> Iterator[Line]:
    """The first two cells name the row and need no heading: `2026-0001  Acme GmbH`, `1  design`."""
    named = row[:2] if len(row) > 2 else row[:1]
    yield bold("  ".join(cell for cell in named if cell))
    rest = list(zip(header, row, strict=True))[len(named) :]
    pairs = [f"{name}: {cell}" if name and len(row) > 2 else cell for name, cell in rest if cell]
    if pairs:
        yield plain(" · ".join(pairs))


@dataclass(frozen=True, slots=True)
class Message:
    """The markup of one message, and its text without any for the day the markup is refused."""

    html: str
    plain: str


def packed(lines: Iterable[Line], most: int) -> list[Message]:
    """As few messages as hold all lines, each at most that long when its markup is parsed."""
    messages: list[list[Line]] = [[]]
    length = 0
    for line in (piece for whole in lines for piece in _cut(whole, most)):
        size = utf16(line.plain) + 1
        if messages[-1] and length + size > most:
            messages.append([])
            length = 0
        if messages[-1] or line.plain:
            messages[-1].append(line)
            length += size
    # Blanks alone are no message: Telegram refuses it.
    return [message for message in map(_joined, messages) if message.plain]


def _cut(line: Line, most: int) -> Iterator[Line]:
    """A line that fills more than a message loses its markup, not its words; each piece fills a message."""
    if utf16(line.plain) < most:
        yield line
        return
    rest = line.plain
    while rest:
        end = len(rest.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore"))
        if end < len(rest):
            end = rest.rfind(" ", end * 3 // 4, end) + 1 or end
        piece, rest = rest[:end], rest[end:]
        yield Line(escape(piece, quote=False), piece, line.fixed)


def _joined(lines: Sequence[Line]) -> Message:
    """Neighbouring fixed-width lines stand in one frame."""
    html: list[str] = []
    for place, line in enumerate(lines):
        text = line.html
        if line.fixed and not (place and lines[place - 1].fixed):
            text = f"<pre>{text}"
        if line.fixed and not (place + 1 < len(lines) and lines[place + 1].fixed):
            text = f"{text}</pre>"
        html.append(text)
    return Message("\n".join(html).rstrip(), "\n".join(line.plain for line in lines).rstrip())
