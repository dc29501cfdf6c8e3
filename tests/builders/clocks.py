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
    """The first instants by new time in 2026 and 2027; no change lies between two quarters of an hour."""
    start, info = datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    quarters = [start + timedelta(minutes=15 * number) for number in range(2 * 365 * 96)]
    offsets = [quarter.astimezone(info).utcoffset() for quarter in quarters]
    return tuple(
        quarter
        for quarter, before, after in zip(quarters[1:], offsets, offsets[1:], strict=False)
        if before != after
    )
