"""A reminder as a PDF: a pure function, in the client's language, on the paper of statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.documents import qr, words
from core.documents.figures import Figures
from core.documents.job import styled
from core.documents.lettering import Lettering
from core.documents.pen import (
    LEFT,
    PAGE_HEIGHT,
    RIGHT,
    WIDTH,
    Block,
    Operators,
    box,
    paragraph,
    shrunk,
    stack,
)
from core.documents.picture import read_logo
from core.documents.printable import clean, clean_party, drawn, party_texts
from core.documents.reminder_words import ReminderWords, reminder_characters, reminder_words
from core.documents.report_words import report_characters, report_words
from core.documents.stationery import PAD, Cell, Pages, Paper, closing, grouped, head, header, row
from core.documents.typeface import without_glyph
from core.documents.writer import About, write_pages
from core.reminder_letter import OwedRow, ReminderLetter

_ISSUED, _DUE, _LATE = LEFT + 236, LEFT + 320, LEFT + 396
"""Where the columns of days end; what is open ends at the edge."""
_LABELS, _CODE, _QUIET = 110.0, 84.0, 9.0


@dataclass(frozen=True, slots=True)
class Desk:
    """What every part of one rendering shares."""

    letter: ReminderLetter
    words: ReminderWords
    figures: Figures
    paper: Paper

    def day(self, one: OwedRow) -> tuple[str, str]:
        language = self.letter.text.language
        issued, due = (words.day(on, language) if on else "" for on in (one.issued_on, one.due_on))
        return issued, due


def render_reminder(letter: ReminderLetter, logo: bytes | None = None) -> bytes:
    """The pages. Raises InvalidInput, naming the field, for a character that no vendored font has; in the words of
    the letter such a character is left out, because a letter may be written with signs that only screens show.
    """
    letter = _tidied(letter)
    text = letter.text
    lettering = Lettering(_characters(letter))
    desk = _desk(letter, lettering)
    picture = read_logo(logo) if logo else None
    pages = Pages(desk.paper)
    facts = [(desk.words.date, words.day(text.on, text.language)), (desk.words.total, _sum(desk))]
    pages.add(head(desk.paper, picture, facts))
    _prose(desk, pages, text.opening)
    _table(desk, pages)
    if letter.iban or _only_link(letter):
        pages.add(stack(14.0, _payment(desk)))
    _prose(desk, pages, text.closing)
    about = About(text.language, f"{desk.paper.title} {letter.reference}", letter.seller.name)
    return write_pages(about, pages.finish(), lettering, picture)


def _tidied(letter: ReminderLetter) -> ReminderLetter:
    text = letter.text
    return replace(
        letter, seller=clean_party(letter.seller), buyer=clean_party(letter.buyer), holder=clean(letter.holder),
        iban=clean(letter.iban).replace(" ", ""), bic=clean(letter.bic), footer=clean(letter.footer),
        text=replace(text, opening=_printable(text.opening), closing=_printable(text.closing)),
    )  # fmt: skip


def _printable(text: str) -> str:
    tidy = clean(text)
    gone = set(without_glyph(tidy.replace("\n", " ")))
    return clean("".join(char for char in tidy if char not in gone))


def _characters(letter: ReminderLetter) -> set[str]:
    text = letter.text
    named = [
        *party_texts(letter.seller, letter.buyer), ("footer", letter.footer), ("iban", letter.iban + letter.bic),
        ("seller", letter.holder), ("number", letter.reference),
        ("link", "".join(one.link for one in letter.rows)),
        ("text", text.opening + text.closing),
    ]  # fmt: skip
    fixed = set(report_characters(text.language)) | reminder_characters(text.language) | set("0123456789-–… ")
    fixed |= Figures(text.language, text.currency).characters | set(text.currency)
    for on in (text.on, *(day for one in letter.rows for day in (one.issued_on, one.due_on))):
        fixed |= set(words.day(on, text.language)) if on else set()
    countries = (letter.seller.address.country, letter.buyer.address.country)
    return drawn(named).union(fixed, *(words.country(code, text.language) for code in countries))


def _desk(letter: ReminderLetter, lettering: Lettering) -> Desk:
    text = letter.text
    messages = reminder_words(text.language)
    pens, accent, tint = styled(lettering, letter.accent)
    title = messages.title(text.tone)
    paper = Paper(
        letter.seller, letter.buyer, text.language, title, title, messages.recipient, letter.footer, letter.branded,
        report_words(text.language), pens, accent, tint,
    )  # fmt: skip
    return Desk(letter, messages, Figures(text.language, text.currency), paper)


def _prose(desk: Desk, pages: Pages, text: str) -> None:
    """Line by line, so that long words of one's own go over the end of a page."""
    pen = desk.paper.pens.body.sized(10)
    pages.add(Block(10.0, lambda top: []))
    for line in pen.wrap(text, WIDTH) if text else ():
        pages.add(paragraph(line, pen, LEFT, WIDTH))
    pages.add(Block(4.0, lambda top: []))


