"""A whole database as one portable file and back: gzip of JSON lines that SQLite and PostgreSQL both can read.

{"billhook_backup": 1, "schema": "0001", "made_at": "2026-03-31T08:15:00+00:00"}
{"table": "business", "row": {"business_id": "…", …}}        parents before children
{"rows": {"business": 1, …}, "sha256": "…"}                  of every line before this one
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from core.errors import N_, Conflict, NotFound
from storage.archive import Row, Writer, encoder, read, verify, writing
from storage.engine import async_url, create_engine
from storage.tables import metadata

_READ_AT_ONCE = 500
"""Rows held in memory; a row may carry a file of 5 MB."""
_WRITE_AT_ONCE = 200
AS_KEEPER = sa.text("SET LOCAL ROLE billhook_keeper")
_TAKEN = N_("{file} exists already, and nothing was changed. Choose another name.")
_NOTHING = N_("The database is empty: there is nothing to save.")
_REVISION = sa.text("SELECT version_num FROM alembic_version")


async def backup(url: str, path: Path) -> Counter[str]:
    """Write every row of one consistent moment to a new file, readable by its owner only; counts rows by table.

    Raises Conflict when the file exists, NotFound when the database holds nothing to save.
    """
    refuse_taken(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        async with snapshot(url) as connection:
            schema = await schema_of(connection)
            if schema is None:
                raise NotFound(_NOTHING)
            with Writer(temporary, path, schema, datetime.now(UTC)) as writer:
                for table in metadata.sorted_tables:
                    await _write_table(connection, table, writer)
                counts = writer.finish()
        publish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return counts


def refuse_taken(path: Path) -> None:
    if path.exists():
        raise Conflict(_TAKEN, file=path)


async def _write_table(connection: AsyncConnection, table: sa.Table, writer: Writer) -> None:
    encode = encoder(table.columns)
    select = sa.select(table).order_by(*parents_first(table), *table.primary_key.columns)
    async with connection.stream(select, execution_options={"yield_per": _READ_AT_ONCE}) as rows:
        async for part in rows.partitions(_READ_AT_ONCE):
            writer.rows(table.name, [encode(row) for row in part])
            # Other tasks of this process get their turn between two parts.
            await asyncio.sleep(0)


def parents_first(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    """Rows that name another of the same table come after it, whatever a clock said when they were made."""
    links = [link for link in table.foreign_key_constraints if link.referred_table is table]
    return [column.is_not(None) for link in links for column in link.columns if column.name != "business_id"]


async def restore(url: str, path: Path) -> Counter[str]:
    """Load a backup into a database whose tables are all empty, in one transaction; counts rows by table.

    The file is read twice: once to prove that it is whole, before the database is touched, and once to load it;
    it must prove whole both times before anything is committed.
    """
    header = verify(path)
    engine = create_engine(url, pool_size=1, as_app=False)
    try:
        async with engine.begin() as connection:
            schema = await schema_of(connection)
            if schema != header.schema:
                raise Conflict(
                    N_(
                        "The backup is of schema {theirs} and the database of schema {ours}. Restore it with the "
                        "release that made it, then migrate."
                    )
                    if schema
                    else N_("The database has no tables yet. Run: billhook migrate"),
                    theirs=header.schema,
                    ours=schema,
                )
            if connection.dialect.name == "postgresql":
                await connection.execute(AS_KEEPER)
            await _refuse_unless_empty(connection)
            return await _load(connection, path)
    finally:
        await engine.dispose()


async def _refuse_unless_empty(connection: AsyncConnection) -> None:
    for table in metadata.sorted_tables:
        if (await connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1))).first():
            raise Conflict(
                N_(
                    "The database is not empty: {table} has rows. A backup is only restored into an empty one."
                ),
                table=table.name,
            )


async def _load(connection: AsyncConnection, path: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    statements = {table.name: sa.insert(table) for table in metadata.sorted_tables}
    for name, rows in groupby(read(path, {table.name: table for table in metadata.sorted_tables}), _table_of):
        part: list[dict[str, Any]] = []
        for _table, values in rows:
            part.append(values)
            if len(part) == _WRITE_AT_ONCE:
                await connection.execute(statements[name], part)
                counts[name] += len(part)
                part = []
        if part:
            await connection.execute(statements[name], part)
            counts[name] += len(part)
    return counts


def _table_of(row: Row) -> str:
    return row[0]


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[AsyncConnection]:
    """One moment of the whole database, for reading only, that nobody else has to wait for."""
    target = async_url(url)
    if target.get_backend_name() == "sqlite":
        _refuse_missing(target.database)
        engine = create_async_engine(target)
        # Storage begins with IMMEDIATE, which would keep every writer waiting until the backup is done.
        event.listen(engine.sync_engine, "connect", _without_driver_transactions)
        event.listen(engine.sync_engine, "begin", _begin_deferred)
    else:
        engine = create_engine(url, pool_size=1, as_app=False).execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    try:
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(AS_KEEPER)
            yield connection
    finally:
        await engine.dispose()


def _refuse_missing(file: str | None) -> None:
    """Opening a file that is not there would make an empty one."""
    if not file or not Path(file).is_file():
        raise NotFound(_NOTHING)


def _without_driver_transactions(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _begin_deferred(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


async def schema_of(connection: AsyncConnection) -> str | None:
    def read_revision(sync: sa.Connection) -> str | None:
        if not sa.inspect(sync).has_table("alembic_version"):
            return None
        return sync.execute(_REVISION).scalar_one_or_none()

    return await connection.run_sync(read_revision)


def publish(temporary: Path, path: Path) -> None:
    with writing(path):
        try:
            # Unlike a rename, a link never replaces a file that somebody made in the meantime.
            os.link(temporary, path)
        except FileExistsError as error:
            raise Conflict(_TAKEN, file=path) from error
        except OSError:
            # Some file systems have no links.
            temporary.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # The new name itself must survive a power cut, too.
            os.fsync(folder)
        finally:
            os.close(folder)
