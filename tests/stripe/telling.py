"""What Stripe tells of a subscription, brought to a till all at once or piece by piece."""

from __future__ import annotations

import sqlalchemy as sa

from core.pay_ports import EVENT_JOB, ProviderEvent
from storage.tables import stripe_event
from tests.fakes.stripe import Letter
from tests.stripe.till import Till


def letters(till: Till, subscription: str) -> list[Letter]:
    """Everything that Stripe would tell about it, oldest first."""
    return [letter for letter in till.stripe.letters() if subscription.encode() in letter.body]


async def told(till: Till, subscription: str) -> None:
    """All of it, at once."""
    for letter in letters(till, subscription):
        assert await till.brings(letter) == 200
    await till.does(EVENT_JOB)


async def applies(till: Till, subscription: str, name: str) -> None:
    """An event of that subscription, which came some other way."""
    event = ProviderEvent(name, "customer.subscription.updated", subscription, till.clock.now())
    async with till.storage.work() as work:
        await work.provider_events.store(event, till.clock.now())
    await till.cashier.acts[EVENT_JOB](name)


async def failure(till: Till, name: str) -> str:
    """Why an event was set aside; empty for one that was not."""
    async with till.storage.connection() as connection:
        row = (await connection.execute(sa.select(stripe_event).where(stripe_event.c.id == name))).one()
    return row.error if row.failed_at else ""
