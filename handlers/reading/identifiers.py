"""Identifiers with a shape and check digits: VAT ids, bank accounts, e-mail addresses."""

from __future__ import annotations

import re

from core.errors import N_, InvalidInput
from handlers.reading.text import bare, clean, required, shown

_LIMIT = 60
_MAX_EMAIL = 254
_MAX_PHONE = 40
_PHONE = re.compile(r"\+?[0-9 ()/.\-]{3,40}")
_PHONE_DIGITS = 3
"""BR-DE-27."""
NOT_REGISTERED = frozenset(
    bare(word)
    for word in (
        "", "-", "–", "—", "no", "none", "n/a", "not registered", "not vat registered", "not vat-registered",
        "unregistered", "nein", "keine", "nicht registriert", "kleinunternehmer", "non", "aucun", "aucune",
        "ninguno", "ninguna", "nessuna", "nessuno", "nee", "geen", "nie", "brak",
    )
)  # fmt: skip
"""What people answer who have no VAT id."""

# One valid id per country: the examples of errors, and the list of countries whose ids begin with a prefix.
EXAMPLES = {
    "AT": "ATU13585627", "BE": "BE0428759497", "BG": "BG175074752", "CH": "CHE107787577MWST", "CY": "CY10259033P",
    "CZ": "CZ25123891", "DE": "DE136695976", "DK": "DK13585628", "EE": "EE100594102", "ES": "ESB64717838",
    "FI": "FI20774740", "FR": "FR23334175221", "GB": "GB980780684", "GR": "EL094259216", "HR": "HR33392005961",
    "HU": "HU12892312", "IE": "IE6433435F", "IM": "GB980780684", "IT": "IT00743110157", "LT": "LT119511515",
    "LU": "LU15027442", "LV": "LV40003521600", "MC": "FR53000004605", "MT": "MT11679112", "NL": "NL004495445B01",
    "NO": "NO995525828MVA", "PL": "PL8567346215", "PT": "PT501964843", "RO": "RO18547290", "SE": "SE123456789701",
    "SI": "SI50223054", "SK": "SK2022749619",
}  # fmt: skip
_PREFIX = {"GR": "EL", "CH": "CHE", "IM": "GB", "MC": "FR"}
_ALSO = {"GR": "GR", "GB": "XI", "IM": "XI"}
"""Other prefixes that fit: ISO's code for Greece, Northern Ireland's own VAT prefix."""
_SAME_AS = {"IM": "gb", "MC": "fr"}
_SUFFIX = {"CH": "MWST", "NO": "MVA"}
_SWISS_SUFFIX = re.compile(r"(?:MWST|TVA|IVA|TPV)$")
_SEPARATORS = re.compile(r"[\s./\-\u2010-\u2015]")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_LOOSE = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,20}")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def read_vat_id(text: str, country: str, field: str = "vat-id") -> str:
    """The id without spaces and dots, with its prefix (`EL` for Greece); empty for `none`, `not registered`."""
    text = clean(text, field, _LIMIT)
    if bare(text) in NOT_REGISTERED:
        return ""
    compact = _capitals(text)
    example = EXAMPLES.get(country, "")
    if not compact.isalnum():
        raise _wrong_form(text, country, field)
    if example:
        compact = _with_prefix(compact, text, country, field)
    return _checked(compact, text, country, field)


def _capitals(text: str) -> str:
    """In capitals and without separators; empty if anything is not ASCII (`ſ` would become an S)."""
    compact = _SEPARATORS.sub("", text)
    return compact.upper() if compact.isascii() else ""


def _with_prefix(compact: str, text: str, country: str, field: str) -> str:
    """The id with the country's own prefix in front; another European country's is an error."""
    own = _PREFIX.get(country, country)
    if compact.startswith(own):
        return compact
    also = _ALSO.get(country)
    if also and compact.startswith(also):
        return compact if also == "XI" else own + compact[2:]
    foreign = next(
        (p for p in _prefixes() if compact.startswith(p) and compact[len(p) :][:1].isdigit()), None
    )
    if foreign and not _valid_alone(own + compact, country):
        raise InvalidInput(
            field, N_("“{value}” begins with {found}, but a VAT id of this country begins with {own}."),
            EXAMPLES[country], value=shown(text), found=foreign, own=own,
        )  # fmt: skip
    return own + compact


def _prefixes() -> tuple[str, ...]:
    return (*sorted({_PREFIX.get(country, country) for country in EXAMPLES}), "XI")


def _valid_alone(compact: str, country: str) -> bool:
    try:
        _checked(compact, compact, country, "")
    except InvalidInput:
        return False
    return True


