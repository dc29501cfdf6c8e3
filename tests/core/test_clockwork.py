"""Digests and looks of 400 days on a fake clock: each local date once, whatever happens to clock, zone and rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.agenda import Agenda, followed, new_agenda
from core.digest import Days, DigestRules
from core.moments import instant, local_day
from core.party import Business
from core.reminder import ReminderRules
from tests.builders.clocks import ZONES, changes
from tests.builders.core import a_business
from tests.core.clockwork import Clockwork

START = datetime(2026, 1, 1, 0, 7, tzinfo=UTC)
END = START + timedelta(days=400)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def business(zone: str, at: time, days: Days = Days.ALL) -> Business:
    return a_business(zone=zone, digest=DigestRules(at, days), reminders=ReminderRules(at=time(13, 10)))


def begun(business: Business, now: datetime = START) -> Clockwork:
    return Clockwork(new_agenda(business, now), now)


def due_between(rules: DigestRules, zone: str, start: datetime, end: datetime) -> list[date]:
    """The dates whose digest falls into that time, worked out day by day and not step by step."""
    first = local_day(start, zone) - DAY
    dates = [first + DAY * number for number in range((end - start).days + 3)]
    return [day for day in dates if rules.falls_on(day) and start < instant(day, rules.at, zone) < end]


@pytest.mark.parametrize("days", [Days.ALL, Days.WEEKDAYS, Days.SUNDAY])
@pytest.mark.parametrize("zone", ZONES)
def test_in_400_days_every_date_has_one_digest_within_the_minute_of_its_time(zone: str, days: Days) -> None:
    rules = DigestRules(time(2, 17), days)
    clockwork = begun(business(zone, rules.at, days))

    clockwork.run(END)

    assert [day for day, _at in clockwork.digests] == due_between(rules, zone, START, END)
    assert all(timedelta() <= at - instant(day, rules.at, zone) < MINUTE for day, at in clockwork.digests)
    looks = [day for day, _at in clockwork.looks]
    assert looks == due_between(DigestRules(time(9, 10)), zone, START, END)


@pytest.mark.parametrize("zone", [zone for zone in ZONES if changes(zone)])
def test_around_each_change_of_the_clocks_every_date_has_one_digest_at_any_time(zone: str) -> None:
    for change in changes(zone):
        local = {local_day(change, zone) + DAY * by for by in (-1, 0, 1)}
        start, end = change - 2 * DAY, change + 2 * DAY
        for quarter in range(96):
            at = time(*divmod(quarter * 15, 60))
            clockwork = begun(business(zone, at), start)

            clockwork.run(end)

            digests = [day for day, _at in clockwork.digests]
            assert digests == due_between(DigestRules(at), zone, start, end)
            assert local & set(digests) == {day for day in local if start < instant(day, at, zone) < end}


@pytest.mark.parametrize("zone", ZONES)
def test_ticking_every_minute_is_no_different_from_stepping_to_the_next_moment(zone: str) -> None:
    start = datetime(2026, 3, 27, tzinfo=UTC)
    stepping = begun(business(zone, time(23, 50)), start)
    ticking = begun(business(zone, time(23, 50)), start)

    stepping.run(start + 4 * DAY)
    for minute in range(4 * 1440):
        ticking.now = start + MINUTE * minute
        ticking.tick()

    assert ticking.digests == stepping.digests
    assert ticking.looks == stepping.looks
    assert len(ticking.digests) == 4


@pytest.mark.parametrize("zone", ZONES)
def test_after_a_day_of_downtime_the_day_s_digest_comes_once_and_no_older_one(zone: str) -> None:
    random = Random(zone)
    clockwork = begun(business(zone, time(9)))
    silences = list[tuple[datetime, datetime]]()

    while clockwork.now < END:
        clockwork.run(clockwork.now + timedelta(hours=random.randint(5, 400)))
        silences.append((clockwork.now, clockwork.now + timedelta(minutes=random.randint(1, 3 * 1440))))
        clockwork.now = silences[-1][1]
    clockwork.run(clockwork.now + DAY)

    dates = [day for day, _at in clockwork.digests]
    assert dates == sorted(set(dates))
    assert all(local_day(at, zone) == day for day, at in clockwork.digests)
    missed = set(due_between(DigestRules(), zone, START, END)) - set(dates)
    # Only what was over when the processes came back is missing.
    assert all(
        any(start <= instant(day, time(9), zone) and local_day(end, zone) > day for start, end in silences)
        for day in missed
    )
    looks = [day for day, _at in clockwork.looks]
    assert looks == sorted(set(looks))


@pytest.mark.parametrize("seed", range(12))
def test_a_clock_that_jumps_ahead_and_back_repeats_no_digest_and_stops_none(seed: int) -> None:
    random, zone = Random(seed), ZONES[seed]
    clockwork = begun(business(zone, time(9)))
    touched = set[date]()

    for _ in range(40):
        clockwork.run(clockwork.now + timedelta(hours=random.randint(30, 240)))
        true_now = clockwork.now
        jump = timedelta(minutes=random.choice([-1, 1]) * random.randint(1, 60 * 24 * 40))
        clockwork.now = true_now + jump
        clockwork.run(clockwork.now + timedelta(minutes=random.randint(1, 3000)))
        wrong = (local_day(true_now + jump, zone), clockwork.today())
        clockwork.now = max(true_now, clockwork.now - jump)
        right = (local_day(true_now, zone), clockwork.today())
        for first, last in (wrong, right):
            # A date done ahead by a little is believed, so the two before it may be missing.
            touched |= {first + DAY * number for number in range(-3, (last - first).days + 4)}
    clockwork.run(clockwork.now + 30 * DAY)

    dates = [day for day, _at in clockwork.digests]
    assert len(dates) == len(set(dates))
    expected = set(due_between(DigestRules(), zone, START, clockwork.now))
    assert expected - set(dates) <= touched
    assert set(due_between(DigestRules(), zone, clockwork.now - 20 * DAY, clockwork.now)) - touched <= set(
        dates
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_business_that_moves_from_zone_to_zone_gets_each_date_it_lives_through_once(seed: int) -> None:
    random = Random(seed)
    settings_ = business("Europe/Berlin", time(9))
    clockwork = begun(settings_)
    left_behind = set[date]()

    while clockwork.now < END:
        clockwork.run(clockwork.now + timedelta(minutes=random.randint(10, 5000)))
        day = clockwork.today()
        settings_ = replace(settings_, zone=random.choice(ZONES))
        clockwork.agenda = followed(clockwork.agenda, settings_, clockwork.now)
        # Far enough east, it is a later day at once, and yesterday's is not made up for.
        left_behind |= {day + DAY * number for number in range((clockwork.today() - day).days)}

    dates = [day for day, _at in clockwork.digests]
    assert dates == sorted(set(dates))
    lived = {dates[0] + DAY * number for number in range((dates[-1] - dates[0]).days + 1)}
    assert lived - set(dates) <= left_behind
    assert len(lived) > 390


@pytest.mark.parametrize("seed", range(6))
def test_changed_rules_repeat_no_date_and_send_nothing_for_a_time_that_has_passed(seed: int) -> None:
    random = Random(seed)
    settings_ = business(ZONES[seed], time(9))
    clockwork = begun(settings_)

    while clockwork.now < END:
        clockwork.run(clockwork.now + timedelta(minutes=random.randint(10, 4000)))
        before, count = clockwork.agenda, len(clockwork.digests)
        at = time(random.randint(0, 23), random.randint(0, 59))
        settings_ = replace(settings_, digest=DigestRules(at, random.choice(list(Days))))
        clockwork.agenda = followed(clockwork.agenda, settings_, clockwork.now)
        clockwork.tick()
        if len(clockwork.digests) > count:
            assert _was_still_to_come(before, clockwork.today())

    dates = [day for day, _at in clockwork.digests]
    assert dates == sorted(set(dates))
    assert len(dates) > 60


def _was_still_to_come(agenda: Agenda, today: date) -> bool:
    return agenda.digest.falls_on(today) and (agenda.digest_on is None or agenda.digest_on < today)


@settings(max_examples=60)
@given(
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=8),
    hours=st.lists(st.integers(1, 60), min_size=8, max_size=8),
    at=st.times(),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 11, 1), timezones=st.just(UTC)),
)
def test_wherever_a_business_moves_claims_alone_never_repeat_a_date(
    zones: list[str], hours: list[int], at: time, start: datetime
) -> None:
    settings_ = business(zones[0], at)
    clockwork = begun(settings_, start)

    for zone, stay in zip(zones, hours, strict=False):
        settings_ = replace(settings_, zone=zone)
        clockwork.agenda = followed(clockwork.agenda, settings_, clockwork.now)
        # Without the table of runs, the row alone has to know what was done.
        clockwork.runs.clear()
        clockwork.run(clockwork.now + timedelta(hours=stay))

    dates = [day for day, _at in clockwork.digests]
    assert dates == sorted(set(dates))
