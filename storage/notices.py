"""What waits to be told, and which chats hear what by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.notify import Kind, Listener, Preference, WaitingNotice, usual
from core.party import Role
from storage.codec import decode, decode_plain, encode, encode_plain
from storage.scope import Scope
from storage.tables import chat, member, notice, preference, seat

MOST_GROUPS = 50

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_ADD = sa.insert(notice)
_OWN = notice.c.business_id == _TENANT
_NEXT_FIRST = (notice.c.due_at, notice.c.id)
_MOST: sa.BindParameter[Any] = sa.bindparam("most")
_DUE = (
    sa.select(notice.c.id)
    .where(_OWN, notice.c.due_at <= sa.bindparam("now", type_=notice.c.due_at.type))
    .order_by(*_NEXT_FIRST)
    .limit(_MOST)
)
_TAKE = sa.delete(notice).where(_OWN, notice.c.id.in_(_DUE.scalar_subquery())).returning(notice)
_REMOVE = sa.delete(notice).where(
    _OWN, notice.c.chat == sa.bindparam("place"), notice.c.kind == sa.bindparam("which")
)
_WAITING = sa.select(notice).where(_OWN).order_by(*_NEXT_FIRST).limit(_MOST)
_MEMBERS = (
    sa.select(member.c.id, member.c.role, seat.c.sender)
    .join_from(
        member, seat, sa.and_(seat.c.business_id == member.c.business_id, seat.c.member_id == member.c.id)
    )
    .outerjoin(chat, chat.c.chat == seat.c.sender)
    .where(
        member.c.business_id == _TENANT,
        member.c.left_at.is_(None),
        sa.or_(chat.c.reachable.is_(None), chat.c.reachable),
    )
    .order_by(member.c.id, seat.c.chosen_at.desc(), seat.c.sender)
)
_GROUPS = (
    sa.select(chat.c.chat, chat.c.client_id)
    .where(chat.c.business_id == _TENANT, chat.c.shows_data, chat.c.reachable)
    .order_by(chat.c.chat)
    .limit(MOST_GROUPS)
)
_PREFERENCES = sa.select(preference).where(preference.c.business_id == _TENANT)
_PREFERENCE = _PREFERENCES.where(preference.c.subject == sa.bindparam("key"))


def _prefer(insert: Any) -> Any:
    put = insert(preference)
    return put.on_conflict_do_update(
        index_elements=["business_id", "subject"], set_={"data": put.excluded.data}
    )


_PREFER = {True: _prefer(postgresql.insert), False: _prefer(sqlite.insert)}


class SqlNotices:
    """core.nag_ports.Notices."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, notice: WaitingNotice) -> None:
        await self._scope.insert(
            _ADD, id=notice.id, chat=notice.chat, kind=notice.kind.value, due_at=notice.due_at,
            payload=encode_plain(notice.payload),
        )  # fmt: skip

    async def take_due(self, now: datetime, limit: int) -> Sequence[WaitingNotice]:
        taken = [_notice(row) for row in await self._scope.mine(_TAKE, now=now, most=limit)]
        return sorted(taken, key=lambda each: (each.chat, each.kind, each.id))

    async def remove(self, chat: str, kind: Kind) -> int:
        return (await self._scope.mine(_REMOVE, place=chat, which=kind.value)).rowcount

    async def list_waiting(self, limit: int) -> Sequence[WaitingNotice]:
        return [_notice(row) for row in await self._scope.mine(_WAITING, most=limit)]

    async def listeners(self, kind: Kind) -> Sequence[Listener]:
        chosen = {row.subject: _preference(row) for row in await self._scope.mine(_PREFERENCES)}
        found: dict[str, Listener] = {}
        for row in await self._scope.mine(_MEMBERS):
            each = Listener(row.sender, row.sender, row.id, usual(Role(row.role)))
            # The first of a member's chats is the one that was used last.
            found.setdefault(each.subject, each)
        for row in await self._scope.mine(_GROUPS):
            found[row.chat] = Listener(row.chat, "", None, usual(None, of_client=row.client_id is not None))
        heard = [
            Listener(each.chat, each.sender, each.member_id, chosen.get(subject, each.preference))
            for subject, each in found.items()
        ]
        return [each for each in heard if kind not in each.preference.muted]

    async def preference(self, subject: str) -> Preference | None:
        row = (await self._scope.mine(_PREFERENCE, key=subject)).one_or_none()
        return _preference(row) if row else None

    async def set_preference(self, subject: str, preference: Preference) -> None:
        await self._scope.insert(_PREFER[self._scope.postgresql], subject=subject, data=encode(preference))


def _notice(row: sa.Row[Any]) -> WaitingNotice:
    payload = cast("dict[str, Any]", decode_plain(row.payload))
    return WaitingNotice(row.id, row.chat, Kind(row.kind), row.due_at, payload)


def _preference(row: sa.Row[Any]) -> Preference:
    return cast(Preference, decode(Preference, row.data))
