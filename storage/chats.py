"""What is known before the business is: conversations and buttons here, the rest beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.chat_ports import Conversation, Press
from storage.codec import decode_plain, encode_plain
from storage.codes import Codes
from storage.places import Places
from storage.seats import Seats
from storage.tables import button, conversation, outbox

CONVERSATION_LIFE = timedelta(days=1)
BUTTON_LIFE = timedelta(days=30)
MAX_LAST_PRESSES = 100

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
_PRESS = (
    sa.select(*_BUTTON_COLUMNS, outbox.c.kind)
    .outerjoin_from(button, outbox, outbox.c.id == button.c.outbox_id)
    .where(
        button.c.token == sa.bindparam("key"),
        button.c.chat == sa.bindparam("chat_key"),
        button.c.expires_at > sa.bindparam("now"),
    )
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


def _keep(insert: Any) -> Any:
    keep = insert(conversation)
    return keep.on_conflict_do_update(
        index_elements=["chat", "sender"],
        set_={name: keep.excluded[name] for name in ("frames", "parked", "expires_at")},
    )


_KEEP = {True: _keep(postgresql.insert), False: _keep(sqlite.insert)}


class SqlChats(Places, Seats, Codes):
    """core.ports.Chats."""

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
            _KEEP[self._scope.postgresql],
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
        return replace(_press(row), kind=row.kind or "") if row else None

    async def last_presses(self, chat: str) -> Sequence[Press]:
        return [_press(row) for row in await self._scope.run(_LAST, chat_key=chat, now=self._clock.now())]


def _press(row: sa.Row[Any]) -> Press:
    return Press(row.token, row.label, row.command, row.argument)
