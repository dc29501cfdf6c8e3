"""From blocks to pages: what does not fit begins the next page, and what belongs together stays together."""

from __future__ import annotations

from collections.abc import Sequence

from core.documents.foot import Foot
from core.documents.head import TOP, first_head, next_head, ribbon
from core.documents.job import Job
from core.documents.pen import (
    LEFT,
    WIDTH,
    Block,
    Operators,
    paragraph,
)

_MARK = "0.945 0.925 0.925"


class Flow:
    """The pages so far, and where the next block goes."""

    def __init__(self, job: Job) -> None:
        self._job = job
        made_with = job.words.made_with if job.document.branded else ""
        self._foot = Foot(job.document.footer, made_with, job.words.page, job.pens.fine)
        self.bottom = self._foot.above
        self._next_head = next_head(job)
        self.pages: list[Operators] = [[]]
        self.top = TOP
        self._begin()
        self.add(first_head(job))

    @property
    def page(self) -> Operators:
        return self.pages[-1]

    @property
    def capacity(self) -> float:
        """The height a block may have on a page that has only its head."""
        return self.bottom - TOP - self._next_head.height

    def fits(self, height: float) -> bool:
        return self.top + height <= self.bottom

    def turn(self) -> None:
        """Begin the next page."""
        self.pages.append([])
        self._begin()
        self.page.extend(self._next_head.draw(TOP))
        self.top = TOP + self._next_head.height

    def add(self, block: Block) -> None:
        """Draw here, or on the next page where it does not fit."""
        if not self.fits(block.height) and self.top > TOP + self._next_head.height:
            self.turn()
        self.page.extend(block.draw(self.top))
        self.top += block.height

    def together(self, blocks: Sequence[Block]) -> None:
        """All on one page if a page can hold them, else one after the other."""
        height = sum(block.height for block in blocks)
        if not self.fits(height) and height <= self.capacity:
            self.turn()
        for block in blocks:
            self.add(block)

    def prose(self, text: str, heading: str = "") -> None:
        """Text that may run over pages, its heading never alone."""
        pens = self._job.pens
        lines = [paragraph(line, pens.body, LEFT, WIDTH) for line in pens.body.wrap(text, WIDTH)]
        above = [paragraph(heading, pens.label, LEFT, WIDTH)] if heading else []
        self.together([*above, *lines[:2]])
        for line in lines[2:]:
            self.add(line)

    def finish(self) -> list[Operators]:
        """Every page with its footer, now that the number of pages is known."""
        self._foot.draw(self.pages)
        return self.pages

    def _begin(self) -> None:
        self.page.append(ribbon(self._job))
        if self._job.void:
            self.page.append(self._void_mark())

    def _void_mark(self) -> str:
        """A large, light word across the page, under everything else."""
        text = self._job.words.void
        pen = self._job.pens.title.sized(190).fitted(text, 620)
        shown = pen.face.show(text, f"{pen.size:.2f}")
        half = pen.width(text) / 2
        return (
            f"q {_MARK} rg .7071 .7071 -.7071 .7071 297.64 400 cm BT/{pen.face.font} {pen.size:.2f} Tf "
            f"{-half:.2f} {-pen.size * 0.357:.2f} Td{shown} ET Q"
        )
