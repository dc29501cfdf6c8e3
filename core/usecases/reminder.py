"""A reminder's way: decided, read anew before it leaves and once more as it leaves, stopped, moved, worded anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from core.audit import Action, Entry
from core.errors import N_, Conflict
from core.invoice import Invoice, State
from core.ladder import Step, tone_of
from core.moments import local_day
from core.money import Money
from core.nag_ports import Candidate
from core.notify import Kind
from core.party import Client
from core.planning import Group, is_quiet, leaves_at, seen_at
from core.promise import resumes_on
from core.reminder import Chase, Reminder, ReminderState, Run, Silence, Way
from core.usecases.desk import Desk

_PAGE = 500
_MOST_PAGES = 20
_BESIDE = -10_000_000
"""Below every step of a ladder: a reminder by hand that has no part in it is told apart by its day."""
WAITING = frozenset({ReminderState.PLANNED, ReminderState.HELD})


# -- deciding --------------------------------------------------------------------------------------


async def all_candidates(desk: Desk, since: date) -> list[Candidate]:
    """Every open invoice that may be reminded of; `since` is the agenda's."""
    found: list[Candidate] = []
    for _page in range(_MOST_PAGES):
        last = found[-1] if found else None
        page = await desk.work.reminders.candidates(desk.business, since, desk.today, _PAGE, last)
        found += page
        if len(page) < _PAGE:
            break
    return found


async def preview_seen_at(desk: Desk) -> datetime:
    """A preview that comes in the owner's quiet hours is seen when they end, and leaves its time from then on."""
    return seen_at(desk.business, await desk.work.notices.listeners(Kind.PREVIEW), desk.clock.now())


async def plan(desk: Desk, group: Group, mailing: bool, seen: datetime | None = None) -> Reminder | None:
    """Decide the steps of a group: from now on they are this reminder's, whatever becomes of it.

    None where nothing is left to decide today: somebody else was faster, or something about these invoices was
    sent today already. What waits about them from a lower step is replaced by this.
    """
    due = [pair for pair in group.due if not await _sent_today(desk, pair[0].chased.invoice_id)]
    if not due or group.small:
        return None
    reminder = drafted(desk, group, due, mailing, seen)
    if not await desk.work.reminders.add(reminder):
        return None
    await _replace_waiting(desk, reminder)
    return reminder


def drafted(
    desk: Desk,
    group: Group,
    due: Sequence[tuple[Candidate, Step]],
    mailing: bool,
    seen: datetime | None = None,
) -> Reminder:
    """What `plan` stores, decided at the moment of the desk's clock. `seen`: when the owner is shown it, if later."""
    way = group.way(mailing)
    rules, now = desk.business.reminders, desk.clock.now()
    previewed = way is Way.MAIL and rules.preview_hours > 0
    earliest = (seen or now) + timedelta(hours=rules.preview_hours) if previewed else now
    held = way is Way.MAIL and rules.silence is Silence.HOLD
    return Reminder(
        id=desk.ids.new(),
        client_id=group.client.id,
        currency=group.currency,
        tone=group.tone,
        way=way,
        runs=tuple(_run(candidate, step) for candidate, step in due),
        decided_on=desk.today,
        send_at=leaves_at(desk.business, group.client, desk.today, earliest).at,
        state=ReminderState.HELD if held else ReminderState.PLANNED,
    )


async def plan_by_hand(desk: Desk, candidate: Candidate, way: Way, text: str = "") -> Reminder:
    """Somebody asks for one now, whatever day it is. It counts as the step of this day, so that no lower one follows.

    Where that step was decided and stopped, this one has no part in the ladder. Raises Conflict when something about
    the invoice was sent today.
    """
    chased = candidate.chased
    if not await _sent_today(desk, chased.invoice_id):
        reminder = by_hand(desk, candidate, way, text)
        for step in (reminder.runs[0].step, _BESIDE + desk.today.toordinal()):
            tried = replace(reminder, runs=(replace(reminder.runs[0], step=step),))
            if await desk.work.reminders.add(tried):
                await _replace_waiting(desk, tried)
                return tried
    raise Conflict(N_("{number} was reminded of today already; one a day is enough."), number=chased.number)


