"""What to say to a button that somebody pressed before: that it is done, by whom and when."""

from __future__ import annotations

from uuid import UUID

from core.errors import N_, Conflict
from core.invoice import Invoice, State
from core.reminder import Reminder, ReminderState
from core.usecases.reminder import WAITING
from handlers.checkouts import method_of
from handlers.context import Context

NOBODY = "–"


async def refuse_settled(ctx: Context, invoice: Invoice) -> None:
    """Raises Conflict, naming who recorded it, for an invoice that is paid in full."""
    if invoice.state is not State.ISSUED or invoice.balance or not invoice.paid:
        return
    last = [payment for payment in await ctx.work.payments.list_of(invoice.id) if payment.refunds is None][-1]
    who, when = await _by(ctx, await ctx.work.audit.latest_about(last.id))
    who = method_of(last) if last.provider_id else who
    raise Conflict(
        N_("{number} is paid already: {name}, {time}."), number=invoice.issued.number, name=who, time=when
    )


async def refuse_issued(ctx: Context, invoice: Invoice) -> None:
    """Raises Conflict, naming who did it, for what is no draft any more."""
    if invoice.state is State.DRAFT:
        return
    who, when = await _by(ctx, await ctx.work.audit.latest_about(invoice.id))
    message = (
        N_("{number} is void already: {name}, {time}.")
        if invoice.state is State.VOID
        else N_("{number} is issued already: {name}, {time}.")
    )
    raise Conflict(message, number=invoice.issued.number, name=who, time=when)


async def refuse_void(ctx: Context, invoice: Invoice) -> None:
    if invoice.state is State.VOID:
        await refuse_issued(ctx, invoice)


async def refuse_handled(ctx: Context, reminder: Reminder) -> None:
    """Raises Conflict for a reminder that waits no more."""
    if reminder.state not in WAITING:
        raise await handled(ctx, reminder)


async def handled(ctx: Context, reminder: Reminder) -> Conflict:
    """That it has left or was stopped, and by whom; the clock has no name."""
    who, when = await _by(ctx, await ctx.work.audit.latest_about(reminder.id))
    if reminder.state is ReminderState.SENT:
        if who == NOBODY:
            return Conflict(N_("This reminder left by itself: {time}."), time=when)
        return Conflict(N_("This reminder has left already: {name}, {time}."), name=who, time=when)
    if who == NOBODY:
        return Conflict(N_("This reminder does not leave: there was nothing left to remind of."))
    return Conflict(N_("This reminder was stopped already: {name}, {time}."), name=who, time=when)


async def _by(ctx: Context, entry_id: UUID | None) -> tuple[str, str]:
    if entry_id is None:
        return NOBODY, "–"
    entry = await ctx.work.audit.get(entry_id)
    name = (await ctx.work.members.get(entry.member_id)).name if entry.member_id else NOBODY
    return name, ctx.time(entry.at)
