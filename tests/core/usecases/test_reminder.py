"""Deciding, rereading and sending a reminder: what is still owed counts, at each moment anew."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.errors import Conflict
from core.invoice import Invoice
from core.ladder import Tone
from core.money import Money
from core.nag_ports import Candidate
from core.reminder import Reminder, ReminderState, Silence, Way
from core.usecases.invoice import void
from core.usecases.promise import make_promise
from core.usecases.reminder import (
    asked,
    change_chase,
    leaving,
    plan_by_hand,
    reread,
)
from tests.core.usecases.reminding import TODAY, decided, owe, pay, rule, sent, stored
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop, a_reminder

# -- deciding --------------------------------------------------------------------------------------


async def test_the_invoices_of_one_client_make_one_reminder_per_currency(shop: Shop) -> None:
    await rule(shop)
    first, second = await owe(shop), await owe(shop, late=7, euros="200")
    dollars = await owe(shop, currency="USD")

    reminders = sorted(await decided(shop), key=lambda reminder: reminder.currency)

    assert [reminder.currency for reminder in reminders] == ["EUR", "USD"]
    euros, other = reminders
    assert [(run.invoice_id, run.step) for run in euros.runs] == [(second.id, 7), (first.id, 3)]
    assert (euros.tone, other.tone) == (Tone.FINAL, Tone.FRIENDLY)
    assert [run.invoice_id for run in other.runs] == [dollars.id]
    assert {reminder.way for reminder in reminders} == {Way.MAIL}


async def test_what_was_decided_is_not_decided_again(shop: Shop) -> None:
    await rule(shop)
    await owe(shop)
    first = await decided(shop)

    again = await decided(shop)

    assert (len(first), again) == (1, [])


async def test_of_two_who_decide_at_once_one_does(shop: Shop) -> None:
    await rule(shop)
    invoice = await owe(shop)

    both = await asyncio.gather(decided(shop), decided(shop))

    assert sorted(map(len, both)) == [0, 1]
    async with shop.work() as work:
        assert len(await work.reminders.list_of(invoice.id)) == 1


@pytest.mark.parametrize(
    ("rules", "mailing", "state", "way", "hour"),
    [
        ({}, True, ReminderState.PLANNED, Way.MAIL, 13 + 41 / 60 + 1),
        ({"preview_hours": 0}, True, ReminderState.PLANNED, Way.MAIL, 13),
        ({"silence": Silence.HOLD}, True, ReminderState.HELD, Way.MAIL, 13 + 41 / 60 + 1),
        ({"silence": Silence.HOLD}, False, ReminderState.PLANNED, Way.CHAT, 13),
    ],
)
async def test_it_leaves_at_its_hour_and_not_before_its_preview_was_seen(
    shop: Shop, rules: dict[str, Any], mailing: bool, state: ReminderState, way: Way, hour: float
) -> None:
    await rule(shop, **rules)
    await owe(shop)

    (reminder,) = await decided(shop, mailing)

    assert (reminder.state, reminder.way) == (state, way)
    # Berlin is one hour ahead; the look is at 10:41.
    assert abs(reminder.send_at.hour + reminder.send_at.minute / 60 + 1 - hour) < 1 / 30


async def test_what_was_never_delivered_is_not_mailed(shop: Shop) -> None:
    await rule(shop)
    invoice = await owe(shop)
    async with shop.desk() as desk:
        chase = await desk.work.reminders.chase(invoice.id)
        await desk.work.reminders.set_chase(invoice.id, replace(chase, delivered_on=None))

    (reminder,) = await decided(shop)

    assert reminder.way is Way.CHAT


async def test_a_higher_step_takes_the_place_of_one_that_waits(shop: Shop, clock: FixedClock) -> None:
    await rule(shop, silence=Silence.HOLD)
    invoice, other = await owe(shop), await owe(shop, late=3, euros="7")
    (first,) = await decided(shop)

    clock.advance(timedelta(days=4))
    await pay(shop, other, 833)
    (second,) = await decided(shop)

    assert [(run.invoice_id, run.step) for run in second.runs] == [(invoice.id, 7)]
    waiting = await stored(shop, first.id)
    assert [run.invoice_id for run in asked(waiting)] == [other.id]


# -- reading anew ----------------------------------------------------------------------------------


async def test_only_what_is_still_owed_is_asked_for(shop: Shop) -> None:
    await rule(shop)
    invoices = [await owe(shop, euros=euros) for euros in ("100", "200", "300", "400")]
    (reminder,) = await decided(shop)
    await pay(shop, invoices[0], 11900)
    await pay(shop, invoices[1], 3800)
    async with shop.desk() as desk:
        await void(desk, await desk.work.invoices.lock(invoices[2].id), "wrong")
        chase = await desk.work.reminders.chase(invoices[3].id)
        await change_chase(desk, invoices[3], replace(chase, stopped=True))

    async with shop.desk() as desk:
        reading = await reread(desk, reminder)

    assert [(run.invoice_id, run.balance) for run in asked(reading.reminder)] == [
        (invoices[1].id, Money(20000, "EUR"))
    ]
    assert [invoice.id for invoice in reading.invoices] == [invoices[1].id]


async def test_a_snooze_of_everything_holds_it_back_and_of_a_part_leaves_that_out(shop: Shop) -> None:
    await rule(shop)
    first, second = await owe(shop), await owe(shop, euros="200")
    (reminder,) = await decided(shop)
    until = TODAY + timedelta(days=4)

    await snooze(shop, first, until)
    async with shop.desk() as desk:
        part = await reread(desk, reminder)
    await snooze(shop, second, until + timedelta(days=2))
    async with shop.desk() as desk:
        whole = await reread(desk, reminder)

    assert ([i.id for i in part.invoices], part.paused_until) == ([second.id], None)
    assert (len(whole.invoices), whole.paused_until) == (2, until)


async def snooze(shop: Shop, invoice: Invoice, until: date) -> None:
    async with shop.desk() as desk:
        chase = await desk.work.reminders.chase(invoice.id)
        await change_chase(desk, invoice, replace(chase, snoozed_until=until))


async def test_what_another_one_asked_for_today_is_left_out(shop: Shop) -> None:
    await rule(shop)
    first, second = await owe(shop), await owe(shop, euros="200")
    (reminder,) = await decided(shop)
    # Somebody was faster by hand, while the clock decided.
    async with shop.desk() as desk:
        other = a_reminder(shop.client, first, step=1)
        assert await desk.work.reminders.add(other)
    await sent(shop, other)

    async with shop.desk() as desk:
        reading = await reread(desk, reminder, once_a_day=True)

    assert [invoice.id for invoice in reading.invoices] == [second.id]


async def test_it_leaves_at_its_hour_on_the_day_after_a_promise(shop: Shop) -> None:
    await rule(shop)
    await owe(shop)
    (reminder,) = await decided(shop)
    async with shop.desk() as desk:
        await make_promise(desk, shop.client, TODAY + timedelta(days=5))

    async with shop.desk() as desk:
        at = await leaving(desk, await reread(desk, reminder))

    assert at == datetime.fromisoformat("2026-03-11T12:00:00+00:00")


# -- by hand ---------------------------------------------------------------------------------------


async def test_by_hand_counts_as_the_step_of_its_day(shop: Shop) -> None:
    await rule(shop)
    invoice = await owe(shop, late=5)
    async with shop.desk() as desk:
        candidate = await desk.work.reminders.candidate(desk.business, date(2026, 1, 1), invoice.id)
        assert candidate is not None
        reminder = await plan_by_hand(desk, candidate, Way.MAIL)

    assert [run.step for run in reminder.runs] == [5]
    # Step 3 was reached as well, and is not said any more.
    assert await decided(shop) == []
    with pytest.raises(Conflict):
        await by_hand_again(shop, reminder, candidate)


async def by_hand_again(shop: Shop, reminder: Reminder, candidate: Candidate) -> None:
    await sent(shop, reminder)
    async with shop.desk() as desk:
        await plan_by_hand(desk, candidate, Way.MAIL)
