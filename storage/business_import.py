"""An export brought into a database that does not have its business yet: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import N_, Conflict
from storage.backup import schema_of
from storage.business_rows import AT_ONCE, BYTES, CARRIED, Row, from_json
from storage.parcel import Parcel
from storage.tables import business

_FILES_AT_ONCE = 10
_FOUND = sa.select(sa.literal(1)).where(business.c.business_id == sa.bindparam("tenant", type_=sa.Uuid))


async def load(connection: AsyncConnection, parcel: Parcel) -> Counter[str]:
    """Counts rows by table. The connection's role must be one that may write every business's rows.

    Raises Conflict when the business is there already or the schema is another one, InvalidInput for a file that is
    not as its manifest says.
    """
    await _must_fit(connection, parcel)
    counts: Counter[str] = Counter()
    if set(parcel.manifest.tables) != {table.name for table in CARRIED}:
        raise parcel.altered()
    for table in CARRIED:
        statement = sa.insert(table)
        counts[table.name] = 0
        for part in _parts(parcel, table):
            try:
                await connection.execute(statement, part)
            except sa.exc.StatementError as error:
                if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
                    raise
                # A value that no column takes, a row that is there twice, or one that names another that is not there.
                raise parcel.altered() from error
            except (OverflowError, UnicodeEncodeError) as error:
                # Beyond what SQLite stores; its driver says so bare.
                raise parcel.altered() from error
            counts[table.name] += len(part)
        if counts[table.name] != parcel.manifest.tables[table.name]:
            raise parcel.altered()
    return counts


async def _must_fit(connection: AsyncConnection, parcel: Parcel) -> None:
    schema, manifest = await schema_of(connection), parcel.manifest
    if schema is None:
        raise Conflict(N_("The database has no tables yet. Run: billhook migrate"))
    if schema != manifest.schema:
        raise Conflict(
            N_(
                "The export is of schema {theirs} and the database of schema {ours}. Import it with the release that "
                "made it, then migrate."
            ),
            theirs=manifest.schema,
            ours=schema,
        )
    if (await connection.execute(_FOUND, {"tenant": manifest.business_id})).first():
        raise Conflict(
            N_("{name} is in this database already, and nothing was changed."), name=manifest.business
        )


def _parts(parcel: Parcel, table: sa.Table) -> Iterator[list[Row]]:
    read, content = from_json(table), BYTES.get(table.name)
    most = _FILES_AT_ONCE if content else AT_ONCE
    part: list[Row] = []
    for row in parcel.rows(f"data/{table.name}.jsonl"):
        part.append(_row(parcel, read, row, content))
        if len(part) == most:
            yield part
            part = []
    if part:
        yield part


def _row(parcel: Parcel, read: Any, row: Row, content: str | None) -> Row:
    """Of this business, whatever the file says: what names another one was put there by somebody."""
    with parcel.trusted():
        file = row.pop(content) if content else None
        values: Row = read(row)
        if values["business_id"] != parcel.manifest.business_id:
            raise parcel.altered()
    if content:
        values[content] = parcel.content(str(file))
    return values
