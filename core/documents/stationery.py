"""The paper of statements and reminders: head, parties, facts, a row of a table, how to pay, and pages with footers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import words
from core.documents.foot import Foot
from core.documents.head import TOP, brand, ribbon_in
from core.documents.job import Pens
from core.documents.pen import (
    LEFT,
    RIGHT,
    WIDTH,
    Block,
    Operators,
    beside,
    box,
    paragraph,
    rule,
    shrunk,
    stack,
)
from core.documents.picture import Picture
from core.documents.report_words import ReportWords
from core.party import Party

PAD = 10.0
_GUTTER = 24.0
_ROW_PAD = 3.5


@dataclass(frozen=True, slots=True)
class Paper:
    """What every part of one rendering shares. `named` heads every further page; `recipient` labels the buyer."""

    seller: Party
    buyer: Party
    language: str
    title: str
    named: str
    recipient: str
    footer: str
    branded: bool
    words: ReportWords
    pens: Pens
    accent: str
    tint: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A text that ends at `right` and has that much room."""

    text: str
    right: float
    room: float


class Pages:
    """The pages so far, and where the next block goes."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        made_with = paper.words.made_with if paper.branded else ""
        self._foot = Foot(paper.footer, made_with, paper.words.page, paper.pens.fine)
        self._pages: list[Operators] = []
        self._turn()

    def fits(self, height: float) -> bool:
        return self._top + height <= self._foot.above

    def add(self, block: Block, again: Block | None = None, below: float = 0.0) -> None:
        """Draw here; or on the next page, below what is said `again` there, if it does not fit with `below`."""
        if not self.fits(block.height + below):
            self._turn()
            if again is not None:
                self._draw(again)
        self._draw(block)

    def finish(self) -> list[Operators]:
        """Every page with its footer, now that the number of pages is known."""
        self._foot.draw(self._pages)
        return self._pages

    def _turn(self) -> None:
        self._pages.append([ribbon_in(self._paper.accent)])
        self._top = TOP
        if len(self._pages) > 1:
            pen, text = self._paper.pens.fine, self._paper.named
            half = WIDTH / 2 - _GUTTER
            self._pages[-1] += [
                pen.write(LEFT, TOP, pen.clipped(self._paper.seller.name, half)),
                pen.fitted(text, half).write_right(RIGHT, TOP, text),
            ]
            self._top += pen.line + 14

    def _draw(self, block: Block) -> None:
        self._pages[-1].extend(block.draw(self._top))
        self._top += block.height


# -- the head --------------------------------------------------------------------------------------


def head(paper: Paper, logo: Picture | None, facts: Sequence[tuple[str, str]]) -> Block:
    """Brand, title, parties and facts."""
    pen = paper.pens.title.fitted(paper.title, 240)
    title = Block(pen.line, lambda top: [pen.write_right(RIGHT, top, paper.title)])
    return stack(
        beside(brand(paper.seller.name, paper.pens.name, logo, WIDTH - 240 - _GUTTER), title),
        24.0, _parties(paper), 18.0, _facts(paper, facts), 6.0,
    )  # fmt: skip


def _parties(paper: Paper) -> Block:
    width = (WIDTH - _GUTTER) / 2
    return beside(
        _party(paper, paper.words.sender, paper.seller, LEFT, width),
        _party(paper, paper.recipient, paper.buyer, LEFT + width + _GUTTER, width),
    )


def _party(paper: Paper, label: str, party: Party, left: float, width: float) -> Block:
    details = list(party.address.lines())
    if paper.seller.address.country != paper.buyer.address.country:
        details.append(words.country(party.address.country, paper.language))
    if party.vat_id:
        details.append(paper.words.vat_id.format(value=party.vat_id))
    if party.email:
        details.append(party.email)
    return stack(
        paragraph(label, paper.pens.label, left, width), 2.0,
        shrunk(party.name, paper.pens.heading, left, width, 95),
        shrunk("\n".join(details), paper.pens.body, left, width, 190),
    )  # fmt: skip


def _facts(paper: Paper, facts: Sequence[tuple[str, str]]) -> Block:
    width = (WIDTH - 2 * PAD) / len(facts)
    content = beside(
        *(
            stack(
                paragraph(label, paper.pens.label, LEFT + PAD + place * width, width),
                paragraph(value, paper.pens.strong, LEFT + PAD + place * width, width),
            )
            for place, (label, value) in enumerate(facts)
        )
    )
    height = content.height + 2 * PAD - 2
    return Block(
        height, lambda top: [box(LEFT, top, WIDTH, height, paper.tint), *content.draw(top + PAD - 2)]
    )


# -- tables and sums -------------------------------------------------------------------------------


def header(paper: Paper, left: Sequence[tuple[str, float]], cells: Sequence[Cell]) -> Block:
    """The names of columns: those that begin at a place, and those that end at one."""
    pen = paper.pens.label
    height = pen.line + 5.0

    def draw(top: float) -> Operators:
        return [
            *(pen.write(start, top, text) for text, start in left),
            *(pen.fitted(cell.text, cell.room).write_right(cell.right, top, cell.text) for cell in cells),
            rule(LEFT, RIGHT, top + height - 1, "0.42 0.45 0.5", 0.7),
        ]

    return Block(height, draw)


def row(
    paper: Paper, left: Sequence[tuple[str, float, float]], cells: Sequence[Cell], under: Block | None = None
) -> Block:
    """One line: texts with their places and rooms, and cells; what is empty is not drawn. `under` belongs to it."""
    pen = paper.pens.body
    height = pen.line + 2 * _ROW_PAD + (under.height if under else 0.0)

    def draw(top: float) -> Operators:
        middle = top + _ROW_PAD
        return [
            *(pen.fitted(text, room).write(start, middle, text) for text, start, room in left),
            *(
                pen.fitted(cell.text, cell.room).write_right(cell.right, middle, cell.text)
                for cell in cells
                if cell.text
            ),
            *(under.draw(middle + pen.line) if under else ()),
            rule(LEFT, RIGHT, top + height),
        ]

    return Block(height, draw)


def closing(paper: Paper, label: str, amount: str) -> Block:
    """The last sum, across the page."""
    pen = paper.pens.total

    def draw(top: float) -> Operators:
        number = pen.fitted(amount, WIDTH * 0.4)
        name = paper.pens.heading.sized(11).fitted(label, WIDTH - number.width(amount) - 12)
        return [
            name.write(LEFT, top + 8 + (number.line - name.line) / 2, label),
            number.write_right(RIGHT, top + 8, amount),
        ]

    return Block(pen.line + 18, draw)


def grouped(iban: str) -> str:
    """In fours, as people read it to each other."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
