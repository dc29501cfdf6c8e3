"""Exchange rates: which one counts on a day, and what an amount is in the other currency.

No rate is guessed: it was typed, or stands in a file of the European Central Bank (core/reference_file.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Protocol

from core.country import national_currency
from core.money import Money, exponent, round_half_up
from core.party import Business
from core.tax import EU_STATES

OLDEST = timedelta(days=7)
"""How old a rate may be: there is none at weekends and on holidays, and Easter takes four days."""
EURO = "EUR"
_DIGITS = 6
"""Significant digits of a rate that is made of two, so that what is printed gives the same amounts again."""
_STATES_VAT_AT_HOME = EU_STATES | {"MC", "GB", "IM", "NO"}


class RateSource(StrEnum):
    """Where a rate comes from; the one typed for a day goes before the published one."""

    TYPED = "typed"
    ECB = "ecb"


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """1 `base` = `rate` `quote`, as published or agreed for that day."""

    base: str
    quote: str
    on: date
    rate: Decimal
    source: RateSource = RateSource.TYPED

    def convert(self, money: Money) -> Money:
        """In the other one of the two currencies, rounded half-up once. Raises ValueError for a third currency."""
        if money.currency not in (self.base, self.quote):
            raise ValueError(f"{self.base} and {self.quote} say nothing about {money.currency}")
        forth = money.currency == self.base
        to = self.quote if forth else self.base
        with localcontext() as context:
            context.prec = 60
            amount = money.amount * self.rate if forth else money.amount / self.rate
            return Money(round_half_up(amount.scaleb(exponent(to))), to)

    def between(self, one: str, other: str) -> bool:
        return {self.base, self.quote} == {one, other}


class Rates(Protocol):
    """The rates that a business knows."""

    async def keep(self, rates: Sequence[ExchangeRate]) -> None:
        """In place of what the same source said for the same day, whichever way round."""

    async def list_between(self, first: date, last: date, limit: int) -> Sequence[ExchangeRate]:
        """Both days included, the newest first."""

    async def find_near(self, currencies: Sequence[str], on: date) -> Sequence[ExchangeRate]:
        """Those between any two of these currencies of that day and of the days before that still count."""


def home_currency(business: Business) -> str:
    """In which the business's taxes are due: its country's, else its own where that is not known."""
    try:
        return national_currency(business.address.country)
    except KeyError:
        return business.currency


def states_vat_at_home(country: str) -> bool:
    """Whether the VAT of an invoice in another currency must also stand there in the national one.

    EU: article 230 of Directive 2006/112/EC; GB: VAT Regulations 1995, 14 (1); NO: bokføringsforskriften § 5-1-1.
    Monaco has the VAT of France, the Isle of Man that of the United Kingdom.
    """
    return country in _STATES_VAT_AT_HOME


def rate_between(found: Iterable[ExchangeRate], one: str, other: str, on: date) -> ExchangeRate | None:
    """The rate that counts on that day: of the newest day that has one, at most OLDEST before.

    One typed goes before one published, and a direct one before one over the euro.
    """
    near = [rate for rate in found if on - OLDEST <= rate.on <= on]
    for day in sorted({rate.on for rate in near}, reverse=True):
        of_day = [rate for rate in near if rate.on == day]
        direct = [rate for rate in of_day if rate.between(one, other)]
        if direct:
            return min(direct, key=_order)
        cross = _over_the_euro(of_day, one, other)
        if cross is not None:
            return cross
    return None


def _order(rate: ExchangeRate) -> tuple[int, str]:
    return list(RateSource).index(rate.source), rate.base


def _over_the_euro(of_day: Sequence[ExchangeRate], one: str, other: str) -> ExchangeRate | None:
    """1 `one` in `other`, from what a euro is in each of them."""
    legs = []
    for currency in (one, other):
        per_euro = [rate for rate in of_day if rate.between(EURO, currency)]
        if not per_euro:
            return None
        legs.append(min(per_euro, key=_order))
    with localcontext() as context:
        context.prec = 60
        first, second = (leg.rate if leg.base == EURO else 1 / leg.rate for leg in legs)
        exact = second / first
        rate = exact.quantize(Decimal(1).scaleb(exact.adjusted() - _DIGITS + 1), ROUND_HALF_UP)
    source = RateSource.TYPED if RateSource.TYPED in (legs[0].source, legs[1].source) else RateSource.ECB
    return ExchangeRate(one, other, legs[0].on, rate, source)
