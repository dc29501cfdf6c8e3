"""Recurring invoices, and which day of each has brought which invoice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.series import Series
from core.views import Cursor, Page
from storage.codec import decode, encode
from storage.paging import as_uuid, page_of
from storage.scope import Scope, by_id, versioned_update
from storage.tables import NOT_OVER, RUNNING, recurrence_run, series

_MINE: sa.ColumnElement[bool] = series.c.business_id == sa.bindparam("tenant")
_ADD = sa.insert(series)
_GET = sa.select(series.c.data, series.c.version).where(by_id(series))
_LOCK = _GET.with_for_update()
_SAVE = versioned_update(series, "state", "next_at", "data")
_LIVE = (
    sa.select(series.c.data, series.c.version)
    .where(_MINE, NOT_OVER)
    .order_by(series.c.id)
    .limit(sa.bindparam("most"))
)
_MARK = sa.bindparam("mark", type_=series.c.id.type)
_AFTER = _LIVE.where(series.c.id > _MARK)
_BEFORE = (
    sa.select(series.c.data, series.c.version)
    .where(_MINE, NOT_OVER, series.c.id < _MARK)
    .order_by(series.c.id.desc())
    .limit(sa.bindparam("most"))
)
_OF_CLIENT = _LIVE.where(series.c.client_id == sa.bindparam("of"))
_COUNT = sa.select(sa.func.count()).select_from(series).where(_MINE, NOT_OVER)
_OLDER = _COUNT.where(series.c.id < sa.bindparam("key", type_=series.c.id.type))
_MOMENT: sa.BindParameter[Any] = sa.bindparam("moment", type_=series.c.next_at.type)
_DUE = (
    sa.select(series.c.id)
    .where(_MINE, RUNNING, series.c.next_at <= _MOMENT)
    .order_by(series.c.next_at, series.c.id)
    .limit(sa.bindparam("most"))
)
_NEXT = (
    sa.select(series.c.next_at)
    .where(_MINE, RUNNING, series.c.next_at > _MOMENT)
    .order_by(series.c.next_at, series.c.id)
    .limit(1)
)
_DECIDE: dict[bool, Any] = {
    True: postgresql.insert(recurrence_run).on_conflict_do_nothing(),
    False: sqlite.insert(recurrence_run).on_conflict_do_nothing(),
}
_BROUGHT = sa.select(recurrence_run.c.invoice_id).where(
    recurrence_run.c.business_id == sa.bindparam("tenant"),
    recurrence_run.c.series_id == sa.bindparam("key"),
    recurrence_run.c.period == sa.bindparam("day"),
)


class SqlSeries:
    """core.series_ports.SeriesBook."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Series) -> None:
        await self._scope.insert(
            _ADD, id=new.id, version=new.version, client_id=new.draft.client_id, member_id=new.member_id,
            state=new.state.value, next_at=new.next_at, data=encode(new),
        )  # fmt: skip

    async def get(self, series_id: UUID) -> Series:
        return _series(await self._scope.get(_GET, "series", key=series_id))

    async def lock(self, series_id: UUID) -> Series:
        return _series(await self._scope.get(_LOCK, "series", key=series_id))

    async def save(self, changed: Series) -> Series:
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_state=changed.state.value,
            new_next_at=changed.next_at, new_data=encode(changed),
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def list_live(self, limit: int, client_id: UUID | None = None) -> Sequence[Series]:
        if client_id is None:
            rows = await self._scope.mine(_LIVE, most=limit)
        else:
            rows = await self._scope.mine(_OF_CLIENT, most=limit, of=client_id)
        return [_series(row) for row in rows]

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[Series]:
        statement = _LIVE if cursor is None else _BEFORE if cursor.backwards else _AFTER
        values: dict[str, Any] = {"most": limit + 1}
        if cursor is not None:
            values["mark"] = as_uuid(cursor.key)
        rows = (await self._scope.mine(statement, **values)).all()
        return page_of(rows, limit, cursor, _series, lambda row: _series(row).id.hex)

    async def count_live(self, older_than: UUID | None = None) -> int:
        if older_than is None:
            return int((await self._scope.mine(_COUNT)).scalar_one())
        return int((await self._scope.mine(_OLDER, key=older_than)).scalar_one())

    async def list_due(self, now: datetime, limit: int) -> Sequence[UUID]:
        return list((await self._scope.mine(_DUE, moment=now, most=limit)).scalars())

    async def next_moment(self, after: datetime) -> datetime | None:
        return (await self._scope.mine(_NEXT, moment=after)).scalar_one_or_none()

    async def decide(self, series_id: UUID, period: date, invoice_id: UUID, at: datetime) -> bool:
        added = await self._scope.insert(
            _DECIDE[self._scope.postgresql],
            series_id=series_id,
            period=period,
            invoice_id=invoice_id,
            made_at=at,
        )
        return added.rowcount == 1

    async def invoice_of(self, series_id: UUID, period: date) -> UUID | None:
        return (await self._scope.mine(_BROUGHT, key=series_id, day=period)).scalar_one_or_none()


def _series(row: sa.Row[Any]) -> Series:
    return replace(cast(Series, decode(Series, row.data)), version=row.version)
