"""A checkout over the discounted amount: what it settles, whenever its money comes, and what goes back of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.early import EarlyTerms
from core.invoice import Invoice
from core.money import Money
from core.pay_ports import MoneyBack, PaySession, Received
from core.terms import Terms
from core.usecases.credit_note import credit
from core.usecases.invoice import void
from core.usecases.online_payment import Booked, book, discount_now, take_back
from core.usecases.payment import record_payment
from tests.builders.core import IDS, a_draft
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

DATABASES = ("sqlite",)
TODAY = date(2026, 3, 5)
FULL, LESS, OFF = 11900, 11662, 238
Sums = tuple[int, int, int, int]


async def issued(shop: Shop) -> Invoice:
    """EUR 119.00, of which 2.38 are off for ten days."""
    draft = a_draft(shop.client.id, early=EarlyTerms(Decimal(2), 10), due=Terms(days=30))
    invoice, _entry = await shop.issue(draft)
    return invoice


async def opened(shop: Shop, invoice: Invoice) -> PaySession:
    """As pressing Pay now opens it."""
    async with shop.desk() as desk:
        now = desk.clock.now()
        discount = await discount_now(desk.work, invoice, now)
        amount = invoice.balance - discount
        session = PaySession(
            IDS.new(),
            invoice.id,
            amount,
            now,
            provider_id=IDS.token(),
            account="acct_7",
            discount_minor=discount.minor,
        )
        return await desk.work.pay_sessions.begin(session)


async def paid(shop: Shop, session: PaySession) -> Booked | None:
    async with shop.desk() as desk:
        now = desk.clock.now()
        received = Received(
            session.provider_id, True, session.amount, f"pi_{session.id.hex}", session.id, now
        )
        return await book(desk, session, received)


async def by_hand(shop: Shop, invoice: Invoice, minor: int) -> None:
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        await record_payment(desk, locked, Money(minor, "EUR"), desk.today, "cash")


async def sums(shop: Shop, invoice: Invoice) -> Sums:
    """Paid, forgiven or credited, open, and the client's credit of it."""
    found = await shop.invoice(invoice.id)
    async with shop.desk() as desk:
        payments = await desk.work.payments.list_of(invoice.id)
    credit = sum(payment.credit.minor for payment in payments)
    return found.paid.minor, found.credited_minor, found.balance.minor, credit


@pytest.mark.parametrize("days", [0, 10, 18])
async def test_opened_in_time_it_settles_the_invoice_whenever_its_money_comes(
    shop: Shop, clock: FixedClock, days: int
) -> None:
    invoice = await issued(shop)
    session = await opened(shop, invoice)
    assert (session.amount.minor, session.discount_minor, session.settles.minor) == (LESS, OFF, FULL)

    clock.advance(timedelta(days=days))
    booked = [await paid(shop, session) for _again in range(2)]

    assert booked[0] is not None
    assert booked[1] is None
    assert (booked[0].payment.discount.minor, booked[0].payment.received_on) == (
        OFF,
        TODAY + timedelta(days=days),
    )
    assert await sums(shop, invoice) == (LESS, OFF, 0, 0)


async def test_after_the_last_day_all_of_it_is_asked_for(shop: Shop, clock: FixedClock) -> None:
    invoice = await issued(shop)
    clock.advance(timedelta(days=10))
    last = await opened(shop, invoice)
    clock.advance(timedelta(days=1))

    late = await opened(shop, invoice)
    await paid(shop, late)

    assert (last.amount.minor, late.amount.minor, late.discount_minor) == (LESS, FULL, 0)
    assert last.id != late.id
    assert await sums(shop, invoice) == (FULL, 0, 0, 0)


async def test_what_was_paid_or_credited_meanwhile_is_no_reason_to_forgive_twice(shop: Shop) -> None:
    in_part, in_full, settled, noted, gone = [await issued(shop) for _each in range(5)]
    sessions = [await opened(shop, one) for one in (in_part, in_full, settled, noted, gone)]
    await by_hand(shop, in_part, 5000)
    await by_hand(shop, in_full, FULL)
    await by_hand(shop, settled, LESS)
    async with shop.desk() as desk:
        await credit(desk, await desk.work.invoices.lock(noted.id), Money(100, "EUR"), "late")
        await void(desk, await desk.work.invoices.lock(gone.id), "wrong")

    for session in sessions:
        await paid(shop, session)

    assert await sums(shop, in_part) == (FULL, 0, 0, LESS - (FULL - 5000))
    assert await sums(shop, in_full) == (FULL, 0, 0, LESS)
    assert await sums(shop, settled) == (LESS, OFF, 0, LESS)
    assert await sums(shop, noted) == (LESS, 100 + OFF - 100, 0, 0)
    assert await sums(shop, gone) == (0, 0, 0, LESS)


async def test_what_goes_back_is_owed_again_and_the_discount_is_given_once(shop: Shop) -> None:
    invoice = await issued(shop)
    booked = await paid(shop, await opened(shop, invoice))
    assert booked is not None

    async def told(name: str, reason: str) -> Sums:
        async with shop.desk() as desk:
            await take_back(desk, MoneyBack(name, booked.payment.provider_id, Money(LESS, "EUR"), reason))
        return await sums(shop, invoice)

    assert await told("dp_7", "dispute") == (0, OFF, LESS, LESS - LESS)
    again = await opened(shop, await shop.invoice(invoice.id))
    assert (again.amount.minor, again.discount_minor) == (LESS, 0)
    assert await told("dp_7:won", "dispute_won") == (LESS, OFF, 0, 0)
    stale = await opened_before(shop, again)
    assert [one.id for one in stale] == [again.id]


async def opened_before(shop: Shop, session: PaySession) -> list[PaySession]:
    async with shop.desk() as desk:
        return [
            one for one in await desk.work.pay_sessions.list_stale(9) if one.invoice_id == session.invoice_id
        ]


async def test_a_checkout_with_its_discount_is_not_stale_as_long_as_just_that_is_owed(shop: Shop) -> None:
    invoice = await issued(shop)
    session = await opened(shop, invoice)
    before = await opened_before(shop, session)
    same = await opened(shop, invoice)

    await by_hand(shop, invoice, 100)

    assert (before, same.id) == ([], session.id)
    assert [replace(one, state=session.state) for one in await opened_before(shop, session)] == [session]
