"""The row of a business that the clock reads: it follows the settings, is woken earlier, and comes to rest."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from core.agenda import Agenda
from core.digest import Days, DigestRules
from core.reminder import ReminderRules
from storage.engine import Storage
from storage.tables import agenda, digest_run
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop

TODAY = date(2026, 3, 5)
TOMORROW = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
"""09:00 in Berlin; by `MORNING` today's has passed."""
SOON = MORNING + timedelta(minutes=20)


async def row(shop: Shop) -> tuple[datetime | None, datetime | None]:
    """When it is due next, and when it was woken."""
    async with shop.work() as work:
        query = sa.select(agenda.c.next_at, agenda.c.woken_at).where(agenda.c.business_id == shop.id)
        found = (await work.connection.execute(query)).one()
        return found.next_at, found.woken_at


async def silence(shop: Shop) -> None:
    """Neither digests nor reminders, and the last look that was still planned is over."""
    silent = replace(shop.business, digest=DigestRules(days=Days.OFF), reminders=ReminderRules(on=False))
    async with shop.work() as work:
        await work.businesses.save(silent)
        clock = shop.storage.clock
        assert isinstance(clock, FixedClock)
        clock.at = TOMORROW
        await work.agendas.lock()
        await work.agendas.rest()
        clock.at = MORNING


async def woken(shop: Shop) -> None:
    """As the tick leaves it: its moment has come, and its job is on its way."""
    async with shop.work() as work:
        await work.agendas.wake(MORNING)
        mine = agenda.c.business_id == shop.id
        await work.connection.execute(sa.update(agenda).where(mine).values(woken_at=MORNING))


async def test_a_new_business_is_planned_for_its_first_morning(shop: Shop) -> None:
    async with shop.work() as work:
        found = await work.agendas.get()

    assert found == Agenda(
        shop.id, "Europe/Berlin", DigestRules(), time(9), TODAY, digest_on=TODAY, looked_on=TODAY,
        digest_next=TOMORROW, look_next=TOMORROW,
    )  # fmt: skip
    assert (await row(shop))[0] == TOMORROW


async def test_saving_a_business_moves_its_moments(shop: Shop) -> None:
    rules = ReminderRules(at=time(16, 30), preview_hours=2)
    changed = replace(shop.business, digest=DigestRules(time(7, 45), Days.MONDAY), reminders=rules)

    async with shop.work() as work:
        await work.businesses.save(changed)
        found = await work.agendas.get()

    assert (found.digest, found.look_at) == (DigestRules(time(7, 45), Days.MONDAY), time(14, 30))
    assert found.look_next == TOMORROW


async def test_a_business_that_wants_to_hear_nothing_is_never_due(shop: Shop) -> None:
    await silence(shop)

    assert await row(shop) == (None, None)


async def test_a_rolled_back_save_leaves_the_plan_alone(shop: Shop) -> None:
    class Stopped(Exception):
        pass

    try:
        async with shop.work() as work:
            await work.businesses.save(replace(shop.business, zone="Asia/Kathmandu"))
            raise Stopped
    except Stopped:
        pass

    async with shop.work() as work:
        assert (await work.agendas.get()).zone == "Europe/Berlin"


async def test_a_business_from_before_there_were_agendas_gets_one_when_it_is_saved(shop: Shop) -> None:
    async with shop.work() as work:
        await work.connection.execute(sa.delete(agenda).where(agenda.c.business_id == shop.id))
        await work.businesses.save(shop.business)
        found = await work.agendas.get()

    assert (found.zone, found.digest_next) == ("Europe/Berlin", TOMORROW)


async def test_a_wake_brings_the_next_look_forward_and_never_back(shop: Shop) -> None:
    seen = []
    for at in (SOON, SOON + timedelta(minutes=7), SOON - timedelta(minutes=3)):
        async with shop.work() as work:
            await work.agendas.wake(at)
        seen.append((await row(shop))[0])

    assert seen == [SOON, SOON, SOON - timedelta(minutes=3)]


