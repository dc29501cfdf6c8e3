"""Countries: finding one by what people call it, its name, and the defaults a new business there gets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from core.money import CURRENCIES

# What CLDR lists otherwise or not at all. BG: the euro since 1 January 2026 (Council Regulation (EU) 2025/1408).
_CURRENCY = {
    "AQ": "USD",
    "BG": "EUR",
    "BT": "BTN",
    "LS": "LSL",
    "NA": "NAD",
    "PA": "USD",
    "XK": "EUR",
    "ZW": "USD",
}
# The language of business where CLDR's most spoken language is another one, or is not known.
_LANGUAGE = {
    "AQ": "en", "BQ": "nl", "BV": "nb", "CW": "nl", "GH": "en", "HM": "en", "IN": "en", "KE": "en", "KZ": "ru",
    "LS": "en", "MG": "fr", "ML": "fr", "MT": "en", "NA": "en", "NE": "fr", "PG": "en", "PH": "en", "PK": "en",
    "PY": "es", "RW": "en", "SN": "fr", "TF": "fr", "TZ": "en", "UG": "en", "XK": "sq", "ZW": "en",
}  # fmt: skip
# zone.tab orders a country's zones from east to west, or as they were found; these hold the main city instead.
_ZONE = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "BV": "Europe/Oslo", "CA": "America/Toronto",
    "FM": "Pacific/Pohnpei", "HM": "Indian/Kerguelen", "RU": "Europe/Moscow", "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent", "XK": "Europe/Belgrade",
}  # fmt: skip
# Names in a country's own language. Babel has them too, but loading a hundred locales for them takes 0.4 s.
_OWN_NAMES = (
    "AL Shqipëri|AM Հայաստան|AZ Azərbaycan|BA Bosna i Hercegovina|BE België|BG България|BR Brasil|BY Беларусь|"
    "CH Svizzera|CH Svizra|CN 中国|CV Cabo Verde|CY Κύπρος|CZ Česko|CZ Česká republika|DK Danmark|EE Eesti|EG مصر|"
    "FI Suomi|FO Føroyar|GE საქართველო|GL Kalaallit Nunaat|GR Ελλάδα|GR Hellas|HR Hrvatska|HU Magyarország|"
    "IE Éire|IL ישראל|IN भारत|IN Bharat|IR ایران|IS Ísland|IT Italia|JP 日本|KR 대한민국|KR 한국|KZ Казахстан|"
    "LT Lietuva|LU Lëtzebuerg|LV Latvija|MA المغرب|MD Republica Moldova|ME Crna Gora|MK Северна Македонија|"
    "MZ Moçambique|NL Nederland|NO Norge|NO Noreg|PH Pilipinas|PL Polska|RO România|RS Србија|RS Srbija|RU Россия|"
    "SA المملكة العربية السعودية|SE Sverige|SI Slovenija|SK Slovensko|TH ไทย|TN تونس|TR Türkiye|TW 台灣|TW 臺灣|"
    "UA Україна|UA Ukraina|UZ Oʻzbekiston|VN Việt Nam|XK Kosova|AE الإمارات العربية المتحدة"
)  # fmt: skip
_ALIASES = (
    "GB UK|GB Great Britain|GB Britain|GB England|GB Scotland|GB Wales|GB Northern Ireland|US USA|US U.S.A.|US U.S.|"
    "US United States of America|US America|NL Holland|CZ Czech Republic|KR Korea|KR South Korea|CI Ivory Coast|"
    "GR EL|MK Macedonia|TR Turkey|AE UAE|CD DR Congo|RU Russian Federation|VA Vatican|CV Cape Verde|SZ Swaziland|"
    "MM Burma|TL East Timor|BO Bolivien|MD Moldova|TZ Tanzania|VE Venezuela|SY Syria|LA Laos|XK Kosovo|"
    "HK Hong Kong|MO Macau|MO Macao|BA Bosnia|GB Großbritannien|GB Gran Bretaña|GB Grande-Bretagne|GB Angleterre"
)
_NAME_LANGUAGES = ("en", "de", "fr", "es")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class CountryDefaults:
    """What a business there most probably wants; `zones` has one zone per clock, the main one first."""

    currency: str
    language: str
    zone: str
    zones: tuple[str, ...]


def country_code(text: str) -> str | None:
    """ISO 3166 alpha-2 for a code or a name (its own, English, German, French, Spanish); None if unknown."""
    # Checking the length first keeps the work on a pasted page of text at nothing.
    name = text.strip() if len(text) <= _MAX_NAME else ""
    if len(name) == 2 and name.isascii() and name.upper() in _codes():
        return name.upper()
    return _names().get(_key(name))


def country_codes() -> tuple[str, ...]:
    """Every code there is, in order."""
    return tuple(sorted(_codes()))


def zone_keys() -> tuple[str, ...]:
    """Every zone that is some country's today, in order."""
    return tuple(sorted({zone for zones in _zones().values() for zone in zones}))


