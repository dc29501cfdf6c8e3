"""Mail addresses that a business leaves alone, and the links in letters by which people ask for that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.nag_ports import Unsubscribing
from storage.candidates import plain_address
from storage.scope import Clocked
from storage.tables import opt_out, unsubscribe

TOKEN_LIFE = timedelta(days=400)

_ADD: dict[bool, Any] = {
    True: postgresql.insert(opt_out).on_conflict_do_nothing(),
    False: sqlite.insert(opt_out).on_conflict_do_nothing(),
}
_THIS = sa.and_(opt_out.c.business_id == sa.bindparam("tenant"), opt_out.c.email == sa.bindparam("key"))
_SINCE = sa.select(opt_out.c.opted_at).where(_THIS)
_REMOVE = sa.delete(opt_out).where(_THIS)
_ADD_TOKEN = sa.insert(unsubscribe)
_TOKEN = sa.select(unsubscribe.c.business_id, unsubscribe.c.email).where(
    unsubscribe.c.token_hash == sa.bindparam("key"), unsubscribe.c.expires_at > sa.bindparam("now")
)


class SqlOptOuts(Clocked):
    """core.nag_ports.OptOuts."""

    async def add(self, email: str, opted_at: datetime | None = None) -> None:
        moment = opted_at or self._clock.now()
        await self._scope.insert(_ADD[self._scope.postgresql], email=plain_address(email), opted_at=moment)

    async def has(self, email: str) -> bool:
        return await self.since(email) is not None

    async def since(self, email: str) -> datetime | None:
        moment: datetime | None = (
            await self._scope.mine(_SINCE, key=plain_address(email))
        ).scalar_one_or_none()
        return moment

    async def remove(self, email: str) -> bool:
        return (await self._scope.mine(_REMOVE, key=plain_address(email))).rowcount == 1

    async def add_token(self, token_hash: str, email: str) -> None:
        expires_at = self._clock.now() + TOKEN_LIFE
        await self._scope.insert(_ADD_TOKEN, token_hash=token_hash, email=email, expires_at=expires_at)

    async def find_token(self, token_hash: str) -> Unsubscribing | None:
        row = (await self._scope.run(_TOKEN, key=token_hash, now=self._clock.now())).one_or_none()
        return Unsubscribing(row.business_id, row.email) if row else None
