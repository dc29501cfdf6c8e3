"""Money received: what of it settles an invoice, and what stays the client's credit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.money import Money


@dataclass(frozen=True, slots=True)
class Payment:
    """One receipt. `applied` is the part that settles the invoice; the rest is the client's credit.

    Money that went back is an entry of its own below zero: what it takes from the invoice, and from the credit.
    """

    id: UUID
    client_id: UUID
    invoice_id: UUID
    amount: Money
    applied: Money
    received_on: date
    method: str
    created_at: datetime
    reversed_at: datetime | None = None
    version: int = 0
    provider_id: str = ""
    """The payment provider's name of it, under which it is booked once."""
    refunds: UUID | None = None
    """The payment that this gives back, or that a dispute took and gives again."""
    move: UUID | None = None
    """Shared by the entries that move credit from one invoice to another: no money came in or went out."""

    @property
    def credit(self) -> Money:
        return self.amount - self.applied


def apply(amount: Money, balance: Money) -> Money:
    """How much of a receipt settles an open balance; an overpayment is kept as credit, never as a negative due."""
    return min(amount, balance)


def left_of(payment: Payment, entries: Iterable[Payment]) -> tuple[Money, Money]:
    """What of a payment did not go back, and what of that is credit. `entries` are those that refund it."""
    left, settles = payment.amount, payment.applied
    for entry in entries:
        left, settles = left + entry.amount, settles + entry.applied
    return left, left - settles
