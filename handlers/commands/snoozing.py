"""Putting reminders off: about one invoice, or all that a client owes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.errors import N_, Conflict, InvalidInput, NotFound
from core.invoice import Invoice, State
from core.party import Client
from core.terms import Terms
from core.usecases.reminder import change_chase
from core.views import InvoiceFilter
from handlers.command import Command
from handlers.commands.already import refuse_settled, refuse_void
from handlers.commands.find import find_any_client, find_invoice
from handlers.commands.invoices import number_field
from handlers.context import Context, as_id
from handlers.kinds import Answers, Ask, Box, Button, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.terms import read_due
from handlers.reading.text import bare, shown
from handlers.words import _

OFF = "off"
MOST_DAYS = 366
_MOST_OPEN = 200
"""Open invoices of one client that are put off together."""
_MOST_WORDS = 4
"""Of a date: `Friday, 4. December 2026`."""
_EXAMPLE = "3d"


def read_until(text: str, today: date, language: str) -> date | str:
    """`3d`, `friday` or a date: the first day on which something may be sent again; `off`: today."""
    if bare(text.strip()) in (OFF, "-"):
        return OFF
    try:
        due = read_due(text, today, language, "until")
    except InvalidInput as error:
        raise InvalidInput(
            "until", N_("“{value}” is neither a number of days nor a date."), _EXAMPLE, value=shown(text)
        ) from error
    until = due.due(today) if isinstance(due, Terms) else due
    if not 0 < (until - today).days <= MOST_DAYS:
        raise InvalidInput(
            "until", N_("{date} is not a day of the coming year."), _EXAMPLE, date=until.isoformat()
        )
    return until


def until_field(ctx: Context) -> Field:
    today, language = ctx.today, ctx.desk.business.language
    days = (
        Option(_("1 day"), _in_days(today, 1)),
        Option(_("3 days"), _in_days(today, 3)),
        Option(_("A week"), _in_days(today, 7)),
    )
    return Field("until", _("Until when shall nothing be sent?"), lambda text: read_until(text, today, language),
                 options=days, box=Box.DAY)  # fmt: skip


def _in_days(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return await number_field(ctx, raw, InvoiceFilter.OPEN), until_field(ctx)


def _read(text: str) -> Raw:
    """`2026-0007 3d`, `Acme GmbH friday`, or what a button says: an id, with a day behind it or without."""
    words = text.split()
    if len(words) > 1 and (as_id(words[0]) or any(map(str.isdigit, words[0]))):
        return {"number": words[0], "until": " ".join(words[1:])}
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        if _is_until(" ".join(words[-count:])):
            return {"number": " ".join(words[:-count]), "until": " ".join(words[-count:])}
    return {"number": " ".join(words)} if words else {}


def _is_until(text: str) -> bool:
    """Whatever day it is, in whichever language: the form reads it again."""
    try:
        return bare(text) in (OFF, "-") or bool(read_due(text, date(2026, 1, 1), "en", "until"))
    except InvalidInput:
        return False


async def snooze(ctx: Context, answers: Answers) -> Outcome:
    until = None if answers["until"] == OFF else answers["until"]
    subject = await _subject(ctx, answers["number"])
    match subject:
        case Ask():
            return subject
        case Client():
            return await _snooze_client(ctx, subject, until)
        case Invoice():
            return await _snooze_invoice(ctx, subject, until)


async def _subject(ctx: Context, text: str) -> Invoice | Client | Ask:
    """An invoice by its number or id, or else a client by name or id."""
    if as_id(text):
        try:
            return await find_invoice(ctx, text)
        except NotFound:
            return await find_any_client(ctx, text, "number")
    if any(map(str.isdigit, text)) and not await ctx.work.clients.search(text, 1):
        return await find_invoice(ctx, text)
    return await find_any_client(ctx, text, "number")


async def _snooze_invoice(ctx: Context, invoice: Invoice, until: date | None) -> Reply:
    await refuse_settled(ctx, invoice)
    await refuse_void(ctx, invoice)
    if invoice.state is State.DRAFT:
        raise InvalidInput("number", N_("A draft is not reminded of; issue it first."), "/issue")
    await put_off_invoices(ctx, [invoice], until)
    number = invoice.issued.number
    if until is None:
        return Reply((Notice(_("Reminders about {number} go on.", number=number), "success"),))
    text = _("Nothing is sent about {number} before {date}.", number=number, date=ctx.day(until))
    return Reply((Notice(text, "success"),), (Button(_("Remind again"), "snooze", f"{invoice.id.hex} off"),))


async def _snooze_client(ctx: Context, client: Client, until: date | None) -> Reply:
    page = await ctx.work.invoices.list_page(InvoiceFilter.OPEN, ctx.today, client.id, None, _MOST_OPEN)
    invoices = [await ctx.work.invoices.get(row.id) for row in page.rows]
    if not invoices:
        raise Conflict(N_("{name} owes nothing."), name=client.name)
    await put_off_invoices(ctx, invoices, until)
    if until is None:
        return Reply((Notice(_("Reminders to {client} go on.", client=client.name), "success"),))
    text = _("Nothing is sent to {client} about what is open now before {date}.",
             client=client.name, date=ctx.day(until))  # fmt: skip
    return Reply((Notice(text, "success"),), (Button(_("Remind again"), "snooze", f"{client.id.hex} off"),))


async def put_off_invoices(ctx: Context, invoices: Sequence[Invoice], until: date | None) -> None:
    """What waits about them finds out when its moment comes."""
    for invoice in sorted(invoices, key=lambda invoice: invoice.id):
        chase = await ctx.work.reminders.chase(invoice.id)
        if chase.snoozed_until != until:
            await change_chase(ctx.desk, invoice, replace(chase, snoozed_until=until))


COMMANDS = (
    Command(
        name="snooze",
        help=N_("Put reminders off"),
        run=snooze,
        group="money",
        example="/snooze 2026-0007 3d",
        form=_form,
        read=_read,
    ),
)
