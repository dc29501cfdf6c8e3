"""What the clock does with Stripe: asks for what was not told, and takes up what was left lying."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from bot.stripe.checkouts import Checkouts
from bot.stripe.events import of_business, store
from core.errors import InvalidInput, Unavailable
from core.pay_ports import EVENT_JOB, ORDER_JOB, PayAccount, PaymentProvider, ProviderEvent
from core.ports import Clock, Jobs
from storage.engine import Storage
from storage.plans import open_orders

log = logging.getLogger(__name__)

CATCH_UP_JOB = "catch_up"
"""The job that asks Stripe what was not told; it has no key."""
_EVERY = 300.0
"""Seconds."""
_OVERLAP = timedelta(hours=1)
"""Before it was asked last: clocks differ, and an event may be listed a little after it happened."""
_AT_FIRST = timedelta(days=3)
"""Where this process has not asked yet: so long Stripe goes on telling what nobody took."""
_PAGE = 200
_AT_ONCE = 5
"""Accounts of businesses."""
_MOST = 500
_AGAIN = timedelta(minutes=15)


class CatchingUp:
    """Once in five minutes for the whole fleet, by whichever process is free."""

    def __init__(
        self, storage: Storage, provider: PaymentProvider, clock: Clock, jobs: Jobs, checkouts: Checkouts, *,
        sells: bool, keeps: bool,
    ) -> None:  # fmt: skip
        """`sells`: there is an account of our own. `keeps`: businesses may leave us the keys of theirs."""
        self._storage = storage
        self._provider = provider
        self._clock = clock
        self._jobs = jobs
        self._checkouts = checkouts
        self._sells = sells
        self._keeps = keeps
        self._taken: dict[tuple[str, str], datetime] = {}
        self._asked: dict[str, datetime] = {}

    async def tick(self) -> None:
        """Once a minute: leave it to a job when it is time, for Stripe may take longer than the clock waits."""
        if not (self._sells or self._keeps):
            return
        async with self._storage.work() as work:
            due, _wait = await work.slots.reserve(CATCH_UP_JOB, _EVERY, 0)
            if due:
                await self._jobs.enqueue(work, CATCH_UP_JOB, "", urgent=False)

    async def is_due(self, seconds: float) -> bool:
        """Whether nobody has begun within so many seconds; true for one who asks, and no other."""
        async with self._storage.work() as work:
            return (await work.slots.reserve(CATCH_UP_JOB, seconds, 0))[0]

    async def run(self, _key: str = "") -> None:
        """What does not answer is asked again the next time."""
        if self._sells:
            await self._look(None, None)
        after: UUID | None = None
        while self._keeps:
            async with self._storage.work() as work:
                businesses = await work.pay_accounts.list_businesses(_PAGE, after)
            for first in range(0, len(businesses), _AT_ONCE):
                await asyncio.gather(*map(self._look_after, businesses[first : first + _AT_ONCE]))
            if len(businesses) < _PAGE:
                return
            after = businesses[-1]

    async def _look_after(self, business_id: UUID) -> None:
        try:
            async with self._storage.work() as work:
                await work.enter(business_id)
                connected = await work.pay_accounts.find()
                left = await work.pay_accounts.list_left()
            for account in [connected, *left] if connected else left:
                await self._look(account, business_id)
            await self._checkouts.end_stale(business_id.hex)
        except (Unavailable, InvalidInput) as error:
            log.warning("the account of business %s cannot be looked after: %s", business_id, error)

    async def _look(self, account: PayAccount | None, business_id: UUID | None) -> int:
        """Store what happened since this process asked last; how many of them were new."""
        # Not since the newest event that we know: it may have been told after others were not.
        whose = f"{business_id.hex} {account.account}" if account and business_id else ""
        now, asked = self._clock.now(), self._asked.get(whose)
        since = min(asked, now) - _OVERLAP if asked else now - _AT_FIRST
        try:
            found = await self._provider.list_events(account, since)
        except (Unavailable, InvalidInput) as error:
            log.warning("the events of %s cannot be read: %s", business_id or "our own account", error)
            return 0
        if account and business_id:
            found = [replace(of_business(event, business_id), account=account.account) for event in found]
        new = await self._store(found)
        self._asked[whose] = now
        if new:
            log.warning("%s events of %s had not been told", new, business_id or "our own account")
        return new

    async def _store(self, events: Sequence[ProviderEvent]) -> int:
        if not events:
            return 0
        async with self._storage.work() as work:
            return sum([await store(work, self._jobs, self._clock, event) for event in events])

    # -- what was left lying -----------------------------------------------------------------------

    async def sweep(self, older: timedelta) -> None:
        """Take up what was stored so long ago and is not done: the net below the job queue. What was taken up here
        a short while ago may just be waiting for Stripe, and would have one job more with every look.
        """
        if not (self._sells or self._keeps):
            return
        now = self._clock.now()
        self._taken = {job: at for job, at in self._taken.items() if now - at < _AGAIN}
        async with self._storage.work() as work:
            found = [
                (EVENT_JOB, key) for key in await work.provider_events.list_unapplied(now - older, _MOST)
            ]
            if self._sells:
                found += [(ORDER_JOB, key) for key in await open_orders(work.connection, now - older, _MOST)]
            left = [job for job in found if job not in self._taken]
            for name, key in left:
                await self._jobs.enqueue(work, name, key, urgent=False)
        self._taken |= dict.fromkeys(left, now)
