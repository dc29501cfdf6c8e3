from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.audit import Action
from core.errors import Conflict, InvalidInput
from core.invoice import Invoice, State
from core.money import Money
from core.payment import Payment
from core.usecases.invoice import void
from core.usecases.payment import record_payment, reverse_payment
from tests.builders.core import a_draft, a_line
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

TODAY = date(2026, 3, 5)


async def pay(shop: Shop, invoice: Invoice, minor: int, currency: str = "EUR", on: date = TODAY) -> Payment:
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        return (await record_payment(desk, locked, Money(minor, currency), on, "transfer"))[1]


async def credit(shop: Shop) -> list[Money]:
    async with shop.work() as work:
        return list(await work.payments.credits_of(shop.client.id))


async def test_a_part_payment_leaves_the_rest_owed(shop: Shop) -> None:
    invoice, _entry = await shop.issue()

    payment = await pay(shop, invoice, 4711)

    stored = await shop.invoice(invoice.id)
    assert (stored.paid, stored.balance, stored.state) == (
        Money(4711, "EUR"),
        Money(7189, "EUR"),
        State.ISSUED,
    )
    assert (payment.applied, payment.credit) == (Money(4711, "EUR"), Money(0, "EUR"))


async def test_payments_add_up_until_nothing_is_owed(shop: Shop) -> None:
    invoice, _entry = await shop.issue()

    paid = [await pay(shop, invoice, minor) for minor in (4711, 7188, 1)]

    assert not (await shop.invoice(invoice.id)).balance
    async with shop.work() as work:
        assert await work.payments.list_of(invoice.id) == paid
    with pytest.raises(Conflict, match="2026-001 is paid already"):
        await pay(shop, invoice, 100)


async def test_an_overpayment_settles_the_invoice_and_stays_as_credit(shop: Shop) -> None:
    invoice, _entry = await shop.issue()

    payment = await pay(shop, invoice, 15025)

    stored = await shop.invoice(invoice.id)
    assert (stored.paid, stored.balance) == (stored.total, Money(0, "EUR"))
    assert (payment.applied, payment.credit) == (Money(11900, "EUR"), Money(3125, "EUR"))
    assert await credit(shop) == [Money(3125, "EUR")]


async def test_a_reversed_payment_is_owed_again_and_its_credit_gone(shop: Shop, clock: FixedClock) -> None:
    invoice, _entry = await shop.issue()
    first, second = await pay(shop, invoice, 1700), await pay(shop, invoice, 15025)

    async with shop.desk() as desk:
        reversed_, saved = await reverse_payment(desk, second)

    assert reversed_ == replace(second, reversed_at=clock.at, version=1)
    assert (saved.paid, saved.balance) == (first.amount, Money(10200, "EUR"))
    assert await shop.invoice(invoice.id) == saved
    assert await credit(shop) == []


async def test_a_payment_is_reversed_once(shop: Shop) -> None:
    invoice, _entry = await shop.issue()
    payment = await pay(shop, invoice, 1700)
    async with shop.desk() as desk:
        reversed_, _invoice = await reverse_payment(desk, payment)

    for seen in (payment, reversed_):
        with pytest.raises(Conflict):
            async with shop.desk() as desk:
                await reverse_payment(desk, seen)

    assert (await shop.invoice(invoice.id)).paid == Money(0, "EUR")


async def test_two_receipts_never_settle_the_same_balance(shop: Shop) -> None:
    invoice, _entry = await shop.issue()
    await pay(shop, invoice, 11000)

    with pytest.raises(Conflict):
        async with shop.desk() as desk:
            await record_payment(desk, invoice, Money(11900, "EUR"), TODAY, "seen before the first one")

    assert (await shop.invoice(invoice.id)).paid == Money(11000, "EUR")
    async with shop.work() as work:
        assert len(await work.payments.list_of(invoice.id)) == 1


@pytest.mark.parametrize(
    ("minor", "currency", "on", "field"),
    [
        (0, "EUR", TODAY, "amount"),
        (-1700, "EUR", TODAY, "amount"),
        (1700, "CHF", TODAY, "amount"),
        (1700, "EUR", TODAY + timedelta(days=1), "date"),
    ],
)
async def test_what_is_no_receipt_is_refused(
    shop: Shop, minor: int, currency: str, on: date, field: str
) -> None:
    invoice, _entry = await shop.issue()

    with pytest.raises(InvalidInput) as refused:
        await pay(shop, invoice, minor, currency, on)

    assert refused.value.field == field
    assert await shop.invoice(invoice.id) == invoice


