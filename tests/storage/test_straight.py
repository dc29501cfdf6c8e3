"""What is said the second time goes straight to the driver, and nobody can tell but by the time it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import Conflict, Unavailable
from storage.engine import Storage, create_engine
from storage.straight import Found, Straight
from storage.tables import inbox
from tests.fakes.clock import FixedClock

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
STORE = sa.insert(inbox)
READ = sa.select(inbox).where(inbox.c.chat == sa.bindparam("chat")).order_by(inbox.c.update_id)
MARK = sa.update(inbox).where(inbox.c.chat == sa.bindparam("place")).values(state="done")
TAKE = sa.delete(inbox).where(inbox.c.chat == sa.bindparam("place")).returning(inbox.c.update_id)
SETTLED = READ.where(inbox.c.state.in_(("done", "failed")), inbox.c.reference == "")
AMONG = READ.where(inbox.c.update_id.in_(sa.bindparam("ids", expanding=True)))
SLEEP = sa.select(sa.func.pg_sleep(sa.bindparam("seconds", type_=sa.Double)))
WHOSE = sa.select(sa.func.pg_backend_pid())
CUT_OFF = "SELECT pg_terminate_backend({}, 5000)"


@pytest.fixture
async def storage(fresh_database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(fresh_database_url, FixedClock(), pool_size=1)
    yield storage
    await storage.close()


@pytest.fixture
async def owner(fresh_database_url: str) -> AsyncIterator[AsyncEngine]:
    """Who may change tables and end the connections of others."""
    engine = create_engine(fresh_database_url, pool_size=1, as_app=False)
    yield engine
    await engine.dispose()


def a_row(number: int, **other: object) -> dict[str, object]:
    return {
        "platform": "p", "update_id": f"u{number}", "chat": "p:1", "payload": '{"n": 1}', "received_at": AT,
        "state": "new", "reference": "", **other,
    }  # fmt: skip


async def fill(straight: Straight, *numbers: int) -> None:
    for number in numbers:
        await straight.execute(STORE, a_row(number))


async def test_each_time_a_statement_finds_and_changes_the_same(storage: Storage) -> None:
    async with storage.work() as work:
        straight = Straight(work.connection)
        await fill(straight, 1, 2, 3)

        for time in range(3):
            read = await straight.execute(READ, {"chat": "p:1"})
            rows = read.all()
            assert isinstance(read, Found) == (time > 0)
            assert [(row.update_id, row.received_at, row.payload) for row in rows] == [
                ("u1", AT, '{"n": 1}'), ("u2", AT, '{"n": 1}'), ("u3", AT, '{"n": 1}')
            ]  # fmt: skip
            assert rows[1]._mapping[inbox.c.update_id] == rows[1]._mapping["update_id"] == "u2"
            assert (await straight.execute(READ, {"chat": "p:2"})).one_or_none() is None
            assert (await straight.execute(MARK, {"place": "p:1"})).rowcount == 3
            assert (await straight.execute(MARK, {"place": "p:2"})).rowcount == 0
            assert len((await straight.execute(SETTLED, {"chat": "p:1"})).all()) == 3
            for ids in (["u1"], ["u2", "u3"], []):
                among = await straight.execute(AMONG, {"chat": "p:1", "ids": ids})
                assert [row.update_id for row in among] == ids
        assert sorted((await straight.execute(TAKE, {"place": "p:1"})).scalars()) == ["u1", "u2", "u3"]
        assert list((await straight.execute(TAKE, {"place": "p:1"})).scalars()) == []


async def test_whoever_names_other_values_has_another_statement(storage: Storage) -> None:
    async with storage.work() as work:
        straight = Straight(work.connection)
        await fill(straight, 1, 2)
        changing = sa.update(inbox).where(inbox.c.update_id == sa.bindparam("which"))
        for values in ({"state": "done"}, {"reference": "why"}, {"state": "failed", "reference": "so"}) * 2:
            await straight.execute(changing, {"which": "u2", **values})

        rows = (await straight.execute(READ, {"chat": "p:1"})).all()

        assert [(row.state, row.reference) for row in rows] == [("new", ""), ("failed", "so")]


async def test_a_twin_is_a_conflict_and_takes_everything_back(storage: Storage) -> None:
    async with storage.work() as work:
        await fill(Straight(work.connection), 1)

    async def store_a_twin() -> None:
        async with storage.work() as work:
            await fill(Straight(work.connection), 2, 1)

    with pytest.raises(Conflict):
        await store_a_twin()

    async with storage.work() as work:
        straight = Straight(work.connection)
        with suppress(IntegrityError):
            async with work.connection.begin_nested():
                await fill(straight, 3, 1)
        await fill(straight, 4)
        rows = (await straight.execute(READ, {"chat": "p:1"})).all()
    assert [row.update_id for row in rows] == ["u1", "u4"]


async def test_a_value_that_its_type_refuses_is_refused_each_time(storage: Storage) -> None:
    naive = datetime(2026, 3, 4)
    async with storage.work() as work:
        straight = Straight(work.connection)
        await fill(straight, 1)

        for _time in range(2):
            with pytest.raises(StatementError, match="naive"):
                await straight.execute(STORE, a_row(2, received_at=naive))

        await fill(straight, 2)
        assert len((await straight.execute(READ, {"chat": "p:1"})).all()) == 2


async def test_outside_a_transaction_sqlalchemy_begins_one(storage: Storage) -> None:
    async with storage.work() as work:
        await fill(Straight(work.connection), 1)
    async with storage.reading() as work:
        straight = Straight(work.connection)
        first = [row.update_id for row in await straight.execute(READ, {"chat": "p:1"})]

        assert work.connection.in_transaction()
        assert first == [row.update_id for row in await straight.execute(READ, {"chat": "p:1"})] == ["u1"]


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
async def test_a_lost_connection_is_out_of_reach_and_replaced(storage: Storage, owner: AsyncEngine) -> None:
    async def write_and_be_cut_off() -> None:
        async with storage.work() as work:
            straight = Straight(work.connection)
            await fill(straight, 1)
            await end((await straight.execute(WHOSE, {})).scalar_one())
            await fill(straight, 2)

    async def end(process: int) -> None:
        async with owner.begin() as connection:
            await connection.exec_driver_sql(CUT_OFF.format(process))

    for _time in range(2):
        with pytest.raises(Unavailable):
            await write_and_be_cut_off()

    async with storage.work() as work:
        assert (await Straight(work.connection).execute(READ, {"chat": "p:1"})).all() == []


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
async def test_who_is_cancelled_while_the_database_answers_leaves_nothing_behind(storage: Storage) -> None:
    async def wait_for_long() -> None:
        async with storage.work() as work:
            straight = Straight(work.connection)
            await straight.execute(SLEEP, {"seconds": 0.0})
            await fill(straight, 1)
            waiting.set()
            await straight.execute(SLEEP, {"seconds": 3600.0})

    waiting = asyncio.Event()
    task = asyncio.create_task(wait_for_long())
    await waiting.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    async with asyncio.timeout(10), storage.work() as work:
        assert (await Straight(work.connection).execute(READ, {"chat": "p:1"})).all() == []


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
async def test_what_was_prepared_before_a_migration_is_prepared_anew(
    storage: Storage, owner: AsyncEngine
) -> None:
    async def read() -> list[str]:
        async with storage.work() as work:
            return [row.update_id for row in await Straight(work.connection).execute(READ, {"chat": "p:1"})]

    async with storage.work() as work:
        await fill(Straight(work.connection), 1)
    assert await read() == await read() == ["u1"]
    async with owner.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE inbox ALTER COLUMN reference TYPE varchar(99)")

    with pytest.raises(DBAPIError, match="cached"):
        await read()

    assert await read() == ["u1"]
