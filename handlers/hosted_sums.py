"""What was paid and credited, as the page of an invoice shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.early_discount import discounts_of
from core.invoice import Invoice, State
from core.locale import format_money, number_style
from core.money import Money
from core.payment import Payment
from handlers.words import _, language, long_date


def money_text(amount: Money) -> str:
    return format_money(amount, number_style(language()))


def payment_pairs(payments: Sequence[Payment]) -> Iterator[tuple[str, str]]:
    for payment in payments:
        yield _payment(payment)
        if payment.discount:
            yield _("Early-payment discount"), money_text(payment.discount)


def _payment(payment: Payment) -> tuple[str, str]:
    day = long_date(payment.received_on)
    if payment.move is not None:
        used = payment.amount.minor > 0
        label = (
            _("Paid out of credit on {date}", date=day)
            if used
            else _("Used for another invoice on {date}", date=day)
        )
        return label, money_text(payment.amount)
    if payment.amount.minor < 0:
        return _("Paid back on {date}", date=day), money_text(payment.amount)
    return _("Paid on {date}", date=day), money_text(payment.amount)


def credited_pairs(invoice: Invoice, payments: Sequence[Payment]) -> tuple[tuple[str, str], ...]:
    """What credit notes took off."""
    credited = invoice.credited - discounts_of(payments, invoice.total.currency)
    return ((_("Credited"), money_text(-credited)),) if credited else ()


def balance_pair(invoice: Invoice, payments: Sequence[Payment]) -> tuple[str, str] | None:
    if invoice.state is State.VOID or not (payments or invoice.credited):
        return None
    return _("Still to pay"), money_text(invoice.balance)
