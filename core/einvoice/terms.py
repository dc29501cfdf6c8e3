"""The terms of EN 16931 that our invoices have: one typed value that every writer of XML reads.

A name is followed by its business term (BT) or group (BG). Amounts are in major units and rounded; texts are clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.invoice import Preceding

EMAIL = "EM"
"""The scheme of an electronic address that is a mail address (EAS)."""


class TypeCode(StrEnum):
    """What kind of document it is (BT-3, UNTDID 1001)."""

    INVOICE = "380"
    PARTIAL = "326"
    CREDIT_NOTE = "381"
    CORRECTED = "384"
    PREPAYMENT = "386"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a party takes electronic documents (BT-34, BT-49)."""

    scheme: str
    id: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask at the seller's (BG-6)."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """Under which number a company is known to its registrar (BT-30); `scheme` is of ISO 6523, or empty."""

    number: str
    scheme: str = ""
    whole: str = ""
    """Number and court as they are printed (BT-33), where that is more than the number."""


@dataclass(frozen=True, slots=True)
class Added:
    """What a network wants besides the document, as whoever asks for the XML says it."""

    contact: Contact | None = None
    reference: str = ""
    """Instead of none, such as a Leitweg-ID."""


NOTHING_ADDED = Added()


@dataclass(frozen=True, slots=True)
class Trader:
    """Seller (BG-4) or buyer (BG-7)."""

    name: str
    country: str
    line1: str = ""
    line2: str = ""
    city: str = ""
    postcode: str = ""
    id: str = ""
    """BT-29, BT-46: a number of theirs that is neither of the two below."""
    vat_id: str = ""
    """BT-31, BT-48: begins with a country's letters."""
    tax_number: str = ""
    """BT-32, of a seller only."""
    register: Register | None = None
    endpoint: Endpoint | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class VatCategory:
    """BT-151 and BT-152; without a rate where the category has none (O)."""

    code: str
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class LineTerms:
    """BG-25."""

    id: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    """BT-146: net, never below zero."""
    net: Decimal
    vat: VatCategory
    base_quantity: Decimal = Decimal(1)
    """BT-149: for how many units the price is."""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """A discount on the whole document, in one VAT category (BG-20)."""

    amount: Decimal
    reason: str
    vat: VatCategory
    reason_code: str = "95"
    """UNTDID 5189: a discount."""


@dataclass(frozen=True, slots=True)
class VatRow:
    """BG-23."""

    vat: VatCategory
    basis: Decimal
    amount: Decimal
    exemption: str = ""
    """BT-120."""
    exemption_code: str = ""
    """BT-121."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How to pay (BG-16, BG-17)."""

    means: str
    remittance: str
    iban: str
    holder: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """BG-22, with the business terms' own names."""

    lines: Decimal
    """BT-106."""
    allowances: Decimal
    """BT-107."""
    net: Decimal
    """BT-109."""
    vat: Decimal
    """BT-110."""
    gross: Decimal
    """BT-112."""
    prepaid: Decimal
    """BT-113."""
    rounding: Decimal
    """BT-114."""
    due: Decimal
    """BT-115."""


@dataclass(frozen=True, slots=True)
class InvoiceTerms:
    """A whole document."""

    number: str
    issued_on: date
    type_code: TypeCode
    currency: str
    seller: Trader
    buyer: Trader
    lines: tuple[LineTerms, ...]
    vat_rows: tuple[VatRow, ...]
    sums: Sums
    due_on: date | None = None
    """BT-9."""
    payment_terms: str = ""
    """BT-20."""
    buyer_reference: str = ""
    """BT-10."""
    order: str = ""
    """BT-13."""
    note: str = ""
    """BT-22."""
    start: date | None = None
    """BT-73."""
    end: date | None = None
    """BT-74."""
    delivered_on: date | None = None
    """BT-72."""
    ship_to_country: str = ""
    """BT-80."""
    transfer: Transfer | None = None
    allowances: tuple[Allowance, ...] = ()
    preceding: tuple[Preceding, ...] = ()
    vat_currency: str = ""
    """BT-6, where the law wants the VAT in another currency too."""
    vat_in_vat_currency: Decimal | None = None
    """BT-111."""
