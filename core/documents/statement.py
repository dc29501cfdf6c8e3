"""A statement of account as a PDF: a pure function, in the client's language, one table for each currency."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.documents import words
from core.documents.figures import Figures
from core.documents.job import styled
from core.documents.lettering import Lettering
from core.documents.pen import LEFT, RIGHT, WIDTH, Block, box, paragraph, stack
from core.documents.picture import read_logo
from core.documents.printable import clean, clean_party, drawn, party_texts
from core.documents.report_words import ReportWords, report_characters, report_words
from core.documents.stationery import PAD, Cell, Pages, Paper, closing, grouped, head, header, row
from core.documents.writer import About, write_pages
from core.money import Money
from core.report import Account, Posting, Statement

_ENTRY, _DUE, _AMOUNT = LEFT + 84, LEFT + 318, RIGHT - 100
"""Where an entry's words begin, and where the columns of due dates and amounts end; balances end at the edge."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every part of one rendering shares."""

    statement: Statement
    paper: Paper

    @property
    def words(self) -> ReportWords:
        return self.paper.words

    def figures(self, account: Account) -> Figures:
        return Figures(self.statement.language, account.currency)


def render_statement(statement: Statement, logo: bytes | None = None) -> bytes:
    """The pages. Raises InvalidInput, naming the field, for a character that no vendored font has."""
    statement = replace(
        statement, seller=clean_party(statement.seller), buyer=clean_party(statement.buyer),
        footer=clean(statement.footer), iban=clean(statement.iban), bic=clean(statement.bic),
    )  # fmt: skip
    lettering = Lettering(_characters(statement))
    desk = Desk(statement, _paper(statement, lettering))
    messages, paper = desk.words, desk.paper
    picture = read_logo(logo) if logo else None
    pages = Pages(paper)
    pages.add(head(paper, picture, _facts(desk)))
    asked = bool(statement.iban) and any(account.closing.minor > 0 for account in statement.accounts)
    for account in statement.accounts:
        last = account is statement.accounts[-1]
        _draw(desk, pages, account, _payment(desk) if asked and last else None)
    if not statement.accounts:
        pages.add(paragraph(messages.nothing, paper.pens.body, LEFT, WIDTH))
    about = About(statement.language, paper.named, statement.seller.name)
    return write_pages(about, pages.finish(), lettering, picture)


def _paper(statement: Statement, lettering: Lettering) -> Paper:
    messages = report_words(statement.language)
    pens, accent, tint = styled(lettering, statement.accent)
    named = messages.statement_of.format(client=statement.buyer.name)
    return Paper(
        statement.seller, statement.buyer, statement.language, messages.statement, named, messages.recipient,
        statement.footer, statement.branded, messages, pens, accent, tint,
    )  # fmt: skip


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


def _facts(desk: Desk) -> list[tuple[str, str]]:
    statement, language = desk.statement, desk.statement.language
    start, end = (words.day(on, language) for on in (statement.period.start, statement.period.end))
    return [
        (desk.words.period, desk.words.days.format(start=start, end=end)),
        (desk.words.made_on, words.day(statement.made_on, language)),
    ]


# -- one currency ----------------------------------------------------------------------------------


def _draw(desk: Desk, pages: Pages, account: Account, payment: Block | None) -> None:
    figures, columns = desk.figures(account), _header(desk, account)
    first = _row(desk, words.day(desk.statement.period.start, desk.statement.language), desk.words.opening,
                 balance=figures.money(account.opening))  # fmt: skip
    end = _closing(desk, figures, account)
    if payment is not None:
        end = stack(end, payment)
    # A heading never stands alone, and neither does the end.
    pages.add(Block(16.0, lambda top: []), below=columns.height + 3 * first.height)
    pages.add(columns, below=2 * first.height)
    pages.add(first, columns)
    for posting in account.postings:
        last = end.height if posting is account.postings[-1] else 0.0
        pages.add(_entry(desk, figures, posting), columns, last)
    pages.add(end)


def _header(desk: Desk, account: Account) -> Block:
    said = desk.words
    cells = _cells(said.due, f"{said.amount} {account.currency}", f"{said.balance} {account.currency}")
    return header(desk.paper, [(said.day, LEFT), (said.entry, _ENTRY)], cells)


def _entry(desk: Desk, figures: Figures, posting: Posting) -> Block:
    entry, language = posting.entry, desk.statement.language
    return _row(
        desk, words.day(entry.on, language), desk.words.movement(entry.kind, entry.number),
        words.day(entry.due_on, language) if entry.due_on else "", figures.money(entry.amount),
        figures.money(posting.balance),
    )  # fmt: skip


def _row(desk: Desk, day: str, said: str, due: str = "", amount: str = "", balance: str = "") -> Block:
    left = [(day, LEFT, _ENTRY - LEFT - 8), (said, _ENTRY, _DUE - _ENTRY - 86)]
    return row(desk.paper, left, _cells(due, amount, balance))


def _cells(due: str, amount: str, balance: str) -> list[Cell]:
    return [Cell(due, _DUE, 78.0), Cell(amount, _AMOUNT, 88.0), Cell(balance, RIGHT, 92.0)]


def _closing(desk: Desk, figures: Figures, account: Account) -> Block:
    owed = account.closing if account.closing.minor >= 0 else -account.closing
    amount = f"{account.currency} {figures.money(owed)}"
    return closing(desk.paper, _said_of(desk, account.closing), amount)


def _said_of(desk: Desk, balance: Money) -> str:
    if not balance:
        return desk.words.settled
    return desk.words.payable if balance.minor > 0 else desk.words.credit


def _payment(desk: Desk) -> Block:
    """To which account; what for is on each invoice."""
    statement, pens, room = desk.statement, desk.paper.pens, WIDTH - 2 * PAD
    iban = grouped(statement.iban.replace(" ", ""))
    text = "\n".join(
        filter(None, (statement.seller.name, f"IBAN {iban}", statement.bic and f"BIC {statement.bic}"))
    )
    content = stack(
        paragraph(desk.words.pay, pens.heading, LEFT + PAD, room), 3.0,
        paragraph(text, pens.body, LEFT + PAD, room),
    )  # fmt: skip
    height = content.height + 2 * PAD
    ground = Block(
        height, lambda top: [box(LEFT, top, WIDTH, height, desk.paper.tint), *content.draw(top + PAD)]
    )
    return stack(14.0, ground)
