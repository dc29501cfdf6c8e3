"""How often something comes, as typed: `monthly on 31`, `every 2 weeks on friday`, `quartalsweise am letzten Tag`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from core.errors import N_, InvalidInput
from core.recurrence import LAST, LAST_DAY, MOST_EVERY, Rule, Unit, first_on, next_on
from core.series import MOST_TIMES, Covers
from handlers.reading.calendar_words import month_number, weekday_number
from handlers.reading.text import bare, required, shown

EXAMPLE = "monthly on 31"
_LIMIT = 80
_DAY = timedelta(days=1)


def _words(**groups: str) -> dict[str, str]:
    return {bare(word): meaning for meaning, words in groups.items() for word in words.split()}


_OFTEN = _words(
    week="weekly wöchentlich hebdomadaire semanal semanalmente",
    month="monthly monatlich mensuel mensuelle mensuellement mensual mensualmente",
    quarter="quarterly vierteljährlich quartalsweise trimestriel trimestrielle trimestral trimestralmente",
    year="yearly annually annual jährlich annuel annuelle annuellement anual anualmente",
)
_UNITS = _words(
    week="week weeks woche wochen semaine semaines semana semanas",
    month="month months monat monate monaten mois mes meses",
    quarter="quarter quarters quartal quartale trimestre trimestres",
    year="year years jahr jahre jahren an ans année années año años",
)
_EVERY = frozenset("every each alle jede jeden jeder jedes chaque tous toutes cada todos todas".split())
_ARTICLES = frozenset("the les los las".split())
_FILLERS = frozenset(
    "on the of at am an im dem den der des die das le la les el los las du de del in au a month monats mois mes".split()
)
_NTH = {
    bare(word): number
    for number, words in {
        1: "first 1st ersten erster erste premier première primer primero primera",
        2: "second 2nd zweiten zweiter zweite deuxième second segundo segunda",
        3: "third 3rd dritten dritter dritte troisième tercer tercero tercera",
        4: "fourth 4th vierten vierter vierte quatrième cuarto cuarta",
        LAST: "last letzten letzter letzte dernier dernière último última",
    }.items()
    for word in words.split()
}
_DAYS = frozenset(bare(word) for word in "day tag tages jour día".split())
_ENDS = frozenset("eom monatsende ultimo".split())
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_NUMBER = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|e|º)?")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})\.?")
_TIMES = re.compile(r"([0-9]{1,5})(?:\s*(?:x|times|mal|fois|veces))?")


_COVERS = {
    bare(word): covers
    for covers, words in {
        Covers.AHEAD: "ahead after advance voraus nachher avance après adelante después",
        Covers.BEHIND: "behind before arrears zurück vorher arriéré avant atrás antes",
        Covers.NOTHING: "none no - ohne keine keiner aucun aucune ninguno ninguna",
    }.items()
    for word in words.split()
}


def read_covers(text: str, field: str = "period") -> Covers:
    """`ahead`: from its day up to the next one; `behind`: from the one before up to its day; or `none`."""
    found = _COVERS.get(bare(required(text, field, _LIMIT, "ahead")))
    if found is None:
        raise InvalidInput(
            field, N_("“{value}” is none of ahead, behind and none."), "ahead", value=shown(text)
        )
    return found


def read_rule(text: str, begins: date, language: str = "en", field: str = "every") -> Rule:
    """Counted from the first day on which it can fall, from that day on."""
    text = required(text, field, _LIMIT, EXAMPLE)
    rule = find_rule(text, begins, language, loose=True)
    if rule is None:
        raise InvalidInput(
            field, N_("“{value}” does not say how often, and on which day."), EXAMPLE, value=shown(text)
        )
    return rule


def find_rule(text: str, begins: date, language: str = "en", *, loose: bool = False) -> Rule | None:
    """None for what does not read as a whole. `loose`: it stands where only a rule can stand, so that `month on 5` is
    one, which behind a name would be part of the name.
    """
    words = bare(text).replace(",", " ").split()
    every = bool(words) and words[0] in _EVERY
    while words and (words[0] in _EVERY or (every and words[0] in _ARTICLES)):
        words.pop(0)
    if not words:
        return None
    found = _often(words, every or loose)
    if found is not None:
        unit, count, words = found
        return _falling(unit, count, words, begins, language)
    if every or loose:
        weekday = weekday_number(words[0], language) if len(words) == 1 else None
        return None if weekday is None else first_on(Rule(Unit.WEEK, 1, begins, weekday=weekday), begins)
    return None


def read_times(text: str, field: str = "times") -> int:
    """`12`, `12x` or `12 times`."""
    text = required(text, field, _LIMIT, "12")
    match = _TIMES.fullmatch(bare(text))
    if match is None or not 1 <= int(match[1]) <= MOST_TIMES:
        raise InvalidInput(
            field,
            N_("“{value}” is not a number of invoices from 1 to {most}."),
            "12",
            value=shown(text),
            most=MOST_TIMES,
        )
    return int(match[1])


def _often(words: list[str], spelled: bool) -> tuple[str, int, list[str]] | None:
    """Weeks or months, how many of them, and what is left. `spelled`: a unit alone is enough."""
    if words[0] in _OFTEN:
        return _OFTEN[words[0]], 1, words[1:]
    if spelled and words[0] in _UNITS:
        return _UNITS[words[0]], 1, words[1:]
    if spelled and len(words) > 1 and words[0].isascii() and words[0].isdigit() and words[1] in _UNITS:
        return _UNITS[words[1]], int(words[0][:4]), words[2:]
    return None


def _falling(unit: str, count: int, words: list[str], begins: date, language: str) -> Rule | None:
    words = [word for word in words if word not in _FILLERS]
    every = count * _MONTHS.get(unit, 1)
    if not 1 <= every <= MOST_EVERY:
        return None
    if unit == "week":
        weekday = (
            begins.weekday() if not words else weekday_number(words[0], language) if len(words) == 1 else None
        )
        return None if weekday is None else first_on(Rule(Unit.WEEK, every, begins, weekday=weekday), begins)
    month = None
    if every % 12 == 0:
        words, month = _in_month(words, language)
    when = _when(words, begins, language)
    if when is None:
        return None
    day, nth, weekday = when
    rule = Rule(Unit.MONTH, every, begins, day=day, nth=nth, weekday=weekday)
    if month is None:
        return first_on(rule, begins)
    return replace(
        rule, anchor=next_on(replace(rule, every=12, anchor=date(begins.year, month, 1)), begins - _DAY)
    )


def _in_month(words: list[str], language: str) -> tuple[list[str], int | None]:
    """`31 march` and `31.3.` name a month, too."""
    if len(words) == 1 and (match := _DAY_MONTH.fullmatch(words[0])) and 1 <= int(match[2]) <= 12:
        return [match[1]], int(match[2])
    for place, word in enumerate(words):
        number = month_number(word, language) if word.rstrip(".").isalpha() and word not in _NTH else None
        if number is not None and len(words) > 1:
            return [*words[:place], *words[place + 1 :]], number
    return words, None


def _when(words: list[str], begins: date, language: str) -> tuple[int, int, int] | None:
    """Day, nth and weekday of a rule by the month."""
    if not words:
        return begins.day, 0, 0
    if len(words) == 1:
        if words[0] in _ENDS or _NTH.get(words[0]) == LAST:
            return LAST_DAY, 0, 0
        match = _NUMBER.fullmatch(words[0])
        return (int(match[1]), 0, 0) if match and 1 <= int(match[1]) <= LAST_DAY else None
    nth = _NTH.get(words[0])
    if len(words) != 2 or nth is None:
        return None
    if words[1] in _DAYS:
        return (LAST_DAY if nth == LAST else nth), 0, 0
    weekday = weekday_number(words[1], language)
    return None if weekday is None else (0, nth, weekday)
