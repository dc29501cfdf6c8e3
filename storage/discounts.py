"""Early-payment discounts for reports: what was forgiven, and on which VAT groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from core.invoice import Period
from core.money import Money
from core.report import Taken, TakenGroup
from core.tax import TaxCategory
from storage.inline import long
from storage.json_rows import tax_rows
from storage.scope import Scope
from storage.tables import DISCOUNTED, invoice, payment

_WITHIN = payment.c.received_on.between(
    sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
)


def _taken(postgresql: bool) -> sa.Select[Any]:
    rows, part = tax_rows(invoice.c.document, postgresql)
    mine = payment.c.business_id == sa.bindparam("tenant")
    of_payment = sa.and_(invoice.c.business_id == payment.c.business_id, invoice.c.id == payment.c.invoice_id)
    return long(
        sa.select(
            payment.c.id,
            payment.c.received_on,
            payment.c.currency,
            payment.c.discount_minor,
            part("tax", "category").label("category"),
            part("tax", "rate").label("rate"),
            (
                sa.cast(part("basis", "minor"), sa.BigInteger)
                + sa.cast(part("amount", "minor"), sa.BigInteger)
            ).label("gross"),
        )
        .select_from(payment.join(invoice, of_payment).join(rows, sa.true()))
        .where(mine, DISCOUNTED, _WITHIN)
        .order_by(payment.c.received_on, payment.c.id)
    )


_TAKEN = {postgresql: _taken(postgresql) for postgresql in (False, True)}


async def early_discounts(scope: Scope, period: Period) -> Sequence[Taken]:
    ends: dict[str, date] = {"first": period.start, "last": period.end}
    rows = await scope.mine(_TAKEN[scope.postgresql], **ends)
    found = []
    for _id, groups in groupby(rows, key=lambda row: row.id):
        of_payment = list(groups)
        first = of_payment[0]
        found.append(
            Taken(
                first.received_on,
                Money(first.discount_minor, first.currency),
                tuple(
                    TakenGroup(
                        TaxCategory(row.category), Decimal(row.rate), Money(int(row.gross), row.currency)
                    )
                    for row in of_payment
                ),
            )
        )
    return found
