"""A picture of revenue: what was invoiced and what came in, step by step, each currency on a scale of its own.

Drawing takes a second the first time and some 60 MB: that is for the process of long documents (bot/rendering.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from core.documents.job import accent_of
from core.documents.report_words import report_words
from core.invoice import Period
from core.locale import format_decimal, number_style
from core.report import Revenue, Summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

MOST_PANELS = 4
"""Currencies in one picture; the sheet has all of them."""
_WIDTH, _PANEL, _HEAD, _DPI = 10.0, 4.6, 0.9, 120
"""Inches, but for the last: 1200 pixels wide."""
_INK, _MUTED, _LINE, _CAME_IN = "#1c212b", "#6b7380", "#dedfe6", "#e0a030"
_FONTS = Path(__file__).parent / "fonts"
_BAR = 0.38


@dataclass(frozen=True, slots=True)
class _Look:
    plain: FontProperties
    bold: FontProperties
    accent: str
    language: str


def draw_chart(summary: Summary, name: str, accent: str, language: str) -> bytes:
    """A PNG, the same bytes for the same figures; `name` is the business's. What our font lacks is a box."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    words = report_words(language)
    shown = summary.currencies[:MOST_PANELS]
    height = _HEAD + _PANEL * max(1, len(shown))
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    plain, bold = (FontProperties(fname=str(_FONTS / f"NotoSans-{cut}.ttf")) for cut in ("Regular", "Bold"))
    look = _Look(plain, bold, accent_of(accent), language)
    dates = words.days.format(start=summary.period.start, end=summary.period.end)
    # A dollar sign would begin a formula.
    title = f"{words.revenue} · {name}".replace("$", r"\$")
    figure.text(0.05, 1 - 0.42 / height, title, fontproperties=bold, fontsize=15, color=_INK)
    more = f" · {words.more}" if len(summary.currencies) > MOST_PANELS else ""
    figure.text(0.05, 1 - 0.72 / height, dates + more, fontproperties=plain, fontsize=10, color=_MUTED)
    for place, revenue in enumerate(shown):
        bottom = (height - _HEAD - _PANEL * (place + 1) + 0.6) / height
        axes = figure.add_axes((0.12, bottom, 0.83, (_PANEL - 1.25) / height))
        _panel(axes, revenue, look)
    made = BytesIO()
    # Without a name of the library, its next release draws the same bytes if it draws the same picture.
    # Matplotlib's canvas has no types.
    canvas.print_png(made, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return made.getvalue()


def _panel(axes: Axes, revenue: Revenue, look: _Look) -> None:
    words = report_words(look.language)
    steps = revenue.steps
    # Only the place of a pixel follows from these floats; no amount is computed with them.
    invoiced = [float(step.invoiced.amount) for step in steps]
    received = [float(step.received.amount) for step in steps]
    places = range(len(steps))
    left = axes.bar([place - _BAR / 2 for place in places], invoiced, _BAR, color=look.accent)
    right = axes.bar([place + _BAR / 2 for place in places], received, _BAR, color=_CAME_IN)
    axes.set_title(revenue.currency, loc="left", fontproperties=look.bold, fontsize=12, color=_INK)
    axes.legend(
        (left, right), (words.invoiced, words.received), loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2,
        frameon=False, prop=look.plain.copy(), labelcolor=_INK,
    )  # fmt: skip
    axes.set_xticks(
        list(places), _labels([step.period for step in steps]), fontproperties=look.plain, fontsize=9
    )
    axes.set_yticks(axes.get_yticks())
    style = number_style(look.language)
    ticks = [format_decimal(Decimal(str(round(tick, 4))), style) for tick in axes.get_yticks()]
    axes.set_yticklabels(ticks, fontproperties=look.plain, fontsize=9)
    axes.tick_params(length=0, colors=_MUTED)
    axes.grid(axis="y", color=_LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.axhline(0, color=_MUTED, linewidth=0.8)
    axes.set_xlim(-0.6, len(steps) - 0.4)
    for edge in axes.spines.values():
        edge.set_visible(False)


def _labels(steps: Sequence[Period]) -> list[str]:
    """Days of a month, months of a year, or years, in figures that need no translation."""
    if all(step.start == step.end for step in steps):
        return [str(step.start.day) for step in steps]
    if all((step.start.year, step.start.month) == (step.end.year, step.end.month) for step in steps):
        pattern = "%m" if len(steps) <= 12 and steps[0].start.year == steps[-1].end.year else "%m\n%Y"
        return [step.start.strftime(pattern) for step in steps]
    return [str(step.start.year) for step in steps]
