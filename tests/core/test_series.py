from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.money import Money
from core.party import Role
from core.recurrence import Rule, Unit
from core.series import (
    Covers,
    SeriesState,
    ended,
    failed,
    is_due,
    missed,
    must_ask,
    period_of,
    planned,
    resumed,
    too_late,
    usual_cover,
    went_on,
)
from tests.builders.core import a_business, a_member
from tests.builders.series import FIRST_DAY as NOVEMBER
from tests.builders.series import a_series

ZONE = "Europe/Berlin"
DECEMBER, JANUARY = date(2026, 12, 31), date(2027, 1, 31)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, "2026-11-30 2026-12-31 2027-01-31 2027-02-28 2027-03-31"),
        ({"until": date(2027, 1, 30)}, "2026-11-30 2026-12-31"),
        ({"times": 7, "made": 4}, "2026-11-30 2026-12-31 2027-01-31"),
        ({"times": 9, "until": DECEMBER}, "2026-11-30 2026-12-31"),
        ({"times": 4, "made": 6}, ""),
        ({"next_on": None}, ""),
    ],
    ids=str,
)
def test_the_days_to_come_end_with_the_series(changes: dict[str, Any], days: str) -> None:
    assert " ".join(map(str, a_series(**changes).days())) == days


def test_the_clock_comes_by_in_the_morning_of_the_business() -> None:
    summer = planned(a_series(next_on=date(2027, 6, 30)), ZONE)
    winter = planned(a_series(), ZONE)

    assert summer.next_at == datetime(2027, 6, 30, 5, tzinfo=UTC)
    assert winter.next_at == datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert planned(replace(winter, state=SeriesState.PAUSED), ZONE).next_at is None


def test_it_is_due_from_that_morning_on_however_late_the_clock_comes() -> None:
    series = planned(a_series(), ZONE)

    found = [is_due(series, moment, ZONE) for moment in (at(NOVEMBER, 5), at(NOVEMBER, 6), at(DECEMBER, 23))]

    assert found == [False, True, True]


def test_it_is_not_due_on_the_day_before_where_the_business_has_moved() -> None:
    series = planned(a_series(), "Pacific/Auckland")

    assert not is_due(series, datetime(2026, 11, 29, 22, tzinfo=UTC), ZONE)


def test_after_its_last_day_it_has_ended() -> None:
    by_count = went_on(a_series(times=3, made=2), made=1)
    by_day = went_on(a_series(until=date(2026, 12, 30)))
    on_its_way = went_on(a_series(until=DECEMBER, failures=2), made=1)

    assert [by_count.state, by_day.state, by_count.next_on] == [SeriesState.ENDED, SeriesState.ENDED, None]
    assert (on_its_way.next_on, on_its_way.made, on_its_way.failures) == (DECEMBER, 1, 0)


def test_the_third_failure_in_a_row_pauses_it() -> None:
    now = at(NOVEMBER, 6)

    first = failed(planned(a_series(), ZONE), now)
    second = failed(first, now)
    third = failed(second, now)

    assert [one.next_at for one in (first, second, third)] == [
        now + timedelta(hours=1), now + timedelta(days=1), None,
    ]  # fmt: skip
    assert [one.state for one in (first, second, third)] == ["active", "active", "paused"]
    assert third.next_on == NOVEMBER


def test_what_fell_into_a_pause_is_not_made_up_for() -> None:
    paused = a_series(state=SeriesState.PAUSED, failures=3)

    later, same_day = resumed(paused, date(2027, 1, 3)), resumed(paused, NOVEMBER)
    over = resumed(replace(paused, until=DECEMBER), date(2027, 1, 3))

    assert (later.state, later.next_on, later.failures) == (SeriesState.ACTIVE, JANUARY, 0)
    assert same_day.next_on == NOVEMBER
    assert over == ended(over)
    assert (missed(paused, later), missed(paused, same_day)) == ((NOVEMBER, DECEMBER), ())


def test_days_missed_by_more_than_a_month_are_passed_over() -> None:
    series, passed = too_late(a_series(), date(2027, 2, 10))
    same, none = too_late(a_series(), DECEMBER)

    assert (series.next_on, passed) == (JANUARY, 2)
    assert (same.next_on, none) == (NOVEMBER, 0)


@pytest.mark.parametrize(
    ("role", "left", "minor", "currency", "asks"),
    [
        (Role.MEMBER, False, 50_001, "EUR", True),
        (Role.MEMBER, False, 50_000, "EUR", False),
        (Role.MEMBER, False, 3, "USD", True),
        (Role.OWNER, False, 70_000, "EUR", False),
        (Role.OWNER, True, 70_000, "EUR", True),
        (Role.OWNER, True, 50_000, "EUR", False),
    ],
)
def test_who_set_it_up_could_issue_it_alone_or_somebody_has_to_say_yes(
    role: Role, left: bool, minor: int, currency: str, asks: bool
) -> None:
    business = a_business(approval_limit=Money(50_000, "EUR"))
    member = a_member(role=role, left_at=at(NOVEMBER, 9) if left else None)

    assert must_ask(business, member, Money(minor, currency)) is asks


FEB = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("rule", "covers", "day", "period"),
    [
        (Rule(Unit.MONTH, 1, FEB, day=31), Covers.BEHIND, FEB, "2028-02-01..2028-02-29"),
        (Rule(Unit.MONTH, 1, FEB, day=31), Covers.AHEAD, FEB, "2028-02-29..2028-03-30"),
        (Rule(Unit.MONTH, 3, date(2026, 1, 1), day=1), Covers.AHEAD, date(2026, 4, 1), "2026-04-01..2026-06-30"),
        (Rule(Unit.MONTH, 12, date(2026, 7, 1), day=15), Covers.BEHIND, date(2026, 7, 15), "2025-07-16..2026-07-15"),
        (Rule(Unit.WEEK, 2, date(2026, 3, 2), weekday=4), Covers.BEHIND, date(2026, 3, 20), "2026-03-07..2026-03-20"),
        (Rule(Unit.WEEK, 2, date(2026, 3, 2), weekday=4), Covers.AHEAD, date(2026, 3, 6), "2026-03-06..2026-03-19"),
        (Rule(Unit.MONTH, 1, FEB, day=31), Covers.NOTHING, FEB, ""),
    ],
)  # fmt: skip
def test_each_invoice_is_for_the_time_up_to_its_day_or_from_it_on(
    rule: Rule, covers: Covers, day: date, period: str
) -> None:
    found = period_of(a_series(rule=rule, covers=covers), day)

    assert (f"{found.start}..{found.end}" if found else "") == period


def test_the_first_and_the_last_day_of_a_month_say_which_time_they_are_for() -> None:
    found = {day: usual_cover(Rule(Unit.MONTH, 1, FEB, day=day)) for day in (1, 2, 30, 31)}

    assert found == {1: Covers.AHEAD, 2: Covers.NOTHING, 30: Covers.NOTHING, 31: Covers.BEHIND}
    assert usual_cover(Rule(Unit.WEEK, 1, FEB, weekday=0)) is Covers.NOTHING
    assert usual_cover(Rule(Unit.MONTH, 1, FEB, weekday=1, nth=1)) is Covers.NOTHING
