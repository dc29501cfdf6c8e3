import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import Conflict, NotFound, Unavailable
from storage.engine import Storage, async_url, create_engine
from tests.builders.core import a_client
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop, open_shop


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///some/file.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
    ],
)
def test_the_public_form_of_a_database_url_gets_our_driver(given: str, driver: str) -> None:
    url = async_url(given)

    assert url.drivername == driver
    assert url.database == sa.make_url(given.replace("postgres:", "postgresql:")).database


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="mysql is no database Billhook knows"):
        async_url("mysql://u:p@h/d")


async def test_an_error_rolls_everything_back(shop: Shop) -> None:
    client = a_client("Never there")

    with suppress(KeyError):
        async with shop.work() as work:
            await work.clients.add(client)
            await work.clients.save(replace(shop.client, email="new@acme.example"))
            await work.invoices.next_count("invoice", "2026")
            raise KeyError

    async with shop.work() as work:
        assert await work.clients.get(shop.client.id) == shop.client
        assert await work.invoices.next_count("invoice", "2026") == 1
        with pytest.raises(NotFound):
            await work.clients.get(client.id)


async def test_a_cancelled_task_rolls_back_and_leaves_its_turn(shop: Shop) -> None:
    began = asyncio.Event()

    async def never_done() -> None:
        async with shop.work() as work:
            await work.invoices.next_count("invoice", "2026")
            began.set()
            await asyncio.sleep(3600)

    task = asyncio.create_task(never_done())
    await began.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    async with asyncio.timeout(5), shop.work() as work:
        assert await work.invoices.next_count("invoice", "2026") == 1


async def test_who_only_reads_waits_for_no_writer_and_sees_nothing_of_it_yet(shop: Shop) -> None:
    async with asyncio.timeout(5), shop.work() as writing:
        await writing.clients.save(replace(shop.client, email="new@acme.example"))
        async with shop.storage.reading() as reading:
            await reading.enter(shop.id)
            seen = await reading.clients.get(shop.client.id)

    assert seen == shop.client


async def test_a_snapshot_goes_on_seeing_the_moment_it_began_in(shop: Shop) -> None:
    client = a_client("Later")
    async with shop.storage.snapshot() as work:
        await work.enter(shop.id)
        before = await work.clients.search("", 100)
        async with shop.work() as other:
            await other.clients.add(client)

        seen = await work.clients.search("", 100)

    assert [one.id for one in seen] == [one.id for one in before]
    async with shop.work() as after:
        assert (await after.clients.get(client.id)).name == "Later"


async def test_on_postgresql_who_only_reads_cannot_write_and_who_comes_next_can(postgres_url: str) -> None:
    storage = Storage(postgres_url, FixedClock(), pool_size=1)
    shop = await open_shop(storage)

    async def write() -> None:
        async with storage.reading() as work:
            await work.enter(shop.id)
            await work.clients.save(shop.client)

    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        await write()

    async with shop.work() as work:
        saved = await work.clients.save(shop.client)
    await storage.close()
    assert saved.version == shop.client.version + 1


async def test_a_second_row_of_the_same_key_is_a_conflict(shop: Shop) -> None:
    with pytest.raises(Conflict, match="Somebody else changed this"):
        async with shop.work() as work:
            await work.clients.add(shop.client)


async def test_a_lost_connection_is_unavailable_and_the_next_one_works(postgres_url: str) -> None:
    storage = Storage(postgres_url, FixedClock(), pool_size=1)

    with pytest.raises(Unavailable) as lost:
        await ask_through_a_lost_connection(storage, postgres_url)

    async with storage.work() as work:
        assert (await work.chats.speaker("nobody")).seat is None
    assert lost.value.retry_after > 0
    await storage.close()


async def ask_through_a_lost_connection(storage: Storage, url: str) -> None:
    async with storage.work() as work:
        pid = (await work.connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()
        engine = create_engine(url, as_app=False)
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
        await engine.dispose()
        await work.chats.speaker("nobody")


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    storage = Storage("postgresql://billhook@127.0.0.1:9/none", FixedClock())

    with pytest.raises(Unavailable):
        async with storage.work():
            pass


async def test_a_deadlock_is_unavailable_and_not_a_bug(postgres_url: str) -> None:
    storage = Storage(postgres_url, FixedClock())
    both = asyncio.Barrier(2)
    async with storage.work() as work:
        await work.chats.lock("deadlock:a")
        await work.chats.lock("deadlock:b")

    async def lock(first: str, second: str) -> str:
        async with storage.work() as work:
            await work.chats.lock(first)
            await both.wait()
            await work.chats.lock(second)
        return "done"

    ends = await asyncio.gather(
        lock("deadlock:a", "deadlock:b"), lock("deadlock:b", "deadlock:a"), return_exceptions=True
    )

    assert sorted(type(end).__name__ for end in ends) == ["Unavailable", "str"]
    await storage.close()


@pytest.fixture
async def file_storage(tmp_path: Path) -> AsyncIterator[Storage]:
    storage = Storage(f"sqlite:///{tmp_path / 'new' / 'folder' / 'billhook.db'}", FixedClock())
    yield storage
    await storage.close()


async def test_sqlite_is_made_ready_for_several_processes(file_storage: Storage) -> None:
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")

    async with file_storage.connection() as connection:
        found = [(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in pragmas]

    assert found == ["wal", 2, 1, 30000]
