from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import Conflict, NotFound
from core.invoice import Invoice
from core.money import Money
from core.payment import Payment
from tests.builders.core import IDS, a_client, a_draft, a_payment, an_issued_invoice
from tests.storage.shop import Shop

REVERSED_AT = datetime(2026, 3, 11, 17, 16, 15, 141312, tzinfo=UTC)


async def an_invoice_of(shop: Shop, number: str = "2026-031", currency: str = "EUR") -> Invoice:
    draft = a_draft(shop.client.id, currency=currency)
    invoice = an_issued_invoice(shop.business, shop.client, number, draft)
    async with shop.work() as work:
        await work.invoices.add(invoice)
    return invoice


async def keep(shop: Shop, *payments: Payment) -> None:
    async with shop.work() as work:
        for payment in payments:
            await work.payments.add(payment)


async def load(shop: Shop, payment: Payment) -> Payment:
    async with shop.work() as work:
        return await work.payments.get(payment.id)


async def test_a_payment_comes_back_as_it_was_stored(shop: Shop) -> None:
    before = a_payment(await an_invoice_of(shop))
    payment = a_payment(
        await an_invoice_of(shop, "2026-035"), "71.93", applied=Money(4711, "EUR"), reversed_at=REVERSED_AT,
        method="Scheck №5", version=3, provider_id="pi_7", refunds=before.id, move=IDS.new(),
        discount_minor=173,
    )  # fmt: skip
    await keep(shop, before, payment)

    stored = await load(shop, payment)

    assert stored == payment
    assert [field.name for field in fields(payment) if getattr(payment, field.name) == field.default] == []


async def test_only_the_reversal_of_a_payment_can_be_changed(shop: Shop) -> None:
    payment = a_payment(await an_invoice_of(shop))
    await keep(shop, payment)
    forged = replace(payment, amount=Money(1, "EUR"), method="forged", reversed_at=REVERSED_AT)

    async with shop.work() as work:
        await work.payments.save(forged)

    assert await load(shop, payment) == replace(payment, reversed_at=REVERSED_AT, version=1)


async def test_a_payment_changed_since_is_not_overwritten(shop: Shop) -> None:
    payment = a_payment(await an_invoice_of(shop))
    await keep(shop, payment, other := a_payment(await an_invoice_of(shop, "2026-032")))
    async with shop.work() as work:
        await work.payments.save(replace(payment, reversed_at=REVERSED_AT))

    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.payments.save(replace(payment, reversed_at=None))

    assert await load(shop, other) == other


async def test_the_payments_of_an_invoice_come_in_order_without_reversed_ones(shop: Shop) -> None:
    invoice, other = await an_invoice_of(shop), await an_invoice_of(shop, "2026-033")
    first, second, third = (a_payment(invoice, amount) for amount in ("3.01", "5.03", "7.09"))
    await keep(shop, third, replace(second, reversed_at=REVERSED_AT), first, a_payment(other))

    async with shop.work() as work:
        listed = await work.payments.list_of(invoice.id)

    assert listed == [first, third]


async def test_credit_is_what_was_overpaid_per_currency(shop: Shop) -> None:
    euro, yen = await an_invoice_of(shop), await an_invoice_of(shop, "2026-034", "JPY")
    over = a_payment(euro, "20.00", applied=Money(1377, "EUR"))
    await keep(
        shop,
        over,
        replace(a_payment(euro, "9.00"), applied=Money(889, "EUR")),
        a_payment(euro, "11.00"),
        replace(a_payment(euro, "50.00"), applied=Money(0, "EUR"), reversed_at=REVERSED_AT),
        a_payment(yen, "501", applied=Money(119, "JPY")),
    )

    async with shop.work() as work:
        credit = await work.payments.credits_of(shop.client.id)
        nobody = await work.payments.credits_of(a_client().id)

    assert credit == [Money(634, "EUR"), Money(382, "JPY")]
    assert nobody == []


