"""Tables: as Slack's own in a message, and drawn with spaces where it takes none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.slack.limits import MAX_TABLE_COLUMNS, MAX_TABLE_ROWS, MAX_TABLE_TEXT
from bot.slack.parts import Json
from bot.slack.texts import weight
from bot.text import padded, safe_line, width
from handlers.kinds import Lines

_NARROW = 48
"""Columns of a fixed-width font that a modal and a phone show without breaking the line."""
_GAP = 2


def table_blocks(table: Lines) -> list[Json]:
    """As few tables as hold all rows, each with the heading; none where Slack has no room for all columns."""
    header, *rows = cells_of(table)
    if not 0 < len(header) <= MAX_TABLE_COLUMNS or _size(header) > MAX_TABLE_TEXT // 2:
        return []
    head = [[_cell(cell, strong=True) for cell in header]] if any(header) else []
    columns = [
        {"align": "right"} if place in table.numeric else {"align": "left", "is_wrapped": True}
        for place in range(len(header))
    ]
    groups = _grouped(
        rows, MAX_TABLE_ROWS - len(head), max(MAX_TABLE_TEXT - _size(header), MAX_TABLE_TEXT // 2)
    )
    shown = [[*head, *([_cell(cell) for cell in row] for row in group)] for group in groups]
    return [{"type": "table", "rows": rows, "column_settings": columns} for rows in shown if rows]


def is_narrow(table: Lines) -> bool:
    return sum(_widths(table)) + _GAP * (len(table.header) - 1) <= _NARROW


def fixed_width(table: Lines) -> Iterator[str]:
    """One line for each row, and the heading above them."""
    cells, widths = cells_of(table), _widths(table)
    for row in cells if any(cells[0]) else cells[1:]:
        yield (
            (" " * _GAP)
            .join(padded(cell, widths[place], right=place in table.numeric) for place, cell in enumerate(row))
            .rstrip()
        )


def cells_of(table: Lines) -> list[list[str]]:
    """The heading and all rows, each with a cell for every column."""
    rows = [list(map(safe_line, row)) for row in (table.header, *table.rows)]
    columns = max(map(len, rows))
    return [[*row, *[""] * (columns - len(row))] for row in rows]


def _widths(table: Lines) -> list[int]:
    return [max(map(width, column)) for column in zip(*cells_of(table), strict=True)]


def _size(row: Sequence[str]) -> int:
    return sum(max(weight(cell), 1) for cell in row)


def _grouped(rows: Sequence[Sequence[str]], most: int, room: int) -> Iterator[list[Sequence[str]]]:
    group: list[Sequence[str]] = []
    size = 0
    for row in (piece for whole in rows for piece in _cut(whole, room)):
        if group and (len(group) == most or size + _size(row) > room):
            yield group
            group, size = [], 0
        group.append(row)
        size += _size(row)
    yield group


def _cut(row: Sequence[str], room: int) -> Iterator[Sequence[str]]:
    """A row that fills more than a table goes on in the rows below it."""
    # A character weighs at most five, as `&amp;`.
    most = len(max(row, key=len)) if _size(row) <= room else max(room // len(row) // 5, 1)
    for start in range(0, max(map(len, row)) or 1, most or 1):
        yield [cell[start : start + most] for cell in row]


def _cell(text: str, strong: bool = False) -> Json:
    """Slack refuses an empty one."""
    if not (text and strong):
        return {"type": "raw_text", "text": text or " "}
    words = {"type": "text", "text": text, "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [words]}]}
