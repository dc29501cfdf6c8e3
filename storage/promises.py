"""Promises to pay: at most one of a client is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.reminder import Kept, Promise
from storage.scope import Scope, by_id, versioned_update
from storage.tables import UNKEPT, promise

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_OF_CLIENT = sa.and_(promise.c.business_id == _TENANT, promise.c.client_id == sa.bindparam("of"))
_WITHDRAW = (
    sa.update(promise)
    .where(_OF_CLIENT, UNKEPT)
    .values(kept=Kept.WITHDRAWN.value, version=promise.c.version + 1)
)
_ADD = sa.insert(promise)
_GET = sa.select(promise).where(by_id(promise))
_OPEN = sa.select(promise).where(_OF_CLIENT, UNKEPT)
_SAVE = versioned_update(promise, "promised_on", "kept")
_ENDED = (
    sa.select(promise)
    .where(promise.c.business_id == _TENANT, UNKEPT, promise.c.promised_on < sa.bindparam("today"))
    .order_by(promise.c.promised_on, promise.c.id)
    .limit(sa.bindparam("most"))
)
_BROKEN = (
    sa.select(sa.func.count()).select_from(promise).where(_OF_CLIENT, promise.c.kept == Kept.BROKEN.value)
)


class SqlPromises:
    """core.nag_ports.Promises."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Promise) -> None:
        await self._scope.mine(_WITHDRAW, of=new.client_id)
        await self._scope.insert(
            _ADD, id=new.id, version=new.version, client_id=new.client_id, promised_on=new.promised_on,
            made_at=new.made_at, kept=new.kept.value,
        )  # fmt: skip

    async def get(self, promise_id: UUID) -> Promise:
        return _promise(await self._scope.get(_GET, "promise", key=promise_id))

    async def find_open(self, client_id: UUID) -> Promise | None:
        row = (await self._scope.mine(_OPEN, of=client_id)).one_or_none()
        return _promise(row) if row else None

    async def save(self, changed: Promise) -> Promise:
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_promised_on=changed.promised_on,
            new_kept=changed.kept.value,
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def list_ended(self, today: date, limit: int) -> Sequence[Promise]:
        return [_promise(row) for row in await self._scope.mine(_ENDED, today=today, most=limit)]

    async def count_broken(self, client_id: UUID) -> int:
        return int((await self._scope.mine(_BROKEN, of=client_id)).scalar_one())


def _promise(row: sa.Row[Any]) -> Promise:
    return Promise(row.id, row.client_id, row.promised_on, row.made_at, Kept(row.kept), row.version)
