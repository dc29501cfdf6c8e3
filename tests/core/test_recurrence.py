import calendar
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recurrence import LAST, LAST_DAY, Rule, Unit, coming, first_on, next_on

DAY = timedelta(days=1)
FIRST, END = date(2026, 1, 1), date(2032, 12, 31)


def monthly(day: int, anchor: date, every: int = 1) -> Rule:
    return Rule(Unit.MONTH, every, anchor, day=day)


def weekly(weekday: int, anchor: date, every: int = 1) -> Rule:
    return Rule(Unit.WEEK, every, anchor, weekday=weekday)


def nth(number: int, weekday: int, anchor: date, every: int = 1) -> Rule:
    return Rule(Unit.MONTH, every, anchor, weekday=weekday, nth=number)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (monthly(31, date(2026, 1, 31)), "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31"),
        (monthly(30, date(2027, 12, 30)), "2027-12-30 2028-01-30 2028-02-29 2028-03-30 2028-04-30"),
        (monthly(31, date(2026, 11, 30), 3), "2026-11-30 2027-02-28 2027-05-31 2027-08-31 2027-11-30"),
        (monthly(29, date(2028, 2, 29), 12), "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29"),
        (monthly(5, date(2026, 12, 5), 3), "2026-12-05 2027-03-05 2027-06-05 2027-09-05 2027-12-05"),
        (weekly(4, date(2026, 12, 4)), "2026-12-04 2026-12-11 2026-12-18 2026-12-25 2027-01-01"),
        (weekly(0, date(2026, 12, 7), 2), "2026-12-07 2026-12-21 2027-01-04 2027-01-18 2027-02-01"),
        (nth(2, 1, date(2026, 12, 8)), "2026-12-08 2027-01-12 2027-02-09 2027-03-09 2027-04-13"),
        (nth(LAST, 4, date(2026, 11, 27)), "2026-11-27 2026-12-25 2027-01-29 2027-02-26 2027-03-26"),
        (nth(1, 0, date(2026, 12, 7), 12), "2026-12-07 2027-12-06 2028-12-04 2029-12-03 2030-12-02"),
    ],
    ids=str,
)
def test_no_day_ever_drifts_from_the_one_that_was_said(rule: Rule, days: str) -> None:
    found = coming(rule, rule.anchor - DAY, 5)

    assert " ".join(map(str, found)) == days


@pytest.mark.parametrize(
    ("rule", "earliest", "first"),
    [
        (monthly(31, FIRST), date(2026, 11, 29), date(2026, 11, 30)),
        (monthly(29, FIRST), date(2026, 11, 29), date(2026, 11, 29)),
        (monthly(5, FIRST, 3), date(2026, 11, 29), date(2026, 12, 5)),
        (weekly(6, FIRST, 3), date(2026, 11, 29), date(2026, 11, 29)),
        (weekly(5, FIRST, 3), date(2026, 11, 29), date(2026, 12, 5)),
        (nth(1, 0, FIRST, 6), date(2026, 11, 29), date(2026, 12, 7)),
    ],
    ids=str,
)
def test_a_rule_begins_with_the_first_day_it_can_fall_on(rule: Rule, earliest: date, first: date) -> None:
    begun = first_on(rule, earliest)

    assert begun.anchor == first == next_on(begun, earliest - DAY)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (monthly(31, FIRST), "monthly on last day"),
        (monthly(5, FIRST, 3), "quarterly on 5"),
        (monthly(17, FIRST, 12), "yearly on 17"),
        (monthly(17, FIRST, 2), "every 2 months on 17"),
        (weekly(4, FIRST), "weekly on friday"),
        (weekly(0, FIRST, 2), "every 2 weeks on monday"),
        (nth(2, 1, FIRST), "monthly on 2nd tuesday"),
        (nth(LAST, 4, FIRST, 3), "quarterly on last friday"),
    ],
)
def test_a_rule_reads_as_it_is_typed(rule: Rule, text: str) -> None:
    assert str(rule) == text


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": 0}, {"every": 61}, {"day": 32}, {"day": 0}, {"nth": 5, "day": 0}, {"weekday": 7},
        {"unit": Unit.WEEK, "day": 3}, {"unit": Unit.WEEK, "day": 0, "nth": 2},
    ],
    ids=str,
)  # fmt: skip
def test_there_is_no_rule_that_falls_on_no_day(wrong: dict[str, Any]) -> None:
    values: dict[str, Any] = {"unit": Unit.MONTH, "every": 1, "anchor": FIRST, "day": 7, **wrong}

    with pytest.raises(ValueError, match="rule"):
        Rule(**values)


anchors = st.dates(FIRST, date(2028, 12, 31))
rules = st.one_of(
    st.builds(monthly, st.integers(1, LAST_DAY), anchors, st.integers(1, 14)),
    st.builds(weekly, st.integers(0, 6), anchors, st.integers(1, 9)),
    st.builds(nth, st.sampled_from([1, 2, 3, 4, LAST]), st.integers(0, 6), anchors, st.integers(1, 14)),
)


def falls(rule: Rule, day: date) -> bool:
    """What a person says who looks at the calendar of that day."""
    if day < rule.anchor:
        return False
    if rule.unit is Unit.WEEK:
        monday, begun = day - day.weekday() * DAY, rule.anchor - rule.anchor.weekday() * DAY
        return day.weekday() == rule.weekday and (monday - begun).days % (7 * rule.every) == 0
    months = (day.year - rule.anchor.year) * 12 + day.month - rule.anchor.month
    if months % rule.every:
        return False
    length = calendar.monthrange(day.year, day.month)[1]
    if rule.nth == LAST:
        return day.weekday() == rule.weekday and day.day > length - 7
    if rule.nth:
        return day.weekday() == rule.weekday and (day.day - 1) // 7 + 1 == rule.nth
    return day.day == min(rule.day, length)


@given(rules, st.dates(FIRST, date(2031, 12, 31)))
def test_the_days_are_those_that_a_calendar_shows(rule: Rule, after: date) -> None:
    calendar_days = [
        day for ahead in range(1, (END - after).days + 1) if falls(rule, day := after + ahead * DAY)
    ]

    assert list(coming(rule, after, len(calendar_days))) == calendar_days


@given(rules)
def test_each_day_follows_from_the_one_before(rule: Rule) -> None:
    days = coming(rule, rule.anchor, 9)

    assert all(next_on(rule, before) == after for before, after in pairwise(days))
