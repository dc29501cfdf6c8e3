"""What plans ask of the outside: their rows, and whoever sells them for us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.money import Money
from core.pay_ports import Checkout, ProviderEvent
from core.plan import Feature, Offer, Plan, Subscription

ORDER_JOB = "order"
"""The job that carries out an order at the payment provider; its key is `business:order`, both ids in hex."""


class OrderKind(StrEnum):
    UPGRADE = "upgrade"
    """Open a checkout for a plan; the answer is a link."""
    PORTAL = "portal"
    """Open the provider's page for cards, invoices and cancelling; the answer is a link."""
    CANCEL = "cancel"
    """End the subscription with the period that is paid for."""
    RESUME = "resume"
    """Take that back."""


class OrderState(StrEnum):
    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """What a member asked of the payment provider about the plan. Its id is the idempotency key of the call."""

    id: UUID
    kind: OrderKind
    member_id: UUID
    chat: str
    """`platform:address`: where the answer goes."""
    sender: str
    """`platform:identity` of who asked."""
    created_at: datetime
    plan: Plan = Plan.FREE
    yearly: bool = False
    state: OrderState = OrderState.OPEN


class Plans(Protocol):
    """The plan of the business entered, and how much of it is used up."""

    @property
    def sells(self) -> bool:
        """False in an install that sells nothing: everything is included and nobody hears of plans."""

    async def get(self) -> Subscription:
        """Free, where nothing was ever bought; the one without limits, where nothing is sold."""

    async def lock(self) -> Subscription:
        """Like get, and nobody else who locks it goes on before this transaction ends."""

    async def save(self, subscription: Subscription) -> Subscription:
        """Raises Conflict when somebody saved it since it was loaded."""

    async def take(self, feature: Feature, period: str, most: int | None) -> int | None:
        """Use up one of what is counted by the month: how many are used with it, or None when `most` are already.

        The row stays locked until the transaction ends, so two that race for the last one are told apart, and a
        rollback gives it back. `period` is `2026-11`.
        """

    async def give_back(self, feature: Feature, period: str) -> None:
        """One less, never below zero."""

    async def used(self, feature: Feature, period: str) -> int: ...
    async def warn_once(self, feature: Feature, period: str) -> bool:
        """True the first time that it is asked for this period."""

    async def note_full(self, feature: Feature, period: str) -> None:
        """Count that a limit was reached, for the operator's numbers."""

    async def add_order(self, order: Order) -> None: ...
    async def lock_order(self, order_id: UUID) -> Order: ...
    async def settle_order(self, order_id: UUID, state: OrderState) -> None:
        """Raises Conflict for one that was settled before."""


# -- the payment provider ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bought:
    """A subscription to one of our plans, as the provider lists it."""

    provider_id: str
    live: bool
    trialed: bool
    """It began with a trial."""
    offered: bool
    """At a price that is asked today; what an earlier one bought is known by name only."""


class PlanProvider(Protocol):
    """Whoever sells our plans, in our own account. Every call is over the network, so none is made in a transaction.

    Raises Unavailable when it does not answer or is overloaded, and InvalidInput when it refuses.
    """

    async def name_business(self, business_id: UUID, email: str) -> str:
        """The provider's name of a business that never bought anything."""

    async def list_bought(self, customer: str) -> Sequence[Bought]:
        """Every plan that was ever sold to whom the provider knows by that name, newest first."""

    async def open_upgrade(self, order: Order, business_id: UUID, customer: str, trial_days: int) -> Checkout:
        """Of several pages for one customer only the one of the last order stays open. Raises InvalidInput where
        that is another one.
        """

    async def close_upgrade(self, checkout: Checkout) -> None:
        """Nobody can buy on it any more."""

    async def open_portal(self, order: Order, subscription: Subscription) -> str: ...
    async def set_ending(self, order: Order, subscription: Subscription, ends: bool) -> None: ...
    async def read_prices(self) -> Mapping[Offer, Money]:
        """What each plan costs that is sold here, where it is a fixed amount."""

    async def buyer_of(self, provider_id: str) -> tuple[UUID | None, str]:
        """The business that a subscription was sold to, and the provider's name of who pays for it; the first is
        None for what somebody else sells in the same account.
        """

    async def read_subscription(self, provider_id: str, before: Subscription) -> Subscription:
        """As it stands now, on top of what is known of it. Raises InvalidInput for what is none of our plans."""

    async def list_events(self, since: datetime, until: datetime | None = None) -> Sequence[ProviderEvent]:
        """What happened there since, and before the end of that second, oldest first."""
