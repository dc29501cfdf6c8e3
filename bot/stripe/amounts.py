"""Amounts as Stripe writes them, whose places differ from those of ISO 4217 (docs.stripe.com/currencies)."""

from __future__ import annotations

from core.errors import N_, InvalidInput
from core.money import CURRENCIES, Money, exponent

_ZERO = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
"""MGA has two places in ISO 4217, and none there."""
_WHOLE = frozenset("ISK UGX".split())
"""Written with two places, of which only zeros are taken: they had some when Stripe began with them."""
_THREE = frozenset("BHD JOD KWD OMR TND".split())
"""Of their three places the last one has to be zero."""
_TENS = (1, 10, 100, 1000, 10_000)


def to_stripe(amount: Money) -> int:
    """Raises InvalidInput for what Stripe cannot write: part of an amount is never paid instead of all of it."""
    places = _places(amount.currency)
    own = exponent(amount.currency)
    scaled, rest = divmod(amount.minor * _TENS[places], _TENS[own])
    if rest or (amount.currency in _THREE and scaled % 10):
        raise InvalidInput(
            "amount", N_("{amount} cannot be paid online: the amount has too many places."), amount=amount
        )
    return scaled


def from_stripe(amount: int, currency: str) -> Money:
    """Raises InvalidInput for a currency that we do not know, or places that it does not have."""
    code = currency.upper()
    places = _places(code)
    minor, rest = divmod(amount * _TENS[exponent(code)], _TENS[places])
    if rest:
        raise InvalidInput(
            "amount", N_("Stripe names an amount that {currency} does not have."), currency=code
        )
    return Money(minor, code)


def _places(currency: str) -> int:
    if currency in _ZERO:
        return 0
    if currency in _THREE:
        return 3
    if currency not in CURRENCIES or (exponent(currency) != 2 and currency not in _WHOLE):
        # What is left has the places that ISO 4217 gives it, or Stripe does not take it at all.
        raise InvalidInput("currency", N_("{currency} cannot be paid online."), currency=currency)
    return 2
