from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.country import country_codes
from core.errors import Conflict, InvalidInput
from core.ladder import LateFee
from core.late_fee import fee_of, flat_sum, in_the_eu, statutory_interest
from core.money import Money
from core.reference_rates import AUSTRIAN_BASE, GERMAN_BASE, MAIN_REFINANCING

FIXED = LateFee((7, 14), amount=Decimal("12.50"))


def percent(value: str) -> LateFee:
    return LateFee((14,), percent=Decimal(value))


@pytest.mark.parametrize("step", [7, 14])
def test_an_amount_is_asked_for_at_each_step_that_is_listed(step: int) -> None:
    assert fee_of(FIXED, step, Money(99_900, "EUR")) == Money(1250, "EUR")


@pytest.mark.parametrize("step", [-3, 0, 3, 8])
def test_at_any_other_step_nothing_is_asked_for(step: int) -> None:
    assert fee_of(FIXED, step, Money(99_900, "EUR")) is None


@pytest.mark.parametrize(
    ("value", "balance", "fee"),
    [
        ("2", Money(11_901, "EUR"), Money(238, "EUR")),
        # Exactly half a cent.
        ("2", Money(125, "EUR"), Money(3, "EUR")),
        ("1.5", Money(99_999, "JPY"), Money(1500, "JPY")),
        ("0.25", Money(123_456_789, "KWD"), Money(308_642, "KWD")),
        ("100", Money(7, "EUR"), Money(7, "EUR")),
    ],
)
def test_a_percentage_is_of_what_is_still_open(value: str, balance: Money, fee: Money) -> None:
    assert fee_of(percent(value), 14, balance) == fee


@pytest.mark.parametrize(
    ("fee", "minor"),
    [(percent("2"), 0), (percent("2"), -5), (percent("2"), 24), (FIXED, 0), (LateFee((14,)), 9)],
)
def test_a_fee_of_nothing_is_none(fee: LateFee, minor: int) -> None:
    assert fee_of(fee, 14, Money(minor, "EUR")) is None


def test_an_amount_that_a_currency_cannot_express_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        fee_of(FIXED, 7, Money(50_000, "JPY"))

    assert str(refused.value) == "12.50 cannot be paid in JPY."
    assert fee_of(LateFee((7,), amount=Decimal("40.00")), 7, Money(50_000, "JPY")) == Money(40, "JPY")


@pytest.mark.parametrize(
    ("country", "from_day", "to_day", "minor"),
    [
        # 2.15 + 8 points on 10,000.00 for 30 days of 365.
        ("ES", date(2026, 3, 1), date(2026, 3, 31), 8342),
        # 1.27 + 9 points, § 288 (2) BGB.
        ("DE", date(2026, 3, 1), date(2026, 3, 31), 8441),
        # 1.53 + 9.2 points, § 456 UGB.
        ("AT", date(2026, 3, 1), date(2026, 3, 31), 8819),
        # 2.15 + 10 points, L441-10.
        ("FR", date(2026, 3, 1), date(2026, 3, 31), 9986),
        # A year at one rate is that rate, in a leap year as well.
        ("DE", date(2025, 6, 30), date(2026, 6, 30), 102_700),
        # 4.50 + 8 for 182 of 366 days and 4.25 + 8 for 184.
        ("IE", date(2023, 12, 31), date(2024, 12, 31), 123_743),
        # 2.27 + 9 for one day, 1.27 + 9 for two.
        ("DE", date(2025, 6, 29), date(2025, 7, 2), 872),
        ("DE", date(2026, 3, 1), date(2026, 3, 1), 0),
        ("DE", date(2026, 3, 2), date(2026, 3, 1), 0),
        # Bulgaria has the euro, and with it the rate of its central bank, since 2026.
        ("BG", date(2025, 12, 31), date(2026, 1, 30), 8342),
    ],
)
def test_interest_is_counted_by_day_and_by_half_year(
    country: str, from_day: date, to_day: date, minor: int
) -> None:
    found = statutory_interest(Money(1_000_000, "EUR"), country, from_day, to_day)

    assert found == Money(minor, "EUR")


@pytest.mark.parametrize("country", ["US", "GB", "CH", "NO", ""])
def test_outside_the_union_the_law_gives_no_such_interest(country: str) -> None:
    assert statutory_interest(Money(9_901, "EUR"), country, date(2026, 3, 1), date(2026, 3, 31)) is None
    assert not in_the_eu(country)


def test_the_union_has_27_members() -> None:
    assert len([code for code in country_codes() if in_the_eu(code)]) == 27