async def test_money_received_long_ago_is_recorded_under_its_day(shop: Shop) -> None:
    invoice, _entry = await shop.issue()

    payment = await pay(shop, invoice, 1700, on=date(2025, 11, 3))

    assert payment.received_on == date(2025, 11, 3)


async def test_a_draft_is_not_paid(shop: Shop) -> None:
    draft, _entry = await shop.draft()

    with pytest.raises(Conflict, match="Only an issued invoice can be paid"):
        await pay(shop, draft, 1700)


async def test_a_voided_invoice_keeps_number_and_document_and_is_owed_no_more(
    shop: Shop, clock: FixedClock
) -> None:
    invoice, _entry = await shop.issue()

    async with shop.desk() as desk:
        voided, entry = await void(desk, invoice, "falscher Betrag")

    assert voided == replace(
        invoice,
        state=State.VOID,
        voided_at=clock.at,
        void_reason="falscher Betrag",
        version=invoice.version + 1,
    )
    assert (entry.action, entry.label, entry.before) == (Action.INVOICE_VOIDED, "2026-001", invoice)
    assert (await shop.invoice(invoice.id)).balance == Money(0, "EUR")
    assert (await shop.issue())[0].issued.number == "2026-002"


async def test_an_invoice_with_a_payment_is_not_voided(shop: Shop) -> None:
    invoice, _entry = await shop.issue()
    await pay(shop, invoice, 1)

    with pytest.raises(Conflict, match=r"2026-001 has payments of EUR 0.01"):
        async with shop.desk() as desk:
            await void(desk, await desk.work.invoices.lock(invoice.id), "too late")


async def test_once_its_payment_is_taken_back_an_invoice_can_be_voided(shop: Shop) -> None:
    invoice, _entry = await shop.issue()
    payment = await pay(shop, invoice, 1)

    async with shop.desk() as desk:
        _reversed, unpaid = await reverse_payment(desk, payment)
        voided, _entry = await void(desk, unpaid, "now")

    assert voided.state is State.VOID


async def test_a_void_that_did_not_see_a_payment_is_a_conflict(shop: Shop) -> None:
    invoice, _entry = await shop.issue()
    await pay(shop, invoice, 1)

    with pytest.raises(Conflict):
        async with shop.desk() as desk:
            await void(desk, invoice, "seen before")


async def test_neither_a_draft_nor_a_void_invoice_is_voided(shop: Shop) -> None:
    draft, _entry = await shop.draft()
    invoice, _entry = await shop.issue()
    async with shop.desk() as desk:
        voided, _entry = await void(desk, invoice, "once")

    for each in (draft, voided):
        with pytest.raises(Conflict, match="Only an issued invoice can be voided"):
            async with shop.desk() as desk:
                await void(desk, each, "twice")
    with pytest.raises(Conflict, match="Only an issued invoice can be paid"):
        await pay(shop, voided, 1700)


async def test_an_invoice_of_nothing_is_paid_from_the_start(shop: Shop) -> None:
    invoice, _entry = await shop.issue(a_draft(shop.client.id, lines=(a_line("0"),)))

    assert not invoice.balance
    with pytest.raises(Conflict, match="is paid already"):
        await pay(shop, invoice, 1)


async def test_what_is_no_payment_is_refused_with_what_would_be_one(shop: Shop) -> None:
    invoice, _entry = await shop.issue()
    tomorrow = TODAY + timedelta(days=1)

    refused = []
    for attempt in ((900, "CHF", TODAY), (0, "EUR", TODAY), (-1, "EUR", TODAY), (900, "EUR", tomorrow)):
        with pytest.raises(InvalidInput) as error:
            await pay(shop, invoice, *attempt)
        refused.append((error.value.field, str(error.value), error.value.example))

    number = invoice.issued.number
    assert refused == [
        ("amount", f"{number} is in EUR; CHF is another currency.", "119.00"),
        ("amount", "A payment is more than zero.", "119.00"),
        ("amount", "A payment is more than zero.", "119.00"),
        ("date", "2026-03-06 is in the future; money is recorded when it is there.", "today"),
    ]


async def test_a_cent_of_credit_settles_a_cent_that_is_owed_again(shop: Shop) -> None:
    invoice, _entry = await shop.issue()
    first = await pay(shop, invoice, 1)
    await pay(shop, invoice, 11899)

    async with shop.desk() as desk:
        await reverse_payment(desk, first)

    stored = await shop.invoice(invoice.id)
    assert (stored.paid, stored.balance) == (Money(11899, "EUR"), Money(1, "EUR"))
