"""What a business bought, how much of it is used up, and what its members asked of the payment provider."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import N_, Conflict, NotFound
from core.money import Money
from core.plan import Feature, Plan, Standing, Subscription
from core.plan_ports import Order, OrderKind, OrderState
from storage.scope import Clocked, by_id
from storage.tables import UNSETTLED, plan_change, plan_order, subscription, usage

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_MINE = subscription.c.business_id == _TENANT
_GET = sa.select(subscription).where(_MINE)
_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))")
_ADD: dict[bool, Any] = {
    True: postgresql.insert(subscription).on_conflict_do_nothing(index_elements=["business_id"]),
    False: sqlite.insert(subscription).on_conflict_do_nothing(index_elements=["business_id"]),
}
_SET = (
    sa.update(subscription)
    .where(_MINE, subscription.c.version == sa.bindparam("seen"))
    .values({
        column.name: sa.bindparam(f"new_{column.name}", type_=column.type)
        for column in subscription.c if column.name != "business_id"
    })
)  # fmt: skip
_ADD_CHANGE = sa.insert(plan_change)

_NO_LIMIT = 2**31 - 1
_KEY = ["business_id", "meter", "period"]


def _usage(insert: Any, values: dict[str, Any], up: dict[str, Any], where: Any = None) -> sa.Executable:
    """One statement on either database: take the row's lock, look, count."""
    first = insert(usage).values({"used": 0, "warned": False, "full_count": 0, **values})
    done = first.on_conflict_do_update(index_elements=_KEY, set_=up, where=where)
    return cast(sa.Executable, done.returning(usage.c.used))


def _take(insert: Any) -> sa.Executable:
    return _usage(insert, {"used": 1}, {"used": usage.c.used + 1}, usage.c.used < sa.bindparam("most"))


def _warn(insert: Any) -> sa.Executable:
    return _usage(insert, {"warned": True}, {"warned": True}, ~usage.c.warned)


def _full(insert: Any) -> sa.Executable:
    return _usage(insert, {"full_count": 1}, {"full_count": usage.c.full_count + 1})


_TAKE, _WARN, _FULL = (
    {True: of(postgresql.insert), False: of(sqlite.insert)} for of in (_take, _warn, _full)
)
_OF_METER = sa.and_(
    usage.c.business_id == _TENANT,
    usage.c.meter == sa.bindparam("which"),
    usage.c.period == sa.bindparam("when"),
)
_GIVE_BACK = sa.update(usage).where(_OF_METER, usage.c.used > 0).values(used=usage.c.used - 1)
_USED = sa.select(usage.c.used).where(_OF_METER)

_ADD_ORDER = sa.insert(plan_order)
_LOCK_ORDER = sa.select(plan_order).where(by_id(plan_order)).with_for_update()
_SETTLE = sa.update(plan_order).where(by_id(plan_order), UNSETTLED).values(state=sa.bindparam("new_state"))
_OPEN_ORDERS = (
    sa.select(plan_order.c.business_id, plan_order.c.id)
    .where(UNSETTLED, plan_order.c.created_at < sa.bindparam("before", type_=plan_order.c.created_at.type))
    .order_by(plan_order.c.created_at)
    .limit(sa.bindparam("most"))
)


async def open_orders(connection: AsyncConnection, before: datetime, limit: int) -> list[str]:
    """The keys of ORDER_JOB of orders that were stored before that moment and are still open, oldest first."""
    rows = await connection.execute(_OPEN_ORDERS, {"before": before, "most": limit})
    return [f"{row.business_id.hex}:{row.id.hex}" for row in rows]


