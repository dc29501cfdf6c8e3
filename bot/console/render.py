"""Replies and questions as plain text: pure, one string per line, made to be read and to be searched with grep."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import assert_never

from bot.text import padded, safe, safe_line, width
from handlers.kinds import (
    Attachment,
    Block,
    Button,
    Enclosed,
    Facts,
    Lines,
    Notice,
    Question,
    Reply,
    Text,
)

PLAIN_WIDTH = 100
"""Only rows of buttons wrap, and only between two of them."""
_GAP = "  "


def plain_reply(reply: Reply, names: Sequence[str] = ()) -> list[str]:
    """`names` are what the attachments were saved as; without them their own names stand."""
    lines = [line for block in reply.blocks for line in plain_block(block)]
    for attachment, name in zip_longest(reply.attachments, names[: len(reply.attachments)]):
        lines.append(file_line(attachment, name or attachment.filename))
    return lines + link_lines(reply) + button_rows(pressable(reply.buttons), PLAIN_WIDTH)


def plain_question(question: Question) -> list[str]:
    lines = [line for block in question.before for line in plain_block(block)]
    if question.error:
        lines += safe(question.error).split("\n")
    lines += safe(f"({question.step}/{question.steps}) {question.prompt}").split("\n")
    return lines + button_rows(pressable(question.buttons), PLAIN_WIDTH)


def plain_block(block: Block) -> list[str]:
    match block:
        case Text(text) | Notice(text):
            return safe(text).split("\n")
        case Facts(pairs, title):
            return _titled(title) + [line for label, value in pairs for line in _fact(label, value)]
        case Lines(header, rows, numeric, title):
            return _titled(title) + table(header, rows, numeric)
        case _:
            assert_never(block)


def _titled(title: str) -> list[str]:
    return [safe_line(title)] if title else []


def _fact(label: str, value: str) -> list[str]:
    """Further lines of a value, as of an address, are set in, so that none can pass for a label."""
    first, *more = safe(value).split("\n")
    return [f"{safe_line(label)}: {first}".rstrip(), *(f"{_GAP}{line}" for line in more)]


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], numeric: Sequence[int]) -> list[str]:
    """Aligned columns, two spaces apart; no cell is ever shortened or wrapped."""
    shown = [[safe_line(cell) for cell in row] for row in ([header] if any(header) else []) + list(rows)]
    widths = [max(map(width, column)) for column in zip_longest(*shown, fillvalue="")]
    return [
        _GAP.join(
            padded(cell, columns, right=place in numeric)
            for place, (cell, columns) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in shown
    ]


def link_lines(reply: Reply) -> list[str]:
    """What opens an address has no number: a terminal lets people open what is written, if that is not done above."""
    said = [block.text for block in reply.blocks if isinstance(block, Text | Notice)]
    links = [button for button in reply.buttons if button.url]
    return [
        safe_line(f"{button.label}: {button.url}")
        for button in links
        if not any(button.url in text for text in said)
    ]


def pressable(buttons: Sequence[Button]) -> list[str]:
    """The labels that are numbered, as the numbers of what can be pressed go."""
    return [button.label for button in buttons if not button.url]


def button_rows(labels: Sequence[str], columns: int) -> list[str]:
    """`[1] Issue  [2] Edit`, on as many lines as they need."""
    rows: list[str] = []
    for place, label in enumerate(labels, start=1):
        button = f"[{place}] {safe_line(label)}"
        if rows and width(rows[-1]) + len(_GAP) + width(button) <= columns:
            rows[-1] += _GAP + button
        else:
            rows.append(button)
    return rows


def file_line(attachment: Enclosed, name: str) -> str:
    """A document that is still to be rendered has no size yet; delivery renders it before it is shown."""
    if not isinstance(attachment, Attachment):
        return f"[file] {safe_line(name)}"
    return f"[file] {safe_line(name)} ({safe_line(attachment.media_type)}, {len(attachment.content)} bytes)"
