"""Early-payment discounts for reports: what was forgiven, and on which VAT groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.invoice import Period
from core.money import Money
from core.report import Taken, TakenGroup
from storage.frozen import groups_of, part
from storage.inline import long
from storage.scope import Scope
from storage.tables import DISCOUNTED, invoice, payment

_WITHIN = payment.c.received_on.between(
    sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
)


def _taken(postgresql: bool) -> sa.Select[Any]:
    document = invoice.c.document
    mine = payment.c.business_id == sa.bindparam("tenant")
    of_payment = sa.and_(invoice.c.business_id == payment.c.business_id, invoice.c.id == payment.c.invoice_id)
    return long(
        sa.select(
            payment.c.received_on,
            payment.c.currency,
            payment.c.discount_minor,
            part(document, postgresql, "totals", "tax_rows").label("tax_rows"),
            part(document, postgresql, "prepaid").label("prepaid"),
        )
        .select_from(payment.join(invoice, of_payment))
        .where(mine, DISCOUNTED, _WITHIN)
        .order_by(payment.c.received_on, payment.c.id)
    )


_TAKEN = {postgresql: _taken(postgresql) for postgresql in (False, True)}


async def early_discounts(scope: Scope, period: Period) -> Sequence[Taken]:
    ends: dict[str, date] = {"first": period.start, "last": period.end}
    return [
        taken(row.received_on, Money(row.discount_minor, row.currency), row)
        for row in await scope.mine(_TAKEN[scope.postgresql], **ends)
    ]


def taken(on: date, discount: Money, row: sa.Row[Any]) -> Taken:
    """With the VAT groups of the invoice that the row froze."""
    groups = (
        TakenGroup(category, rate, Money(net + tax, discount.currency))
        for category, rate, net, tax in groups_of(row)
    )
    return Taken(on, discount, tuple(groups))
