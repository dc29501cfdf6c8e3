"""What the business asks of the outside: one transaction over its rows, a clock and fresh identities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from core.audit import Entry
from core.invoice import Invoice
from core.money import Money
from core.party import Business, Client, Member
from core.payment import Payment
from core.views import ClientRow, Cursor, InvoiceFilter, InvoiceRow, OverdueTotal, Page


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware UTC instant."""


class Ids(Protocol):
    def new(self) -> UUID:
        """A UUIDv7: unique, and sorted by the time it was made."""

    def token(self) -> str:
        """16 URL-safe characters, 96 random bits: a name for something the holder may do."""


class Businesses(Protocol):
    async def add(self, business: Business) -> None: ...
    async def get(self) -> Business: ...
    async def save(self, business: Business) -> Business:
        """Raises Conflict when somebody saved it since it was loaded."""


class Members(Protocol):
    async def add(self, member: Member) -> None: ...
    async def get(self, member_id: UUID) -> Member: ...
    async def save(self, member: Member) -> Member: ...
    async def list(self) -> Sequence[Member]: ...


class Clients(Protocol):
    async def add(self, client: Client) -> None: ...
    async def get(self, client_id: UUID) -> Client: ...
    async def save(self, client: Client) -> Client: ...
    async def remove(self, client: Client) -> None:
        """Raises Conflict when an invoice names it."""

    async def search(self, text: str, limit: int, live: bool = True) -> Sequence[Client]:
        """Clients, live or archived, whose name holds the text, case folded; an exact name comes alone."""

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[ClientRow]:
        """Live clients by name."""


class Invoices(Protocol):
    async def add(self, invoice: Invoice) -> None: ...
    async def get(self, invoice_id: UUID) -> Invoice: ...
    async def lock(self, invoice_id: UUID) -> Invoice:
        """Like get, and nobody else changes it before this transaction ends."""

    async def find_number(self, number: str) -> Invoice | None: ...
    async def save(self, invoice: Invoice) -> Invoice:
        """A draft as typed, or what payments and voiding change; the frozen document is never written again."""

    async def save_issued(self, invoice: Invoice) -> Invoice:
        """The step from draft to issued, once. Raises Conflict when the number is taken."""

    async def remove_draft(self, invoice: Invoice) -> None: ...
    async def next_count(self, series: str, period: str) -> int:
        """The next number of a counter, from 1; the row stays locked until the transaction ends."""

    async def begin_count(self, series: str, period: str, value: int) -> bool:
        """Let a counter go on from `value`; False when it has counted already."""

    async def list_page(
        self, which: InvoiceFilter, today: date, client_id: UUID | None, cursor: Cursor | None, limit: int
    ) -> Page[InvoiceRow]:
        """Newest first; overdue ones oldest due date first."""

    async def overdue_totals(self, today: date) -> Sequence[OverdueTotal]: ...


class Payments(Protocol):
    async def add(self, payment: Payment) -> None: ...
    async def get(self, payment_id: UUID) -> Payment: ...
    async def save(self, payment: Payment) -> Payment: ...
    async def list_of(self, invoice_id: UUID) -> Sequence[Payment]:
        """In the order they were recorded, reversed ones left out."""

    async def credits_of(self, client_id: UUID) -> Sequence[Money]:
        """What the client has overpaid, one amount per currency."""


class Audit(Protocol):
    async def add(self, entry: Entry) -> None: ...
    async def get(self, entry_id: UUID) -> Entry: ...
    async def last_of(self, member_id: UUID) -> Entry | None:
        """The member's newest entry that was not undone and is no undoing itself."""

    async def latest_about(self, subject_id: UUID) -> UUID | None:
        """The newest entry about an object that was not undone and is no undoing itself."""

    async def last_draft_of(self, member_id: UUID) -> UUID | None:
        """The invoice that the member drafted or changed last, whatever became of it."""

    async def is_undone(self, entry_id: UUID) -> bool: ...


