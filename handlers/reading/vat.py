"""VAT as typed: a rate such as `19%`, a word such as `reverse`, or what is sold where the rules shall decide."""

from __future__ import annotations

from enum import Enum

from core.errors import N_, InvalidInput
from core.tax import Supply, Tax, TaxCategory, tax_at, untaxed
from handlers.reading.amounts import read_percent
from handlers.reading.text import bare, required, shown


class ByRule(Enum):
    """The rules shall decide again."""

    USUAL = "usual"


Vat = Tax | Supply | ByRule
"""A tax has no code yet: that hangs on the seller (core/tax_choice.py, `as_meant`)."""

REVERSE, EXEMPT, EXPORT, EU, NONE = "reverse", "exempt", "export", "eu", "none"
_LIMIT = 40
_WORDS: dict[str, Vat] = {
    **dict.fromkeys((REVERSE, "reverse charge", "reverse-charge", "ae", "autoliquidation"),
                    untaxed(TaxCategory.REVERSE)),
    **dict.fromkeys((EXEMPT, "e", "steuerfrei", "exonere", "exento"), untaxed(TaxCategory.EXEMPT)),
    **dict.fromkeys((EXPORT, "g", "ausfuhr", "exportation", "exportacion"), untaxed(TaxCategory.EXPORT)),
    **dict.fromkeys((EU, "k", "ue", "intra", "intra-eu"), untaxed(TaxCategory.INTRA)),
    **dict.fromkeys((NONE, "o", "no", "-", "outside", "ohne", "keine", "aucune", "ninguno"),
                    untaxed(TaxCategory.OUTSIDE)),
    **dict.fromkeys((Supply.GOODS.value, "waren", "biens", "bienes"), Supply.GOODS),
    **dict.fromkeys((Supply.SERVICES.value, "leistungen", "prestations", "servicios"), Supply.SERVICES),
    **dict.fromkeys((ByRule.USUAL.value, "auto", "default"), ByRule.USUAL),
}  # fmt: skip


def read_vat(text: str, field: str = "vat") -> Vat:
    """`19`, `8.1 %`, `reverse`, `exempt`, `export`, `eu`, `none`; `goods`, `services`, `usual`."""
    text = required(text, field, _LIMIT, "19%")
    found = _WORDS.get(bare(text).strip(" ."))
    return tax_at(read_percent(text, field)) if found is None else found


def read_supply(text: str, field: str = "sold") -> Supply:
    """`goods` or `services`, in the same languages."""
    found = _WORDS.get(bare(required(text, field, _LIMIT, Supply.GOODS.value)).strip(" ."))
    if isinstance(found, Supply):
        return found
    raise InvalidInput(
        field, N_("“{value}” is neither goods nor services."), Supply.GOODS.value, value=shown(text)
    )


def read_usual(text: str) -> Tax:
    """What a business usually charges: a rate, or `exempt` and `none`. The rest hangs on the client."""
    found = read_vat(text)
    if isinstance(found, Tax) and (
        found.category.taxed or found.category in (TaxCategory.EXEMPT, TaxCategory.OUTSIDE)
    ):
        return found
    raise InvalidInput(
        "vat", N_("That hangs on the client. What is usual is a rate, exempt, or none."), "19%"
    )
