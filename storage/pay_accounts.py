"""The businesses' own accounts at the payment provider, and the pages on which their keys are entered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import N_, Unavailable
from core.pay_ports import PayAccount, Setup
from core.ports import Clock
from storage.codec import decode_plain, encode_plain
from storage.resealing import Resealing
from storage.scope import Clocked, Scope
from storage.tables import CONNECTED, LEFT, pay_account, pay_setup
from storage.vault import Vault

_FIRST = UUID(int=0)
_ASK_AGAIN = 60.0
_MINE = pay_account.c.business_id == sa.bindparam("tenant")
_NAMED = pay_account.c.account == sa.bindparam("name")
_FIND = sa.select(pay_account).where(_MINE, CONNECTED)
_FIND_LEFT = sa.select(pay_account).where(_MINE, LEFT).order_by(pay_account.c.left_at.desc())
_FIND_NAMED = sa.select(pay_account).where(_MINE, _NAMED)
_REMOVE = (
    sa.update(pay_account)
    .where(_MINE, CONNECTED)
    .values(left_at=sa.bindparam("now", type_=pay_account.c.left_at.type))
)
_DROP_LEFT = sa.delete(pay_account).where(_MINE, _NAMED, LEFT)
_BUSINESSES = (
    sa.select(pay_account.c.business_id)
    .where(pay_account.c.business_id > sa.bindparam("after", type_=sa.Uuid))
    .distinct()
    .order_by(pay_account.c.business_id)
    .limit(sa.bindparam("most"))
)
_RESEALING = Resealing(pay_account, (pay_account.c.business_id, pay_account.c.account), pay_account.c.sealed)
_ADD_SETUP = sa.insert(pay_setup)
_FIND_SETUP = sa.select(pay_setup.c.business_id, pay_setup.c.member_id, pay_setup.c.chat).where(
    pay_setup.c.token_hash == sa.bindparam("key"),
    pay_setup.c.expires_at > sa.bindparam("now", type_=pay_setup.c.expires_at.type),
)
_USE_SETUP = sa.delete(pay_setup).where(pay_setup.c.token_hash == sa.bindparam("key"))


def _save(insert: Any) -> Any:
    new = insert(pay_account)
    names = [column.name for column in pay_account.c if not column.primary_key]
    return new.on_conflict_do_update(
        index_elements=["business_id", "account"], set_={name: new.excluded[name] for name in names}
    )


_SAVE = {True: _save(postgresql.insert), False: _save(sqlite.insert)}


class SqlPayAccounts(Clocked):
    """core.pay_ports.PayAccounts."""

    def __init__(self, scope: Scope, clock: Clock, vault: Vault) -> None:
        super().__init__(scope, clock)
        self._vault = vault

    @property
    def can_keep(self) -> bool:
        return self._vault.can_encrypt

    async def find(self) -> PayAccount | None:
        row = (await self._scope.mine(_FIND)).one_or_none()
        return self._opened(row) if row else None

    async def find_named(self, account: str) -> PayAccount | None:
        if account:
            row = (await self._scope.mine(_FIND_NAMED, name=account)).one_or_none()
            return self._opened(row) if row else None
        return await self.find() or next(iter(await self.list_left()), None)

    async def list_left(self) -> Sequence[PayAccount]:
        rows = (await self._scope.mine(_FIND_LEFT)).all()
        return [self._opened(row) for row in rows if self._vault.opens(row.sealed)]

    def _opened(self, row: sa.Row[Any]) -> PayAccount:
        secrets = decode_plain(self._vault.decrypt(row.sealed))
        if secrets["business"] != row.business_id.hex:
            # A text that was copied from another business's row would collect money for that one.
            raise Unavailable(
                N_("A stored secret cannot be read: no key in BILLHOOK_SECRET_KEYS opens it."), _ASK_AGAIN
            )
        return PayAccount(
            secrets["key"], tuple(secrets["webhook"]), row.account, row.connected_at, row.live, row.webhook_id
        )

    async def save(self, account: PayAccount) -> None:
        await self.remove()
        secrets = {
            "business": self._scope.business_id.hex,
            "key": account.key,
            "webhook": list(account.webhook_secrets),
        }
        await self._scope.insert(
            _SAVE[self._scope.postgresql], sealed=self._vault.encrypt(encode_plain(secrets)),
            account=account.account, live=account.live, webhook_id=account.webhook_id,
            connected_at=account.connected_at, left_at=None,
        )  # fmt: skip

    async def remove(self) -> None:
        await self._scope.mine(_REMOVE, now=self._clock.now())

    async def drop_left(self, account: str) -> bool:
        return (await self._scope.mine(_DROP_LEFT, name=account)).rowcount == 1

    async def list_businesses(self, limit: int, after: UUID | None = None) -> Sequence[UUID]:
        return list((await self._scope.run(_BUSINESSES, after=after or _FIRST, most=limit)).scalars())

    async def refresh_keys(self, limit: int) -> int:
        return await _RESEALING.refresh(self._scope, self._vault, _FIRST, limit)

    async def add_setup(self, token_hash: str, member_id: UUID, chat: str, expires_at: datetime) -> None:
        await self._scope.insert(
            _ADD_SETUP, token_hash=token_hash, member_id=member_id, chat=chat, expires_at=expires_at
        )

    async def find_setup(self, token_hash: str, now: datetime) -> Setup | None:
        row = (await self._scope.run(_FIND_SETUP, key=token_hash, now=now)).one_or_none()
        return Setup(row.business_id, row.member_id, row.chat) if row else None

    async def use_setup(self, token_hash: str) -> bool:
        return (await self._scope.run(_USE_SETUP, key=token_hash)).rowcount == 1
