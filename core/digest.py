"""The daily digest: on which days and at what time a business gets it, and which one is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.moments import instant_on, local_day


class Days(StrEnum):
    """On which days there is a digest; a weekday alone means once a week."""

    ALL = "all"
    WEEKDAYS = "weekdays"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    OFF = "off"


_WEEK = (
    Days.MONDAY, Days.TUESDAY, Days.WEDNESDAY, Days.THURSDAY, Days.FRIDAY, Days.SATURDAY, Days.SUNDAY,
)  # fmt: skip

# Between the first zone to see a date and the last one lie 26 hours, so moving a business from the one to the
# other leaves it with a date that is two days ahead. A date further ahead comes from a clock that had jumped.
_AHEAD = timedelta(days=2)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DigestRules:
    """When the digest comes; `at` is the local time of the business."""

    at: time = time(9)
    days: Days = Days.ALL

    def falls_on(self, day: date) -> bool:
        match self.days:
            case Days.ALL:
                return True
            case Days.WEEKDAYS:
                return day.weekday() < 5
            case Days.OFF:
                return False
            case weekday:
                return _WEEK[day.weekday()] is weekday


def believed(done_on: date | None, today: date) -> date | None:
    """The newest day that was done, unless a clock that had jumped ahead wrote it."""
    return done_on if done_on is not None and done_on - today <= _AHEAD else None


def first_undone(done_on: date | None, today: date) -> date:
    """Today or later: what was missed on an earlier day is never made up for."""
    done = believed(done_on, today)
    return today if done is None else max(today, done + _DAY)


def next_digest(
    rules: DigestRules, zone: str, done_on: date | None, now: datetime
) -> tuple[date, datetime] | None:
    """The next local date whose digest is not done, and its moment; a moment that has passed means now.

    None when there are no digests. `done_on` is the newest date whose digest was decided.
    """
    day = first_undone(done_on, local_day(now, zone))
    # A weekday comes within seven days, and once more should its date be one that the zone leaves out.
    for _ in range(15):
        if rules.falls_on(day):
            moment = instant_on(day, rules.at, zone)
            if moment is not None:
                return day, moment
        day += _DAY
    return None
