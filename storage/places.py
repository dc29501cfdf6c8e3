"""Chats as places: what they work for, whether somebody is there, where they moved, what stands on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.chat_ports import Board, Place
from storage.scope import Clocked
from storage.tables import board, button, chat, conversation, inbox, notice, outbox, preference, rate_slot

BOARD_LIFE = timedelta(days=30)
MAX_BOARDS = 50

_FIND = sa.select(chat).where(chat.c.chat == sa.bindparam("key"))
_LOCK = _FIND.with_for_update()
_BIND = (
    sa.update(chat)
    .where(chat.c.chat == sa.bindparam("key"))
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=chat.c[name].type)
            for name in ("business_id", "client_id", "shows_data", "title")
        }
    )
)
_REACHABLE = (
    sa.update(chat).where(chat.c.chat == sa.bindparam("key")).values(reachable=sa.bindparam("is_reachable"))
)
# What belongs to a chat by its name alone, and may be moved while it is waiting.
_MOVES = [
    sa.update(table).where(table.c.chat == sa.bindparam("old")).values(chat=sa.bindparam("new"))
    for table in (button, inbox, outbox, conversation, board)
]
# Of these a chat has one, and what comes along is older than the address and better known.
_MAKE_ROOM = [sa.delete(table).where(table.c.chat == sa.bindparam("new")) for table in (conversation, board)]
# What the business of a group has in store for it.
_OF_BUSINESS = (
    sa.delete(preference).where(
        preference.c.business_id == sa.bindparam("tenant"), preference.c.subject == sa.bindparam("new")
    ),
    sa.update(preference)
    .where(preference.c.business_id == sa.bindparam("tenant"), preference.c.subject == sa.bindparam("old"))
    .values(subject=sa.bindparam("new")),
    sa.update(notice)
    .where(notice.c.business_id == sa.bindparam("tenant"), notice.c.chat == sa.bindparam("old"))
    .values(chat=sa.bindparam("new")),
)
_FORGET_CHAT = sa.delete(chat).where(chat.c.chat == sa.bindparam("old"))
_FORGET_RATE = sa.delete(rate_slot).where(rate_slot.c.key == sa.bindparam("old"))


def _newest(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    found = sa.select(board).where(condition, board.c.seen_at > sa.bindparam("since"))
    newest = found.order_by(board.c.seen_at.desc(), board.c.chat).limit(MAX_BOARDS).subquery()
    return sa.select(newest)


# Not one condition with OR: SQLite would rather read everybody's boards by time than use two indexes.
_either = sa.union(
    _newest(board.c.business_id == sa.bindparam("whose")), _newest(board.c.sender == sa.bindparam("who"))
).subquery()
_BOARDS = sa.select(_either).order_by(_either.c.seen_at.desc(), _either.c.chat).limit(MAX_BOARDS)
_REHANG = (
    sa.update(board)
    .where(board.c.chat == sa.bindparam("key"))
    .values(business_id=sa.bindparam("new_business_id", type_=sa.Uuid))
)


def _upserts(insert: Any) -> dict[str, Any]:
    show = insert(board)
    return {
        "chat": insert(chat).on_conflict_do_nothing(),
        "show": show.on_conflict_do_update(
            index_elements=["chat"],
            set_={
                name: show.excluded[name] for name in ("sender", "business_id", "name", "language", "seen_at")
            },
        ),
    }


_UPSERTS = {True: _upserts(postgresql.insert), False: _upserts(sqlite.insert)}


class Places(Clocked):
    """The part of core.ports.Chats that is about a chat itself."""

    async def lock(self, chat: str) -> Place:
        row = (await self._scope.run(_LOCK, key=chat)).one_or_none()
        if row is None:
            await self._know(chat)
            row = (await self._scope.run(_LOCK, key=chat)).one()
        return _place(row)

    async def place(self, chat: str) -> Place:
        row = (await self._scope.run(_FIND, key=chat)).one_or_none()
        return _place(row) if row else Place()

    async def bind(self, chat: str, title: str, place: Place) -> None:
        await self._know(chat)
        await self._bind(chat, title, place)

    async def set_reachable(self, chat: str, reachable: bool) -> None:
        await self._know(chat)
        await self._scope.run(_REACHABLE, key=chat, is_reachable=reachable)

    async def move(self, chat: str, new: str) -> None:
        old = (await self._scope.run(_LOCK, key=chat)).one_or_none()
        await self._know(new)
        if old is not None:
            await self._bind(new, old.title, _place(old))
            await self._move_for(old.business_id, chat, new)
        for statement in _MAKE_ROOM:
            await self._scope.run(statement, new=new)
        for move in _MOVES:
            await self._scope.run(move, old=chat, new=new)
        await self._scope.run(_FORGET_CHAT, old=chat)
        await self._scope.run(_FORGET_RATE, old=chat)

    async def _move_for(self, business_id: UUID | None, chat: str, new: str) -> None:
        if business_id is not None:
            async with self._scope.acting(business_id):
                for statement in _OF_BUSINESS:
                    await self._scope.mine(statement, old=chat, new=new)

    async def show_board(self, business_id: UUID | None, board: Board, looked: bool = True) -> None:
        if not looked:
            await self._scope.run(_REHANG, key=board.chat, new_business_id=business_id)
            return
        await self._scope.run(
            _UPSERTS[self._scope.postgresql]["show"], chat=board.chat, sender=board.sender,
            business_id=business_id, name=board.name, language=board.language, seen_at=self._clock.now(),
        )  # fmt: skip

    async def boards(self, business_id: UUID, sender: str) -> Sequence[Board]:
        since = self._clock.now() - BOARD_LIFE
        rows = await self._scope.run(_BOARDS, whose=business_id, who=sender, since=since)
        return [Board(row.chat, row.sender, row.name, row.language) for row in rows]

    async def _know(self, chat: str) -> None:
        await self._scope.run(_UPSERTS[self._scope.postgresql]["chat"], chat=chat)

    async def _bind(self, chat: str, title: str, place: Place) -> None:
        await self._scope.run(
            _BIND, key=chat, new_title=title, new_business_id=place.business_id, new_client_id=place.client_id,
            new_shows_data=place.shows_data,
        )  # fmt: skip


def _place(row: sa.Row[Any]) -> Place:
    return Place(row.business_id, row.shows_data, row.reachable, row.client_id)
