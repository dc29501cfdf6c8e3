"""What the clock will do in the days to come, found with the very functions by which it acts; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from core.agenda import Agenda
from core.digest import first_undone
from core.invoice import Invoice
from core.ladder import Rest, Step, next_step
from core.moments import instant, local_day
from core.nag_ports import Candidate
from core.party import Client
from core.plan import Feature
from core.planning import Group, client_zone, groups_on, leaves_at
from core.quiet import Lull
from core.reminder import Interest, Promise, Reminder, ReminderState
from core.series import AT, Series, SeriesState
from core.usecases.desk import Desk
from core.usecases.late_fee import Charge, would_charge
from core.usecases.plan import has
from core.usecases.reminder import (
    Reading,
    all_candidates,
    asked,
    drafted,
    leaving,
    preview_seen_at,
    reread,
    was_asked_for,
    without,
)

_DAY = timedelta(days=1)
DAYS_AHEAD = 7
MOST_WAITING = 500
MOST_SENDINGS = 40
"""More are only counted: nobody reads them, and each is read anew from the books."""
_MOST_PROMISES = 200
_MOST_SERIES = 500


@dataclass(frozen=True, slots=True)
class Sending:
    """A reminder that will leave, or waits for somebody's word."""

    reminder: Reminder
    """As it will be: `send_at` is the moment, and it asks for what is owed now."""
    invoices: tuple[Invoice, ...]
    client: Client
    stored: bool
    """It is decided already; others follow from the ladder."""
    lull: Lull | None = None
    """What it was put off for."""
    lull_on: date | None = None
    """The client's day on which that is."""
    charges: tuple[Charge, ...] = ()

    @property
    def held(self) -> bool:
        return self.reminder.state is ReminderState.HELD


@dataclass(frozen=True, slots=True)
class Resting:
    """An open invoice of which nobody is reminded in these days, and why: for good, or until its next step."""

    candidate: Candidate
    next: Step | Rest


@dataclass(frozen=True, slots=True)
class Recurring:
    """A day of a recurring invoice."""

    series: Series
    client: Client
    at: datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """In the order of time, or for what rests of due dates."""

    sendings: tuple[Sending, ...]
    more: int
    """Reminders beyond the ones listed."""
    resting: tuple[Resting, ...]
    promises: tuple[Promise, ...]
    """Open ones that end in these days."""
    recurring: tuple[Recurring, ...] = ()
    by_itself: bool = True
    """False on a plan on which no reminder is decided or leaves without somebody's word."""


async def outlook(desk: Desk, mailing: bool, days: int = DAYS_AHEAD) -> Outlook:
    """Up to the end of that many days after today; what is decided in them is listed whenever it leaves."""
    agenda = await desk.work.agendas.get()
    until = desk.today + days * _DAY
    course = _Course(desk, mailing, until, await has(desk, Feature.LADDER))
    await course.begin(agenda)
    for day, moment in _looks(desk, agenda, until):
        await course.fire_until(moment)
        await course.look(day, moment)
    await course.fire_until(None)
    seen = course.seen(await desk.work.promises.list_ended(until + _DAY, _MOST_PROMISES))
    return replace(seen, recurring=await _recurring(desk, until))


async def _recurring(desk: Desk, until: date) -> tuple[Recurring, ...]:
    """Those of one that was missed, or failed and is tried again, come with the next look at it."""
    found = []
    for series in await desk.work.series.list_live(_MOST_SERIES):
        if series.state is SeriesState.ACTIVE and series.next_on is not None and series.next_on <= until:
            client = await desk.work.clients.get(series.draft.client_id)
            for day in series.days((until - series.next_on).days + 1):
                at = instant(day, AT, desk.business.zone)
                again = series.next_at if day == series.next_on else None
                found += [Recurring(series, client, max(at, again or at))] if day <= until else []
    return tuple(sorted(found, key=lambda one: one.at))


