"""The lines of an invoice: columns as wide as their numbers, rows over as many pages as they take."""

from __future__ import annotations

from dataclasses import dataclass

from core.documents import words
from core.documents.flow import Flow
from core.documents.job import Job
from core.documents.pen import HAIRLINE, LEFT, PAGE_HEIGHT, RIGHT, WIDTH, Operators, Pen, rule
from core.invoice import ComputedLine

_GAP = 16.0
_PAD = 4.5
_LEAST_DESCRIPTION = 170.0
_LEAST_COLUMN = 44.0
_HEADER_BELOW = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line, or a part of one that is longer than a page; numbers only in the first part."""

    lines: list[str]
    cells: tuple[str, ...]
    widths: tuple[int, ...]
    """Of the cells, in thousandths of the size."""
    last: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the columns end, and with which pen rows are written."""

    pen: Pen
    headings: tuple[str, ...]
    rights: tuple[float, ...]
    room: float
    """The width of a description."""

    def height(self, row: Row) -> float:
        return len(row.lines) * self.pen.line + (2 * _PAD if row.last else _PAD)


def draw_table(job: Job, flow: Flow, tail: float) -> None:
    """Every line; at least the last one is left room for `tail` below it, so that the totals never stand alone."""
    cells = _cells(job)
    advance = job.pens.body.face.widths.__getitem__
    widths = [tuple([sum(map(advance, cell)) for cell in row]) for row in cells]
    grid = _grid(job, widths)
    header = job.pens.label.line + _HEADER_BELOW
    capacity = flow.capacity - header
    tail = min(tail, capacity / 2)
    rows = _rows(job, grid, cells, widths, int((capacity - tail - 2 * _PAD) / grid.pen.line))
    heights = [grid.height(row) for row in rows]
    heights[-1] += tail
    if not flow.fits(header + heights[0]):
        flow.turn()
    start = 0
    while start < len(rows):
        _draw_header(job, flow, grid, header)
        end, bottom = start, flow.top
        while end < len(rows) and (end == start or bottom + heights[end] <= flow.bottom):
            bottom += heights[end]
            end += 1
        _draw_rows(flow, grid, rows[start:end])
        start = end
        if start < len(rows):
            flow.turn()


def _cells(job: Job) -> list[tuple[str, ...]]:
    """The numbers of each line as text, from quantity to amount."""
    figures, language = job.figures, job.document.language

    def rate(line: ComputedLine) -> str:
        if not line.tax.category.taxed:
            return "\u2013"
        return job.words.rate.format(rate=figures.number(line.tax.rate))

    def quantity(line: ComputedLine) -> str:
        label = words.unit(line.unit, language)
        number = figures.number(line.quantity)
        return f"{number} {label}" if label else number

    lines = job.document.totals.lines
    if not job.shows_vat:
        return [(quantity(line), figures.price(line.unit_price), figures.money(line.net)) for line in lines]
    return [
        (quantity(line), figures.price(line.unit_price), rate(line), figures.money(line.net))
        for line in lines
    ]


def _grid(job: Job, widths: list[tuple[int, ...]]) -> Grid:
    messages = job.words
    amount = messages.amount.format(currency=job.document.currency)
    numbers: tuple[str, ...] = (messages.quantity, messages.unit_price, messages.vat, amount)
    if not job.shows_vat:
        numbers = (messages.quantity, messages.unit_price, amount)
    most = [max(column) for column in zip(*widths, strict=True)]
    heads = [job.pens.label.width(heading) for heading in numbers]
    pen = job.pens.body
    while True:
        columns = [
            max(_LEAST_COLUMN, head, units * pen.size / 1000) for head, units in zip(heads, most, strict=True)
        ]
        room = WIDTH - sum(columns) - _GAP * len(columns)
        if room >= _LEAST_DESCRIPTION or pen.size < 3:
            break
        pen = pen.sized(pen.size - 0.5)
    rights, right = [], RIGHT
    for column in reversed(columns):
        rights.append(right)
        right -= column + _GAP
    return Grid(pen, numbers, tuple(reversed(rights)), room)


def _rows(
    job: Job, grid: Grid, cells: list[tuple[str, ...]], widths: list[tuple[int, ...]], most: int
) -> list[Row]:
    rows: list[Row] = []
    for line, row, measured in zip(job.document.totals.lines, cells, widths, strict=True):
        text = grid.pen.wrap(line.description, grid.room)
        if len(text) <= most:
            rows.append(Row(text, row, measured))
            continue
        parts = [text[start : start + most] for start in range(0, len(text), most)]
        rows.append(Row(parts[0], row, measured, last=False))
        rows.extend(Row(part, (), (), last=part is parts[-1]) for part in parts[1:])
    return rows


def _draw_header(job: Job, flow: Flow, grid: Grid, height: float) -> None:
    pen = job.pens.label
    flow.page.append(pen.write(LEFT, flow.top, job.words.description))
    for heading, right in zip(grid.headings, grid.rights, strict=True):
        flow.page.append(pen.write_right(right, flow.top, heading))
    flow.page.append(rule(LEFT, RIGHT, flow.top + height - 1, "0.42 0.45 0.5", 0.7))
    flow.top += height


def _draw_rows(flow: Flow, grid: Grid, rows: list[Row]) -> None:
    """One text object and one path for all rows of a page: this loop is most of a long document's time."""
    pen = grid.pen
    face, size = pen.face, f"{pen.size:.2f}"
    escapes = face.escapes
    left, scale, leading = LEFT, pen.size / 1000, pen.line
    text: Operators = [f"{pen.colour} rg BT/{face.font} {size} Tf"]
    rules: Operators = [f"{HAIRLINE} RG .5 w"]
    top = flow.top
    write = text.append
    for row in rows:
        y = pen.baseline(top + _PAD)
        # The description comes first in the file, too, because that is how text is copied and read aloud.
        for index, line in enumerate(row.lines):
            shown = f"({line.translate(escapes)})Tj" if escapes else face.show(line, size)
            write(f"1 0 0 1 {left:g} {y - index * leading:.2f} Tm{shown}")
            if index:
                continue
            for cell, units, right in zip(row.cells, row.widths, grid.rights, strict=False):
                shown = f"({cell.translate(escapes)})Tj" if escapes else face.show(cell, size)
                write(f"1 0 0 1 {right - units * scale:.2f} {y:.2f} Tm{shown}")
        top += grid.height(row)
        if row.last:
            rules.append(f"{left:g} {PAGE_HEIGHT - top:.2f} m {RIGHT} {PAGE_HEIGHT - top:.2f} l")
    text.append("ET")
    rules.append("S")
    flow.page.extend(text)
    flow.page.extend(rules)
    flow.top = top