def _checked(compact: str, text: str, country: str, field: str) -> str:
    # Importing python-stdnum and its tables takes about 70 ms, which only those who type an id should pay.
    from stdnum import get_cc_module  # noqa: PLC0415
    from stdnum.exceptions import InvalidChecksum, ValidationError  # noqa: PLC0415

    compact = _with_suffix(compact, country)
    module = get_cc_module(_SAME_AS.get(country, country.lower()), "vat")
    if module is None or (country == "JP" and compact.startswith("T")):
        return _loosely(compact, text, country, field)
    prefix = _PREFIX.get(country, country)
    bare_number = compact[2:] if compact[:2] in {"XI", "EL"} else compact
    try:
        module.validate(bare_number)
    except InvalidChecksum as error:
        raise InvalidInput(
            field, N_("“{value}” has the form of a VAT id, but its check digits are wrong."),
            EXAMPLES.get(country, ""), value=shown(text),
        ) from error  # fmt: skip
    except (ValidationError, ValueError, KeyError, IndexError) as error:
        raise _wrong_form(text, country, field) from error
    if country not in EXAMPLES or compact.startswith("XI"):
        return compact
    number = str(module.compact(bare_number))
    return number if number.startswith(prefix) else prefix + number


def _with_suffix(compact: str, country: str) -> str:
    suffix = _SUFFIX.get(country)
    if not suffix:
        return compact
    if country == "CH":
        return compact if _SWISS_SUFFIX.search(compact) else compact + suffix
    return compact if compact.endswith(suffix) else compact + suffix


def _loosely(compact: str, text: str, country: str, field: str) -> str:
    """Where no rule is known: letters and digits, with at least one digit."""
    if not _LOOSE.fullmatch(compact):
        raise _wrong_form(text, country, field)
    return compact


def _wrong_form(text: str, country: str, field: str) -> InvalidInput:
    return InvalidInput(
        field, N_("“{value}” has not the form of a VAT id of this country ({country}); write none if there is none."),
        EXAMPLES.get(country, ""), value=shown(text), country=country,
    )  # fmt: skip


def read_iban(text: str, field: str = "iban") -> str:
    """The account number in print-free form: upper case without spaces."""
    from stdnum import iban  # noqa: PLC0415  (heavy, as above)
    from stdnum.exceptions import InvalidChecksum, ValidationError  # noqa: PLC0415

    example = "DE89370400440532013000"
    text = required(text, field, _LIMIT, example)
    compact = _capitals(text).removeprefix("IBAN").lstrip(":")
    wrong_form = InvalidInput(field, N_("“{value}” has not the form of an IBAN."), example, value=shown(text))
    if not _IBAN.fullmatch(compact):
        raise wrong_form
    try:
        return str(iban.validate(compact))
    except InvalidChecksum as error:
        raise InvalidInput(
            field, N_("“{value}” has the form of an IBAN, but its check digits are wrong."), example,
            value=shown(text),
        ) from error  # fmt: skip
    except (ValidationError, ValueError) as error:
        raise wrong_form from error


def read_bic(text: str, field: str = "bic") -> str:
    """Eight or eleven characters (ISO 9362), upper case."""
    from stdnum import bic  # noqa: PLC0415  (heavy, as above)
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    example = "COBADEFFXXX"
    text = required(text, field, _LIMIT, example)
    compact = _capitals(text)
    try:
        if not compact.isalnum():
            raise ValueError(compact)
        return str(bic.validate(compact))
    except (ValidationError, ValueError) as error:
        raise InvalidInput(field, N_("“{value}” is not a BIC."), example, value=shown(text)) from error


def read_phone(text: str, field: str = "phone") -> str:
    """As it is written on letters: digits, and what people put between them."""
    phone = required(text, field, _MAX_PHONE, "+49 30 901820")
    if not _PHONE.fullmatch(phone) or sum(map(str.isdigit, phone)) < _PHONE_DIGITS:
        raise InvalidInput(field, N_("“{value}” is no phone number."), "+49 30 901820", value=shown(text))
    return phone


def read_email(text: str, field: str = "email") -> str:
    """One plain address; nothing in it can end a mail header. The domain comes back in lower case."""
    text = required(text, field, _MAX_EMAIL, "books@acme.example")
    if not is_email(text):
        raise InvalidInput(
            field, N_("“{value}” is not an e-mail address."), "books@acme.example", value=shown(text)
        )
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def is_email(text: str) -> bool:
    """Only ASCII: an address that needs SMTPUTF8 would bounce at many servers."""
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        len(text) <= _MAX_EMAIL
        and len(local) <= 64
        and _LOCAL.fullmatch(local) is not None
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(labels[-1]) > 1
    )
