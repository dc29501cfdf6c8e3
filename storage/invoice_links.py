"""Hosted pages: which invoice a token shows, and whether its client has looked at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.pay_ports import Linked
from storage.scope import Clocked
from storage.tables import invoice_link, invoice_view

MOST_LIVE = 50
"""Pages of one invoice that are open at a time; the oldest goes."""

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_ADD = sa.insert(invoice_link)
_LIVE = sa.and_(
    invoice_link.c.business_id == _TENANT,
    invoice_link.c.invoice_id == sa.bindparam("of"),
    invoice_link.c.revoked_at.is_(None),
)
_TRIM = sa.delete(invoice_link).where(
    _LIVE,
    invoice_link.c.token_hash.in_(
        sa.select(invoice_link.c.token_hash)
        .where(_LIVE, invoice_link.c.token_hash != sa.bindparam("newest"))
        .order_by(invoice_link.c.created_at.desc(), invoice_link.c.token_hash)
        .offset(MOST_LIVE - 1)
    ),
)
_FIND = sa.select(invoice_link.c.business_id, invoice_link.c.invoice_id).where(
    invoice_link.c.token_hash == sa.bindparam("key"), invoice_link.c.revoked_at.is_(None)
)
_REVOKE = (
    sa.update(invoice_link)
    .where(_LIVE)
    .values(revoked_at=sa.bindparam("now", type_=invoice_link.c.revoked_at.type))
)


def _see(insert: Any) -> sa.Executable:
    first = insert(invoice_view).values(times=1)
    again = first.on_conflict_do_update(
        index_elements=["business_id", "invoice_id"],
        set_={"times": invoice_view.c.times + 1, "last_at": first.excluded.last_at},
    )
    return cast(sa.Executable, again.returning(invoice_view.c.times))


_SEE = {True: _see(postgresql.insert), False: _see(sqlite.insert)}
_SEEN_AT = sa.select(invoice_view.c.first_at).where(
    invoice_view.c.business_id == _TENANT, invoice_view.c.invoice_id == sa.bindparam("of")
)


class SqlInvoiceLinks(Clocked):
    """core.pay_ports.InvoiceLinks."""

    async def add(self, token_hash: str, invoice_id: UUID, now: datetime) -> None:
        await self._scope.insert(_ADD, token_hash=token_hash, invoice_id=invoice_id, created_at=now)
        await self._scope.mine(_TRIM, of=invoice_id, newest=token_hash)

    async def find(self, token_hash: str) -> Linked | None:
        row = (await self._scope.run(_FIND, key=token_hash)).one_or_none()
        return Linked(row.business_id, row.invoice_id) if row else None

    async def revoke(self, invoice_id: UUID) -> int:
        return (await self._scope.mine(_REVOKE, of=invoice_id, now=self._clock.now())).rowcount

    async def seen(self, invoice_id: UUID, at: datetime) -> bool:
        statement = _SEE[self._scope.postgresql]
        times = await self._scope.insert(statement, invoice_id=invoice_id, first_at=at, last_at=at)
        return bool(times.scalar_one() == 1)

    async def seen_at(self, invoice_id: UUID) -> datetime | None:
        moment: datetime | None = (await self._scope.mine(_SEEN_AT, of=invoice_id)).scalar_one_or_none()
        return moment
