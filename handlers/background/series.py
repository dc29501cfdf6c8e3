"""What the clock does about recurring invoices: makes those whose day has come, and says what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from core.chat_ports import Seat
from core.errors import N_, BillhookError, Conflict
from core.invoice import Invoice, State
from core.notify import Kind
from core.party import Client
from core.series import Does, Series, SeriesState
from core.usecases.approval import ask
from core.usecases.desk import Desk
from core.usecases.sending import check_quota, check_sendable
from core.usecases.series import Ran, fail_series, run_locked
from handlers.background.notices import Audience, audience, tell
from handlers.boards import refresh_boards
from handlers.cards import issue_question
from handlers.context import Context
from handlers.handing_out import hand_out_letter
from handlers.kinds import Button, Notice, Reply
from handlers.words import _, sentence

_MOST_DUE = 100


async def due(ctx: Context) -> Sequence[UUID]:
    return await ctx.work.series.list_due(ctx.clock.now(), _MOST_DUE)


async def run(ctx: Context, series_ids: Sequence[UUID]) -> bool:
    """The invoice of each one's day, its letter and what the chats are told, in one transaction. What stands in the way
    of an invoice is raised; what stands in the way of a letter alone is told. Whether any of them is a day further.
    """
    # All rows first and in one order, so that no two of these ever wait for each other.
    locked = {series_id: await ctx.work.series.lock(series_id) for series_id in sorted(series_ids)}
    heard = await audience(ctx, Kind.SERIES)
    ran = [await _run(ctx, locked[series_id], heard) for series_id in series_ids]
    if any(one and one.invoice for one in ran):
        await refresh_boards(ctx.work, ctx.clock, ctx.ids, ctx.jobs, ctx.desk.business.id)
    return any(ran)


async def _run(ctx: Context, series: Series, heard: Audience) -> Ran | None:
    """What came of it; None where it was not due."""
    ran = await run_locked(ctx.desk, series)
    if ran is None:
        return None
    client = ran.client or await ctx.work.clients.get(ran.series.draft.client_id)
    if ran.passed:
        await tell(ctx, Kind.SERIES, partial(_passed, ran, client), heard)
    if ran.invoice is None:
        return ran
    if ran.asks:
        await _ask(ctx, ran.series, ran.invoice)
    unsent = await _send(ctx, ran, ran.invoice, client)
    await tell(ctx, Kind.SERIES, partial(_made, ctx, ran, ran.invoice, client, unsent), heard)
    return ran


async def fail(ctx: Context, series_id: UUID, why: BillhookError | None) -> None:
    """It could not be made; None: through a fault of ours."""
    series = await fail_series(ctx.desk, series_id)
    if series is not None and series.next_on is not None:
        client = await ctx.work.clients.get(series.draft.client_id)
        await tell(ctx, Kind.SERIES, partial(_failed, ctx, series, series.next_on, client, why))


async def _ask(ctx: Context, series: Series, invoice: Invoice) -> None:
    """In the name of whoever set it up, who is told the answer. Who left or is nowhere asks nothing: it is a draft."""
    member = await ctx.work.members.get(series.member_id)
    senders = await ctx.work.chats.senders_of(Seat(ctx.desk.business.id, member.id))
    if member.left_at is None and senders:
        await ask(Desk(ctx.work, ctx.clock, ctx.ids, ctx.desk.business, member), invoice, senders[0])


async def _send(ctx: Context, ran: Ran, invoice: Invoice, client: Client) -> BillhookError | None:
    """Why it could not be mailed; nothing is written before that is known."""
    if ran.series.does is not Does.SEND or invoice.state is not State.ISSUED:
        return None
    try:
        if ctx.mailing is None:
            raise Conflict(N_("Mail is switched off here."))
        if not client.email:
            raise Conflict(N_("{name} has no mail address."), name=client.name)
        await check_sendable(ctx.desk, invoice, client.email)
        await check_quota(ctx.desk)
    except BillhookError as error:
        return error
    await hand_out_letter(ctx, invoice, client, client.email, "series")
    return None


# -- what is said ------------------------------------------------------------------------------------


def _made(ctx: Context, ran: Ran, invoice: Invoice, client: Client, unsent: BillhookError | None) -> Reply:
    values = {"client": client.name, "total": ctx.money(invoice.total)}
    more = Button(_("Recurring invoices"), "recurring")
    shown = Button(_("Show"), "invoice show", invoice.id.hex)
    if ran.asks:
        text = _(
            "The recurring invoice to {client} over {total} is drafted: somebody has to approve it.", **values
        )
        return Reply((Notice(text, "warning"), *_next(ran.series)), (shown, more))
    if invoice.state is State.DRAFT:
        text = _("The recurring invoice to {client} over {total} is drafted.", **values)
        question = issue_question(ctx, invoice, client)
        issue = Button(_("Issue"), "issue", invoice.id.hex, tone="primary", confirm=question)
        return Reply((Notice(text), *_next(ran.series)), (issue, shown, more))
    number = invoice.issued.number
    send = (Button(_("Send"), "send", invoice.id.hex),) if ctx.mailing else ()
    if unsent is not None:
        text = _("The recurring invoice {number} to {client} over {total} is issued, but was not mailed. {why}",
                 number=number, why=sentence(unsent), **values)  # fmt: skip
        return Reply((Notice(text, "warning"), *_next(ran.series)), (*send, shown, more))
    if ran.series.does is Does.SEND:
        text = _("The recurring invoice {number} to {client} over {total} is issued and on its way to {email}.",
                 number=number, email=client.email, **values)  # fmt: skip
        return Reply((Notice(text, "success"), *_next(ran.series)), (shown, more))
    text = _("The recurring invoice {number} to {client} over {total} is issued.", number=number, **values)
    return Reply((Notice(text, "success"), *_next(ran.series)), (*send, shown, more))


def _next(series: Series) -> tuple[Notice, ...]:
    if series.next_on is None:
        return (Notice(_("It was the last one.")),)
    return (Notice(_("The next one comes on {date}.", date=series.next_on)),)


def _passed(ran: Ran, client: Client) -> Reply:
    text = _("Days of the recurring invoice to {client} were missed by more than a month, so they are left out: "
             "{count}. Write by hand what is still to be billed.", client=client.name, count=ran.passed)  # fmt: skip
    return Reply(
        (Notice(text, "warning"),), (Button(_("New invoice"), "invoice", f"client {client.id.hex}"),)
    )


def _failed(ctx: Context, series: Series, day: date, client: Client, why: BillhookError | None) -> Reply:
    reason = sentence(why) if why else _("Something went wrong on our side.")
    shown = Button(_("Show"), "recurring show", series.id.hex)
    if series.state is SeriesState.PAUSED or series.next_at is None:
        text = _("The recurring invoice to {client} for {date} failed three times and is paused. {why}",
                 client=client.name, date=day, why=reason)  # fmt: skip
        return Reply(
            (Notice(text, "error"),), (Button(_("Resume"), "recurring resume", series.id.hex), shown)
        )
    text = _("The recurring invoice to {client} for {date} could not be made. {why} It is tried again: {time}.",
             client=client.name, date=day, why=reason, time=ctx.time(series.next_at))  # fmt: skip
    return Reply((Notice(text, "warning"),), (shown,))
