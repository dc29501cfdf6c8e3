"""What a quote was billed with comes back only where nothing else has taken its place meanwhile."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from core.early import EarlyTerms
from core.errors import Conflict
from core.invoice import Invoice
from core.money import Money
from core.usecases.billing import bill, bill_deposit
from core.usecases.credit_note import credit, void_credit_note
from core.usecases.invoice import change_draft, discard_draft, issue, void
from core.usecases.payment import record_payment
from core.usecases.undo import undo
from tests.core.usecases.test_quote import HALF, accepted, deposit, pay, rest
from tests.storage.shop import Shop

DATABASES = ("sqlite",)
Again = Callable[[], Awaitable[None]]


async def voided(shop: Shop, invoice: Invoice) -> Again:
    """What takes that back."""
    async with shop.desk() as desk:
        _void, entry = await void(desk, await desk.work.invoices.lock(invoice.id), "wrong")

    async def again() -> None:
        async with shop.desk() as desk:
            await undo(desk, entry)

    return again


async def credited(shop: Shop, invoice: Invoice) -> Again:
    """Likewise."""
    async with shop.desk() as desk:
        made = await credit(desk, await desk.work.invoices.lock(invoice.id), None, "wrong")

    async def again() -> None:
        async with shop.desk() as desk:
            await void_credit_note(desk, made.credit_note, "right after all")

    return again


WAYS = pytest.mark.parametrize("end", [voided, credited])


@WAYS
async def test_an_invoice_does_not_count_again_beside_another_one_of_its_quote(
    shop: Shop, end: Callable[[Shop, Invoice], Awaitable[Again]]
) -> None:
    quote = await accepted(shop)
    first = await rest(shop, quote)
    again = await end(shop, first)
    async with shop.desk() as desk:
        draft, _entry = await bill(desk, quote)

    with pytest.raises(Conflict, match="drafted already"):
        await again()
    async with shop.desk() as desk:
        await discard_draft(desk, draft)
    await again()

    assert (await shop.invoice(first.id)).balance == quote.total


@WAYS
async def test_neither_does_a_rest_whose_deposits_are_others_by_now(
    shop: Shop, end: Callable[[Shop, Invoice], Awaitable[Again]]
) -> None:
    quote = await accepted(shop)
    await pay(shop, await deposit(shop, quote, HALF))
    again = await end(shop, await rest(shop, quote))
    await pay(shop, await deposit(shop, quote, HALF))

    with pytest.raises(
        Conflict, match="Deposits on Q2026-0001 were billed or credited since, so 2026-002 stays"
    ):
        await again()


async def test_nor_one_whose_early_discount_comes_back_with_its_payment(shop: Shop) -> None:
    quote = await accepted(shop)
    async with shop.desk() as desk:
        draft, _entry = await bill(desk, quote)
        early = replace(draft.draft, early=EarlyTerms(Decimal(2), 7))
        first, _entry = await issue(desk, (await change_draft(desk, draft, early))[0])
        amount = Money(45472, "EUR")
        _paid, _payment, entry = await record_payment(desk, first, amount, desk.today, "transfer")
        await credit(desk, await desk.work.invoices.lock(first.id), None, "wrong")
    second = await rest(shop, quote)

    with pytest.raises(Conflict, match="billed already"):
        async with shop.desk() as desk:
            await undo(desk, entry)
    async with shop.desk() as desk:
        await void(desk, await desk.work.invoices.lock(second.id), "wrong")
    async with shop.desk() as desk:
        await undo(desk, entry)

    assert (await shop.invoice(first.id)).balance == Money(928, "EUR")


async def test_nor_a_deposit_for_which_no_room_is_left(shop: Shop) -> None:
    quote = await accepted(shop)
    first = await deposit(shop, quote, HALF)
    again = await voided(shop, first)
    await deposit(shop, quote, HALF)
    async with shop.desk() as desk:
        third, _entry = await bill_deposit(desk, quote, HALF)

    with pytest.raises(
        Conflict, match="Deposits on Q2026-0001 were billed or credited since, so 2026-001 stays"
    ):
        await again()
    async with shop.desk() as desk:
        await discard_draft(desk, third)
    await again()

    assert (await shop.invoice(first.id)).balance == first.total


async def test_of_two_deposits_neither_is_credited_while_the_rest_of_the_quote_stands(shop: Shop) -> None:
    quote = await accepted(shop)
    both = [await deposit(shop, quote, HALF) for _time in range(2)]
    for one in both:
        await pay(shop, one)
    last = await rest(shop, quote)

    for one in both:
        with pytest.raises(Conflict, match=f"that {last.issued.number} billed to its end"):
            await credited(shop, await shop.invoice(one.id))
