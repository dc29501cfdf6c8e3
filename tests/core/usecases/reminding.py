"""Invoices that are late, the rules of a shop, and what the clock or a person does about its reminders."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.invoice import Invoice
from core.money import Money
from core.nag_ports import Candidate
from core.planning import Group, groups_on
from core.quiet import Quiet
from core.reminder import Reminder
from core.usecases.business import change_settings
from core.usecases.desk import Desk
from core.usecases.guard import Cancelled, guard
from core.usecases.payment import record_payment
from core.usecases.reminder import (
    all_candidates,
    mark_sent,
    plan,
)
from tests.builders.core import IDS, a_draft, a_line
from tests.storage.shop import Shop

TODAY = date(2026, 3, 5)
"""A Thursday, 10:41 in Berlin and 9:41 in Dublin, where the client is."""
STEPS = (0, 3, 7)


async def owe(
    shop: Shop, *, late: int = 3, euros: str = "100", currency: str = "EUR", given: int = 1
) -> Invoice:
    """An invoice that is so many days late today, and was handed over so many days after it was issued."""
    on = TODAY - timedelta(days=late + 9)
    draft = a_draft(
        shop.client.id,
        lines=(a_line(euros, "1"),),
        currency=currency,
        issue_on=on,
        due=on + timedelta(days=9),
    )
    invoice, _entry = await shop.issue(draft)
    async with shop.desk() as desk:
        chase = await desk.work.reminders.chase(invoice.id)
        delivered_on = on + timedelta(days=given)
        await desk.work.reminders.set_chase(invoice.id, replace(chase, delivered_on=delivered_on))
    return invoice


async def rule(shop: Shop, **changes: Any) -> None:
    """Reminders of the shop leave by these rules; nobody is left alone unless a test says so."""
    rules: dict[str, Any] = {
        "steps": STEPS,
        "quiet": Quiet(datetime.min.time(), datetime.min.time()),
        **changes,
    }
    async with shop.desk() as desk:
        reminders = replace(desk.business.reminders, **rules)
        await change_settings(desk, replace(desk.business, reminders=reminders))


async def look(desk: Desk) -> tuple[Group, ...]:
    candidates = await all_candidates(desk, date(2026, 1, 1))
    return groups_on(backdated(candidates), desk.business.reminders, desk.today, desk.today)


def backdated(candidates: list[Candidate]) -> list[Candidate]:
    """As if they had been issued on their own day: the clock of these tests stands still."""
    return [
        replace(one, chased=replace(one.chased, after=one.delivered_on or one.issued_on))
        for one in candidates
    ]


async def decided(shop: Shop, mailing: bool = True) -> list[Reminder]:
    async with shop.desk() as desk:
        found = [await plan(desk, group, mailing) for group in await look(desk)]
    return [reminder for reminder in found if reminder is not None]


async def sent(shop: Shop, reminder: Reminder) -> Reminder:
    """By the clock."""
    async with shop.desk() as desk:
        automatic = replace(desk, automatic=True)
        return (await mark_sent(automatic, await desk.work.reminders.lock(reminder.id), None))[0]


async def guarded(shop: Shop, reminder: Reminder, *, repeated: bool = False) -> datetime | Cancelled | None:
    async with shop.storage.work() as work:
        return await guard(work, shop.storage.clock, IDS, shop.id, reminder.id, repeated=repeated)


async def stored(shop: Shop, reminder_id: UUID) -> Reminder:
    async with shop.work() as work:
        return await work.reminders.get(reminder_id)


async def pay(shop: Shop, invoice: Invoice, minor: int) -> None:
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        await record_payment(desk, locked, Money(minor, locked.total.currency), TODAY, "cash")
