"""What payments ask of the outside: their rows, and whoever takes the money. Plans are in core/plan_ports.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.invoice import Invoice
from core.money import Money
from core.party import Business, Client

EVENT_JOB = "event"
"""The job that applies what the payment provider told; its key is the event's id."""
PAYMENT_JOB = "payment"
"""The job that ends checkouts which are for another balance; its key is the business's id in hex."""


# -- what the payment provider tells -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """Something that changed there. Only its id, kind and object are kept: the object is read again from there."""

    id: str
    type: str
    """In the provider's words, such as `customer.subscription.updated`."""
    object_id: str
    created_at: datetime
    business_id: UUID | None = None
    """Whose own account it happened in; None for ours, in which plans are sold."""
    account: str = ""
    """The provider's name of that account; a business may have left one in which money is under way still."""


class ProviderEvents(Protocol):
    """Works outside any business."""

    async def store(self, event: ProviderEvent, now: datetime) -> bool:
        """False for one that was stored before."""

    async def claim(self, event_id: str, now: datetime) -> ProviderEvent | None:
        """Mark it applied, in the transaction that applies it; None when that was done before."""

    async def fail(self, event_id: str, error: str, now: datetime) -> None:
        """It cannot be applied and is not tried again; operators see it."""

    async def get(self, event_id: str) -> ProviderEvent | None:
        """None for an unknown one, and for one that was applied or has failed."""

    async def list_unapplied(self, before: datetime, limit: int) -> Sequence[str]:
        """Ids of those that were stored before that moment, oldest first."""

    async def is_unapplied(self, business_id: UUID, account: str) -> bool:
        """Whether anything that happened in that account of the business has yet to be applied."""

    async def asked_until(self, whose: str) -> datetime | None:
        """Until when all events of that account are known; None for one that was never asked for them."""

    async def note_asked(self, whose: str, until: datetime) -> None: ...
    async def list_lapsed(
        self, before: datetime, limit: int, after: UUID | None = None
    ) -> Sequence[tuple[UUID, str]]:
        """Businesses and their live subscriptions whose period, or the whole of them, ended before that moment, as far
        as we were told.
        """

    async def find_business(self, customer: str) -> UUID | None:
        """Which business the provider knows by that name."""


# -- clients who pay online --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayAccount:
    """The business's own account at the payment provider. Its secrets are kept encrypted."""

    key: str = field(repr=False)
    """A restricted key."""
    webhook_secrets: tuple[str, ...] = field(repr=False)
    """Newest first; empty where the provider could not be told to call us, and we ask instead."""
    account: str
    """The provider's name of it."""
    connected_at: datetime
    live: bool
    """False for one in test mode."""
    webhook_id: str = ""


class SessionState(StrEnum):
    OPENING = "opening"
    """Decided; the provider has not answered yet."""
    OPEN = "open"
    PAID = "paid"
    ENDED = "ended"
    """Expired, or for a balance that is no more."""


@dataclass(frozen=True, slots=True)
class PaySession:
    """A checkout for the exact balance of an invoice, or for that less the discount for paying early. Its id is the
    idempotency key of the call that opens it.
    """

    id: UUID
    invoice_id: UUID
    amount: Money
    created_at: datetime
    state: SessionState = SessionState.OPENING
    provider_id: str = ""
    url: str = ""
    expires_at: datetime | None = None
    account: str = ""
    """The provider's name of the account in which it was opened."""
    discount_minor: int = 0
    """What is forgiven when it is paid, in minor units: it was opened in time."""

    @property
    def settles(self) -> Money:
        """The balance that it was opened for."""
        return Money(self.amount.minor + self.discount_minor, self.amount.currency)


@dataclass(frozen=True, slots=True)
class Linked:
    """Which invoice a hosted page shows."""

    business_id: UUID
    invoice_id: UUID
    own: bool = False
    """It was handed out to the business itself."""


@dataclass(frozen=True, slots=True)
class Look:
    """An invoice as its hosted page needs it."""

    business: Business
    client: Client
    invoice: Invoice
    has_payments: bool
    has_account: bool
    """The business has one in which it is paid online."""
    seen_at: datetime | None
    """When its page was first opened."""


class PayAccounts(Protocol):
    async def find(self) -> PayAccount | None:
        """Of the business entered. Raises Unavailable when none of BILLHOOK_SECRET_KEYS decrypts it."""

    @property
    def can_keep(self) -> bool:
        """Whether there is a key to encrypt an account with."""

    async def save(self, account: PayAccount) -> None:
        """Another one that was connected is left. Raises Conflict without a key to encrypt it with."""

    async def remove(self) -> None:
        """It is left from here on, and kept until no money is under way there and the provider was told."""

    async def list_left(self) -> Sequence[PayAccount]:
        """Those that were left, until `drop_left`; newest first, without any that cannot be decrypted now."""

    async def find_named(self, account: str) -> PayAccount | None:
        """Connected or left; without a name the connected one, or else the one that was left last."""

    async def drop_left(self, account: str) -> bool:
        """False where somebody did that before, or it was connected again."""

    async def list_businesses(self, limit: int, after: UUID | None = None) -> Sequence[UUID]:
        """Those with an account, connected or left, outside any business: for the catch-up."""

    async def refresh_keys(self, limit: int) -> int:
        """Encrypt at most so many with the newest key that an older one holds, outside any business: how many."""

    async def add_setup(self, token_hash: str, member_id: UUID, chat: str, expires_at: datetime) -> None:
        """A page on which one key may be entered, once."""

    async def find_setup(self, token_hash: str, now: datetime) -> Setup | None:
        """Works outside any business; None for what is unknown, used up or expired."""

    async def use_setup(self, token_hash: str) -> bool:
        """True for the one who uses it up."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Who asked for the page on which a key is entered, and where the answer goes."""

    business_id: UUID
    member_id: UUID
    chat: str


