"""`billhook demo`: a year in the life of a made-up studio, told through the real use cases."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.console.receive import chat_of, sender_of
from bot.demo_story import (
    CLIENTS,
    FATES,
    INVOICES,
    LINES,
    NO_VAT_ABROAD,
    REDUCED,
    REFERENCES,
    STANDARD,
    VOID_REASONS,
    ZERO,
    Fate,
    studio,
)
from bot.settings import Settings
from bot.system import SystemIds
from bot.wiring import App
from core.errors import N_, Conflict
from core.invoice import Discount, Draft, Invoice, Line, Period
from core.money import Money
from core.party import Client
from core.ports import Clock, Work
from core.terms import Terms, add_months, last_day
from core.usecases.business import open_business
from core.usecases.client import add_client
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft, issue, void
from core.usecases.payment import record_payment
from handlers.words import _
from storage.engine import Storage

IDENTITY = "demo"
_SEED = 2026
_YEAR = 361
_LONG_TERMS = Terms(days=60)
_TERMS = Terms(days=14)


class PastClock:
    """core.ports.Clock, set by hand: every row carries the day on which it would have been written."""

    def __init__(self) -> None:
        self.at = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class PastIds:
    """core.ports.Ids whose time is the clock's, so that a list by id shows newer real invoices above these."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0

    def new(self) -> UUID:
        """RFC 9562 UUIDv7 with a count in its 12 bits after the milliseconds; one story needs fewer than 4096."""
        self._count += 1
        milliseconds = int(self._clock.now().timestamp() * 1000)
        value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (self._count & 0xFFF) << 64
        return UUID(int=value | 0b10 << 62 | secrets.randbits(62))

    def token(self) -> str:
        return SystemIds().token()

    def code(self) -> str:
        return SystemIds().code()


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    """What happens to the invoice of that place, and when."""

    at: datetime
    place: int
    what: str


def run(settings: Settings) -> str:
    """Fill the database and say what there is now. Raises Conflict when the demo's identity has a business."""
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> str:
    # Its many invoices are for looking at; no plan limits them.
    app = await App.open(settings.model_copy(update={"billhook_plan": "unlimited"}), [])
    try:
        return await fill(app.storage, app.clock)
    finally:
        await app.close()


async def fill(storage: Storage, clock: Clock) -> str:
    """One transaction, so that an interrupted run leaves nothing behind."""
    sender = sender_of(IDENTITY)
    async with storage.work() as work:
        await work.chats.lock(chat_of(IDENTITY).key)
        if (await work.chats.speaker(sender.key)).seat is not None:
            raise Conflict(
                N_(
                    "The identity {identity} has a business already. Talk to it: billhook chat --as {identity}"
                ),
                identity=IDENTITY,
            )
        story = await _Story.begin(work, sender.key, clock.now())
        await story.tell()
    return _(
        "{name} has {clients} clients and {invoices} invoices now. Talk to it: billhook chat --as {identity}",
        name=story.desk.business.name,
        clients=len(CLIENTS),
        invoices=INVOICES,
        identity=IDENTITY,
    )


