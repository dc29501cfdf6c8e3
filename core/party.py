"""Who sells and who buys: addresses, parties, the business (our tenant), its clients and members."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from core.digest import DigestRules
from core.early import EarlyTerms
from core.money import Money
from core.numbering import DEFAULT_CREDIT_PATTERN, DEFAULT_QUOTE_PATTERN, NumberPattern
from core.reminder import ReminderRules
from core.tax import NO_TAX, Supply, Tax
from core.terms import Terms

DEFAULT_ACCENT = "#1f4e79"
"""The colour of documents where nobody chose one."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address (BT-35 to BT-40); `country` is ISO 3166 alpha-2."""

    country: str
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    city: str = ""

    def lines(self) -> tuple[str, ...]:
        """As written on an envelope, without the country."""
        town = f"{self.postcode} {self.city}".strip()
        return tuple(line for line in (self.line1, self.line2, town) if line)


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer as an invoice freezes them (BG-4, BG-7)."""

    name: str
    address: Address
    vat_id: str = ""
    tax_number: str = ""
    email: str = ""
    contact: str = ""
    """Whom to ask at the seller's (BT-41)."""
    phone: str = ""
    register: str = ""
    """Where and under which number the company is registered (BT-30): `HRB 12345, Amtsgericht Hamburg`."""


@dataclass(frozen=True, slots=True)
class Business:
    """The seller whose invoices these are. `vat_id` and `tax_number` empty = not VAT registered."""

    id: UUID
    name: str
    address: Address
    currency: str
    language: str
    zone: str
    terms: Terms
    created_at: datetime
    vat_id: str = ""
    tax_number: str = ""
    iban: str = ""
    bic: str = ""
    email: str = ""
    contact: str = ""
    phone: str = ""
    register: str = ""
    default_tax: Tax = NO_TAX
    number_pattern: NumberPattern = field(default_factory=NumberPattern)
    credit_pattern: NumberPattern = field(default_factory=partial(NumberPattern, DEFAULT_CREDIT_PATTERN))
    """Of credit notes, which are counted apart."""
    quote_pattern: NumberPattern = field(default=NumberPattern(DEFAULT_QUOTE_PATTERN))
    accent: str = DEFAULT_ACCENT
    footer: str = ""
    logo: UUID | None = None
    approval_limit: Money | None = None
    """Above it, members ask the approver before an invoice is issued; None: nobody has to ask."""
    approver: UUID | None = None
    cash_rounding: Money | None = None
    """The step to which totals in its currency are rounded; None or nothing: to none."""
    early: EarlyTerms | None = None
    """What is off for clients who pay early, unless a client or an invoice has something else."""
    digest: DigestRules = field(default_factory=DigestRules)
    reminders: ReminderRules = field(default_factory=ReminderRules)
    version: int = 0

    @property
    def registered(self) -> bool:
        return bool(self.vat_id or self.tax_number)

    def party(self) -> Party:
        return Party(
            self.name, self.address, self.vat_id, self.tax_number, self.email, self.contact, self.phone, self.register
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Client:
    """Who is invoiced. An archived client keeps its invoices and is no longer offered."""

    id: UUID
    name: str
    created_at: datetime
    address: Address
    vat_id: str = ""
    email: str = ""
    archived_at: datetime | None = None
    language: str = ""
    """In which documents, letters and pages are written for them; empty: as core/language.py finds it."""
    zone: str = ""
    """By which their quiet hours go; empty: their country's main zone."""
    steps: tuple[int, ...] | None = None
    """A ladder of reminders of their own."""
    reminders_off: bool = False
    reference: str = ""
    """What each invoice to them carries as their reference, such as a Leitweg-ID (BT-10), unless it has another."""
    supply: Supply = Supply.SERVICES
    """What they are usually sold, which matters where they are abroad."""
    currency: str = ""
    """In which they are invoiced; empty: the business's."""
    early: EarlyTerms | None = None
    """What is off for them where they pay early; None: as the business has it."""
    version: int = 0

    def party(self) -> Party:
        return Party(self.name, self.address, self.vat_id, email=self.email)


class Role(StrEnum):
    """What a member may do; each role includes those before it."""

    ACCOUNTANT = "accountant"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"

    def reaches(self, needed: Role) -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a business."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    left_at: datetime | None = None
    version: int = 0
