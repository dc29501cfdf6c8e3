"""The worker answers what was stored, whoever stored it, tidies up, and ends when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.jobs import MemoryJobs, PostgresJobs
from bot.rendering import Renderer
from bot.system import SystemClock, SystemIds
from bot.tally import TICKS
from bot.wiring import App
from bot.worker import Engine, work
from core.ports import CHAT_JOB
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Typed, Update
from storage.engine import Storage
from storage.tallies import totals
from tests.fakes.platform import FakePlatform

SECONDS = 20


def engine_for(url: str) -> Engine:
    return MemoryJobs() if url.startswith("sqlite") else PostgresJobs(url)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another process's hands, too
            await asyncio.sleep(0.01)


class Shop:
    """An app on a database, and the engine that does its work."""

    def __init__(self, url: str) -> None:
        self.engine = engine_for(url)
        self.platform = FakePlatform()
        storage = Storage(url, SystemClock(), pool_size=4)
        self.app = App(storage, storage.clock, SystemIds(), Renderer(), [self.platform], self.engine)
        self.stop = asyncio.Event()

    async def shown(self, count: int) -> list[str]:
        """What the chats were shown, once there is so much of it."""
        await until(lambda: len(self.platform.delivered) >= count)
        return [delivered.chat.address for delivered in self.platform.delivered]


@pytest.fixture
async def shop(fresh_database_url: str) -> AsyncIterator[Shop]:
    shop = Shop(fresh_database_url)
    yield shop
    await shop.app.close()


def update(number: int, chat: str = "ana") -> Update:
    return Update(
        "fake", f"{number:020}", ChatRef("fake", chat), SenderRef("fake", chat, "Ana"), Typed("/help")
    )


async def test_what_is_stored_is_answered_in_every_chat(shop: Shop) -> None:
    working = asyncio.create_task(work(shop.app, shop.engine, shop.stop))

    for number in range(1, 8):
        await shop.app.receive(update(number, f"chat {number % 3}"))
    shown = await shop.shown(7)
    shop.stop.set()
    await asyncio.wait_for(working, SECONDS)

    assert sorted(shown) == ["chat 0"] * 2 + ["chat 1"] * 3 + ["chat 2"] * 2


async def test_an_update_that_comes_twice_is_answered_once(shop: Shop) -> None:
    working = asyncio.create_task(work(shop.app, shop.engine, shop.stop))

    fresh = [await shop.app.receive(update(number)) for number in (1, 1, 2, 1)]
    await shop.shown(2)
    await asyncio.sleep(0.2)
    shop.stop.set()
    await asyncio.wait_for(working, SECONDS)

    assert fresh == [True, False, True, False]
    assert len(shop.platform.delivered) == 2


async def test_a_worker_that_starts_later_finds_what_was_stored_before(shop: Shop) -> None:
    await shop.app.receive(update(1))

    working = asyncio.create_task(work(shop.app, shop.engine, shop.stop))
    shown = await shop.shown(1)
    shop.stop.set()
    await asyncio.wait_for(working, SECONDS)

    assert shown == ["ana"]


async def test_a_stopped_worker_ends_at_once(shop: Shop) -> None:
    shop.stop.set()

    await asyncio.wait_for(work(shop.app, shop.engine, shop.stop), SECONDS)

    assert shop.platform.delivered == []


async def test_what_is_in_hand_is_finished_before_it_ends(shop: Shop) -> None:
    begun, done = asyncio.Event(), []

    async def slow(key: str) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        done.append(key)

    working = asyncio.create_task(work(shop.app, shop.engine, shop.stop))
    await asyncio.sleep(0)
    shop.engine.on(CHAT_JOB, slow)
    await shop.app.receive(update(1))
    await asyncio.wait_for(begun.wait(), SECONDS)
    shop.stop.set()
    await asyncio.wait_for(working, SECONDS)

    assert done == ["fake:ana"]


async def enqueue_and_fail(shop: Shop) -> None:
    async with shop.app.storage.work() as failing:
        await shop.engine.enqueue(failing, "note", "rolled back")
        raise ZeroDivisionError


async def test_a_job_of_a_transaction_that_failed_is_never_done(shop: Shop) -> None:
    seen: list[str] = []

    async def note(key: str) -> None:
        seen.append(key)

    shop.engine.on("note", note)
    working = asyncio.create_task(work(shop.app, shop.engine, shop.stop))

    # As the very first thing of the transaction: SQLAlchemy has not sent its BEGIN yet.
    with pytest.raises(ZeroDivisionError):
        await enqueue_and_fail(shop)
    async with shop.app.storage.work() as good:
        await shop.engine.enqueue(good, "note", "committed")
    await until(lambda: bool(seen))
    shop.stop.set()
    await asyncio.wait_for(working, SECONDS)

    assert seen == ["committed"]


async def test_many_jobs_are_enqueued_at_once_and_each_is_done(shop: Shop) -> None:
    seen: list[str] = []

    async def note(key: str) -> None:
        seen.append(key)

    shop.engine.on("note", note)
    working = asyncio.create_task(work(shop.app, shop.engine, shop.stop))
    keys = [f"business {number}" for number in range(57)]
    async with shop.app.storage.work() as fleet:
        await shop.engine.enqueue_many(fleet, "note", keys)
        await shop.engine.enqueue_many(fleet, "note", [])
    await until(lambda: len(seen) >= len(keys))
    shop.stop.set()
    await asyncio.wait_for(working, SECONDS)

    assert sorted(seen) == sorted(keys)


async def test_the_sweep_wakes_the_chats_that_were_forgotten(shop: Shop) -> None:
    class Deaf:
        async def enqueue(self, *_about: object, **_more: object) -> None:
            return None

        async def enqueue_many(self, *_about: object, **_more: object) -> None:
            return None

    forgetful = App(shop.app.storage, shop.app.clock, shop.app.ids, Renderer(), [shop.platform], Deaf())
    await forgetful.receive(update(1))
    young = await shop.app.sweep(timedelta(minutes=15))
    old = await shop.app.sweep(timedelta(0))

    working = asyncio.create_task(work(shop.app, shop.engine, shop.stop))
    shown = await shop.shown(1)
    shop.stop.set()
    await asyncio.wait_for(working, SECONDS)

    assert (young, old) == (0, 1)
    assert shown == ["ana"]


async def test_a_chat_that_waits_for_its_job_gets_no_second_one_in_memory(sqlite_url: str) -> None:
    """The owner of an SQLite file looks every two seconds; what it finds again must not pile up."""
    engine, storage, stop = MemoryJobs(), Storage(sqlite_url, SystemClock()), asyncio.Event()
    done: list[str] = []

    async def note(key: str) -> None:
        done.append(key)
        if len(done) == 1:
            # Something new comes in while the first job is at work: that needs a look of its own.
            async with storage.work() as work:
                await engine.enqueue(work, "note", "busy")

    engine.on("note", note)
    for key in ("busy", "busy", "other", "busy"):
        async with storage.work() as queueing:
            await engine.enqueue(queueing, "note", key)
    working = asyncio.create_task(engine.run(stop))
    await until(lambda: len(done) >= 3)
    await asyncio.sleep(0.3)
    stop.set()
    await asyncio.wait_for(working, SECONDS)
    await storage.close()

    assert sorted(done) == ["busy", "busy", "other"]


async def test_who_waits_for_an_answer_goes_before_what_nobody_asked_for(sqlite_url: str) -> None:
    engine, storage, stop = MemoryJobs(), Storage(sqlite_url, SystemClock()), asyncio.Event()
    done: list[str] = []

    async def note(key: str) -> None:
        done.append(key)

    engine.on("note", note)
    for key, urgent in (("digest", False), ("both", False), ("both", True)):
        async with storage.work() as queueing:
            await engine.enqueue(queueing, "note", key, urgent=urgent)
    working = asyncio.create_task(engine.run(stop))
    await until(lambda: "digest" in done)
    stop.set()
    await asyncio.wait_for(working, SECONDS)
    await storage.close()

    assert done[0] == "both"


@pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
async def test_what_a_process_counted_is_in_the_database_once_it_has_ended(fresh_database_url: str) -> None:
    shop = Shop(fresh_database_url)
    await shop.app.tick()
    await shop.app.tick()

    await shop.app.close()

    storage = Storage(fresh_database_url, SystemClock(), pool_size=1)
    async with storage.connection() as connection:
        assert (await totals(connection))[TICKS] == {"": 2.0}
    await storage.close()
