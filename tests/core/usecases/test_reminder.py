"""Deciding, rereading and guarding a reminder: what is still owed counts, at each moment anew, whoever is faster."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.audit import Action
from core.errors import Conflict
from core.invoice import Invoice, State
from core.ladder import LateFee, Tone
from core.money import Money
from core.nag_ports import Candidate
from core.planning import Group, groups_on
from core.quiet import Quiet
from core.reminder import Reminder, ReminderState, Silence, Way
from core.usecases.business import change_settings
from core.usecases.desk import Desk
from core.usecases.guard import CHANGED, PAID, PAUSED, STOPPED, Cancelled, guard
from core.usecases.invoice import void
from core.usecases.late_fee import charge
from core.usecases.payment import record_payment
from core.usecases.promise import make_promise
from core.usecases.reminder import (
    all_candidates,
    asked,
    change_chase,
    leaving,
    mark_sent,
    plan,
    plan_by_hand,
    reread,
)
from storage.engine import Storage
from tests.builders.core import IDS, a_draft, a_line
from tests.fakes.clock import FixedClock
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


async def test_it_leaves_at_its_hour_on_the_day_after_a_promise(shop: Shop) -> None:
    await rule(shop)
    await owe(shop)
    (reminder,) = await decided(shop)
    async with shop.desk() as desk:
        await make_promise(desk, shop.client, TODAY + timedelta(days=5))

    async with shop.desk() as desk:
        at = await leaving(desk, await reread(desk, reminder))

    assert at == datetime.fromisoformat("2026-03-11T12:00:00+00:00")


# -- the last look ---------------------------------------------------------------------------------


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


# -- fees ------------------------------------------------------------------------------------------


async def test_fees_that_are_issued_at_once_leave_no_gap_in_the_numbers(storage: Storage, shop: Shop) -> None:
    await rule(shop, fee=LateFee((3,), percent=Decimal(5)))
    invoices = [await owe(shop, euros=str(100 + place), currency=code)
                for place, code in enumerate(("EUR", "USD", "CHF", "GBP", "SEK"))]  # fmt: skip
    reminders = await decided(shop)

    async def fire(reminder: Reminder) -> str:
        async with shop.desk() as desk:
            reading = await reread(replace(desk, automatic=True), reminder)
            charged = await charge(desk, reading, lambda item: f"Fee for {item.invoice.issued.number}")
            if reminder.currency == "CHF":
                raise Conflict("this one is rolled back")
            assert charged.invoice is not None
            return charged.invoice.issued.number

    ends = await asyncio.gather(*map(fire, reminders), return_exceptions=True)

    numbers = sorted(end for end in ends if isinstance(end, str))
    assert numbers == ["2026-006", "2026-007", "2026-008", "2026-009"]
    assert [type(end) for end in ends if not isinstance(end, str)] == [Conflict]
    async with shop.work() as work:
        fees = [await work.fees.list_of(invoice.id) for invoice in invoices]
    assert sorted(map(len, fees)) == [0, 1, 1, 1, 1]


async def test_of_two_who_charge_at_once_one_does(shop: Shop) -> None:
    await rule(shop, fee=LateFee((3,), amount=Decimal("7.50")))
    invoice = await owe(shop)
    (reminder,) = await decided(shop)

    async def fire() -> Invoice | None:
        async with shop.desk() as desk:
            locked = await desk.work.reminders.lock(reminder.id)
            return (await charge(desk, await reread(desk, locked), lambda item: "Fee")).invoice

    first, second = await asyncio.gather(fire(), fire())

    assert first is not None
    assert second is not None
    assert first.id == second.id
    async with shop.work() as work:
        (fee,) = await work.fees.list_of(invoice.id)
        assert (fee.amount, fee.step, fee.fee_invoice_id) == (Money(750, "EUR"), 3, first.id)


async def test_a_fee_whose_letter_never_left_is_void_and_in_the_books(shop: Shop) -> None:
    await rule(shop, fee=LateFee((3,), amount=Decimal("7.50")))
    invoice = await owe(shop)
    (reminder,) = await decided(shop)
    async with shop.desk() as desk:
        charged = await charge(desk, await reread(desk, reminder), lambda item: "Fee")
    await sent(shop, reminder)
    await pay(shop, invoice, 11900)

    await guarded(shop, reminder)

    assert charged.invoice is not None
    fee = await shop.invoice(charged.invoice.id)
    assert (fee.state, fee.issued.number) == (State.VOID, "2026-002")
    async with shop.work() as work:
        latest = await work.audit.latest_about(fee.id)
        assert latest is not None
        entry = await work.audit.get(latest)
    assert (entry.action, entry.member_id) == (Action.INVOICE_VOIDED, None)
