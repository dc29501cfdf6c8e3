"""The numbers of a whole install, out of what its businesses did."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.chat_ports import InboxRow, OutboxRow, Settled
from core.money import Money
from core.pay_ports import ProviderEvent
from core.plan import Feature, Plan, Standing, Subscription
from storage.backup import snapshot
from storage.engine import Storage
from storage.figures import Told, Used, jobs, people, queues, sold, told, used
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop, open_shop

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
PRO = Subscription(Plan.PRO, Standing.ACTIVE, price=Money(1900, "EUR"))


@pytest.fixture
async def selling(fresh_database_url: str, clock: FixedClock) -> AsyncIterator[Storage]:
    """A database of its own, for what is counted is everybody's."""
    storage = Storage(fresh_database_url, clock, sells=True)
    yield storage
    await storage.close()


async def buys(shop: Shop, **changes: Any) -> None:
    async with shop.work() as work:
        await work.plans.save(replace(await work.plans.get(), **changes))


async def test_what_is_sold_is_told_from_how_subscriptions_went(selling: Storage, clock: FixedClock) -> None:
    stays, leaves, tries, returns = [await open_shop(selling) for _number in range(4)]
    for shop in (stays, leaves, returns):
        await buys(shop, plan=Plan.PRO, standing=Standing.ACTIVE, price=Money(1900, "EUR"))
    clock.advance(31 * DAY)
    await buys(leaves, standing=Standing.CANCELED)
    await buys(returns, standing=Standing.CANCELED)
    await buys(returns, standing=Standing.ACTIVE, plan=Plan.BUSINESS, price=Money(49_000, "EUR"), yearly=True)
    await buys(tries, plan=Plan.PRO, standing=Standing.TRIALING, price=Money(2100, "CHF"))

    async with selling.connection() as connection:
        found = await sold(connection, clock.now())

    assert found.subscriptions == {
        (Plan.PRO, Standing.ACTIVE): 1,
        (Plan.PRO, Standing.CANCELED): 1,
        (Plan.PRO, Standing.TRIALING): 1,
        (Plan.BUSINESS, Standing.ACTIVE): 1,
    }
    assert found.mrr == {"EUR": Money(1900 + 4083, "EUR")}
    assert (found.paying_then, found.lost, found.paying) == (3, 1, 2)
    assert (found.upgrades, found.downgrades) == (2, 2)


async def test_a_trial_is_converted_when_it_is_paid_for_even_late(
    selling: Storage, clock: FixedClock
) -> None:
    prompt, late, gone, long_ago, trying = [await open_shop(selling) for _number in range(5)]
    for shop in (prompt, late, gone, long_ago, trying):
        await buys(shop, plan=Plan.PRO, standing=Standing.TRIALING)
    await buys(long_ago, standing=Standing.ACTIVE)
    clock.advance(31 * DAY)
    await buys(prompt, standing=Standing.ACTIVE)
    await buys(late, standing=Standing.PAST_DUE)
    await buys(late, standing=Standing.ACTIVE)
    await buys(gone, standing=Standing.CANCELED)

    async with selling.connection() as connection:
        found = await sold(connection, clock.now())

    assert (found.trials, found.trials_ended, found.trials_converted) == (1, 3, 2)


async def test_use_and_full_limits_are_summed_over_all_businesses_of_a_month(selling: Storage) -> None:
    for count in (2, 3):
        shop = await open_shop(selling)
        async with shop.work() as work:
            for _number in range(count):
                await work.plans.take(Feature.INVOICES, "2026-03", 5)
            await work.plans.take(Feature.INVOICES, "2026-02", 5)
            await work.plans.note_full(Feature.MEMBERS, "2026-03")

    async with selling.connection() as connection:
        found = await used(connection, "2026-03")

    assert found == {"invoices": Used(5, 0), "members": Used(0, 2)}


async def test_events_tell_how_late_they_came_and_which_of_them_wait(
    selling: Storage, clock: FixedClock
) -> None:
    shop = await open_shop(selling)
    now = clock.now()
    ours = [
        ProviderEvent(f"evt_{number}", "invoice.payment_failed", "sub_1", now - late * SECOND)
        for number, late in enumerate((2, 4))
    ]
    theirs = ProviderEvent("evt_2", "invoice.payment_failed", "in_1", now - 12 * SECOND, shop.business.id)
    async with selling.work() as work:
        for event in (*ours, theirs):
            await work.provider_events.store(event, now)
        await work.provider_events.claim("evt_0", now + 5 * SECOND)
        await work.provider_events.fail("evt_1", "no such thing", now)
    clock.advance(60 * SECOND)

    async with selling.connection() as connection:
        found = await told(connection, clock.now())

    assert found == Told(
        stored=3, lag=6.0, longest_lag=12.0, delay=5.0, waiting=1, waiting_since=now, failed=1, payments_failed=2,
    )  # fmt: skip


async def test_what_waits_is_counted_by_its_state(selling: Storage, clock: FixedClock) -> None:
    await open_shop(selling)
    rows = {state: OutboxRow(IDS.new(), "telegram:7", {}, None) for state in ("pending", "failed", "sent")}
    async with selling.work() as work:
        await work.inbox.store("telegram", InboxRow("1", "telegram:7", {}), clock.now())
        for state, row in rows.items():
            await work.outbox.add(row, [])
            if state != "pending":
                await work.outbox.settle(row.id, Settled(state))

    async with selling.connection() as connection:
        found = await queues(connection, clock.now())
        waiting = await jobs(connection)

    assert (found.inbox, found.businesses) == (1, 1)
    assert found.deliveries == {"pending": 1, "sending": 0, "failed": 1, "uncertain": 0}
    assert waiting == {}


async def test_the_keeper_counts_every_business(fresh_database_url: str, clock: FixedClock) -> None:
    storage = Storage(fresh_database_url, clock)
    for _number in range(2):
        shop = await open_shop(storage)
        await shop.issue()
    await open_shop(storage)
    await storage.close()

    async with snapshot(fresh_database_url) as connection:
        found = await people(connection, clock.now().date())
        waiting = await queues(connection, clock.now())

    assert (found.businesses, found.members, found.clients) == (3, 3, 3)
    assert (found.issued, found.issued_lately, found.active) == (2, 2, 2)
    assert waiting.businesses == 3
