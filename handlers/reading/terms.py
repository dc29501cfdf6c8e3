"""When an invoice is due and which days it covers: `14d`, `30d eom`, `friday`; `2026-11`, `1.11...30.11.`."""

from __future__ import annotations

import re
from datetime import date

from core.early import EarlyTerms
from core.errors import N_, InvalidInput
from core.invoice import Period
from core.terms import Terms, last_day
from core.units import UNITS
from handlers.reading.amounts import read_percent
from handlers.reading.calendar_words import month_number
from handlers.reading.dates import FIRST_YEAR, LAST_YEAR, Lean, find_date, read_date
from handlers.reading.text import bare, required, shown

MAX_DAYS = 1000
_MOST_EARLY = 365
_EARLY_EXAMPLE = "2% 10d"
_EARLY = re.compile(
    r"([0-9.,]{1,8}\s*%)\s*(?:in|within|binnen|innerhalb von|sous|en)?\s*(\S.{0,30})", re.IGNORECASE
)
MAX_MONTHS = 36
_LIMIT = 80
_PIECE = re.compile(r"([0-9]{1,6})\s*([^\W\d_]+)\.?")
_END = re.compile(
    r"\b(?:eom|end of (?:the )?month|monatsende|fin de mois|fin de mes|fine mese|einde maand)\b"
)
_AT_ONCE = frozenset(
    bare(word)
    for word in ("now", "at once", "immediately", "on receipt", "due on receipt", "sofort", "à réception")
)
_NET = re.compile(r"^(?:net(?:to)?\s*(?=[0-9])|(?:with)?in\s)|\snet(?:to)?$")
_SHORT = {"d": "DAY", "w": "WEE", "m": "MON", "y": "ANN"}
_DAYS = {"DAY": 1, "WEE": 7}
_MONTHS = {"MON": 1, "ANN": 12}
_UNITS = {bare(word): code for word, code in UNITS.items() if code in _DAYS or code in _MONTHS}
_ISO_MONTH = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})")
_NAMED_MONTH = re.compile(r"([^\W\d_]{3,20})\.?(?:\s+(?:de\s+)?([0-9]{4}))?")
_BETWEEN = (
    re.compile(r"\s*\.\.+\s*|\s*\u2026\s*"),
    re.compile(r"\s+(?:-|\u2013|\u2014|to|until|bis|au|al|a|tot|do)\s+", re.IGNORECASE),
    re.compile(r"\u2013|\u2014"),
    re.compile(r"(?<=\.)-"),
)


def read_terms(text: str, field: str = "terms") -> Terms:
    """`14d`, `14 days`, `2w`, `1m`, `eom`, `30d eom`, `net 30`, `14`; refuses over 1000 days or 36 months."""
    text = required(text, field, _LIMIT, "14d")
    terms = _terms(text)
    if terms is None:
        raise InvalidInput(field, N_("“{value}” is not a time to pay."), "14d", value=shown(text))
    if terms.days > MAX_DAYS or terms.months > MAX_MONTHS:
        raise InvalidInput(
            field, N_("“{value}” is too long: {days} days or {months} months is the most."), "14d",
            value=shown(text), days=MAX_DAYS, months=MAX_MONTHS,
        )  # fmt: skip
    return terms


def read_early(text: str, field: str = "early") -> EarlyTerms:
    """`2% 10d`: how much is off, and within how many days."""
    text = required(text, field, _LIMIT, _EARLY_EXAMPLE)
    match = _EARLY.fullmatch(text)
    if match is None:
        raise InvalidInput(
            field, N_("“{value}” does not say how much is off within how many days."), _EARLY_EXAMPLE,
            value=shown(text),
        )  # fmt: skip
    percent, terms = read_percent(match[1], field, places=2), read_terms(match[2], field)
    if not 0 < percent < 100 or terms.months or terms.end_of_month or not 0 < terms.days <= _MOST_EARLY:
        raise InvalidInput(
            field, N_("An early-payment discount is below 100%, and counts for 1 to {most} days."), _EARLY_EXAMPLE,
            most=_MOST_EARLY,
        )  # fmt: skip
    return EarlyTerms(percent, terms.days)


def read_due(
    text: str, today: date, language: str = "en", field: str = "due", *, month_first: bool = False
) -> Terms | date:
    """A rule such as `30d eom`, or a day such as `31.12.`."""
    found = _terms_or_day(text, today, language, field, month_first, "14d")
    if found is None:
        raise InvalidInput(
            field, N_("“{value}” is neither a time to pay nor a date."), "14d", value=shown(text)
        )
    return found


