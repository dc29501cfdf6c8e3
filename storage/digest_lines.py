"""What a digest tells besides the overview: the money that was recorded since a moment, per currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from core.money import Money
from core.views import ReceivedTotal
from storage.scope import Scope
from storage.tables import client, payment

RECEIVED_SINCE = (
    sa.select(
        payment.c.currency,
        sa.func.sum(payment.c.amount_minor).label("received"),
        sa.func.count().label("payments"),
        # Only shown of one payment, so it does not matter whose it is of several.
        sa.func.min(client.c.name).label("client"),
    )
    .select_from(
        payment.join(
            client, sa.and_(client.c.business_id == payment.c.business_id, client.c.id == payment.c.client_id)
        )
    )
    .where(
        payment.c.business_id == sa.bindparam("tenant"),
        payment.c.created_at >= sa.bindparam("since", type_=payment.c.created_at.type),
        payment.c.reversed_at.is_(None),
        # What went back, or came again, was told when it happened.
        payment.c.refunds_id.is_(None),
        payment.c.move_id.is_(None),
    )
    .group_by(payment.c.currency)
    .order_by(payment.c.currency)
)


async def received_since(scope: Scope, moment: datetime) -> Sequence[ReceivedTotal]:
    rows = await scope.mine(RECEIVED_SINCE, since=moment)
    return [ReceivedTotal(Money(int(row.received), row.currency), row.payments, row.client) for row in rows]
