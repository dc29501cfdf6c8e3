"""What the fleet does once a minute: hands out the businesses for which something has come due."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from core.ports import BUSINESS_JOB, Clock, Jobs
from storage.engine import Storage
from storage.ticking import claim_due, claim_stale, heal
from storage.work import SqlWork

log = logging.getLogger(__name__)

_BATCH = 200
_MOST_BATCHES = 30
"""In one minute; who comes later in the order of their moments is taken by the next tick."""
_APART = 2.0
"""Seconds between the jobs of two batches: everybody wants the digest at nine, and a bot may send 25 a second."""
STALE_AFTER = timedelta(minutes=15)
"""Longer than a job waits or takes: whoever had it has died, or the queue has lost it."""


class Ticker:
    """One tick at a time in this process; the database keeps those of several processes apart."""

    def __init__(self, storage: Storage, clock: Clock, jobs: Jobs) -> None:
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._ticking = False

    async def tick(self, stale_after: timedelta = STALE_AFTER) -> list[str]:
        """The businesses that were handed out, each with a job that begins after the commit. Those that were handed
        out so long ago and never came to rest are handed out again. None while a tick is still at work.
        """
        if self._ticking:
            log.warning("the last tick is still at work")
            return []
        self._ticking = True
        try:
            return await self._tick(self._clock.now(), stale_after)
        finally:
            self._ticking = False

    async def _tick(self, now: datetime, stale_after: timedelta) -> list[str]:
        found: list[str] = []
        for batch in range(_MOST_BATCHES):
            async with self._storage.work() as work:
                claims = await claim_due(work.connection, now, _BATCH)
                due = [claim.business_id for claim in claims if claim.wakes]
                found += await self._hand_out(work, due, batch)
            if len(claims) < _BATCH:
                break
        async with self._storage.work() as work:
            left = await claim_stale(work.connection, now, now - stale_after, _BATCH)
            found += await self._hand_out(work, left, 0)
            healed = await heal(work.connection, now, _BATCH)
        if left:
            log.warning("%s businesses were left undone and are taken up again", len(left))
        if healed:
            log.warning("%s businesses waited for a moment that no clock should have given them", healed)
        return found

    async def _hand_out(self, work: SqlWork, business_ids: Sequence[UUID], batch: int) -> list[str]:
        keys = [business_id.hex for business_id in business_ids]
        if keys:
            await self._jobs.enqueue_many(work, BUSINESS_JOB, keys, delay=batch * _APART)
        return keys
