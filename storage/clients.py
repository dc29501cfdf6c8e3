"""Clients: whole aggregates, search by part of a name, pages by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.errors import N_, Conflict
from core.party import Client
from core.views import ClientRow, Cursor, Page
from storage.codec import decode, encode
from storage.paging import as_uuid, page_of
from storage.scope import Scope, by_id, versioned_update
from storage.tables import client

_ADD = sa.insert(client)
_GET = sa.select(client.c.data, client.c.version).where(by_id(client))
_SAVE = versioned_update(client, "name", "search", "archived_at", "data")
_REMOVE = sa.delete(client).where(by_id(client), client.c.version == sa.bindparam("seen"))
_LIVE = sa.and_(client.c.business_id == sa.bindparam("tenant"), client.c.archived_at.is_(None))
_ARCHIVED = sa.and_(client.c.business_id == sa.bindparam("tenant"), client.c.archived_at.is_not(None))


def _search(among: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(client.c.data, client.c.version, client.c.search)
        .where(among, client.c.search.like(sa.bindparam("pattern"), escape="\\"))
        .order_by(client.c.search != sa.bindparam("exact"), client.c.search, client.c.id)
        .limit(sa.bindparam("most"))
    )


_SEARCH = {True: _search(_LIVE), False: _search(_ARCHIVED)}
_ROWS = sa.select(client.c.id, client.c.search, client.c.data).where(_LIVE)
_EDGE = sa.tuple_(client.c.search, client.c.id)
_MARK = sa.tuple_(sa.bindparam("mark"), sa.bindparam("mark_id", type_=sa.Uuid))
_FIRST = _ROWS.order_by(client.c.search, client.c.id).limit(sa.bindparam("most"))
_AFTER = _FIRST.where(_EDGE > _MARK)
_BEFORE = (
    _ROWS.where(_EDGE < _MARK)
    .order_by(client.c.search.desc(), client.c.id.desc())
    .limit(sa.bindparam("most"))
)


class SqlClients:
    """core.ports.Clients."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Client) -> None:
        await self._scope.insert(
            _ADD, id=new.id, version=new.version, name=new.name, search=new.name.casefold(),
            archived_at=new.archived_at, data=encode(new),
        )  # fmt: skip

    async def get(self, client_id: UUID) -> Client:
        return _client(await self._scope.get(_GET, "client", key=client_id))

    async def save(self, changed: Client) -> Client:
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_name=changed.name, new_search=changed.name.casefold(),
            new_archived_at=changed.archived_at, new_data=encode(changed),
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def remove(self, gone: Client) -> None:
        try:
            await self._scope.update(_REMOVE, key=gone.id, seen=gone.version)
        except IntegrityError as error:
            raise Conflict(N_("{name} has invoices and can only be archived."), name=gone.name) from error

    async def search(self, text: str, limit: int, live: bool = True) -> Sequence[Client]:
        exact = text.casefold()
        pattern = exact.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = (await self._scope.mine(_SEARCH[live], pattern=f"%{pattern}%", exact=exact, most=limit)).all()
        named = [row for row in rows if row.search == exact]
        return [_client(row) for row in named or rows]

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[ClientRow]:
        mark, _, mark_id = cursor.key.rpartition("/") if cursor else ("", "", "")
        statement = _FIRST if cursor is None else _BEFORE if cursor.backwards else _AFTER
        values: dict[str, Any] = {"most": limit + 1}
        if cursor:
            values |= {"mark": mark, "mark_id": as_uuid(mark_id)}
        rows = (await self._scope.mine(statement, **values)).all()
        return page_of(rows, limit, cursor, _row, lambda row: f"{row.search}/{row.id.hex}")


def _client(row: sa.Row[Any]) -> Client:
    return client_of(row.data, row.version)


def client_of(data: Any, version: int) -> Client:
    return replace(cast(Client, decode(Client, data)), version=version)


def _row(row: sa.Row[Any]) -> ClientRow:
    found = cast(Client, decode(Client, row.data))
    return ClientRow(row.id, found.name, found.address.city, found.address.country)