async def test_a_wake_outlives_a_change_of_the_settings(shop: Shop) -> None:
    async with shop.work() as work:
        await work.agendas.wake(SOON)
        await work.businesses.save(replace(shop.business, zone="Asia/Kathmandu"))

    assert (await row(shop))[0] == SOON


async def test_whoever_is_silent_can_be_woken_for_something_that_waits(shop: Shop) -> None:
    await silence(shop)

    async with shop.work() as work:
        await work.agendas.wake(SOON)

    assert (await row(shop))[0] == SOON


async def test_coming_to_rest_plans_the_next_moment_and_forgets_that_it_was_woken(shop: Shop) -> None:
    await woken(shop)

    async with shop.work() as work:
        await work.agendas.lock()
        await work.agendas.rest(SOON)

    assert await row(shop) == (SOON, None)


async def test_coming_to_rest_with_nothing_waiting_leaves_the_daily_look(shop: Shop) -> None:
    await woken(shop)

    async with shop.work() as work:
        await work.agendas.lock()
        await work.agendas.rest()

    assert await row(shop) == (TOMORROW, None)


async def test_what_is_planned_while_a_job_works_outlives_its_rest(shop: Shop) -> None:
    await woken(shop)

    async with shop.work() as work:
        await work.agendas.lock()
        await work.agendas.wake(MORNING - timedelta(minutes=1))
        await work.agendas.rest(SOON)

    assert (await row(shop))[0] == MORNING - timedelta(minutes=1)


async def test_a_day_that_was_looked_at_is_not_looked_at_again(shop: Shop, clock: FixedClock) -> None:
    clock.at = TOMORROW + timedelta(minutes=2)

    async with shop.work() as work:
        await work.agendas.lock()
        before = await work.agendas.get()
        await work.agendas.looked(TODAY + timedelta(days=1))
        await work.agendas.rest()
        after = await work.agendas.get()

    assert (before.looked_on, after.looked_on) == (TODAY, TODAY + timedelta(days=1))
    assert after.look_next == TOMORROW + timedelta(days=1)


async def test_two_who_lock_a_business_come_one_after_the_other(shop: Shop, storage: Storage) -> None:
    if storage.is_sqlite:
        # Its transactions come one after the other anyway, in the tests as in the field.
        return
    order, locked = list[str](), asyncio.Event()

    async def first() -> None:
        async with storage.work() as work:
            await work.enter(shop.id)
            await work.agendas.lock()
            locked.set()
            await asyncio.sleep(0.05)
            order.append("first")

    async def second() -> None:
        await locked.wait()
        async with storage.work() as work:
            await work.enter(shop.id)
            await work.agendas.wake(SOON)
            order.append("a wake waits for nobody")
            await work.agendas.lock()
            order.append("second")

    await asyncio.gather(first(), second())

    assert order == ["a wake waits for nobody", "first", "second"]


async def test_a_digest_that_was_decided_is_unmade_until_it_is_written(shop: Shop) -> None:
    days = [TODAY - timedelta(days=past) for past in (0, 1, 2)]
    async with shop.work() as work:
        await work.connection.execute(
            sa.insert(digest_run),
            [{"business_id": shop.id, "local_on": day, "decided_at": MORNING} for day in days],
        )

    async with shop.work() as work:
        await work.agendas.digest_made(days[1])
        unmade = await work.agendas.unmade_digests()

    assert unmade == [days[2], days[0]]


async def test_a_digest_knows_when_the_one_before_it_was_decided(shop: Shop, neighbour: Shop) -> None:
    decided = {
        TODAY - timedelta(days=9): MORNING - timedelta(days=9),
        TODAY - timedelta(days=3): MORNING - timedelta(days=2, hours=23),
        TODAY: MORNING,
    }
    async with shop.work() as work:
        await work.connection.execute(
            sa.insert(digest_run),
            [{"business_id": shop.id, "local_on": day, "decided_at": at} for day, at in decided.items()],
        )
        found = [await work.agendas.digest_before(day) for day in (TODAY, TODAY - timedelta(days=9))]
    async with neighbour.work() as work:
        found.append(await work.agendas.digest_before(TODAY))

    assert found == [MORNING - timedelta(days=2, hours=23), None, None]
