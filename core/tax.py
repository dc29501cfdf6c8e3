"""VAT as (category, rate), never a bare number, and each country's standard rate as a default."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class TaxCategory(StrEnum):
    """UNTDID 5305 codes as EN 16931 uses them (BT-151)."""

    STANDARD = "S"
    ZERO = "Z"
    OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Tax:
    """How a line is taxed; `rate` in percent, 0 for every category but S (BR-Z-5, BR-O-5)."""

    category: TaxCategory
    rate: Decimal

    def __post_init__(self) -> None:
        if (self.category is TaxCategory.STANDARD) != (self.rate > 0):
            raise ValueError("only the standard category carries a rate")


NO_TAX = Tax(TaxCategory.OUTSIDE, Decimal(0))

# Standard rates in percent as of January 2026 (EU: European Commission, "VAT rates applied in the Member States").
STANDARD_RATES = {
    "AT": "20", "BE": "21", "BG": "20", "CY": "19", "CZ": "21", "DE": "19", "DK": "25", "EE": "24", "ES": "21",
    "FI": "25.5", "FR": "20", "GR": "24", "HR": "25", "HU": "27", "IE": "23", "IT": "22", "LT": "21", "LU": "17",
    "LV": "21", "MT": "18", "NL": "21", "PL": "23", "PT": "23", "RO": "21", "SE": "25", "SI": "22", "SK": "23",
    "GB": "20", "CH": "8.1", "LI": "8.1", "NO": "25",
}  # fmt: skip


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
