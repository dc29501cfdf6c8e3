from datetime import date

import pytest

from core.terms import Terms, add_months, last_day


@pytest.mark.parametrize(
    ("terms", "issued_on", "due_on"),
    [
        (Terms(), date(2026, 3, 5), date(2026, 3, 5)),
        (Terms(days=14), date(2026, 2, 20), date(2026, 3, 6)),
        (Terms(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Terms(months=1), date(2028, 1, 31), date(2028, 2, 29)),
        (Terms(months=13), date(2026, 12, 31), date(2028, 1, 31)),
        (Terms(end_of_month=True), date(2026, 4, 3), date(2026, 4, 30)),
        (Terms(days=30, end_of_month=True), date(2026, 1, 15), date(2026, 2, 28)),
        (Terms(days=5, months=2, end_of_month=True), date(2026, 1, 27), date(2026, 4, 30)),
    ],
)
def test_months_come_first_then_days_then_the_end_of_the_month(
    terms: Terms, issued_on: date, due_on: date
) -> None:
    assert terms.due(issued_on) == due_on


def test_a_series_counted_from_its_first_day_keeps_that_day() -> None:
    anchor = date(2026, 1, 31)

    days = [add_months(anchor, months) for months in range(4)]

    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_months_can_be_taken_off_across_a_year() -> None:
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)


@pytest.mark.parametrize(
    ("day", "last"), [(date(2028, 2, 1), 29), (date(2100, 2, 28), 28), (date(2026, 12, 9), 31)]
)
def test_the_last_day_knows_leap_years(day: date, last: int) -> None:
    assert last_day(day) == day.replace(day=last)


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        (Terms(), "0d"),
        (Terms(days=9), "9d"),
        (Terms(months=2), "2m"),
        (Terms(end_of_month=True), "eom"),
        (Terms(days=9, months=2, end_of_month=True), "2m 9d eom"),
    ],
)
def test_terms_are_written_as_they_are_typed(terms: Terms, text: str) -> None:
    assert str(terms) == text
