"""Inbox and outbox: every update and every reply is a row before it is acknowledged or sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.ports import Clock, InboxRow, OutboxFile, OutboxRow
from storage.codec import decode_plain, encode_plain
from storage.scope import Scope
from storage.tables import NEW, WAITING, attachment, inbox, outbox

_STORE: dict[bool, Any] = {
    True: postgresql.insert(inbox).on_conflict_do_nothing(),
    False: sqlite.insert(inbox).on_conflict_do_nothing(),
}
_IS_ROW = sa.and_(inbox.c.platform == sa.bindparam("which"), inbox.c.update_id == sa.bindparam("key"))
_CLAIM = sa.update(inbox).where(_IS_ROW, inbox.c.state == "new").values(state="done")
_FAIL = sa.update(inbox).where(_IS_ROW).values(state="failed", reference=sa.bindparam("why"))
_UNHANDLED = (
    sa.select(inbox)
    .where(
        inbox.c.platform == sa.bindparam("which"),
        NEW,
        inbox.c.chat == sa.bindparam("place"),
    )
    .order_by(inbox.c.received_at, inbox.c.update_id)
    .limit(sa.bindparam("most"))
)

_ADD = sa.insert(outbox)
_ADD_FILES = sa.insert(attachment)
# WAITING says nothing new, but a partial index serves only a query that repeats its condition to the letter.
_PENDING = (
    sa.select(outbox.c.id, outbox.c.chat, outbox.c.payload, outbox.c.business_id, outbox.c.state)
    .where(outbox.c.chat == sa.bindparam("place"), WAITING)
    .order_by(outbox.c.id)
    .limit(sa.bindparam("most"))
)
_FILES = (
    sa.select(attachment).where(attachment.c.outbox_id == sa.bindparam("key")).order_by(attachment.c.position)
)
_MOVE = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("key"), outbox.c.state == sa.bindparam("seen"))
    .values(state=sa.bindparam("next_state"))
)
_LOST = (
    sa.update(outbox)
    .where(outbox.c.chat == sa.bindparam("place"), WAITING, outbox.c.state == "sending")
    .values(state="uncertain")
)


class SqlInbox:
    """core.ports.Inbox."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def store(self, platform: str, row: InboxRow, received_at: datetime) -> bool:
        result = await self._scope.run(
            _STORE[self._scope.postgresql], platform=platform, update_id=row.id, chat=row.chat,
            payload=encode_plain(row.payload), received_at=received_at, state="new", reference="",
        )  # fmt: skip
        return result.rowcount == 1

    async def claim(self, platform: str, update_id: str) -> bool:
        return (await self._scope.run(_CLAIM, which=platform, key=update_id)).rowcount == 1

    async def fail(self, platform: str, update_id: str, reference: str) -> None:
        await self._scope.run(_FAIL, which=platform, key=update_id, why=reference)

    async def list_unhandled(self, platform: str, chat: str, limit: int) -> Sequence[InboxRow]:
        rows = await self._scope.run(_UNHANDLED, which=platform, place=chat, most=limit)
        return [
            InboxRow(row.update_id, row.chat, cast("dict[str, Any]", decode_plain(row.payload)))
            for row in rows
        ]


class SqlOutbox:
    """core.ports.Outbox."""

    def __init__(self, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock

    async def add(self, row: OutboxRow, files: Sequence[OutboxFile]) -> None:
        await self._scope.run(
            _ADD, id=row.id, chat=row.chat, business_id=row.business_id, payload=encode_plain(row.payload),
            state="pending", created_at=self._clock.now(),
        )  # fmt: skip
        rows = [
            {
                "outbox_id": row.id,
                "position": position,
                "filename": file.filename,
                "media_type": file.media_type,
                "content": file.content,
            }
            for position, file in enumerate(files)
        ]
        if rows:
            await self._scope.run_many(_ADD_FILES, rows)

    async def list_pending(self, chat: str, limit: int) -> Sequence[OutboxRow]:
        rows = await self._scope.run(_PENDING, place=chat, most=limit)
        return [
            OutboxRow(row.id, row.chat, cast("dict[str, Any]", decode_plain(row.payload)), row.business_id)
            for row in takewhile(lambda row: row.state == "pending", rows)
        ]

    async def files_of(self, outbox_id: UUID) -> Sequence[OutboxFile]:
        rows = await self._scope.run(_FILES, key=outbox_id)
        return [OutboxFile(row.filename, row.media_type, row.content) for row in rows]

    async def move(self, outbox_id: UUID, seen: str, state: str) -> bool:
        return (await self._scope.run(_MOVE, key=outbox_id, seen=seen, next_state=state)).rowcount == 1

    async def give_up_lost(self, chat: str) -> int:
        return (await self._scope.run(_LOST, place=chat)).rowcount
