"""How reminders look to the owner: before they leave, several at once, and as a text to forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.errors import BillhookError
from core.invoice import Invoice
from core.moments import local_day
from core.money import Money, total
from core.reminder import Reminder, ReminderState, Way
from core.usecases.late_fee import charges
from core.usecases.promise import Broken
from core.usecases.reminder import Reading
from handlers.context import Context
from handlers.kinds import Block, Button, Facts, Lines, Notice, ReminderPdf, Reply, Text
from handlers.reminding import Wording, worded
from handlers.words import _, sentence

MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """A reminder with its text as it will read when it leaves, in the client's language already."""

    reading: Reading
    wording: Wording
    fee: Money | None = None
    refused: BillhookError | None = None
    """Why no fee goes with it although one is due."""

    @property
    def reminder(self) -> Reminder:
        return self.reading.reminder

    @property
    def page(self) -> ReminderPdf:
        """On paper, with the fee that will be asked for along with it."""
        page = self.wording.page
        return replace(page, text=replace(page.text, fee=self.fee.minor)) if self.fee else page


async def shown(ctx: Context, reading: Reading) -> Shown:
    """Worded for the day it leaves: nobody sees another text than the one that is sent."""
    zone, now = ctx.desk.business.zone, ctx.clock.now()
    wording = worded(ctx, reading, local_day(max(reading.reminder.send_at, now), zone))
    try:
        due = await charges(ctx.desk, reading)
    except BillhookError as error:
        return Shown(reading, wording, refused=error)
    fee = total((item.amount for item in due), reading.reminder.currency) if due else None
    return Shown(reading, wording, fee)


def preview_reply(ctx: Context, shown: Shown) -> Reply:
    """The exact text, when it leaves, and what can be said about it."""
    return Reply(
        (Notice(_moment(ctx, shown)), *_extra(ctx, shown), *exact_text(shown)),
        waiting_buttons(shown.reminder),
    )


def by_hand_reply(ctx: Context, shown: Shown, invoice: Invoice) -> Reply:
    """What would be sent; it is not stored yet."""
    client, email = shown.reading.client.name, shown.reading.client.email
    text = (
        _("This would go to {client} by mail now.", client=client)
        if shown.reminder.way is Way.MAIL
        else _("This is the text for {client}; you forward it yourself.", client=client)
    )
    confirm = _("Remind {client} of {amount} at {email} now?", client=client, amount=ctx.money(owed(shown.reading)),
                email=email)  # fmt: skip
    by_mail = shown.reminder.way is Way.MAIL
    about = invoice.id.hex
    return Reply(
        (Notice(text), *_extra(ctx, shown), *exact_text(shown)),
        (
            Button(_("Send now"), "remind send", about, tone="primary", confirm=confirm if by_mail else ""),
            Button(_("Edit"), "remind edit", about),
            Button(_("Snooze"), "snooze", about),
            Button(_("PDF"), "remind pdf", about),
        ),
    )


def exact_text(shown: Shown) -> tuple[Block, ...]:
    """As the client reads it, below what would stand on the envelope."""
    wording, email = shown.wording, shown.reading.client.email
    pairs = [(_("To"), f"{shown.reading.client.name} <{email}>" if email else shown.reading.client.name)]
    pairs.append((_("Subject"), wording.subject))
    names = ", ".join(item.filename for item in wording.reply.attachments)
    if names:
        pairs.append((_("Attached"), names))
    links = "\n".join(f"{button.label}: {button.url}" for button in wording.reply.buttons)
    return Facts(tuple(pairs)), *wording.reply.blocks, *((Text(links),) if links else ())


def _moment(ctx: Context, shown: Shown) -> str:
    reminder, client = shown.reminder, shown.reading.client.name
    if reminder.state is ReminderState.HELD:
        return _("This reminder to {client} waits for your word.", client=client)
    time = ctx.time(reminder.send_at)
    if reminder.way is Way.CHAT:
        return _("You get this text for {client} at {time}, to forward it.", client=client, time=time)
    return _("This reminder goes to {client} at {time} unless you say no.", client=client, time=time)


def _extra(ctx: Context, shown: Shown) -> tuple[Block, ...]:
    if shown.refused is not None:
        return (no_fee(shown.refused),)
    if shown.fee is None:
        return ()
    return (
        Notice(_("A fee invoice over {amount} is issued and goes with it.", amount=ctx.money(shown.fee))),
    )


def no_fee(refused: BillhookError) -> Notice:
    return Notice(_("No fee is added: {reason}", reason=sentence(refused)), "warning")


