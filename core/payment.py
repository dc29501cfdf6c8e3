"""Money received: what of it settles an invoice, and what stays the client's credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.money import Money


@dataclass(frozen=True, slots=True)
class Payment:
    """One receipt. `applied` is the part that settles the invoice; the rest is the client's credit."""

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

    @property
    def credit(self) -> Money:
        return self.amount - self.applied


def apply(amount: Money, balance: Money) -> Money:
    """How much of a receipt settles an open balance; an overpayment is kept as credit, never as a negative due."""
    return min(amount, balance)
