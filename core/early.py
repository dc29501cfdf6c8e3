"""Early-payment terms (Skonto): a discount for whoever pays soon. What follows of it: core/early_discount.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.money import Money, round_half_up, to_step

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class EarlyTerms:
    """`2% 10d`: that much off for what is received within so many days of the invoice's date."""

    percent: Decimal
    days: int

    def __bool__(self) -> bool:
        return bool(self.percent)

    def __str__(self) -> str:
        return f"{self.percent.normalize():f}% {self.days}d"

    def until(self, issued_on: date) -> date:
        """The last day."""
        return issued_on + timedelta(days=self.days)

    def of(self, amount: Money) -> Money:
        """The discount on an amount."""
        return Money(round_half_up(amount.minor * self.percent / _HUNDRED), amount.currency)


NOT_EARLY = EarlyTerms(Decimal(0), 0)
"""What a client has who gets no such discount although others do."""


@dataclass(frozen=True, slots=True)
class EarlyOffer:
    """What a document offers: pay `amount` by `until`, and nothing is owed any more."""

    terms: EarlyTerms
    until: date
    amount: Money
    discount: Money


def offered(
    terms: EarlyTerms | None, owed: Money, issued_on: date, step: Money | None = None
) -> EarlyOffer | None:
    """`step`: to what totals are rounded for whoever pays in cash."""
    if not terms:
        return None
    amount = owed - terms.of(owed)
    if step and step.currency == owed.currency:
        amount = to_step(amount, step)
    if not Money.zero(owed.currency) < amount < owed:
        return None
    return EarlyOffer(terms, terms.until(issued_on), amount, owed - amount)
