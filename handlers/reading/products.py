"""A product on one line: `Hosting @ 49.90 / month vat 19%; code HOST`, and each of its fields."""

from __future__ import annotations

import re

from core.errors import N_, InvalidInput
from core.product import MAX_CODE, MAX_NAME
from core.tax import Tax
from core.units import PIECE, UNITS
from handlers.reading.lines import split_price
from handlers.reading.text import required, shown
from handlers.reading.vat import ByRule, read_vat

NAMES_OF_FIELDS = ("name", "price", "unit", "vat", "code")
NOTHING = "-"
_PER = re.compile(r"\s*(?:/|\bper\b|\bpro\b|\bpar\b|\bpor\b)\s*", re.IGNORECASE)
_PARTING = re.compile(r",(?=\s|$)|[@;:\n]")
_CODE = re.compile(r"[^\W_][\w.+/-]*")


def split_product(text: str, name: str) -> dict[str, str]:
    """`Hosting @ 49.90 / month vat 19%` by field, the product itself as `name`; what was not typed is left out."""
    product, price, rate = split_price(text)
    if price is None:
        return {name: text} if text else {}
    amount, *unit = _PER.split(price, maxsplit=1)
    found = {name: product, "price": amount}
    if unit:
        found["unit"] = unit[0]
    if rate is not None:
        found["vat"] = rate
    return found


def read_product_name(text: str, field: str = "name") -> str:
    """What a line can say: a comma would end it there, and an @ would begin the price."""
    name = " ".join(required(text, field, MAX_NAME, "Hosting").split())
    if _PARTING.search(name):
        raise InvalidInput(
            field, N_("“{value}” cannot be named in a line: leave commas, colons, semicolons and @ out."), "Hosting",
            value=shown(name),
        )  # fmt: skip
    return name


def read_code(text: str, field: str = "code") -> str:
    code = required(text, field, MAX_CODE, "HOST-1")
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            field, N_("“{value}” is no code; write letters, digits and dashes without blanks."), "HOST-1",
            value=shown(code),
        )  # fmt: skip
    return code


def read_unit(text: str, field: str = "unit") -> str:
    """The unit's code; a dash is a single piece."""
    word = required(text, field, 30, "month").lower().rstrip(".")
    if word in (NOTHING, "none"):
        return PIECE
    if word not in UNITS:
        raise InvalidInput(
            field, N_("“{value}” is not a unit I know, such as h, day, month, km, kg or pcs."), "month",
            value=shown(text),
        )  # fmt: skip
    return UNITS[word]


def read_product_vat(text: str, field: str = "vat") -> Tax | ByRule:
    """Typed as a dash, it follows the invoice."""
    vat = ByRule.USUAL if text.strip() == NOTHING else read_vat(text, field)
    if isinstance(vat, (Tax, ByRule)):
        return vat
    raise InvalidInput(field, N_("A product has a rate, or - to follow the invoice."), "19%")
