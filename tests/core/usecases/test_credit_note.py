"""Credit notes against payments, refunds and other invoices: what is owed and what is credit, to the cent."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.audit import Action, Entry
from core.credit_note import CreditNote
from core.credited_lines import Pick, Picks
from core.errors import BillhookError, Conflict, InvalidInput
from core.invoice import Invoice, Kind, LinePart, Preceding
from core.money import Money
from core.party import DEFAULT_ACCENT
from core.payment import Payment
from core.usecases.client_credit import refund, take_back_move, use_credit
from core.usecases.credit_note import Credited, Wanted, credit, void_credit_note
from core.usecases.invoice import void
from core.usecases.payment import record_payment, reverse_payment
from core.usecases.undo import undo
from storage.engine import Storage
from tests.builders.core import a_draft, a_full_draft, a_line
from tests.storage.shop import Shop

TODAY = date(2026, 3, 5)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


async def issued(shop: Shop, paid: int = 0) -> Invoice:
    """Over EUR 119.00."""
    invoice, _entry = await shop.issue()
    if paid:
        async with shop.desk() as desk:
            await record_payment(desk, await desk.work.invoices.lock(invoice.id), eur(paid), TODAY, "cash")
    return await shop.invoice(invoice.id)


async def credited(shop: Shop, invoice: Invoice, wanted: Wanted = None) -> Credited:
    async with shop.desk() as desk:
        return await credit(desk, await desk.work.invoices.lock(invoice.id), wanted, "late")


async def given_back(shop: Shop, invoice: Invoice, minor: int | None = None) -> list[tuple[Payment, Entry]]:
    async with shop.desk() as desk:
        amount = None if minor is None else eur(minor)
        return await refund(desk, await desk.work.invoices.lock(invoice.id), amount, TODAY, "transfer")


async def used(shop: Shop, invoice: Invoice) -> Payment:
    async with shop.desk() as desk:
        return (await use_credit(desk, invoice.id)).payment


async def sums(shop: Shop, invoice: Invoice) -> tuple[int, int, int, int]:
    """Paid, credited, owed, and all that the client has as credit."""
    now = await shop.invoice(invoice.id)
    async with shop.work() as work:
        known = await work.payments.credits_of(shop.client.id)
    return now.paid.minor, now.credited_minor, now.balance.minor, sum(one.minor for one in known)


async def voided(shop: Shop, credit_note: CreditNote) -> Credited:
    async with shop.desk() as desk:
        return await void_credit_note(desk, credit_note, "wrong")


async def test_it_lowers_what_is_due_and_the_rest_of_it_becomes_credit(shop: Shop) -> None:
    invoice = await issued(shop, paid=10000)

    made = await credited(shop, invoice, eur(4000))

    document = made.credit_note.document
    assert await sums(shop, invoice) == (7900, 4000, 0, 2100)
    assert made.freed == eur(2100)
    assert (document.number, document.kind) == ("CN2026-0001", Kind.CREDIT_NOTE)
    assert (made.entry.action, made.entry.label) == (Action.CREDIT_NOTE_ISSUED, "CN2026-0001")
    assert [invoice.issued.number in line.description for line in document.totals.lines] == [True]
    assert document.preceding == Preceding(invoice.issued.number, invoice.issued.issued_on)
    assert (await credited(shop, invoice)).credit_note.number == "CN2026-0002"
    assert await sums(shop, invoice) == (0, 11900, 0, 10000)
    with pytest.raises(Conflict, match="credited in full already"):
        await credited(shop, invoice)


async def test_the_last_cent_is_credited_too(shop: Shop) -> None:
    invoice = await issued(shop)
    await credited(shop, invoice, eur(11899))

    made = await credited(shop, await shop.invoice(invoice.id))

    assert made.credit_note.total == eur(1)
    assert await sums(shop, invoice) == (0, 11900, 0, 0)


async def test_two_at_once_never_credit_more_than_the_invoice(shop: Shop) -> None:
    invoice = await issued(shop)

    made = await asyncio.gather(
        *[credited(shop, invoice, eur(7000)) for _time in range(2)], return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in made) == ["Credited", "InvalidInput"]
    assert await sums(shop, invoice) == (0, 7000, 4900, 0)


async def test_line_after_line_with_vat_in_its_price_leaves_no_cent_in_a_rate(shop: Shop) -> None:
    lines = (a_line("1.00", "1"), a_line("1.16", "1"))
    invoice, _entry = await shop.issue(a_draft(shop.client.id, lines=lines, inclusive=True))

    made = [await credited(shop, await shop.invoice(invoice.id), (line,)) for line in lines]

    totals = [one.credit_note.document.totals for one in made]
    assert [one.payable.minor for one in totals] == [100, 116]
    assert sum(one.net.minor for one in totals) == invoice.issued.totals.net.minor
    assert sum(one.tax.minor for one in totals) == invoice.issued.totals.tax.minor
    assert [one.credit_note.document.inclusive for one in made] == [True, False]
    assert await sums(shop, invoice) == (0, 216, 0, 0)


async def test_an_invoice_with_a_credit_note_is_voided_only_after_that_is(shop: Shop) -> None:
    invoice = await issued(shop)
    made = await credited(shop, invoice, eur(1))

    with pytest.raises(Conflict, match="has a credit note"):
        async with shop.desk() as desk:
            await void(desk, await desk.work.invoices.lock(invoice.id), "wrong")
    await voided(shop, made.credit_note)

    async with shop.desk() as desk:
        await void(desk, await desk.work.invoices.lock(invoice.id), "wrong")
    with pytest.raises(Conflict, match="CN2026-0001 is void already"):
        await voided(shop, made.credit_note)


async def test_a_void_one_gives_back_what_it_took_and_leaves_its_number(shop: Shop) -> None:
    invoice = await issued(shop, paid=10000)
    made = await credited(shop, invoice, eur(4000))

    gone = await voided(shop, made.credit_note)

    assert await sums(shop, invoice) == (10000, 0, 1900, 0)
    assert gone.freed == eur(2100)
    assert (gone.entry.action, gone.entry.label) == (Action.CREDIT_NOTE_VOIDED, "CN2026-0001")
    assert (await credited(shop, invoice, eur(1))).credit_note.number == "CN2026-0002"


async def test_what_was_given_back_meanwhile_is_owed_again(shop: Shop) -> None:
    invoice = await issued(shop, paid=11900)
    made = await credited(shop, invoice, eur(3000))
    await given_back(shop, invoice, 1000)

    await voided(shop, made.credit_note)

    assert await sums(shop, invoice) == (10900, 0, 1000, 0)


async def test_only_credit_goes_back_and_a_refund_that_is_undone_is_credit_again(shop: Shop) -> None:
    invoice = await issued(shop, paid=11900)
    with pytest.raises(Conflict, match="Make a credit note first"):
        await given_back(shop, invoice, 1)
    await credited(shop, invoice, eur(3000))
    with pytest.raises(InvalidInput):
        await given_back(shop, invoice, 3001)

    ((entry, said),) = await given_back(shop, invoice)

    assert (entry.amount, entry.applied) == (eur(-3000), eur(0))
    assert await sums(shop, invoice) == (8900, 3000, 0, 0)
    async with shop.desk() as desk:
        await undo(desk, said)
    assert await sums(shop, invoice) == (8900, 3000, 0, 3000)


async def test_a_refund_comes_out_of_the_newest_payments_first(shop: Shop) -> None:
    invoice = await issued(shop, paid=5000)
    async with shop.desk() as desk:
        await record_payment(desk, await desk.work.invoices.lock(invoice.id), eur(6900), TODAY, "card")
    await credited(shop, invoice)

    yesterday = date(2026, 3, 4)
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        given = await refund(desk, locked, eur(6901), yesterday, "transfer")

    assert [(entry.amount.minor, entry.received_on) for entry, _said in given] == [
        (-6900, yesterday), (-1, yesterday),
    ]  # fmt: skip
    assert [entry.amount.minor for entry, _said in await given_back(shop, invoice, 1099)] == [-1099]
    assert await sums(shop, invoice) == (0, 11900, 0, 3900)


async def test_credit_settles_another_invoice_and_goes_back_when_that_is_undone(shop: Shop) -> None:
    first, second = await issued(shop, paid=14000), await issued(shop)

    payment = await used(shop, second)

    assert (payment.amount, payment.applied, payment.method) == (eur(2100), eur(2100), "credit")
    assert await sums(shop, second) == (2100, 0, 9800, 0)
    assert await sums(shop, first) == (11900, 0, 0, 0)
    with pytest.raises(Conflict, match="has no credit"):
        await used(shop, second)
    async with shop.desk() as desk:
        await take_back_move(desk, await desk.work.payments.get(payment.id))
    assert await sums(shop, second) == (0, 0, 11900, 2100)


async def test_credit_of_several_invoices_is_used_together_and_no_more_of_it_than_is_owed(shop: Shop) -> None:
    one, two, third = await issued(shop, paid=15000), await issued(shop, paid=21000), await issued(shop)

    await used(shop, third)

    assert await sums(shop, third) == (11900, 0, 0, 300)
    async with shop.work() as work:
        moved = [payment for payment in await work.payments.list_of(two.id) if payment.move]
        assert [payment.amount.minor for payment in moved] == [-8800]
        assert len(await work.payments.list_move(moved[0].move or moved[0].id)) == 3
    assert await sums(shop, one) == (11900, 0, 0, 300)


async def test_two_at_once_never_use_the_same_credit_twice(shop: Shop) -> None:
    await issued(shop, paid=14000)
    others = [await issued(shop) for _time in range(2)]

    done = await asyncio.gather(*[used(shop, one) for one in others], return_exceptions=True)

    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Payment"]
    assert sum([(await sums(shop, one))[0] for one in others]) == 2100


async def test_of_two_who_use_credit_and_take_back_what_it_came_by_only_one_does(shop: Shop) -> None:
    first, second, third = await issued(shop, paid=11900), await issued(shop), await issued(shop)
    await credited(shop, first)
    moved = await used(shop, second)
    await credited(shop, second)
    begun = asyncio.Event()

    async def taken_back() -> Payment:
        async with shop.desk() as desk:
            payment = await desk.work.payments.get(moved.id)
            begun.set()
            return await take_back_move(desk, payment)

    async with shop.desk() as desk:
        await use_credit(desk, third.id)
        other = asyncio.create_task(taken_back())
        if not shop.storage.is_sqlite:
            # There, what is read before the locks is of before this is committed.
            await begun.wait()
            await asyncio.sleep(0.1)

    with pytest.raises(Conflict, match="take that back first"):
        await other
    assert await sums(shop, third) == (11900, 0, 0, 0)


async def test_a_payment_whose_credit_was_used_is_not_taken_back(shop: Shop) -> None:
    first, second = await issued(shop, paid=14000), await issued(shop)
    await used(shop, second)
    async with shop.work() as work:
        payment = (await work.payments.list_of(first.id))[0]

    with pytest.raises(Conflict, match="take that back first"):
        async with shop.desk() as desk:
            await reverse_payment(desk, payment)

    assert await sums(shop, second) == (2100, 0, 9800, 0)


async def test_a_draft_is_not_credited_and_has_nothing_to_give_back(shop: Shop) -> None:
    draft, _entry = await shop.draft()

    for attempt in (credited, given_back):
        with pytest.raises(BillhookError):
            await attempt(shop, draft)


async def test_it_is_between_the_parties_of_the_invoice_and_names_the_lines_that_it_takes_off(
    shop: Shop,
) -> None:
    """In another currency the VAT stands there in euros, too."""
    full = replace(a_full_draft(shop.client.id), currency="USD", early=None)
    invoice, _entry = await shop.issue(full)
    half = Decimal("0.5")

    by_place = (await credited(shop, invoice, Picks((Pick(1, half),)))).credit_note
    typed = replace(full.lines[0], quantity=half)
    by_words = (await credited(shop, await shop.invoice(invoice.id), (typed,))).credit_note

    by_amount = (await credited(shop, await shop.invoice(invoice.id), Money(1_00, "USD"))).credit_note

    about, document = invoice.issued, by_place.document
    rate = about.rate
    assert rate is not None
    assert document == replace(
        about,
        number="CN2026-0001",
        issued_on=TODAY,
        due_on=TODAY,
        totals=document.totals,
        note="late",
        inclusive=False,
        kind=Kind.CREDIT_NOTE,
        preceding=Preceding(about.number, about.issued_on, (LinePart(1, half),)),
        home_tax=rate.convert(document.totals.tax),
        quoted=None,
    )
    assert by_words.document.preceding == document.preceding
    assert [line.quantity for line in document.totals.lines] == [half]
    assert (by_amount.document.discount, by_amount.document.preceding) == (
        None, Preceding(about.number, about.issued_on),
    )  # fmt: skip


async def test_its_looks_are_those_of_the_plan_of_today(selling: Storage, shop: Shop) -> None:
    invoice = await issued(shop)

    document = (await credited(shop, invoice, eur(1))).credit_note.document

    assert (document.accent, document.branded) == (DEFAULT_ACCENT, True)
    assert shop.business.accent != DEFAULT_ACCENT
