"""The real clock and the real source of identities."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    """core.ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemIds:
    """core.ports.Ids."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> UUID:
        """RFC 9562 UUIDv7 whose 12 bits after the milliseconds count parts of them, so that ids made by one
        process sort in the order they were made."""
        stamp = time.time_ns() * 4096 // 1_000_000
        self._last = stamp = max(stamp, self._last + 1)
        milliseconds, fraction = divmod(stamp, 4096)
        value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64
        return UUID(int=value | 0b10 << 62 | secrets.randbits(62))

    def token(self) -> str:
        return secrets.token_urlsafe(12)

    def code(self) -> str:
        return secrets.token_urlsafe(16)
