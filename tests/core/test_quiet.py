from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.country import country_codes
from core.quiet import AT_NIGHT, OFFICE_DAYS, Lull, Quiet, holiday, next_allowed, weekend
from tests.builders.clocks import ZONES, changes

NEVER = Quiet(time(0), time(0))
BERLIN = "Europe/Berlin"


def local(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(moment: datetime, zone: str = BERLIN) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("at", "quiet"),
    [("19:59", False), ("20:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_a_night_goes_on_beyond_midnight(at: str, quiet: bool) -> None:
    assert AT_NIGHT.is_quiet(local(f"2026-07-09T{at}"), BERLIN, "DE") is quiet


@pytest.mark.parametrize(
    ("at", "quiet"), [("12:29", False), ("12:30", True), ("13:59", True), ("14:00", False)]
)
def test_a_window_may_lie_within_a_day(at: str, quiet: bool) -> None:
    siesta = Quiet(time(12, 30), time(14))

    assert siesta.is_quiet(local(f"2026-07-09T{at}"), BERLIN, "DE") is quiet


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_equal_times_mean_no_such_hours(now: datetime) -> None:
    assert not NEVER.is_quiet(now, BERLIN, "DE")
    assert next_allowed(NEVER, now, BERLIN, "DE") == now


def test_the_clock_of_the_zone_decides() -> None:
    now = datetime(2026, 7, 9, 12, tzinfo=UTC)

    assert not AT_NIGHT.is_quiet(now, BERLIN, "DE")
    assert AT_NIGHT.is_quiet(now, "Asia/Tokyo", "JP")


@pytest.mark.parametrize(
    ("quiet", "now", "later"),
    [
        (AT_NIGHT, "2026-07-09T12:34", "2026-07-09T12:34"),
        (AT_NIGHT, "2026-07-09T20:00", "2026-07-10T08:00"),
        (AT_NIGHT, "2026-07-10T03:10", "2026-07-10T08:00"),
        (Quiet(time(12, 30), time(14)), "2026-07-10T13:10", "2026-07-10T14:00"),
        # Friday evening to Monday morning.
        (OFFICE_DAYS, "2026-07-10T20:30", "2026-07-13T08:00"),
        (OFFICE_DAYS, "2026-07-11T12:00", "2026-07-13T08:00"),
        (Quiet(time(0), time(0), weekends=True), "2026-07-11T12:00", "2026-07-13T00:00"),
        # Good Friday, the weekend and Easter Monday.
        (OFFICE_DAYS, "2026-04-02T21:00", "2026-04-07T08:00"),
        (Quiet(holidays=True), "2026-04-03T12:00", "2026-04-04T08:00"),
        # Christmas 2026: Friday and Saturday are holidays, and Sunday is what it is.
        (OFFICE_DAYS, "2026-12-24T20:00", "2026-12-28T08:00"),
        # The clocks are changed in the night.
        (AT_NIGHT, "2026-03-28T22:00", "2026-03-29T08:00"),
        (AT_NIGHT, "2026-10-24T22:00", "2026-10-25T08:00"),
        (Quiet(time(20), time(2, 30)), "2026-03-28T22:00", "2026-03-29T03:30"),
        (Quiet(time(20), time(2, 30)), "2026-10-24T22:00", "2026-10-25T02:30"),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(quiet: Quiet, now: str, later: str) -> None:
    assert shown(next_allowed(quiet, local(now), BERLIN, "DE")) == later


def test_in_the_hour_that_comes_again_the_second_end_is_meant() -> None:
    second_0210 = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    later = next_allowed(Quiet(time(20), time(2, 30)), second_0210, BERLIN, "DE")

    assert later == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "lull"),
    [
        ("2026-07-09T12:00", None),
        ("2026-07-09T21:00", Lull.NIGHT),
        ("2026-07-11T12:00", Lull.WEEKEND),
        ("2026-07-11T21:00", Lull.WEEKEND),
        ("2026-12-25T12:00", Lull.HOLIDAY),
        ("2026-12-26T22:00", Lull.HOLIDAY),
    ],
)
def test_the_reason_is_what_lasts_longest(now: str, lull: Lull | None) -> None:
    assert OFFICE_DAYS.lull(local(now), BERLIN, "DE") is lull


@pytest.mark.parametrize(
    ("country", "days"),
    [
        ("DE", {5, 6}),
        ("EG", {4, 5}),
        ("SA", {4, 5}),
        ("AE", {5, 6}),
        ("IR", {4}),
        ("", {5, 6}),
        ("ZZ", {5, 6}),
    ],
)
def test_the_weekend_is_the_country_s(country: str, days: set[int]) -> None:
    assert weekend(country) == days


@pytest.mark.parametrize(
    ("country", "day", "language", "name"),
    [
        ("DE", date(2026, 10, 3), "", "Tag der Deutschen Einheit"),
        ("DE", date(2026, 10, 3), "en", "German Unity Day"),
        ("FR", date(2026, 7, 14), "fr", "Fête nationale"),
        # In a language that is not known for the country it has its own name.
        ("FR", date(2026, 7, 14), "es", "Fête nationale"),
        # Independence Day is a Saturday in 2026, so Friday is free.
        ("US", date(2026, 7, 3), "", "Independence Day (observed)"),
        ("DE", date(2026, 7, 14), "", ""),
        ("", date(2026, 12, 25), "", ""),
        ("ZZ", date(2026, 12, 25), "", ""),
    ],
)
def test_public_holidays_have_a_name(country: str, day: date, language: str, name: str) -> None:
    assert holiday(country, day, language) == name


def test_every_country_can_be_asked_for_its_quiet_days() -> None:
    now = datetime(2026, 12, 31, 23, tzinfo=UTC)

    later = {next_allowed(OFFICE_DAYS, now, "UTC", country) for country in country_codes()}

    assert min(later) == datetime(2027, 1, 1, 8, tzinfo=UTC)
    # Russia rests until the Sunday after its Christmas.
    assert max(later) == datetime(2027, 1, 11, 8, tzinfo=UTC)


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
QUIETS = st.builds(Quiet, TIMES, TIMES, st.booleans(), st.booleans())


@given(
    QUIETS,
    st.sampled_from(ZONES),
    st.sampled_from(["DE", "EG", "IR", "CN", "US", ""]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_the_next_moment_is_the_first_that_is_not_quiet(
    quiet: Quiet, zone: str, country: str, now: datetime
) -> None:
    later = next_allowed(quiet, now, zone, country)

    assert timedelta() <= later - now <= timedelta(days=31)
    assert not quiet.is_quiet(later, zone, country)
    assert next_allowed(quiet, later, zone, country) == later
    halves = [now + (later - now) * part / 24 for part in range(24)]
    assert later == now or all(quiet.is_quiet(moment, zone, country) for moment in halves)


@given(QUIETS, st.sampled_from([zone for zone in ZONES if changes(zone)]), st.data())
def test_around_a_change_of_the_clocks_the_end_is_never_before_the_beginning(
    quiet: Quiet, zone: str, data: st.DataObject
) -> None:
    minutes = data.draw(st.integers(-1500, 1500))
    now = data.draw(st.sampled_from(changes(zone))) + timedelta(minutes=minutes)

    later = next_allowed(quiet, now, zone, "DE")

    assert later >= now
    assert not quiet.is_quiet(later, zone, "DE")