def by_hand(desk: Desk, candidate: Candidate, way: Way, text: str = "") -> Reminder:
    """What plan_by_hand would store."""
    chased = candidate.chased
    step = (desk.today - chased.due_on).days
    return Reminder(
        id=desk.ids.new(),
        client_id=chased.client_id,
        currency=chased.balance.currency,
        tone=tone_of(_nearest(step, chased.steps), chased.steps),
        way=way,
        runs=(Run(chased.invoice_id, step, chased.balance),),
        decided_on=desk.today,
        send_at=desk.clock.now(),
        state=ReminderState.HELD,
        text=text,
    )


def _nearest(step: int, steps: Sequence[int]) -> int:
    """The step of the ladder that was reached by then, which says how firm to be; before all of them, the day's."""
    reached = [other for other in steps if other <= step]
    return max(reached) if reached and step > 0 and max(reached) > 0 else step


def _run(candidate: Candidate, step: Step) -> Run:
    return Run(candidate.chased.invoice_id, step.step, candidate.chased.balance)


async def leaving(desk: Desk, reading: Reading) -> datetime | None:
    """When a planned reminder may leave as things stand at the desk's clock: now, or not before that moment. None:
    never, for there is nothing left to ask for.
    """
    now, reminder = desk.clock.now(), reading.reminder
    by_hand = await was_asked_for(desk, reminder)
    if not reading.invoices or not (desk.business.reminders.on or by_hand):
        return None
    if reading.paused_until is not None:
        return leaves_at(desk.business, reading.client, reading.paused_until, now).at
    if is_quiet(desk.business, reading.client, now) and not by_hand:
        return leaves_at(desk.business, reading.client, desk.today, now).at
    return now


async def _sent_today(desk: Desk, invoice_id: UUID) -> bool:
    """What was put off from an earlier day counts for the day on which it left."""
    return any(
        reminder.state is ReminderState.SENT
        and local_day(reminder.send_at, desk.business.zone) == desk.today
        and asks_for(reminder, invoice_id)
        for reminder in await desk.work.reminders.list_of(invoice_id)
    )


async def _replace_waiting(desk: Desk, reminder: Reminder) -> None:
    """Of several steps only the highest is said: what still waits about the same invoices leaves them out."""
    for invoice_id in sorted(reminder.invoice_ids):
        for found in await desk.work.reminders.list_of(invoice_id):
            if found.id == reminder.id or found.state not in WAITING:
                continue
            other = await desk.work.reminders.lock(found.id)
            if other.state in WAITING:
                await _save_left(desk, without(other, {invoice_id}))


async def _save_left(desk: Desk, reminder: Reminder) -> Reminder:
    state = reminder.state if asked(reminder) else ReminderState.STOPPED
    return await desk.work.reminders.save(replace(reminder, state=state))


# -- what is asked for -------------------------------------------------------------------------------


def asked(reminder: Reminder) -> tuple[Run, ...]:
    """What it asks for: a run that dropped out stays decided, with nothing owed."""
    return tuple(run for run in reminder.runs if run.balance)


def asks_for(reminder: Reminder, invoice_id: UUID) -> bool:
    return any(run.invoice_id == invoice_id for run in asked(reminder))


def without(reminder: Reminder, gone: set[UUID]) -> Reminder:
    zero = Money.zero(reminder.currency)
    runs = tuple(replace(run, balance=zero) if run.invoice_id in gone else run for run in reminder.runs)
    return replace(reminder, runs=runs)


