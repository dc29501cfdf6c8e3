"""`/credit`: take something off an issued invoice, all of it, an amount, or lines that are picked or written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.credit_note import Left
from core.credited_lines import OpenLines, Picks, of_parts, parts_of
from core.errors import N_, InvalidInput, NotFound
from core.invoice import Invoice, Line, LinePart, State
from core.locale import format_decimal
from core.money import Money, exponent
from core.units import LABELS
from core.usecases.credit_note import Credited, Wanted, credit, left_to_credit, open_lines_of
from core.views import InvoiceFilter, InvoiceRow
from handlers.checkouts import end_stale_checkout
from handlers.choices import MOST
from handlers.command import Command, Routed
from handlers.commands.find import (
    find_invoice,
    named_invoice,
    names_credit_note,
    said_behind,
    to_credit_note,
)
from handlers.commands.goods import goods_in
from handlers.commands.invoices import number_field, read_reason
from handlers.context import Context, undo_button
from handlers.credit_cards import credit_note_pdf, ways_to_send
from handlers.kinds import Answers, Asked, Button, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.amounts import Amount, read_amount
from handlers.reading.credit_text import ALL, SOME, is_all, read_picks, split_credit
from handlers.reading.lines import read_priced_lines
from handlers.reading.text import shown
from handlers.words import _

_MOST_DESCRIPTION = 40
_BEHIND = {word: f"credit {word}" for word in ("show", "pdf", "xml", "send", "void")}


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    number = await number_field(ctx, raw, InvoiceFilter.OPEN, InvoiceFilter.PAID, fits=_creditable)
    if not number.options and not raw.get("number"):
        raise NotFound(
            N_("No invoice can be credited: each is credited in full, or comes from another program.")
        )
    invoice = await named_invoice(ctx, raw.get("number") or "")
    # What cannot be credited is refused at once, not after somebody has thought about how much and why.
    left = await _left(ctx, invoice)
    asked = Asked.SILENT if raw.get("number") and left is None else Asked.REQUIRED
    lines = await open_lines_of(ctx.desk, invoice, left) if invoice and left else None
    return (
        replace(number, guides=True),
        _amount_field(ctx, raw, invoice, left, asked),
        await _lines_field(ctx, raw, invoice, lines),
        Field(
            "reason", _reason_prompt(ctx, raw, lines), lambda text: read_reason(text, "late delivery"), asked
        ),
    )


def _creditable(row: InvoiceRow) -> bool:
    return row.creditable


async def _left(ctx: Context, invoice: Invoice | None) -> Left | None:
    """None where there is nothing to credit."""
    if invoice is None or invoice.state is not State.ISSUED or invoice.imported:
        return None
    left = await left_to_credit(ctx.desk, invoice)
    return left if left.payable.minor > 0 else None


def _amount_field(ctx: Context, raw: Raw, invoice: Invoice | None, left: Left | None, asked: Asked) -> Field:
    style, most = ctx.typing, left.payable if left else None
    currency = invoice.total.currency if invoice else ctx.desk.business.currency
    options = (Option(_("All of it, {amount}", amount=ctx.money(most)), ALL),) if most else ()
    if invoice and most and len(invoice.draft.lines) > 1 and not ctx.manners.sheets:
        # A whole form has the lines beside the amount.
        options = (*options, Option(_("Some lines"), SOME))

    def amount(text: str) -> Amount | str:
        if text.strip().lower() == SOME:
            return SOME
        return ALL if is_all(text) else read_amount(text, "amount", style, currency_hint=currency)

    return Field(
        "amount", _("How much shall be credited, VAT included?"), amount, asked, options,
        needed=lambda answers: raw.get("lines") is None or _some(raw),
        start=format_decimal(most.amount, style, exponent(currency)) if most else "",
    )  # fmt: skip


def _some(raw: Raw) -> bool:
    return (raw.get("amount") or "").strip().lower() == SOME


async def _lines_field(ctx: Context, raw: Raw, invoice: Invoice | None, lines: OpenLines | None) -> Field:
    currency = invoice.total.currency if invoice else ctx.desk.business.currency
    style, goods = ctx.typing, await goods_in(ctx, raw.get("lines"))

    def read(text: str) -> Picks | tuple[Line, ...]:
        picks = read_picks(text, style)
        if picks is None:
            return read_priced_lines(text, style, currency=currency, hint=currency, goods=goods).lines
        if lines:
            of_parts(lines, parts_of(lines, picks), "")
        return picks

    options = _options(ctx, lines) if lines else ()
    prompt = _("Which lines shall be credited?")
    if options and not ctx.manners.sheets:
        prompt = _("Which lines shall be credited? Choose them, or write such as: #1, 2 x #3")
    asked = Asked.REQUIRED if _some(raw) and lines else Asked.SILENT
    return Field("lines", prompt, read, asked, options, several=True)


def _options(ctx: Context, lines: OpenLines) -> tuple[Option, ...]:
    """What is left of each line and can be credited by itself, with VAT."""
    options = []
    for place in lines.places[:MOST]:
        line, quantity = lines.draft.lines[place - 1], lines.quantities[place - 1]
        try:
            totals = of_parts(lines, (LinePart(place, quantity),), "")
        except InvalidInput:
            # An amount that was credited before leaves less than the line.
            continue
        count = f"{ctx.number(quantity)} {LABELS.get(line.unit, line.unit)}".strip()
        named = f"{count} {shown(line.description, _MOST_DESCRIPTION)}"
        options.append(Option(f"#{place} {named}, {ctx.money(totals.payable)}", f"#{place}"))
    return tuple(options)


def _reason_prompt(ctx: Context, raw: Raw, lines: OpenLines | None) -> str:
    """With what the picked lines come to, before it is too late."""
    try:
        picks = read_picks(raw.get("lines") or "", ctx.typing)
        if lines and picks:
            total = of_parts(lines, parts_of(lines, picks), "").payable
            return _("{amount} will be credited. Why? The reason stands on the credit note.",
                     amount=ctx.money(total))  # fmt: skip
    except InvalidInput:
        # The field itself says so.
        pass
    return _("Why? The reason stands on the credit note.")


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
    lines: Picks | tuple[Line, ...] | None = answers["lines"]
    if lines:
        return lines
    typed: Any = answers["amount"]
    if typed == SOME:
        return Picks(())
    if typed in (None, ALL):
        return None
    return Money.of(typed.value, typed.currency or invoice.total.currency)


def _next(ctx: Context, made: Credited) -> tuple[Button, ...]:
    back = (Button(_("Record a refund"), "refund", made.invoice.id.hex),) if made.freed else ()
    show = Button(_("Show"), "credit show", made.credit_note.id.hex)
    return (*ways_to_send(ctx, made.credit_note), *back, show, undo_button(made.entry))


async def behind(ctx: Context, text: str) -> Routed:
    return await said_behind(ctx, text, _BEHIND, names_credit_note)


async def _route(ctx: Context, text: str) -> Routed:
    """`/credit CN2026-0001` shows one, and `/credit CN2026-0001 pdf` hands it out."""
    return await behind(ctx, text) or await to_credit_note("credit show")(ctx, text)


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
)