class _Story:
    """The events of a year in the order in which they happened."""

    def __init__(self, desk: Desk, clock: PastClock, clients: list[Client], today: date) -> None:
        self.desk = desk
        self._clock = clock
        self._clients = clients
        self._today = today
        self._random = Random(_SEED)  # noqa: S311 - sample data, the same in each run
        self._invoices: dict[int, Invoice] = {}

    @classmethod
    async def begin(cls, work: Work, sender: str, now: datetime) -> _Story:
        """The business opens a few days before its first invoice."""
        clock = PastClock()
        ids = PastIds(clock)
        today = now.astimezone(ZoneInfo(studio(UUID(int=0), now).zone)).date()
        clock.at = _moment(today, _YEAR + 3, 0)
        desk, _entry = await open_business(work, clock, ids, studio(ids.new(), clock.at), sender, IDENTITY)
        clients = []
        for minute, known in enumerate(CLIENTS, 5):
            clock.at = _moment(today, _YEAR + 3, minute)
            client = Client(ids.new(), known.name, clock.at, known.address, known.vat_id, known.email)
            await add_client(desk, client)
            clients.append(client)
        return cls(desk, clock, clients, today)

    async def tell(self) -> None:
        for event in sorted(self._events()):
            self._clock.at = event.at
            match event.what:
                case "draft":
                    draft = self._draft(event.place)
                    self._invoices[event.place], _entry = await create_draft(self.desk, draft)
                case "issue":
                    self._invoices[event.place], _entry = await issue(self.desk, self._invoices[event.place])
                case "void":
                    reason = VOID_REASONS[event.place % len(VOID_REASONS)]
                    await void(self.desk, self._invoices[event.place], reason)
                case share:
                    await self._pay(event.place, int(share))

    def _events(self) -> Iterator[_Event]:
        """Issued in the order of their places; payments and voiding come between, none after yesterday."""
        for place in range(INVOICES):
            fate = FATES.get(place, Fate.PAID)
            days = _days_ago(place)
            yield _Event(_moment(self._today, days, 4 * place), place, "draft")
            if fate is Fate.DRAFT:
                continue
            yield _Event(_moment(self._today, days, 4 * place + 2), place, "issue")
            if fate is Fate.VOID:
                yield _Event(_moment(self._today, days - 1, 300 + place), place, "void")
            if fate in (Fate.PARTLY, Fate.TWICE):
                yield _Event(_moment(self._today, days - 2, 300 + place), place, "40")
            if fate in (Fate.PAID, Fate.TWICE):
                later = 3 + self._random.randrange(15)
                yield _Event(_moment(self._today, days - later, 360 + place), place, "100")
            if fate is Fate.OVERPAID:
                yield _Event(_moment(self._today, days - 9, 360 + place), place, "110")

    def _draft(self, place: int) -> Draft:
        client = self._clients[place * 3 % len(self._clients)]
        rate = STANDARD if client.address.country == self.desk.business.address.country else ZERO
        lines = tuple(self._line(place + 5 * index) for index in range(1 + place % 4))
        printed = Line(LINES[-1].description, LINES[-1].price, LINES[-1].quantity, tax=REDUCED)
        month = add_months(self.desk.today.replace(day=1), -1)
        fate = FATES.get(place, Fate.PAID)
        return Draft(
            client_id=client.id,
            currency="GBP" if client.address.country == "GB" else self.desk.business.currency,
            lines=(*lines, printed) if rate == STANDARD and place % 2 else lines,
            tax=rate,
            due=_LONG_TERMS if fate in (Fate.OPEN, Fate.DRAFT) else _TERMS,
            period=Period(month, last_day(month)) if place % 3 == 0 else None,
            discount=_discount(place),
            inclusive=rate == STANDARD and place % 11 == 5,
            reference=REFERENCES[place % len(REFERENCES)],
            note="" if rate == STANDARD else NO_VAT_ABROAD,
        )

    def _line(self, index: int) -> Line:
        """One of the studio's usual lines, with the hours of that time."""
        usual = LINES[index % (len(LINES) - 1)]
        more = self._random.randrange(6) if usual.unit in ("HUR", "DAY") else 0
        return Line(usual.description, usual.price, usual.quantity + more, usual.unit)

    async def _pay(self, place: int, percent: int) -> None:
        """A share of the total, or with 100 all that is still owed."""
        invoice = await self.desk.work.invoices.lock(self._invoices[place].id)
        owed = invoice.balance
        amount = owed if percent == 100 else Money(invoice.total.minor * percent // 100, owed.currency)
        method = "card" if place % 7 == 0 else "bank transfer"
        await record_payment(self.desk, invoice, amount, self.desk.today, method)


def _days_ago(place: int) -> int:
    """Business grows: the last months have more invoices than the first. Yesterday is the last day."""
    return 1 + int(_YEAR * (1 - place / (INVOICES - 1)) ** 1.5)


def _moment(today: date, days_ago: int, minutes: int) -> datetime:
    """Between 7:00 and 15:30 UTC, which is the same day at the studio."""
    start = datetime.combine(today - timedelta(days=days_ago), time(7), UTC)
    return start + timedelta(minutes=minutes)


def _discount(place: int) -> Discount | None:
    if place % 9 == 4:
        return Discount(percent=Decimal(10))
    return Discount(amount=Decimal(25)) if place % 13 == 6 else None
