"""Recording payments."""

from __future__ import annotations

from datetime import date

from core.early_discount import could_settle
from core.errors import N_, InvalidInput
from core.locale import format_decimal
from core.money import CURRENCIES, Money, exponent
from core.usecases.payment import record_payment
from core.views import InvoiceFilter
from handlers.checkouts import end_stale_checkout
from handlers.command import Command
from handlers.commands.already import refuse_settled
from handlers.commands.find import find_invoice, named_invoice
from handlers.commands.invoices import number_field
from handlers.context import Context, undo_button
from handlers.kinds import Answers, Asked, Box, Button, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.amounts import Amount, looks_like_amount, read_amount
from handlers.reading.dates import read_date
from handlers.reading.text import clean
from handlers.words import _

MOST_METHOD = 60
_DEFAULT_METHOD = "transfer"
_METHODS = frozenset(
    "transfer bank cash card cheque check debit direct sepa paypal stripe wise twint bizum überweisung bar karte "
    "lastschrift virement espèces carte chèque prélèvement transferencia efectivo tarjeta domiciliación".split()
)
"""Ways to pay that are known without an amount before them."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    number = await number_field(ctx, raw, InvoiceFilter.OPEN)
    invoice = await named_invoice(ctx, raw.get("number") or "")
    currency = invoice.total.currency if invoice else ctx.desk.business.currency
    style, today = ctx.typing, ctx.today
    language = ctx.desk.business.language
    balance = invoice.balance if invoice else None
    whole = (Option(ctx.money(balance), "all"),) if balance else ()
    if invoice:
        early = could_settle(invoice, await ctx.work.payments.list_of(invoice.id), today)
        if early:
            whole = (
                *whole,
                Option(ctx.money(early), format_decimal(early.amount, style, exponent(currency))),
            )

    def amount(text: str) -> Amount | None:
        return None if text == "all" else read_amount(text, "amount", style, currency_hint=currency)

    return (
        number,
        Field("amount", _("How much came in? Skip this if it was all of it."), amount, Asked.OPTIONAL, whole,
              start=format_decimal(balance.amount, style, exponent(balance.currency)) if balance else ""),
        Field("date", _("When did it come in?"), lambda text: read_date(text, "date", today, language, past=True),
              Asked.SILENT, box=Box.DAY, start=str(today)),
        Field("method", _("How was it paid?"), lambda text: clean(text, "method", MOST_METHOD), Asked.SILENT,
              start=_DEFAULT_METHOD),
    )  # fmt: skip


def split_payment(text: str) -> Raw:
    """`2026-0007 [amount] [date] [method]`: what looks like an amount is one, the rest is told apart by form."""
    words = text.split()
    if not words:
        return {}
    raw: Raw = {"number": words.pop(0)}
    return {**raw, **_details(words)}


def _details(words: list[str]) -> Raw:
    raw: Raw = {}
    rest: list[str] = []
    for word in words:
        if "amount" not in raw and not rest and looks_like_amount(word):
            raw["amount"] = word
        elif "amount" in raw and not rest and word.upper() in CURRENCIES:
            raw["amount"] = f"{raw['amount']} {word}"
        else:
            rest.append(word)
    named = _date_and_method(rest)
    method = named.get("method")
    if method and "amount" not in raw and "date" not in named and not _is_method(method):
        # A mistyped amount must not pass for a way to pay, and book the whole balance.
        return {"amount": method}
    return {**raw, **named}


def _date_and_method(words: list[str]) -> Raw:
    """The longest beginning that reads as a date is the date."""
    for count in (3, 2, 1):
        candidate = " ".join(words[:count])
        if len(words) >= count and _is_date(candidate):
            method = " ".join(words[count:])
            return {"date": candidate, "method": method} if method else {"date": candidate}
    return {"method": " ".join(words)} if words else {}


def _is_method(text: str) -> bool:
    return text.split(maxsplit=1)[0].lower() in _METHODS


def _is_date(text: str) -> bool:
    try:
        read_date(text, "date", date(2026, 1, 1), "en", past=True)
    except InvalidInput:
        return False
    return True


async def paid(ctx: Context, answers: Answers) -> Outcome:
    found = await find_invoice(ctx, answers["number"])
    invoice = await ctx.work.invoices.lock(found.id)
    await refuse_settled(ctx, invoice)
    typed = answers["amount"]
    currency = (typed.currency if typed else None) or invoice.total.currency
    amount = Money.of(typed.value, currency) if typed else invoice.balance
    received_on = answers["date"] or ctx.today
    method = answers["method"] or _DEFAULT_METHOD
    saved, payment, entry = await record_payment(ctx.desk, invoice, amount, received_on, method)
    await end_stale_checkout(ctx, invoice.id)
    number, client = saved.issued.number, saved.issued.buyer.name
    said = [
        Notice(
            _("{client} paid {amount} on {number}, received {date}.", client=client, amount=ctx.money(amount),
              number=number, date=received_on),
            "success",
        )
    ]  # fmt: skip
    if payment.discount:
        text = _(
            "It came early, so the discount of {discount} is taken off.", discount=ctx.money(payment.discount)
        )
        said.append(Notice(text))
    if saved.balance:
        said.append(Notice(_("Balance: {balance}.", balance=ctx.money(saved.balance))))
    else:
        said.append(Notice(_("{number} is paid in full.", number=number)))
    if payment.credit:
        text = _("{credit} is more than was owed and is kept as credit of {client}.",
                 credit=ctx.money(payment.credit), client=client)  # fmt: skip
        said.append(Notice(text, "warning"))
    return Reply(tuple(said), (Button(_("Show"), "invoice show", saved.id.hex), undo_button(entry)))


COMMANDS = (
    Command(
        name="paid",
        help=N_("Record a payment"),
        run=paid,
        group="money",
        example="/paid 2026-0007 500 yesterday transfer",
        form=_form,
        read=split_payment,
        slash=True,
    ),
)
