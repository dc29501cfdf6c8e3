from dataclasses import FrozenInstanceError
from decimal import Decimal
from operator import add, ge, gt, le, lt, sub
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import CURRENCIES, MAX_MINOR, Money, allocate, exponent, round_half_up, total


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize(
    ("currency", "places"),
    [
        ("EUR", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("UGX", 0),
        ("ISK", 0),
        ("KWD", 3),
        ("BHD", 3),
        ("IQD", 3),
        ("UYW", 4),
    ],
)
def test_a_currency_has_the_places_of_iso_4217(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("1234.5", "EUR", 123450), ("1234.5", "JPY", 1235), ("1234.5", "KWD", 1234500), ("0.0005", "KWD", 1)],
)
def test_an_amount_becomes_minor_units_of_its_currency(amount: str, currency: str, minor: int) -> None:
    assert Money.of(Decimal(amount), currency).minor == minor


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-2.5", -3), ("2.4999999999999999999999999999999", 2),
     ("-0.49", 0), ("7", 7)],
)  # fmt: skip
def test_halves_are_rounded_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded


def test_rounding_keeps_every_digit_of_a_large_value() -> None:
    assert (
        round_half_up(Decimal("12345678901234567890123456789012345.5")) == 12345678901234567890123456789012346
    )


@pytest.mark.parametrize("operation", [add, sub, lt, le, gt, ge])
def test_two_currencies_never_mix(operation: Any) -> None:
    with pytest.raises(ValueError, match=r"(EUR and JPY|JPY and EUR) do not mix"):
        operation(Money(3, "EUR"), Money(5, "JPY"))


def test_equal_numbers_of_two_currencies_are_not_equal() -> None:
    assert Money(7, "EUR") != Money(7, "USD")


def test_money_is_added_subtracted_and_compared_in_its_currency() -> None:
    small, large = eur(17), eur(40)

    assert (large + small, large - small, -small) == (eur(57), eur(23), eur(-17))
    assert (small < large, small <= eur(17), large > small, large >= eur(40)) == (True, True, True, True)


def test_only_zero_is_false() -> None:
    assert [bool(eur(minor)) for minor in (-1, 0, 1)] == [True, False, True]


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(-123456, "EUR"), "EUR -1234.56"),
        (Money(1200, "JPY"), "JPY 1200"),
        (Money(7, "KWD"), "KWD 0.007"),
    ],
)
def test_money_is_written_with_the_places_of_its_currency(money: Money, text: str) -> None:
    assert str(money) == text


@pytest.mark.parametrize("minor", [MAX_MINOR, -MAX_MINOR, MAX_MINOR * 9])
def test_an_amount_out_of_range_is_refused(minor: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Money(minor, "EUR")


def test_a_sum_out_of_range_is_refused() -> None:
    largest = eur(MAX_MINOR - 1)

    with pytest.raises(ValueError, match="out of range"):
        largest + eur(1)


@pytest.mark.parametrize("code", ["EURO", "eur", "", "XAU", "XXX"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(3, code)


def test_an_amount_is_never_changed_in_place() -> None:
    money = eur(19)

    with pytest.raises(FrozenInstanceError):
        # What mypy refuses as well.
        money.minor = 20  # type: ignore[misc]


def test_a_total_of_nothing_is_zero_of_its_currency() -> None:
    assert total([], "KWD") == Money(0, "KWD")


def test_a_total_refuses_a_foreign_amount() -> None:
    with pytest.raises(ValueError, match="JPY and EUR do not mix"):
        total([eur(3), Money(5, "JPY")], "EUR")


@given(minor=st.integers(1 - MAX_MINOR, MAX_MINOR - 1), currency=st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_survives_the_way_to_major_units_and_back(minor: int, currency: str) -> None:
    assert Money.of(Money(minor, currency).amount, currency) == Money(minor, currency)


WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=50)
AMOUNTS = st.integers(-(10**15), 10**15)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_of_an_allocation_add_up(amount: int, weights: list[int]) -> None:
    assert sum(allocate(amount, weights)) == amount


@given(st.integers(0, 10**15), WEIGHTS)
def test_no_part_of_what_is_not_negative_is_negative(amount: int, weights: list[int]) -> None:
    assert min(allocate(amount, weights)) >= 0


@given(AMOUNTS, WEIGHTS)
def test_a_part_is_less_than_one_unit_from_its_exact_share(amount: int, weights: list[int]) -> None:
    whole = sum(weights)

    parts = allocate(amount, weights)

    if whole:
        gaps = [abs(part * whole - amount * weight) for part, weight in zip(parts, weights, strict=True)]
        assert max(gaps) < whole


@given(AMOUNTS, WEIGHTS)
def test_what_is_taken_back_is_allocated_like_what_was_given(amount: int, weights: list[int]) -> None:
    assert allocate(-amount, weights) == [-part for part in allocate(amount, weights)]


@given(st.integers(0, 10**15), WEIGHTS)
def test_a_larger_weight_never_gets_less_and_of_equal_ones_the_earlier_gets_more(
    amount: int, weights: list[int]
) -> None:
    parts = allocate(amount, weights)

    order = sorted(range(len(weights)), key=lambda index: (-weights[index], index))
    by_weight = [parts[index] for index in order]
    assert by_weight == sorted(by_weight, reverse=True) or not any(weights)


def test_the_earlier_of_two_equal_remainders_gets_the_odd_unit() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]


def test_what_is_taken_back_is_split_like_what_was_given() -> None:
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert allocate(-1, [1, 1]) == [-1, 0]


def test_without_any_weight_the_first_part_gets_everything() -> None:
    assert allocate(7, [0, 0, 0]) == [7, 0, 0]


def test_there_is_nothing_to_allocate_to_nobody() -> None:
    assert allocate(0, []) == []
