"""What recurring invoices ask of the storage, inside the business entered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from core.series import Series
from core.views import Cursor, Page


class SeriesBook(Protocol):
    async def add(self, series: Series) -> None: ...
    async def get(self, series_id: UUID) -> Series: ...
    async def lock(self, series_id: UUID) -> Series:
        """Like get, and nobody else decides a day of it before this transaction ends."""

    async def save(self, series: Series) -> Series:
        """Raises Conflict when it moved on since it was loaded."""

    async def list_live(self, limit: int, client_id: UUID | None = None) -> Sequence[Series]:
        """Those that have not ended, the oldest first."""

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[Series]:
        """Those that have not ended, the oldest first."""

    async def count_live(self, older_than: UUID | None = None) -> int:
        """How many have not ended, or how many of them are older than that one."""

    async def list_due(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Those that the clock has to come by for, the longest due first."""

    async def next_moment(self, after: datetime) -> datetime | None:
        """When the clock has to come by for the next one."""

    async def decide(self, series_id: UUID, period: date, invoice_id: UUID, at: datetime) -> bool:
        """That day of the series brings that invoice. False, and nothing is stored, where it has brought one."""

    async def invoice_of(self, series_id: UUID, period: date) -> UUID | None:
        """What that day has brought."""