# -- what is owed ----------------------------------------------------------------------------------


def _table(desk: Desk, pages: Pages) -> None:
    said, rows = desk.words, desk.letter.rows
    late = any(one.days_late for one in rows)
    opened = said.open.format(currency=desk.letter.text.currency)
    columns = header(
        desk.paper,
        [(said.invoice, LEFT)],
        _cells(said.issued, said.due, said.days_late if late else "", opened),
    )
    end = closing(desk.paper, said.total, _sum(desk))
    drawn_rows = [_row(desk, one) for one in rows]
    pages.add(Block(8.0, lambda top: []), below=columns.height + drawn_rows[0].height)
    pages.add(columns)
    for one in drawn_rows:
        pages.add(one, columns, end.height if one is drawn_rows[-1] else 0.0)
    pages.add(end)


def _row(desk: Desk, one: OwedRow) -> Block:
    issued, due = desk.day(one)
    late = str(one.days_late) if one.days_late else ""
    named = [(_named(desk.words, one), LEFT, _ISSUED - LEFT - 86)]
    cells = _cells(issued, due, late, desk.figures.money(one.open))
    return row(
        desk.paper, named, cells, _where(desk, one) if one.link and not _only_link(desk.letter) else None
    )


def _where(desk: Desk, one: OwedRow) -> Block:
    """Where this one is paid online."""
    pen = desk.paper.pens.fine
    label = desk.words.online
    aside = LEFT + pen.width(label) + 6
    address = shrunk(one.link, pen, aside, RIGHT - aside, 2 * pen.line)
    return Block(address.height, lambda top: [pen.write(LEFT, top, label), *address.draw(top)])


def _only_link(letter: ReminderLetter) -> str:
    """Where one payment online settles all of it."""
    return letter.rows[0].link if len(letter.text.owed) == 1 else ""


def _named(said: ReminderWords, one: OwedRow) -> str:
    if not one.is_fee:
        return one.number
    return said.fee.format(number=one.number) if one.number else said.fee_to_come


def _cells(issued: str, due: str, late: str, opened: str) -> list[Cell]:
    return [
        Cell(issued, _ISSUED, 80.0),
        Cell(due, _DUE, 78.0),
        Cell(late, _LATE, 72.0),
        Cell(opened, RIGHT, 94.0),
    ]


def _sum(desk: Desk) -> str:
    return f"{desk.letter.text.currency} {desk.figures.money(desk.letter.total)}"


# -- how to pay ------------------------------------------------------------------------------------


def _payment(desk: Desk) -> Block:
    """One payment for all of it, with a code to scan at its right where the scheme allows one."""
    letter, pens = desk.letter, desk.paper.pens
    code = qr.transfer(letter.holder, letter.iban, letter.bic, letter.total, letter.reference)
    side = _CODE + 2 * _QUIET
    room = WIDTH - 2 * PAD - (side + 2 * PAD if code else 0)
    rows = [_fact(desk, label, value, room) for label, value in _ways(desk)]
    content = stack(paragraph(desk.words.pay, pens.heading, LEFT + PAD, room), 5.0, *rows)
    height = max(content.height + 2 * PAD, side + pens.fine.line + PAD + 4 if code else 0)

    def draw(top: float) -> Operators:
        ground = [box(LEFT, top, WIDTH, height, desk.paper.tint), *content.draw(top + PAD)]
        return ground + (_scan(desk, code, top, height) if code else [])

    return Block(height, draw)


def _ways(desk: Desk) -> Iterator[tuple[str, str]]:
    letter, said = desk.letter, desk.words
    if letter.iban:
        yield said.holder, letter.holder
        yield said.iban, grouped(letter.iban)
        if letter.bic:
            yield said.bic, letter.bic
        yield said.reference, letter.reference
    if link := _only_link(letter):
        yield said.online, link


def _fact(desk: Desk, label: str, value: str, room: float) -> Block:
    pens, left = desk.paper.pens, LEFT + PAD
    text = shrunk(value, pens.body, left + _LABELS, room - _LABELS, 60)
    name = pens.body.coloured(pens.label.colour).fitted(label, _LABELS - 8)
    return Block(text.height + 1.5, lambda top: [name.write(left, top, label), *text.draw(top)])


def _scan(desk: Desk, code: str, top: float, height: float) -> Operators:
    """The code on a white card, wide enough for the quiet zone of four modules."""
    side, label = _CODE + 2 * _QUIET, desk.words.scan
    pen = desk.paper.pens.fine.fitted(label, side)
    left, card = RIGHT - side - PAD / 2, height - PAD
    upper = top + PAD / 2 + max(0.0, (card - side - pen.line) / 2)
    return [
        box(left, top + PAD / 2, side, card, "1 1 1"),
        qr.path(code, left + _QUIET, PAGE_HEIGHT - upper - _QUIET - _CODE, _CODE),
        pen.write(left + (side - pen.width(label)) / 2, upper + side - 3, label),
    ]
