"""The one table that the benchmark prints."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.measure import Goal, Row, percentile

HEADER = ("goal", "what", "median", "p95", "unit", "yardstick", "median", "ratio", "good", "aim", "verdict")
_LEFT = (1, 4, 5, 10)


def cells(row: Row) -> tuple[str, ...]:
    ratio, goal = row.ratio, row.goal
    return (
        str(goal.number) if goal else "–",
        row.name,
        number(statistics.median(row.ours)) if row.ours else "–",
        number(percentile(row.ours, 95)) if row.ours else "–",
        row.unit if row.ours else "",
        row.yardstick or "–",
        number(statistics.median(row.theirs)) if row.theirs else "–",
        times(ratio) if ratio is not None else "–",
        limit(goal, goal.good) if goal else "–",
        limit(goal, goal.aim) if goal else "–",
        row.note or (goal.verdict(ratio) if goal and ratio is not None else "–"),
    )


def number(value: float) -> str:
    """Three digits that count."""
    if value >= 99.5:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.95 else f"{value:.2f}" if value >= 0.0995 else f"{value:.3f}"


def times(ratio: float) -> str:
    """A small ratio as the fraction people say: a fifteenth rather than 0.067."""
    return f"1/{number(1 / ratio)}" if 0 < ratio < 0.4 else f"{number(ratio)}x"


def limit(goal: Goal, value: float) -> str:
    text = f"1/{1 / value:g}" if value < 0.4 else f"{value:g}x"
    return f"≥ {text}" if goal.more else text


def table(rows: Sequence[Row]) -> str:
    """Markdown that also reads well in a terminal."""
    lines = [HEADER, *map(cells, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADER))]

    def drawn(line: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if place in _LEFT else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    rule = ["-" * width if place in _LEFT else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
    return "\n".join([drawn(HEADER), drawn(rule), *(drawn(line) for line in lines[1:])])
