"""Each event of the payment provider is stored once and applied once, whatever is repeated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.pay_ports import ProviderEvent
from core.plan import Standing
from storage.engine import Storage
from storage.tables import stripe_event
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop
from tests.storage.till import a_subscription, an_event

pytestmark = pytest.mark.usefixtures("selling")

LATER = MORNING + timedelta(minutes=7)


@pytest.fixture
async def other_process(database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(database_url, FixedClock(), pool_size=1)
    yield storage
    await storage.close()


async def store(storage: Storage, *events: ProviderEvent, at: datetime = MORNING) -> list[bool]:
    async with storage.work() as work:
        return [await work.provider_events.store(event, at) for event in events]


async def claim(storage: Storage, event: ProviderEvent) -> ProviderEvent | None:
    async with storage.work() as work:
        return await work.provider_events.claim(event.id, LATER)


async def get(storage: Storage, event: ProviderEvent) -> ProviderEvent | None:
    async with storage.work() as work:
        return await work.provider_events.get(event.id)


async def row(storage: Storage, event: ProviderEvent, *names: str) -> tuple[Any, ...]:
    async with storage.connection() as connection:
        query = sa.select(*(stripe_event.c[name] for name in names)).where(stripe_event.c.id == event.id)
        return tuple((await connection.execute(query)).one())


async def test_an_event_is_stored_once_and_comes_back_as_it_was(shop: Shop) -> None:
    storage = shop.storage
    ours, theirs = an_event(), an_event(business_id=shop.id, object_id="cs_7")

    stored = await store(storage, ours, theirs, replace(ours, type="forged"))

    assert stored == [True, True, False]
    assert [await get(storage, ours), await get(storage, theirs)] == [ours, theirs]
    assert await get(storage, an_event()) is None


async def test_an_event_is_claimed_once_and_then_it_is_no_longer_there(storage: Storage) -> None:
    event = an_event()
    await store(storage, event)

    claimed = [await claim(storage, event), await claim(storage, event), await claim(storage, an_event())]

    assert claimed == [event, None, None]
    assert await get(storage, event) is None
    assert await row(storage, event, "stored_at", "applied_at", "failed_at") == (MORNING, LATER, None)
    assert await store(storage, event) == [False]


async def test_a_rollback_leaves_the_event_to_be_applied(storage: Storage) -> None:
    event = an_event()
    await store(storage, event)

    with suppress(KeyError):
        async with storage.work() as work:
            await work.provider_events.claim(event.id, LATER)
            raise KeyError

    assert await claim(storage, event) == event


async def test_of_two_processes_that_claim_an_event_one_applies_it(
    storage: Storage, other_process: Storage
) -> None:
    event = an_event()
    await store(storage, event)

    async with storage.work() as work:
        first = await work.provider_events.claim(event.id, LATER)
        waiting = asyncio.create_task(claim(other_process, event))
        await asyncio.wait({waiting}, timeout=0.05)

    assert (first, await waiting) == (event, None)


async def test_one_that_cannot_be_applied_is_left_with_its_reason(storage: Storage) -> None:
    event, applied = an_event(), an_event()
    await store(storage, event, applied)
    await claim(storage, applied)

    async with storage.work() as work:
        for each in (event, applied):
            await work.provider_events.fail(each.id, "The amount differs." + "x" * 900, LATER)

    assert [await claim(storage, event), await get(storage, event)] == [None, None]
    failed_at, error = await row(storage, event, "failed_at", "error")
    assert (failed_at, error[:20], len(error)) == (LATER, "The amount differs.x", 500)
    assert await row(storage, applied, "failed_at", "error") == (None, "")


async def test_what_was_never_applied_is_found_oldest_first(storage: Storage) -> None:
    # Long before any other test's.
    long_ago = MORNING - timedelta(days=700)
    events = [an_event() for _count in range(5)]
    for seconds, event in reversed(list(enumerate(events))):
        await store(storage, event, at=long_ago + timedelta(seconds=seconds))
    await claim(storage, events[1])
    async with storage.work() as work:
        await work.provider_events.fail(events[2].id, "x", LATER)

        found = await work.provider_events.list_unapplied(long_ago + timedelta(seconds=4), 9)
        one = await work.provider_events.list_unapplied(long_ago + timedelta(seconds=4), 1)

    assert (found, one) == ([events[0].id, events[3].id], [events[0].id])


async def test_a_business_is_found_by_the_name_that_the_provider_has_for_it(
    shop: Shop, neighbour: Shop
) -> None:
    async with shop.work() as work:
        bought = await work.plans.save(a_subscription())
    async with neighbour.work() as work:
        await work.plans.save(a_subscription(customer=""))

    async def find(customer: str) -> UUID | None:
        async with shop.storage.work() as work:
            return await work.provider_events.find_business(customer)

    found = [await find(bought.customer), await find("cus_nobody"), await find("")]
    assert found == [shop.id, None, None]


async def test_live_plans_whose_time_has_passed_are_listed_business_by_business(
    shop: Shop, neighbour: Shop
) -> None:
    none, earlier = None, MORNING - timedelta(days=1)
    for each, changes in (
        (shop, {"renews_at": earlier, "ends_at": none}),
        (neighbour, {"renews_at": MORNING, "ends_at": earlier}),
    ):
        async with each.work() as work:
            await work.plans.save(a_subscription(provider_id=f"sub_{each.id.hex}", **changes))
    both = sorted((each.id, f"sub_{each.id.hex}") for each in (shop, neighbour))

    async with shop.storage.work() as work:
        events = work.provider_events
        found = await events.list_lapsed(MORNING, 10**6)
        later = await events.list_lapsed(MORNING, 10**6, after=both[0][0])
        before = await events.list_lapsed(earlier, 10**6)

    assert [row for row in found if row in both] == both
    assert [row for row in later if row in both] == both[1:]
    assert not set(before) & set(both)


async def test_a_plan_that_is_over_is_no_longer_read_again(shop: Shop) -> None:
    async with shop.work() as work:
        await work.plans.save(a_subscription(standing=Standing.CANCELED, ends_at=MORNING))

    async with shop.storage.work() as work:
        found = await work.provider_events.list_lapsed(MORNING + timedelta(days=40), 10**6)

    assert shop.id not in [business_id for business_id, _name in found]


async def test_until_when_an_account_was_asked_is_kept(storage: Storage) -> None:
    whose = f"{UUID(int=7).hex} acct_7"
    async with storage.work() as work:
        events = work.provider_events
        seen = [await events.asked_until(whose)]
        for until in (MORNING, LATER):
            await events.note_asked(whose, until)
            seen.append(await events.asked_until(whose))

    assert seen == [None, MORNING, LATER]


async def test_what_is_yet_to_be_applied_of_one_account_is_told(shop: Shop) -> None:
    event = an_event(business_id=shop.id, account="acct_7")
    await store(shop.storage, event)

    async with shop.storage.work() as work:
        events = work.provider_events
        before = [await events.is_unapplied(shop.id, name) for name in ("acct_7", "acct_11")]
        await events.claim(event.id, LATER)
        after = await events.is_unapplied(shop.id, "acct_7")

    assert (before, after) == ([True, False], False)
