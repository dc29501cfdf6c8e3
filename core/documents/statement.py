"""A statement of account as a PDF: a pure function, in the client's language, one table for each currency."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.documents import words
from core.documents.figures import Figures
from core.documents.head import TOP, brand, ribbon_in
from core.documents.job import Pens, styled
from core.documents.lettering import Lettering
from core.documents.pen import (
    LEFT,
    PAGE_HEIGHT,
    RIGHT,
    WIDTH,
    Block,
    Operators,
    Pen,
    beside,
    box,
    paragraph,
    rule,
    shrunk,
    stack,
)
from core.documents.picture import Picture, read_logo
from core.documents.printable import clean, clean_party, drawn, party_texts
from core.documents.report_words import ReportWords, report_characters, report_words
from core.documents.writer import About, write_pages
from core.money import Money
from core.party import Party
from core.report import Account, Posting, Statement

_EDGE, _FOOTER, _GUTTER, _PAD = 34.0, 54.0, 24.0, 10.0
_ENTRY, _DUE, _AMOUNT = LEFT + 84, LEFT + 318, RIGHT - 100
"""Where an entry's words begin, and where the columns of due dates and amounts end; balances end at the edge."""
_ROW_PAD = 3.5


@dataclass(frozen=True, slots=True)
class Desk:
    """What every part of one rendering shares."""

    statement: Statement
    words: ReportWords
    pens: Pens
    accent: str
    tint: str

    def figures(self, account: Account) -> Figures:
        return Figures(self.statement.language, account.currency)


def render_statement(statement: Statement, logo: bytes | None = None) -> bytes:
    """The pages. Raises InvalidInput, naming the field, for a character that no vendored font has."""
    statement = replace(
        statement, seller=clean_party(statement.seller), buyer=clean_party(statement.buyer),
        footer=clean(statement.footer), iban=clean(statement.iban), bic=clean(statement.bic),
    )  # fmt: skip
    messages = report_words(statement.language)
    lettering = Lettering(_characters(statement))
    pens, accent, tint = styled(lettering, statement.accent)
    desk = Desk(statement, messages, pens, accent, tint)
    picture = read_logo(logo) if logo else None
    pages = _Pages(desk)
    pages.add(_head(desk, picture))
    asked = bool(statement.iban) and any(account.closing.minor > 0 for account in statement.accounts)
    for account in statement.accounts:
        last = account is statement.accounts[-1]
        _draw(desk, pages, account, _payment(desk) if asked and last else None)
    if not statement.accounts:
        pages.add(paragraph(messages.nothing, pens.body, LEFT, WIDTH))
    about = About(
        statement.language, messages.statement_of.format(client=statement.buyer.name), statement.seller.name
    )
    return write_pages(about, pages.finish(), lettering, picture)


def _characters(statement: Statement) -> set[str]:
    countries = (statement.seller.address.country, statement.buyer.address.country)
    numbers = {posting.entry.number for account in statement.accounts for posting in account.postings}
    named = [
        *party_texts(statement.seller, statement.buyer),
        ("footer", statement.footer), ("iban", statement.iban), ("bic", statement.bic), ("number", "".join(numbers)),
    ]  # fmt: skip
    fixed = set(report_characters(statement.language)) | set("0123456789-–…")
    for account in statement.accounts:
        fixed |= Figures(statement.language, account.currency).characters | set(account.currency)
        for posting in account.postings:
            for day in (posting.entry.on, posting.entry.due_on):
                fixed |= set(words.day(day, statement.language)) if day else set()
    for day in (statement.period.start, statement.period.end, statement.made_on):
        fixed |= set(words.day(day, statement.language))
    return drawn(named).union(fixed, *(words.country(code, statement.language) for code in countries))


