"""Places as typed: countries, time zones and postal addresses."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from core.country import country_code
from core.errors import N_, InvalidInput
from core.party import Address
from handlers.reading.text import bare, required, shown

MAX_ADDRESS = 300
_LIMIT = 80
_BREAK = re.compile(r"\s*,(?=\s|$)\s*|\s*\n\s*")
# Countries whose addresses end in postcode and town, in this order; elsewhere the last line stays as typed.
_POSTCODE_FIRST = {
    "NL": r"[0-9]{4} ?[A-Z]{2}",
    "PL": r"[0-9]{2}-[0-9]{3}",
    "PT": r"[0-9]{4}(?:-[0-9]{3})?",
    "SE": r"[0-9]{3} ?[0-9]{2}",
    "CZ": r"[0-9]{3} ?[0-9]{2}",
    "SK": r"[0-9]{3} ?[0-9]{2}",
    "GR": r"[0-9]{3} ?[0-9]{2}",
    "LT": r"(?:LT-)?[0-9]{5}",
    "IL": r"[0-9]{7}|[0-9]{5}",
}
_POSTCODE_FIRST |= dict.fromkeys("AT BE BG CH CY DK HU LI LU NO SI TN GE MK".split(), "[0-9]{4}")
_POSTCODE_FIRST |= dict.fromkeys("DE ES FR IT FI HR EE RS ME BA MC MX MA TR UA SM VA".split(), "[0-9]{5}")
_POSTCODE_FIRST |= {"RO": "[0-9]{6}", "IS": "[0-9]{3}", "AD": "AD[0-9]{3}"}
_STATE_AND_POSTCODE = re.compile(r"[A-Z]{2,3}(?: [A-Z0-9]{3,5}(?:[ -][A-Z0-9]{3,4})?)?")
"""The end of an American, Canadian or Australian address, after the town and its comma."""
_TOWN_THEN_STATE = frozenset({"US", "CA", "AU"})


def read_country(text: str, field: str = "country") -> str:
    """ISO 3166 alpha-2 of a code or a name."""
    text = required(text, field, _LIMIT, "DE")
    code = country_code(text)
    if code is None:
        raise InvalidInput(field, N_("“{value}” is not a country I know; write its name or its two letters."), "DE",
                           value=shown(text))  # fmt: skip
    return code


def read_zone(text: str, field: str = "zone") -> str:
    """A key of the time zone database, whatever its case; the city alone is enough (`berlin`)."""
    text = required(text, field, _LIMIT, "Europe/Berlin")
    zone = _zones().get(_zone_key(text))
    if zone is None:
        raise InvalidInput(field, N_("“{value}” is not a time zone I know; write a large city near you."),
                           "Europe/Berlin", value=shown(text))  # fmt: skip
    return zone


@cache
def _zones() -> dict[str, str]:
    keys = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    zones = {_zone_key(key): key for key in keys}
    # A key that is some country's today wins over an older spelling (`America/Buenos_Aires`, `US/Eastern`).
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    current = frozenset(line.split("\t")[2] for line in table.splitlines() if not line.startswith("#"))
    for key in sorted(keys, key=lambda key: (key not in current, key)):
        if "/" in key and not key.startswith("Etc/"):
            zones.setdefault(_zone_key(key.rsplit("/", 1)[1]), key)
    return zones


def _zone_key(text: str) -> str:
    return bare(text).replace("_", " ").replace("-", " ")


def read_address(text: str, country: str, field: str = "address") -> Address:
    """`Hauptstr. 1, 10115 Berlin`, on one line or several; printing it gives back all that was typed.

    A shape that is not the country's usual one is kept as typed: first line, what lies between, last line.
    """
    example = "Hauptstr. 1, 10115 Berlin"
    text = required(text, field, MAX_ADDRESS, example, multiline=True)
    parts = [part for part in _BREAK.split(text) if part]
    if len(parts) > 1 and country_code(parts[-1]) == country:
        # The country is a field of its own and is printed from there.
        parts.pop()
    if not parts:
        raise InvalidInput(field, N_("“{value}” is not an address."), example, value=shown(text))
    parts = _with_state(parts, country)
    postcode, city = _town(parts[-1], country)
    if postcode:
        return Address(country, *_two(parts[:-1]), postcode, city)
    if len(parts) == 1:
        return _one_part(parts[0], country)
    return Address(country, *_two(parts[:-1]), "", parts[-1])


# Codes of American states that are codes of countries too: `Springfield, IL` is not in Israel.
_STATES = frozenset("AL AR AZ CA CO DE GA ID IL IN KY LA MA MD ME MN MO MS MT NC NE PA SC SD TN VA".split())


def looks_like_state(code: str, before: str) -> bool:
    """Whether two capitals after a town without a postcode may be an American state."""
    return code in _STATES and not re.search(r"[0-9]{4}", before)


def _with_state(parts: list[str], country: str) -> list[str]:
    if country in _TOWN_THEN_STATE and len(parts) > 2 and _STATE_AND_POSTCODE.fullmatch(parts[-1].upper()):
        return [*parts[:-2], f"{parts[-2]}, {parts[-1]}"]
    return parts


def _two(parts: list[str]) -> tuple[str, str]:
    return (parts[0] if parts else "", ", ".join(parts[1:]))


def _town(part: str, country: str) -> tuple[str, str]:
    pattern = _town_pattern(country)
    match = pattern.fullmatch(part) if pattern else None
    return (match[1], match[2]) if match else ("", part)


def _one_part(part: str, country: str) -> Address:
    """Without a comma: the postcode, if there is one, ends the street."""
    pattern = _town_pattern(country)
    for match in re.finditer("[ ,](?=[0-9A-Z])", part) if pattern else ():
        town = pattern.fullmatch(part, match.end()) if pattern else None
        if town:
            return Address(country, part[: match.start()].rstrip(" ,"), "", town[1], town[2])
    return Address(country, part)


@cache
def _town_pattern(country: str) -> re.Pattern[str] | None:
    shape = _POSTCODE_FIRST.get(country)
    return re.compile(rf"((?:[A-Z]{{1,3}}[- ])?(?:{shape})) +([^\W\d_][^\n]*)") if shape else None
