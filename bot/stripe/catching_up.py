"""What the clock does with Stripe: asks for what was not told, and takes up what was left lying."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from bot.stripe.applying import Applying
from bot.stripe.checkouts import Checkouts
from bot.stripe.events import of_business, store
from core.errors import InvalidInput, Unavailable
from core.pay_ports import EVENT_JOB, PayAccount, PaymentProvider, ProviderEvent
from core.plan_ports import ORDER_JOB, PlanProvider
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
_KEPT = timedelta(days=30)
"""So long Stripe lists what happened."""
_SLICE = timedelta(days=1)
"""Of which the events are asked for and stored at a time: after a long pause there may be very many."""
_LATE = timedelta(days=1)
"""After the end of a period, the next one was paid for and told long ago."""
_LAPSED, _DAY = "lapsed_plans", 86_400.0
_PAGE = 200
_AT_ONCE = 5
"""Accounts of businesses."""
_MOST = 500
_AGAIN = timedelta(minutes=15)


class CatchingUp:
    """Once in five minutes for the whole fleet, by whichever process is free."""

    def __init__(
        self, storage: Storage, clock: Clock, jobs: Jobs, applying: Applying, checkouts: Checkouts, *,
        plans: PlanProvider | None, payments: PaymentProvider | None,
    ) -> None:  # fmt: skip
        """No `plans`: there is no account of our own. No `payments`: no business may leave us the key of its own."""
        self._storage = storage
        self._plans = plans
        self._payments = payments
        self._clock = clock
        self._jobs = jobs
        self._applying = applying
        self._checkouts = checkouts
        self._taken: dict[tuple[str, str], datetime] = {}

    async def tick(self) -> None:
        """Once a minute: leave it to a job when it is time, for Stripe may take longer than the clock waits."""
        if self._plans is None and self._payments is None:
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
        if self._plans is not None:
            await self._look(None, None)
            await self._look_at_lapsed()
        after: UUID | None = None
        while self._payments is not None:
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

    async def _look(self, account: PayAccount | None, business_id: UUID | None) -> None:
        """Store what happened since the account was asked last, by whichever process."""
        whose = f"{business_id.hex} {account.account}" if account and business_id else ""
        now = self._clock.now()
        async with self._storage.work() as work:
            asked = await work.provider_events.asked_until(whose)
        since, new = _since(asked or (account.connected_at if account else None), now), 0
        try:
            while since < now:
                until = min(since + _SLICE, now)
                found = await self._listed(account, since, until if until < now else None)
                if account and business_id:
                    found = [
                        replace(of_business(event, business_id), account=account.account) for event in found
                    ]
                new += await self._store(found, whose, until)
                since = until
        except (Unavailable, InvalidInput) as error:
            log.warning("the events of %s cannot be read: %s", business_id or "our own account", error)
        if new:
            log.warning("%s events of %s had not been told", new, business_id or "our own account")

    async def _listed(
        self, account: PayAccount | None, since: datetime, until: datetime | None
    ) -> Sequence[ProviderEvent]:
        if account is not None and self._payments is not None:
            return await self._payments.list_events(account, since, until)
        return await self._plans.list_events(since, until) if self._plans is not None else ()

    async def _store(self, events: Sequence[ProviderEvent], whose: str, until: datetime) -> int:
        """How many of them were new."""
        async with self._storage.work() as work:
            stored = [await store(work, self._jobs, self._clock, event) for event in events]
            await work.provider_events.note_asked(whose, until)
        return sum(stored)

    async def _look_at_lapsed(self) -> None:
        """Once a day, read plans again whose time passed without a word: their news are older than any that Stripe
        lists, or were lost.
        """
        async with self._storage.work() as work:
            if not (await work.slots.reserve(_LAPSED, _EVERY, 0))[0]:
                return
        after: UUID | None = None
        while True:
            async with self._storage.work() as work:
                lapsed = await work.provider_events.list_lapsed(self._clock.now() - _LATE, _PAGE, after)
            for business_id, provider_id in lapsed:
                after = business_id
                try:
                    await self._applying.refresh(business_id, provider_id)
                except InvalidInput as error:
                    log.warning("the plan of business %s cannot be read again: %s", business_id, error)
                except Unavailable as error:
                    log.warning("plans are read again the next time: %s", error)
                    return
            if len(lapsed) < _PAGE:
                break
        async with self._storage.work() as work:
            await work.slots.hold(_LAPSED, _DAY)

    # -- what was left lying -----------------------------------------------------------------------

    async def sweep(self, older: timedelta) -> None:
        """Take up what was stored so long ago and is not done: the net below the job queue. What was taken up here
        a short while ago may just be waiting for Stripe, and would have one job more with every look.
        """
        if self._plans is None and self._payments is None:
            return
        now = self._clock.now()
        self._taken = {job: at for job, at in self._taken.items() if now - at < _AGAIN}
        async with self._storage.work() as work:
            found = [
                (EVENT_JOB, key) for key in await work.provider_events.list_unapplied(now - older, _MOST)
            ]
            if self._plans is not None:
                found += [(ORDER_JOB, key) for key in await open_orders(work.connection, now - older, _MOST)]
            left = [job for job in found if job not in self._taken]
            for name, key in left:
                await self._jobs.enqueue(work, name, key, urgent=False)
        self._taken |= dict.fromkeys(left, now)


def _since(known: datetime | None, now: datetime) -> datetime:
    """Not since the newest event that we know: it may have been told after others were not."""
    if known is None:
        return now - _KEPT
    return max(min(known, now) - _OVERLAP, now - _KEPT)
