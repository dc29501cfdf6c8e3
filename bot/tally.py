"""What this process counts and every process should know: kept in memory, and added to the database's sums."""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left
from collections.abc import Sequence

from core.errors import Unavailable
from storage.engine import Storage
from storage.tallies import add

log = logging.getLogger(__name__)

CALLS = "stripe_calls"
"""By name and outcome, with a space between the two."""
CALL_SECONDS = "stripe_call_seconds"
"""By the bound of the bucket, `+Inf` for what took longer than all; not cumulative."""
CALL_SECONDS_SUM = "stripe_call_seconds_sum"
TICKS = "ticks"

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; Stripe answers within half a second as a rule, and a call is given up after half a minute."""
_EVERY_SECONDS = 15.0


class Tally:
    """Counts that a crash may lose: those of the last seconds, of this process only."""

    def __init__(self) -> None:
        self._counted: dict[tuple[str, str], float] = {}

    def note(self, name: str, labels: str = "", by: float = 1.0) -> None:
        self._counted[name, labels] = self._counted.get((name, labels), 0.0) + by

    def call(self, name: str, seconds: float, outcome: str) -> None:
        """One call to Stripe. The outcome is `ok`, `refused` or `unavailable`."""
        self.note(CALLS, f"{name} {outcome}")
        self.note(CALL_SECONDS, bound_of(seconds, BOUNDS))
        self.note(CALL_SECONDS_SUM, by=seconds)

    async def hand_over(self, storage: Storage) -> None:
        """Add what was counted since the last time; it is kept where the database does not answer."""
        counted, self._counted = self._counted, {}
        if not counted:
            return
        try:
            async with storage.connection() as connection:
                await add(connection, storage.clock.now().date(), counted)
        except Unavailable as error:
            log.warning("what was counted is kept for later: %s", error)
            for (name, labels), by in counted.items():
                self.note(name, labels, by)

    async def keep(self, storage: Storage) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self.hand_over(storage)


def bound_of(seconds: float, bounds: Sequence[float]) -> str:
    """The label of the bucket that it falls into."""
    place = bisect_left(bounds, seconds)
    return f"{bounds[place]:g}" if place < len(bounds) else "+Inf"