class Files(Protocol):
    """Logos and rendered documents: bytes that never change once stored."""

    async def add(self, file_id: UUID, media_type: str, content: bytes) -> None: ...
    async def get(self, file_id: UUID) -> bytes: ...
    async def keep_document(self, invoice_id: UUID, kind: str, content: bytes) -> bytes:
        """Store a rendered document and return the stored bytes: the first one kept stays for ever."""

    async def find_document(self, invoice_id: UUID, kind: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Seat:
    """Who a sender is: a member of a business."""

    business_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class Conversation:
    """A form in progress: its frames (command, raw answers) as JSON, the innermost last."""

    frames: tuple[dict[str, Any], ...] = ()
    parked: tuple[dict[str, Any], ...] = ()
    """What a new command interrupted; offered again as Resume."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button does, kept behind its token."""

    token: str
    label: str
    command: str
    argument: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One inbound update as stored; `payload` is plain JSON."""

    id: str
    chat: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One reply on its way; `payload` is plain JSON."""

    id: UUID
    chat: str
    payload: dict[str, Any]
    business_id: UUID | None


@dataclass(frozen=True, slots=True)
class OutboxFile:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """A seat that waits for whoever brings the code; only the code's hash is stored."""

    business_id: UUID
    role: str
    expires_at: datetime
    invited_by: UUID


class Chats(Protocol):
    """What belongs to a chat and not to a business: who speaks, what was begun, what buttons mean.

    `chat` is `platform:address`, `sender` is `platform:identity`.
    """

    async def lock(self, chat: str) -> None:
        """Serialise the updates of one chat until the transaction ends."""

    async def seat(self, sender: str) -> Seat | None: ...
    async def sit(self, sender: str, seat: Seat) -> None: ...
    async def conversation(self, chat: str, sender: str) -> Conversation: ...
    async def keep(self, chat: str, sender: str, conversation: Conversation) -> None:
        """Store it for a day; an empty one is deleted."""

    async def add_presses(
        self, chat: str, sender: str, outbox_id: UUID, presses: Sequence[Press]
    ) -> None: ...
    async def find_press(self, chat: str, token: str) -> Press | None:
        """None for a token that is unknown, expired, or belongs to another chat."""

    async def last_presses(self, chat: str) -> Sequence[Press]:
        """The buttons of the chat's newest reply, in order."""

    async def invite(self, code_hash: str, new: Invitation) -> None: ...
    async def accept(self, code_hash: str, now: datetime) -> Invitation | None:
        """Take an invitation: it is gone afterwards. None when it does not exist or has expired."""


class Inbox(Protocol):
    """Updates, unique per platform and delivery id."""

    async def store(self, platform: str, row: InboxRow, received_at: datetime) -> bool:
        """False when that delivery is stored already."""

    async def claim(self, platform: str, update_id: str) -> bool:
        """Mark it handled in this transaction; False when it was handled before."""

    async def fail(self, platform: str, update_id: str, reference: str) -> None:
        """A bug stopped it: kept with the reference a person was told, and not tried again."""

    async def list_unhandled(self, platform: str, chat: str, limit: int) -> Sequence[InboxRow]: ...


class Outbox(Protocol):
    """Replies: pending -> sending -> sent, failed or uncertain."""

    async def add(self, row: OutboxRow, files: Sequence[OutboxFile]) -> None: ...
    async def list_pending(self, chat: str, limit: int) -> Sequence[OutboxRow]:
        """Oldest first. None while an older one is being sent: replies do not overtake each other."""

    async def files_of(self, outbox_id: UUID) -> Sequence[OutboxFile]: ...
    async def move(self, outbox_id: UUID, seen: str, state: str) -> bool:
        """From one state to the next; False when another process did it first."""

    async def give_up_lost(self, chat: str) -> int:
        """What a dead process left in `sending` becomes `uncertain`: nobody knows whether it arrived."""


class Work(Protocol):
    """One transaction. Whoever opened it commits it: nothing else does."""

    @property
    def businesses(self) -> Businesses: ...
    @property
    def members(self) -> Members: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def invoices(self) -> Invoices: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def files(self) -> Files: ...
    @property
    def chats(self) -> Chats: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...

    async def enter(self, business_id: UUID) -> None:
        """From here on, this transaction sees and writes that business's rows only."""
