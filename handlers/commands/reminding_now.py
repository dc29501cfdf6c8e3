"""A reminder that somebody asks for now, whatever day it is: its text first, then one press that sends it."""

from __future__ import annotations

from core.errors import N_, Conflict, InvalidInput
from core.invoice import Invoice, State
from core.moments import local_day
from core.nag_ports import Candidate
from core.reminder import Reminder, ReminderState, Way
from core.usecases.reminder import WAITING, asks_for, by_hand, plan_by_hand, reread
from core.views import InvoiceFilter
from handlers.chases import find_candidate
from handlers.command import Command, optional
from handlers.commands.already import handled, refuse_settled, refuse_void
from handlers.commands.find import find_invoice, named_invoice
from handlers.commands.invoices import number_field
from handlers.commands.previews import send_now, text_field
from handlers.context import Context
from handlers.forms import whole, word_and_rest
from handlers.kinds import Answers, Asked, Field, Outcome, Raw
from handlers.previewing import Shown, by_hand_reply, page_reply, preview_reply, shown


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (await number_field(ctx, raw, InvoiceFilter.OPEN),)


async def remind(ctx: Context, answers: Answers) -> Outcome:
    """The text as it would be sent; nothing is stored by looking at it."""
    invoice, found, stored = await _looked_at(ctx, answers["number"])
    return preview_reply(ctx, found) if stored else by_hand_reply(ctx, found, invoice)


async def pdf(ctx: Context, answers: Answers) -> Outcome:
    """The same on paper."""
    _invoice, found, _stored = await _looked_at(ctx, answers["number"] or "")
    return page_reply(found.reading, found.page)


async def _looked_at(ctx: Context, reference: str) -> tuple[Invoice, Shown, bool]:
    """The reminder of that invoice as it would be sent now, and whether it is stored because it waits already."""
    invoice, candidate = await _remindable(ctx, reference)
    waiting = await _waiting(ctx, invoice)
    reminder = waiting or by_hand(ctx.desk, candidate, _way(ctx, candidate))
    return invoice, await shown(ctx, await reread(ctx.desk, reminder, lock=False)), waiting is not None


async def _remindable(ctx: Context, reference: str) -> tuple[Invoice, Candidate]:
    """Raises what tells why an invoice cannot be reminded of."""
    invoice = await find_invoice(ctx, reference)
    await refuse_settled(ctx, invoice)
    await refuse_void(ctx, invoice)
    candidate = await find_candidate(ctx, invoice) if invoice.state is State.ISSUED else None
    if candidate is None:
        raise InvalidInput(
            "number", N_("Only an issued invoice that is still open is reminded of."), "2026-0007"
        )
    number, client = invoice.issued.number, candidate.client.name
    if candidate.chased.stopped:
        raise Conflict(
            N_("Reminders about {number} are stopped. Let them go on first: /reminders {number} on"),
            number=number,
        )
    if candidate.chased.client_off:
        raise Conflict(
            N_("Reminders to {client} are off. Switch them on first: /reminders {client} on"), client=client
        )
    for reminder in await ctx.work.reminders.list_of(invoice.id):
        left_on = local_day(reminder.send_at, ctx.desk.business.zone)
        if reminder.state is ReminderState.SENT and left_on == ctx.today and asks_for(reminder, invoice.id):
            raise await handled(ctx, reminder)
    return invoice, candidate


async def _waiting(ctx: Context, invoice: Invoice) -> Reminder | None:
    """One that is planned anyway: the same again would only be a second one."""
    for reminder in await ctx.work.reminders.list_of(invoice.id):
        if reminder.state in WAITING and asks_for(reminder, invoice.id):
            return reminder
    return None


def _way(ctx: Context, candidate: Candidate) -> Way:
    """Asked for by hand, it goes by mail also where the invoice never did: it is attached."""
    mail = ctx.mailing is not None and candidate.client.email and not candidate.opted_out
    return Way.MAIL if mail else Way.CHAT


async def send(ctx: Context, answers: Answers) -> Outcome:
    return await send_now(ctx, await _planned(ctx, answers["number"], ""))


async def _planned(ctx: Context, reference: str | None, text: str) -> Reminder:
    _invoice, candidate = await _remindable(ctx, reference or "")
    return await plan_by_hand(ctx.desk, candidate, _way(ctx, candidate), text)


async def _edit_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    start = ""
    invoice = await named_invoice(ctx, raw.get("number") or "")
    candidate = await find_candidate(ctx, invoice) if invoice else None
    if candidate is not None:
        reading = await reread(ctx.desk, by_hand(ctx.desk, candidate, _way(ctx, candidate)), lock=False)
        start = (await shown(ctx, reading)).wording.body if reading.invoices else ""
    wanted = Asked.REQUIRED if candidate is not None else Asked.SILENT
    return Field("number", "", str.strip, Asked.SILENT), text_field(start, wanted)


async def edit(ctx: Context, answers: Answers) -> Outcome:
    """From here on it is stored, and waits for a yes."""
    reminder = await _planned(ctx, answers["number"], answers["text"] or "")
    return preview_reply(ctx, await shown(ctx, await reread(ctx.desk, reminder, lock=False)))


COMMANDS = (
    Command(
        name="remind",
        help=N_("Remind a client of an invoice now"),
        run=remind,
        group="money",
        example="/remind 2026-0007",
        form=_form,
        read=whole("number"),
    ),
    Command(
        name="remind send",
        help=N_("Send a reminder now"),
        run=send,
        form=optional("number"),
        typed=False,
    ),
    Command(
        name="remind pdf",
        help=N_("Get a reminder as a PDF"),
        run=pdf,
        form=optional("number"),
        typed=False,
    ),
    Command(
        name="remind edit",
        help=N_("Change the words of a reminder"),
        run=edit,
        form=_edit_form,
        read=word_and_rest("number", "text"),
        typed=False,
    ),
)
