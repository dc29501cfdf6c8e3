"""Times of day as typed: `13`, `8:30`, `1pm`, `20-8`, `4h`, and whether something is on or off."""

from __future__ import annotations

import re
from datetime import time

from core.errors import N_, InvalidInput
from handlers.reading.text import bare, required, shown

_LIMIT = 40
_EXAMPLE = "13:00"
_WINDOW = "20-8"
_TIME = re.compile(
    r"([0-9]{1,2})(?:\s?[:.h]\s?([0-9]{2}))?\s?(?:(a|p)\.?\s?m\.?|h|uhr|o'?clock)?", re.IGNORECASE | re.ASCII
)
_BETWEEN = re.compile(r"\s*[-\u2013\u2014]\s*|\s+(?:to|bis|à|a)\s+", re.IGNORECASE)
_HOURS = re.compile(r"([0-9]{1,3})\s?(?:h|hours?|std\.?|stunden?|heures?|horas?)?", re.IGNORECASE | re.ASCII)
_WORDS = {"noon": time(12), "mittag": time(12), "mittags": time(12), "midi": time(12), "mediodia": time(12),
          "midnight": time(0), "mitternacht": time(0), "minuit": time(0), "medianoche": time(0)}  # fmt: skip
_ON = frozenset("on yes y true an ja oui si activado active quiet".split())
_OFF = frozenset("off no n false none aus nein non desactivado inactive send -".split())


def read_time(text: str, field: str, example: str = _EXAMPLE) -> time:
    """To the minute, by the clock of whoever it is for."""
    text = required(text, field, _LIMIT, example)
    found = _time(text)
    if found is None:
        raise InvalidInput(field, N_("“{value}” is not a time of day."), example, value=shown(text))
    return found


def _time(text: str) -> time | None:
    if named := _WORDS.get(bare(text)):
        return named
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
    # People who close the day write 24:00.
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_window(text: str, field: str, example: str = _WINDOW) -> tuple[time, time]:
    """From when until when, which may lie beyond midnight: `20-8`, `21:30 to 7`. Equal times for `off`."""
    text = required(text, field, _LIMIT, example)
    if bare(text) in _OFF:
        return time(0), time(0)
    ends = [_time(part) for part in _BETWEEN.split(text)]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise InvalidInput(
            field, N_("“{value}” does not say from when until when."), example, value=shown(text)
        )
    if ends[0] == ends[1]:
        raise InvalidInput(
            field, N_("“{value}” would be the whole day; write off for no such hours."), example,
            value=shown(text),
        )  # fmt: skip
    return ends[0], ends[1]


def read_hours(text: str, field: str, most: int, example: str = "4h") -> int:
    """A number of whole hours, 0 for `off`."""
    text = required(text, field, _LIMIT, example)
    if bare(text) in _OFF:
        return 0
    match = _HOURS.fullmatch(text)
    if match is None or int(match[1]) > most:
        raise InvalidInput(
            field, N_("“{value}” is not a number of hours from 0 to {most}."), example, value=shown(text),
            most=most,
        )  # fmt: skip
    return int(match[1])


def read_switch(text: str, field: str, example: str = "on") -> bool:
    """`on` or `off`, in any of the languages we speak."""
    text = required(text, field, _LIMIT, example)
    word = bare(text)
    if word not in _ON | _OFF:
        raise InvalidInput(field, N_("“{value}” is neither on nor off."), example, value=shown(text))
    return word in _ON


def show_time(at: time) -> str:
    """As it would be typed."""
    return f"{at:%H:%M}"


def show_window(start: time, end: time) -> str:
    """As it would be typed."""
    return "off" if start == end else f"{start:%H:%M}-{end:%H:%M}"