def waiting_buttons(reminder: Reminder) -> tuple[Button, ...]:
    about = reminder.id.hex
    return (
        Button(_("Send now"), "reminder send", about, tone="primary"),
        Button(_("Edit"), "reminder edit", about),
        Button(_("Snooze"), "reminder snooze", about),
        Button(_("Stop"), "reminder stop", about, tone="danger"),
        pdf_button(reminder),
    )


def pdf_button(reminder: Reminder) -> Button:
    return Button(_("PDF"), "reminder pdf", reminder.id.hex)


def page_reply(reading: Reading, page: ReminderPdf) -> Reply:
    text = _(
        "The reminder to {client} on paper, as of {date}.", client=reading.client.name, date=page.text.on
    )
    return Reply((Notice(text),), attachments=(page,))


def previews_reply(ctx: Context, several: Sequence[Shown]) -> Reply:
    """Several of one look in one message, each with a button that shows its text."""
    rows = tuple(
        (
            item.reading.client.name,
            numbers(item.reading),
            ctx.money(owed(item.reading)),
            _("waits for you")
            if item.reminder.state is ReminderState.HELD
            else ctx.time(item.reminder.send_at),
        )
        for item in several[:MOST_LISTED]
    )
    header = (_("Client"), _("Invoice"), _("Open"), _("Leaves"))
    held = all(item.reminder.state is ReminderState.HELD for item in several)
    text = (
        _("{count} reminders wait for your word.", count=len(several))
        if held
        else _("{count} reminders leave today or later unless you say no.", count=len(several))
    )
    blocks: list[Block] = [Notice(text), Lines(header, rows, (2,))]
    left = len(several) - len(rows)
    if left:
        blocks.append(Text(_("… and {count} more: /tomorrow", count=left)))
    buttons = tuple(
        Button(_("Show {client}", client=item.reading.client.name), "reminder", item.reminder.id.hex)
        for item in several[:MOST_LISTED]
    )
    return Reply(tuple(blocks), buttons)


def forward_text(wording: Wording) -> Reply:
    """Nothing but the text and its documents, so that it can be passed on as it is."""
    links = tuple(Text(f"{button.label}: {button.url}") for button in wording.reply.buttons)
    return Reply((*wording.reply.blocks, *links), attachments=wording.reply.attachments)


def forward_reply(reading: Reading, why: Callable[[], str]) -> Reply:
    """What to do with the text."""
    text = _("The text above is for {client}: please forward it.", client=reading.client.name)
    return Reply((Notice(text), Text(why())), forward_buttons(reading))


def forward_buttons(reading: Reading) -> tuple[Button, ...]:
    """It was handed to the owner: what is left to say is whether it reached the client, or that it is enough."""
    about = reading.reminder.id.hex
    return (
        Button(_("I sent it"), "reminder delivered", about, tone="primary"),
        Button(_("Stop"), "reminder end", about, tone="danger"),
        pdf_button(reading.reminder),
    )


async def why_by_hand(ctx: Context, reading: Reading) -> Callable[[], str]:
    """Why no mail of ours brings it, to be said in the language of whoever is told."""
    client = reading.client
    if ctx.mailing is None:
        return lambda: _("Mail is switched off here.")
    if not client.email:
        return lambda: _("{client} has no mail address here.", client=client.name)
    if await ctx.work.opt_outs.has(client.email):
        return lambda: _("{client} asked for no more mail.", client=client.name)
    return lambda: _("An invoice among these was never sent from here by mail.")


def broken_reply(ctx: Context, broken: Broken) -> Reply:
    """The day that was promised has passed."""
    name, day = broken.client.name, broken.promise.promised_on
    amounts = ", ".join(ctx.money(amount) for amount in broken.owed)
    said = [
        Notice(
            _("{client} promised to pay by {date}, and still owes {amounts}.", client=name, date=day, amounts=amounts),
            "warning",
        )
    ]  # fmt: skip
    if broken.times > 1:
        said.append(Notice(_("That is promise number {count} that was not kept.", count=broken.times)))
    return Reply(tuple(said), (Button(_("Show {client}", client=name), "client", broken.client.id.hex),))


def numbers(reading: Reading) -> str:
    found = [invoice.issued.number for invoice in reading.invoices]
    return ", ".join(found[:3]) + (f" +{len(found) - 3}" if len(found) > 3 else "")


def owed(reading: Reading) -> Money:
    return total((invoice.balance for invoice in reading.invoices), reading.reminder.currency)
