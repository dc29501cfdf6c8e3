"""Late fees that were asked for: once per invoice and step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.money import Money
from core.nag_ports import FeeRun
from storage.scope import Scope
from storage.tables import fee_run

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_ADD: dict[bool, Any] = {
    True: postgresql.insert(fee_run).on_conflict_do_nothing(),
    False: sqlite.insert(fee_run).on_conflict_do_nothing(),
}
_OF_INVOICE = (
    sa.select(fee_run)
    .where(fee_run.c.business_id == _TENANT, fee_run.c.invoice_id == sa.bindparam("of"))
    .order_by(fee_run.c.step)
)
_AS_FEE = (
    sa.select(fee_run.c.step)
    .where(fee_run.c.business_id == _TENANT, fee_run.c.fee_invoice_id == sa.bindparam("of"))
    .limit(1)
)


class SqlFees:
    """core.nag_ports.Fees."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, run: FeeRun) -> bool:
        added = await self._scope.insert(
            _ADD[self._scope.postgresql], invoice_id=run.invoice_id, step=run.step,
            fee_invoice_id=run.fee_invoice_id, currency=run.amount.currency, amount_minor=run.amount.minor,
            accrued_to=run.accrued_to,
        )  # fmt: skip
        return added.rowcount == 1

    async def list_of(self, invoice_id: UUID) -> Sequence[FeeRun]:
        return [_run(row) for row in await self._scope.mine(_OF_INVOICE, of=invoice_id)]

    async def is_fee(self, invoice_id: UUID) -> bool:
        return (await self._scope.mine(_AS_FEE, of=invoice_id)).first() is not None


def _run(row: sa.Row[Any]) -> FeeRun:
    amount = Money(row.amount_minor, row.currency)
    return FeeRun(row.invoice_id, row.step, amount, row.fee_invoice_id, row.accrued_to)
