"""Read-only rows for lists and reports: what a page shows, without loading aggregates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from core.invoice import State
from core.money import Money

Row = TypeVar("Row")

_LONGEST_CURSOR = 1000
"""A client's name of 200 characters can be three times as long when its case is folded."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class InvoiceFilter(StrEnum):
    """The words of `/invoices`."""

    OPEN = "open"
    DRAFT = "draft"
    OVERDUE = "overdue"
    PAID = "paid"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in display order; the cursors are opaque and None where there is nothing further."""

    rows: tuple[Row, ...]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: `key` is the edge row's sort key, not included."""

    key: str
    backwards: bool = False

    def __str__(self) -> str:
        return f"{'<' if self.backwards else '>'}{self.key}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """None for anything that is not a cursor: buttons are untrusted."""
        if not 2 <= len(text) <= _LONGEST_CURSOR or text[0] not in "<>" or _UNSTORABLE.search(text):
            return None
        return cls(text[1:], text[0] == "<")


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice in a list; a draft has no number and no dates."""

    id: UUID
    number: str | None
    client_id: UUID
    client: str
    state: State
    total: Money
    paid: Money
    credited: Money
    issued_on: date | None
    due_on: date | None
    imported: bool = False
    """Another program issued it, so there is no document of ours."""

    @property
    def balance(self) -> Money:
        if self.state is not State.ISSUED:
            return Money.zero(self.total.currency)
        return self.total - self.paid - self.credited

    @property
    def creditable(self) -> bool:
        """What another program issued is corrected there."""
        return self.state is State.ISSUED and not self.imported and self.credited != self.total


@dataclass(frozen=True, slots=True)
class ClientRow:
    id: UUID
    name: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class OverdueTotal:
    """All that is overdue in one currency."""

    owed: Money
    invoices: int


@dataclass(frozen=True, slots=True)
class CurrencyOwed:
    """What is open in one currency and due. `soon` is due today or in the six days after."""

    overdue: Money
    overdue_count: int
    soon: Money
    soon_count: int

    @property
    def currency(self) -> str:
        return self.overdue.currency


@dataclass(frozen=True, slots=True)
class ReceivedTotal:
    """What came in within some time, in one currency."""

    received: Money
    payments: int
    client: str
    """Who paid, where it is one payment."""


@dataclass(frozen=True, slots=True)
class CurrencyOverview:
    """What the overview says of one currency. `soon` is due today or in the six days after."""

    overdue: Money
    overdue_count: int
    soon: Money
    soon_count: int
    issued: Money
    """Dated this month, void ones left out, less what credit notes and early-payment discounts of this month took
    off: what a report of the month calls invoiced.
    """
    received: Money
    """This month, what was taken back left out."""

    @property
    def currency(self) -> str:
        return self.issued.currency


@dataclass(frozen=True, slots=True)
class Overview:
    """The business at a glance; only currencies that have anything to say, by their codes."""

    currencies: tuple[CurrencyOverview, ...]
    drafts: int
    """At most 1000 are counted."""
