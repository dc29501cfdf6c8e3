"""`/refund` and `/credit use`: what becomes of the money that clients have too much with the business."""

from __future__ import annotations

from core.errors import N_
from core.locale import format_decimal
from core.money import Money, exponent
from core.payment import receipts
from core.usecases.client_credit import by_hand_of, refund, use_credit
from core.views import InvoiceFilter
from handlers.checkouts import end_stale_checkout
from handlers.command import Command
from handlers.commands.find import find_invoice, named_invoice
from handlers.commands.invoices import number_field
from handlers.commands.payments import MOST_METHOD, split_payment
from handlers.context import Context, undo_button
from handlers.forms import word_and_rest
from handlers.kinds import Answers, Asked, Box, Button, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.amounts import Amount, read_amount
from handlers.reading.dates import read_date
from handlers.reading.text import clean
from handlers.words import _

_DEFAULT_METHOD = "transfer"


async def _refund_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    invoice = await named_invoice(ctx, raw.get("number") or "")
    currency = invoice.total.currency if invoice else ctx.desk.business.currency
    known = receipts(await ctx.work.payments.list_of(invoice.id)) if invoice else []
    most = sum((one.credit for one in await by_hand_of(ctx.desk, known)), Money.zero(currency))
    everything = (Option(ctx.money(most), "all"),) if most else ()
    style, today, language = ctx.typing, ctx.today, ctx.desk.business.language

    def amount(text: str) -> Amount | None:
        return None if text == "all" else read_amount(text, "amount", style, currency_hint=currency)

    return (
        await number_field(ctx, raw, InvoiceFilter.PAID, InvoiceFilter.OPEN),
        Field("amount", _("How much went back? Skip this if it was all of the credit."), amount, Asked.OPTIONAL,
              everything, start=format_decimal(most.amount, style, exponent(currency)) if most else ""),
        Field("date", _("When did it go back?"), lambda text: read_date(text, "date", today, language, past=True),
              Asked.SILENT, box=Box.DAY, start=str(today)),
        Field("method", _("How was it paid back?"), lambda text: clean(text, "method", MOST_METHOD), Asked.SILENT,
              start=_DEFAULT_METHOD),
    )  # fmt: skip


def _read_refund(text: str) -> Raw:
    """As a payment is written; `on DATE` may also stand at the end."""
    head, word, day = text.strip().rpartition(" on ")
    return {**split_payment(head), "date": day.strip()} if word and day.strip() else split_payment(text)


async def give_back(ctx: Context, answers: Answers) -> Outcome:
    found = await find_invoice(ctx, answers["number"])
    invoice = await ctx.work.invoices.lock(found.id)
    typed: Amount | None = answers["amount"]
    amount = Money.of(typed.value, typed.currency or invoice.total.currency) if typed else None
    on, method = answers["date"] or ctx.today, answers["method"] or _DEFAULT_METHOD
    done = await refund(ctx.desk, invoice, amount, on, method)
    given = sum((-entry.amount for entry, _said in done), Money.zero(invoice.total.currency))
    text = _(
        "{amount} of {number} went back to {client}, {date}.", amount=ctx.money(given), number=invoice.issued.number,
        client=invoice.issued.buyer.name, date=on,
    )  # fmt: skip
    show = Button(_("Show"), "invoice show", invoice.id.hex)
    if len(done) == 1:
        return Reply((Notice(text, "success"),), (show, undo_button(done[0][1])))
    # Each payment that it came with has an entry of its own.
    undo = [
        Button(_("Undo {amount}", amount=ctx.money(-entry.amount)), "undo", said.id.hex)
        for entry, said in done
    ]
    return Reply((Notice(text, "success"),), (show, *undo))


async def _use_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    invoice = await named_invoice(ctx, raw.get("number") or "")
    currency = invoice.total.currency if invoice else ctx.desk.business.currency
    style = ctx.typing
    return (
        await number_field(ctx, raw, InvoiceFilter.OPEN),
        Field("amount", _("How much credit shall be used?"),
              lambda text: read_amount(text, "amount", style, currency_hint=currency), Asked.SILENT),
    )  # fmt: skip


async def use(ctx: Context, answers: Answers) -> Outcome:
    found = await find_invoice(ctx, answers["number"])
    typed: Amount | None = answers["amount"]
    amount = Money.of(typed.value, typed.currency or found.total.currency) if typed else None
    used = await use_credit(ctx.desk, found.id, amount)
    await end_stale_checkout(ctx, found.id)
    number = used.invoice.issued.number
    text = _("{amount} of {client}'s credit is used for {number}.", amount=ctx.money(used.payment.amount),
             client=used.invoice.issued.buyer.name, number=number)  # fmt: skip
    said = [Notice(text, "success")]
    if used.invoice.balance:
        said.append(Notice(_("Balance: {balance}.", balance=ctx.money(used.invoice.balance))))
    else:
        said.append(Notice(_("{number} is paid in full.", number=number)))
    return Reply(tuple(said), (Button(_("Show"), "invoice show", found.id.hex), undo_button(used.entry)))


COMMANDS = (
    Command(
        name="refund",
        help=N_("Record that credit was paid back"),
        run=give_back,
        group="money",
        example="/refund 2026-0007 120 yesterday transfer",
        form=_refund_form,
        read=_read_refund,
    ),
    Command(
        name="credit use",
        menu=True,
        help=N_("Pay an invoice out of the client's credit"),
        run=use,
        group="money",
        example="/credit use 2026-0008",
        form=_use_form,
        read=word_and_rest("number", "amount"),
    ),
)
