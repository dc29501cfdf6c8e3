"""`/send`: an issued invoice goes to its client by mail, once somebody has seen what, how much and to whom."""

from __future__ import annotations

from dataclasses import replace

from core.documents.paid import paid_in_full
from core.errors import N_, Conflict, InvalidInput
from core.invoice import Invoice, State
from core.party import Client
from core.usecases.client import change_client
from core.usecases.sending import check_quota, check_sendable
from core.views import InvoiceFilter
from handlers.cards import PAID_COPY
from handlers.command import Command
from handlers.commands.find import (
    find_invoice,
    named_invoice,
    to_others,
)
from handlers.commands.invoices import copy_field, number_field
from handlers.context import Context
from handlers.forms import word_and_rest
from handlers.handing_out import hand_out_letter
from handlers.kinds import Answers, Asked, Block, Box, Button, Facts, Field, Notice, Outcome, Raw, Reply, Text
from handlers.letters import Covering, covering
from handlers.page_links import some_page
from handlers.reading.parties import read_email
from handlers.words import _

NOW = "now"
_TO = frozenset({"to", "an", "à", "a"})


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    must_be_on(ctx)
    invoice = await named_invoice(ctx, raw.get("number") or "")
    missing = (
        invoice is not None and invoice.state is State.ISSUED and not (await _client(ctx, invoice)).email
    )
    asked = Asked.REQUIRED if missing else Asked.SILENT
    return (
        await number_field(ctx, raw, InvoiceFilter.OPEN, InvoiceFilter.PAID),
        Field("email", _("To which mail address?"), read_email, asked, box=Box.MAIL),
        copy_field(),
        Field("sure", "", str.strip, Asked.SILENT),
    )


def must_be_on(ctx: Context) -> None:
    if ctx.mailing is None:
        raise Conflict(
            N_("Mail is switched off here. Whoever runs Billhook switches it on with SMTP_URL and MAIL_FROM; until "
               "then, forward the PDF yourself: /pdf")
        )  # fmt: skip


def split_send(text: str) -> Raw:
    """`2026-0007 [paid] [to ADDRESS] [now]`."""
    words = text.split()
    if not words:
        return {}
    raw: Raw = {"number": words.pop(0)}
    if words and words[0].lower() == PAID_COPY:
        raw["copy"] = words.pop(0)
    if words and words[-1].partition(":")[0].lower() == NOW:
        raw["sure"] = words.pop()
    named = bool(words) and words[0].lower() in _TO
    if words:
        raw["email"] = " ".join(words[1:] if named else words)
    return raw


def sure_in(answers: Answers, field: str, example: str) -> tuple[bool, str]:
    """Whether it leaves at once, and the token of the button that says so, by which it leaves only once."""
    sure, _colon, token = (answers["sure"] or "").partition(":")
    if sure.lower() not in ("", NOW):
        raise InvalidInput(field, N_("Only the word now may stand behind the address."), example)
    return bool(sure), token


def address_in(answers: Answers, client: Client) -> str:
    """The one that was typed, else the client's own. Raises InvalidInput where there is neither."""
    email: str = answers["email"] or client.email
    if not email:
        raise InvalidInput(
            "email", N_("{client} has no mail address yet; write one behind the number."), "books@acme.example",
            client=client.name,
        )  # fmt: skip
    return email


async def _client(ctx: Context, invoice: Invoice) -> Client:
    return await ctx.work.clients.get(invoice.draft.client_id)


async def send(ctx: Context, answers: Answers) -> Outcome:
    must_be_on(ctx)
    found = await find_invoice(ctx, answers["number"])
    sure, token = sure_in(answers, "number", "/send 2026-0007 now")
    invoice = await ctx.work.invoices.lock(found.id) if sure else found
    client = await _client(ctx, invoice)
    email = answers["email"] or client.email
    await check_sendable(ctx.desk, invoice, email)
    marked = bool(answers["copy"])
    if marked:
        paid_in_full(invoice, await ctx.work.payments.list_of(invoice.id))
    if not sure:
        return await _preview(ctx, invoice, client, email, marked)
    return await _post(ctx, invoice, client, email, token, marked)


async def _preview(ctx: Context, invoice: Invoice, client: Client, email: str, marked: bool) -> Reply:
    """The very letter, and one press that sends it once; `marked`: with the copy that says it is paid."""
    letter = covering(ctx, invoice, client, some_page(ctx), marked=marked)
    question = _(
        "Send {number} over {total} to {email}?", number=invoice.issued.number, total=ctx.money(invoice.total),
        email=email,
    )  # fmt: skip
    chase = await ctx.work.reminders.chase(invoice.id)
    before: tuple[Block, ...] = ()
    if chase.delivered_on is not None:
        before = (Notice(_("The client has it since {date}.", date=ctx.day(chase.delivered_on))),)
    copy = f" {PAID_COPY}" if marked else ""
    press = f"{invoice.id.hex}{copy} to {email} {NOW}:{ctx.ids.token()}"
    buttons = (
        Button(_("Send"), "send", press, tone="primary"),
        Button(_("To another address"), "send another", invoice.id.hex),
    )
    return Reply((*before, Notice(question), *as_read(ctx, letter)), buttons)


def as_read(ctx: Context, letter: Covering) -> tuple[Block, ...]:
    """What the client will read, with the document by name, and what stands in the way of an answer."""
    files = ", ".join(item.filename for item in letter.reply.attachments)
    subject = Facts(((_("Subject"), letter.subject), (_("Attached"), files)))
    shown: list[Block] = [subject, *letter.reply.blocks]
    shown += [Text(f"{button.label}: {button.url}") for button in letter.reply.buttons]
    if not ctx.desk.business.email:
        shown.append(Text(_("Answers to it would not reach you: set your address with /settings email …")))
    return tuple(shown)


async def _post(
    ctx: Context, invoice: Invoice, client: Client, email: str, token: str, marked: bool
) -> Reply:
    await check_quota(ctx.desk)
    number = invoice.issued.number
    if not await hand_out_letter(ctx, invoice, client, email, token or ctx.ids.token(), marked=marked):
        raise Conflict(
            N_("{number} was sent to {email} with this button already."), number=number, email=email
        )
    said: list[Block] = [
        Notice(
            _("{number} over {total} is on its way to {email}. If it does not arrive, you are told.", number=number,
              total=ctx.money(invoice.total), email=email),
            "success",
        )
    ]  # fmt: skip
    if not client.email:
        await change_client(ctx.desk, client, replace(client, email=email))
        said.append(Notice(_("{email} is kept with {client}.", email=email, client=client.name)))
    buttons = (Button(_("Deliveries"), "deliveries"), Button(_("Show"), "invoice show", invoice.id.hex))
    return Reply(tuple(said), buttons)


async def _another_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    must_be_on(ctx)
    return (
        await number_field(ctx, raw, InvoiceFilter.OPEN, InvoiceFilter.PAID),
        Field("email", _("To which mail address?"), read_email, box=Box.MAIL),
    )


async def send_elsewhere(ctx: Context, answers: Answers) -> Outcome:
    return await send(ctx, {**answers, "copy": None, "sure": None})


COMMANDS = (
    Command(
        name="send",
        help=N_("Mail an invoice to its client"),
        run=send,
        group="invoices",
        example="/send 2026-0007 to books@acme.example",
        form=_form,
        read=split_send,
        route=to_others("credit send", "quote send"),
    ),
    Command(
        name="send another",
        help=N_("Mail an invoice to another address"),
        run=send_elsewhere,
        form=_another_form,
        read=word_and_rest("number", "email"),
        typed=False,
    ),
)
