"""What a late invoice costs on top: a fee per step of the ladder, and statutory interest between businesses."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.errors import N_, Conflict, InvalidInput
from core.ladder import LateFee
from core.money import Money, exponent, round_half_up
from core.reference_rates import (
    AUSTRIAN_BASE,
    GERMAN_BASE,
    MAIN_REFINANCING,
    HalfYear,
    half_year,
    last_of_half_year,
)
from core.tax import EU_STATES

_NO_EURO = frozenset("CZ DK HU PL RO SE".split())
# Council Regulation (EU) 2025/1408: Bulgaria has the euro since 1 January 2026.
_EURO_SINCE: Mapping[str, HalfYear] = {"BG": (2026, 1)}

_EXAMPLE = "40 at 14"


@dataclass(frozen=True, slots=True)
class _Statute:
    """So many points above a reference rate."""

    points: Decimal
    rates: Mapping[HalfYear, Decimal]


# Directive 2011/7/EU, article 2 (6): at least eight points above the European Central Bank's rate. Some members add
# rounding upwards (Belgium, Finland), which is left to them: asking for less than the law allows is never wrong.
_FLOOR = _Statute(Decimal(8), MAIN_REFINANCING)
_STATUTES: Mapping[str, _Statute] = {
    # § 288 (2) BGB: nine points above the base rate.
    "DE": _Statute(Decimal(9), GERMAN_BASE),
    # § 456 UGB: 9.2 points above the base rate, where the debtor is to blame for the delay.
    "AT": _Statute(Decimal("9.2"), AUSTRIAN_BASE),
    # Code de commerce, article L441-10 II: ten points unless the terms of sale say otherwise.
    "FR": _Statute(Decimal(10), MAIN_REFINANCING),
}

# Directive 2011/7/EU, article 6 (1), and the same sum in § 288 (5) BGB, § 458 UGB and article D441-5.
_FLAT = Decimal(40)


def in_the_eu(country: str) -> bool:
    """Whether the law there gives interest for late payment between businesses (Directive 2011/7/EU)."""
    return country in EU_STATES


def fee_of(fee: LateFee, step: int, balance: Money) -> Money | None:
    """What is asked for at that step of an invoice with that much open; None: nothing.

    Raises InvalidInput for an amount that the invoice's currency cannot express.
    """
    if step not in fee.steps or balance.minor <= 0:
        return None
    if fee.amount is not None:
        asked = _exact(fee.amount, balance.currency)
    elif fee.percent is not None:
        asked = Money(round_half_up(balance.minor * fee.percent / 100), balance.currency)
    else:
        return None
    return asked if asked.minor > 0 else None


def statutory_interest(
    balance: Money, country: str, from_day: date, to_day: date, rate: Decimal | None = None
) -> Money | None:
    """Interest for each day after `from_day` up to and with `to_day` by the law of the seller's country.

    `from_day` is the due date, or the day up to which interest was counted before, so that no day is counted twice.
    None outside the EU. `rate`: percent a year by the business's own word, in place of what is known here. Without it,
    raises Conflict where the rate of one of the days is not known: nothing is charged on a guess.
    A year's interest is exactly the yearly rate: a day is 1/365 of it, in a leap year 1/366, for the directive and
    the laws built on it name a rate per year and no shorter year to divide by.
    """
    if not in_the_eu(country):
        return None
    interest = Decimal()
    day = from_day + timedelta(days=1)
    while balance.minor > 0 and day <= to_day:
        last = min(last_of_half_year(day), to_day)
        days = (last - day).days + 1
        year = 366 if calendar.isleap(day.year) else 365
        yearly = _yearly(country, day) if rate is None else rate
        interest += balance.minor * yearly * days / (100 * year)
        day = last + timedelta(days=1)
    return Money(round_half_up(interest), balance.currency)


def flat_sum(country: str, currency: str) -> Money | None:
    """What the creditor may ask for once per late invoice without proving any cost; None where it is not in euro."""
    if not in_the_eu(country) or country in _NO_EURO or currency != "EUR":
        return None
    return Money.of(_FLAT, currency)


def _yearly(country: str, day: date) -> Decimal:
    """Percent per year on that day."""
    statute = _STATUTES.get(country, _FLOOR)
    half = half_year(day)
    known = country not in _NO_EURO and half >= _EURO_SINCE.get(country, half)
    if not known or half not in statute.rates:
        raise Conflict(
            N_(
                "The statutory interest rate of {country} on {day} is not known here, so no interest was added."
            ),
            country=country,
            day=day.isoformat(),
        )
    return statute.rates[half] + statute.points


def _exact(amount: Decimal, currency: str) -> Money:
    if amount != round(amount, exponent(currency)):
        raise InvalidInput(
            "fee",
            N_("{amount} cannot be paid in {currency}."),
            _EXAMPLE,
            amount=f"{amount:f}",
            currency=currency,
        )
    return Money.of(amount, currency)
