"""Zones whose clocks are changed in odd ways, and when they are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONES = (
    "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
    "Africa/Cairo", "America/Santiago", "Pacific/Chatham", "Pacific/Kiritimati", "Asia/Tehran", "Africa/Casablanca",
)  # fmt: skip
"""Half hours and quarters, changes at midnight and before it, both ends of the date line, none at all."""


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The first instants by new time in 2026 and 2027: at a quarter of an hour, and at most one in a day."""
    info, step = ZoneInfo(zone), timedelta(minutes=15)
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(2 * 365)]
    offsets = [day.astimezone(info).utcoffset() for day in days]
    found = []
    for day, before, after in zip(days, offsets, offsets[1:], strict=False):
        if before != after:
            quarters = (day + step * number for number in range(1, 97))
            found.append(next(one for one in quarters if one.astimezone(info).utcoffset() != before))
    return tuple(found)
