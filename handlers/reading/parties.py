"""What is asked about a business or a client, one reader per field, and a client's one-line description."""

from __future__ import annotations

import re

from core.country import country_code
from core.errors import N_, InvalidInput
from core.money import CURRENCIES
from handlers.reading.identifiers import (
    EXAMPLES,
    NOT_REGISTERED,
    is_email,
    read_bic,
    read_email,
    read_iban,
    read_vat_id,
)
from handlers.reading.languages import read_language
from handlers.reading.places import looks_like_state, read_address, read_country, read_zone
from handlers.reading.text import bare, required, shown

__all__ = [
    "NOT_REGISTERED",
    "read_address",
    "read_bic",
    "read_colour",
    "read_contact_line",
    "read_country",
    "read_currency",
    "read_email",
    "read_iban",
    "read_language",
    "read_name",
    "read_vat_id",
    "read_zone",
]

MAX_NAME = 200
MAX_CONTACT = 1000
# `Acme, Inc.` is one name in spite of its comma.
_LEGAL_FORMS = frozenset("inc llc ltd limited corp co llp lp plc gmbh ag ug kg sa sl srl sas sarl bv".split())
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BREAK = re.compile(r"\s*,(?=\s|$)\s*|\s*\n\s*")
_VAT_ID = re.compile(
    r"(?:(?:vat(?:[ -]?id)?|ust-?id(?:nr)?\.?|tva|btw)[:. ]*)?([A-Z]{2,3}[ -]?[A-Z0-9][A-Z0-9 ./-]{4,25})",
    re.IGNORECASE,
)


def read_name(text: str, field: str = "name") -> str:
    """The name of a business, a client or a person."""
    return required(text, field, MAX_NAME, "Acme GmbH")


def read_currency(text: str, field: str = "currency") -> str:
    """A code of ISO 4217, whatever its case; a sign is refused because `$` and `kr` mean several."""
    text = required(text, field, 60, "EUR")
    if not text.isascii() or text.upper() not in CURRENCIES:
        raise InvalidInput(
            field,
            N_("“{value}” is not the code of a currency; write its three letters."),
            "EUR",
            value=shown(text),
        )
    return text.upper()


def read_colour(text: str, field: str = "colour") -> str:
    """`#1f4e79`, in lower case; names and other notations are refused because the PDF needs exactly this."""
    text = required(text, field, 60, "#1f4e79")
    if not _COLOUR.fullmatch(text):
        raise InvalidInput(
            field,
            N_("“{value}” is not a colour: write # and six digits from 0 to f."),
            "#1f4e79",
            value=shown(text),
        )
    return text.lower()


def read_contact_line(text: str, field: str = "client") -> dict[str, str]:
    """`Acme GmbH, Hauptstr. 1, 10115 Berlin, DE` -> its name, address and country as raw strings.

    An e-mail address or a valid VAT id among the parts becomes `email` or `vat-id`; what is not there is
    left out. Two letters that may be an American state are not taken for a country.
    """
    text = required(text, field, MAX_CONTACT, "Acme GmbH, Hauptstr. 1, 10115 Berlin, DE", multiline=True)
    name, *parts = [part for part in _BREAK.split(text) if part] or [""]
    while parts and bare(parts[0]).replace(".", "") in _LEGAL_FORMS:
        name = f"{name}, {parts.pop(0)}"
    contact = {"name": read_name(name, field)}
    rest = []
    for part in parts:
        if "email" not in contact and is_email(part):
            contact["email"] = part
        elif "vat-id" not in contact and (vat_id := _vat_id(part)):
            contact["vat-id"] = vat_id
        else:
            rest.append(part)
    code = country_code(rest[-1]) if rest else None
    if code and not (rest[-1].upper() == code and looks_like_state(code, " ".join(rest[:-1]))):
        contact["country"] = code
        rest.pop()
    if rest:
        contact["address"] = ", ".join(rest)
    return contact


def _vat_id(part: str) -> str:
    """The id if the part is a valid one of the country its prefix names, else nothing."""
    match = _VAT_ID.fullmatch(part)
    if match is None or not any(character.isdigit() for character in part):
        return ""
    prefix = match[1].upper()
    country = (
        "GB" if prefix.startswith("XI") else "CH" if prefix.startswith("CHE") else country_code(prefix[:2])
    )
    if country not in EXAMPLES:
        return ""
    try:
        return read_vat_id(match[1], country)
    except InvalidInput:
        return ""
