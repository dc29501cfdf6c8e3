"""Reminders: each step of an invoice is decided once, and what was said about an invoice stays with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import Conflict, NotFound
from core.invoice import Invoice
from core.ladder import Tone
from core.money import Money
from core.reminder import Chase, Reminder, ReminderState, Run, Way
from tests.builders.core import IDS, a_draft
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop, a_reminder


async def issued(shop: Shop, number: int) -> list[Invoice]:
    return [(await shop.issue())[0] for _each in range(number)]


async def added(shop: Shop, reminder: Reminder) -> bool:
    async with shop.work() as work:
        return await work.reminders.add(reminder)


async def loaded(shop: Shop, reminder: Reminder) -> Reminder:
    async with shop.work() as work:
        return await work.reminders.get(reminder.id)


async def test_a_reminder_comes_back_as_it_was_stored(shop: Shop) -> None:
    first, second = await issued(shop, 2)
    runs = (Run(first.id, -3, Money(5301, "EUR")), Run(second.id, 14, Money(11900, "EUR")))
    reminder = a_reminder(
        shop.client, first, tone=Tone.FINAL, way=Way.CHAT, runs=runs, decided_on=date(2026, 3, 29),
        send_at=MORNING + timedelta(days=3), state=ReminderState.HELD, text="Dear Åsa,\nplease …", outbox_id=IDS.new(),
    )  # fmt: skip

    stored = await added(shop, reminder)

    assert stored
    assert await loaded(shop, reminder) == reminder


async def test_a_step_is_decided_once_and_of_a_refused_reminder_nothing_stays(shop: Shop) -> None:
    first, second = await issued(shop, 2)
    both = (Run(first.id, 3, first.total), Run(second.id, 3, second.total))
    assert await added(shop, a_reminder(shop.client, second, step=3))

    refused = a_reminder(shop.client, first, runs=both)
    again = await added(shop, refused)
    alone = await added(shop, a_reminder(shop.client, first, step=3))

    assert (again, alone) == (False, True)
    with pytest.raises(NotFound):
        await loaded(shop, refused)


async def test_a_step_that_was_rolled_back_can_be_decided_again(shop: Shop) -> None:
    class Killed(Exception):
        pass

    (invoice,) = await issued(shop, 1)
    try:
        async with shop.work() as work:
            await work.reminders.add(a_reminder(shop.client, invoice))
            raise Killed
    except Killed:
        pass

    assert await added(shop, a_reminder(shop.client, invoice))


async def test_a_change_is_stored_and_a_stale_one_refused(shop: Shop) -> None:
    (invoice,) = await issued(shop, 1)
    reminder = a_reminder(shop.client, invoice)
    await added(shop, reminder)
    changed = replace(
        reminder, state=ReminderState.SENT, text="Please pay.", way=Way.CHAT, tone=Tone.FIRM, outbox_id=IDS.new(),
        send_at=MORNING + timedelta(hours=9), runs=(Run(invoice.id, 7, Money(4107, "EUR")),),
    )  # fmt: skip

    async with shop.work() as work:
        saved = await work.reminders.save(changed)
    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.reminders.save(replace(reminder, state=ReminderState.STOPPED))

    assert saved == replace(changed, version=1)
    assert await loaded(shop, reminder) == saved


async def test_an_invoice_that_drops_out_of_a_reminder_stays_decided(shop: Shop) -> None:
    paid, owed = await issued(shop, 2)
    reminder = a_reminder(shop.client, paid, runs=(Run(paid.id, 7, paid.total), Run(owed.id, 7, owed.total)))
    await added(shop, reminder)

    async with shop.work() as work:
        await work.reminders.save(replace(reminder, runs=(Run(owed.id, 7, owed.total),)))

    assert (await loaded(shop, reminder)).invoice_ids == (owed.id,)
    assert not await added(shop, a_reminder(shop.client, paid))


async def test_what_waits_is_listed_in_the_order_in_which_it_leaves(shop: Shop) -> None:
    invoices = await issued(shop, 4)
    states = (ReminderState.HELD, ReminderState.SENT, ReminderState.PLANNED, ReminderState.STOPPED)
    reminders = [
        a_reminder(shop.client, invoice, state=state, send_at=MORNING + timedelta(hours=9 - place))
        for place, (invoice, state) in enumerate(zip(invoices, states, strict=True))
    ]
    for reminder in reminders:
        await added(shop, reminder)

    async with shop.work() as work:
        waiting = await work.reminders.list_waiting(9)
        next_one = await work.reminders.list_waiting(1)

    assert waiting == [reminders[2], reminders[0]]
    assert next_one == [reminders[2]]


async def test_what_is_held_for_ever_does_not_crowd_out_what_leaves_by_itself(shop: Shop) -> None:
    first, second, third = await issued(shop, 3)
    held = [
        a_reminder(shop.client, invoice, state=ReminderState.HELD, send_at=MORNING - timedelta(days=days))
        for days, invoice in enumerate((first, second), 7)
    ]
    planned = a_reminder(shop.client, third)
    for reminder in (*held, planned):
        await added(shop, reminder)

    async with shop.work() as work:
        waiting = [await work.reminders.list_waiting(limit) for limit in (1, 9)]

    assert waiting == [[planned], [planned, held[1], held[0]]]


async def test_the_reminders_about_an_invoice_are_listed_oldest_first(shop: Shop, neighbour: Shop) -> None:
    first, second = await issued(shop, 2)
    reminders = [
        a_reminder(shop.client, first, step=0),
        a_reminder(shop.client, second, step=0),
        a_reminder(shop.client, first, runs=(Run(first.id, 3, first.total), Run(second.id, 3, second.total))),
    ]
    for reminder in reminders:
        await added(shop, reminder)

    async with shop.work() as work:
        found = await work.reminders.list_of(first.id)
    async with neighbour.work() as work:
        theirs = await work.reminders.list_of(first.id)

    assert (found, theirs) == ([reminders[0], reminders[2]], [])


async def test_nobody_finds_another_businesss_reminder(shop: Shop, neighbour: Shop) -> None:
    (invoice,) = await issued(shop, 1)
    reminder = a_reminder(shop.client, invoice)
    await added(shop, reminder)

    async with neighbour.work() as work:
        for found in (work.reminders.get, work.reminders.lock):
            with pytest.raises(NotFound):
                await found(reminder.id)


async def test_what_was_said_about_an_invoice_is_kept_and_replaced(shop: Shop) -> None:
    (invoice,) = await issued(shop, 1)
    said = [
        Chase(),
        Chase(date(2026, 3, 7), stopped=True, snoozed_until=date(2026, 4, 1), steps=(-3, 11)),
        Chase(steps=()),
    ]

    seen = []
    for chase in said:
        async with shop.work() as work:
            seen.append(await work.reminders.chase(invoice.id))
            await work.reminders.set_chase(invoice.id, chase)
            seen.append(await work.reminders.chase(invoice.id))

    assert seen == [Chase(), said[0], said[0], said[1], said[1], said[2]]


async def test_what_was_said_about_a_draft_goes_with_it(shop: Shop) -> None:
    draft, _entry = await shop.draft(a_draft(shop.client.id))
    async with shop.work() as work:
        await work.reminders.set_chase(draft.id, Chase(stopped=True))
        await work.invoices.remove_draft(draft)
        await work.invoices.add(draft)
        brought_back = await work.reminders.chase(draft.id)

    assert brought_back == Chase()
