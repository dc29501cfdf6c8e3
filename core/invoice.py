"""An invoice from draft to void: what was typed, and the frozen document that issuing makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.early import EarlyOffer, EarlyTerms
from core.money import Money, total
from core.party import Party
from core.rates import ExchangeRate
from core.tax import Tax
from core.terms import Terms
from core.units import PIECE

MAX_LINES = 1000
MAX_DESCRIPTION = 500
MAX_NOTE = 2000
MAX_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line as typed. `price` is per unit in major units; with or without VAT as the invoice says."""

    description: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    unit: str = PIECE
    tax: Tax | None = None
    """None follows the invoice's rate."""


@dataclass(frozen=True, slots=True)
class Discount:
    """Off the whole document: percent of the lines, or an amount in major units. Exactly one is set."""

    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """When the work was done (BG-14), both days included."""

    start: date
    end: date


class Part(StrEnum):
    """What of an accepted quote an invoice bills."""

    WHOLE = "whole"
    DEPOSIT = "deposit"
    REST = "rest"
    """All of it, with the deposits taken off."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The accepted quote that an invoice goes back to."""

    quote_id: UUID
    number: str
    part: Part


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person typed, before any rule is applied."""

    client_id: UUID
    currency: str
    lines: tuple[Line, ...]
    tax: Tax
    """For the lines that name no rate of their own."""
    due: Terms | date
    issue_on: date | None = None
    """None: the day it is issued, in the business's zone."""
    period: Period | None = None
    discount: Discount | None = None
    inclusive: bool = False
    """Prices and an amount discount include VAT."""
    reference: str = ""
    """Empty: the client's own."""
    note: str = ""
    order: str = ""
    """The number of the client's order (BT-13)."""
    delivered_on: date | None = None
    """The day of delivery (BT-72)."""
    early: EarlyTerms | None = None
    """What is off for whoever pays early."""
    quoted: Quoted | None = None
    prepaid: tuple[Prepaid, ...] = ()
    """The deposits as they were when it was drafted; issuing it reads them again."""


@dataclass(frozen=True, slots=True)
class ComputedLine:
    """A line of the document: net amounts only, as EN 16931 wants (BT-129, 131, 146, 151)."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    """Net, in major units."""
    net: Money
    tax: Tax


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One VAT group: `discount` is its share of the document discount, `basis` is after it (BT-116, 117)."""

    tax: Tax
    basis: Money
    amount: Money
    discount: Money
    exemption: str = ""
    """Why no VAT is charged in this group (BT-120), in the document's language; empty for S, Z and in drafts."""


@dataclass(frozen=True, slots=True)
class Prepaid:
    """A deposit that was billed and paid before, with the VAT in it: the invoice of the rest takes it off."""

    number: str
    issued_on: date
    gross: Money
    tax_rows: tuple[TaxRow, ...]

    @property
    def net(self) -> Money:
        return total((row.basis for row in self.tax_rows), self.gross.currency)

    @property
    def tax(self) -> Money:
        return total((row.amount for row in self.tax_rows), self.gross.currency)

    @property
    def rounding(self) -> Money:
        """What of it is neither net nor VAT (BT-114)."""
        return self.gross - total((row.basis + row.amount for row in self.tax_rows), self.gross.currency)


@dataclass(frozen=True, slots=True)
class Totals:
    """All sums of a document; every part adds up: `net + tax + rounding == payable`."""

    lines: tuple[ComputedLine, ...]
    line_total: Money
    """BT-106."""
    discount: Money
    """BT-107, positive."""
    net: Money
    """BT-109."""
    tax_rows: tuple[TaxRow, ...]
    tax: Money
    """BT-110."""
    rounding: Money
    """BT-114: one minor unit per VAT group at most, where typed inclusive prices leave no exact split, and what the
    total was rounded by for whoever pays in cash."""
    payable: Money
    """What the client owes before payments (BT-112 + BT-114)."""


class Kind(StrEnum):
    """What a document is; its file is kept under that word."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class LinePart:
    """So much of the line at that place, from 1."""

    place: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Preceding:
    """An earlier document that this one is about (BG-3)."""

    number: str
    issued_on: date | None = None
    parts: tuple[LinePart, ...] = ()
    """Which of its lines a credit note takes off; none where that is an amount, or all that was left."""


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a document prints, frozen: the PDF is a pure function of it.

    What is added to it has a default, for those that were frozen before are read as well.
    """

    number: str
    issued_on: date
    due_on: date
    terms: str
    """The terms as typed (`14d`, `30d eom`) or empty when a date was given."""
    seller: Party
    buyer: Party
    totals: Totals
    period: Period | None = None
    discount: Discount | None = None
    inclusive: bool = False
    reference: str = ""
    note: str = ""
    iban: str = ""
    bic: str = ""
    footer: str = ""
    accent: str = "#1f4e79"
    logo: UUID | None = None
    language: str = "en"
    tax_note: str = ""
    """Why no VAT is charged, where that must be said; a sentence in the document's language."""
    order: str = ""
    delivered_on: date | None = None
    branded: bool = False
    """A small line at the foot says with what it was made: on plans that do not leave that out."""
    kind: Kind = Kind.INVOICE
    preceding: Preceding | None = None
    """Of a credit note, the invoice that it corrects."""
    rate: ExchangeRate | None = None
    """Between its currency and the seller's home currency, where these differ and one was known when it was issued."""
    home_tax: Money | None = None
    """The VAT in the home currency (BT-111), where the law wants it stated there."""
    early: EarlyOffer | None = None
    """What is off for whoever pays early."""
    quoted: Quoted | None = None
    prepaid: tuple[Prepaid, ...] = ()
    """What was received before (BT-113), invoice by invoice."""
    valid_until: date | None = None
    """Of a quote, the last day on which it may be accepted."""

    @property
    def currency(self) -> str:
        return self.totals.payable.currency

    @property
    def owed(self) -> Money:
        """What is due by this document (BT-115): all of it, less the deposits."""
        return self.totals.payable - total((one.gross for one in self.prepaid), self.currency)


class State(StrEnum):
    """The stored state; paid, partly paid and overdue follow from sums and today's date."""

    DRAFT = "draft"
    ISSUED = "issued"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Invoice:
    """The aggregate: a draft, and once issued its document and what was paid on it."""

    id: UUID
    draft: Draft
    total: Money
    """Payable; of a draft, what it would be now."""
    paid: Money
    created_at: datetime
    state: State = State.DRAFT
    document: Document | None = None
    issued_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: str = ""
    version: int = 0
    credited_minor: int = 0
    """What credit notes took off, in minor units. `paid` and this together never exceed the total."""
    imported: bool = False
    """Another program issued it; the total is what was open of it then, and its document only says so."""

    @property
    def credited(self) -> Money:
        return Money(self.credited_minor, self.total.currency)

    @property
    def issued(self) -> Document:
        """The document of an invoice that is no longer a draft."""
        if self.document is None:
            raise ValueError("a draft has no document")
        return self.document

    @property
    def balance(self) -> Money:
        """Still owed; nothing is owed on a draft or a void invoice."""
        if self.state is not State.ISSUED:
            return Money.zero(self.total.currency)
        return self.total - self.paid - self.credited

    def overdue(self, today: date) -> bool:
        """Due today is not overdue (NangoHQ/nango#7168); `today` is the business's own."""
        return bool(self.balance) and self.document is not None and self.document.due_on < today
