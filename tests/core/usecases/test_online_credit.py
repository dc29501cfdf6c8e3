"""Refunds and disputes at the provider, after a credit note or after the credit was used for something else."""

from dataclasses import replace
from datetime import date

import pytest

from core.errors import Conflict
from core.invoice import Invoice
from core.pay_ports import MoneyBack, PayAccount
from core.payment import Payment
from core.usecases.invoice import void
from core.usecases.online_payment import Booked, take_back
from core.usecases.payment import record_payment, reverse_payment
from core.usecases.undo import undo
from tests.builders.core import a_payment
from tests.core.usecases.test_credit_note import credited, eur, given_back, issued, sums, used, voided
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop

DATABASES = ("sqlite",)


async def paid_online(shop: Shop) -> tuple[Invoice, Payment]:
    invoice = await issued(shop)
    payment = a_payment(invoice, "119.00", provider_id="pi_7", method="online")
    async with shop.desk() as desk:
        await desk.work.payments.add(payment)
        locked = await desk.work.invoices.lock(invoice.id)
        await desk.work.invoices.save(replace(locked, paid=payment.applied))
    return await shop.invoice(invoice.id), payment


async def told(shop: Shop, minor: int, reason: str = "refund", name: str = "re_7") -> Booked | None:
    async with shop.desk() as desk:
        return await take_back(desk, MoneyBack(name, "pi_7", eur(minor), reason))


async def test_a_refund_at_the_provider_eats_the_credit_of_a_credit_note_first(shop: Shop) -> None:
    invoice, _payment = await paid_online(shop)
    await credited(shop, invoice, eur(3000))
    async with shop.work() as work:
        await work.pay_accounts.save(PayAccount("rk_live_7", (), "acct_7", MORNING, live=True))
    with pytest.raises(Conflict, match="refund it in Stripe"):
        await given_back(shop, invoice)

    await told(shop, 3000)

    assert await sums(shop, invoice) == (8900, 3000, 0, 0)


async def test_a_credit_note_after_the_refund_closes_what_that_opened(shop: Shop) -> None:
    invoice, _payment = await paid_online(shop)
    await told(shop, 3000)
    assert await sums(shop, invoice) == (8900, 0, 3000, 0)

    await credited(shop, invoice, eur(3000))

    assert await sums(shop, invoice) == (8900, 3000, 0, 0)


async def test_credit_that_was_used_comes_back_when_its_payment_is_refunded_whole(shop: Shop) -> None:
    invoice, payment = await paid_online(shop)
    await credited(shop, invoice, eur(3000))
    other = await issued(shop)
    await used(shop, other)
    assert await sums(shop, other) == (3000, 0, 8900, 0)

    await told(shop, 11900)

    assert await sums(shop, other) == (0, 0, 11900, 0)
    assert await sums(shop, invoice) == (0, 3000, 8900, 0)
    assert await told(shop, 11900) is None
    async with shop.work() as work:
        assert [entry.amount.minor for entry in await work.payments.list_refunds(payment.id)] == [-11900]


async def test_a_dispute_that_is_won_settles_what_is_owed_again_when_cash_is_taken_back(shop: Shop) -> None:
    invoice, _payment = await paid_online(shop)
    await told(shop, 11900, "dispute", "dp_7")
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        _invoice, cash, _entry = await record_payment(desk, locked, eur(11900), date(2026, 3, 5), "cash")
    await told(shop, 11900, "dispute_won", "dp_7:won")
    assert await sums(shop, invoice) == (11900, 0, 0, 11900)

    async with shop.desk() as desk:
        await reverse_payment(desk, cash)

    assert await sums(shop, invoice) == (11900, 0, 0, 0)


async def test_a_refund_of_used_credit_is_owed_where_its_credit_note_is_void_by_now(shop: Shop) -> None:
    invoice, _payment = await paid_online(shop)
    made = await credited(shop, invoice, eur(11900))
    other = await issued(shop)
    await used(shop, other)
    await voided(shop, made.credit_note)
    assert await sums(shop, invoice) == (0, 0, 11900, 0)

    await told(shop, 11900)

    assert await sums(shop, invoice) == (0, 0, 11900, 0)
    assert await sums(shop, other) == (0, 0, 11900, 0)


async def test_what_was_paid_online_while_it_was_void_settles_it_when_that_is_undone(shop: Shop) -> None:
    invoice = await issued(shop)
    async with shop.desk() as desk:
        _void, entry = await void(desk, await desk.work.invoices.lock(invoice.id), "a mistake")
        late = a_payment(invoice, "119.00", applied=eur(0), provider_id="pi_7", method="online")
        await desk.work.payments.add(late)
    assert await sums(shop, invoice) == (0, 0, 0, 11900)

    async with shop.desk() as desk:
        await undo(desk, entry)

    assert await sums(shop, invoice) == (11900, 0, 0, 0)


async def test_what_no_provider_tells_of_any_more_goes_back_by_hand(shop: Shop) -> None:
    invoice, _payment = await paid_online(shop)
    await credited(shop, invoice, eur(3000))

    (entry, _said), *others = await given_back(shop, invoice)

    assert (entry.amount, others) == (eur(-3000), [])
    assert await sums(shop, invoice) == (8900, 3000, 0, 0)
