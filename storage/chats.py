"""Chats, seats, conversations, buttons and invitations: what is known before the business is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.ports import Clock, Conversation, Invitation, Press, Seat
from storage.codec import decode_plain, encode_plain
from storage.scope import Scope
from storage.tables import button, chat, conversation, invitation, outbox, seat

CONVERSATION_LIFE = timedelta(days=1)
BUTTON_LIFE = timedelta(days=30)
MAX_LAST_PRESSES = 100

_LOCK = sa.select(chat.c.chat).where(chat.c.chat == sa.bindparam("key")).with_for_update()
_SEAT = sa.select(seat).where(seat.c.sender == sa.bindparam("key"))
_CONVERSATION = sa.select(conversation).where(
    conversation.c.chat == sa.bindparam("chat_key"),
    conversation.c.sender == sa.bindparam("sender_key"),
    conversation.c.expires_at > sa.bindparam("now"),
)
_FORGET = sa.delete(conversation).where(
    conversation.c.chat == sa.bindparam("chat_key"), conversation.c.sender == sa.bindparam("sender_key")
)
_ADD_BUTTONS = sa.insert(button)
_BUTTON_COLUMNS = (button.c.token, button.c.label, button.c.command, button.c.argument)
_PRESS = sa.select(*_BUTTON_COLUMNS).where(
    button.c.token == sa.bindparam("key"),
    button.c.chat == sa.bindparam("chat_key"),
    button.c.expires_at > sa.bindparam("now"),
)
_NEWEST = (
    sa.select(outbox.c.id)
    .where(outbox.c.chat == sa.bindparam("chat_key"))
    .order_by(outbox.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST = (
    sa.select(*_BUTTON_COLUMNS)
    .where(button.c.outbox_id == _NEWEST, button.c.expires_at > sa.bindparam("now"))
    .order_by(button.c.position)
    .limit(MAX_LAST_PRESSES)
)
_INVITE = sa.insert(invitation)
_ACCEPT = (
    sa.delete(invitation)
    .where(invitation.c.code_hash == sa.bindparam("key"), invitation.c.expires_at > sa.bindparam("now"))
    .returning(invitation.c.business_id, invitation.c.role, invitation.c.expires_at, invitation.c.invited_by)
)


def _upserts(insert: Any) -> dict[str, Any]:
    sit, keep = insert(seat), insert(conversation)
    return {
        "chat": insert(chat).on_conflict_do_nothing(),
        "sit": sit.on_conflict_do_update(
            index_elements=["sender"],
            set_={"business_id": sit.excluded.business_id, "member_id": sit.excluded.member_id},
        ),
        "keep": keep.on_conflict_do_update(
            index_elements=["chat", "sender"],
            set_={name: keep.excluded[name] for name in ("frames", "parked", "expires_at")},
        ),
    }


_UPSERTS = {True: _upserts(postgresql.insert), False: _upserts(sqlite.insert)}


class SqlChats:
    """core.ports.Chats."""

    def __init__(self, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock
        self._upsert = _UPSERTS[scope.postgresql]

    async def lock(self, chat: str) -> None:
        if (await self._scope.run(_LOCK, key=chat)).first() is None:
            await self._scope.run(self._upsert["chat"], chat=chat)
            await self._scope.run(_LOCK, key=chat)

    async def seat(self, sender: str) -> Seat | None:
        row = (await self._scope.run(_SEAT, key=sender)).one_or_none()
        return Seat(row.business_id, row.member_id) if row else None

    async def sit(self, sender: str, seat: Seat) -> None:
        await self._scope.run(
            self._upsert["sit"], sender=sender, business_id=seat.business_id, member_id=seat.member_id
        )

    async def conversation(self, chat: str, sender: str) -> Conversation:
        found = await self._scope.run(_CONVERSATION, chat_key=chat, sender_key=sender, now=self._clock.now())
        row = found.one_or_none()
        if row is None:
            return Conversation()
        return Conversation(tuple(decode_plain(row.frames)), tuple(decode_plain(row.parked)))

    async def keep(self, chat: str, sender: str, conversation: Conversation) -> None:
        if not conversation.frames and not conversation.parked:
            await self._scope.run(_FORGET, chat_key=chat, sender_key=sender)
            return
        await self._scope.run(
            self._upsert["keep"],
            chat=chat,
            sender=sender,
            frames=encode_plain(conversation.frames),
            parked=encode_plain(conversation.parked),
            expires_at=self._clock.now() + CONVERSATION_LIFE,
        )

    async def add_presses(self, chat: str, sender: str, outbox_id: UUID, presses: Sequence[Press]) -> None:
        expires_at = self._clock.now() + BUTTON_LIFE
        rows = [
            {
                "token": press.token,
                "chat": chat,
                "sender": sender,
                "outbox_id": outbox_id,
                "position": position,
                "label": press.label,
                "command": press.command,
                "argument": press.argument,
                "expires_at": expires_at,
            }
            for position, press in enumerate(presses)
        ]
        if rows:
            await self._scope.run_many(_ADD_BUTTONS, rows)

    async def find_press(self, chat: str, token: str) -> Press | None:
        row = (await self._scope.run(_PRESS, key=token, chat_key=chat, now=self._clock.now())).one_or_none()
        return _press(row) if row else None

    async def last_presses(self, chat: str) -> Sequence[Press]:
        return [_press(row) for row in await self._scope.run(_LAST, chat_key=chat, now=self._clock.now())]

    async def invite(self, code_hash: str, new: Invitation) -> None:
        await self._scope.run(
            _INVITE, code_hash=code_hash, business_id=new.business_id, role=new.role,
            invited_by=new.invited_by, expires_at=new.expires_at,
        )  # fmt: skip

    async def accept(self, code_hash: str, now: datetime) -> Invitation | None:
        row = (await self._scope.run(_ACCEPT, key=code_hash, now=now)).one_or_none()
        return Invitation(row.business_id, row.role, row.expires_at, row.invited_by) if row else None


def _press(row: sa.Row[Any]) -> Press:
    return Press(row.token, row.label, row.command, row.argument)
