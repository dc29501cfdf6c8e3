from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digest import Days, DigestRules, next_digest
from core.moments import local_day
from tests.builders.clocks import ZONES

FRIDAY = date(2026, 7, 10)
BERLIN = "Europe/Berlin"


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    """That time in Berlin, in summer."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        (Days.ALL, [0, 1, 2, 3, 4, 5, 6]),
        (Days.WEEKDAYS, [0, 1, 2, 3, 4]),
        (Days.MONDAY, [0]),
        (Days.THURSDAY, [3]),
        (Days.SUNDAY, [6]),
        (Days.OFF, []),
    ],
)
def test_a_digest_falls_on_the_days_that_were_chosen(days: Days, weekdays: list[int]) -> None:
    week = [date(2026, 7, 6) + timedelta(days=number) for number in range(7)]

    assert [day.weekday() for day in week if DigestRules(days=days).falls_on(day)] == weekdays


def test_before_its_time_it_is_still_to_come_today() -> None:
    assert next_digest(DigestRules(), BERLIN, date(2026, 7, 9), at(8, 59)) == (FRIDAY, at(9))


def test_after_its_time_it_is_due_as_long_as_it_is_not_done() -> None:
    assert next_digest(DigestRules(), BERLIN, date(2026, 7, 9), at(23, 59)) == (FRIDAY, at(9))


def test_once_done_the_next_comes_tomorrow() -> None:
    assert next_digest(DigestRules(), BERLIN, FRIDAY, at(9)) == (
        date(2026, 7, 11),
        at(9, day=date(2026, 7, 11)),
    )


def test_what_was_missed_on_earlier_days_is_not_made_up_for() -> None:
    assert next_digest(DigestRules(), BERLIN, date(2026, 7, 2), at(0, 1)) == (FRIDAY, at(9))


def test_on_weekdays_the_one_after_friday_comes_on_monday() -> None:
    rules = DigestRules(time(7, 20), Days.WEEKDAYS)

    assert next_digest(rules, BERLIN, FRIDAY, at(12)) == (
        date(2026, 7, 13),
        at(7, 20, day=date(2026, 7, 13)),
    )


def test_a_weekly_one_missed_on_its_day_waits_for_the_next_week() -> None:
    rules = DigestRules(days=Days.THURSDAY)

    found = next_digest(rules, BERLIN, date(2026, 7, 2), at(0, 1))

    assert found == (date(2026, 7, 16), at(9, day=date(2026, 7, 16)))


def test_switched_off_there_is_none() -> None:
    assert next_digest(DigestRules(days=Days.OFF), BERLIN, None, at(9)) is None


@pytest.mark.parametrize("ahead", [1, 2])
def test_a_date_done_ahead_in_another_zone_is_not_repeated(ahead: int) -> None:
    done_on = FRIDAY + timedelta(days=ahead)

    found = next_digest(DigestRules(), BERLIN, done_on, at(8))

    assert found is not None
    assert found[0] == done_on + timedelta(days=1)


def test_a_date_further_ahead_was_written_by_a_clock_that_had_jumped() -> None:
    assert next_digest(DigestRules(), BERLIN, date(2026, 7, 13), at(8)) == (FRIDAY, at(9))


def test_a_date_that_the_zone_leaves_out_has_none() -> None:
    now = datetime(2011, 12, 29, 20, tzinfo=UTC)

    found = next_digest(DigestRules(days=Days.FRIDAY), "Pacific/Apia", None, now)

    assert found is not None
    assert found[0] == date(2012, 1, 6)


@given(
    zone=st.sampled_from(ZONES),
    days=st.sampled_from(Days),
    time_of_day=st.times(),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    done=st.none() | st.integers(-9, 2),
)
def test_the_next_one_is_never_behind_and_falls_on_its_day(
    zone: str, days: Days, time_of_day: time, now: datetime, done: int | None
) -> None:
    today, rules = local_day(now, zone), DigestRules(time_of_day, days)
    done_on = None if done is None else today + timedelta(days=done)

    found = next_digest(rules, zone, done_on, now)

    assert (found is None) is (days is Days.OFF)
    if found is not None:
        day, moment = found
        assert rules.falls_on(day)
        assert local_day(moment, zone) == day
        assert day >= today
        assert done_on is None or day > done_on
        skipped = [today + timedelta(days=number) for number in range((day - today).days)]
        assert not any(rules.falls_on(other) and (done_on is None or other > done_on) for other in skipped)
