"""Chats, seats, conversations, buttons and invitations: what is known before the business is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.chat_ports import Conversation, Invitation, Link, Place, Press, Seat, Speaker
from core.ports import Clock
from storage.codec import decode_plain, encode_plain
from storage.scope import Scope
from storage.tables import (
    button,
    chat,
    conversation,
    inbox,
    invitation,
    link,
    outbox,
    rate_slot,
    seat,
    sender,
)

CONVERSATION_LIFE = timedelta(days=1)
BUTTON_LIFE = timedelta(days=30)
MAX_LAST_PRESSES = 100

_LOCK = sa.select(chat).where(chat.c.chat == sa.bindparam("key")).with_for_update()
_asked = sa.select(sa.bindparam("key", type_=sa.Text).label("sender")).subquery("asked")
_SPEAKER = sa.select(seat.c.business_id, seat.c.member_id, sender.c.language).select_from(
    _asked.outerjoin(seat, seat.c.sender == _asked.c.sender).outerjoin(
        sender, sender.c.sender == _asked.c.sender
    )
)
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
_BIND = (
    sa.update(chat)
    .where(chat.c.chat == sa.bindparam("key"))
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=chat.c[name].type)
            for name in ("business_id", "shows_data", "title")
        }
    )
)
_REACHABLE = (
    sa.update(chat).where(chat.c.chat == sa.bindparam("key")).values(reachable=sa.bindparam("is_reachable"))
)
# What belongs to a chat by its name alone, and may be moved while it is waiting.
_FOLLOWING = (button, inbox, outbox, conversation)
_MOVES = [
    sa.update(table).where(table.c.chat == sa.bindparam("old")).values(chat=sa.bindparam("new"))
    for table in _FOLLOWING
]
_FORGET_TALKS = sa.delete(conversation).where(conversation.c.chat == sa.bindparam("new"))
_FORGET_CHAT = sa.delete(chat).where(chat.c.chat == sa.bindparam("old"))
_FORGET_RATE = sa.delete(rate_slot).where(rate_slot.c.key == sa.bindparam("old"))
_ADD_LINK = sa.insert(link)
_FOLLOW = (
    sa.delete(link)
    .where(
        link.c.code_hash == sa.bindparam("key"),
        link.c.sender == sa.bindparam("who"),
        link.c.expires_at > sa.bindparam("now"),
    )
    .returning(link.c.sender, link.c.command, link.c.argument, link.c.expires_at)
)
_LINKED = sa.select(sa.literal(1)).where(
    link.c.code_hash == sa.bindparam("key"), link.c.expires_at > sa.bindparam("now")
)
_WRONG_CODES = sa.select(sender.c.wrong_codes).where(
    sender.c.sender == sa.bindparam("key"), sender.c.guessed_at > sa.bindparam("since")
)
_INVITE = sa.insert(invitation)
_INVITED = sa.select(sa.literal(1)).where(
    invitation.c.code_hash == sa.bindparam("key"), invitation.c.expires_at > sa.bindparam("now")
)
_ACCEPT = (
    sa.delete(invitation)
    .where(invitation.c.code_hash == sa.bindparam("key"), invitation.c.expires_at > sa.bindparam("now"))
    .returning(invitation.c.business_id, invitation.c.role, invitation.c.expires_at, invitation.c.invited_by)
)


def _upserts(insert: Any) -> dict[str, Any]:
    sit, keep, speak, guess = insert(seat), insert(conversation), insert(sender), insert(sender)
    return {
        "speak": speak.on_conflict_do_update(
            index_elements=["sender"], set_={"language": speak.excluded.language}
        ),
        "guess": guess.on_conflict_do_update(
            index_elements=["sender"],
            set_={"wrong_codes": sender.c.wrong_codes + 1, "guessed_at": guess.excluded.guessed_at},
        ),
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

    async def lock(self, chat: str) -> Place:
        row = (await self._scope.run(_LOCK, key=chat)).one_or_none()
        if row is None:
            await self._scope.run(self._upsert["chat"], chat=chat)
            row = (await self._scope.run(_LOCK, key=chat)).one()
        return Place(row.business_id, row.shows_data, row.reachable)

    async def bind(self, chat: str, title: str, place: Place) -> None:
        await self._scope.run(self._upsert["chat"], chat=chat)
        await self._scope.run(
            _BIND,
            key=chat,
            new_title=title,
            new_business_id=place.business_id,
            new_shows_data=place.shows_data,
        )

    async def set_reachable(self, chat: str, reachable: bool) -> None:
        await self._scope.run(self._upsert["chat"], chat=chat)
        await self._scope.run(_REACHABLE, key=chat, is_reachable=reachable)

    async def move(self, chat: str, new: str) -> None:
        old = (await self._scope.run(_LOCK, key=chat)).one_or_none()
        await self._scope.run(self._upsert["chat"], chat=new)
        if old is not None:
            await self._scope.run(
                _BIND,
                key=new,
                new_title=old.title,
                new_business_id=old.business_id,
                new_shows_data=old.shows_data,
            )
        await self._scope.run(_FORGET_TALKS, new=new)
        for statement in _MOVES:
            await self._scope.run(statement, old=chat, new=new)
        await self._scope.run(_FORGET_CHAT, old=chat)
        await self._scope.run(_FORGET_RATE, old=chat)

    async def speaker(self, sender: str) -> Speaker:
        row = (await self._scope.run(_SPEAKER, key=sender)).one()
        seat = Seat(row.business_id, row.member_id) if row.member_id else None
        return Speaker(seat, row.language or "")

    async def choose_language(self, sender: str, language: str) -> None:
        await self._scope.run(self._upsert["speak"], sender=sender, language=language)

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

    async def is_invitation(self, code_hash: str, now: datetime) -> bool:
        return (await self._scope.run(_INVITED, key=code_hash, now=now)).first() is not None

    async def add_link(self, code_hash: str, link: Link) -> None:
        await self._scope.run(
            _ADD_LINK, code_hash=code_hash, sender=link.sender, command=link.command, argument=link.argument,
            expires_at=link.expires_at,
        )  # fmt: skip

    async def follow(self, code_hash: str, sender: str, now: datetime) -> Link | None:
        row = (await self._scope.run(_FOLLOW, key=code_hash, who=sender, now=now)).one_or_none()
        return Link(row.sender, row.command, row.argument, row.expires_at) if row else None

    async def is_link(self, code_hash: str, now: datetime) -> bool:
        return (await self._scope.run(_LINKED, key=code_hash, now=now)).first() is not None

    async def wrong_codes(self, sender: str, since: datetime) -> int:
        return (await self._scope.run(_WRONG_CODES, key=sender, since=since)).scalar_one_or_none() or 0

    async def count_wrong_code(self, sender: str, now: datetime) -> None:
        await self._scope.run(self._upsert["guess"], sender=sender, wrong_codes=1, guessed_at=now)


def _press(row: sa.Row[Any]) -> Press:
    return Press(row.token, row.label, row.command, row.argument)
