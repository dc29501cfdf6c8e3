"""Calendar days as typed: ISO, `31.12.`, `dec 31`, `friday`, `tomorrow`, in seven languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import Enum

from core.errors import N_, InvalidInput
from handlers.reading.calendar_words import month_number, near_day, weekday_number
from handlers.reading.text import bare, required, shown

FIRST_YEAR = 1990
LAST_YEAR = 2100
_LIMIT = 60
_EXAMPLE = "2026-12-31"
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NUMERIC = re.compile(r"([0-9]{1,2})([./-]) ?([0-9]{1,2})(?:\2 ?([0-9]{4}|[0-9]{2})?)?")
_WORD_OR_NUMBER = re.compile(r"[0-9]+|[^\W\d_]+(?:'[^\W\d_]+)?")
_NAMED_DAY = re.compile(r"([^\W\d_]{2,20})[.,]? +(.*[0-9].*)")
_ORDINALS = frozenset("st nd rd th er ere e eme º ª o a de ter ste".split())
_FILLERS = frozenset("the of on de del of le la el il am dem den der op of d'".split())
_NEXT = frozenset(
    "next this coming nachster nachsten kommenden prochain proximo proximo prossimo volgende".split()
)
_LAST = frozenset("last past letzten vorigen dernier pasado scorso vorige".split())


class Lean(Enum):
    """Which year or week is meant when none is typed."""

    FUTURE = "future"
    PAST = "past"
    NEAREST = "nearest"


def read_date(
    text: str,
    field: str,
    today: date,
    language: str = "en",
    *,
    past: bool = False,
    nearest: bool = False,
    month_first: bool = False,
) -> date:
    """The day that is meant, from 1990 to 2100.

    Without a year: the next such day, today included; with `past` the last one, with `nearest` the closest.
    A weekday is never today: `friday` said on a Friday is in seven days, with `past` seven days ago.
    `month_first` reads 12/31/2026 as in the United States; only `/` is read so.
    """
    lean = Lean.PAST if past else Lean.NEAREST if nearest else Lean.FUTURE
    text = required(text, field, _LIMIT, _EXAMPLE)
    day = find_date(text, field, today, language, lean, month_first)
    if day is None:
        raise InvalidInput(field, N_("“{value}” is not a date."), _EXAMPLE, value=shown(text))
    return day


def find_date(
    text: str, field: str, today: date, language: str, lean: Lean, month_first: bool
) -> date | None:
    """As `read_date` for clean text; None for what has not the shape of a date."""
    named = _NAMED_DAY.fullmatch(text)
    if named and _only_weekday(named[1], language):
        # `Fri, 31.12.` or `Fri Dec 31`: the date says it all.
        text = named[2]
    day = _numeric(text, field, today, lean, month_first) or _in_words(text, field, today, language, lean)
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _outside(text, field)
    return day


def _numeric(text: str, field: str, today: date, lean: Lean, month_first: bool) -> date | None:
    if iso := _ISO.fullmatch(text):
        return _day(int(iso[1]), int(iso[3]), int(iso[4]), text, field)
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return None
    day, month = int(match[1]), int(match[3])
    if match[2] == "/" and day <= 12 and (month_first or month > 12):
        # A number over twelve can only be the day, whoever wrote it.
        day, month = month, day
    if match[4]:
        return _day(_full_year(match[4]), month, day, text, field)
    return _without_year(month, day, text, field, today, lean)


def _in_words(text: str, field: str, today: date, language: str, lean: Lean) -> date | None:
    words = [bare(word) for word in _WORD_OR_NUMBER.findall(text.replace("\u2019", "'").lower())]
    if not words or len(words) > 8:
        return None
    if len(words) == 1 and (near := near_day(words[0])) is not None:
        return today + timedelta(days=near)
    if words[0] in _NEXT | _LAST and len(words) == 2:
        lean = Lean.PAST if words[0] in _LAST else Lean.FUTURE
        words = words[1:]
    words = [word for word in words if word not in _FILLERS and word not in _ORDINALS]
    weekday = weekday_number(words[0], language) if words and words[0].isalpha() else None
    if weekday is not None and len(words) == 1:
        return _weekday(weekday, today, lean)
    return _with_month_name(words, text, field, today, language, lean)


def _only_weekday(word: str, language: str) -> bool:
    """`mar` is a Tuesday in French, but before a number it is March."""
    return weekday_number(word, language) is not None and month_number(word, language) is None


def _weekday(weekday: int, today: date, lean: Lean) -> date:
    if lean is Lean.PAST:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _with_month_name(
    words: list[str], text: str, field: str, today: date, language: str, lean: Lean
) -> date | None:
    names = [word for word in words if not word.isdigit()]
    numbers = [word for word in words if word.isdigit() and word.isascii()]
    month = month_number(names[0], language) if len(names) == 1 else None
    if month is None or not 1 <= len(numbers) <= 2 or len(names) + len(numbers) != len(words):
        return None
    if len(numbers[0]) == 4:
        numbers.reverse()
    if len(numbers[0]) > 2 or any(len(number) not in {2, 4} for number in numbers[1:]):
        return None
    if len(numbers) == 2:
        return _day(_full_year(numbers[1]), month, int(numbers[0]), text, field)
    return _without_year(month, int(numbers[0]), text, field, today, lean)


def _full_year(typed: str) -> int:
    """Two digits mean 1990 to 2089, the years this product can see."""
    year = int(typed)
    if len(typed) == 4:
        return year
    return 1900 + year if year >= FIRST_YEAR % 100 else 2000 + year


def _without_year(month: int, day: int, text: str, field: str, today: date, lean: Lean) -> date:
    # Eight years each way always hold a 29 February, also around 2100, which is no leap year.
    found = [made for step in range(-8, 9) if (made := _make(today.year + step, month, day))]
    if lean is Lean.FUTURE:
        found = [made for made in found if made >= today][:1]
    elif lean is Lean.PAST:
        found = [made for made in found if made <= today][-1:]
    if not found:
        raise _no_such_day(text, field)
    return min(found, key=lambda made: abs((made - today).days))


def _day(year: int, month: int, day: int, text: str, field: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _outside(text, field)
    made = _make(year, month, day)
    if made is None:
        raise _no_such_day(text, field)
    return made


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _no_such_day(text: str, field: str) -> InvalidInput:
    return InvalidInput(field, N_("“{value}” is not a day of the calendar."), _EXAMPLE, value=shown(text))


def _outside(text: str, field: str) -> InvalidInput:
    return InvalidInput(
        field, N_("“{value}” is not between {first} and {last}."), _EXAMPLE,
        value=shown(text), first=FIRST_YEAR, last=LAST_YEAR,
    )  # fmt: skip
