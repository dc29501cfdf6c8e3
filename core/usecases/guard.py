"""The last look at a reminder, in the transaction that takes its letter to send it: is it still owed exactly so?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.errors import N_
from core.party import Role
from core.planning import is_quiet, leaves_at
from core.ports import Clock, Ids, Work
from core.reminder import Reminder, ReminderState
from core.usecases.desk import Desk
from core.usecases.late_fee import take_back_fee
from core.usecases.reminder import Reading, asked, drop, reread, was_asked_for

PAID = N_("nothing is owed any more")
CHANGED = N_("the amount changed, so it is written anew")
PAUSED = N_("it was put off")
STOPPED = N_("it was stopped")
REASONS = frozenset({PAID, CHANGED, PAUSED, STOPPED})


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The letter must not leave; `why` is a sentence's end for people."""

    why: str


async def guard(
    work: Work, clock: Clock, ids: Ids, business_id: UUID, reminder_id: UUID, *, repeated: bool = False
) -> datetime | Cancelled | None:
    """None: it may leave. A moment: not before that. Cancelled: never, and the reminder is planned anew or over.

    Its invoices stay locked until the transaction ends, so that a payment is either seen here or comes after the
    letter was taken. `repeated`: it may have arrived already, so another text does not take its place.
    """
    await work.enter(business_id)
    desk = await _desk(work, clock, ids)
    reminder = await work.reminders.lock(reminder_id)
    if reminder.state is not ReminderState.SENT:
        return Cancelled(STOPPED)
    reading = await reread(desk, reminder)
    if not reading.invoices or await work.opt_outs.has(reading.client.email):
        await drop(desk, reading.reminder)
        if not repeated:
            await take_back_fee(desk, reminder)
        return Cancelled(STOPPED if reading.invoices else PAID)
    by_hand = await was_asked_for(desk, reminder)
    pause = reading.paused_until
    if pause is not None and (not by_hand or await _said_since(desk, reminder)):
        at = leaves_at(desk.business, reading.client, pause, clock.now()).at
        return await _anew(desk, reading, at, PAUSED, repeated)
    if asked(reading.reminder) != asked(reminder):
        return await _anew(desk, reading, clock.now(), CHANGED, repeated)
    if not by_hand and is_quiet(desk.business, reading.client, clock.now()):
        return leaves_at(desk.business, reading.client, desk.today, clock.now()).at
    return None


async def _anew(desk: Desk, reading: Reading, at: datetime, why: str, repeated: bool) -> Cancelled:
    """Back to the plan, with what is owed now."""
    if repeated:
        return Cancelled(why)
    planned = replace(reading.reminder, state=ReminderState.PLANNED, send_at=at, outbox_id=None)
    await desk.work.reminders.save(planned)
    await desk.work.agendas.wake(at)
    return Cancelled(why)


async def _said_since(desk: Desk, reminder: Reminder) -> bool:
    """Whether the pause came after somebody sent it by hand, knowing what was said until then."""
    promise = await desk.work.promises.find_open(reminder.client_id)
    return promise is None or promise.made_at > reminder.send_at


async def _desk(work: Work, clock: Clock, ids: Ids) -> Desk:
    """The clock's, with an owner's rights."""
    business = await work.businesses.get()
    owner = next(
        member for member in await work.members.list() if member.role is Role.OWNER and member.left_at is None
    )
    return Desk(work, clock, ids, business, owner, automatic=True)
