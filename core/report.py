"""What reports say: how old debts are, a client's account, and revenue with its taxes. Pure values and sums.

Nothing here adds two currencies: every sum belongs to one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.invoice import Period
from core.money import Money, total
from core.party import Party
from core.tax import TaxCategory

MOST_ENTRIES = 2000
"""Of one statement; whoever has more asks for a shorter period."""
MOST_DAYS = 30 * 366
_DAYS_IN_MONTH = 31
LeftOut = tuple[str, Money]
"""The number of a document without a rate into the currency of the report, and what could not be converted."""
_MONTHS_SHOWN = 24


# -- how old debts are -----------------------------------------------------------------------------


class Age(StrEnum):
    """How many days an invoice is late. What is due today is not late."""

    CURRENT = "0"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "90+"


_FIRST_LATE = (0, 30, 60, 90)


def age_edges(today: date) -> tuple[date, ...]:
    """The earliest due date of each age but the last, which has none."""
    return tuple(today - timedelta(days=days) for days in _FIRST_LATE)


def age_of(due_on: date, today: date) -> Age:
    passed = sum(due_on < edge for edge in age_edges(today))
    return tuple(Age)[passed]


@dataclass(frozen=True, slots=True)
class AgingRow:
    """What one client owes in one currency, by age in the order of Age."""

    client_id: UUID
    client: str
    owed: tuple[Money, ...]

    @property
    def total(self) -> Money:
        return total(self.owed, self.owed[0].currency)


@dataclass(frozen=True, slots=True)
class AgingTable:
    """Who owes most comes first."""

    currency: str
    rows: tuple[AgingRow, ...]

    @property
    def owed(self) -> tuple[Money, ...]:
        columns = zip(*(row.owed for row in self.rows), strict=True)
        return tuple(total(column, self.currency) for column in columns)

    @property
    def total(self) -> Money:
        return total((row.total for row in self.rows), self.currency)


@dataclass(frozen=True, slots=True)
class Aging:
    today: date
    tables: tuple[AgingTable, ...]
    """By currency code."""
    left_out: tuple[LeftOut, ...] = ()
    """Of one in a single currency."""


def aging(today: date, rows: Iterable[AgingRow]) -> Aging:
    by_currency: defaultdict[str, list[AgingRow]] = defaultdict(list)
    for row in rows:
        by_currency[row.owed[0].currency].append(row)
    return Aging(
        today,
        tuple(
            AgingTable(code, tuple(sorted(by_currency[code], key=lambda row: (-row.total.minor, row.client))))
            for code in sorted(by_currency)
        ),
    )


# -- a client's account ----------------------------------------------------------------------------


class EntryKind(StrEnum):
    """What moves a client's account, in the order in which entries of one day stand."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"
    PAYMENT = "payment"
    REFUND = "refund"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One movement: `amount` is what it adds to what the client owes, below zero for money that came in."""

    on: date
    kind: EntryKind
    number: str
    """Of the invoice that it is about, or of the credit note."""
    amount: Money
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry, and what was owed after it."""

    entry: AccountEntry
    balance: Money


@dataclass(frozen=True, slots=True)
class Account:
    """One currency of a statement. Below zero, the client has credit."""

    opening: Money
    postings: tuple[Posting, ...]

    @property
    def currency(self) -> str:
        return self.opening.currency

    @property
    def closing(self) -> Money:
        return self.postings[-1].balance if self.postings else self.opening

    def moved(self, *kinds: EntryKind) -> Money:
        """All entries of these kinds together."""
        amounts = (posting.entry.amount for posting in self.postings if posting.entry.kind in kinds)
        return total(amounts, self.currency)


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that a statement of account prints."""

    seller: Party
    buyer: Party
    period: Period
    made_on: date
    accounts: tuple[Account, ...]
    """By currency code; only those with anything to say."""
    language: str = "en"
    iban: str = ""
    bic: str = ""
    footer: str = ""
    accent: str = ""
    branded: bool = False


def accounts(openings: Iterable[Money], entries: Iterable[AccountEntry]) -> tuple[Account, ...]:
    """What was owed before, and each entry with what was owed after it."""
    before = {money.currency: money for money in openings}
    moved: defaultdict[str, list[AccountEntry]] = defaultdict(list)
    order = list(EntryKind)
    for entry in sorted(entries, key=lambda one: (one.on, order.index(one.kind))):
        moved[entry.amount.currency].append(entry)
    found = []
    for code in sorted(before.keys() | moved.keys()):
        opening = balance = before.get(code, Money.zero(code))
        postings = []
        for entry in moved[code]:
            balance += entry.amount
            postings.append(Posting(entry, balance))
        if opening or postings:
            found.append(Account(opening, tuple(postings)))
    return tuple(found)


# -- revenue and taxes -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaxedDay:
    """What was invoiced on one day under one tax, or, below zero, what credit notes took off."""

    on: date
    category: TaxCategory
    rate: Decimal
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class TakenGroup:
    """A VAT group of the invoice on which a discount was taken."""

    category: TaxCategory
    rate: Decimal
    gross: Money


@dataclass(frozen=True, slots=True)
class Taken:
    """A discount that a payment earned because it came early, on that day."""

    on: date
    discount: Money
    groups: tuple[TakenGroup, ...]


@dataclass(frozen=True, slots=True)
class DaySum:
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class TaxSum:
    """What was invoiced under one tax."""

    category: TaxCategory
    rate: Decimal
    net: Money
    tax: Money

    @property
    def total(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Step:
    """A day, a month or a year of a report, cut at the report's own ends."""

    period: Period
    taxes: tuple[TaxSum, ...]
    invoiced: Money
    """Everything, as clients were asked to pay it, less what was credited."""
    received: Money
    """What came in, less what went back."""

    @property
    def rounding(self) -> Money:
        """What clients were asked beyond net and VAT: the cents of prices that include VAT (BT-114)."""
        return self.invoiced - total((tax.total for tax in self.taxes), self.invoiced.currency)


