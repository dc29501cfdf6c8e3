"""What the clock does about reminders: the daily look with its previews, and sending what has come due."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from core.errors import BillhookError
from core.notify import Kind
from core.plan import Feature
from core.planning import groups_on
from core.reminder import Reminder, ReminderState, Way
from core.usecases.late_fee import take_back_fee
from core.usecases.plan import has
from core.usecases.promise import end_promises
from core.usecases.reminder import (
    all_candidates,
    drop,
    hold,
    leaving,
    plan,
    preview_seen_at,
    put_off,
    reread,
    was_asked_for,
)
from handlers.background.notices import tell
from handlers.context import Context
from handlers.handover import Handed, hand_over
from handlers.kinds import Notice, Reply
from handlers.previewing import (
    broken_reply,
    forward_reply,
    forward_text,
    no_fee,
    preview_reply,
    previews_reply,
    shown,
    why_by_hand,
)
from handlers.words import _

_MOST_PLANNED = 200
"""Reminders decided in one transaction; a further look goes on with the rest."""


async def look(ctx: Context) -> bool:
    """Decide today's steps, and show what will leave. True where there may be more to decide.

    What was decided is not found again, so that a look may be repeated at any time.
    """
    desk = ctx.desk
    agenda = await ctx.work.agendas.lock()
    for broken in await end_promises(desk):
        await tell(ctx, Kind.PROMISE, partial(broken_reply, ctx, broken))
    if not await has(desk, Feature.LADDER):
        return False
    candidates = await all_candidates(desk, agenda.since)
    seen = await preview_seen_at(desk)
    planned: list[Reminder] = []
    for group in groups_on(candidates, desk.business.reminders, desk.today, desk.today):
        if len(planned) == _MOST_PLANNED:
            break
        reminder = await plan(desk, group, ctx.mailing is not None, seen)
        planned += [reminder] if reminder else []
    for reminder in planned:
        await ctx.work.agendas.wake(reminder.send_at)
    await _show(ctx, planned)
    return len(planned) == _MOST_PLANNED


async def _show(ctx: Context, planned: Sequence[Reminder]) -> None:
    """Before they leave, those that go by mail: the other ones are given to the owner anyway."""
    hours = ctx.desk.business.reminders.preview_hours
    wanted = [r for r in planned if r.way is Way.MAIL and (hours or r.state is ReminderState.HELD)]
    several = [await shown(ctx, await reread(ctx.desk, reminder, lock=False)) for reminder in wanted]
    if len(several) == 1:
        await tell(ctx, Kind.PREVIEW, partial(preview_reply, ctx, several[0]))
    elif several:
        await tell(ctx, Kind.PREVIEW, partial(previews_reply, ctx, several))


async def fire(ctx: Context, reminder_id: UUID, refused: BillhookError | None = None) -> None:
    """Send a reminder whose moment has come, if it is still owed and nobody has said otherwise.

    `refused`: the fee that is due with it cannot be issued, so it leaves without.
    """
    desk, now = ctx.desk, ctx.clock.now()
    reminder = await ctx.work.reminders.lock(reminder_id)
    if reminder.state is not ReminderState.PLANNED or reminder.send_at > now:
        return
    if not await has(desk, Feature.LADDER) and not await was_asked_for(desk, reminder):
        await hold(desk, reminder)
        return
    reading = await reread(desk, reminder, once_a_day=True)
    at = await leaving(desk, reading)
    if at is None:
        await drop(desk, reading.reminder)
        await take_back_fee(desk, reminder)
    elif at > ctx.clock.now():
        await put_off(desk, reminder, at)
    else:
        await _tell_handed(ctx, await hand_over(ctx, reading, refused))


async def _tell_handed(ctx: Context, handed: Handed) -> None:
    """What the owner has to know: that no fee went along, and what there is to forward."""
    reading, reason = handed.reading, handed.refused
    if reason is not None:
        await tell(ctx, Kind.PREVIEW, lambda: _without_fee(reading.client.name, reason))
    if handed.reminder.way is Way.CHAT:
        why = await why_by_hand(ctx, reading)
        await tell(ctx, Kind.FORWARD, lambda: forward_text(handed.wording))
        await tell(ctx, Kind.FORWARD, partial(forward_reply, reading, why))


def _without_fee(client: str, reason: BillhookError) -> Reply:
    return Reply((Notice(_("The reminder to {client} has left.", client=client)), no_fee(reason)))
