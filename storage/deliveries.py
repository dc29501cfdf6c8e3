"""What is on its way by itself or has not arrived: looked up, cancelled, replaced, and sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from core.chat_ports import OutboxRow, Trouble
from storage.codec import decode_plain
from storage.scope import Clocked
from storage.tables import TROUBLE, UNASKED, WAITING, outbox

_KEY: sa.BindParameter[Any] = sa.bindparam("key")
_OF_BUSINESS = outbox.c.business_id == sa.bindparam("tenant")
_MOST: sa.BindParameter[Any] = sa.bindparam("most")
_NEWEST_FIRST = outbox.c.id.desc()


def _newest(*which: sa.ColumnElement[bool] | sa.TextClause) -> sa.Select[Any]:
    in_state = outbox.c.state.in_(sa.bindparam("states", expanding=True))
    found = sa.select(outbox).where(_OF_BUSINESS, in_state, *which).order_by(_NEWEST_FIRST).limit(_MOST)
    return sa.select(found.subquery())


# Not one condition with OR, which has no index: what nobody asked for, and what is no success.
_either = sa.union_all(_newest(UNASKED), _newest(TROUBLE, outbox.c.kind == "")).subquery()
_RECENT = sa.select(_either).order_by(_either.c.id.desc()).limit(_MOST)
_AGAIN = (
    sa.update(outbox)
    .where(_OF_BUSINESS, outbox.c.id == _KEY, outbox.c.state.in_(("failed", "uncertain")))
    .values(state="pending", attempts=0, next_at=None, error="", repeats=outbox.c.repeats + 1)
    .returning(outbox.c.chat)
)
_SUPERSEDE = (
    sa.update(outbox)
    .where(
        outbox.c.chat == sa.bindparam("place"), WAITING, outbox.c.state == "pending", outbox.c.done == 0,
        outbox.c.kind == sa.bindparam("which"),
    )
    .values(state="cancelled")
)  # fmt: skip
_LANGUAGE = (
    sa.select(outbox.c.payload).where(outbox.c.chat == sa.bindparam("place")).order_by(_NEWEST_FIRST).limit(1)
)
_BY_REF = (
    sa.select(outbox)
    .where(outbox.c.ref == sa.bindparam("named"), UNASKED, outbox.c.state.not_in(("failed", "cancelled")))
    .order_by(_NEWEST_FIRST)
    .limit(1)
)
_NTH_LETTER = (
    sa.select(outbox.c.created_at)
    .where(
        _OF_BUSINESS, UNASKED,
        outbox.c.kind.in_(("invoice", "credit-note", "quote-letter", "statement-letter")),
    )
    .order_by(_NEWEST_FIRST)
    .offset(sa.bindparam("newer"))
    .limit(1)
)  # fmt: skip
_BOUNCE = (
    sa.update(outbox)
    .where(outbox.c.id == _KEY, outbox.c.state.not_in(("failed", "cancelled")))
    .values(state="failed", error=sa.bindparam("why"))
)


class Deliveries(Clocked):
    """The part of core.ports.Outbox that is about what became of a row."""

    async def list_recent(self, business_id: UUID, states: Sequence[str], limit: int) -> Sequence[Trouble]:
        rows = await self._scope.run(_RECENT, tenant=business_id, states=list(states), most=limit)
        return [_trouble(row) for row in rows]

    async def send_again(self, business_id: UUID, outbox_id: UUID) -> str | None:
        found = (await self._scope.run(_AGAIN, tenant=business_id, key=outbox_id)).one_or_none()
        return found.chat if found else None

    async def supersede(self, chat: str, kind: str) -> int:
        return (await self._scope.run(_SUPERSEDE, place=chat, which=kind)).rowcount

    async def language_of(self, chat: str) -> str:
        payload = (await self._scope.run(_LANGUAGE, place=chat)).scalar_one_or_none()
        return str(decode_plain(payload).get("language", "")) if payload else ""

    async def find_sent(self, ref: str) -> OutboxRow | None:
        row = (await self._scope.run(_BY_REF, named=ref)).one_or_none() if ref else None
        return read_outbox(row) if row else None

    async def letter_before(self, business_id: UUID, newer: int) -> datetime | None:
        found = await self._scope.run(_NTH_LETTER, tenant=business_id, newer=newer)
        written_at: datetime | None = found.scalar_one_or_none()
        return written_at

    async def bounce(self, outbox_id: UUID, error: str) -> bool:
        return (await self._scope.run(_BOUNCE, key=outbox_id, why=error)).rowcount == 1


def read_outbox(row: sa.Row[Any]) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        chat=row.chat,
        payload=cast("dict[str, Any]", decode_plain(row.payload)),
        business_id=row.business_id,
        sender=row.sender,
        attempts=row.attempts,
        done=row.done,
        ref=row.ref,
        kind=row.kind,
        about=row.about,
        repeats=row.repeats,
    )


def _trouble(row: sa.Row[Any]) -> Trouble:
    payload = cast("dict[str, Any]", decode_plain(row.payload))
    about = (row.kind, row.about, row.taken_at, row.repeats)
    return Trouble(row.id, row.chat, row.state, row.created_at, row.next_at, row.error, payload, *about)
