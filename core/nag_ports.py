"""What digests and reminders ask of the storage. Everything but `find_token` works inside the business entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from core.agenda import Agenda
from core.ladder import Chased
from core.money import Money
from core.notify import Kind, Listener, Preference, WaitingNotice
from core.party import Business, Client
from core.reminder import Chase, Promise, Reminder


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open invoice as the daily look finds it: `chased` decides, the rest is for the message."""

    chased: Chased
    client: Client
    issued_on: date
    delivered_on: date | None = None
    opted_out: bool = False
    """The client's mail address asked to be left alone."""


@dataclass(frozen=True, slots=True)
class FeeRun:
    """A fee that was asked for: once per invoice and step. `accrued_to` marks up to where interest was counted."""

    invoice_id: UUID
    step: int
    amount: Money
    fee_invoice_id: UUID
    accrued_to: date | None = None


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Whose letters the link in one of them ends."""

    business_id: UUID
    email: str


class Agendas(Protocol):
    """The row that the clock reads; saving a business keeps it up to date by itself."""

    async def get(self) -> Agenda: ...
    async def lock(self) -> Agenda:
        """Like get, and nobody else who locks it goes on before this transaction ends; `wake` needs no lock."""

    async def follow(self, business: Business) -> None:
        """After its settings changed, or when somebody joins a business for which no clock came by so far."""

    async def wake(self, at: datetime) -> None:
        """Look at the business at that moment, or earlier if that was planned already.

        After whatever else is locked, as `rest` is: then nobody waits for each other in a circle.
        """

    async def looked(self, on: date) -> None:
        """The daily look of that local date is done."""

    async def rest(self, next_at: datetime | None = None) -> None:
        """Everything that was due is done; `next_at` is the next moment before the next daily look.

        Only in a transaction that had locked the row before it read what waits: whatever somebody planned to be
        looked at since then stays planned.
        """

    async def unmade_digests(self) -> Sequence[date]:
        """Local dates whose digest was decided and not written yet, oldest first."""

    async def digest_made(self, on: date) -> None: ...
    async def digest_before(self, on: date) -> datetime | None:
        """When the digest of the newest local date before that one was decided."""


class Reminders(Protocol):
    async def candidates(
        self, business: Business, since: date, today: date, limit: int, after: Candidate | None = None
    ) -> Sequence[Candidate]:
        """Open invoices whose ladder may not be finished yet, oldest due date first.

        `since` is the agenda's; `after` the last one of the page before.
        """

    async def candidate(self, business: Business, since: date, invoice_id: UUID) -> Candidate | None:
        """The same of one invoice; None unless it is issued and open."""

    async def add(self, reminder: Reminder) -> bool:
        """False, and nothing is stored, when one of its (invoice, step) was decided before."""

    async def get(self, reminder_id: UUID) -> Reminder: ...
    async def lock(self, reminder_id: UUID) -> Reminder:
        """Like get, and nobody else changes it before this transaction ends."""

    async def save(self, reminder: Reminder) -> Reminder:
        """State, text, way, moment, balances and delivery. Raises Conflict when it moved on since."""

    async def list_waiting(self, limit: int) -> Sequence[Reminder]:
        """Planned ones, the next first, and then those that are held."""

    async def list_of(self, invoice_id: UUID) -> Sequence[Reminder]:
        """Oldest first."""

    async def chase(self, invoice_id: UUID) -> Chase: ...
    async def set_chase(self, invoice_id: UUID, chase: Chase) -> None: ...


class Fees(Protocol):
    async def add(self, run: FeeRun) -> bool:
        """False when this (invoice, step) has one."""

    async def list_of(self, invoice_id: UUID) -> Sequence[FeeRun]:
        """By step."""

    async def is_fee(self, invoice_id: UUID) -> bool:
        """Whether the invoice itself asks for a fee: no fee is charged on a fee."""


class Promises(Protocol):
    async def add(self, promise: Promise) -> None:
        """An open one of the same client is withdrawn."""

    async def get(self, promise_id: UUID) -> Promise: ...
    async def find_open(self, client_id: UUID) -> Promise | None: ...
    async def save(self, promise: Promise) -> Promise: ...
    async def list_ended(self, today: date, limit: int) -> Sequence[Promise]:
        """Open ones whose day has passed."""

    async def count_broken(self, client_id: UUID) -> int: ...


class Notices(Protocol):
    """What waits to be told, and who hears what."""

    async def add(self, notice: WaitingNotice) -> None: ...
    async def take_due(self, now: datetime, limit: int) -> Sequence[WaitingNotice]:
        """Removes them: whoever takes them tells them in the same transaction. By chat, kind and age."""

    async def remove(self, chat: str, kind: Kind) -> int:
        """Forget what waits for a chat, because something newer takes its place."""

    async def list_waiting(self, limit: int) -> Sequence[WaitingNotice]:
        """The next first."""

    async def listeners(self, kind: Kind) -> Sequence[Listener]:
        """Reachable chats that hear this kind: of each active member the chat used last, and groups that were
        bound on purpose (they show client data). By default owners and admins hear everything and others nothing;
        groups hear the digest only.
        """

    async def preference(self, subject: str) -> Preference | None:
        """None where nothing was ever chosen."""

    async def set_preference(self, subject: str, preference: Preference) -> None: ...


class OptOuts(Protocol):
    """Mail addresses whose owners asked to be left alone by this business."""

    async def add(self, email: str, opted_at: datetime | None = None) -> None:
        """From now on, where no earlier moment is given."""

    async def has(self, email: str) -> bool: ...
    async def since(self, email: str) -> datetime | None: ...
    async def remove(self, email: str) -> bool:
        """False where it was not there."""

    async def add_token(self, token_hash: str, email: str) -> None:
        """What the link in a letter names, for 400 days; whoever opens it needs no business."""

    async def find_token(self, token_hash: str) -> Unsubscribing | None:
        """Works outside any business; None for what is unknown or expired. It can be opened again."""
