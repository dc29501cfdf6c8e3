"""Hosted pages: which invoice a token shows, and whether its client has looked at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.pay_ports import Linked, Look
from storage.businesses import business_of
from storage.clients import client_of
from storage.invoices import invoice_of
from storage.scope import Clocked, by_id, guard
from storage.tables import business, client, invoice, invoice_link, invoice_view, pay_account, payment

MOST_LIVE = 50
"""Pages of one invoice that are open at a time, those for the business itself not counted; the oldest goes."""

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
        .where(
            _LIVE,
            invoice_link.c.own == sa.bindparam("whose"),
            invoice_link.c.token_hash != sa.bindparam("newest"),
        )
        .order_by(invoice_link.c.created_at.desc(), invoice_link.c.token_hash)
        .offset(MOST_LIVE - 1)
    ),
)
_FIND = sa.select(invoice_link.c.business_id, invoice_link.c.invoice_id, invoice_link.c.own).where(
    invoice_link.c.token_hash == sa.bindparam("key"), invoice_link.c.revoked_at.is_(None)
)
_ENTER = {True: _FIND.add_columns(guard(invoice_link.c.business_id)), False: _FIND}
_LOOK = (
    sa.select(
        invoice, business.c.data.label("of_business"), business.c.version.label("business_version"),
        client.c.data.label("of_client"), client.c.version.label("client_version"), invoice_view.c.first_at,
        sa.exists()
        .where(
            payment.c.business_id == invoice.c.business_id, payment.c.invoice_id == invoice.c.id,
            payment.c.reversed_at.is_(None),
        )
        .label("has_payments"),
        sa.exists()
        .where(pay_account.c.business_id == _TENANT, pay_account.c.left_at.is_(None))
        .label("has_account"),
    )
    .join_from(invoice, business, business.c.business_id == _TENANT)
    .join(client, sa.and_(client.c.business_id == invoice.c.business_id, client.c.id == invoice.c.client_id))
    .outerjoin(
        invoice_view,
        sa.and_(invoice_view.c.business_id == invoice.c.business_id, invoice_view.c.invoice_id == invoice.c.id),
    )
    .where(by_id(invoice))
)  # fmt: skip
_REVOKE = (
    sa.update(invoice_link)
    .where(_LIVE)
    .values(revoked_at=sa.bindparam("now", type_=invoice_link.c.revoked_at.type))
)


_SEE: dict[bool, Any] = {
    True: postgresql.insert(invoice_view).on_conflict_do_nothing(),
    False: sqlite.insert(invoice_view).on_conflict_do_nothing(),
}
_SEEN_AT = sa.select(invoice_view.c.first_at).where(
    invoice_view.c.business_id == _TENANT, invoice_view.c.invoice_id == sa.bindparam("of")
)


class SqlInvoiceLinks(Clocked):
    """core.pay_ports.InvoiceLinks."""

    async def add(self, token_hash: str, invoice_id: UUID, now: datetime, *, own: bool = False) -> None:
        await self._scope.insert(_ADD, token_hash=token_hash, invoice_id=invoice_id, created_at=now, own=own)
        await self._scope.mine(_TRIM, of=invoice_id, newest=token_hash, whose=own)

    async def enter(self, token_hash: str) -> Linked | None:
        row = (await self._scope.run(_ENTER[self._scope.postgresql], key=token_hash)).one_or_none()
        if row is None:
            return None
        self._scope.entered(row.business_id)
        return Linked(row.business_id, row.invoice_id, row.own)

    async def look(self, invoice_id: UUID) -> Look:
        row = await self._scope.get(_LOOK, "invoice", key=invoice_id)
        return Look(
            business=business_of(row.of_business, row.business_version),
            client=client_of(row.of_client, row.client_version),
            invoice=invoice_of(row),
            has_payments=row.has_payments,
            has_account=row.has_account,
            seen_at=row.first_at,
        )

    async def revoke(self, invoice_id: UUID) -> int:
        return (await self._scope.mine(_REVOKE, of=invoice_id, now=self._clock.now())).rowcount

    async def see(self, invoice_id: UUID, at: datetime) -> bool:
        statement = _SEE[self._scope.postgresql]
        return (await self._scope.insert(statement, invoice_id=invoice_id, first_at=at)).rowcount == 1

    async def seen_at(self, invoice_id: UUID) -> datetime | None:
        moment: datetime | None = (await self._scope.mine(_SEEN_AT, of=invoice_id)).scalar_one_or_none()
        return moment
