"""The office whose books are kept twice: by the product in a database, and by the ledger. What both must agree on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.audit import Entry
from core.early_discount import split
from core.errors import BillhookError
from core.invoice import Invoice, Prepaid
from core.money import Money
from core.party import Client
from core.usecases.desk import Desk
from core.usecases.undo import undo
from storage.credit_notes import credit_note_of as note_of
from storage.engine import Storage
from storage.invoices import invoice_of
from storage.tables import counter, credit_note, invoice, payment
from storage.work import SqlWork
from tests.books.ledger import BROUGHT, CASH, CENTS, REVENUE, VAT, Back, Bill, Ledger, Note, Receipt
from tests.builders.core import a_client
from tests.fakes.clock import FixedClock
from tests.storage.shop import open_shop

Found = TypeVar("Found")
CURRENCIES = ("EUR", "JPY", "KWD")
UNDO_FOR = timedelta(minutes=10)
PICKS = st.integers(0, 99)
"""Which one of several is meant, counted around."""


@dataclass(slots=True)
class Paper:
    """A draft, and the bill that was made of it."""

    id: UUID
    terms: dict[str, Any]
    client: Client
    bill: Bill | None = None
    gone: bool = False

    @property
    def is_draft(self) -> bool:
        return not self.gone and self.bill is None


@dataclass(slots=True)
class Change:
    """What may be taken back, where `allowed` says so, and what that means."""

    entry: Entry
    about: object
    at: datetime
    allowed: Callable[[], bool]
    back: Callable[[], None]
    in_turn: bool = True
    """Whether only the newest change of an object may be taken back."""
    undone: bool = False


@dataclass(slots=True)
class Setting:
    """What a run starts with."""

    runner: asyncio.Runner
    storage: Storage
    happened: Counter[str] = field(default_factory=Counter)
    """In all stories together: a story in which little happens proves little."""


@dataclass(frozen=True, slots=True)
class Books:
    """The product's, as they stand in the database; payments that were taken back are left out."""

    invoices: dict[UUID, Invoice]
    frozen: dict[UUID, str]
    """The documents of those that are issued, as they are stored."""
    payments: dict[UUID, sa.Row[Any]]
    notes: dict[UUID, sa.Row[Any]]
    counts: dict[tuple[str, str], int]


def _stands(note: sa.Row[Any], code: str) -> bool:
    return note.voided_at is None and note.currency == code


def _of_rows(taken: Sequence[Prepaid], name: str) -> int:
    """The net or the VAT of deposits that a later invoice takes off: they were billed before."""
    return sum(getattr(row, name).minor for one in taken for row in one.tax_rows)


def _rest(taken: Sequence[Prepaid]) -> int:
    gross = sum(one.gross.minor for one in taken)
    return gross - _of_rows(taken, "basis") - _of_rows(taken, "amount")


_known: dict[tuple[UUID, int, str], Invoice] = {}


def _invoice(row: sa.Row[Any]) -> Invoice:
    """Reading JSON takes most of the time, and most invoices are as they were a step ago."""
    key = (row.id, row.version, row.state)
    if key not in _known or row.state == "draft":
        _known[key] = invoice_of(row)
    return _known[key]


async def read(desk: Desk) -> Books:
    mine = desk.business.id
    run = cast(SqlWork, desk.work).connection.execute
    invoices = (await run(sa.select(invoice).where(invoice.c.business_id == mine))).all()
    payments = await run(
        sa.select(payment).where(payment.c.business_id == mine, payment.c.reversed_at.is_(None))
    )
    notes = (await run(sa.select(credit_note).where(credit_note.c.business_id == mine))).all()
    counts = await run(sa.select(counter).where(counter.c.business_id == mine))
    return Books(
        {row.id: _invoice(row) for row in invoices},
        {row.id: row.document for row in (*invoices, *notes) if row.document is not None},
        {row.id: row for row in payments},
        {row.id: row for row in notes},
        {(row.series, row.period): row.value for row in counts},
    )


