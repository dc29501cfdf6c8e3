"""A quote from draft to decision: what it offers, until when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.invoice import Document, Draft, Line
from core.moments import instant
from core.money import Money, allocate
from core.terms import Terms
from core.totals import split_inclusive
from core.units import PIECE

SERIES = "quote"
"""The counter of quotes, apart from that of invoices."""
USUAL = Terms(days=30)
"""How long a quote holds where nobody says otherwise."""
FARTHEST = timedelta(days=3 * 366)
MAX_SIGNED = 120
"""Characters of the name that a client types."""
AT = time(7)
"""When the clock says that one expired: where the business is, on the morning after its last day."""
_DAY = timedelta(days=1)


class QuoteState(StrEnum):
    """The stored state; expired follows from the last day and today's date."""

    DRAFT = "draft"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Quote:
    """The aggregate: a draft, once issued its frozen document, and the decision about it."""

    id: UUID
    draft: Draft
    valid: Terms | date
    """As typed; the document has the day that it comes to."""
    total: Money
    created_at: datetime
    state: QuoteState = QuoteState.DRAFT
    document: Document | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    """The member's name, or what the client typed as theirs."""
    by_client: bool = False
    """Decided on the hosted page."""
    next_at: datetime | None = None
    """When the clock says that it has expired; None where that is said, or nobody waits for it."""
    version: int = 0

    @property
    def issued(self) -> Document:
        """The document of a quote that is no longer a draft."""
        if self.document is None:
            raise ValueError("a draft has no document")
        return self.document

    @property
    def label(self) -> str:
        return self.document.number if self.document else ""

    @property
    def valid_until(self) -> date:
        """Its last day; of one that was issued."""
        return self.issued.valid_until or self.issued.issued_on

    def expired(self, today: date) -> bool:
        """Nobody decided while it held; `today` is the business's own. On its last day it still holds."""
        return self.state is QuoteState.OPEN and self.valid_until < today


def last_day(valid: Terms | date, issued_on: date) -> date:
    return valid.due(issued_on) if isinstance(valid, Terms) else valid


def watched(quote: Quote, zone: str) -> Quote:
    """The same with the moment at which the clock says that it expired."""
    if quote.state is not QuoteState.OPEN:
        return replace(quote, next_at=None)
    return replace(quote, next_at=instant(quote.valid_until + _DAY, AT, zone))


@dataclass(frozen=True, slots=True)
class Share:
    """What of a quote a deposit asks for, as lines that come to exactly that amount with VAT."""

    lines: tuple[Line, ...]
    inclusive: bool


def share(document: Document, amount: Money, description: str) -> Share:
    """One line for each VAT group, in proportion to what the group comes to; the amount includes VAT.

    Net prices wherever they come to the very same sums: the prices of the quote itself may include VAT or not.
    """
    rows = [row for row in document.totals.tax_rows if row.basis.minor + row.amount.minor > 0]
    parts = allocate(amount.minor, [row.basis.minor + row.amount.minor for row in rows])
    split = [split_inclusive(part, row.tax) for part, row in zip(parts, rows, strict=True)]
    inclusive = any(rounding for _net, _tax, rounding in split)
    lines = []
    for row, part, (net, _tax, _rounding) in zip(rows, parts, split, strict=True):
        price = Money(part if inclusive else net, amount.currency).amount
        if part:
            lines.append(Line(description, price, Decimal(1), PIECE, row.tax))
    return Share(tuple(lines), inclusive)


def part_of(total: Money, percent: Decimal) -> Money:
    """So many percent of it, rounded half-up to the currency's smallest unit."""
    return Money.of(total.amount * percent / 100, total.currency)
