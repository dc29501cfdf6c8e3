"""What scenarios about plans share: a subscription as the payment provider would have told it, and many invoices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.plan import Plan, Standing
from core.usecases.plan import save_subscription
from storage.plan_tables import plan_order
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills


async def subscribes(office: Office, name: str, plan: Plan = Plan.PRO, **changes: Any) -> None:
    """That person's business has bought a plan, or what `changes` make of that."""
    async with office.app.storage.work() as work:
        found = (await work.chats.speaker(office.sender_of(name).key)).seat
        assert found is not None
        await work.enter(found.business_id)
        bought = replace(
            await work.plans.lock(),
            plan=plan,
            standing=Standing.ACTIVE,
            customer=f"cus_{found.business_id.hex}",
            provider_id=f"sub_{found.business_id.hex}",
        )
        await save_subscription(work, office.clock, replace(bought, **changes))


async def orders(office: Office, name: str) -> list[tuple[str, str, bool]]:
    """What that person asked of the payment provider: kind, plan, and whether by the year."""
    query = (
        sa.select(plan_order.c.kind, plan_order.c.plan, plan_order.c.yearly)
        .where(plan_order.c.sender == office.sender_of(name).key)
        .order_by(plan_order.c.id)
    )
    async with office.app.storage.work() as work:
        return [tuple(row) for row in (await work.connection.execute(query)).all()]


async def bills_often(chat: Chat, times: int) -> None:
    for count in range(times):
        await bills(chat, f"Acme: Work {count} @ 100")