class PaySessions(Protocol):
    async def begin(self, session: PaySession) -> PaySession:
        """The live session (opening or open) of that invoice and amount if there is one, else this one, stored.

        The invoice is locked before: at most one live session per invoice. A live one for another amount is over
        at once, and `list_stale` names it until it is saved as ended. One that the provider has closed by itself is
        over as well: it expired, or it was opening for so long that its key is forgotten there. Of one that expired
        `list_stale` is told all the same: it may have been promised a direct debit.
        """

    async def save(self, session: PaySession) -> SessionState:
        """The state in which it is then, for one never goes back (opening, open, ended, paid): of an answer that
        comes too late only the provider's name and the link are kept, so that it can be ended.
        """

    async def find(self, provider_id: str) -> PaySession | None: ...
    async def find_own(self, session_id: UUID) -> PaySession | None:
        """By our id of it."""

    async def find_live(self, invoice_id: UUID) -> PaySession | None: ...
    async def end_all(self) -> None:
        """All live ones are over, and `list_stale` names them until each is saved as ended."""

    async def list_stale(self, limit: int, after: UUID | None = None) -> Sequence[PaySession]:
        """Those that the provider has yet to end, oldest first: for another amount than what is owed on their
        invoice now. One whose opening was not answered has no `provider_id`; one in which money is under way stays
        here until it has come, or fails to.
        """


class InvoiceLinks(Protocol):
    """Hosted pages. Only hashes are kept, so every page that is handed out has a token of its own."""

    async def add(self, token_hash: str, invoice_id: UUID, now: datetime, *, own: bool = False) -> None:
        """At most 50 live ones per invoice, and as many of the business's own: the oldest goes."""

    async def enter(self, token_hash: str) -> Linked | None:
        """Enters the business whose invoice it is; None for what is unknown or revoked."""

    async def look(self, invoice_id: UUID) -> Look:
        """All that its page is made of, at once."""

    async def revoke(self, invoice_id: UUID) -> int:
        """All of that invoice: how many there were."""

    async def see(self, invoice_id: UUID, at: datetime) -> bool:
        """True the first time, and only then it is noted."""

    async def seen_at(self, invoice_id: UUID) -> datetime | None: ...


# -- the payment provider ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page of the provider on which somebody pays."""

    provider_id: str
    url: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What the provider says about a checkout, read from there and never from what a message claims."""

    provider_id: str
    paid: bool
    amount: Money
    payment_id: str
    """The provider's name of the payment; a payment is booked once under it."""
    session_id: UUID | None
    """Our session, as it was handed over when the checkout was opened."""
    paid_at: datetime
    business_id: UUID | None = None
    """Whose checkout it is, handed over likewise; None for a sale that is none of ours."""
    under_way: bool = False
    """It was promised, by a direct debit or a transfer: its money comes in some days, or fails to."""


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """A refund, or what a dispute took or gave back."""

    provider_id: str
    """The provider's name of it, made unique where one of its objects moves money twice; booked once under it."""
    payment_id: str
    amount: Money
    """Positive."""
    reason: str
    """`refund` and `dispute` take it; `refund_failed` and `dispute_won` give back what those took; with
    `dispute_lost` nothing is moved any more."""
    session_id: UUID | None = None
    """Our session in which it had been paid; None for a sale that is none of ours."""


class PaymentProvider(Protocol):
    """Whoever takes the money of clients, in the business's own account. Every call is over the network, so none is
    made in a transaction.

    Raises Unavailable when it does not answer or is overloaded, and InvalidInput when it refuses.
    """

    async def check_key(self, key: str, business_id: UUID) -> PayAccount:
        """Raises InvalidInput for a key that does not work or may not do what is needed."""

    async def forget(self, account: PayAccount) -> None:
        """Tell the provider not to call us any more."""

    async def open_payment(
        self, account: PayAccount, session: PaySession, business_id: UUID, title: str, email: str, back: str
    ) -> Checkout: ...
    async def end_payment(self, account: PayAccount, session: PaySession) -> Received | None:
        """None once nobody can pay there any more; what there is of its money where somebody had before."""

    async def read_payment(self, account: PayAccount, provider_id: str) -> Received: ...
    async def read_money_back(self, account: PayAccount, event: ProviderEvent) -> Sequence[MoneyBack]:
        """Everything that went back by the object of that event, whatever was booked of it."""

    async def list_events(
        self, account: PayAccount, since: datetime, until: datetime | None = None
    ) -> Sequence[ProviderEvent]:
        """What happened there since, and before the end of that second, oldest first."""
