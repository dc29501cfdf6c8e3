from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.moments import instant, local_day, wall
from tests.builders.clocks import ZONES, changes


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Berlin", date(2026, 1, 9), time(9), "2026-01-09T08:00"),
        ("Europe/Berlin", date(2026, 7, 9), time(9), "2026-07-09T07:00"),
        ("Asia/Kathmandu", date(2026, 7, 9), time(9), "2026-07-09T03:15"),
        ("Pacific/Kiritimati", date(2026, 7, 9), time(9), "2026-07-08T19:00"),
        ("Pacific/Chatham", date(2026, 7, 9), time(9), "2026-07-08T20:15"),
        ("America/St_Johns", date(2026, 7, 9), time(23, 30), "2026-07-10T02:00"),
    ],
)
def test_a_local_time_is_an_instant_by_the_rules_of_its_zone(
    zone: str, day: date, at: time, utc: str
) -> None:
    found = instant(day, at, zone)

    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "at", "shown"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), time(3, 30)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), time(2, 40)),
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), time(1, 0)),
        ("America/Santiago", date(2026, 9, 6), time(0, 45), time(1, 45)),
        ("Africa/Casablanca", date(2027, 3, 14), time(2, 59), time(3, 59)),
    ],
)
def test_a_time_that_is_left_out_moves_forward(zone: str, day: date, at: time, shown: time) -> None:
    local = instant(day, at, zone).astimezone(ZoneInfo(zone))

    assert (local.date(), local.time()) == (day, shown)


@pytest.mark.parametrize("zone", ["America/Scoresbysund", "America/Nuuk"])
def test_a_time_left_out_at_the_end_of_a_day_is_the_last_minute_of_it(zone: str) -> None:
    local = instant(date(2026, 3, 28), time(23, 20), zone).astimezone(ZoneInfo(zone))

    assert (local.date(), local.time()) == (date(2026, 3, 28), time(22, 59))


def test_a_day_that_a_zone_leaves_out_is_the_day_after() -> None:
    found = instant(date(2011, 12, 30), time(9), "Pacific/Apia")

    assert local_day(found, "Pacific/Apia") == date(2011, 12, 31)


@pytest.mark.parametrize(
    ("zone", "day", "at", "first"),
    [
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),
        ("Africa/Cairo", date(2026, 10, 29), time(23, 15), "2026-10-29T20:15"),
        ("America/Santiago", date(2026, 4, 4), time(23, 59), "2026-04-05T02:59"),
    ],
)
def test_a_time_that_comes_twice_means_the_first(zone: str, day: date, at: time, first: str) -> None:
    assert instant(day, at, zone) == datetime.fromisoformat(first).replace(tzinfo=UTC)


def test_the_second_of_two_equal_times_can_be_asked_for() -> None:
    again = wall(date(2026, 10, 25), time(2, 30), "Europe/Berlin", again=True)

    assert again == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_asking_for_the_second_of_a_time_left_out_changes_nothing() -> None:
    day, at, zone = date(2026, 3, 29), time(2, 30), "Europe/Berlin"

    assert wall(day, at, zone, again=True) == wall(day, at, zone)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "/usr", "Europe/Berlin\0"])
def test_a_zone_that_nobody_knows_goes_by_utc(zone: str) -> None:
    assert instant(date(2026, 7, 9), time(9), zone) == datetime(2026, 7, 9, 9, tzinfo=UTC)
    assert local_day(datetime(2026, 7, 9, 23, 59, tzinfo=UTC), zone) == date(2026, 7, 9)


def test_the_day_is_not_the_same_everywhere() -> None:
    now = datetime(2026, 7, 9, 10, 30, tzinfo=UTC)

    days = [local_day(now, zone).day for zone in ("Pacific/Kiritimati", "Europe/Berlin", "Pacific/Midway")]

    assert days == [10, 9, 8]


@given(
    zone=st.sampled_from([*ZONES, "America/Scoresbysund", "America/Havana"]),
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    at=st.times(),
)
@example("America/Scoresbysund", date(2026, 3, 28), time(23))
@example("America/Havana", date(2026, 11, 1), time(0, 30))
def test_an_instant_always_lies_on_its_local_day(zone: str, day: date, at: time) -> None:
    found = instant(day, at, zone)

    assert local_day(found, zone) == day


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_change_clocks_show_the_time_or_as_much_later_as_they_jump(zone: str) -> None:
    days = {local_day(change, zone) + timedelta(days=by) for change in changes(zone) for by in (-1, 0, 1)}
    times = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45, 59)]

    shown = {(day, at): instant(day, at, zone).astimezone(ZoneInfo(zone)) for day in days for at in times}

    jumps = {_minutes(there.time()) - _minutes(at) for (_day, at), there in shown.items()}
    assert jumps <= {0, 30, 60}
    assert all(there.date() == day for (day, _at), there in shown.items())


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