@dataclass(frozen=True, slots=True)
class Reading:
    """A reminder as it is now, its invoices locked. It is not saved."""

    reminder: Reminder
    """With the balances of this moment; what is not to be asked for any more has none."""
    invoices: tuple[Invoice, ...]
    """Those it asks for, by due date."""
    client: Client
    ladders: Mapping[UUID, tuple[int, ...]]
    """The steps of each of them."""
    paused_until: date | None = None
    """A snooze or a promise holds all of it back until that day."""


async def reread(desk: Desk, reminder: Reminder, *, lock: bool = True, once_a_day: bool = False) -> Reading:
    """What is still owed, by the invoices as they are when nobody else changes them any more.

    They are locked in the order of their ids, as by everybody who locks several. `once_a_day`: what another reminder
    has asked for today is left out.
    """
    client = await desk.work.clients.get(reminder.client_id)
    promise = await desk.work.promises.find_open(client.id)
    promised = resumes_on(promise) if promise and promise.promised_on >= desk.today else None
    runs: dict[UUID, Run] = {}
    found: list[Invoice] = []
    resume: list[date] = []
    ladders: dict[UUID, tuple[int, ...]] = {}
    for run in sorted(asked(reminder), key=lambda run: run.invoice_id):
        read = desk.work.invoices.lock if lock else desk.work.invoices.get
        invoice = await read(run.invoice_id)
        chase = await desk.work.reminders.chase(invoice.id)
        if not invoice.balance or invoice.state is not State.ISSUED or chase.stopped or client.reminders_off:
            continue
        if once_a_day and await _sent_today(desk, invoice.id):
            continue
        runs[invoice.id] = replace(run, balance=invoice.balance)
        found.append(invoice)
        ladders[invoice.id] = chase.steps or client.steps or desk.business.reminders.steps
        snoozed = chase.snoozed_until if chase.snoozed_until and chase.snoozed_until > desk.today else None
        resume.append(max(snoozed or desk.today, promised or desk.today))
    ready = {invoice.id for invoice, on in zip(found, resume, strict=True) if on <= desk.today}
    kept = ready or set(runs)
    zero = Money.zero(reminder.currency)
    now = tuple(
        runs[run.invoice_id] if run.invoice_id in kept else replace(run, balance=zero)
        for run in reminder.runs
    )
    return Reading(
        reminder=replace(reminder, runs=now),
        invoices=_by_due_date(invoice for invoice in found if invoice.id in kept),
        client=client,
        ladders=ladders,
        paused_until=min(resume) if found and not ready else None,
    )


async def as_quoted(desk: Desk, reminder: Reminder) -> Reading:
    """What it asked for when it left, whatever was paid since."""
    client = await desk.work.clients.get(reminder.client_id)
    found = [await desk.work.invoices.get(run.invoice_id) for run in asked(reminder)]
    return Reading(reminder, _by_due_date(found), client, {})


def _by_due_date(invoices: Iterable[Invoice]) -> tuple[Invoice, ...]:
    return tuple(sorted(invoices, key=lambda invoice: (invoice.issued.due_on, invoice.issued.number)))


# -- saying yes, no, later and otherwise --------------------------------------------------------------


async def mark_sent(desk: Desk, reminder: Reminder, outbox_id: UUID | None) -> tuple[Reminder, Entry]:
    """It was handed over; the moment of that is what it is remembered by."""
    sent = replace(reminder, state=ReminderState.SENT, send_at=desk.clock.now(), outbox_id=outbox_id)
    saved = await desk.work.reminders.save(sent)
    return saved, await _record(desk, Action.REMINDER_SENT, saved)


async def stop(desk: Desk, reminder: Reminder) -> tuple[Reminder, Entry]:
    """This one does not leave; its steps are over, later ones come. It must be locked."""
    must_wait(reminder)
    saved = await desk.work.reminders.save(replace(reminder, state=ReminderState.STOPPED))
    return saved, await _record(desk, Action.REMINDER_STOPPED, saved, reminder)


