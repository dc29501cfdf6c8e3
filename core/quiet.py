"""Quiet hours: when somebody is left alone, why, and the next moment at which they are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from core.moments import wall, zone_info

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=30)


class Lull(StrEnum):
    """What somebody is left alone for."""

    NIGHT = "night"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody is written to between `start` and `end`, which may lie beyond midnight; equal times: no such hours."""

    start: time = time(20)
    end: time = time(8)
    weekends: bool = False
    holidays: bool = False
    """Public holidays of the country."""

    def is_quiet(self, instant: datetime, zone: str, country: str) -> bool:
        return self.lull(instant, zone, country) is not None

    def lull(self, instant: datetime, zone: str, country: str) -> Lull | None:
        """Why it is quiet then by the clock of the zone; what lasts longer comes first."""
        local = instant.astimezone(zone_info(zone))
        if self.holidays and holiday(country, local.date()):
            return Lull.HOLIDAY
        if self.weekends and local.weekday() in weekend(country):
            return Lull.WEEKEND
        return Lull.NIGHT if self._covers(local.time()) else None

    def _covers(self, at: time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


AT_NIGHT = Quiet()
OFFICE_DAYS = Quiet(weekends=True, holidays=True)
"""For clients: at night, at weekends and on public holidays nothing is sent to them by itself."""


def next_allowed(quiet: Quiet, instant: datetime, zone: str, country: str) -> datetime:
    """That instant itself, or the end of the quiet hours it falls into.

    Nothing is put off by more than 30 days or so, whatever a calendar says.
    """
    moment = instant
    while moment - instant < _LONGEST:
        lull = quiet.lull(moment, zone, country)
        if lull is None:
            break
        moment = _end_of(quiet, lull, moment, zone)
    return moment


def _end_of(quiet: Quiet, lull: Lull, moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(zone_info(zone))
    day, at = local.date(), time(0)
    if lull is Lull.NIGHT:
        at = quiet.end
        day += timedelta() if local.time() < at else _DAY
    else:
        day += _DAY
    # In the hour that comes twice, its first run may be over; then its second one is meant.
    end = wall(day, at, zone)
    return end if end > moment else wall(day, at, zone, again=True)


def holiday(country: str, day: date, language: str = "") -> str:
    """The name of the country's public holiday, in the language where it is known; empty when it is none."""
    return _holidays(country, day.year, language).get(day, "")


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int, language: str) -> Mapping[date, str]:
    # Importing the library takes 0.1 s, which a process that sends nothing need not pay.
    from holidays import country_holidays, list_localized_countries  # noqa: PLC0415

    try:
        own = country_holidays(country).default_language
    except NotImplementedError:
        # So the library says that it has no such country; nobody is kept waiting by holidays that are not known.
        return {}
    known = [
        name for name in list_localized_countries().get(country, []) if language and name[:2] == language[:2]
    ]
    # Without a name the library would speak the language of this process's environment.
    # Observed days count: where a holiday on a Sunday makes Monday free, nobody works on Monday.
    return dict(country_holidays(country, years=year, language=known[0] if known else own))


@lru_cache(maxsize=512)
def weekend(country: str) -> frozenset[int]:
    """Its free weekdays, Monday being 0; Saturday and Sunday where nothing else is known."""
    # Importing Babel and loading one locale takes about 25 ms, as above.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        locale = Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError, TypeError):
        return frozenset({5, 6})
    length = (locale.weekend_end - locale.weekend_start) % 7 + 1
    return frozenset((locale.weekend_start + after) % 7 for after in range(length))
