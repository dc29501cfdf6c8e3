"""PostgreSQL's own guard: whatever SQL the application may come to send, one business sees and changes its own rows.

The probes follow from the tables' metadata, so a new table is probed the day it is added.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.chat_ports import Seat
from storage.engine import Storage
from storage.tables import TENANT_TABLES, metadata, seat
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop, open_shop, stock

DENIED = "42501"
"""insufficient_privilege: a policy's WITH CHECK and a missing GRANT both answer so."""
NO_SUCH_PARENT = "23503"
APPEND_ONLY = {"audit", "document", "file", "receipt"}
SETTINGS = {"no setting": None, "an empty setting": ""}
LINKS = [
    (table, link)
    for table in (*TENANT_TABLES, seat)
    for link in sorted(table.foreign_key_constraints, key=lambda link: str(link.name))
    if len(link.columns) > 1
]


@pytest.fixture(scope="session")
async def shops(postgres_url: str) -> AsyncIterator[tuple[Shop, Shop]]:
    """Two businesses with rows in every table, behind a pool of one connection."""
    storage = Storage(postgres_url, FixedClock(), pool_size=1)
    mine, theirs = await open_shop(storage), await open_shop(storage)
    for shop in (mine, theirs):
        await stock(shop)
        async with storage.work() as work:
            await work.chats.sit(f"probe:{shop.id}", Seat(shop.id, shop.owner.id))
    yield mine, theirs
    await storage.close()


@asynccontextmanager
async def acting(shops: tuple[Shop, Shop], setting: UUID | str | None) -> AsyncIterator[AsyncConnection]:
    """A transaction with that setting, rolled back in the end."""
    engine = shops[0].storage.engine
    if setting is None:
        # Where it was ever set, the setting is empty from then on; only a new session has none at all.
        await engine.dispose()
    async with engine.connect() as connection:
        if setting is not None:
            await connection.execute(
                sa.text("SELECT set_config('app.business', :setting, true)"), {"setting": str(setting)}
            )
        yield connection


async def rows(connection: AsyncConnection, table: sa.Table, *where: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(sa.select(table).where(*where))).mappings()]


async def sample(shops: tuple[Shop, Shop], shop: Shop, table: sa.Table) -> dict[str, Any]:
    async with acting(shops, shop.id) as connection:
        return (await rows(connection, table, table.c.business_id == shop.id))[0]


async def answer(connection: AsyncConnection, statement: Any) -> str | int:
    """The SQLSTATE of a refusal, or the number of rows changed."""
    try:
        return (await connection.execute(statement)).rowcount
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", error))


