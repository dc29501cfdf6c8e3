"""What people did and what they were told about it: the side of the story that is not in the database."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Told(StrEnum):
    """What a person knows of an act."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer came. It may have happened or not."""


@dataclass(slots=True)
class Bill:
    """An invoice as its author knows it."""

    office: str
    ref: str
    client: str
    terms: dict[str, Any]
    """As tests/core/second_opinion.py wants them."""
    total: int
    drafted: Told = Told.UNKNOWN
    issued: Told | None = None
    """None: nobody tried."""
    number: str = ""
    message: int = 0
    """The newest message with its buttons."""
    receipts: list[Receipt] = field(default_factory=list)
    voided: Told | None = None
    restored: Told | None = None
    mailed: Told | None = None
    online: bool = False
    """Somebody went to pay it online, which is booked when it is told."""
    correction: Correction | None = None
    closed_at: float | None = None
    """Unix time at which somebody was told that nothing is owed any more, for good."""

    @property
    def settled(self) -> bool:
        """Everything that was tried was answered, so what it is now is known."""
        return Told.UNKNOWN not in (
            self.drafted, self.issued, self.voided, self.restored,
            *(said for receipt in self.receipts for said in (receipt.recorded, receipt.reversed)),
        )  # fmt: skip

    @property
    def paid(self) -> int:
        return sum(
            receipt.amount
            for receipt in self.receipts
            if receipt.recorded is Told.DONE and receipt.reversed is not Told.DONE
        )


@dataclass(slots=True)
class Receipt:
    """A payment that somebody said was received; within its invoice the amount names it."""

    amount: int
    recorded: Told
    message: int = 0
    reversed: Told | None = None


@dataclass(slots=True)
class Correction:
    """The credit note of a bill, and what of it went back to the client. Nothing else is done to that bill then."""

    amount: int
    over: int
    """What of it exceeds what was owed."""
    made: Told = Told.UNKNOWN
    voided: Told | None = None
    given_back: Told | None = None


@dataclass(slots=True)
class Repeated:
    """A recurring invoice; its reference is that of every invoice it brings."""

    ref: str
    client: str
    total: int
    started: Told = Told.UNKNOWN
    first: str = ""
    """The first of its days, as it was said."""


@dataclass(slots=True)
class Offer:
    """A quote. Its invoices have its reference, and nothing else is done to them."""

    bill: Bill
    """The quote itself, as what it would be billed with."""
    share: int
    """Percent of its deposit; 0: it has none."""
    accepted: Told | None = None
    deposits: list[Bill] = field(default_factory=list)
    end: Bill | None = None
    """The invoice over all of it, or over the rest."""


@dataclass(slots=True)
class Office:
    """A business, its people and what they did. `mark` stands in every word they write, and in nobody else's."""

    mark: str
    opened: Told = Told.UNKNOWN
    chats: list[int] = field(default_factory=list)
    clients: dict[str, Told] = field(default_factory=dict)
    emails: dict[str, set[str]] = field(default_factory=dict)
    """What each client's address may be now."""
    bills: list[Bill] = field(default_factory=list)
    series: list[Repeated] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    joined: int = 1
    opened_at: datetime | None = None
    """By the clock of the processes."""

    @property
    def name(self) -> str:
        return f"Studio {self.mark}"


class Record:
    """Of one run. Threads write to it."""

    def __init__(self) -> None:
        self.offices: list[Office] = []
        self.surprises: list[str] = []
        """Answers that nothing in the run explains."""
        self.acts: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def number(self) -> int:
        """How many acts there were."""
        with self._lock:
            return sum(self.acts.values())

    def office(self) -> Office:
        with self._lock:
            office = Office(f"Q{len(self.offices) + 1:03}X")
            self.offices.append(office)
            return office

    def surprise(self, what: str) -> None:
        with self._lock:
            self.surprises.append(what)

    def count(self, act: str, told: Told) -> None:
        with self._lock:
            name = f"{act} {told}"
            self.acts[name] = self.acts.get(name, 0) + 1
