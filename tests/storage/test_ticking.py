"""The tick: whose moment has come is handed out once, together with what was decided, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.digest import Days, DigestRules
from core.reminder import ReminderRules
from storage.codec import encode
from storage.engine import Storage, create_engine
from storage.tables import agenda, business, digest_run
from storage.ticking import Claim, claim_due, claim_stale, heal
from tests.builders.core import IDS, a_business
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import open_shop

TODAY, TOMORROW = date(2026, 3, 5), date(2026, 3, 6)
NINE = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
"""Tomorrow in Berlin."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def fleet(fresh_database_url: str, clock: FixedClock) -> AsyncIterator[Storage]:
    """A database of its own, for a tick is about everybody."""
    storage = Storage(fresh_database_url, clock)
    yield storage
    await storage.close()


async def ticked(fleet: Storage, now: datetime, limit: int = 200) -> list[Claim]:
    async with fleet.connection() as connection:
        return await claim_due(connection, now, limit)


async def slowly_ticked(fleet: Storage, limit: int) -> list[Claim]:
    """On PostgreSQL the other one claims before this one commits; SQLite lets it wait."""
    async with fleet.connection() as connection:
        claims = await claim_due(connection, NINE, limit)
        await asyncio.sleep(0.05)
        return claims


async def runs(fleet: Storage) -> list[tuple[UUID, date, datetime]]:
    query = sa.select(digest_run.c.business_id, digest_run.c.local_on, digest_run.c.decided_at)
    async with fleet.connection() as connection:
        return [tuple(row) for row in await connection.execute(query.order_by(digest_run.c.business_id))]


async def plans(fleet: Storage, *columns: sa.Column[Any]) -> list[tuple[Any, ...]]:
    query = sa.select(*columns).order_by(agenda.c.business_id)
    async with fleet.connection() as connection:
        return [tuple(row) for row in await connection.execute(query)]


async def populate(url: str, number: int, next_at: datetime) -> list[UUID]:
    """Businesses that all want their digest at nine in Berlin, in one go."""
    ids = [IDS.new() for _each in range(number)]
    data = encode(a_business())
    engine = create_engine(url, as_app=False)
    async with engine.begin() as connection:
        await connection.execute(
            sa.insert(business),
            [{"business_id": each, "version": 0, "name": "K", "data": data} for each in ids],
        )
        await connection.execute(
            sa.insert(agenda),
            [
                {"business_id": each, "zone": "Europe/Berlin", "digest_at": time(9), "digest_days": "all",
                 "look_at": time(9), "since": TODAY, "digest_on": TODAY, "looked_on": TODAY,
                 "digest_next": next_at, "look_next": next_at, "next_at": next_at}
                for each in ids
            ],
        )  # fmt: skip
    await engine.dispose()
    return ids


async def test_nobody_is_handed_out_before_the_moment(fleet: Storage) -> None:
    await open_shop(fleet)

    claims = await ticked(fleet, NINE - timedelta(microseconds=1))

    assert claims == []


async def test_a_digest_is_decided_for_its_local_date_and_the_next_one_planned(fleet: Storage) -> None:
    shop = await open_shop(fleet)

    claims = await ticked(fleet, NINE + MINUTE)

    assert claims == [Claim(shop.id, TOMORROW, wakes=True)]
    assert await runs(fleet) == [(shop.id, TOMORROW, NINE + MINUTE)]
    columns = (agenda.c.digest_on, agenda.c.next_at, agenda.c.woken_at)
    assert await plans(fleet, *columns) == [(TOMORROW, NINE + timedelta(days=1), NINE + MINUTE)]


async def test_the_next_minute_hands_out_nothing(fleet: Storage) -> None:
    await open_shop(fleet)

    first = await ticked(fleet, NINE)
    second = await ticked(fleet, NINE + MINUTE)

    assert (len(first), second) == (1, [])