def copied(table: sa.Table, row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The row under a key of its own, so that nothing but the probed column can be refused."""
    key = {
        column.name: own_key(column)
        for column in table.primary_key
        if column.name not in ("business_id", "invoice_id", "series_id")
    }
    if row.get("number"):
        key["number"] = f"probe {IDS.token()}"
    return {**row, **key, **changes}


def own_key(column: sa.Column[Any]) -> UUID | int | str | date:
    number = IDS.new()
    if isinstance(column.type, sa.Date):
        return date.fromordinal(number.int % 700_000 + 1)
    if isinstance(column.type, sa.Uuid):
        return number
    return number.int % 10**6 if isinstance(column.type, sa.Integer) else f"probe {IDS.token()}"


@pytest.fixture(params=TENANT_TABLES, ids=lambda table: table.name)
def table(request: pytest.FixtureRequest) -> sa.Table:
    found: sa.Table = request.param
    return found


async def test_a_select_finds_ones_own_rows_only(shops: tuple[Shop, Shop], table: sa.Table) -> None:
    mine, theirs = shops

    async with acting(shops, mine.id) as connection:
        found = await rows(connection, table)
        asked_for = await rows(connection, table, table.c.business_id == theirs.id)

    assert {row["business_id"] for row in found} == {mine.id}
    assert asked_for == []


async def test_a_row_for_another_business_cannot_be_inserted(
    shops: tuple[Shop, Shop], table: sa.Table
) -> None:
    mine, theirs = shops
    row = copied(table, await sample(shops, mine, table), business_id=theirs.id)

    async with acting(shops, mine.id) as connection:
        assert await answer(connection, sa.insert(table).values(row)) == DENIED


async def test_a_row_cannot_be_handed_to_another_business(shops: tuple[Shop, Shop], table: sa.Table) -> None:
    mine, theirs = shops

    async with acting(shops, mine.id) as connection:
        assert await answer(connection, sa.update(table).values(business_id=theirs.id)) == DENIED


@pytest.mark.parametrize("verb", [sa.update, sa.delete])
async def test_another_businesss_rows_are_neither_changed_nor_deleted(
    shops: tuple[Shop, Shop], table: sa.Table, verb: Any
) -> None:
    mine, theirs = shops
    statement = verb(table).where(table.c.business_id == theirs.id)
    if verb is sa.update:
        statement = statement.values(business_id=mine.id)

    async with acting(shops, mine.id) as connection:
        changed = await answer(connection, statement)

    assert changed == (DENIED if table.name in APPEND_ONLY else 0)


@pytest.mark.parametrize("setting", SETTINGS)
async def test_without_a_business_nothing_is_seen_or_changed(
    shops: tuple[Shop, Shop], table: sa.Table, setting: str
) -> None:
    mine, _theirs = shops
    row = copied(table, await sample(shops, mine, table))
    refused = DENIED if table.name in APPEND_ONLY else 0

    async with acting(shops, SETTINGS[setting]) as connection:
        assert await rows(connection, table) == []
        for statement, expected in (
            (sa.update(table).values(business_id=mine.id), refused),
            (sa.delete(table), refused),
            (sa.insert(table).values(row), DENIED),
        ):
            async with connection.begin_nested() as savepoint:
                assert await answer(connection, statement) == expected
                await savepoint.rollback()


async def test_a_setting_that_is_no_id_shows_nothing_but_an_error(
    shops: tuple[Shop, Shop], table: sa.Table
) -> None:
    async with acting(shops, "' OR true --") as connection:
        assert await answer(connection, sa.select(table)) == "22P02"


@pytest.mark.parametrize(("table", "link"), LINKS, ids=lambda part: getattr(part, "name", ""))
async def test_a_row_cannot_point_at_another_businesss_row(
    shops: tuple[Shop, Shop], table: sa.Table, link: sa.ForeignKeyConstraint
) -> None:
    mine, theirs = shops
    own, foreign = await sample(shops, mine, table), await sample(shops, theirs, link.referred_table)
    pointer = next(name for name in link.column_keys if name != "business_id")

    async with acting(shops, mine.id) as connection:
        row = copied(table, own, **{pointer: foreign["id"]})
        assert await answer(connection, sa.insert(table).values(row)) == NO_SUCH_PARENT


@pytest.mark.parametrize("verb", [sa.update, sa.delete])
@pytest.mark.parametrize("name", sorted(APPEND_ONLY))
async def test_what_is_written_once_is_never_changed_or_deleted(
    shops: tuple[Shop, Shop], name: str, verb: Any
) -> None:
    table = metadata.tables[name]
    statement = verb(table) if verb is sa.delete else verb(table).values(business_id=shops[0].id)

    async with acting(shops, shops[0].id) as connection:
        assert await answer(connection, statement) == DENIED


async def test_the_setting_ends_with_its_transaction(shops: tuple[Shop, Shop]) -> None:
    mine, _theirs = shops
    setting = sa.text("SELECT pg_backend_pid(), current_setting('app.business', true)")

    seen = []
    for failing in (False, True):
        with suppress(KeyError):
            async with mine.work() as work:
                inside = (await work.connection.execute(setting)).one()
                if failing:
                    raise KeyError
        async with mine.storage.connection() as connection:
            after = (await connection.execute(setting)).one()
            seen.append(
                (inside[0] == after[0], inside[1], after[1], await rows(connection, TENANT_TABLES[0]))
            )

    assert seen == [(True, str(mine.id), "", [])] * 2
