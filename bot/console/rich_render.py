"""The same replies and questions for a terminal with colours: tables, symbols and numbered keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import assert_never

from rich.console import Console, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text as Styled

from bot.console.render import button_rows, file_line, link_lines, pressable
from bot.text import safe, safe_line, width
from handlers.kinds import Block, Facts, Lines, Notice, Question, Reply, Text
from handlers.words import _

_NOTICES = {
    "success": ("✓", "green"),
    "info": ("•", "cyan"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
}
_GAP = 2
_WORD = 8
"""Columns that a folded cell still needs to be read."""
_DIM = Style(dim=True)
_BOLD = Style(bold=True)
_KEY = Style(color="cyan", bold=True)


def rich_reply(reply: Reply, saved: Sequence[Path | None], columns: int) -> list[RenderableType]:
    """Texts stay plain values all the way: nothing that a person typed is read as markup."""
    shown = _blocks(reply.blocks, columns)
    for attachment, path in zip(reply.attachments, saved, strict=True):
        shown.append(Styled(file_line(attachment, path.name if path else attachment.filename), _KEY))
        if path is not None:
            shown.append(Styled("       " + _("saved as {path}", path=safe_line(str(path))), _DIM))
    shown += [Styled(line, overflow="fold") for line in link_lines(reply)]
    return shown + _buttons(pressable(reply.buttons), columns)


def rich_question(question: Question, columns: int) -> list[RenderableType]:
    shown = _blocks(question.before, columns)
    if question.error:
        shown.append(_notice(question.error, "error"))
    prompt = Styled(f"({question.step}/{question.steps}) ", _DIM)
    prompt.append(safe(question.prompt), _BOLD)
    if question.step == 1:
        shown.append(Styled(safe_line(question.title), _DIM))
    return [*shown, prompt, *_buttons(pressable(question.buttons), columns)]


def _blocks(blocks: Sequence[Block], columns: int) -> list[RenderableType]:
    """A table or a list of facts stands apart from what is above it."""
    shown: list[RenderableType] = []
    for block in blocks:
        if shown and isinstance(block, (Facts, Lines)):
            shown.append(Styled(""))
        shown.extend(_block(block, columns))
    return shown


def _block(block: Block, columns: int) -> list[RenderableType]:
    match block:
        case Text(text):
            return [Styled(safe(text))]
        case Notice(text, level):
            return [_notice(text, level)]
        case Facts(pairs, title):
            return _titled(title, _facts(pairs))
        case Lines(header, rows, numeric, title):
            return _titled(title, _table(header, rows, numeric, columns))
        case _:
            assert_never(block)


def _titled(title: str, under: Table) -> list[RenderableType]:
    return [Styled(safe_line(title), _BOLD), under] if title else [under]


def _notice(text: str, level: str) -> Table:
    """A grid, so that the second line of a long sentence starts below its first word."""
    symbol, colour = _NOTICES[level]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Styled(symbol, Style(color=colour, bold=True)), Styled(safe(text), Style(color=colour)))
    return grid


def _facts(pairs: Sequence[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for label, value in pairs:
        grid.add_row(Styled(safe_line(label), _DIM), Styled(safe(value)))
    return grid


def _table(
    header: tuple[str, ...], rows: Sequence[tuple[str, ...]], numeric: Sequence[int], columns: int
) -> Table:
    """Cells fold where the window is narrow, words before numbers; none is ever shortened."""
    table = Table(
        box=None, show_header=any(header), header_style=_DIM, pad_edge=False, padding=(0, _GAP, 0, 0)
    )
    cells = [[safe(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(width, column)) for column in zip_longest(*cells, fillvalue="")]
    # A column that rich may not wrap is cut off where even the wrapped ones leave it no room.
    narrowest = sum(size if place in numeric else min(size, _WORD) for place, size in enumerate(widths))
    keep = narrowest + _GAP * len(widths) <= columns
    for place, name in zip_longest(range(len(widths)), cells[0], fillvalue=""):
        right = place in numeric
        table.add_column(
            Styled(name), justify="right" if right else "left", overflow="fold", no_wrap=right and keep
        )
    for row in cells[1:]:
        table.add_row(*map(Styled, row))
    return table


def _buttons(labels: Sequence[str], columns: int) -> list[RenderableType]:
    """The rows wrap as in a pipe; only the keys are coloured."""
    shown: list[RenderableType] = []
    for row in button_rows(labels, columns):
        line = Styled(row, no_wrap=True, overflow="fold")
        line.highlight_regex(r"\[\d+\](?= )", _KEY)
        shown.append(line)
    return shown


class RichScreen:
    """bot.console.send.Screen on a terminal; rich itself respects NO_COLOR and the window's width."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def reply(self, reply: Reply, saved: Sequence[Path | None]) -> None:
        self._print(rich_reply(reply, saved, self._console.width))

    def question(self, question: Question) -> None:
        self._print(rich_question(question, self._console.width))

    def _print(self, shown: Sequence[RenderableType]) -> None:
        for part in shown:
            self._console.print(part, markup=False, highlight=False, emoji=False)
        self._console.print()
