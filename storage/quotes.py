"""Quotes, and which of them a token shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.errors import N_, Conflict
from core.invoice import Document
from core.money import Money
from core.quote import Quote, QuoteState
from core.quote_ports import QuoteFilter, QuoteLinked, QuoteRow
from core.views import Cursor, Page
from storage.codec import decode, encode
from storage.paging import as_uuid, page_of
from storage.quote_tables import OFFERED, WATCHED
from storage.scope import Scope, by_id, guard, versioned_update
from storage.tables import client, quote, quote_link

MOST_LINKS = 50

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_MINE = quote.c.business_id == _TENANT
_ADD = sa.insert(quote)
_GET = sa.select(quote.c.data, quote.c.document, quote.c.version).where(by_id(quote))
_LOCK = _GET.with_for_update()
_BY_NUMBER = sa.select(quote.c.data, quote.c.document, quote.c.version).where(
    _MINE, quote.c.number == sa.bindparam("number")
)
_SAVE = versioned_update(
    quote,
    "client_id",
    "state",
    "number",
    "currency",
    "total_minor",
    "valid_until",
    "next_at",
    "data",
    "document",
)
_REMOVE = sa.delete(quote).where(
    by_id(quote), quote.c.version == sa.bindparam("seen"), quote.c.state == QuoteState.DRAFT.value
)
_ROWS = sa.select(
    quote.c.id, quote.c.number, client.c.name.label("client"), quote.c.state, quote.c.currency,
    quote.c.total_minor, quote.c.valid_until,
).join_from(
    quote, client, sa.and_(client.c.business_id == quote.c.business_id, client.c.id == quote.c.client_id)
)  # fmt: skip
_FIRST, _LAST = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
_ENDING = (
    _ROWS.where(_MINE, OFFERED, quote.c.valid_until.between(_FIRST, _LAST))
    .order_by(quote.c.valid_until, quote.c.id)
    .limit(sa.bindparam("most"))
)
_MOMENT: sa.BindParameter[Any] = sa.bindparam("moment", type_=quote.c.next_at.type)
_DUE = (
    sa.select(quote.c.id)
    .where(_MINE, WATCHED, quote.c.next_at <= _MOMENT)
    .order_by(quote.c.next_at, quote.c.id)
    .limit(sa.bindparam("most"))
)
_NEXT = (
    sa.select(quote.c.next_at)
    .where(_MINE, WATCHED, quote.c.next_at > _MOMENT)
    .order_by(quote.c.next_at, quote.c.id)
    .limit(1)
)
_LINK = sa.insert(quote_link)
_LINKS_OF = sa.and_(quote_link.c.business_id == _TENANT, quote_link.c.quote_id == sa.bindparam("of"))
_TRIM = sa.delete(quote_link).where(
    _LINKS_OF,
    quote_link.c.token_hash.in_(
        sa.select(quote_link.c.token_hash)
        .where(_LINKS_OF, quote_link.c.token_hash != sa.bindparam("newest"))
        .order_by(quote_link.c.created_at.desc(), quote_link.c.token_hash)
        .offset(MOST_LINKS - 1)
    ),
)
_REVOKE = sa.delete(quote_link).where(_LINKS_OF)
_FIND = sa.select(quote_link.c.business_id, quote_link.c.quote_id).where(
    quote_link.c.token_hash == sa.bindparam("key")
)
_ENTER = {True: _FIND.add_columns(guard(quote_link.c.business_id)), False: _FIND}


@cache
def _page(which: QuoteFilter, of_client: bool, placed: bool, backwards: bool) -> sa.Select[Any]:
    query = _ROWS.where(_MINE)
    if which is not QuoteFilter.ALL:
        query = query.where(quote.c.state == which.value)
    if of_client:
        query = query.where(quote.c.client_id == sa.bindparam("of_client", type_=sa.Uuid))
    if placed:
        mark = sa.bindparam("mark", type_=sa.Uuid)
        query = query.where(quote.c.id > mark if backwards else quote.c.id < mark)
    return query.order_by(quote.c.id if backwards else quote.c.id.desc()).limit(sa.bindparam("most"))


class SqlQuotes:
    """core.quote_ports.Quotes."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Quote) -> None:
        await self._scope.insert(_ADD, id=new.id, version=new.version, **_columns(new))

    async def get(self, quote_id: UUID) -> Quote:
        return quote_of(await self._scope.get(_GET, "quote", key=quote_id))

    async def lock(self, quote_id: UUID) -> Quote:
        return quote_of(await self._scope.get(_LOCK, "quote", key=quote_id))

    async def find_number(self, number: str) -> Quote | None:
        row = (await self._scope.mine(_BY_NUMBER, number=number)).one_or_none()
        return quote_of(row) if row else None

    async def save(self, changed: Quote) -> Quote:
        new = {f"new_{name}": value for name, value in _columns(changed).items()}
        try:
            await self._scope.update(_SAVE, key=changed.id, seen=changed.version, **new)
        except IntegrityError as error:
            raise Conflict(
                N_(
                    "{number} was given under an earlier pattern. Choose another one: /settings quote-pattern …"
                ),
                number=changed.label,
            ) from error
        return replace(changed, version=changed.version + 1)

    async def remove_draft(self, gone: Quote) -> None:
        await self._scope.update(_REMOVE, key=gone.id, seen=gone.version)

    async def list_page(
        self, which: QuoteFilter, client_id: UUID | None, cursor: Cursor | None, limit: int
    ) -> Page[QuoteRow]:
        statement = _page(
            which, client_id is not None, cursor is not None, cursor is not None and cursor.backwards
        )
        values: dict[str, Any] = {} if client_id is None else {"of_client": client_id}
        if cursor is not None:
            values["mark"] = as_uuid(cursor.key)
        rows = (await self._scope.mine(statement, most=limit + 1, **values)).all()
        return page_of(rows, limit, cursor, _row, lambda row: row.id.hex)

    async def list_ending(self, first: date, last: date, limit: int) -> Sequence[QuoteRow]:
        return [_row(row) for row in await self._scope.mine(_ENDING, first=first, last=last, most=limit)]

    async def list_due(self, now: datetime, limit: int) -> Sequence[UUID]:
        return list((await self._scope.mine(_DUE, moment=now, most=limit)).scalars())

    async def next_moment(self, after: datetime) -> datetime | None:
        return (await self._scope.mine(_NEXT, moment=after)).scalar_one_or_none()

    async def add_link(self, token_hash: str, quote_id: UUID, now: datetime) -> None:
        await self._scope.insert(_LINK, token_hash=token_hash, quote_id=quote_id, created_at=now)
        await self._scope.mine(_TRIM, of=quote_id, newest=token_hash)

    async def revoke_links(self, quote_id: UUID) -> int:
        return (await self._scope.mine(_REVOKE, of=quote_id)).rowcount

    async def enter(self, token_hash: str) -> QuoteLinked | None:
        row = (await self._scope.run(_ENTER[self._scope.postgresql], key=token_hash)).one_or_none()
        if row is None:
            return None
        self._scope.entered(row.business_id)
        return QuoteLinked(row.business_id, row.quote_id)


def _columns(quote: Quote) -> dict[str, Any]:
    return {
        "client_id": quote.draft.client_id,
        "state": quote.state.value,
        "number": quote.label or None,
        "currency": quote.total.currency,
        "total_minor": quote.total.minor,
        "valid_until": quote.document and quote.valid_until,
        "next_at": quote.next_at,
        "data": encode(replace(quote, document=None)),
        "document": quote.document and encode(quote.document),
    }


def quote_of(row: sa.Row[Any]) -> Quote:
    document = None if row.document is None else cast(Document, decode(Document, row.document))
    return replace(cast(Quote, decode(Quote, row.data)), document=document, version=row.version)


def _row(row: sa.Row[Any]) -> QuoteRow:
    return QuoteRow(
        row.id, row.number, row.client, QuoteState(row.state), Money(row.total_minor, row.currency), row.valid_until
    )  # fmt: skip
