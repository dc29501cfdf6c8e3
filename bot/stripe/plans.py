"""core.plan_ports.PlanProvider at Stripe: our own account, in which plans are sold."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from bot.stripe.amounts import from_stripe
from bot.stripe.calls import Calls
from bot.stripe.client_payments import Json, moment, name_of
from bot.stripe.listing import listed
from core.errors import N_, InvalidInput
from core.money import Money
from core.pay_ports import Checkout, ProviderEvent
from core.plan import LIVE, Offer, Plan, Standing, Subscription
from core.plan_ports import Bought, Order
from core.ports import Clock
from handlers.context import as_id

log = logging.getLogger(__name__)

_NOTHING_BOUGHT = N_("Nothing was bought yet. See what there is: /upgrade")
_PAGE = 100


class PlanSales:
    """`key` is that of our own account, empty where nothing is sold. `after` is where Stripe sends people back to:
    a page that says nothing, since anybody may open it.
    """

    def __init__(self, calls: Calls, clock: Clock, key: str, prices: Mapping[Offer, str], after: str) -> None:
        self._calls = calls
        self._clock = clock
        self._key = key
        self._prices = dict(prices)
        self._after = after

    async def name_business(self, business_id: UUID, email: str) -> str:
        """The same name for a day, should it be asked for again before it was kept."""
        params: dict[str, Any] = {"metadata": {"business": business_id.hex}}
        if email:
            params["email"] = email
        # Stripe refuses a key that comes again with another address.
        key = f"customer-{business_id.hex}-{sha256(email.encode()).hexdigest()[:16]}"
        client = await self._calls.client(self._own_key())
        with self._calls.call("customer.create"):
            return (await client.v1.customers.create_async(cast(Any, params), {"idempotency_key": key})).id

    async def list_bought(self, customer: str) -> Sequence[Bought]:
        client = await self._calls.client(self._own_key())
        with self._calls.call("subscriptions.list"):
            found = await client.v1.subscriptions.list_async(
                {"customer": customer, "status": "all", "limit": _PAGE}
            )
        return [bought for one in found.data if (bought := self._bought(one.to_dict())) is not None]

    def _bought(self, sold: Json) -> Bought | None:
        """None for whatever else the customer buys in the account."""
        offered = self._offer(self._item(sold)["price"]["id"], Subscription()) is not None
        if not offered and _business_of(sold) is None:
            return None
        live = _standing(sold) in LIVE
        return Bought(str(sold["id"]), live, sold.get("trial_start") is not None, offered)

    async def open_upgrade(self, order: Order, business_id: UUID, customer: str, trial_days: int) -> Checkout:
        price = self._prices.get(Offer(order.plan, order.yearly))
        if price is None:
            raise InvalidInput("plan", N_("This plan cannot be bought here."))
        names = {"business": business_id.hex}
        sold: dict[str, Any] = {"metadata": names}
        if trial_days:
            sold["trial_period_days"] = trial_days
        params = {
            "mode": "subscription",
            "line_items": [{"price": price, "quantity": 1}],
            "client_reference_id": business_id.hex,
            "customer": customer,
            "metadata": {**names, "order": order.id.hex},
            "subscription_data": sold,
            "success_url": self._after,
            "cancel_url": self._after,
        }
        client = await self._calls.client(self._own_key())
        with self._calls.call("checkout.create"):
            found = await client.v1.checkout.sessions.create_async(
                cast(Any, params), {"idempotency_key": order.id.hex}
            )
        checkout = Checkout(found.id, found.url or "", moment(found.expires_at))
        await self._close_others(customer, order, checkout)
        return checkout

    async def _close_others(self, customer: str, order: Order, checkout: Checkout) -> None:
        """On two pages two plans could be bought. Whoever opens one looks afterwards, so of two who open theirs at
        the same moment at least one sees both; which of them stays follows from the orders alone.
        """
        client = await self._calls.client(self._own_key())
        with self._calls.call("checkout.list"):
            found = await client.v1.checkout.sessions.list_async(
                {"customer": customer, "status": "open", "limit": _PAGE}
            )
        superseded = False
        for session in found.data:
            placed = as_id((session.to_dict().get("metadata") or {}).get("order"))
            if placed is None or session.id == checkout.provider_id:
                # Whatever else the customer is about to pay in the account stays.
                continue
            if placed.int > order.id.int:
                superseded = True
            else:
                await self._expire(session.id)
        if superseded:
            await self._expire(checkout.provider_id)
            raise InvalidInput("plan", N_("Another page was opened for your business since; buy it there."))

    async def close_upgrade(self, checkout: Checkout) -> None:
        await self._expire(checkout.provider_id)

    async def _expire(self, checkout: str) -> None:
        client = await self._calls.client(self._own_key())
        try:
            with self._calls.call("checkout.expire"):
                await client.v1.checkout.sessions.expire_async(checkout)
        except InvalidInput as error:
            # It is over already: somebody else closed it, or paid on it.
            log.warning("checkout %s cannot be closed: %s", checkout, error)

    async def open_portal(self, order: Order, subscription: Subscription) -> str:
        if not subscription.customer:
            raise InvalidInput("plan", _NOTHING_BOUGHT)
        client = await self._calls.client(self._own_key())
        with self._calls.call("portal.create"):
            found = await client.v1.billing_portal.sessions.create_async(
                {"customer": subscription.customer, "return_url": self._after},
                {"idempotency_key": order.id.hex},
            )
        return found.url

    async def set_ending(self, order: Order, subscription: Subscription, ends: bool) -> None:
        """Nothing is changed where it stands so already: the answer to the call that did it may have been lost."""
        if not subscription.provider_id:
            raise InvalidInput("plan", _NOTHING_BOUGHT)
        sold = await self._retrieve(subscription.provider_id)
        if ends == (_ending(sold, self._item(sold)) is not None):
            return
        params: dict[str, Any] = {"cancel_at_period_end": ends}
        if not ends and not sold.get("cancel_at_period_end"):
            # What the portal cancels may end on a day instead (docs.stripe.com/billing/subscriptions/billing-mode).
            params = {"cancel_at": ""}
        client = await self._calls.client(self._own_key())
        with self._calls.call("subscription.update"):
            await client.v1.subscriptions.update_async(
                subscription.provider_id, cast(Any, params), {"idempotency_key": order.id.hex}
            )

    async def read_prices(self) -> Mapping[Offer, Money]:
        client = await self._calls.client(self._own_key())
        found: dict[Offer, Money] = {}
        for offer, name in self._prices.items():
            with self._calls.call("price.retrieve"):
                price = _price((await client.v1.prices.retrieve_async(name)).to_dict())
            if price is not None:
                found[offer] = price
        return found

    async def buyer_of(self, provider_id: str) -> tuple[UUID | None, str]:
        sold = await self._retrieve(provider_id)
        return _business_of(sold), name_of(sold.get("customer"))

    async def read_subscription(self, provider_id: str, before: Subscription) -> Subscription:
        sold = await self._retrieve(provider_id)
        same = before.provider_id == sold["id"]
        item = self._item(sold)
        offer = self._offer(item["price"]["id"], before if same else Subscription())
        if offer is None:
            raise InvalidInput(
                "price", N_("The price {price} belongs to no plan."), price=item["price"]["id"]
            )
        standing = _standing(sold)
        late_since = before.past_due_since if same and before.standing is Standing.PAST_DUE else None
        return replace(
            before,
            plan=offer.plan,
            standing=standing,
            yearly=offer.yearly,
            price=_price(item["price"]),
            renews_at=moment(item.get("current_period_end")),
            trial_ends_at=moment(sold.get("trial_end")),
            ends_at=_ending(sold, item),
            past_due_since=(late_since or self._clock.now()) if standing is Standing.PAST_DUE else None,
            trialed=before.trialed or sold.get("trial_start") is not None,
            customer=name_of(sold.get("customer")),
            provider_id=str(sold["id"]),
        )

    def _item(self, sold: Json) -> Json:
        """The one that is a plan; there may be others beside it."""
        items: list[Json] = sold["items"]["data"]
        prices = set(self._prices.values())
        return next((item for item in items if item["price"]["id"] in prices), items[0])

    async def _retrieve(self, provider_id: str) -> Json:
        client = await self._calls.client(self._own_key())
        with self._calls.call("subscription.retrieve"):
            return (await client.v1.subscriptions.retrieve_async(provider_id)).to_dict()

    def _offer(self, price: str, before: Subscription) -> Offer | None:
        """What an earlier price of ours bought stays what it is."""
        for offer, known in self._prices.items():
            if known == price:
                return offer
        return None if before.plan is Plan.FREE else Offer(before.plan, before.yearly)

    async def list_events(self, since: datetime, until: datetime | None = None) -> Sequence[ProviderEvent]:
        return await listed(self._calls, self._own_key(), since, until, ours=True)

    def _own_key(self) -> str:
        if not self._key:
            raise InvalidInput("plan", N_("This plan cannot be bought here."))
        return self._key


_STANDINGS: Mapping[str, Standing] = {
    **{standing.value: standing for standing in Standing if standing is not Standing.NONE},
    "incomplete_expired": Standing.CANCELED,
}


def _standing(sold: Json) -> Standing:
    return _STANDINGS.get(sold["status"], Standing.NONE)


def _business_of(sold: Json) -> UUID | None:
    """None for what was not bought on a page that we opened."""
    return as_id((sold.get("metadata") or {}).get("business"))


def _ending(sold: Json, item: Json) -> datetime | None:
    if sold["status"] in ("canceled", "incomplete_expired"):
        return moment(sold.get("ended_at") or sold.get("canceled_at"))
    if sold.get("cancel_at"):
        return moment(sold["cancel_at"])
    return moment(item.get("current_period_end")) if sold.get("cancel_at_period_end") else None


def _price(price: Json) -> Money | None:
    """None where it is no fixed one."""
    amount = price.get("unit_amount")
    return None if amount is None else from_stripe(amount, price["currency"])
