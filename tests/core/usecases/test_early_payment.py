"""A discount for paying early lives and goes with its payment, and no credit note gives it a second time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.early import EarlyTerms
from core.errors import Conflict
from core.invoice import Invoice
from core.money import Money
from core.payment import Payment
from core.usecases.client_credit import use_credit
from core.usecases.credit_note import credit, void_credit_note
from core.usecases.payment import record_payment, reverse_payment
from core.usecases.undo import undo
from tests.builders.core import a_draft
from tests.storage.shop import Shop

TODAY = date(2026, 3, 5)


async def paid_early(shop: Shop, minor: int = 11662) -> tuple[Invoice, Payment]:
    """EUR 119.00, of which 2.38 are off."""
    invoice, _entry = await shop.issue(a_draft(shop.client.id, early=EarlyTerms(Decimal(2), 10)))
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        saved, payment, _entry = await record_payment(desk, locked, Money(minor, "EUR"), TODAY, "transfer")
    return saved, payment


async def test_it_settles_the_invoice_and_is_taken_back_with_the_payment(shop: Shop) -> None:
    invoice, payment = await paid_early(shop)
    assert (invoice.paid.minor, invoice.credited.minor, invoice.balance.minor) == (11662, 238, 0)

    async with shop.desk() as desk:
        stored = await desk.work.payments.get(payment.id)
        taken_back, after = await reverse_payment(desk, stored)

    assert (stored.discount, stored.applied, stored.credit.minor) == (Money(238, "EUR"), payment.amount, 0)
    assert (after.paid.minor, after.credited.minor, after.balance.minor) == (0, 0, 11900)
    assert taken_back.discount_minor == 238


async def test_a_credit_note_over_all_of_it_leaves_the_discount_out(shop: Shop) -> None:
    invoice, _payment = await paid_early(shop)

    async with shop.desk() as desk:
        made = await credit(desk, await desk.work.invoices.lock(invoice.id), None, "late")
        after = await desk.work.payments.credits_of(shop.client.id)

    totals = made.credit_note.document.totals
    assert (totals.net.minor, totals.tax.minor, totals.payable.minor) == (9800, 1862, 11662)
    assert (made.invoice.paid.minor, made.invoice.credited.minor, made.freed.minor) == (0, 11900, 11662)
    assert list(after) == [Money(11662, "EUR")]

    async with shop.desk() as desk:
        void = await void_credit_note(desk, made.credit_note, "oops")
    assert (void.invoice.paid.minor, void.invoice.credited.minor, void.invoice.balance.minor) == (
        11662,
        238,
        0,
    )


async def test_what_settled_it_together_with_the_discount_is_taken_back_after_it(shop: Shop) -> None:
    invoice, _entry = await shop.issue(a_draft(shop.client.id, early=EarlyTerms(Decimal(2), 10)))
    entries = []
    for minor in (5000, 6662):
        async with shop.desk() as desk:
            locked = await desk.work.invoices.lock(invoice.id)
            amount = Money(minor, "EUR")
            entries.append((await record_payment(desk, locked, amount, TODAY, "transfer"))[2])
    assert (await shop.invoice(invoice.id)).credited.minor == 238

    with pytest.raises(Conflict, match="less a discount for paying early"):
        async with shop.desk() as desk:
            await undo(desk, entries[0])
    for entry in reversed(entries):
        async with shop.desk() as desk:
            await undo(desk, entry)

    assert (await shop.invoice(invoice.id)).balance.minor == 11900


async def test_neither_is_used_credit(shop: Shop) -> None:
    (over, _entry), (invoice, _) = [
        await shop.issue(a_draft(shop.client.id, early=EarlyTerms(Decimal(2), 10))) for _each in range(2)
    ]
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(over.id)
        await record_payment(desk, locked, Money(12900, "EUR"), TODAY, "transfer")
        used = await use_credit(desk, invoice.id)
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        saved, _payment, _entry = await record_payment(desk, locked, Money(10662, "EUR"), TODAY, "transfer")
    assert (saved.balance.minor, saved.credited.minor) == (0, 238)

    with pytest.raises(Conflict, match="less a discount for paying early"):
        async with shop.desk() as desk:
            await undo(desk, used.entry)

    assert (await shop.invoice(invoice.id)).balance.minor == 0


async def test_after_a_credit_note_the_discount_is_that_share_of_the_rest(shop: Shop) -> None:
    invoice, _entry = await shop.issue(a_draft(shop.client.id, early=EarlyTerms(Decimal(2), 10)))
    async with shop.desk() as desk:
        await credit(desk, await desk.work.invoices.lock(invoice.id), Money(1900, "EUR"), "late")

    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        saved, payment, _entry = await record_payment(desk, locked, Money(9800, "EUR"), TODAY, "transfer")

    assert (payment.discount.minor, saved.balance.minor, saved.credited.minor) == (200, 0, 2100)
