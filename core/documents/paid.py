"""How an invoice was settled, as its copy marked as paid shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.early_discount import discounts_of
from core.errors import N_, Conflict
from core.invoice import Invoice, State
from core.money import Money
from core.payment import Payment


@dataclass(frozen=True, slots=True)
class PaidInFull:
    """What was received and when, in that order; what credit notes took off stands beside it."""

    receipts: tuple[tuple[date, Money], ...]
    paid: Money
    credited: Money
    discount: Money
    """What was off because it was paid early."""

    @property
    def on(self) -> date:
        """The day of the last receipt."""
        return max(day for day, _amount in self.receipts)


def paid_in_full(invoice: Invoice, payments: Sequence[Payment]) -> PaidInFull:
    """Raises Conflict for what is not paid in full: a mark on it would be wrong."""
    if invoice.state is State.VOID:
        raise Conflict(N_("{number} is void, so it is not marked as paid."), number=invoice.issued.number)
    if invoice.balance:
        raise Conflict(
            N_("{number} is not paid in full: {balance} is open."),
            number=invoice.issued.number,
            balance=invoice.balance,
        )
    # What of a receipt became the client's credit settled no part of this invoice.
    receipts = sorted((one.received_on, one.applied) for one in payments if one.applied)
    if not invoice.paid or not receipts:
        raise Conflict(N_("No payment was received for {number}."), number=invoice.issued.number)
    discount = discounts_of(payments, invoice.total.currency)
    return PaidInFull(tuple(receipts), invoice.paid, invoice.credited - discount, discount)
