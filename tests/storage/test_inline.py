"""What SQLite does in the loop itself, and what it waits for elsewhere."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import Storage, create_engine
from storage.inline import connect_inline, long
from tests.fakes.clock import FixedClock


async def test_whoever_waits_for_the_lock_holds_nobody_else_up(sqlite_url: str) -> None:
    storage = Storage(sqlite_url, FixedClock())

    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(_businesses(storage))
        for _turn in range(20):
            await asyncio.sleep(0.005)
        waited = not waiting.done()
        other.execute("ROLLBACK")

    assert waited
    assert await waiting >= 0
    await storage.close()


async def test_an_error_of_a_statement_is_told_and_what_was_done_is_taken_back(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE kept (number INTEGER PRIMARY KEY)"))

    with pytest.raises(sa.exc.IntegrityError):
        await _keep_twice(engine)

    async with engine.begin() as connection:
        assert (await connection.execute(sa.text("SELECT count(*) FROM kept"))).scalar_one() == 0
    await engine.dispose()


async def test_what_is_marked_as_long_is_read_in_another_thread(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    here = sa.select(sa.func.here())

    async with engine.begin() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.create_function("here", 0, threading.get_ident)
        short = (await connection.execute(here)).scalar_one()
        elsewhere = (await connection.execute(long(here))).scalar_one()

    assert short == threading.get_ident() != elsewhere
    await engine.dispose()


async def test_what_is_stopped_while_it_is_closed_keeps_nobody_waiting(tmp_path: Path) -> None:
    connection = await connect_inline(str(tmp_path / "shop.db"), timeout=1)

    closing_it = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    connection._thread.join(10)
    closing_it.cancel()

    done, _waiting = await asyncio.wait((closing_it,), timeout=5)
    assert done == {closing_it}
    assert closing_it.cancelled()


async def _businesses(storage: Storage) -> int:
    async with storage.work() as work:
        found = await work.connection.execute(sa.text("SELECT count(*) FROM business"))
        return int(found.scalar_one())


async def _keep_twice(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.text("INSERT INTO kept VALUES (1)"))
        await connection.execute(sa.text("INSERT INTO kept VALUES (1)"))
