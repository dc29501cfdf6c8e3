"""Businesses and their members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from core.party import Business, Member, Role
from storage.agendas import SqlAgendas
from storage.codec import decode, encode
from storage.scope import Scope, by_id, versioned_update
from storage.tables import business, member

_ADD = sa.insert(business)
_GET = sa.select(business.c.data, business.c.version).where(business.c.business_id == sa.bindparam("tenant"))
_SAVE = (
    sa.update(business)
    .where(business.c.business_id == sa.bindparam("tenant"), business.c.version == sa.bindparam("seen"))
    .values(name=sa.bindparam("new_name"), data=sa.bindparam("new_data", type_=business.c.data.type),
            version=business.c.version + 1)
)  # fmt: skip


class SqlBusinesses:
    """core.ports.Businesses."""

    def __init__(self, scope: Scope, agendas: SqlAgendas) -> None:
        self._scope = scope
        self._agendas = agendas

    async def add(self, new: Business) -> None:
        await self._scope.insert(_ADD, version=new.version, name=new.name, data=encode(new))
        await self._agendas.follow(new)

    async def get(self) -> Business:
        row = await self._scope.get(_GET, "business")
        return business_of(row.data, row.version)

    async def save(self, changed: Business) -> Business:
        await self._scope.update(_SAVE, seen=changed.version, new_name=changed.name, new_data=encode(changed))
        await self._agendas.follow(changed)
        return replace(changed, version=changed.version + 1)


def business_of(data: Any, version: int) -> Business:
    return replace(cast(Business, decode(Business, data)), version=version)


_ADD_MEMBER = sa.insert(member)
_MEMBER = sa.select(member).where(by_id(member))
_MEMBERS = sa.select(member).where(member.c.business_id == sa.bindparam("tenant")).order_by(member.c.id)
_SAVE_MEMBER = versioned_update(member, "name", "role", "left_at")


class SqlMembers:
    """core.ports.Members."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Member) -> None:
        await self._scope.insert(
            _ADD_MEMBER, id=new.id, version=new.version, name=new.name, role=new.role.value,
            created_at=new.created_at, left_at=new.left_at,
        )  # fmt: skip

    async def get(self, member_id: UUID) -> Member:
        return _member(await self._scope.get(_MEMBER, "member", key=member_id))

    async def save(self, changed: Member) -> Member:
        await self._scope.update(
            _SAVE_MEMBER, key=changed.id, seen=changed.version, new_name=changed.name,
            new_role=changed.role.value, new_left_at=changed.left_at,
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def list(self) -> Sequence[Member]:
        return [_member(row) for row in await self._scope.mine(_MEMBERS)]


def _member(row: sa.Row[Any]) -> Member:
    return Member(row.id, row.name, Role(row.role), row.created_at, row.left_at, row.version)
