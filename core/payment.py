"""Money received: what of it settles an invoice, and what stays the client's credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from core.errors import N_, InvalidInput
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
    discount_minor: int = 0
    """What was forgiven because this came early, in minor units: no money, and part of the invoice's `credited`."""

    @property
    def credit(self) -> Money:
        return self.amount - self.applied

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.amount.currency)


def apply(amount: Money, balance: Money) -> Money:
    """How much of a receipt settles an open balance; an overpayment is kept as credit, never as a negative due."""
    return min(amount, balance)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment with the entries that gave it back, or again: together what there is of it now."""

    payment: Payment
    entries: tuple[Payment, ...] = ()

    @property
    def left(self) -> Money:
        """What did not go back."""
        return sum((entry.amount for entry in self.entries), self.payment.amount)

    @property
    def settles(self) -> Money:
        return sum((entry.applied for entry in self.entries), self.payment.applied)

    @property
    def credit(self) -> Money:
        return self.left - self.settles

    def settling_more(self, more: Money) -> list[Payment]:
        """Those of its parts that change so that `more` of its credit settles the invoice."""
        changed = []
        for part in (self.payment, *self.entries):
            most = part.amount if part.amount.minor > 0 else Money.zero(more.currency)
            step = min(more, most - part.applied)
            if step:
                changed.append(replace(part, applied=part.applied + step))
                more -= step
        return changed

    def settling_less(self, less: Money) -> list[Payment]:
        """Those of its parts that change so that `less` of what it settles becomes credit."""
        changed = []
        for part in (self.payment, *self.entries):
            step = min(less, part.applied)
            if step.minor > 0:
                changed.append(replace(part, applied=part.applied - step))
                less -= step
        return changed


def receipts(found: Sequence[Payment]) -> list[Receipt]:
    """What stands of an invoice's payments, the oldest first."""
    return [
        Receipt(one, tuple(entry for entry in found if entry.refunds == one.id))
        for one in found
        if one.refunds is None
    ]


def must_be_in_its_currency(amount: Money, most: Money, number: str) -> None:
    """Raises InvalidInput for an amount that was typed in another currency than that of the document it is for."""
    if amount.currency != most.currency:
        raise InvalidInput(
            "amount", N_("{number} is in {currency}; {given} is another currency."), str(most.amount),
            number=number, currency=most.currency, given=amount.currency,
        )  # fmt: skip
