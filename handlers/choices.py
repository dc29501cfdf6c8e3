"""Ready answers that are looked for while somebody types: countries, time zones, currencies and languages."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache

from core.country import country_code, country_codes, country_name, zone_keys
from core.language import NAMES, SPOKEN
from core.money import CURRENCIES
from handlers.kinds import Option
from handlers.reading.text import bare
from handlers.words import language

MOST = 100
"""Options of one search: what every platform takes (Slack)."""
MOST_TYPED = 80
USUAL_COUNTRIES = ("DE", "AT", "CH", "FR", "ES", "GB", "US")
_USUAL_CURRENCIES = ("EUR", "CHF", "GBP", "USD")

Search = Callable[[str], Awaitable[Sequence[Option]]]


def matching(options: Iterable[Option], text: str) -> tuple[Option, ...]:
    """Those whose label or value holds the text, whatever its case and accents: the ones that begin with it first,
    then those with a word that does. Within each, and for no text at all, the order stays as it is.
    """
    wanted = bare(text.strip()[:MOST_TYPED])
    ranked = [(_rank(option, wanted), option) for option in options]
    found = sorted((pair for pair in ranked if pair[0] is not None), key=lambda pair: pair[0] or 0)
    return tuple(option for _place, option in found[:MOST])


def _rank(option: Option, wanted: str) -> int | None:
    label, value = bare(option.label), bare(option.value)
    if wanted in (label, value):
        return 0
    if label.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in re.findall(r"\w+", label)):
        return 2
    return 3 if wanted in label or wanted in value else None


def search_in(options: Sequence[Option]) -> Search:
    async def search(text: str) -> Sequence[Option]:
        return matching(options, text)

    return search


async def search_countries(text: str) -> Sequence[Option]:
    """By the name in the person's language, and by any whole name that a country is known by."""
    found = matching(_countries(language()), text)
    code = country_code(text)
    if code is None or any(option.value == code for option in found):
        return found
    return (Option(country_name(code, language()), code), *found)[:MOST]


def zone_search(usual: tuple[str, ...]) -> Search:
    """By city or region; those of the country come first."""

    async def search(text: str) -> Sequence[Option]:
        return matching(_zones(usual), text)

    return search


def zone_option(zone: str) -> Option:
    region, _slash, city = zone.replace("_", " ").rpartition("/")
    return Option(f"{city} ({region.replace('/', ', ')})" if region else city, zone)


async def search_currencies(text: str) -> Sequence[Option]:
    """By code or by name in the person's language."""
    return matching(_currencies(language()), text)


async def search_languages(text: str) -> Sequence[Option]:
    """By name in the person's language; the ones that are spoken here by their own names."""
    return matching(_languages(language()), text)


@lru_cache(maxsize=64)
def _zones(usual: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(map(zone_option, dict.fromkeys((*usual, *zone_keys()))))


@lru_cache(maxsize=8)
def _countries(spoken: str) -> tuple[Option, ...]:
    names = {code: country_name(code, spoken) for code in country_codes()}
    others = sorted(names.keys() - set(USUAL_COUNTRIES), key=lambda code: bare(names[code]))
    return tuple(Option(names[code], code) for code in (*USUAL_COUNTRIES, *others))


@lru_cache(maxsize=8)
def _currencies(spoken: str) -> tuple[Option, ...]:
    # Importing Babel takes about 20 ms, which not every command needs to pay.
    from babel.numbers import get_currency_name  # noqa: PLC0415

    others = sorted(CURRENCIES - set(_USUAL_CURRENCIES))
    return tuple(
        Option(f"{code}, {get_currency_name(code, locale=spoken)}", code)
        for code in (*_USUAL_CURRENCIES, *others)
    )


@lru_cache(maxsize=8)
def _languages(spoken: str) -> tuple[Option, ...]:
    from babel import Locale  # noqa: PLC0415  (heavy, as above)
    from babel.localedata import locale_identifiers  # noqa: PLC0415

    known = {code for code in locale_identifiers() if len(code) <= 3} - set(SPOKEN)
    names = {code: name for code, name in Locale.parse(spoken).languages.items() if code in known}
    others = sorted(names, key=lambda code: bare(names[code]))
    return (
        *(Option(NAMES[code], code) for code in SPOKEN),
        *(Option(names[code], code) for code in others),
    )