async def test_a_day_without_any_tick_is_caught_up_once_and_not_replayed(fleet: Storage) -> None:
    shop = await open_shop(fleet)
    late = NINE + timedelta(days=2, hours=5)

    claims = await ticked(fleet, late)
    again = await ticked(fleet, late + MINUTE)

    assert (claims, again) == ([Claim(shop.id, date(2026, 3, 8), wakes=True)], [])
    assert [on for _id, on, _at in await runs(fleet)] == [date(2026, 3, 8)]


async def test_a_look_without_a_digest_wakes_and_decides_nothing(fleet: Storage) -> None:
    shop = await open_shop(fleet, digest=DigestRules(days=Days.OFF))

    claims = await ticked(fleet, NINE)

    assert claims == [Claim(shop.id, None, wakes=True)]
    assert await runs(fleet) == []


async def test_a_weekly_digest_is_only_planned_again_on_other_days(fleet: Storage) -> None:
    """5 March 2026 is a Thursday, and no plan reaches further than a day and a half."""
    shop = await open_shop(fleet, digest=DigestRules(days=Days.MONDAY), reminders=ReminderRules(on=False))

    seen = [
        claim for hours in range(24 * 7) for claim in await ticked(fleet, MORNING + timedelta(hours=hours))
    ]

    woken = [claim for claim in seen if claim.wakes]
    assert woken == [Claim(shop.id, date(2026, 3, 9), wakes=True)]
    assert 1 < len(seen) < 7


async def test_the_longest_due_come_first_and_no_more_than_asked_for(fleet: Storage) -> None:
    shops = [await open_shop(fleet, digest=DigestRules(time(hour)), reminders=ReminderRules(on=False))
             for hour in (10, 8, 9)]  # fmt: skip

    claims = await ticked(fleet, NINE + timedelta(hours=3), limit=2)

    assert [claim.business_id for claim in claims] == [shops[1].id, shops[2].id]


async def test_two_schedulers_at_once_share_the_businesses(fleet: Storage, fresh_database_url: str) -> None:
    ids = await populate(fresh_database_url, 30, NINE)

    both = [asyncio.create_task(slowly_ticked(fleet, 20)) for _scheduler in range(2)]
    first, second = sorted(await asyncio.gather(*both), key=len, reverse=True)

    assert (len(first), len(second)) == (20, 10)
    assert {claim.business_id for claim in (*first, *second)} == set(ids)
    assert [business_id for business_id, _on, _at in await runs(fleet)] == sorted(ids)


async def test_a_tick_that_dies_leaves_everything_due(fleet: Storage) -> None:
    class Killed(Exception):
        pass

    shop = await open_shop(fleet)
    with suppress(Killed):
        async with fleet.connection() as connection:
            await claim_due(connection, NINE, 200)
            raise Killed

    left = await runs(fleet)
    claims = await ticked(fleet, NINE + MINUTE)

    assert (left, claims) == ([], [Claim(shop.id, TOMORROW, wakes=True)])


async def test_a_date_that_was_decided_already_is_not_decided_again(fleet: Storage) -> None:
    shop = await open_shop(fleet)
    async with fleet.connection() as connection:
        decided = {"business_id": shop.id, "local_on": TOMORROW, "decided_at": MORNING, "made_at": MORNING}
        await connection.execute(sa.insert(digest_run), [decided])

    await ticked(fleet, NINE)

    assert await runs(fleet) == [(shop.id, TOMORROW, MORNING)]


