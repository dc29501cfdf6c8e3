"""Stripe as the settings have it, and everything about it wired together for one process."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.routing import Route

from bot.settings import Settings
from bot.stripe.applying import Applying
from bot.stripe.calls import RETRIES, Calls, Observe
from bot.stripe.catching_up import CATCH_UP_JOB, CatchingUp
from bot.stripe.checkouts import Checkouts
from bot.stripe.client_payments import ClientPayments
from bot.stripe.keys import Keys
from bot.stripe.ordering import Ordering
from bot.stripe.paying import Paying
from bot.stripe.plans import PlanSales
from core.errors import Unavailable
from core.money import Money
from core.pay_ports import EVENT_JOB, PAYMENT_JOB
from core.plan import Offer
from core.plan_ports import ORDER_JOB
from core.ports import Clock, Ids, Jobs
from handlers.ordering import Teller
from storage.engine import Storage
from storage.plans import open_orders

log = logging.getLogger(__name__)

Act = Callable[[str], Awaitable[None]]

PAID = "/paid"
"""The page to which Stripe sends members back."""
_MOST_ORDERS = 20
_MOST_EVENTS = 100
_MINUTE = 60.0
_AT_ONCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Stripe:
    """Both that we ask of it, over the same connections."""

    calls: Calls
    plans: PlanSales
    payments: ClientPayments


def stripe_of(
    settings: Settings, clock: Clock, observe: Observe | None = None, retries: int = RETRIES
) -> Stripe:
    """Also where nothing is sold: businesses have accounts of their own."""
    key = settings.stripe_secret_key.get_secret_value() if settings.stripe_secret_key else ""
    calls = Calls(settings.stripe_api_url, observe, retries=retries)
    host = f"http://{settings.host}:{settings.port}"
    after = f"{(settings.public_url or host).rstrip('/')}{PAID}"
    plans = PlanSales(calls, clock, key, settings.stripe_prices, after)
    return Stripe(calls, plans, ClientPayments(calls, clock, settings.public_url))


class Cashier:
    """The jobs, the routes and the clock's part of everything that is paid through Stripe."""

    def __init__(
        self, storage: Storage, clock: Clock, ids: Ids, jobs: Jobs, stripe: Stripe, settings: Settings
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._stripe = stripe
        self._settings = settings
        # Where plans are limited and none can be bought, there is no account of our own.
        self._sells = settings.sells and settings.stripe_secret_key is not None
        self._jobs = jobs
        self.checkouts = Checkouts(storage, clock, ids, jobs, stripe.payments, settings.public_url)
        self.keys = Keys(storage, clock, ids, jobs, stripe.payments)
        paying = Paying(storage, clock, ids, jobs, stripe.payments, self.checkouts.refused)
        self._applying = Applying(storage, stripe.plans, clock, ids, jobs, paying)
        self._ordering = Ordering(storage, stripe.plans, clock, Teller(ids, jobs), self._applying)
        self._catching_up = CatchingUp(
            storage, clock, jobs, self._applying, self.checkouts,
            plans=stripe.plans if self._sells else None,
            payments=stripe.payments if settings.secret_keys else None,
        )  # fmt: skip

    @property
    def acts(self) -> dict[str, Act]:
        """By the name of the job."""
        return {
            ORDER_JOB: self._ordering.run,
            EVENT_JOB: self._applying.apply,
            PAYMENT_JOB: self.checkouts.end_stale,
            CATCH_UP_JOB: self._catching_up.run,
        }

    def routes(self) -> list[Route]:
        from bot.stripe.webhook import Webhook  # noqa: PLC0415 - a chat serves nothing
        from bot.web.paid import paid_route  # noqa: PLC0415
        from bot.web.security import is_secure  # noqa: PLC0415

        settings = self._settings
        secrets = settings.stripe_webhook_secrets if self._sells else ()
        webhook = Webhook(self._storage, self._clock, self._jobs, secrets)
        return [*webhook.routes(), paid_route(is_secure(settings.public_url))]

    async def prices(self) -> Mapping[Offer, Money]:
        """Of the plans that are sold here. Raises Unavailable and InvalidInput like every call."""
        return await self._stripe.plans.read_prices() if self._sells else {}

    async def tick(self) -> None:
        """Once a minute."""
        await self._catching_up.tick()

    async def sweep(self, older: timedelta) -> None:
        """Take up what was stored so long ago and is not done."""
        await self._catching_up.sweep(older)

    async def run_orders(self) -> int:
        """Where no job does it: what was ordered just now is carried out; how much that was. What has to wait is
        tried again with the next update.
        """
        if not self._sells:
            return 0
        async with self._storage.connection() as connection:
            keys = await open_orders(connection, self._clock.now() + _AT_ONCE, _MOST_ORDERS)
        return sum([await self._tried(self._ordering.run, key) for key in keys])

    async def _tried(self, act: Act, key: str) -> bool:
        try:
            await act(key)
        except Unavailable as error:
            log.warning("something has to wait: %s", error)
            return False
        return True

    async def keep_time(self) -> None:
        """What jobs do elsewhere, at most once a minute, in a process that has none."""
        if not self._sells or not await self._catching_up.is_due(_MINUTE):
            return
        await self._catching_up.run()
        async with self._storage.work() as work:
            events = await work.provider_events.list_unapplied(self._clock.now() + _AT_ONCE, _MOST_EVENTS)
        for event_id in events:
            await self._tried(self._applying.apply, event_id)

    async def close(self) -> None:
        await self._stripe.calls.close()
