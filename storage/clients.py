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
from storage.by_name import ByName, anywhere
from storage.codec import decode, encode
from storage.scope import Scope, by_id, versioned_delete, versioned_update
from storage.tables import client

_ADD = sa.insert(client)
_GET = sa.select(client.c.data, client.c.version).where(by_id(client))
_SAVE = versioned_update(client, "name", "search", "archived_at", "data")
_REMOVE = versioned_delete(client)
_NAMES = ByName(client)


def _search(among: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        _NAMES.rows.where(among, client.c.search.like(sa.bindparam("pattern"), escape="\\"))
        .order_by(client.c.search != sa.bindparam("exact"), client.c.search, client.c.id)
        .limit(sa.bindparam("most"))
    )


_SEARCH = {True: _search(_NAMES.live), False: _search(_NAMES.archived)}


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
        rows = (await self._scope.mine(_SEARCH[live], pattern=anywhere(exact), exact=exact, most=limit)).all()
        named = [row for row in rows if row.search == exact]
        return [_client(row) for row in named or rows]

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[ClientRow]:
        return await _NAMES.page(self._scope, cursor, limit, _row)


def _client(row: sa.Row[Any]) -> Client:
    return client_of(row.data, row.version)


def client_of(data: Any, version: int) -> Client:
    return replace(cast(Client, decode(Client, data)), version=version)


def _row(row: sa.Row[Any]) -> ClientRow:
    found = cast(Client, decode(Client, row.data))
    return ClientRow(row.id, found.name, found.address.city, found.address.country)
