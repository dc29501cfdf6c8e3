"""The fields that /start and /settings share, and how registration for VAT is read."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from core.country import country_name
from core.errors import InvalidInput
from handlers.choices import (
    USUAL_COUNTRIES,
    search_countries,
    search_currencies,
    search_languages,
    zone_search,
)
from handlers.kinds import Asked, Field, Option, Raw
from handlers.reading.identifiers import read_vat_id
from handlers.reading.languages import read_language
from handlers.reading.parties import read_currency
from handlers.reading.places import read_country, read_zone
from handlers.reading.text import required
from handlers.words import _, language

# Many a freelancer charges VAT under a national tax number and has no VAT id (BT-32 beside BT-31).
_TAX_NUMBER = re.compile(
    r"(?:tax[ -]?(?:number|no\.?|id)|st(?:euer)?[-.]?\s?(?:nummer|nr\.?))[:\s]+(.{3,30})", re.I
)


def country_of(raw: Raw, otherwise: str) -> str:
    """The country typed so far, for reading the fields that depend on it."""
    try:
        return read_country(raw.get("country") or "")
    except InvalidInput:
        return otherwise


def country_field(asked: Asked) -> Field:
    """How the address, the VAT id and the time zones are read hangs on it."""
    options = tuple(Option(country_name(code, language()), code) for code in USUAL_COUNTRIES)
    return Field("country", _("Which country is it in?"), read_country, asked, options, search=search_countries,
                 guides=True)  # fmt: skip


def read_registration(text: str, country: str) -> tuple[str, str]:
    """(VAT id, tax number); both empty for a business that is not registered."""
    given = required(text, "vat-id", 60, "DE136695976")
    number = _TAX_NUMBER.fullmatch(given)
    if number:
        return "", number.group(1).strip()
    return read_vat_id(given, country), ""


def registration_field(country: str, asked: Asked) -> Field:
    return Field(
        "vat-id",
        _("What is your VAT id? Without one, write “tax number …”, or that you are not registered."),
        lambda text: read_registration(text, country),
        asked,
        (Option(_("Not VAT registered"), "none"),),
    )


def zone_field(zones: tuple[str, ...], asked: Asked) -> Field:
    options = tuple(Option(zone.rpartition("/")[2].replace("_", " "), zone) for zone in zones)
    return Field("zone", _("Which time zone are you in? A city will do."), _zone, asked, options,
                 search=zone_search(zones))  # fmt: skip


def _zone(text: str) -> str:
    return ZoneInfo(read_zone(text)).key


def currency_field(asked: Asked) -> Field:
    return Field("currency", _("Which currency do you invoice in?"), read_currency, asked,
                 search=search_currencies)  # fmt: skip


def language_field(asked: Asked) -> Field:
    return Field("language", _("Which language do you speak?"), read_language, asked, search=search_languages)