def _looks(desk: Desk, agenda: Agenda, until: date) -> list[tuple[date, datetime]]:
    """The daily looks to come; one that is due already comes at once."""
    if agenda.look_at is None:
        return []
    now, day = desk.clock.now(), first_undone(agenda.looked_on, desk.today)
    found = []
    while day <= until:
        found.append((day, max(now, instant(day, agenda.look_at, agenda.zone))))
        day += _DAY
    return found


@dataclass(frozen=True, slots=True)
class _Standing:
    """core.ports.Clock, at the moment in question."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(slots=True)
class _Course:
    """How things stand while the days go by."""

    desk: Desk
    mailing: bool
    until: date
    by_itself: bool
    candidates: dict[UUID, Candidate] = field(default_factory=dict)
    """By invoice, with the steps that were decided on the way."""
    waiting: dict[UUID, Reminder] = field(default_factory=dict)
    about: dict[UUID, UUID] = field(default_factory=dict)
    """Which of them asks for an invoice."""
    stored: set[UUID] = field(default_factory=set)
    found: list[Sending] = field(default_factory=list)
    more: int = 0
    asked_for: set[UUID] = field(default_factory=set)
    """Invoices that stand in what is listed or counted."""
    accrued: dict[UUID, date] = field(default_factory=dict)
    """Up to when interest is charged by then."""
    at_first: tuple[Candidate, ...] = ()

    async def begin(self, agenda: Agenda) -> None:
        self.at_first = tuple(await all_candidates(self.desk, agenda.since))
        self.candidates = {candidate.chased.invoice_id: candidate for candidate in self.at_first}
        for reminder in await self.desk.work.reminders.list_waiting(MOST_WAITING):
            self.stored.add(reminder.id)
            if reminder.state is ReminderState.HELD:
                await self._hold(self._at(self.desk.clock.now()), reminder)
            else:
                self._wait(reminder)

    def _wait(self, reminder: Reminder) -> None:
        self.waiting[reminder.id] = reminder
        self.about.update({run.invoice_id: reminder.id for run in asked(reminder)})

    def _at(self, moment: datetime) -> Desk:
        """The clock's desk then."""
        return replace(self.desk, clock=_Standing(moment), automatic=True)

    # -- leaving -----------------------------------------------------------------------------------

    async def fire_until(self, moment: datetime | None) -> None:
        """Everything that leaves before that, in turn; None: all that is decided by now, whenever it leaves."""
        now = self.desk.clock.now()
        while due := [one for one in self.waiting.values() if moment is None or one.send_at < moment]:
            for reminder in sorted(due, key=lambda one: (one.send_at, one.id)):
                del self.waiting[reminder.id]
                await self._fire(reminder, max(reminder.send_at, now))

    async def _fire(self, reminder: Reminder, moment: datetime) -> None:
        if self._is_full(reminder):
            return
        desk = self._at(moment)
        if not self.by_itself and not await was_asked_for(desk, reminder):
            await self._hold(desk, replace(reminder, state=ReminderState.HELD))
            return
        reading = await reread(desk, reminder, lock=False)
        at = await leaving(desk, reading)
        if at is None:
            return
        if at > moment:
            self._wait(replace(reminder, send_at=at))
            return
        self._touched((run.invoice_id for run in asked(reading.reminder)), desk.today)
        await self._list(desk, replace(reading, reminder=replace(reading.reminder, send_at=moment)))

    def _is_full(self, reminder: Reminder) -> bool:
        """Then it is only counted."""
        if len(self.found) < MOST_SENDINGS:
            return False
        self.more += 1
        self.asked_for.update(reminder.invoice_ids)
        return True

    async def _hold(self, desk: Desk, reminder: Reminder) -> None:
        """It stays until somebody says something, and is listed as it would be sent then."""
        if self._is_full(reminder):
            return
        reading = await reread(desk, reminder, lock=False)
        if reading.invoices:
            await self._list(desk, reading)

    async def _list(self, desk: Desk, reading: Reading) -> None:
        reminder, client = reading.reminder, reading.client
        lull, lull_on = self._put_off(reminder, client)
        self.asked_for.update(run.invoice_id for run in asked(reminder))
        self.found.append(
            Sending(
                reminder, reading.invoices, client, reminder.id in self.stored, lull, lull_on,
                await self._charges(desk, reading),
            )
        )  # fmt: skip

    def _put_off(self, reminder: Reminder, client: Client) -> tuple[Lull | None, date | None]:
        """Why it does not leave at the business's hour on the day on which it was decided."""
        business = self.desk.business
        wanted = instant(reminder.decided_on, business.reminders.at, business.zone)
        usual = leaves_at(business, client, reminder.decided_on, wanted)
        same_day = local_day(usual.at, business.zone) == local_day(reminder.send_at, business.zone)
        if usual.waits_for is None or not same_day:
            return None, None
        return usual.waits_for, local_day(wanted, client_zone(business, client))

    async def _charges(self, desk: Desk, reading: Reading) -> tuple[Charge, ...]:
        rules = desk.business.reminders
        if rules.fee is None and rules.interest is Interest.OFF:
            return ()
        found = await would_charge(desk, reading, self.accrued)
        self.accrued.update({item.invoice.id: item.until for item in found if item.until})
        return found

    # -- deciding ----------------------------------------------------------------------------------

    async def look(self, day: date, moment: datetime) -> None:
        if not self.by_itself:
            return
        desk = self._at(moment)
        for group in groups_on(self.candidates.values(), desk.business.reminders, day, day):
            if not group.small:
                await self._plan(desk, group)

    async def _plan(self, desk: Desk, group: Group) -> None:
        reminder = drafted(desk, group, group.due, self.mailing, await preview_seen_at(desk))
        for candidate, step in group.due:
            chased = replace(candidate.chased, last_step=step.step)
            self.candidates[chased.invoice_id] = replace(candidate, chased=chased)
        self._touched(reminder.invoice_ids, desk.today)
        self._replace(set(reminder.invoice_ids))
        if reminder.state is ReminderState.PLANNED:
            self._wait(reminder)
        else:
            await self._hold(desk, reminder)

    def _replace(self, invoice_ids: set[UUID]) -> None:
        """Of several steps only the highest is said."""
        for key in {self.about[invoice_id] for invoice_id in invoice_ids if invoice_id in self.about}:
            other = self.waiting.pop(key, None)
            left = without(other, invoice_ids) if other else None
            if left and asked(left):
                self.waiting[key] = left

    def _touched(self, invoice_ids: Iterable[UUID], on: date) -> None:
        """At most one reminder a day."""
        for invoice_id in invoice_ids:
            candidate = self.candidates.get(invoice_id)
            if candidate is not None:
                last_on = max(on, candidate.chased.last_on or on)
                chased = replace(candidate.chased, last_on=last_on)
                self.candidates[invoice_id] = replace(candidate, chased=chased)

    # -- the answer --------------------------------------------------------------------------------

    def seen(self, promises: Sequence[Promise]) -> Outlook:
        return Outlook(
            sendings=tuple(sorted(self.found, key=lambda sending: sending.reminder.send_at)),
            more=self.more,
            resting=tuple(self._resting()),
            promises=tuple(promise for promise in promises if promise.promised_on >= self.desk.today),
            by_itself=self.by_itself,
        )

    def _resting(self) -> Iterator[Resting]:
        """As things stand today; whose step is reached and who is in no message owes too little for one."""
        for candidate in self.at_first:
            if candidate.chased.invoice_id not in self.asked_for:
                found = next_step(candidate.chased, self.desk.today)
                small = isinstance(found, Step) and found.on <= self.until
                yield Resting(candidate, Rest.SMALL if small else found)
