"""Inbox and outbox: every update and every reply is a row before it is acknowledged or sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.chat_ports import LETTERS, InboxRow, OutboxFile, OutboxRow, Settled
from storage.codec import decode_plain, encode_plain
from storage.deliveries import Deliveries, read_outbox
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

_ADD: dict[bool, Any] = {
    True: postgresql.insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]),
    False: sqlite.insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]),
}
_ADD_FILES = sa.insert(attachment)
_KEY: sa.BindParameter[Any] = sa.bindparam("key")
# WAITING says nothing new, but a partial index serves only a query that repeats its condition to the letter.
_PENDING = (
    sa.select(outbox)
    .where(outbox.c.chat == sa.bindparam("place"), WAITING)
    .order_by(outbox.c.id)
    .limit(sa.bindparam("most"))
)
_FILES = sa.select(attachment).where(attachment.c.outbox_id == _KEY).order_by(attachment.c.position)
_NEWEST = (
    sa.select(outbox.c.ref, outbox.c.payload)
    .where(
        outbox.c.chat == sa.bindparam("place"),
        outbox.c.sender == sa.bindparam("who"),
        outbox.c.state == "sent",
    )
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_NOW: sa.BindParameter[Any] = sa.bindparam("now", type_=outbox.c.taken_at.type)
# Whoever waited for its turn may find that another process was told meanwhile to come later.
_TAKE = (
    sa.update(outbox)
    .where(
        outbox.c.id == _KEY, outbox.c.state == "pending", outbox.c.done == sa.bindparam("seen"),
        sa.or_(outbox.c.next_at.is_(None), outbox.c.next_at <= _NOW),
    )
    .values(state="sending", taken_at=_NOW)
)  # fmt: skip
_REPEATS: sa.BindParameter[Any] = sa.bindparam("new_repeats", type_=outbox.c.repeats.type)
# Whoever settles late may not know that somebody else gave it up for lost, and that it was repeated since.
_MOST_REPEATS = sa.case((outbox.c.repeats > _REPEATS, outbox.c.repeats), else_=_REPEATS)
_SETTLE = (
    sa.update(outbox)
    .where(outbox.c.id == _KEY, WAITING)
    .values({name: sa.bindparam(f"new_{name}", type_=outbox.c[name].type)
             for name in Settled.__dataclass_fields__} | {"repeats": _MOST_REPEATS})
)  # fmt: skip
_AGAIN = sa.and_(outbox.c.kind.in_(sorted(LETTERS)), outbox.c.repeats == 0)
_LOST = (
    sa.update(outbox)
    .where(
        outbox.c.chat == sa.bindparam("place"),
        WAITING,
        outbox.c.state == "sending",
        sa.or_(outbox.c.taken_at.is_(None), outbox.c.taken_at <= sa.bindparam("limit")),
    )
    .values(
        state=sa.case((_AGAIN, "pending"), else_="uncertain"),
        next_at=sa.case((_AGAIN, sa.bindparam("again", type_=outbox.c.next_at.type)), else_=sa.null()),
        repeats=sa.case((_AGAIN, 1), else_=outbox.c.repeats),
    )
    .returning(outbox)
)
_LOST_IN = (
    sa.select(outbox.c.chat)
    .where(WAITING, outbox.c.state == "sending", outbox.c.taken_at <= sa.bindparam("limit"))
    .distinct()
    .limit(sa.bindparam("most"))
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


class SqlOutbox(Deliveries):
    """core.ports.Outbox."""

    async def add(self, row: OutboxRow, files: Sequence[OutboxFile], dedupe_key: str | None = None) -> bool:
        added = await self._scope.run(
            _ADD[self._scope.postgresql], id=row.id, chat=row.chat, business_id=row.business_id,
            payload=encode_plain(row.payload), state="pending", created_at=self._clock.now(), sender=row.sender,
            dedupe_key=dedupe_key, kind=row.kind, about=row.about,
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
        if rows and added.rowcount:
            await self._scope.run_many(_ADD_FILES, rows)
        return bool(added.rowcount)

    async def list_pending(self, chat: str, limit: int) -> Sequence[OutboxRow]:
        return (await self.list_due(chat, limit))[0]

    async def list_due(self, chat: str, limit: int) -> tuple[Sequence[OutboxRow], datetime | None]:
        """What is pending, and when the next one may go if that one waits for a moment."""
        rows = (await self._scope.run(_PENDING, place=chat, most=limit)).all()
        now, due = self._clock.now(), list[OutboxRow]()
        for row in rows:
            if row.state != "pending":
                break
            if row.next_at is not None and row.next_at > now:
                return due, row.next_at
            due.append(read_outbox(row))
        return due, None

    async def files_of(self, outbox_id: UUID) -> Sequence[OutboxFile]:
        rows = await self._scope.run(_FILES, key=outbox_id)
        return [OutboxFile(row.filename, row.media_type, row.content) for row in rows]

    async def open_question(self, chat: str, sender: str) -> str:
        row = (await self._scope.run(_NEWEST, place=chat, who=sender)).one_or_none()
        return row.ref if row and decode_plain(row.payload).get("kind") == "question" else ""

    async def take(self, row: OutboxRow) -> bool:
        taken = await self._scope.run(_TAKE, key=row.id, seen=row.done, now=self._clock.now())
        return taken.rowcount == 1

    async def settle(self, outbox_id: UUID, settled: Settled) -> bool:
        values = {f"new_{name}": getattr(settled, name) for name in Settled.__dataclass_fields__}
        return (await self._scope.run(_SETTLE, key=outbox_id, **values)).rowcount == 1

    async def give_up_lost(
        self, chat: str, before: datetime, again: datetime
    ) -> Sequence[tuple[str, OutboxRow]]:
        rows = await self._scope.run(_LOST, place=chat, limit=before, again=again)
        return [(row.state, read_outbox(row)) for row in rows]

    async def list_lost(self, before: datetime, limit: int) -> Sequence[str]:
        """The chats in which a dead process left something in `sending`: nothing goes on there by itself."""
        return list((await self._scope.run(_LOST_IN, limit=before, most=limit)).scalars())
