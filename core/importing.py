"""What is brought in from a file of another program: the wishes row by row, and the import as it is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.errors import InvalidInput
from core.invoice import Invoice
from core.money import Money
from core.party import Address

MOST_ROWS = 5_000
MOST_BYTES = 1_000_000
LIFE = timedelta(hours=1)
"""How long a file waits for somebody to say that it shall be imported."""


class Step(StrEnum):
    SHOWN = "shown"
    DONE = "done"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Import:
    """A file that somebody sent, until it is imported; then what came of it, until it is taken back."""

    id: UUID
    member_id: UUID
    filename: str
    created_at: datetime
    step: Step = Step.SHOWN
    clients: tuple[UUID, ...] = ()
    """Those that it added."""
    invoices: tuple[UUID, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as a row of a file has them; `row` is its place in the file, whose header is 1."""

    row: int
    name: str
    address: Address
    vat_id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice that another program issued, and what is still to be paid of it."""

    row: int
    number: str
    client: ClientRow
    issued_on: date
    due_on: date
    open: Money


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be imported."""

    row: int
    error: InvalidInput


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read."""

    clients: tuple[ClientRow, ...] = ()
    """Of a file of clients."""
    invoices: tuple[InvoiceRow, ...] = ()
    """Of a file of invoices, those on which something is open."""
    faults: tuple[Fault, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names of columns that nothing is done with."""
    settled: int = 0
    """Rows of invoices on which nothing is owed."""


@dataclass(frozen=True, slots=True)
class KnownClient:
    """As much of a live client as it takes to find them again."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a sheet would do."""

    new: tuple[ClientRow, ...]
    known: int
    """Rows of clients who are there already, or who stand in the file before; nothing is changed about them."""
    invoices: tuple[tuple[InvoiceRow, UUID | int], ...] = ()
    """Each with its client: one who is there, or the place of a new one in `new`."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with rows only in these books."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Names of the file whose client is known by the e-mail address alone, each with what they are called here."""


class Imports(Protocol):
    async def add(self, new: Import, content: bytes) -> None: ...
    async def lock(self, import_id: UUID) -> Import:
        """And nobody else imports it or takes it back before this transaction ends."""

    async def content(self, import_id: UUID) -> bytes:
        """Of one that is only shown."""

    async def save(self, changed: Import) -> Import:
        """Once it was imported; its content is gone then."""

    async def forget(self) -> None:
        """Those of the business that wait to be imported."""

    async def taken_numbers(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of them that an invoice of the business has."""

    async def counted(self, series: str) -> Mapping[str, int]:
        """How far a series has counted, by period."""

    async def remove_invoice(self, invoice: Invoice) -> None:
        """An imported one that nobody touched. Raises Conflict for any other."""

    async def known_clients(self) -> Sequence[KnownClient]:
        """All live ones."""