@dataclass(frozen=True, slots=True)
class Revenue:
    """One currency of a summary."""

    currency: str
    steps: tuple[Step, ...]

    @property
    def whole(self) -> Step:
        """The sum of all steps."""
        period = Period(self.steps[0].period.start, self.steps[-1].period.end)
        sums: dict[tuple[TaxCategory, Decimal], TaxSum] = {}
        for step in self.steps:
            _add(sums, step.taxes)
        return Step(
            period, _in_order(sums), total((step.invoiced for step in self.steps), self.currency),
            total((step.received for step in self.steps), self.currency),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    period: Period
    currencies: tuple[Revenue, ...]
    """By currency code; only those with anything to say."""
    left_out: tuple[LeftOut, ...] = ()
    """Of one in a single currency."""


def steps_of(period: Period) -> tuple[Period, ...]:
    """Days of a month, months of up to two years, years of anything longer."""
    days = (period.end - period.start).days + 1
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    found, start = [], period.start
    while start <= period.end:
        if days <= _DAYS_IN_MONTH:
            after = start + timedelta(days=1)
        elif months <= _MONTHS_SHOWN:
            after = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            after = date(start.year + 1, 1, 1)
        found.append(Period(start, min(after - timedelta(days=1), period.end)))
        start = after
    return tuple(found)


def summary(
    period: Period, billed: Sequence[TaxedDay], invoiced: Sequence[DaySum], received: Sequence[DaySum]
) -> Summary:
    """Days put together into steps, each currency for itself."""
    steps = steps_of(period)
    codes = {row.amount.currency for rows in (invoiced, received) for row in rows}
    found = []
    for code in sorted(codes):
        made = []
        for step in steps:
            sums: dict[tuple[TaxCategory, Decimal], TaxSum] = {}
            _add(sums, (row for row in billed if row.net.currency == code and _within(step, row.on)))
            made.append(Step(step, _in_order(sums), _sum(invoiced, step, code), _sum(received, step, code)))
        found.append(Revenue(code, tuple(made)))
    return Summary(period, tuple(found))


def _within(period: Period, day: date) -> bool:
    return period.start <= day <= period.end


def _sum(rows: Sequence[DaySum], step: Period, code: str) -> Money:
    return total((row.amount for row in rows if row.amount.currency == code and _within(step, row.on)), code)


def _add(sums: dict[tuple[TaxCategory, Decimal], TaxSum], rows: Iterable[TaxedDay | TaxSum]) -> None:
    for row in rows:
        key = (row.category, row.rate)
        seen = sums.get(key)
        net, tax = (seen.net + row.net, seen.tax + row.tax) if seen else (row.net, row.tax)
        sums[key] = TaxSum(row.category, row.rate, net, tax)


def _in_order(sums: dict[tuple[TaxCategory, Decimal], TaxSum]) -> tuple[TaxSum, ...]:
    """The highest rate first, as documents have it."""
    return tuple(sorted(sums.values(), key=lambda row: (-row.rate, row.category)))


# -- what is read for them -------------------------------------------------------------------------


class Reports(Protocol):
    """What reports are made of: invoices and credit notes that are not void, and payments that were not taken back."""

    async def aging(self, today: date) -> Sequence[AgingRow]: ...
    async def openings(self, client_id: UUID, before: date) -> Sequence[Money]:
        """What the client owed when that day began, by currency."""

    async def entries(self, client_id: UUID, period: Period, most: int) -> Sequence[AccountEntry]:
        """By day, at most so many."""

    async def billed(self, period: Period) -> Sequence[TaxedDay]: ...
    async def invoiced(self, period: Period) -> Sequence[DaySum]: ...
    async def early_discounts(self, period: Period) -> Sequence[Taken]:
        """Discounts that payments earned because they came early, by the days of the payments."""

    async def received(self, period: Period) -> Sequence[DaySum]: ...
