"""One reminder in hand: its exact text, and sending, rewording, putting off or stopping it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from core.errors import N_, Conflict, NotFound
from core.moments import local_day
from core.reminder import Reminder, ReminderState, Way
from core.usecases.late_fee import find_fee
from core.usecases.reminder import (
    WAITING,
    Reading,
    as_quoted,
    change_chase,
    move,
    reread,
    reword,
    stop,
    stop_waiting,
)
from handlers.command import Command, optional
from handlers.commands.already import handled, refuse_handled
from handlers.commands.snoozing import OFF, put_off_invoices, until_field
from handlers.context import Context, as_id, undo_button
from handlers.forms import word_and_rest
from handlers.handover import Handed, hand_over, mark_delivered
from handlers.kinds import Answers, Asked, Block, Box, Button, Field, Notice, Outcome, Raw, Reply, Text
from handlers.previewing import (
    Shown,
    exact_text,
    forward_buttons,
    forward_text,
    no_fee,
    page_reply,
    pdf_button,
    preview_reply,
    shown,
    why_by_hand,
)
from handlers.reading.text import required
from handlers.reminding import worded
from handlers.words import _, sentence

MOST_TEXT = 2000
USUAL = "-"

Run = Callable[[Context, Answers], Awaitable[Outcome]]


# -- looking ---------------------------------------------------------------------------------------


async def show(ctx: Context, answers: Answers) -> Outcome:
    reminder = await ctx.work.reminders.get(_id(answers["reminder"]))
    if reminder.state in WAITING:
        return await _waiting(ctx, reminder)
    said = Notice(sentence(await handled(ctx, reminder)))
    reading = await as_quoted(ctx.desk, reminder)
    if reminder.state is ReminderState.STOPPED or not reading.invoices:
        return Reply((said,))
    day = local_day(reminder.send_at, ctx.desk.business.zone)
    wording = worded(ctx, reading, day, await find_fee(ctx.desk, reminder))
    buttons = forward_buttons(reading) if reminder.way is Way.CHAT else (pdf_button(reminder),)
    return Reply((said, *exact_text(Shown(reading, wording))), buttons)


async def _waiting(ctx: Context, reminder: Reminder) -> Reply:
    reading = await reread(ctx.desk, reminder, lock=False)
    if not reading.invoices:
        return Reply((Notice(_nothing_left(reading)),))
    return preview_reply(ctx, await shown(ctx, reading))


async def pdf(ctx: Context, answers: Answers) -> Outcome:
    """On paper: as it would leave, or as it left."""
    reminder = await ctx.work.reminders.get(_id(answers["reminder"]))
    if reminder.state is ReminderState.STOPPED:
        raise await handled(ctx, reminder)
    if reminder.state in WAITING:
        reading = await reread(ctx.desk, reminder, lock=False)
        if not reading.invoices:
            return Reply((Notice(_nothing_left(reading)),))
        return page_reply(reading, (await shown(ctx, reading)).page)
    reading = await as_quoted(ctx.desk, reminder)
    day = local_day(reminder.send_at, ctx.desk.business.zone)
    return page_reply(reading, worded(ctx, reading, day, await find_fee(ctx.desk, reminder)).page)


def _nothing_left(reading: Reading) -> str:
    return _(
        "There is nothing left to remind {client} of, so this does not leave.", client=reading.client.name
    )


def _id(text: str | None) -> UUID:
    found = as_id(text or "")
    if found is None:
        raise NotFound(N_("There is no such reminder."))
    return found


async def _locked(ctx: Context, text: str | None) -> Reminder:
    """One that still waits. Raises Conflict, naming who sent or stopped it."""
    reminder = await ctx.work.reminders.lock(_id(text))
    await refuse_handled(ctx, reminder)
    return reminder


# -- sending ---------------------------------------------------------------------------------------


async def send(ctx: Context, answers: Answers) -> Outcome:
    return await send_now(ctx, await _locked(ctx, answers["reminder"]))


async def send_now(ctx: Context, reminder: Reminder) -> Reply:
    """Whatever the hour is, and whatever was put off: somebody says so. It must be locked."""
    reading = await reread(ctx.desk, reminder)
    if not reading.invoices:
        raise Conflict(
            N_("There is nothing left to remind {client} of, so this does not leave."),
            client=reading.client.name,
        )
    await put_off_invoices(ctx, reading.invoices, None)
    return await sent_reply(ctx, await hand_over(ctx, reading))


async def sent_reply(ctx: Context, handed: Handed) -> Reply:
    reading = handed.reading
    client, email = reading.client.name, reading.client.email
    extra: tuple[Block, ...] = (no_fee(handed.refused),) if handed.refused else ()
    if handed.reminder.way is Way.MAIL:
        text = _("The reminder to {client} is on its way to {email}.", client=client, email=email)
        return Reply((Notice(text, "success"), *extra))
    forward = forward_text(handed.wording)
    said = _("This is for {client}: please forward it.", client=client)
    blocks = (*forward.blocks, Notice(said), Text((await why_by_hand(ctx, reading))()), *extra)
    return Reply(blocks, forward_buttons(reading), forward.attachments)


async def delivered(ctx: Context, answers: Answers) -> Outcome:
    """The owner has forwarded it, and with it its documents."""
    reminder = await ctx.work.reminders.lock(_id(answers["reminder"]))
    reading = await as_quoted(ctx.desk, reminder)
    fee = await find_fee(ctx.desk, reminder)
    news = [
        await mark_delivered(ctx, invoice.id) for invoice in (*reading.invoices, *((fee,) if fee else ()))
    ]
    if not any(news):
        raise Conflict(N_("{client} has all of it already, as was noted."), client=reading.client.name)
    text = _(
        "Noted: {client} has it. From now on reminders about it may go by mail.", client=reading.client.name
    )
    return Reply((Notice(text, "success"),))


# -- saying otherwise --------------------------------------------------------------------------------


async def _edit_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    reminder = await ctx.work.reminders.get(_id(raw.get("reminder")))
    # What has left is told at once, not after somebody has thought about its words.
    waits = reminder.state in WAITING
    start = reminder.text
    if waits and not start:
        reading = await reread(ctx.desk, reminder, lock=False)
        start = (await shown(ctx, reading)).wording.body if reading.invoices else ""
    named = Field("reminder", "", str.strip, Asked.SILENT)
    return named, text_field(start, Asked.REQUIRED if waits else Asked.SILENT)


def text_field(start: str, wanted: Asked) -> Field:
    prompt = _(
        "What shall it say? Amounts, account and documents stay below it; - brings the usual words back."
    )
    return Field("text", prompt, _read_text, wanted, box=Box.TEXT, start=start)


def _read_text(text: str) -> str:
    given = required(text, "text", MOST_TEXT, "Could you please look into this?", multiline=True)
    return "" if given == USUAL else given


async def edit(ctx: Context, answers: Answers) -> Outcome:
    reminder = await _locked(ctx, answers["reminder"])
    saved, entry = await reword(ctx.desk, reminder, answers["text"])
    preview = await _waiting(ctx, saved)
    return replace(preview, buttons=(*preview.buttons, undo_button(entry)))


async def _snooze_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    reminder = await ctx.work.reminders.get(_id(raw.get("reminder")))
    until = until_field(ctx)
    named = Field("reminder", "", str.strip, Asked.SILENT)
    return named, until if reminder.state in WAITING else replace(until, asked=Asked.SILENT)


async def snooze(ctx: Context, answers: Answers) -> Outcome:
    """It leaves on that day, and no other one about its invoices before."""
    reminder = await _locked(ctx, answers["reminder"])
    reading = await reread(ctx.desk, reminder, lock=False)
    until = None if answers["until"] == OFF else answers["until"]
    await put_off_invoices(ctx, reading.invoices, until)
    moved, _entry = await move(ctx.desk, reminder, until or ctx.today)
    name, client = reading.client.name, reading.client.id.hex
    text = _("The reminder to {client} leaves {time}, if it is still owed then.",
             client=name, time=ctx.time(moved.send_at))  # fmt: skip
    if until is None:
        return Reply((Notice(text, "success"),))
    return Reply(
        (Notice(text, "success"),),
        (
            Button(_("All of {client}", client=name), "snooze", f"{client} {until.isoformat()}"),
            Button(_("Not later"), "reminder snooze", f"{reminder.id.hex} {OFF}"),
        ),
    )


async def stop_one(ctx: Context, answers: Answers) -> Outcome:
    """This one; the ladder goes on with its next step."""
    stopped, entry = await stop(ctx.desk, await _locked(ctx, answers["reminder"]))
    client = await ctx.work.clients.get(stopped.client_id)
    text = _("This reminder to {client} does not leave.", client=client.name)
    end = Button(_("Stop all about it"), "reminder end", stopped.id.hex, tone="danger")
    return Reply((Notice(text, "success"),), (end, undo_button(entry)))


async def end(ctx: Context, answers: Answers) -> Outcome:
    """Nothing more about any of its invoices."""
    return await _switch(ctx, answers["reminder"], stopped=True)


async def again(ctx: Context, answers: Answers) -> Outcome:
    return await _switch(ctx, answers["reminder"], stopped=False)


async def _switch(ctx: Context, reference: str | None, *, stopped: bool) -> Reply:
    reminder = await ctx.work.reminders.get(_id(reference))
    found = [await ctx.work.invoices.get(invoice_id) for invoice_id in sorted(reminder.invoice_ids)]
    for invoice in found:
        chase = await ctx.work.reminders.chase(invoice.id)
        if chase.stopped is not stopped:
            await change_chase(ctx.desk, invoice, replace(chase, stopped=stopped))
        if stopped:
            await stop_waiting(ctx.desk, invoice)
    numbers = ", ".join(invoice.issued.number for invoice in found)
    if not stopped:
        return Reply((Notice(_("Reminders about {numbers} go on.", numbers=numbers), "success"),))
    text = _("Nothing more is sent about {numbers}.", numbers=numbers)
    return Reply((Notice(text, "success"),), (Button(_("Remind again"), "reminder again", reminder.id.hex),))


def _pressed(name: str, said: str, run: Run) -> Command:
    return Command(name=name, help=said, run=run, form=optional("reminder"), typed=False)


COMMANDS = (
    _pressed("reminder", N_("Show a reminder"), show),
    _pressed("reminder pdf", N_("Get a reminder as a PDF"), pdf),
    _pressed("reminder send", N_("Send a reminder now"), send),
    _pressed("reminder delivered", N_("Note that a client has a reminder"), delivered),
    _pressed("reminder stop", N_("Stop a reminder"), stop_one),
    _pressed("reminder end", N_("Stop all reminders about an invoice"), end),
    _pressed("reminder again", N_("Let reminders about an invoice go on"), again),
    replace(
        _pressed("reminder edit", N_("Change the words of a reminder"), edit),
        form=_edit_form, read=word_and_rest("reminder", "text"),
    ),
    replace(
        _pressed("reminder snooze", N_("Send a reminder later"), snooze),
        form=_snooze_form, read=word_and_rest("reminder", "until"),
    ),
)  # fmt: skip
