"""`/credit`: take something off an issued invoice; and its credit notes, shown, handed out and voided."""

from __future__ import annotations

from typing import Any

from core.credit_note import CreditNote
from core.einvoice.export import lacks, must_be, usual_profile
from core.errors import N_, Conflict
from core.invoice import Invoice, Kind, Line, State
from core.locale import format_decimal
from core.money import Money, exponent
from core.party import Role
from core.usecases.credit_note import Credited, Wanted, credit, left_to_credit, void_credit_note
from core.views import InvoiceFilter
from handlers.checkouts import end_stale_checkout
from handlers.command import Command, Routed
from handlers.commands.find import (
    find_credit_note,
    find_invoice,
    named_invoice,
    names_credit_note,
    said_behind,
    to_credit_note,
)
from handlers.commands.goods import goods_in
from handlers.commands.invoices import MOST_REASON, number_field
from handlers.context import Context, undo_button
from handlers.credit_cards import credit_note_pdf, credit_note_reply, ways_to_send
from handlers.einvoices import absent_notice
from handlers.forms import whole, word_and_rest
from handlers.kinds import Answers, Asked, Button, DocumentXml, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.amounts import Amount, read_amount
from handlers.reading.credit_text import ALL, is_all, split_credit
from handlers.reading.lines import read_priced_lines
from handlers.reading.text import clean, required
from handlers.words import _

_PAGE = 8
_BEHIND = {word: f"credit {word}" for word in ("show", "pdf", "xml", "send", "void")}


# -- making one ------------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    invoice = await named_invoice(ctx, raw.get("number") or "")
    # What cannot be credited is refused at once, not after somebody has thought about how much and why.
    left = await _left(ctx, invoice)
    hopeless = bool(raw.get("number")) and not left
    currency = invoice.total.currency if invoice else ctx.desk.business.currency
    style, goods = ctx.typing, await goods_in(ctx, raw.get("lines"))
    everything = (Option(_("All of it, {amount}", amount=ctx.money(left)), ALL),) if left else ()
    asked = Asked.SILENT if hopeless else Asked.REQUIRED

    def amount(text: str) -> Amount | str:
        return ALL if is_all(text) else read_amount(text, "amount", style, currency_hint=currency)

    def lines(text: str) -> tuple[Line, ...]:
        return read_priced_lines(text, style, currency=currency, hint=currency, goods=goods).lines

    return (
        await number_field(ctx, raw, InvoiceFilter.OPEN, InvoiceFilter.PAID),
        Field("lines", _("Which lines shall be credited?"), lines, Asked.SILENT),
        Field("amount", _("How much shall be credited, VAT included?"), amount, asked, everything,
              needed=lambda answers: not answers["lines"],
              start=format_decimal(left.amount, style, exponent(currency)) if left else ""),
        Field("reason", _("Why? The reason stands on the credit note."), _reason, asked),
    )  # fmt: skip


async def _left(ctx: Context, invoice: Invoice | None) -> Money | None:
    """None where there is nothing to credit."""
    if invoice is None or invoice.state is not State.ISSUED:
        return None
    left = (await left_to_credit(ctx.desk, invoice)).payable
    return left if left.minor > 0 else None


def _reason(text: str) -> str:
    return clean(required(text, "reason", MOST_REASON, "late delivery"), "reason", MOST_REASON)


def _read(text: str) -> Raw:
    return {**split_credit(text)} if text.strip() else {}


async def make(ctx: Context, answers: Answers) -> Outcome:
    found = await find_invoice(ctx, answers["number"])
    invoice = await ctx.work.invoices.lock(found.id)
    made = await credit(ctx.desk, invoice, _wanted(invoice, answers), answers["reason"] or "")
    await end_stale_checkout(ctx, invoice.id)
    credit_note, after = made.credit_note, made.invoice
    number, client = after.issued.number, after.issued.buyer.name
    said = [
        Notice(
            _("{number} to {client} credits {amount} of {invoice}.", number=credit_note.number, client=client,
              amount=ctx.money(credit_note.total), invoice=number),
            "success",
        )
    ]  # fmt: skip
    if after.balance:
        said.append(Notice(_("Balance: {balance}.", balance=ctx.money(after.balance))))
    elif after.credited == after.total:
        said.append(Notice(_("{number} is credited in full.", number=number)))
    else:
        said.append(Notice(_("Nothing is owed on {number} any more.", number=number)))
    if made.freed:
        text = _("{amount} of it was paid already and is credit of {client} now: give it back, or use it for another "
                 "invoice.", amount=ctx.money(made.freed), client=client)  # fmt: skip
        said.append(Notice(text, "warning"))
    return Reply(tuple(said), _next(ctx, made), (credit_note_pdf(credit_note),))


def _wanted(invoice: Invoice, answers: Answers) -> Wanted:
    if answers["lines"]:
        return tuple(answers["lines"])
    typed: Any = answers["amount"]
    if typed in (None, ALL):
        return None
    return Money.of(typed.value, typed.currency or invoice.total.currency)