async def test_a_neighbours_payment_is_not_found_changed_listed_or_credited(
    shop: Shop, neighbour: Shop
) -> None:
    invoice = await an_invoice_of(neighbour)
    payment = a_payment(invoice, "80.00", applied=Money(1, "EUR"))
    await keep(neighbour, payment)

    async with shop.work() as work:
        listed = await work.payments.list_of(invoice.id)
        credit = await work.payments.credits_of(neighbour.client.id)

    assert (listed, credit) == ([], [])
    with pytest.raises(NotFound):
        await load(shop, payment)
    with pytest.raises(Conflict):
        async with shop.work() as work:
            await work.payments.save(replace(payment, reversed_at=REVERSED_AT))


async def test_a_payment_cannot_name_a_neighbours_invoice(shop: Shop, neighbour: Shop) -> None:
    theirs = await an_invoice_of(neighbour)

    with pytest.raises(Conflict):
        await keep(shop, replace(a_payment(theirs), client_id=shop.client.id))


@pytest.mark.parametrize(
    ("amount", "applied"), [(0, 0), (500, 501), (500, -1), (-500, -501), (-500, 1), (-500, 500)]
)
async def test_the_database_itself_refuses_impossible_sums(shop: Shop, amount: int, applied: int) -> None:
    payment = a_payment(await an_invoice_of(shop), applied=Money(applied, "EUR"))
    other = a_payment(await an_invoice_of(shop, "2026-036"))
    await keep(shop, other)

    with pytest.raises(Conflict):
        await keep(shop, replace(payment, amount=Money(amount, "EUR"), refunds=other.id))


async def test_money_does_not_go_back_without_a_payment_that_it_came_from(shop: Shop) -> None:
    payment = a_payment(await an_invoice_of(shop), "-5.00")

    with pytest.raises(Conflict):
        await keep(shop, payment)


def back(payment: Payment, amount: int, applied: int, **changes: Any) -> Payment:
    currency = payment.amount.currency
    entry = replace(payment, id=IDS.new(), refunds=payment.id, method="refund", provider_id="")
    return replace(entry, amount=Money(amount, currency), applied=Money(applied, currency), **changes)


async def test_what_went_back_is_listed_with_its_payment_and_lowers_the_credit(shop: Shop) -> None:
    euro, yen = await an_invoice_of(shop), await an_invoice_of(shop, "2026-037", "JPY")
    over = a_payment(euro, "20.00", applied=Money(1377, "EUR"))
    all_back = a_payment(yen, "501", applied=Money(119, "JPY"))
    entries = [
        back(over, -700, -219), back(all_back, -501, -119), back(over, -3, 0, reversed_at=REVERSED_AT),
        back(over, 11, 0, method="dispute_won"),
    ]  # fmt: skip
    await keep(shop, over, all_back, *entries)

    async with shop.work() as work:
        credit = await work.payments.credits_of(shop.client.id)
        of_one = await work.payments.list_refunds(over.id)
        of_invoice = await work.payments.list_of(euro.id)

    assert credit == [Money(623 - 481 + 11, "EUR")]
    assert of_one == [entries[0], entries[3]]
    assert of_invoice == [over, *of_one]


async def test_what_the_provider_names_is_booked_once_in_a_business(shop: Shop, neighbour: Shop) -> None:
    booked = a_payment(await an_invoice_of(shop), provider_id="pi_once")
    theirs = a_payment(await an_invoice_of(neighbour), provider_id="pi_once")
    by_hand = [a_payment(await an_invoice_of(shop, f"2026-{number}")) for number in ("038", "039")]
    await keep(shop, booked, *by_hand)
    await keep(neighbour, theirs)

    with pytest.raises(Conflict):
        await keep(shop, a_payment(await an_invoice_of(shop, "2026-040"), provider_id="pi_once"))

    async with shop.work() as work:
        found = [await work.payments.find_provider(name) for name in ("pi_once", "pi_never", "")]
    assert found == [booked, None, None]
