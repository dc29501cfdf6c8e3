"""The last look at a reminder as its letter leaves: is it still owed exactly so, whoever is faster?"""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core.money import Money
from core.quiet import Quiet
from core.reminder import ReminderState
from core.usecases.guard import CHANGED, PAID, PAUSED, STOPPED, Cancelled
from core.usecases.promise import make_promise
from core.usecases.reminder import (
    asked,
    mark_sent,
)
from tests.core.usecases.reminding import TODAY, decided, guarded, owe, pay, rule, sent, stored
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop


async def test_what_is_owed_as_it_says_may_leave(shop: Shop) -> None:
    await rule(shop)
    await owe(shop)
    (reminder,) = await decided(shop)
    reminder = await sent(shop, reminder)

    assert await guarded(shop, reminder) is None
    assert await stored(shop, reminder.id) == reminder


async def test_what_is_paid_does_not_leave(shop: Shop) -> None:
    await rule(shop)
    invoice = await owe(shop)
    (reminder,) = await decided(shop)
    await sent(shop, reminder)
    await pay(shop, invoice, 11900)

    assert await guarded(shop, reminder) == Cancelled(PAID)
    assert (await stored(shop, reminder.id)).state is ReminderState.STOPPED
    # It is over: nobody asks a second time.
    assert await guarded(shop, reminder) == Cancelled(STOPPED)


async def test_another_amount_is_written_anew(shop: Shop, clock: FixedClock) -> None:
    await rule(shop)
    invoice = await owe(shop)
    (reminder,) = await decided(shop)
    await sent(shop, reminder)
    await pay(shop, invoice, 1900)

    assert await guarded(shop, reminder) == Cancelled(CHANGED)
    planned = await stored(shop, reminder.id)
    assert (planned.state, planned.send_at) == (ReminderState.PLANNED, clock.at)
    assert [run.balance for run in asked(planned)] == [Money(10000, "EUR")]


async def test_what_may_have_arrived_is_not_written_anew(shop: Shop) -> None:
    await rule(shop)
    invoice = await owe(shop)
    (reminder,) = await decided(shop)
    reminder = await sent(shop, reminder)
    await pay(shop, invoice, 1900)

    assert await guarded(shop, reminder, repeated=True) == Cancelled(CHANGED)
    assert await stored(shop, reminder.id) == reminder


async def test_a_word_to_pay_in_the_last_seconds_puts_it_off(shop: Shop) -> None:
    await rule(shop)
    await owe(shop)
    (reminder,) = await decided(shop)
    await sent(shop, reminder)
    async with shop.desk() as desk:
        await make_promise(desk, shop.client, TODAY + timedelta(days=5))

    assert await guarded(shop, reminder) == Cancelled(PAUSED)
    assert (await stored(shop, reminder.id)).send_at.date() == date(2026, 3, 11)


async def test_what_a_person_sent_leaves_whatever_was_promised_before(shop: Shop) -> None:
    await rule(shop)
    await owe(shop)
    (reminder,) = await decided(shop)
    async with shop.desk() as desk:
        await make_promise(desk, shop.client, TODAY + timedelta(days=5))
        await mark_sent(desk, await desk.work.reminders.lock(reminder.id), None)

    assert await guarded(shop, reminder) is None


@pytest.mark.parametrize("by_hand", [False, True])
async def test_what_waited_until_the_client_s_night_waits_for_the_morning(
    shop: Shop, clock: FixedClock, by_hand: bool
) -> None:
    await rule(shop, quiet=Quiet())
    await owe(shop)
    (reminder,) = await decided(shop)
    async with shop.desk() as desk:
        who = replace(desk, automatic=not by_hand)
        await mark_sent(who, await desk.work.reminders.lock(reminder.id), None)
    clock.at = clock.at.replace(hour=21)

    found = await guarded(shop, reminder)

    # Eight in Dublin, and at one in Berlin as the business wants it.
    assert found == (None if by_hand else datetime.fromisoformat("2026-03-06T12:00:00+00:00"))


async def test_a_payment_and_the_last_look_wait_for_each_other(shop: Shop) -> None:
    await rule(shop)
    for _time in range(5):
        invoice = await owe(shop)
        (reminder,) = await decided(shop)
        await sent(shop, reminder)

        ends, _paid = await asyncio.gather(guarded(shop, reminder), pay(shop, invoice, 11900))

        came = await stored(shop, reminder.id)
        if ends is None:
            assert came.state is ReminderState.SENT
        else:
            assert (ends, came.state) == (Cancelled(PAID), ReminderState.STOPPED)
