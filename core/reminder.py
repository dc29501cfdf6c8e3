"""A reminder: one message to one client about one or several invoices, from its preview to its sending."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.ladder import STEPS, LateFee, Tone
from core.money import Money
from core.quiet import OFFICE_DAYS, Quiet


class Silence(StrEnum):
    """What happens to a reminder about which nobody said a word after its preview."""

    SEND = "send"
    HOLD = "hold"


class Interest(StrEnum):
    """Statutory interest for late payment between businesses in the EU (Directive 2011/7/EU)."""

    OFF = "off"
    STATUTORY = "statutory"


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """How a business reminds its clients."""

    on: bool = True
    steps: tuple[int, ...] = STEPS
    at: time = time(13)
    """The local time of the business at which reminders leave."""
    preview_hours: int = 4
    """How long before that the owner sees the text; 0: not at all."""
    silence: Silence = Silence.SEND
    minimum: int = 0
    """Minor units in each currency; a client who owes less in it is not asked."""
    quiet: Quiet = field(default=OFFICE_DAYS)
    """When clients are left alone, by their own clock."""
    fee: LateFee | None = None
    interest: Interest = Interest.OFF
    interest_rate: Decimal | None = None
    """Percent a year that the business states itself, where the law's own rate is not known here yet."""
    texts: tuple[tuple[str, str], ...] = ()
    """The business's own words, by `tone/language`."""
    pay_link: str = ""
    """An https address; `{number}`, `{amount}` and `{currency}` in it are filled."""


class ReminderState(StrEnum):
    PLANNED = "planned"
    """Leaves at `send_at` unless somebody says no."""
    HELD = "held"
    """Waits for somebody's yes."""
    SENT = "sent"
    """Handed over for delivery; what became of that stands in the outbox."""
    STOPPED = "stopped"
    """Somebody said no, or there was nothing left to ask for."""


class Way(StrEnum):
    """How it reaches the client."""

    MAIL = "mail"
    CHAT = "chat"
    """As a text that the owner forwards."""


@dataclass(frozen=True, slots=True)
class Run:
    """One step of one invoice; (invoice, step) is decided once for all time."""

    invoice_id: UUID
    step: int
    balance: Money
    """What was owed when it was decided: the text asks for this."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message to one client in one currency."""

    id: UUID
    client_id: UUID
    currency: str
    tone: Tone
    way: Way
    runs: tuple[Run, ...]
    decided_on: date
    """The business's local day."""
    send_at: datetime
    state: ReminderState = ReminderState.PLANNED
    text: str = ""
    """What somebody wrote instead of the usual words."""
    outbox_id: UUID | None = None
    """The delivery that carries it."""
    version: int = 0

    @property
    def invoice_ids(self) -> tuple[UUID, ...]:
        return tuple(run.invoice_id for run in self.runs)


@dataclass(frozen=True, slots=True)
class Chase:
    """What was said about the reminders of one invoice, and how it was delivered."""

    delivered_on: date | None = None
    """The day it was handed over to the client, by mail or by the owner."""
    stopped: bool = False
    snoozed_until: date | None = None
    steps: tuple[int, ...] | None = None
    """A ladder of its own."""


class Kept(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    """Replaced by another one, or taken back."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A client's word to pay by a day; until then nobody is reminded."""

    id: UUID
    client_id: UUID
    promised_on: date
    made_at: datetime
    kept: Kept = Kept.OPEN
    version: int = 0


@dataclass(frozen=True, slots=True)
class OptOut:
    """An address that was left alone until a member noted that its owner wants mail again."""

    id: UUID
    client_id: UUID
    email: str
    opted_at: datetime
    consent: str
    """How and when they said so, in the words of the member."""
    version: int = 0
