"""Names of months and weekdays, and the words for days near today, in the languages people write to us in.

Babel has the names too, but its abbreviations change between releases and what people type should not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from handlers.reading.text import bare

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
}
_MORE_MONTHS = {
    "de": {"jänner": 1, "feber": 2},
    "es": {"setiembre": 9},
    "nl": {"mrt": 3},
    "pl": {
        name: number
        for number, name in enumerate(
            "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień".split(),
            start=1,
        )
    },
}
_WEEKDAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pl": "poniedziałek wtorek środa czwartek piątek sobota niedziela",
}
_MORE_WEEKDAYS = {"de": {"sonnabend": 5}, "pl": {"pt": 4, "środę": 2, "sobotę": 5, "niedzielę": 6}}
_NEAR = {
    "today": 0, "heute": 0, "aujourd'hui": 0, "hoy": 0, "oggi": 0, "vandaag": 0, "dziś": 0, "dzisiaj": 0,
    "tomorrow": 1, "morgen": 1, "demain": 1, "mañana": 1, "domani": 1, "jutro": 1,
    "yesterday": -1, "gestern": -1, "hier": -1, "ayer": -1, "ieri": -1, "gisteren": -1, "wczoraj": -1,
    "übermorgen": 2, "vorgestern": -2, "overmorgen": 2, "eergisteren": -2,
}  # fmt: skip
_NEAR_DAYS = {bare(word): days for word, days in _NEAR.items()}
MAX_WORD = 20
LANGUAGES = tuple(_MONTHS)


def near_day(word: str) -> int | None:
    """How many days from today a word such as `tomorrow` is."""
    return _NEAR_DAYS.get(bare(word))


def month_number(word: str, language: str) -> int | None:
    """1 to 12 for a name or an abbreviation of at least three letters that only one month begins with."""
    return _find(word, language, _month_names, short=3)


def weekday_number(word: str, language: str) -> int | None:
    """0 (Monday) to 6; two letters are enough in the reader's own language (`fr`, `mo`)."""
    return _find(word, language, _weekday_names, short=2)


def _find(word: str, language: str, names: Callable[[str], dict[str, int]], short: int) -> int | None:
    """The reader's language first, then English, then the others."""
    plain = bare(word).rstrip(".")
    own = language[:2].lower()
    if not word or len(word) > MAX_WORD:
        return None
    for candidate in dict.fromkeys((own, "en", *LANGUAGES)):
        least = short if candidate == own else 3
        found = _starting_with(plain, names(candidate), least)
        if found is not None:
            return found
    return None


def _starting_with(word: str, names: dict[str, int], least: int) -> int | None:
    if word in names:
        return names[word]
    if len(word) < least:
        return None
    found = {number for name, number in names.items() if name.startswith(word)}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=32)
def _month_names(language: str) -> dict[str, int]:
    return _numbered(_MONTHS.get(language, ""), 1) | _plain(_MORE_MONTHS.get(language, {}))


@lru_cache(maxsize=32)
def _weekday_names(language: str) -> dict[str, int]:
    return _numbered(_WEEKDAYS.get(language, ""), 0) | _plain(_MORE_WEEKDAYS.get(language, {}))


def _numbered(names: str, first: int) -> dict[str, int]:
    return {bare(name): number for number, name in enumerate(names.split(), start=first)}


def _plain(names: dict[str, int]) -> dict[str, int]:
    return {bare(name): number for name, number in names.items()}
