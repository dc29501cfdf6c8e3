"""What was bought, how much of it is used up, and what was ordered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import fields, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.errors import Conflict, NotFound
from core.plan import Feature, Plan, Standing, Subscription
from core.plan_ports import OrderState
from storage.engine import Storage
from storage.plans import Unlimited, open_orders
from storage.tables import plan_change, usage
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop
from tests.storage.till import a_subscription, an_order

pytestmark = pytest.mark.usefixtures("selling")

MARCH, APRIL = "2026-03", "2026-04"
FIVE = 5


@pytest.fixture
async def other_process(database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(database_url, FixedClock(), pool_size=4, sells=True)
    yield storage
    await storage.close()


async def saved(shop: Shop, changed: Subscription) -> Subscription:
    async with shop.work() as work:
        return await work.plans.save(changed)


async def used(shop: Shop, feature: Feature = Feature.INVOICES, period: str = MARCH) -> int:
    async with shop.work() as work:
        return await work.plans.used(feature, period)


async def take(shop: Shop, most: int | None = FIVE) -> int | None:
    async with shop.work() as work:
        return await work.plans.take(Feature.INVOICES, MARCH, most)


# -- subscriptions ---------------------------------------------------------------------------------


async def test_a_business_that_bought_nothing_is_on_free(shop: Shop) -> None:
    async with shop.work() as work:
        found = [await work.plans.get(), await work.plans.lock()]

    assert found == [Subscription(), Subscription()]


async def test_a_subscription_comes_back_as_it_was_saved(shop: Shop, neighbour: Shop) -> None:
    bought = a_subscription()

    after = await saved(shop, bought)

    async with shop.work() as work:
        assert await work.plans.get() == after == replace(bought, version=1)
    assert [field.name for field in fields(after) if getattr(after, field.name) == field.default] == []
    async with neighbour.work() as work:
        assert await work.plans.get() == Subscription()


async def test_a_subscription_that_somebody_saved_meanwhile_is_not_overwritten(shop: Shop) -> None:
    first = await saved(shop, a_subscription())
    second = await saved(shop, replace(first, standing=Standing.ACTIVE, price=None))

    for stale in (a_subscription(), first):
        with pytest.raises(Conflict):
            await saved(shop, stale)

    async with shop.work() as work:
        assert await work.plans.get() == second


async def test_two_businesses_are_never_the_same_customer(shop: Shop, neighbour: Shop) -> None:
    bought = await saved(shop, a_subscription())
    await saved(neighbour, Subscription(trialed=True))

    with pytest.raises(Conflict):
        async with neighbour.work() as work:
            await work.plans.save(replace(await work.plans.get(), customer=bought.customer))


async def test_each_change_of_plan_or_standing_leaves_a_row(shop: Shop, clock: FixedClock) -> None:
    bought = await saved(shop, a_subscription())
    clock.advance(timedelta(days=14))
    bought = await saved(shop, replace(bought, renews_at=None))
    bought = await saved(shop, replace(bought, standing=Standing.ACTIVE))
    bought = await saved(shop, replace(bought, plan=Plan.BUSINESS))

    query = sa.select(plan_change).where(plan_change.c.business_id == sa.bindparam("tenant"))
    async with shop.work() as work:
        rows = [
            tuple(row)[1:]
            for row in await work.connection.execute(
                query.order_by(plan_change.c.version), {"tenant": shop.id}
            )
        ]
    assert rows == [
        (1, MORNING, "free", "pro", "none", "trialing"),
        (3, clock.at, "pro", "pro", "trialing", "active"),
        (4, clock.at, "pro", "business", "active", "active"),
    ]


async def test_who_locks_a_subscription_second_sees_what_the_first_one_saved(
    shop: Shop, other_process: Storage
) -> None:
    async def second() -> Subscription:
        async with other_process.work() as work:
            await work.enter(shop.id)
            return await work.plans.lock()

    async with shop.work() as work:
        await work.plans.lock()
        waiting = asyncio.create_task(second())
        await asyncio.wait({waiting}, timeout=0.05)
        after = await work.plans.save(a_subscription())

    assert await waiting == after


# -- usage -----------------------------------------------------------------------------------------


async def test_what_is_taken_counts_up_to_the_limit_and_no_further(shop: Shop, neighbour: Shop) -> None:
    taken = [await take(shop, 2) for _time in range(3)]

    assert taken == [1, 2, None]
    assert await used(shop) == 2
    assert [await used(neighbour), await used(shop, Feature.EVENTS), await used(shop, period=APRIL)] == [
        0
    ] * 3


async def test_a_plan_without_a_limit_counts_on_and_one_without_any_gives_none(shop: Shop) -> None:
    taken = [await take(shop, 0), await take(shop, None), await take(shop, None), await take(shop, 2)]

    assert taken == [None, 1, 2, None]


async def test_what_is_given_back_can_be_taken_again_and_never_falls_below_zero(shop: Shop) -> None:
    await take(shop, 1)
    async with shop.work() as work:
        for _time in range(3):
            await work.plans.give_back(Feature.INVOICES, MARCH)

    assert await used(shop) == 0
    assert [await take(shop, 1), await take(shop, 1)] == [1, None]


async def test_a_rollback_gives_back_what_was_taken(shop: Shop) -> None:
    await take(shop)

    with suppress(KeyError):
        async with shop.work() as work:
            assert await work.plans.take(Feature.INVOICES, MARCH, FIVE) == 2
            raise KeyError

    assert await used(shop) == 1


@pytest.mark.parametrize("commits", [True, False])
async def test_two_processes_race_for_the_last_one_and_one_of_them_wins(
    shop: Shop, other_process: Storage, commits: bool
) -> None:
    for _time in range(FIVE - 1):
        await take(shop)

    async def rival() -> int | None:
        async with other_process.work() as work:
            await work.enter(shop.id)
            return await work.plans.take(Feature.INVOICES, MARCH, FIVE)

    with suppress(KeyError):
        async with shop.work() as work:
            first = await work.plans.take(Feature.INVOICES, MARCH, FIVE)
            waiting = asyncio.create_task(rival())
            # It has to wait until this transaction ends, whichever way.
            done, _pending = await asyncio.wait({waiting}, timeout=0.05)
            if not commits:
                raise KeyError
    second = await waiting

    assert done == set()
    assert (first, second) == (FIVE, None if commits else FIVE)
    assert await used(shop) == FIVE


async def test_of_many_in_two_processes_as_many_win_as_there_are(shop: Shop, other_process: Storage) -> None:
    async def one(storage: Storage) -> int | None:
        async with storage.work() as work:
            await work.enter(shop.id)
            return await work.plans.take(Feature.INVOICES, MARCH, FIVE)

    racers = [one(storage) for storage in (shop.storage, other_process) for _time in range(4)]
    taken = await asyncio.gather(*racers)

    assert sorted(number for number in taken if number) == [1, 2, 3, 4, 5]
    assert taken.count(None) == 3


async def test_a_warning_is_given_once_in_a_period(shop: Shop) -> None:
    await take(shop)

    async with shop.work() as work:
        warned = [
            await work.plans.warn_once(*about)
            for about in (
                (Feature.INVOICES, MARCH), (Feature.INVOICES, MARCH), (Feature.INVOICES, APRIL),
                (Feature.EVENTS, MARCH),
            )
        ]  # fmt: skip

    assert warned == [True, False, True, True]
    assert await used(shop) == 1


async def test_reaching_a_limit_is_counted_beside_what_is_used(shop: Shop) -> None:
    await take(shop)
    for feature in (Feature.INVOICES, Feature.CHARTS, Feature.INVOICES):
        async with shop.work() as work:
            await work.plans.note_full(feature, MARCH)

    query = sa.select(usage.c.meter, usage.c.used, usage.c.full_count).where(usage.c.business_id == shop.id)
    async with shop.work() as work:
        rows = {tuple(row) for row in await work.connection.execute(query)}
    assert rows == {("invoices", 1, 2), ("charts", 0, 1)}


# -- orders ----------------------------------------------------------------------------------------


async def test_an_order_comes_back_as_it_was_stored_and_is_settled_once(shop: Shop, neighbour: Shop) -> None:
    order = an_order(shop.owner)
    async with shop.work() as work:
        await work.plans.add_order(order)
        assert await work.plans.lock_order(order.id) == order

    async with shop.work() as work:
        await work.plans.settle_order(order.id, OrderState.DONE)
        assert await work.plans.lock_order(order.id) == replace(order, state=OrderState.DONE)

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.plans.settle_order(order.id, OrderState.FAILED)
    with pytest.raises(NotFound):
        async with neighbour.work() as work:
            await work.plans.lock_order(order.id)


async def test_open_orders_of_all_businesses_are_found_oldest_first(shop: Shop, neighbour: Shop) -> None:
    # Long before any other test's.
    moments = [MORNING - timedelta(days=700, seconds=count) for count in (1, 2, 3, 4)]
    latest, third, second, first = orders = [
        an_order(whose.owner, created_at=moment)
        for whose, moment in zip((shop, neighbour, shop, neighbour), moments, strict=True)
    ]
    for whose, order in zip((shop, neighbour, shop, neighbour), orders, strict=True):
        async with whose.work() as work:
            await work.plans.add_order(order)
    async with neighbour.work() as work:
        await work.plans.settle_order(first.id, OrderState.FAILED)

    async with shop.storage.connection() as connection:
        found = await open_orders(connection, latest.created_at, 9)
        one = await open_orders(connection, latest.created_at, 1)

    assert found == [f"{shop.id.hex}:{second.id.hex}", f"{neighbour.id.hex}:{third.id.hex}"]
    assert one == found[:1]


# -- an install that sells nothing -----------------------------------------------------------------


async def test_an_install_that_sells_nothing_counts_nothing_and_takes_no_orders(
    shop: Shop, database_url: str
) -> None:
    storage = Storage(database_url, FixedClock(), pool_size=1)
    async with storage.work() as work:
        await work.enter(shop.id)
        plans = work.plans
        everything = Subscription(Plan.BUSINESS, Standing.ACTIVE)
        assert (plans.sells, await plans.get(), await plans.lock()) == (False, everything, everything)
        assert await plans.take(Feature.INVOICES, MARCH, 0) == 0
        assert not await plans.warn_once(Feature.INVOICES, MARCH)
        await plans.note_full(Feature.INVOICES, MARCH)
        await plans.give_back(Feature.INVOICES, MARCH)
        assert await plans.used(Feature.INVOICES, MARCH) == 0
        with pytest.raises(NotFound):
            await plans.lock_order(IDS.new())
    await storage.close()

    assert await used(shop) == 0


async def test_nothing_can_be_bought_where_nothing_is_sold(shop: Shop) -> None:
    plans = Unlimited()

    for attempt in (
        plans.save(a_subscription()),
        plans.add_order(an_order(shop.owner)),
        plans.settle_order(IDS.new(), OrderState.DONE),
    ):
        with pytest.raises(RuntimeError, match="sells nothing"):
            await attempt
