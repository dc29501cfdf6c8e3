"""Local days and wall clock times as instants: the one place where a business's or a client's zone is applied."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


def zone_info(zone: str) -> tzinfo:
    """The rules of a zone; UTC for a name that is not known here.

    A name may vanish with an update of the zone database. One such row must not stop the clock of all others.
    """
    try:
        return ZoneInfo(zone)
    except (OSError, ValueError, LookupError):
        return UTC


def local_day(now: datetime, zone: str) -> date:
    """Which day it is there."""
    return now.astimezone(zone_info(zone)).date()


def wall(day: date, at: time, zone: str, *, again: bool = False) -> datetime:
    """The instant (UTC) at which clocks there show this.

    A time that a change of the clocks leaves out is moved forward by as much. One that comes twice means the
    first, or with `again` the second.
    """
    local = datetime.combine(day, at.replace(fold=0), zone_info(zone))
    first = local.astimezone(UTC)
    # Only where the time is shown twice is the later fold the later instant; in a gap it is the earlier one.
    return max(first, local.replace(fold=1).astimezone(UTC)) if again else first


def instant(day: date, at: time, zone: str) -> datetime:
    """Like wall, and always on that local day where the day exists at all."""
    return instant_on(day, at, zone) or wall(day, at, zone)


def instant_on(day: date, at: time, zone: str) -> datetime | None:
    """Like wall, but on that local day; None for a day that the zone leaves out (Samoa: 30 December 2011).

    Where the clocks jump over the end of a day (East Greenland: from 23:00 to midnight), it is the last minute
    that the day has.
    """
    moment = wall(day, at, zone)
    if local_day(moment, zone) == day:
        return moment
    earlier = datetime.combine(day, at.replace(fold=0, second=0, microsecond=0))
    while (earlier := earlier - _MINUTE).date() == day:
        found = wall(day, earlier.time(), zone)
        if local_day(found, zone) == day:
            return found
    return None