@pytest.mark.parametrize(
    ("country", "from_day", "to_day", "day"),
    [
        ("DE", date(2022, 12, 30), date(2023, 1, 4), "2022-12-31"),
        ("DE", date(2099, 6, 1), date(2099, 6, 2), "2099-06-02"),
        ("SE", date(2026, 3, 1), date(2026, 3, 31), "2026-03-02"),
        ("BG", date(2025, 12, 29), date(2026, 1, 30), "2025-12-30"),
    ],
)
def test_a_rate_that_is_not_known_is_not_guessed(
    country: str, from_day: date, to_day: date, day: str
) -> None:
    with pytest.raises(Conflict) as refused:
        statutory_interest(Money(9_901, "EUR"), country, from_day, to_day)

    assert str(refused.value) == (
        f"The statutory interest rate of {country} on {day} is not known here, so no interest was added."
    )


def test_a_rate_that_the_business_states_takes_the_place_of_the_law_s() -> None:
    found = statutory_interest(
        Money(1_000_000, "EUR"), "DE", date(2099, 3, 1), date(2099, 3, 31), Decimal("11.27")
    )

    # 10,000.00 at 11.27 percent for 30 days of 365.
    assert found == Money(9263, "EUR")


def test_on_nothing_there_is_no_interest_whatever_the_rate() -> None:
    assert statutory_interest(Money(0, "EUR"), "DE", date(2099, 1, 1), date(2099, 6, 1)) == Money(0, "EUR")


@pytest.mark.parametrize(
    ("country", "currency", "flat"),
    [
        ("DE", "EUR", Money(4000, "EUR")),
        ("BG", "EUR", Money(4000, "EUR")),
        ("DE", "USD", None),
        ("SE", "SEK", None),
        ("SE", "EUR", None),
        ("CH", "EUR", None),
    ],
)
def test_the_flat_sum_is_40_euro_where_the_law_says_so_in_euro(
    country: str, currency: str, flat: Money | None
) -> None:
    assert flat_sum(country, currency) == flat


@given(
    minor=st.integers(1, 10**9),
    country=st.sampled_from(["DE", "AT", "FR", "IT", "NL", "FI"]),
    start=st.dates(date(2023, 1, 1), date(2026, 5, 1)),
    days=st.lists(st.integers(0, 200), min_size=1, max_size=6),
)
def test_counted_in_parts_no_day_is_counted_twice_or_left_out(
    minor: int, country: str, start: date, days: list[int]
) -> None:
    ends = [min(start + timedelta(days=sum(days[: n + 1])), date(2026, 6, 30)) for n in range(len(days))]
    balance = Money(minor, "EUR")

    parts = [
        statutory_interest(balance, country, begin, end)
        for begin, end in zip([start, *ends], ends, strict=False)
    ]
    whole = statutory_interest(balance, country, start, ends[-1])

    assert whole is not None
    in_parts = sum(part.minor for part in parts if part is not None)
    assert abs(in_parts - whole.minor) * 2 <= len(parts) + 1


@given(
    minor=st.integers(1, 10**9), start=st.dates(date(2023, 1, 1), date(2026, 5, 1)), days=st.integers(1, 60)
)
def test_interest_is_what_adding_up_single_days_gives(minor: int, start: date, days: int) -> None:
    end = min(start + timedelta(days=days), date(2026, 6, 30))

    found = statutory_interest(Money(minor, "EUR"), "NL", start, end)

    exact = Fraction()
    for number in range((end - start).days):
        day = start + timedelta(days=number + 1)
        rate = MAIN_REFINANCING[day.year, 1 if day.month < 7 else 2] + 8
        exact += minor * Fraction(rate) / 100 / (366 if day.year == 2024 else 365)
    assert found is not None
    assert abs(found.minor - exact) <= Fraction(1, 2)


def test_the_tables_move_together() -> None:
    assert list(MAIN_REFINANCING) == list(GERMAN_BASE) == list(AUSTRIAN_BASE)
    assert {MAIN_REFINANCING[half] - GERMAN_BASE[half] for half in GERMAN_BASE} == {Decimal("0.88")}
    # Austria's rate waits until half a point has come together.
    assert {MAIN_REFINANCING[half] - AUSTRIAN_BASE[half] for half in AUSTRIAN_BASE} == {
        Decimal("0.62"), Decimal("0.37")
    }  # fmt: skip


def test_the_smallest_amounts_count() -> None:
    """A cent that is owed, a fee of a cent, and a year's interest on a cent at 50%."""
    assert fee_of(LateFee((7,), amount=Decimal("0.01")), 7, Money(1, "EUR")) == Money(1, "EUR")
    year = date(2026, 1, 1), date(2027, 1, 1)
    assert statutory_interest(Money(1, "EUR"), "DE", *year, rate=Decimal(50)) == Money(1, "EUR")