def read_valid(
    text: str, today: date, language: str = "en", field: str = "valid", *, month_first: bool = False
) -> Terms | date:
    """How long a quote holds: `30d`, `2m eom`, or its last day."""
    found = _terms_or_day(text, today, language, field, month_first, "30d")
    if found is None:
        raise InvalidInput(
            field, N_("“{value}” is neither a number of days nor a date."), "30d", value=shown(text)
        )
    return found


def _terms_or_day(
    text: str, today: date, language: str, field: str, month_first: bool, example: str
) -> Terms | date | None:
    text = required(text, field, _LIMIT, example)
    if _terms(text) is not None:
        return read_terms(text, field)
    return find_date(text, field, today, language, Lean.FUTURE, month_first)


def read_period(
    text: str, today: date, language: str = "en", field: str = "period", *, month_first: bool = False
) -> Period:
    """`DATE..DATE`, a month (`2026-11`, `november`) or one day; a day without a year is the closest one."""
    text = required(text, field, _LIMIT, "2026-11")
    month = _month(text, today, language, field)
    if month is not None:
        return month
    first, last = _ends(text)
    try:
        end = read_date(last, field, today, language, nearest=True, month_first=month_first)
        start = read_date(first, field, today, language, nearest=True, month_first=month_first)
        if start > end:
            # `1.6...31.5.` began the year before it ended.
            start = read_date(first, field, end, language, past=True, month_first=month_first)
    except InvalidInput as error:
        raise InvalidInput(
            field, N_("“{value}” is not a period: write two dates with .. between them, or a month."),
            "2026-11-01..2026-11-30", value=shown(text),
        ) from error  # fmt: skip
    if end < start:
        raise InvalidInput(
            field, N_("“{value}” ends before it starts."), "2026-11-01..2026-11-30", value=shown(text)
        )
    return Period(start, end)


def _terms(text: str) -> Terms | None:
    plain = _NET.sub("", bare(text))
    if plain in _AT_ONCE:
        return Terms()
    rest, ends = _END.subn(" ", plain)
    pieces = _pieces(rest.replace("+", " ").strip())
    if pieces is None or ends > 1 or not (pieces or ends):
        return None
    days = sum(count * _DAYS[unit] for count, unit in pieces if unit in _DAYS)
    months = sum(count * _MONTHS[unit] for count, unit in pieces if unit in _MONTHS)
    return Terms(days, months, bool(ends))


def _pieces(text: str) -> list[tuple[int, str]] | None:
    """`1m 15d` as counts and units; a number without a unit counts days and stands alone."""
    if text.isascii() and text.isdigit():
        return [(int(text[:7]), "DAY")]
    pieces: list[tuple[int, str]] = []
    while text:
        match = _PIECE.match(text)
        unit = _unit(match[2]) if match else None
        if match is None or unit is None or len(pieces) == 2:
            return None
        pieces.append((int(match[1]), unit))
        text = text[match.end() :].lstrip()
    return pieces


def _unit(word: str) -> str | None:
    """Here `m` is a month, which on a line is a metre."""
    return _SHORT.get(word) or _UNITS.get(word)


def _month(text: str, today: date, language: str, field: str) -> Period | None:
    if match := _ISO_MONTH.fullmatch(text):
        return _whole_month(int(match[1]), int(match[2]), text, field)
    if match := _MONTH_YEAR.fullmatch(text):
        return _whole_month(int(match[2]), int(match[1]), text, field)
    named = _NAMED_MONTH.fullmatch(text)
    number = month_number(named[1], language) if named else None
    if named is None or number is None:
        return None
    if named[2]:
        return _whole_month(int(named[2]), number, text, field)
    # The closest month; of two equally far the past one, for work is mostly billed after it is done.
    months = today.year * 12 + today.month - 1
    ahead = (number - 1 - months) % 12
    year, index = divmod(months + (ahead if ahead < 6 else ahead - 12), 12)
    return _whole_month(year, index + 1, text, field)


def _whole_month(year: int, month: int, text: str, field: str) -> Period:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise InvalidInput(field, N_("“{value}” is not a month."), "2026-11", value=shown(text))
    start = date(year, month, 1)
    return Period(start, last_day(start))


def _ends(text: str) -> tuple[str, str]:
    """Both dates of the period; one date alone is both."""
    for between in _BETWEEN:
        parts = between.split(text)
        if len(parts) == 2:
            return parts[0], parts[1]
    return text, text
