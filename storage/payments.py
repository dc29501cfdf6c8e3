"""Payments received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.money import Money
from core.payment import Payment
from core.views import ReceivedTotal
from storage import digest_lines
from storage.scope import Scope, by_id, versioned_update
from storage.tables import BACK, BOOKED, CREDITED, MOVED, payment, receipt

_ADD = sa.insert(payment)
_GET = sa.select(payment).where(by_id(payment))
_SAVE = versioned_update(payment, "reversed_at", "applied_minor")
_OF_INVOICE = (
    sa.select(payment)
    .where(
        payment.c.business_id == sa.bindparam("tenant"),
        payment.c.invoice_id == sa.bindparam("invoice_id"),
        payment.c.reversed_at.is_(None),
    )
    .order_by(payment.c.id)
)
_CREDITS = (
    sa.select(
        payment.c.currency, sa.func.sum(payment.c.amount_minor - payment.c.applied_minor).label("credit")
    )
    .where(
        payment.c.business_id == sa.bindparam("tenant"),
        payment.c.client_id == sa.bindparam("client_id"),
        CREDITED,
    )
    .group_by(payment.c.currency)
    .having(sa.func.sum(payment.c.amount_minor - payment.c.applied_minor) > 0)
    .order_by(payment.c.currency)
)
_CREDITED = (
    sa.select(payment.c.invoice_id)
    .where(
        payment.c.business_id == sa.bindparam("tenant"),
        payment.c.client_id == sa.bindparam("client_id"),
        payment.c.currency == sa.bindparam("code"),
        CREDITED,
    )
    .group_by(payment.c.invoice_id)
    .having(sa.func.sum(payment.c.amount_minor - payment.c.applied_minor) > 0)
    .order_by(sa.func.min(payment.c.created_at), payment.c.invoice_id)
)
_MOVE = (
    sa.select(payment)
    .where(
        payment.c.business_id == sa.bindparam("tenant"),
        payment.c.move_id == sa.bindparam("of"),
        MOVED,
        payment.c.reversed_at.is_(None),
    )
    .order_by(payment.c.id)
)
_REFUNDS = (
    sa.select(payment)
    .where(
        payment.c.business_id == sa.bindparam("tenant"),
        payment.c.refunds_id == sa.bindparam("of"),
        BACK,
        payment.c.reversed_at.is_(None),
    )
    .order_by(payment.c.id)
)
_BOOKED = sa.select(payment).where(
    payment.c.business_id == sa.bindparam("tenant"),
    payment.c.provider_id == sa.bindparam("known"),
    BOOKED,
)
_ADD_RECEIPT = sa.insert(receipt)
_RECEIPTS = (
    sa.select(receipt.c.file_id)
    .join(
        payment, sa.and_(payment.c.business_id == receipt.c.business_id, payment.c.id == receipt.c.payment_id)
    )
    .where(
        receipt.c.business_id == sa.bindparam("tenant"),
        payment.c.invoice_id == sa.bindparam("invoice_id"),
        payment.c.reversed_at.is_(None),
    )
    .order_by(receipt.c.file_id)
)


class SqlPayments:
    """core.ports.Payments."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Payment) -> None:
        await self._scope.insert(
            _ADD, id=new.id, version=new.version, client_id=new.client_id, invoice_id=new.invoice_id,
            currency=new.amount.currency, amount_minor=new.amount.minor, applied_minor=new.applied.minor,
            received_on=new.received_on, method=new.method, created_at=new.created_at, reversed_at=new.reversed_at,
            provider_id=new.provider_id, refunds_id=new.refunds, move_id=new.move, discount_minor=new.discount_minor,
        )  # fmt: skip

    async def get(self, payment_id: UUID) -> Payment:
        return payment_of(await self._scope.get(_GET, "payment", key=payment_id))

    async def save(self, changed: Payment) -> Payment:
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_reversed_at=changed.reversed_at,
            new_applied_minor=changed.applied.minor,
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def list_of(self, invoice_id: UUID) -> Sequence[Payment]:
        return [payment_of(row) for row in await self._scope.mine(_OF_INVOICE, invoice_id=invoice_id)]

    async def find_provider(self, provider_id: str) -> Payment | None:
        row = (await self._scope.mine(_BOOKED, known=provider_id)).one_or_none()
        return payment_of(row) if row else None

    async def list_refunds(self, payment_id: UUID) -> Sequence[Payment]:
        return [payment_of(row) for row in await self._scope.mine(_REFUNDS, of=payment_id)]

    async def credits_of(self, client_id: UUID) -> Sequence[Money]:
        rows = await self._scope.mine(_CREDITS, client_id=client_id)
        return [Money(int(row.credit), row.currency) for row in rows]

    async def list_credited(self, client_id: UUID, currency: str) -> Sequence[UUID]:
        return list((await self._scope.mine(_CREDITED, client_id=client_id, code=currency)).scalars())

    async def list_move(self, move: UUID) -> Sequence[Payment]:
        return [payment_of(row) for row in await self._scope.mine(_MOVE, of=move)]

    async def received_since(self, moment: datetime) -> Sequence[ReceivedTotal]:
        return await digest_lines.received_since(self._scope, moment)

    async def add_receipt(self, payment_id: UUID, file_id: UUID) -> None:
        await self._scope.insert(_ADD_RECEIPT, payment_id=payment_id, file_id=file_id)

    async def receipts_of(self, invoice_id: UUID) -> Sequence[UUID]:
        return list((await self._scope.mine(_RECEIPTS, invoice_id=invoice_id)).scalars())


def payment_of(row: sa.Row[Any]) -> Payment:
    return Payment(
        id=row.id,
        client_id=row.client_id,
        invoice_id=row.invoice_id,
        amount=Money(row.amount_minor, row.currency),
        applied=Money(row.applied_minor, row.currency),
        received_on=row.received_on,
        method=row.method,
        created_at=row.created_at,
        reversed_at=row.reversed_at,
        version=row.version,
        provider_id=row.provider_id,
        refunds=row.refunds_id,
        move=row.move_id,
        discount_minor=row.discount_minor,
    )
