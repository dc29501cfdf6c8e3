"""What a code or a link lets somebody do once: only their hashes are stored, and wrong guesses are counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.chat_ports import Invitation, Link
from storage.scope import Clocked
from storage.tables import invitation, link, sender

_INVITE = sa.insert(invitation)
_INVITED = sa.select(sa.literal(1)).where(
    invitation.c.code_hash == sa.bindparam("key"), invitation.c.expires_at > sa.bindparam("now")
)
_ACCEPT = (
    sa.delete(invitation)
    .where(invitation.c.code_hash == sa.bindparam("key"), invitation.c.expires_at > sa.bindparam("now"))
    .returning(
        invitation.c.business_id, invitation.c.role, invitation.c.expires_at, invitation.c.invited_by,
        invitation.c.member_id,
    )
)  # fmt: skip
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


def _guess(insert: Any) -> Any:
    guess = insert(sender)
    return guess.on_conflict_do_update(
        index_elements=["sender"],
        set_={"wrong_codes": sender.c.wrong_codes + 1, "guessed_at": guess.excluded.guessed_at},
    )


_GUESS = {True: _guess(postgresql.insert), False: _guess(sqlite.insert)}


class Codes(Clocked):
    """The part of core.ports.Chats that is about invitations and one-time links."""

    async def invite(self, code_hash: str, new: Invitation) -> None:
        await self._scope.run(
            _INVITE, code_hash=code_hash, business_id=new.business_id, role=new.role,
            invited_by=new.invited_by, expires_at=new.expires_at, member_id=new.member_id,
        )  # fmt: skip

    async def accept(self, code_hash: str, now: datetime) -> Invitation | None:
        row = (await self._scope.run(_ACCEPT, key=code_hash, now=now)).one_or_none()
        if row is None:
            return None
        return Invitation(row.business_id, row.role, row.expires_at, row.invited_by, row.member_id)

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
        await self._scope.run(_GUESS[self._scope.postgresql], sender=sender, wrong_codes=1, guessed_at=now)
