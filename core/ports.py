"""What the business asks of the outside: one transaction over its rows, a clock and fresh identities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from core.approval import Request
from core.audit import Entry
from core.chat_ports import Chats, Inbox, Installations, Outbox, Slots
from core.conversion import ConvertibleReports
from core.credit_note import CreditNote
from core.importing import Imports
from core.invoice import Invoice
from core.money import Money
from core.nag_ports import Agendas, Fees, Notices, OptOuts, Promises, Reminders
from core.party import Business, Client, Member
from core.pay_ports import InvoiceLinks, PayAccounts, PaySessions, ProviderEvents
from core.payment import Payment
from core.plan_ports import Plans
from core.product import Products
from core.quote_ports import Quotes
from core.rates import Rates
from core.series_ports import SeriesBook
from core.views import (
    ClientRow,
    CurrencyOwed,
    Cursor,
    InvoiceFilter,
    InvoiceRow,
    OverdueTotal,
    Overview,
    Page,
    ReceivedTotal,
)


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware UTC instant."""


class Ids(Protocol):
    def new(self) -> UUID:
        """A UUIDv7: unique, and sorted by the time it was made."""

    def token(self) -> str:
        """16 URL-safe characters, 96 random bits: a name for something the holder may do."""

    def code(self) -> str:
        """22 URL-safe characters, 128 random bits: what lets a stranger in must not be guessed."""


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
    async def list_of_quote(self, quote_id: UUID) -> Sequence[Invoice]:
        """All that bill some of it, drafts and void ones too, oldest first."""

    async def save(self, invoice: Invoice) -> Invoice:
        """A draft as typed, or what payments and voiding change; the frozen document is never written again."""

    async def save_issued(self, invoice: Invoice) -> Invoice:
        """The step from draft to issued, once. Raises Conflict when the number is taken."""

    async def remove_draft(self, invoice: Invoice) -> None: ...
    async def next_count(self, series: str, period: str) -> int:
        """The next number of a counter, from 1; the row stays locked until the transaction ends."""

    async def begin_count(self, series: str, period: str, value: int) -> bool:
        """Let a counter go on from `value`; False when it has counted already."""

    async def recount(self, period: str, value: int) -> bool:
        """Let the counter of invoices go on from another value; False where one of its numbers was given."""

    async def list_page(
        self, which: InvoiceFilter, today: date, client_id: UUID | None, cursor: Cursor | None, limit: int
    ) -> Page[InvoiceRow]:
        """Newest first; overdue ones oldest due date first."""

    async def overdue_totals(self, today: date) -> Sequence[OverdueTotal]: ...
    async def owed(self, today: date) -> Sequence[CurrencyOwed]:
        """What is late or due within seven days, by currency."""

    async def overview(self, today: date) -> Overview:
        """What is late, soon due, and went through the books in the month of `today`."""


class Payments(Protocol):
    async def add(self, payment: Payment) -> None: ...
    async def get(self, payment_id: UUID) -> Payment: ...
    async def save(self, payment: Payment) -> Payment:
        """Whether it was reversed, and what of it settles its invoice; nothing else of it ever changes."""

    async def list_of(self, invoice_id: UUID) -> Sequence[Payment]:
        """In the order they were recorded, reversed ones left out."""

    async def find_provider(self, provider_id: str) -> Payment | None:
        """What was booked under the payment provider's name of it."""

    async def list_refunds(self, payment_id: UUID) -> Sequence[Payment]:
        """The entries that gave it back, or again, in the order they were recorded, reversed ones left out."""

    async def credits_of(self, client_id: UUID) -> Sequence[Money]:
        """What the client has overpaid and not got back, one amount per currency."""

    async def list_credited(self, client_id: UUID, currency: str) -> Sequence[UUID]:
        """The invoices on whose payments the client has credit, the oldest payment first."""

    async def list_move(self, move: UUID) -> Sequence[Payment]:
        """What moved credit together and was not taken back."""

    async def received_since(self, moment: datetime) -> Sequence[ReceivedTotal]:
        """What was recorded from that moment on and not taken back, by currency; refunds and disputes left out."""

    async def add_receipt(self, payment_id: UUID, file_id: UUID) -> None: ...
    async def receipts_of(self, invoice_id: UUID) -> Sequence[UUID]:
        """The files of its payments' receipts, oldest first; of reversed payments none."""