def _next(ctx: Context, made: Credited) -> tuple[Button, ...]:
    back = (Button(_("Record a refund"), "refund", made.invoice.id.hex),) if made.freed else ()
    show = Button(_("Show"), "credit show", made.credit_note.id.hex)
    return (*ways_to_send(ctx, made.credit_note), *back, show, undo_button(made.entry))


# -- one credit note -------------------------------------------------------------------------------


async def _number_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (await credit_note_field(ctx),)


async def credit_note_field(ctx: Context) -> Field:
    found = await ctx.work.credit_notes.list_newest(_PAGE)
    options = tuple(Option(_label(ctx, one), one.number) for one in found)
    return Field(
        "number",
        _("Which credit note?"),
        lambda text: required(text, "number", 60, "CN2026-0001"),
        options=options,
    )


def _label(ctx: Context, credit_note: CreditNote) -> str:
    return f"{credit_note.number} {credit_note.document.buyer.name}, {ctx.money(credit_note.total)}"


async def _behind(ctx: Context, text: str) -> Routed:
    return await said_behind(ctx, text, _BEHIND, names_credit_note)


async def _route(ctx: Context, text: str) -> Routed:
    """`/credit CN2026-0001` shows one, and `/credit CN2026-0001 pdf` hands it out."""
    return await _behind(ctx, text) or await to_credit_note("credit show")(ctx, text)


async def show(ctx: Context, answers: Answers) -> Outcome:
    return credit_note_reply(ctx, await find_credit_note(ctx, answers["number"]))


async def pdf(ctx: Context, answers: Answers) -> Outcome:
    credit_note = await find_credit_note(ctx, answers["number"])
    text = _("{number} to {client}", number=credit_note.number, client=credit_note.document.buyer.name)
    return Reply((Notice(text),), attachments=(credit_note_pdf(credit_note),))


async def xml(ctx: Context, answers: Answers) -> Outcome:
    credit_note = await find_credit_note(ctx, answers["number"])
    number, document = credit_note.number, credit_note.document
    if credit_note.voided_at is not None:
        raise Conflict(
            N_("{number} is void. Whoever reads its data would book it all the same."), number=number
        )
    profile = usual_profile(document)
    absent = lacks(document, profile)
    if absent:
        return Reply((absent_notice(number, absent),), (Button(_("PDF"), "credit pdf", credit_note.id.hex),))
    must_be(document, profile)
    name = f"{number.replace('/', '-')}-{profile.value}.xml"
    file = DocumentXml(credit_note.id, name, profile, kind=Kind.CREDIT_NOTE)
    text = _("{number} to {client} as XML. It is only a file: your access point sends it.",
             number=number, client=document.buyer.name)  # fmt: skip
    return Reply((Notice(text),), attachments=(file,))


async def _void_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (
        await credit_note_field(ctx),
        Field("reason", _("Why is it void? The reason is kept with it."), _reason),
    )


async def void(ctx: Context, answers: Answers) -> Outcome:
    found = await find_credit_note(ctx, answers["number"])
    done = await void_credit_note(ctx.desk, found, answers["reason"])
    await end_stale_checkout(ctx, done.invoice.id)
    said = [
        Notice(
            _("{number} over {total} is void. Its number and document stay, marked.", number=found.number,
              total=ctx.money(found.total)),
            "success",
        )
    ]  # fmt: skip
    number = done.invoice.issued.number
    if done.freed:
        text = _(
            "{amount} of the credit settles {number} again.", amount=ctx.money(done.freed), number=number
        )
        said.append(Notice(text))
    if done.invoice.balance:
        said.append(Notice(_("Balance: {balance}.", balance=ctx.money(done.invoice.balance))))
    buttons = (
        Button(_("PDF"), "credit pdf", found.id.hex),
        Button(_("Show invoice"), "invoice show", done.invoice.id.hex),
    )
    return Reply(tuple(said), buttons)


COMMANDS = (
    Command(
        name="credit",
        help=N_("Credit an invoice, all of it or a part"),
        run=make,
        group="invoices",
        example="/credit 2026-0007 120 reason late delivery",
        form=_form,
        read=_read,
        route=_route,
        review=True,
    ),
    Command(
        name="credit show",
        help=N_("Show a credit note"),
        run=show,
        group="invoices",
        example="/credit show CN2026-0001",
        form=_number_form,
        read=whole("number"),
        route=_behind,
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="credit pdf",
        help=N_("Get the PDF of a credit note"),
        run=pdf,
        group="invoices",
        example="/credit pdf CN2026-0001",
        form=_number_form,
        read=whole("number"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="credit xml",
        help=N_("Get the data of a credit note as XML"),
        run=xml,
        group="invoices",
        example="/credit xml CN2026-0001",
        form=_number_form,
        read=whole("number"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="credit void",
        help=N_("Void a credit note"),
        run=void,
        group="invoices",
        example="/credit void CN2026-0001 wrong amount",
        form=_void_form,
        read=word_and_rest("number", "reason"),
    ),
)
