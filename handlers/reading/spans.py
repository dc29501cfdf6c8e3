"""Stretches of time that a report is about: `2026`, `2026-Q1`, `last quarter`, `november`, `DATE..DATE`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from core.errors import N_, InvalidInput
from core.invoice import Period
from handlers.reading.calendar_words import month_number
from handlers.reading.dates import FIRST_YEAR, LAST_YEAR
from handlers.reading.terms import read_period
from handlers.reading.text import bare, required, shown

_LIMIT = 60
_HALF_A_YEAR = timedelta(days=183)
_EXAMPLE = "2026-Q1"
_YEAR = re.compile(r"([0-9]{4})")
_QUARTER = re.compile(r"(?:([0-9]{4})[-/ ]?)?[qt]([1-4])(?:[-/ ]?([0-9]{4}))?")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{1,2}")
_UNITS = {
    "year": "year", "jahr": "year", "annee": "year", "an": "year", "ano": "year", "anno": "year", "jaar": "year",
    "rok": "year", "quarter": "quarter", "quartal": "quarter", "trimestre": "quarter", "kwartaal": "quarter",
    "kwartal": "quarter", "month": "month", "monat": "month", "mois": "month", "mes": "month", "mese": "month",
    "maand": "month", "miesiac": "month",
}  # fmt: skip
_LAST = frozenset("last past previous letztes letzter letzten voriges dernier derniere pasado ultimo".split())
_THIS = frozenset("this dieses dieser cette ce este questo".split())
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def read_span(text: str, today: date, language: str = "en", field: str = "period") -> Period:
    """Whole years, quarters and months, or what `read_period` reads; from 1990 to 2100.

    A report looks back: without a year, a quarter, a month or a date is the one that began last.
    """
    text = required(text, field, _LIMIT, _EXAMPLE)
    span = _named(text, today)
    if span is not None:
        return span
    nearest = read_period(text, today, language, field)
    if nearest.start <= today or _YEAR.search(text) or not _is_dated(text, language):
        return nearest
    # What is nearest to half a year ago began within the last year.
    return read_period(text, today - _HALF_A_YEAR, language, field)


def _is_dated(text: str, language: str) -> bool:
    """It has a day or a month of the calendar in it, unlike `tomorrow` and `friday`."""
    return any(map(str.isdigit, text)) or month_number(text, language) is not None


def is_span(text: str) -> bool:
    """Whether a word at the end of a line looks like such a stretch, and not like a part of a name."""
    plain = bare(text)
    return bool(".." in plain or plain in _UNITS or any(
        pattern.fullmatch(plain) for pattern in (_YEAR, _QUARTER, _MONTH)
    ))  # fmt: skip


def is_turned(word: str, unit: str) -> bool:
    """Whether both words together are one: `last quarter`, `trimestre pasado`."""
    return bool({bare(word), bare(unit)} & (_LAST | _THIS)) and bool({bare(word), bare(unit)} & _UNITS.keys())


def _named(text: str, today: date) -> Period | None:
    words = bare(text).split()
    units = [_UNITS[word] for word in words if word in _UNITS]
    if len(units) == 1 and len(words) <= 2 and all(word in _LAST | _THIS | _UNITS.keys() for word in words):
        first = _begin(today, units[0])
        if any(word in _LAST for word in words):
            first = _begin(first - timedelta(days=1), units[0])
        return _from(first, _MONTHS[units[0]])
    plain = " ".join(words)
    if year := _YEAR.fullmatch(plain):
        return _from(date(_checked(int(year[1]), text), 1, 1), 12)
    quarter = _QUARTER.fullmatch(plain)
    if quarter and not (quarter[1] and quarter[3]):
        typed = quarter[1] or quarter[3]
        of, month = _checked(int(typed), text) if typed else today.year, 3 * int(quarter[2]) - 2
        return _from(date(of - (not typed and month > today.month), month, 1), 3)
    return None


def _begin(day: date, unit: str) -> date:
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _from(first: date, months: int) -> Period:
    after = first
    for _month in range(months):
        after = (after + timedelta(days=31)).replace(day=1)
    return Period(first, after - timedelta(days=1))


def _checked(year: int, text: str) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(
            "period", N_("“{value}” is not between {first} and {last}."), _EXAMPLE,
            value=shown(text), first=FIRST_YEAR, last=LAST_YEAR,
        )  # fmt: skip
    return year
