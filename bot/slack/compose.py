"""Our blocks as Slack's, in which nothing that a person typed is ever read as markup. Nothing is dropped.

Texts are rich text: its elements are literal. What belongs together, a heading and its table, is one unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import assert_never

from bot.slack.limits import MAX_BLOCK_TEXT
from bot.slack.parts import Json
from bot.slack.tables import cells_of, fixed_width, is_narrow, table_blocks
from bot.slack.texts import weight
from bot.text import safe, safe_line
from handlers.kinds import Block, Facts, Lines, Notice, Text

SYMBOLS = {"success": "✅", "info": "ℹ️", "warning": "⚠️", "error": "❌"}
Unit = tuple[Json, ...]
"""Blocks that stay in one message; each of them fits it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line in one style."""

    text: str
    bold: bool = False
    italic: bool = False


Line = tuple[Run, ...]
EMPTY: Line = ()


def plain(text: str) -> Line:
    return (Run(text),)


def bold(text: str) -> Line:
    return (Run(text, bold=True),)


def italic(text: str) -> Line:
    return (Run(text, italic=True),)


def labelled(label: str, value: str) -> Line:
    """`Label: value`, the value standing out."""
    return Run(f"{label}: "), Run(value, bold=True)


def words(line: Line) -> str:
    return "".join(run.text for run in line)


def lines_of(block: Text | Notice | Facts) -> list[Line]:
    """Texts and facts as lines, which may be empty."""
    match block:
        case Text(text):
            return list(map(plain, safe(text).split("\n")))
        case Notice(text, level):
            return list(map(plain, f"{SYMBOLS[level]} {safe(text)}".split("\n")))
        case Facts(pairs, title):
            return [*_titled(title), *(line for pair in pairs for line in _fact(*pair))]
        case _:
            assert_never(block)


def _titled(title: str) -> list[Line]:
    return [bold(safe_line(title))] if title else []


def _fact(label: str, value: str) -> Iterator[Line]:
    first, *rest = safe(value).split("\n")
    yield labelled(safe_line(label), first)
    yield from map(bold, rest)


def units_of(blocks: Sequence[Block], tables: bool) -> list[Unit]:
    """All blocks. A view takes no `tables` and a message takes one: what is narrow is then drawn with spaces."""
    units: list[Unit] = []
    free = tables
    for block in blocks:
        if not isinstance(block, Lines):
            units += paragraphs(lines_of(block))
        elif tables and (free or not is_narrow(block)):
            units += _table(block)
            free = False
        else:
            units += _drawn(block)
    return units


def _table(table: Lines) -> list[Unit]:
    """As Slack's own where it has room for the columns and their headings."""
    shown = [(block,) for block in table_blocks(table)]
    return _headed(table.title, shown) if shown else _drawn(table)


def _drawn(table: Lines) -> list[Unit]:
    """Columns where there is room for them, else one card for each row."""
    if is_narrow(table):
        return _headed(table.title, paragraphs(map(plain, fixed_width(table)), fixed=True))
    header, *rows = cells_of(table)
    return paragraphs([*_titled(table.title), *(line for row in rows for line in _card(header, row))])


def _headed(title: str, units: Sequence[Unit]) -> list[Unit]:
    """The end of the heading stays with what it is the heading of."""
    heading = paragraphs(_titled(title))
    if not heading or not units:
        return [*heading, *units]
    return [*heading[:-1], (*heading[-1], *units[0]), *units[1:]]


def _card(header: Sequence[str], row: Sequence[str]) -> Iterator[Line]:
    """The first two cells name the row and need no heading: `2026-0001  Acme GmbH`, `1  design`."""
    named = row[:2] if len(row) > 2 else row[:1]
    yield bold("  ".join(filter(None, named)))
    rest = list(zip(header, row, strict=True))[len(named) :]
    pairs = [f"{name}: {cell}" if name and len(row) > 2 else cell for name, cell in rest if cell]
    if pairs:
        yield plain(" · ".join(pairs))


# -- lines as blocks -----------------------------------------------------------------------------------


def paragraphs(lines: Iterable[Line], fixed: bool = False) -> list[Unit]:
    """Lines as blocks of rich text, cut between two paragraphs where one alone would be too long."""
    return [
        (_rich_text(chunk, fixed),) for chunk in _chunks(lines) if any(words(line).strip() for line in chunk)
    ]


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    for line in (piece for whole in lines for piece in _cut(whole, MAX_BLOCK_TEXT - 1)):
        while chunk and _size(chunk) + _size([line]) > MAX_BLOCK_TEXT:
            end = _paragraph_end(chunk)
            yield chunk[:end]
            chunk = chunk[end:]
        chunk.append(line)
    yield chunk


def _size(lines: Sequence[Line]) -> int:
    return sum(weight(words(line)) + 1 for line in lines)


def _paragraph_end(chunk: Sequence[Line]) -> int:
    """Behind the last empty line, unless that leaves most of the chunk for the next one."""
    empty = [place + 1 for place, line in enumerate(chunk) if not words(line).strip()]
    return empty[-1] if empty and empty[-1] > len(chunk) // 2 else len(chunk)


def _cut(line: Line, most: int) -> Iterator[Line]:
    """A line that is longer than a block, in pieces that each fill one."""
    piece: list[Run] = []
    room = most
    for run in line:
        rest = run.text
        while rest:
            end = _fitting(rest, room)
            if end:
                piece.append(replace(run, text=rest[:end]))
                room -= weight(rest[:end])
                rest = rest[end:]
            if rest:
                yield tuple(piece)
                piece, room = [], most
    yield tuple(piece)


def _fitting(text: str, room: int) -> int:
    """How many characters to take: all that fit, or up to the last blank of them."""
    if weight(text) <= room:
        return len(text)
    size = end = 0
    while size + weight(text[end]) <= room:
        size += weight(text[end])
        end += 1
    return text.rfind(" ", end * 3 // 4, end) + 1 or end


def _rich_text(lines: Sequence[Line], fixed: bool) -> Json:
    kind = "rich_text_preformatted" if fixed else "rich_text_section"
    runs = [run for line in lines for run in (*line, Run("\n"))][:-1]
    elements = [
        _element("".join(run.text for run in group), *style) for style, group in groupby(runs, _style)
    ]
    shown = [element for element in elements if element["text"]]
    return {"type": "rich_text", "elements": [{"type": kind, "elements": shown}]}


def _style(run: Run) -> tuple[bool, bool]:
    return run.bold, run.italic


def _element(text: str, is_bold: bool, is_italic: bool) -> Json:
    style = {name: True for name, on in (("bold", is_bold), ("italic", is_italic)) if on}
    return {"type": "text", "text": text, **({"style": style} if style else {})}
