"""Amounts on their way to Stripe and back, one currency of each class."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stripe.amounts import from_stripe, to_stripe
from core.errors import InvalidInput
from core.money import CURRENCIES, Money

CLASSES = [
    # Ours, and what Stripe calls it.
    (Money(1234, "EUR"), 1234),
    (Money(501, "JPY"), 501),
    (Money(7700, "MGA"), 77),
    (Money(613, "ISK"), 61300),
    (Money(20700, "UGX"), 2070000),
    (Money(12340, "KWD"), 12340),
    (Money(99, "HUF"), 99),
]


@pytest.mark.parametrize(("amount", "written"), CLASSES, ids=str)
def test_each_class_of_currencies_is_written_as_stripe_wants_it(amount: Money, written: int) -> None:
    assert to_stripe(amount) == written
    assert from_stripe(written, amount.currency.lower()) == amount


@pytest.mark.parametrize(
    "amount",
    [Money(7701, "MGA"), Money(12345, "KWD"), Money(1500, "IQD"), Money(10000, "CLF")],
    ids=lambda amount: amount.currency,
)
def test_what_stripe_cannot_write_is_refused_and_never_rounded(amount: Money) -> None:
    with pytest.raises(InvalidInput):
        to_stripe(amount)


@pytest.mark.parametrize(("written", "currency"), [(61350, "isk"), (100, "xyz"), (100, "iqd")])
def test_what_we_cannot_write_is_refused_and_never_rounded(written: int, currency: str) -> None:
    with pytest.raises(InvalidInput):
        from_stripe(written, currency)


@given(minor=st.integers(0, 10**12), currency=st.sampled_from(sorted(CURRENCIES)))
def test_whatever_is_written_is_read_as_the_same_amount(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    try:
        written = to_stripe(amount)
    except InvalidInput:
        return

    assert from_stripe(written, currency.lower()) == amount