@lru_cache(maxsize=1024)
def country_name(code: str, language: str = "en") -> str:
    """The name to print, in English where that language is not known; an unknown code is its own name."""
    # Importing Babel and loading one locale takes about 25 ms, which not every command needs to pay.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    for candidate in (language.replace("-", "_"), language[:2], "en"):
        try:
            name = Locale.parse(candidate).territories.get(code)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        if name:
            return str(name)
    return code


@lru_cache(maxsize=512)
def defaults(code: str) -> CountryDefaults:
    """Currency, language and time zones of a country; KeyError for a code that is not one."""
    if code not in _codes():
        raise KeyError(code)
    zones = _distinct(_ZONE.get(code), _zones().get(code, []))
    return CountryDefaults(_currency(code), _language(code), zones[0], zones)


@lru_cache(maxsize=512)
def national_currency(code: str) -> str:
    """In which a country's taxes are due; KeyError for a code that is not a country."""
    if code not in _codes():
        raise KeyError(code)
    return _currency(code)


def _currency(code: str) -> str:
    from babel.numbers import get_territory_currencies  # noqa: PLC0415  (heavy, as above)

    if code in _CURRENCY:
        return _CURRENCY[code]
    current = [currency for currency in get_territory_currencies(code) if currency in CURRENCIES]
    return current[0] if current else "USD"


def _language(code: str) -> str:
    from babel import Locale  # noqa: PLC0415  (heavy, as above)

    return _LANGUAGE.get(code) or str(Locale.parse(f"und_{code}").language)


def _distinct(main: str | None, zones: list[str]) -> tuple[str, ...]:
    """One zone per clock: nobody in Argentina wants to choose among twelve names of the same time."""
    clocks: dict[tuple[timedelta | None, ...], str] = {}
    for zone in [main, *zones] if main else zones:
        clocks.setdefault(_clock(zone), zone)
    return tuple(clocks.values())


def _clock(zone: str) -> tuple[timedelta | None, ...]:
    """The offsets through one year of today's rules; weekly, because no two changes are further apart."""
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    info = ZoneInfo(zone)
    return tuple((start + timedelta(weeks=week)).astimezone(info).utcoffset() for week in range(53))


def _table(name: str) -> list[list[str]]:
    lines = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def _codes() -> frozenset[str]:
    """ISO 3166 as tzdata lists it, and XK, which Kosovo uses until it has a code."""
    return frozenset(row[0] for row in _table("iso3166.tab")) | {"XK"}


@cache
def _zones() -> dict[str, list[str]]:
    # zone1970.tab gives Norway and Sweden the zone of Berlin, so the older table is the one people recognise.
    zones: dict[str, list[str]] = {}
    for row in _table("zone.tab"):
        zones.setdefault(row[0], []).append(row[2])
    return zones


@cache
def _names() -> dict[str, str]:
    """Every name we know -> its code; the earlier language wins where two countries share a name."""
    from babel import Locale  # noqa: PLC0415  (heavy, as above)

    names: dict[str, str] = {}
    for entry in f"{_ALIASES}|{_OWN_NAMES}".split("|"):
        code, _, name = entry.partition(" ")
        names.setdefault(_key(name), code)
    for language in _NAME_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in _codes():
                names.setdefault(_key(name), code)
    return names


def _key(name: str) -> str:
    """Case, accents, dots, `&` and a leading article do not matter."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("&", " and "))
    letters = "".join(
        c if c.isalnum() else " " for c in plain if not unicodedata.combining(c) and c not in ".'\u2019"
    )
    words = letters.split()
    if len(words) > 1 and words[0] in {"the", "die", "der", "das", "la", "le", "les", "el", "los"}:
        words = words[1:]
    return " ".join(words)
