"""A clock that stands still until it is moved, and identities that come in order."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

MORNING = datetime(2026, 3, 5, 9, 41, 7, 123457, tzinfo=UTC)


class FixedClock:
    """core.ports.Clock."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


class SequentialIds:
    """core.ports.Ids. All instances of a process count together, for tests share their database."""

    _numbers: ClassVar[itertools.count[int]] = itertools.count(1)

    def new(self) -> UUID:
        """Shaped like a UUIDv7, and later ones sort after earlier ones."""
        stamp = int(MORNING.timestamp() * 1000)
        return UUID(int=stamp << 80 | 0x7 << 76 | 0b10 << 62 | next(self._numbers))

    def token(self) -> str:
        return f"token{next(self._numbers):011}"

    def code(self) -> str:
        return f"code{next(self._numbers):018}"