class Office(RuleBasedStateMachine):
    """Rules are in its subclasses; here is what they act by, and what holds after each of them."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.runner, self.happened = setting.runner, setting.happened
        self.clock = setting.storage.clock = FixedClock()
        self.shop = self.runner.run(open_shop(setting.storage))
        self.clients = [self.shop.client, a_client("Béla & Cie", vat_id="", email="")]
        self.act(lambda desk: desk.work.clients.add(self.clients[1]))
        self.ledger = Ledger()
        self.papers: list[Paper] = []
        self.receipts: dict[UUID, Receipt] = {}
        self.backs: dict[UUID, Back] = {}
        self.notes: dict[UUID, Note] = {}
        self.quotes: list[str] = []
        self.frozen: dict[UUID, str] = {}
        """Every document as it was stored when it was issued."""
        self.changes: list[Change] = []

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(ZoneInfo("Europe/Berlin")).date()

    def act(self, use_case: Callable[[Desk], Awaitable[Found]]) -> Found:
        """One transaction."""
        return self.runner.run(self._transaction(use_case))

    def act_at_once(self, *use_cases: Callable[[Desk], Awaitable[Found]]) -> list[Found | BillhookError]:
        """Each in its own transaction, and all of them at the same moment."""

        async def together() -> list[Found | BillhookError]:
            done = await asyncio.gather(*map(self._transaction, use_cases), return_exceptions=True)
            for each in done:
                if isinstance(each, BaseException) and not isinstance(each, BillhookError):
                    raise each
            # What else could be raised was raised above, which mypy does not see.
            return done  # type: ignore[return-value]

        return self.runner.run(together())

    def refuses(self, use_case: Callable[[Desk], Awaitable[Any]]) -> None:
        """The invariants look whether anything was changed."""
        with pytest.raises(BillhookError):
            self.act(use_case)

    async def _transaction(self, use_case: Callable[[Desk], Awaitable[Found]]) -> Found:
        async with self.shop.desk() as desk:
            return await use_case(desk)

    def may_be_undone(self, change: Change) -> bool:
        about = [one for one in self.changes if one.about is change.about and not one.undone]
        in_turn = not change.in_turn or about[-1:] == [change]
        in_time = self.clock.now() - change.at <= UNDO_FOR
        return in_time and not change.undone and in_turn and change.allowed()

    def take(self, change: Change, twice: bool = False) -> None:
        """Take it back, or by two at the same moment; a second time it is refused."""

        async def back(desk: Desk) -> object:
            return await undo(desk, change.entry)

        if not self.may_be_undone(change):
            self.refuses(back)
            return
        done = self.act_at_once(back, back) if twice else [self.act(back)]
        assert sum(not isinstance(one, BillhookError) for one in done) == 1
        self.refuses(back)
        change.undone = True
        change.back()
        self.happened[f"{change.entry.action.value}, undone"] += 1

    def changed(
        self,
        entry: Entry,
        about: object,
        allowed: Callable[[], bool],
        back: Callable[[], None],
        in_turn: bool = True,
    ) -> None:
        self.changes.append(Change(entry, about, self.clock.now(), allowed, back, in_turn))
        self.happened[entry.action.value] += 1

    @rule(minutes=st.integers(1, 9) | st.integers(1, 45).map(lambda days: days * 24 * 60))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    # -- what holds --------------------------------------------------------------------------------

    @invariant()
    def it_agrees(self) -> None:
        books = self.act(read)
        self._every_amount_is_that_of_the_ledger(books)
        self._it_adds_up(books)
        assert books.frozen == self.frozen
        numbers = (
            [bill.number for bill in self.ledger.bills if not bill.imported]
            + [note.number for note in self.notes.values()]
            + self.quotes
        )
        assert len(numbers) == len(set(numbers)) == sum(self.ledger.counts.values())

    def _every_amount_is_that_of_the_ledger(self, books: Books) -> None:
        assert set(books.invoices) == {paper.id for paper in self.papers if not paper.gone}
        for paper in self.papers:
            if paper.bill is None or paper.gone:
                continue
            kept, live = books.invoices[paper.id], paper.bill.live_receipts
            assert kept.issued.number == paper.bill.number
            assert kept.total.minor == paper.bill.total
            assert kept.paid.minor == sum(receipt.applied for receipt in live)
            assert kept.balance.minor == self.ledger.owed(paper.bill)
            assert kept.credited.minor == paper.bill.credited
            assert 0 <= kept.balance.minor <= kept.total.minor - kept.paid.minor
            assert kept.paid.minor + kept.credited.minor <= kept.total.minor
            assert not (paper.bill.void and (kept.paid or kept.credited))
            assert not (kept.balance and any(receipt.credit for receipt in live))
            assert all(0 <= receipt.gone <= receipt.amount for receipt in live)
            assert all(net >= 0 <= tax for net, tax in paper.bill.left.values())
        found = {
            key: (row.amount_minor, row.applied_minor, row.discount_minor)
            for key, row in books.payments.items()
        }
        assert found == {
            **{
                key: (one.amount, one.applied, one.discount) for key, one in self.receipts.items() if one.live
            },
            **{key: (-back.amount, 0, 0) for key, back in self.backs.items() if back.live},
        }
        assert {key: (row.total_minor, row.voided_at is not None) for key, row in books.notes.items()} == {
            key: (note.total, note.void) for key, note in self.notes.items()
        }
        assert books.counts == dict(self.ledger.counts)

    def _it_adds_up(self, books: Books) -> None:
        """By the product's own figures: all accounts of a currency together are zero."""
        invoices, payments, notes = books.invoices.values(), books.payments.values(), books.notes.values()
        for code in CURRENCIES:
            mine = [one for one in invoices if one.document and one.total.currency == code]
            valid = [one.issued for one in mine if one.voided_at is None and not one.imported]
            totals = [(1, one.totals) for one in valid]
            totals += [(-1, note_of(row).document.totals) for row in notes if _stands(row, code)]
            taken = [earlier for one in valid for earlier in one.prepaid]
            received = [row for row in payments if row.currency == code]
            forgiven = [
                split(books.invoices[row.invoice_id].issued, Money(row.discount_minor, code))
                for row in received
                if row.discount_minor
            ]
            totals += [(-1, one) for one in forgiven]
            brought = sum(one.total.minor for one in mine if one.imported and one.voided_at is None)
            found = {
                "owed": sum(one.balance.minor for one in mine),
                "cash": sum(row.amount_minor for row in received),
                "credit": -sum(row.amount_minor - row.applied_minor for row in received),
                "revenue": _of_rows(taken, "basis") - sum(sign * one.net.minor for sign, one in totals),
                "vat": _of_rows(taken, "amount") - sum(sign * one.tax.minor for sign, one in totals),
                "cents": _rest(taken) - sum(sign * one.rounding.minor for sign, one in totals),
                "brought": -brought,
            }
            assert sum(found.values()) == 0, found
            names = (("owed",), CASH, ("credit",), REVENUE, VAT, CENTS, BROUGHT)
            assert found == {name[0]: self.ledger.balance(code, *name) for name in names}