class _Pages:
    """The pages so far, and where the next block goes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        pens, statement = desk.pens, desk.statement
        self._footer = shrunk(statement.footer, pens.fine, LEFT, WIDTH - 90, _FOOTER)
        if statement.branded:
            self._footer = stack(self._footer, paragraph(desk.words.made_with, pens.fine, LEFT, WIDTH - 90))
        self._bottom = PAGE_HEIGHT - _EDGE - max(self._footer.height, pens.fine.line) - 14
        self._pages: list[Operators] = []
        self._turn()

    def fits(self, height: float) -> bool:
        return self._top + height <= self._bottom

    def add(self, block: Block, again: Block | None = None, below: float = 0.0) -> None:
        """Draw here; or on the next page, below what is said `again` there, if it does not fit with `below`."""
        if not self.fits(block.height + below):
            self._turn()
            if again is not None:
                self._draw(again)
        self._draw(block)

    def finish(self) -> list[Operators]:
        """Every page with its footer, now that the number of pages is known."""
        pen = self._desk.pens.fine
        top = PAGE_HEIGHT - _EDGE - max(self._footer.height, pen.line)
        for number, page in enumerate(self._pages, 1):
            text = self._desk.words.page.format(number=number, count=len(self._pages))
            page += [rule(LEFT, RIGHT, top - 6), *self._footer.draw(top)]
            page.append(pen.fitted(text, 84).write_right(RIGHT, top, text))
        return self._pages

    def _turn(self) -> None:
        self._pages.append([ribbon_in(self._desk.accent)])
        self._top = TOP
        if len(self._pages) > 1:
            pen, statement = self._desk.pens.fine, self._desk.statement
            text = self._desk.words.statement_of.format(client=statement.buyer.name)
            half = WIDTH / 2 - _GUTTER
            self._pages[-1] += [
                pen.write(LEFT, TOP, pen.clipped(statement.seller.name, half)),
                pen.fitted(text, half).write_right(RIGHT, TOP, text),
            ]
            self._top += pen.line + 14

    def _draw(self, block: Block) -> None:
        self._pages[-1].extend(block.draw(self._top))
        self._top += block.height


# -- the head --------------------------------------------------------------------------------------


def _head(desk: Desk, logo: Picture | None) -> Block:
    statement = desk.statement
    pen = desk.pens.title.fitted(desk.words.statement, 240)
    title = Block(pen.line, lambda top: [pen.write_right(RIGHT, top, desk.words.statement)])
    return stack(
        beside(brand(statement.seller.name, desk.pens.name, logo, WIDTH - 240 - _GUTTER), title),
        24.0, _parties(desk), 18.0, _facts(desk), 6.0,
    )  # fmt: skip


def _parties(desk: Desk) -> Block:
    statement, width = desk.statement, (WIDTH - _GUTTER) / 2
    return beside(
        _party(desk, desk.words.sender, statement.seller, LEFT, width),
        _party(desk, desk.words.recipient, statement.buyer, LEFT + width + _GUTTER, width),
    )


def _party(desk: Desk, label: str, party: Party, left: float, width: float) -> Block:
    statement = desk.statement
    details = list(party.address.lines())
    if statement.seller.address.country != statement.buyer.address.country:
        details.append(words.country(party.address.country, statement.language))
    if party.vat_id:
        details.append(desk.words.vat_id.format(value=party.vat_id))
    if party.email:
        details.append(party.email)
    return stack(
        paragraph(label, desk.pens.label, left, width), 2.0,
        shrunk(party.name, desk.pens.heading, left, width, 95),
        shrunk("\n".join(details), desk.pens.body, left, width, 190),
    )  # fmt: skip


def _facts(desk: Desk) -> Block:
    statement, language = desk.statement, desk.statement.language
    start, end = (words.day(on, language) for on in (statement.period.start, statement.period.end))
    facts = [
        (desk.words.period, desk.words.days.format(start=start, end=end)),
        (desk.words.made_on, words.day(statement.made_on, language)),
    ]
    width = (WIDTH - 2 * _PAD) / len(facts)
    content = beside(
        *(
            stack(
                paragraph(label, desk.pens.label, LEFT + _PAD + place * width, width),
                paragraph(value, desk.pens.strong, LEFT + _PAD + place * width, width),
            )
            for place, (label, value) in enumerate(facts)
        )
    )
    height = content.height + 2 * _PAD - 2
    return Block(
        height, lambda top: [box(LEFT, top, WIDTH, height, desk.tint), *content.draw(top + _PAD - 2)]
    )


# -- one currency ----------------------------------------------------------------------------------


def _draw(desk: Desk, pages: _Pages, account: Account, payment: Block | None) -> None:
    figures, header = desk.figures(account), _header(desk, account)
    first = _row(desk, words.day(desk.statement.period.start, desk.statement.language), desk.words.opening,
                 balance=figures.money(account.opening))  # fmt: skip
    closing = _closing(desk, figures, account)
    if payment is not None:
        closing = stack(closing, payment)
    # A heading never stands alone, and neither does the end.
    pages.add(Block(16.0, lambda top: []), below=header.height + 3 * first.height)
    pages.add(header, below=2 * first.height)
    pages.add(first, header)
    for posting in account.postings:
        last = closing.height if posting is account.postings[-1] else 0.0
        pages.add(_entry(desk, figures, posting), header, last)
    pages.add(closing)


def _header(desk: Desk, account: Account) -> Block:
    pen, said = desk.pens.label, desk.words
    height = pen.line + 5.0

    def draw(top: float) -> Operators:
        return [
            pen.write(LEFT, top, said.day),
            pen.write(_ENTRY, top, said.entry),
            pen.write_right(_DUE, top, said.due),
            pen.write_right(_AMOUNT, top, f"{said.amount} {account.currency}"),
            pen.write_right(RIGHT, top, f"{said.balance} {account.currency}"),
            rule(LEFT, RIGHT, top + height - 1, "0.42 0.45 0.5", 0.7),
        ]

    return Block(height, draw)


def _entry(desk: Desk, figures: Figures, posting: Posting) -> Block:
    entry, language = posting.entry, desk.statement.language
    return _row(
        desk, words.day(entry.on, language), desk.words.movement(entry.kind, entry.number),
        words.day(entry.due_on, language) if entry.due_on else "", figures.money(entry.amount),
        figures.money(posting.balance),
    )  # fmt: skip


def _row(desk: Desk, day: str, said: str, due: str = "", amount: str = "", balance: str = "") -> Block:
    pen = desk.pens.body
    height = pen.line + 2 * _ROW_PAD

    def draw(top: float) -> Operators:
        middle = top + _ROW_PAD
        right = [(due, _DUE, 78.0), (amount, _AMOUNT, 88.0), (balance, RIGHT, 92.0)]
        return [
            pen.fitted(day, _ENTRY - LEFT - 8).write(LEFT, middle, day),
            pen.fitted(said, _DUE - _ENTRY - 86).write(_ENTRY, middle, said),
            *(pen.fitted(text, room).write_right(edge, middle, text) for text, edge, room in right if text),
            rule(LEFT, RIGHT, top + height),
        ]

    return Block(height, draw)


def _closing(desk: Desk, figures: Figures, account: Account) -> Block:
    pen, label = desk.pens.total, _said_of(desk, account.closing)
    owed = account.closing if account.closing.minor >= 0 else -account.closing
    amount = f"{account.currency} {figures.money(owed)}"

    def draw(top: float) -> Operators:
        number = pen.fitted(amount, WIDTH * 0.4)
        name: Pen = desk.pens.heading.sized(11).fitted(label, WIDTH - number.width(amount) - 12)
        return [
            name.write(LEFT, top + 8 + (number.line - name.line) / 2, label),
            number.write_right(RIGHT, top + 8, amount),
        ]

    return Block(pen.line + 18, draw)


def _said_of(desk: Desk, closing: Money) -> str:
    if not closing:
        return desk.words.settled
    return desk.words.payable if closing.minor > 0 else desk.words.credit


def _payment(desk: Desk) -> Block:
    """To which account; what for is on each invoice."""
    statement, room = desk.statement, WIDTH - 2 * _PAD
    iban = statement.iban.replace(" ", "")
    grouped = " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
    text = "\n".join(
        filter(None, (statement.seller.name, f"IBAN {grouped}", statement.bic and f"BIC {statement.bic}"))
    )
    content = stack(
        paragraph(desk.words.pay, desk.pens.heading, LEFT + _PAD, room), 3.0,
        paragraph(text, desk.pens.body, LEFT + _PAD, room),
    )  # fmt: skip
    height = content.height + 2 * _PAD
    ground = Block(height, lambda top: [box(LEFT, top, WIDTH, height, desk.tint), *content.draw(top + _PAD)])
    return stack(14.0, ground)
