"""A fee invoice for being late: issued with its reminder, once per step, without a gap in the numbers."""

import asyncio
from dataclasses import replace
from decimal import Decimal

from core.audit import Action
from core.errors import Conflict
from core.invoice import Invoice, State
from core.ladder import LateFee
from core.money import Money
from core.reminder import Reminder
from core.usecases.late_fee import charge
from core.usecases.reminder import (
    reread,
)
from storage.engine import Storage
from tests.core.usecases.reminding import decided, guarded, owe, pay, rule, sent
from tests.storage.shop import Shop


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
