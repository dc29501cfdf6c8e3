"""Workspaces that let us in, and what becomes of their chats when one takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.chat_ports import Installation
from core.ports import Clock
from storage.resealing import Resealing
from storage.scope import Scope
from storage.tables import NEW, WAITING, board, chat, inbox, install_state, installation, outbox
from storage.vault import Vault
from storage.workspace import bounds, within

_ALWAYS = datetime.max.replace(tzinfo=UTC)
BLOCKED = "blocked"
"""What a delivery says that failed because nobody lets us in there."""

_IS_ROW = sa.and_(
    installation.c.platform == sa.bindparam("which"), installation.c.tenant == sa.bindparam("whose")
)
_FIND = sa.select(installation).where(_IS_ROW, installation.c.revoked_at.is_(None))
_IS_LET_IN = sa.select(installation.c.tenant).where(_IS_ROW, installation.c.revoked_at.is_(None))
_REVOKE = (
    sa.update(installation)
    .where(
        _IS_ROW,
        installation.c.revoked_at.is_(None),
        installation.c.installed_at <= sa.bindparam("seen", type_=installation.c.installed_at.type),
    )
    .values(token="", revoked_at=sa.bindparam("now", type_=installation.c.revoked_at.type))
)
_REACHABLE = sa.update(chat).where(within(chat.c.chat), ~chat.c.reachable).values(reachable=True)
# The chats first, as everybody who works on one locks them, so that nobody waits in a circle.
_CUT_OFF = (
    sa.update(chat).where(within(chat.c.chat), chat.c.reachable).values(reachable=False),
    sa.update(outbox)
    .where(within(outbox.c.chat), WAITING, outbox.c.state == "pending")
    .values(state="failed", next_at=None, error=BLOCKED),
    sa.update(inbox).where(within(inbox.c.chat), NEW).values(state="done"),
    sa.delete(board).where(within(board.c.chat)),
)
_RESEALING = Resealing(
    installation,
    (installation.c.platform, installation.c.tenant),
    installation.c.token,
    installation.c.revoked_at.is_(None),
)
_ADD_STATE = sa.insert(install_state)
_TAKE_STATE = sa.delete(install_state).where(
    install_state.c.state_hash == sa.bindparam("key"), install_state.c.expires_at > sa.bindparam("now")
)


def _save(insert: Any) -> Any:
    new = insert(installation)
    names = ("name", "token", "bot_user", "scopes", "installed_by", "installed_at", "revoked_at")
    return new.on_conflict_do_update(
        index_elements=["platform", "tenant"], set_={name: new.excluded[name] for name in names}
    )


_SAVE = {True: _save(postgresql.insert), False: _save(sqlite.insert)}


@dataclass(frozen=True, slots=True)
class Census:
    """How many workspaces let us in, and of how many no key opens the token."""

    count: int
    unreadable: int


async def census(connection: AsyncConnection, vault: Vault, platform: str) -> Census:
    """For whoever operates an install."""
    query = sa.select(installation.c.token).where(
        installation.c.platform == platform, installation.c.revoked_at.is_(None)
    )
    tokens = (await connection.execute(query)).scalars().all()
    return Census(len(tokens), sum(not vault.opens(token) for token in tokens))


class SqlInstallations:
    """core.ports.Installations."""

    def __init__(self, scope: Scope, clock: Clock, vault: Vault) -> None:
        self._scope = scope
        self._clock = clock
        self._vault = vault

    async def save(self, installation: Installation) -> None:
        await self._scope.run(
            _SAVE[self._scope.postgresql], platform=installation.platform, tenant=installation.tenant,
            name=installation.name, token=self._vault.encrypt(installation.token), bot_user=installation.bot_user,
            scopes=" ".join(installation.scopes), installed_by=installation.installed_by,
            installed_at=installation.installed_at, revoked_at=None,
        )  # fmt: skip
        await self.welcome(installation.platform, installation.tenant)

    async def welcome(self, platform: str, tenant: str) -> None:
        await self._scope.run(_REACHABLE, **bounds(f"{platform}:{tenant}"))

    async def find(self, platform: str, tenant: str) -> Installation | None:
        row = (await self._scope.run(_FIND, which=platform, whose=tenant)).one_or_none()
        if row is None:
            return None
        return Installation(
            row.platform, row.tenant, row.name, self._vault.decrypt(row.token), row.bot_user,
            tuple(row.scopes.split()), row.installed_by, row.installed_at,
        )  # fmt: skip

    async def revoke(self, platform: str, tenant: str, at: datetime | None = None) -> None:
        whose = {"which": platform, "whose": tenant}
        done = await self._scope.run(_REVOKE, **whose, seen=at or _ALWAYS, now=self._clock.now())
        if not done.rowcount and (await self._scope.run(_IS_LET_IN, **whose)).first():
            return
        for statement in _CUT_OFF:
            await self._scope.run(statement, **bounds(f"{platform}:{tenant}"))

    async def refresh_keys(self, limit: int) -> int:
        return await _RESEALING.refresh(self._scope, self._vault, "", limit)

    async def add_state(self, state_hash: str, expires_at: datetime) -> None:
        await self._scope.run(_ADD_STATE, state_hash=state_hash, expires_at=expires_at)

    async def take_state(self, state_hash: str, now: datetime) -> bool:
        return (await self._scope.run(_TAKE_STATE, key=state_hash, now=now)).rowcount == 1
