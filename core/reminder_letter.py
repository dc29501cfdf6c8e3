"""A reminder on paper: what is remembered of its words and sums until it is drawn, and all that is printed then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.ladder import Tone
from core.money import Money
from core.party import Party


@dataclass(frozen=True, slots=True)
class LetterText:
    """What one letter says and asks for; names, addresses and numbers are read when it is drawn."""

    client_id: UUID
    language: str
    on: date
    tone: Tone
    opening: str
    """In the client's language, like the closing words."""
    closing: str
    currency: str
    owed: tuple[tuple[UUID, int], ...]
    """Each invoice and what is open of it, in minor units; the newest stands last."""
    fee: int = 0
    """What is charged for paying late, in minor units."""
    fee_id: UUID | None = None
    """The invoice for that, once it is issued."""
    links: tuple[str, ...] = ()
    """Where each of them is paid online, in their order; empty where it is not."""


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One line: an invoice, or the charge for paying late, which may have no number yet."""

    number: str
    issued_on: date | None
    due_on: date | None
    days_late: int
    open: Money
    is_fee: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class ReminderLetter:
    """Everything that a reminder on paper prints."""

    seller: Party
    buyer: Party
    text: LetterText
    rows: tuple[OwedRow, ...]
    total: Money
    holder: str = ""
    iban: str = ""
    bic: str = ""
    footer: str = ""
    accent: str = ""
    branded: bool = False

    @property
    def reference(self) -> str:
        """What to write along with one payment for all of it."""
        return ", ".join(row.number for row in self.rows if row.number)
