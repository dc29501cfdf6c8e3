"""The foot of every page of every document: the business's footer, who made it, and which page of how many it is."""

from __future__ import annotations

from collections.abc import Sequence

from core.documents.pen import (
    LEFT,
    PAGE_HEIGHT,
    RIGHT,
    WIDTH,
    Operators,
    Pen,
    paragraph,
    rule,
    shrunk,
    stack,
)

_EDGE, _HEIGHT, _GAP = 34.0, 54.0, 14.0
_NUMBER = 84.0
_WIDTH = WIDTH - 90
"""What is left beside the number of the page."""


class Foot:
    """`made_with` is empty where nothing is said; `page` names `{number}` and `{count}`."""

    def __init__(self, footer: str, made_with: str, page: str, pen: Pen) -> None:
        self._pen, self._page = pen, page
        self._block = shrunk(footer, pen, LEFT, _WIDTH, _HEIGHT)
        if made_with:
            self._block = stack(self._block, paragraph(made_with, pen, LEFT, _WIDTH))
        self._top = PAGE_HEIGHT - _EDGE - max(self._block.height, pen.line)
        self.above = self._top - _GAP
        """Where the rest of a page has to end."""

    def draw(self, pages: Sequence[Operators]) -> None:
        """On each, now that their number is known."""
        for number, page in enumerate(pages, 1):
            text = self._page.format(number=number, count=len(pages))
            page += [rule(LEFT, RIGHT, self._top - 6), *self._block.draw(self._top)]
            page.append(self._pen.fitted(text, _NUMBER).write_right(RIGHT, self._top, text))
