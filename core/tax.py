"""VAT as (category, rate, code), never a bare number, and each country's standard rate as a default.

Which of them a business charges a client is decided in core/tax_choice.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class TaxCategory(StrEnum):
    """UNTDID 5305 codes as EN 16931 uses them (BT-151)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    """Exempt by law, a small business's supplies among them."""
    REVERSE = "AE"
    """Reverse charge: the client accounts for the VAT."""
    INTRA = "K"
    """Goods to a business in another member state of the EU."""
    EXPORT = "G"
    """Goods that leave the EU, or the seller's country where that is outside it."""
    OUTSIDE = "O"
    """Not subject to VAT; on one document with no other category (BR-O-11 to BR-O-14)."""

    @property
    def taxed(self) -> bool:
        """Whether its VAT is a rate, even one of zero. The others print why there is none (BT-120)."""
        return self in (TaxCategory.STANDARD, TaxCategory.ZERO)


@dataclass(frozen=True, slots=True)
class Tax:
    """How a line is taxed; `rate` in percent, 0 for every category but S (BR-Z-5, BR-O-5)."""

    category: TaxCategory
    rate: Decimal
    code: str = ""
    """Why none is charged, as the VATEX list has it (BT-121). Empty for S and Z, and where the list has no code:
    then the sentence alone says it (BT-120)."""

    def __post_init__(self) -> None:
        if (self.category is TaxCategory.STANDARD) != (self.rate > 0):
            raise ValueError("only the standard category carries a rate")
        if self.code and self.category.taxed:
            raise ValueError("where VAT is charged there is no reason for not charging it")


def untaxed(category: TaxCategory, code: str = "") -> Tax:
    return Tax(category, Decimal(0), code)


NO_TAX = untaxed(TaxCategory.OUTSIDE)


class Supply(StrEnum):
    """What is sold; across a border another rule applies to each."""

    SERVICES = "services"
    GOODS = "goods"


EU_STATES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)

# What a small business charges no VAT by. Germany's and the others' reasons have no code yet (eInvoicing-EN16931#443).
_SMALL_BUSINESS_CODES = {"FR": "VATEX-FR-FRANCHISE", "MC": "VATEX-FR-FRANCHISE"}

# Standard rates in percent as of January 2026 (EU: European Commission, "VAT rates applied in the Member States").
STANDARD_RATES = {
    "AT": "20", "BE": "21", "BG": "20", "CY": "19", "CZ": "21", "DE": "19", "DK": "25", "EE": "24", "ES": "21",
    "FI": "25.5", "FR": "20", "GR": "24", "HR": "25", "HU": "27", "IE": "23", "IT": "22", "LT": "21", "LU": "17",
    "LV": "21", "MT": "18", "NL": "21", "PL": "23", "PT": "23", "RO": "21", "SE": "25", "SI": "22", "SK": "23",
    "GB": "20", "IM": "20", "MC": "20", "CH": "8.1", "LI": "8.1", "NO": "25",
}  # fmt: skip


# What is charged on sales there is called sales tax, GST or consumption tax.
_ANOTHER_NAME = frozenset("AU CA HK IN JP MY NZ SG US".split())


def named_vat(country: str) -> bool:
    """Whether sellers there call it VAT; elsewhere what people read says tax."""
    return country not in _ANOTHER_NAME


def must_register(country: str) -> bool:
    """Whether charging VAT there without being registered is an offence (e.g. § 14c UStG, DE)."""
    return country in STANDARD_RATES


def default_tax(country: str, registered: bool) -> Tax:
    """What a new business charges until it says otherwise; countries without a VAT known here start at 0."""
    if not registered:
        return NO_TAX
    return tax_at(Decimal(STANDARD_RATES.get(country, "0")))


def tax_at(rate: Decimal) -> Tax:
    """The tax a registered seller means by `vat RATE`."""
    return Tax(TaxCategory.STANDARD, rate) if rate > 0 else Tax(TaxCategory.ZERO, Decimal(0))


def small_business_tax(country: str) -> Tax:
    """What a seller charges who uses the exemption for small enterprises (Directive 2006/112/EC, article 284)."""
    return untaxed(TaxCategory.EXEMPT, _SMALL_BUSINESS_CODES.get(country, ""))