async def test_each_of_thousands_of_businesses_is_handed_out_once(
    fleet: Storage, fresh_database_url: str
) -> None:
    """Ten thousand where there may be many; an SQLite file is the home of a few."""
    many = 1_000 if fleet.is_sqlite else 10_000
    ids = await populate(fresh_database_url, many, NINE)

    batches = [await ticked(fleet, NINE) for _batch in range(many // 200 + 1)]

    assert [len(batch) for batch in batches] == [200] * (many // 200) + [0]
    assert {claim.business_id for batch in batches for claim in batch} == set(ids)
    assert {on for _id, on, _at in await runs(fleet)} == {TOMORROW}
    assert len(await runs(fleet)) == many


async def test_a_wake_before_the_digest_is_not_lost_by_the_claim(fleet: Storage) -> None:
    shop = await open_shop(fleet, digest=DigestRules(time(8)))
    later = NINE - timedelta(minutes=20)
    async with shop.work() as work:
        await work.agendas.wake(later)

    claims = await ticked(fleet, NINE - timedelta(hours=1))

    assert claims == [Claim(shop.id, TOMORROW, wakes=True)]
    assert await plans(fleet, agenda.c.look_next, agenda.c.next_at) == [(later, later)]


async def test_who_was_woken_and_never_came_to_rest_is_woken_again_later(fleet: Storage) -> None:
    shop = await open_shop(fleet)
    await ticked(fleet, NINE)

    seen = []
    for minutes in (14, 15, 16, 30):
        now = NINE + minutes * MINUTE
        async with fleet.connection() as connection:
            seen.append(await claim_stale(connection, now, now - timedelta(minutes=15), 200))

    assert seen == [[], [shop.id], [], [shop.id]]


async def test_who_came_to_rest_is_left_alone(fleet: Storage, clock: FixedClock) -> None:
    shop = await open_shop(fleet)
    await ticked(fleet, NINE)
    clock.at = NINE + MINUTE
    async with shop.work() as work:
        await work.agendas.lock()
        await work.agendas.looked(TOMORROW)
        await work.agendas.rest()

    async with fleet.connection() as connection:
        found = await claim_stale(connection, NINE + timedelta(days=1), NINE + timedelta(days=1), 200)

    assert found == []


async def test_a_plan_of_a_clock_that_had_jumped_ahead_is_made_anew(fleet: Storage) -> None:
    shop = await open_shop(fleet)
    await ticked(fleet, NINE + timedelta(days=400))

    async with fleet.connection() as connection:
        healed = await heal(connection, MORNING, 200)
        again = await heal(connection, MORNING, 200)
    claims = await ticked(fleet, NINE)

    assert (healed, again) == (1, 0)
    assert claims == [Claim(shop.id, TOMORROW, wakes=True)]


async def test_what_somebody_put_off_for_long_is_not_healed_each_minute(fleet: Storage) -> None:
    silent = {"digest": DigestRules(days=Days.OFF), "reminders": ReminderRules(on=False)}
    shop = await open_shop(fleet, **silent)
    far = MORNING + timedelta(days=30)
    async with shop.work() as work:
        await work.agendas.wake(far)

    async with fleet.connection() as connection:
        healed = [await heal(connection, MORNING + minute * MINUTE, 200) for minute in range(3)]
    claims = [await ticked(fleet, MORNING + timedelta(days=day)) for day in (1, 3, 30)]

    assert healed == [1, 0, 0]
    assert [[claim.wakes for claim in claimed] for claimed in claims] == [[], [False], [True]]


async def test_a_business_may_move_to_another_zone_between_two_digests(fleet: Storage) -> None:
    """At nine in Berlin it is a quarter to two in the afternoon in Kathmandu, where it was told today already."""
    shop = await open_shop(fleet)
    await ticked(fleet, NINE)
    fleet_clock = fleet.clock
    assert isinstance(fleet_clock, FixedClock)
    fleet_clock.at = NINE + MINUTE
    async with shop.work() as work:
        await work.businesses.save(replace(shop.business, zone="Asia/Kathmandu"))

    claims = [await ticked(fleet, NINE + timedelta(hours=hours)) for hours in range(1, 25)]

    found = [
        (hour, claim.digest_on) for hour, batch in enumerate(claims, 1) for claim in batch if claim.digest_on
    ]
    assert found == [(20, date(2026, 3, 7))]
