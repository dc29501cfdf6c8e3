"""What quotes ask of the storage, inside the business entered; only `enter` finds that business itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.money import Money
from core.quote import Quote, QuoteState
from core.views import Cursor, Page


class QuoteFilter(StrEnum):
    """The words of `/quotes`."""

    DRAFT = "draft"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One quote in a list; a draft has no number and no last day."""

    id: UUID
    number: str | None
    client: str
    state: QuoteState
    total: Money
    valid_until: date | None

    def expired(self, today: date) -> bool:
        return self.state is QuoteState.OPEN and self.valid_until is not None and self.valid_until < today


@dataclass(frozen=True, slots=True)
class QuoteLinked:
    """Which quote a hosted page shows."""

    business_id: UUID
    quote_id: UUID


class Quotes(Protocol):
    async def add(self, quote: Quote) -> None: ...
    async def get(self, quote_id: UUID) -> Quote: ...
    async def lock(self, quote_id: UUID) -> Quote:
        """Like get, and nobody else decides or bills it before this transaction ends."""

    async def find_number(self, number: str) -> Quote | None: ...
    async def save(self, quote: Quote) -> Quote:
        """Raises Conflict when it moved on since it was loaded, or when its number is taken."""

    async def remove_draft(self, quote: Quote) -> None: ...
    async def list_page(
        self, which: QuoteFilter, client_id: UUID | None, cursor: Cursor | None, limit: int
    ) -> Page[QuoteRow]:
        """Newest first."""

    async def list_ending(self, first: date, last: date, limit: int) -> Sequence[QuoteRow]:
        """Open ones whose last day is one of these, the earliest first."""

    async def list_due(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Those that the clock has to say of that they expired."""

    async def next_moment(self, after: datetime) -> datetime | None:
        """When the clock has to come by for the next one."""

    async def add_link(self, token_hash: str, quote_id: UUID, now: datetime) -> None:
        """At most 50 pages of one quote are open at a time: the oldest goes."""

    async def revoke_links(self, quote_id: UUID) -> int:
        """No page of it opens any more; says how many there were."""

    async def enter(self, token_hash: str) -> QuoteLinked | None:
        """Enters the business whose quote it is; None for what is unknown."""
