"""Blocks packed into as few messages as hold them all, or into one view as far as it holds them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.slack.compose import Unit, paragraphs, plain
from bot.slack.limits import MAX_MESSAGE_BLOCKS, MAX_MESSAGE_TEXT, MAX_SUMMARY
from bot.slack.parts import Json
from bot.slack.texts import escaped, shortened, weight
from handlers.words import _

_FRAME = 20
"""What a block is taken to weigh beside its texts: Slack does not say, and refuses fewer characters in many blocks."""


def packed(units: Iterable[Unit]) -> Iterator[list[Json]]:
    """Messages, in order; a table begins a new one where there is one already."""
    page: list[Json] = []
    size = 0
    for unit in units:
        heavy = sum(_FRAME + _texts(block) for block in unit)
        full = len(page) + len(unit) > MAX_MESSAGE_BLOCKS or size + heavy > MAX_MESSAGE_TEXT
        if page and (full or (_has_table(page) and _has_table(unit))):
            yield page
            page, size = [], 0
        page.extend(unit)
        size += heavy
    if page:
        yield page


def clipped(units: Sequence[Unit], most: int, room: int) -> list[Json]:
    """The blocks that a view has room for, in number and in bytes; how many lines are left out is said."""
    blocks = [block for unit in units for block in unit]
    if fits(blocks, most, room):
        return blocks
    note = _note(0)
    kept: list[Json] = []
    room -= in_json(note)
    for block in blocks:
        room -= in_json([block])
        if len(kept) + len(note) >= most or room < 0:
            break
        kept.append(block)
    return [*kept, *_note(sum(len(words_in(block).split("\n")) for block in blocks[len(kept) :]))]


def _note(left: int) -> list[Json]:
    return [
        block for unit in paragraphs([plain(_("… and {count} more lines", count=left))]) for block in unit
    ]


def fits(blocks: Sequence[Json], most: int, room: int) -> bool:
    return len(blocks) <= most and in_json(blocks) <= room


def in_json(blocks: Sequence[Json]) -> int:
    """Bytes, with every character outside ASCII escaped, which is how they are sent."""
    return len(json.dumps(blocks))


def summary(blocks: Sequence[Json]) -> str:
    """The first lines of a message for notifications and screen readers, escaped."""
    lines = [line for block in blocks for line in words_in(block).split("\n") if line.strip()]
    text = ""
    for line in lines:
        text = f"{text}\n{line}" if text else line
        if len(text) > MAX_SUMMARY:
            break
    return escaped(shortened(text, MAX_SUMMARY))


def words_in(block: Json) -> str:
    """What is written in a block, without its buttons; a table row on one line."""
    match block["type"]:
        case "rich_text":
            return "".join(run["text"] for section in block["elements"] for run in section["elements"])
        case "table":
            return "\n".join("  ".join(map(_in_cell, row)) for row in block["rows"])
        case _:
            return ""


def _in_cell(cell: Json) -> str:
    return words_in(cell) if cell["type"] == "rich_text" else str(cell["text"])


def _has_table(blocks: Iterable[Json]) -> bool:
    return any(block["type"] == "table" for block in blocks)


def _texts(part: Any) -> int:
    """What all texts in a block weigh, those of its buttons and their addresses too."""
    if isinstance(part, str):
        return 0
    if isinstance(part, dict):
        own = sum(weight(part[name]) for name in ("text", "url") if isinstance(part.get(name), str))
        return own + sum(map(_texts, part.values()))
    return sum(map(_texts, part)) if isinstance(part, list) else 0
