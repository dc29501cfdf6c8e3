"""ORDER_JOB: carries out at Stripe what a member ordered about the plan, and answers in the chat.

Stripe is called between two transactions, with the order's id as the idempotency key: whatever is lost on the way,
asking again gives the same answer and does nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from bot.stripe.applying import Applying
from core.errors import N_, InvalidInput, NotFound, Unavailable
from core.plan import TRIAL_DAYS, Subscription
from core.plan_ports import Bought, Order, OrderKind, OrderState, PlanProvider
from core.ports import Clock
from handlers.ordering import Teller
from storage.engine import Storage

log = logging.getLogger(__name__)

_PATIENCE = timedelta(hours=23)
"""Stripe knows an idempotency key for a day; after that the same call would be another one."""


@dataclass(frozen=True, slots=True)
class _Open:
    order: Order
    business_id: UUID
    subscription: Subscription
    email: str


class Ordering:
    def __init__(
        self, storage: Storage, provider: PlanProvider, clock: Clock, teller: Teller, applying: Applying
    ) -> None:
        self._storage = storage
        self._provider = provider
        self._clock = clock
        self._teller = teller
        self._applying = applying

    async def run(self, key: str) -> None:
        """`key` is `business:order`. Raises Unavailable when it has to be tried again."""
        found = await self._find(key)
        if found is None:
            return
        try:
            url = await self._carry_out(found)
        except InvalidInput as error:
            log.warning("order %s is refused: %s", found.order.id, error)
            await self._settle(found, OrderState.FAILED, error=error)
        except Unavailable as error:
            if self._clock.now() < found.order.created_at + _PATIENCE:
                raise
            await self._settle(found, OrderState.FAILED, error=error)
        else:
            await self._settle(found, OrderState.DONE, url)

    async def _find(self, key: str) -> _Open | None:
        """None for an order that was settled, or that nobody knows."""
        try:
            business_id, order_id = (UUID(hex=part) for part in key.split(":"))
        except ValueError:
            return None
        async with self._storage.work(business_id.hex) as work:
            await work.enter(business_id)
            try:
                order = await work.plans.lock_order(order_id)
                business = await work.businesses.get()
            except NotFound:
                return None
            if order.state is not OrderState.OPEN:
                return None
            return _Open(order, business_id, await work.plans.get(), business.email)

    async def _carry_out(self, found: _Open) -> str:
        """The address of the page that was opened; empty where none is needed."""
        order, subscription = found.order, found.subscription
        match order.kind:
            case OrderKind.UPGRADE:
                return await self._upgrade(found)
            case OrderKind.PORTAL:
                return await self._provider.open_portal(order, subscription)
            case OrderKind.CANCEL | OrderKind.RESUME:
                ends = order.kind is OrderKind.CANCEL
                await self._provider.set_ending(order, subscription, ends)
                # Whoever pressed the button looks at once, and Stripe's own news may be a while.
                await self._applying.refresh(found.business_id, subscription.provider_id)
                return ""

    async def _upgrade(self, found: _Open) -> str:
        """Stripe is asked what was bought before the page is opened and after it: our own row may be late, and an
        earlier page may have been paid on until it was closed. Raises InvalidInput for whoever has a plan.
        """
        if found.subscription.live:
            raise _bought_already()
        customer, bought = await self._customer(found)
        await self._must_be_first(found, bought)
        trialed = found.subscription.trialed or any(one.trialed for one in bought)
        checkout = await self._provider.open_upgrade(
            found.order, found.business_id, customer, 0 if trialed else TRIAL_DAYS
        )
        try:
            await self._must_be_first(found, await self._provider.list_bought(customer))
        except InvalidInput:
            await self._provider.close_upgrade(checkout)
            raise
        return checkout.url

    async def _must_be_first(self, found: _Open, bought: Sequence[Bought]) -> None:
        live = next((one for one in bought if one.live), None)
        if live is not None:
            await self._applying.refresh(found.business_id, live.provider_id)
            raise _bought_already()

    async def _customer(self, found: _Open) -> tuple[str, Sequence[Bought]]:
        """What Stripe calls the business, and what was sold to it under that name."""
        known = found.subscription.customer
        if known:
            try:
                return known, await self._provider.list_bought(known)
            except InvalidInput as error:
                if error.field != "stripe":
                    raise
                # It was deleted there, or is from before the install changed to another account.
                log.warning("business %s is named anew: %s", found.business_id, error)
        made = await self._provider.name_business(found.business_id, found.email)
        kept = await self._kept(found.business_id, known, made)
        return kept, await self._provider.list_bought(kept)

    async def _kept(self, business_id: UUID, before: str, made: str) -> str:
        """The name that the business has from here on: another one, where somebody else was first. Under two names
        two pages could be open.
        """
        async with self._storage.work(business_id.hex) as work:
            await work.enter(business_id)
            known = await work.plans.lock()
            if known.customer != before:
                return known.customer
            await work.plans.save(replace(known, customer=made))
            return made

    async def _settle(
        self, found: _Open, state: OrderState, url: str = "", error: InvalidInput | Unavailable | None = None
    ) -> None:
        async with self._storage.work(found.business_id.hex) as work:
            await work.enter(found.business_id)
            order = await work.plans.lock_order(found.order.id)
            if order.state is not OrderState.OPEN:
                return
            await work.plans.settle_order(order.id, state)
            if error is not None:
                await self._teller.tell_refusal(work, order, error)
            elif url:
                await self._teller.tell_link(work, order, url)


def _bought_already() -> InvalidInput:
    return InvalidInput("plan", N_("You have a plan already; it is changed on the page behind /billing."))