class SqlPlans(Clocked):
    """core.plan_ports.Plans of an install that sells plans."""

    sells = True

    async def get(self) -> Subscription:
        row = (await self._scope.mine(_GET)).one_or_none()
        return _subscription(row) if row else Subscription()

    async def lock(self) -> Subscription:
        """Not the row itself, which is not there before something was bought. SQLite has one writer at a time."""
        if self._scope.postgresql:
            await self._scope.run(_TURN, turn=f"plan {self._scope.business_id.hex}")
        return await self.get()

    async def save(self, changed: Subscription) -> Subscription:
        before = await self.get()
        after = replace(changed, version=changed.version + 1)
        values = _values(after)
        if changed.version:
            new = {f"new_{name}": value for name, value in values.items()}
            done = await self._scope.mine(_SET, seen=changed.version, **new)
        else:
            done = await self._scope.insert(_ADD[self._scope.postgresql], **values)
        if done.rowcount != 1:
            raise Conflict(N_("Somebody else changed this at the same moment. Please try again."))
        if (before.plan, before.standing) != (after.plan, after.standing):
            await self._scope.insert(
                _ADD_CHANGE, version=after.version, at=self._clock.now(), plan_from=before.plan.value,
                plan_to=after.plan.value, standing_from=before.standing.value, standing_to=after.standing.value,
            )  # fmt: skip
        return after

    async def take(self, feature: Feature, period: str, most: int | None) -> int | None:
        if most is None:
            most = _NO_LIMIT
        if most < 1:
            return None
        return await self._count(_TAKE, feature, period, most=most)

    async def give_back(self, feature: Feature, period: str) -> None:
        await self._scope.mine(_GIVE_BACK, which=feature.value, when=period)

    async def used(self, feature: Feature, period: str) -> int:
        found = (await self._scope.mine(_USED, which=feature.value, when=period)).scalar_one_or_none()
        return found or 0

    async def warn_once(self, feature: Feature, period: str) -> bool:
        return await self._count(_WARN, feature, period) is not None

    async def note_full(self, feature: Feature, period: str) -> None:
        await self._count(_FULL, feature, period)

    async def _count(
        self, statements: dict[bool, sa.Executable], feature: Feature, period: str, **values: Any
    ) -> int | None:
        statement = statements[self._scope.postgresql]
        done = await self._scope.insert(statement, meter=feature.value, period=period, **values)
        return done.scalar_one_or_none()

    async def add_order(self, order: Order) -> None:
        await self._scope.insert(
            _ADD_ORDER, id=order.id, kind=order.kind.value, member_id=order.member_id, chat=order.chat,
            sender=order.sender, created_at=order.created_at, plan=order.plan.value, yearly=order.yearly,
            state=order.state.value,
        )  # fmt: skip

    async def lock_order(self, order_id: UUID) -> Order:
        row = await self._scope.get(_LOCK_ORDER, "order", key=order_id)
        return Order(
            row.id, OrderKind(row.kind), row.member_id, row.chat, row.sender, row.created_at, Plan(row.plan),
            row.yearly, OrderState(row.state),
        )  # fmt: skip

    async def settle_order(self, order_id: UUID, state: OrderState) -> None:
        await self._scope.update(_SETTLE, key=order_id, new_state=state.value)


class Unlimited:
    """core.plan_ports.Plans of an install that sells nothing: all is included, nothing is counted or ordered."""

    sells = False

    async def get(self) -> Subscription:
        return _EVERYTHING

    async def lock(self) -> Subscription:
        return _EVERYTHING

    async def save(self, changed: Subscription) -> Subscription:
        raise RuntimeError(_SELLS_NOTHING)

    async def take(self, feature: Feature, period: str, most: int | None) -> int | None:
        return 0

    async def give_back(self, feature: Feature, period: str) -> None:
        return None

    async def used(self, feature: Feature, period: str) -> int:
        return 0

    async def warn_once(self, feature: Feature, period: str) -> bool:
        return False

    async def note_full(self, feature: Feature, period: str) -> None:
        return None

    async def add_order(self, order: Order) -> None:
        raise RuntimeError(_SELLS_NOTHING)

    async def lock_order(self, order_id: UUID) -> Order:
        """One from before the install stopped selling is not carried out."""
        raise NotFound(N_("There is no such order."))

    async def settle_order(self, order_id: UUID, state: OrderState) -> None:
        raise RuntimeError(_SELLS_NOTHING)


_EVERYTHING = Subscription(Plan.BUSINESS, Standing.ACTIVE)
_SELLS_NOTHING = "an install that sells nothing has no subscriptions and takes no orders"


def _values(bought: Subscription) -> dict[str, Any]:
    price = bought.price
    return {
        "version": bought.version, "plan": bought.plan.value, "standing": bought.standing.value,
        "yearly": bought.yearly, "currency": price.currency if price else None,
        "price_minor": price.minor if price else None, "renews_at": bought.renews_at,
        "trial_ends_at": bought.trial_ends_at, "ends_at": bought.ends_at, "past_due_since": bought.past_due_since,
        "trialed": bought.trialed, "customer": bought.customer, "provider_id": bought.provider_id,
        "told": bought.told,
    }  # fmt: skip


def _subscription(row: sa.Row[Any]) -> Subscription:
    return Subscription(
        plan=Plan(row.plan),
        standing=Standing(row.standing),
        yearly=row.yearly,
        price=None if row.currency is None else Money(row.price_minor, row.currency),
        renews_at=row.renews_at,
        trial_ends_at=row.trial_ends_at,
        ends_at=row.ends_at,
        past_due_since=row.past_due_since,
        trialed=row.trialed,
        customer=row.customer,
        provider_id=row.provider_id,
        told=row.told,
        version=row.version,
    )