class CreditNotes(Protocol):
    async def add(self, credit_note: CreditNote) -> None:
        """Raises Conflict when the number is taken."""

    async def get(self, credit_note_id: UUID) -> CreditNote: ...
    async def find_number(self, number: str) -> CreditNote | None: ...
    async def save(self, credit_note: CreditNote) -> CreditNote:
        """Whether it is void; nothing else of it ever changes."""

    async def list_of(self, invoice_id: UUID) -> Sequence[CreditNote]:
        """In the order they were made, void ones too."""

    async def list_newest(self, most: int) -> Sequence[CreditNote]: ...


class Audit(Protocol):
    @property
    def written(self) -> bool:
        """Whether this transaction has left an entry: something of the business was changed."""

    async def add(self, entry: Entry) -> None: ...
    async def get(self, entry_id: UUID) -> Entry: ...
    async def last_of(self, member_id: UUID) -> Entry | None:
        """The member's newest entry that was not undone and is no undoing itself."""

    async def latest_about(self, subject_id: UUID) -> UUID | None:
        """The newest entry about an object that was not undone and is no undoing itself."""

    async def last_draft_of(self, member_id: UUID) -> UUID | None:
        """The invoice that the member drafted or changed last, whatever became of it."""

    async def is_undone(self, entry_id: UUID) -> bool: ...


class Approvals(Protocol):
    """Drafts that wait for somebody's word."""

    async def add(self, request: Request) -> None:
        """An open request about the same invoice is superseded."""

    async def get(self, request_id: UUID) -> Request: ...
    async def lock(self, request_id: UUID) -> Request:
        """Like get, and nobody else decides it before this transaction ends."""

    async def find_open(self, invoice_id: UUID) -> Request | None: ...
    async def save(self, request: Request) -> None:
        """What came of it. Raises Conflict when somebody decided it since it was loaded."""


class Files(Protocol):
    """Logos and rendered documents: bytes that never change once stored."""

    async def add(self, file_id: UUID, media_type: str, content: bytes) -> None: ...
    async def get(self, file_id: UUID) -> bytes: ...
    async def keep_document(self, subject_id: UUID, kind: str, content: bytes) -> bytes:
        """Store a rendered document and return the stored bytes: the first one kept stays for ever."""

    async def find_document(self, subject_id: UUID, kind: str) -> bytes | None: ...


class Jobs(Protocol):
    """Work that is done later, by whichever process is free."""

    async def enqueue(self, work: Work, name: str, key: str, delay: float = 0, urgent: bool = True) -> None:
        """Part of the transaction: done after it commits, not before `delay` seconds, at least once.

        The rows it is about are the truth: a job that finds nothing to do is no error.
        """

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        """The same for many keys at once."""


class NoJobs:
    """Jobs for a process that delivers everything itself at once, such as the terminal chat."""

    async def enqueue(self, work: Work, name: str, key: str, delay: float = 0, urgent: bool = True) -> None:
        return None

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        return None


CHAT_JOB = "chat"
"""The job that answers what came into a chat and delivers what waits for it; its key is the chat's."""
BUSINESS_JOB = "business"
"""The job that writes a business's digest, previews and sends its reminders; its key is the business's id in hex."""


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
    def credit_notes(self) -> CreditNotes: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def products(self) -> Products: ...
    @property
    def rates(self) -> Rates: ...
    @property
    def quotes(self) -> Quotes: ...
    @property
    def reports(self) -> ConvertibleReports: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def approvals(self) -> Approvals: ...
    @property
    def files(self) -> Files: ...
    @property
    def chats(self) -> Chats: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def slots(self) -> Slots: ...
    @property
    def installations(self) -> Installations: ...
    @property
    def agendas(self) -> Agendas: ...
    @property
    def reminders(self) -> Reminders: ...
    @property
    def fees(self) -> Fees: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def series(self) -> SeriesBook: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def opt_outs(self) -> OptOuts: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def provider_events(self) -> ProviderEvents: ...
    @property
    def pay_accounts(self) -> PayAccounts: ...
    @property
    def pay_sessions(self) -> PaySessions: ...
    @property
    def invoice_links(self) -> InvoiceLinks: ...

    async def enter(self, business_id: UUID) -> None:
        """From here on, this transaction sees and writes that business's rows only."""