async def reword(desk: Desk, reminder: Reminder, text: str) -> tuple[Reminder, Entry]:
    """Empty brings the usual words back. It must be locked."""
    must_wait(reminder)
    saved = await desk.work.reminders.save(replace(reminder, text=text))
    return saved, await _record(desk, Action.REMINDER_EDITED, saved, reminder)


async def move(desk: Desk, reminder: Reminder, on: date) -> tuple[Reminder, Entry]:
    """To the business's hour on that day, or after the client's quiet hours. It must be locked."""
    must_wait(reminder)
    client = await desk.work.clients.get(reminder.client_id)
    at = leaves_at(desk.business, client, on, desk.clock.now()).at
    saved = await desk.work.reminders.save(replace(reminder, send_at=at))
    await desk.work.agendas.wake(at)
    return saved, await _record(desk, Action.REMINDER_MOVED, saved, reminder)


async def wait_again(desk: Desk, reminder: Reminder, before: Reminder) -> Reminder:
    """Undo what was said about it. Both are the same one, `before` as it was then; it must be locked.

    Raises Conflict where it has left, or where its moment was missed meanwhile.
    """
    if reminder.state is ReminderState.SENT:
        raise Conflict(N_("This reminder has left already."))
    again = replace(reminder, state=before.state, text=before.text, send_at=before.send_at)
    if again.state is ReminderState.PLANNED and again.send_at <= desk.clock.now():
        raise Conflict(N_("It would have left by now; write another one: /remind"))
    await desk.work.agendas.wake(again.send_at)
    return await desk.work.reminders.save(again)


def must_wait(reminder: Reminder) -> None:
    """Raises Conflict for what has left or was stopped."""
    if reminder.state is ReminderState.SENT:
        raise Conflict(N_("This reminder has left already."))
    if reminder.state is ReminderState.STOPPED:
        raise Conflict(N_("This reminder was stopped already."))


async def put_off(desk: Desk, reminder: Reminder, at: datetime) -> Reminder:
    """By the clock: the client is left alone now."""
    await desk.work.agendas.wake(at)
    return await desk.work.reminders.save(replace(reminder, send_at=at))


async def hold(desk: Desk, reminder: Reminder) -> Reminder:
    """By the clock: it leaves only on somebody's word, because the plan has no reminders by themselves any more."""
    return await desk.work.reminders.save(replace(reminder, state=ReminderState.HELD))


async def drop(desk: Desk, reminder: Reminder) -> tuple[Reminder, Entry]:
    """By the clock: there is nothing left to ask for."""
    saved = await desk.work.reminders.save(replace(reminder, state=ReminderState.STOPPED))
    return saved, await _record(desk, Action.REMINDER_STOPPED, saved, reminder)


async def change_chase(desk: Desk, invoice: Invoice, chase: Chase) -> Entry:
    """Say what is sent about one invoice. What waits to be sent asks for this itself when its moment comes."""
    await desk.work.reminders.set_chase(invoice.id, chase)
    return await desk.record(Action.CHASE_CHANGED, invoice, invoice.issued.number)


async def stop_waiting(desk: Desk, invoice: Invoice) -> None:
    """Nothing that waits asks for this invoice any more."""
    for found in await desk.work.reminders.list_of(invoice.id):
        if found.state in WAITING:
            reminder = await desk.work.reminders.lock(found.id)
            if reminder.state in WAITING:
                await _save_left(desk, without(reminder, {invoice.id}))


async def _record(desk: Desk, action: Action, reminder: Reminder, before: Reminder | None = None) -> Entry:
    client = await desk.work.clients.get(reminder.client_id)
    return await desk.record(action, reminder, client.name, before=before)


async def was_asked_for(desk: Desk, reminder: Reminder) -> bool:
    """Whether a person, not the clock, sent it on its way."""
    entry_id = await desk.work.audit.latest_about(reminder.id)
    if entry_id is None:
        return False
    entry = await desk.work.audit.get(entry_id)
    return entry.action is Action.REMINDER_SENT and entry.member_id is not None
