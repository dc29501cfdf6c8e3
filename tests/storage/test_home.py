"""The overview's numbers: per currency, by the business's own day, and of one business only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.early import EarlyTerms
from core.invoice import Invoice
from core.money import Money
from core.terms import Terms
from core.usecases.invoice import void
from core.usecases.payment import record_payment, reverse_payment
from core.views import CurrencyOverview, Overview
from tests.builders.core import a_draft, a_line
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

TODAY = date(2026, 3, 5)


async def billed(shop: Shop, due: date, currency: str = "EUR", on: date | None = None) -> Invoice:
    """119.00 of the currency."""
    return (await shop.issue(a_draft(shop.client.id, due=due, currency=currency, issue_on=on)))[0]


async def numbers(shop: Shop, today: date = TODAY) -> Overview:
    async with shop.work() as work:
        return await work.invoices.overview(today)


async def test_a_new_business_has_nothing_to_say(shop: Shop) -> None:
    assert await numbers(shop) == Overview((), 0)


async def test_late_and_soon_due_are_told_apart_by_the_day(shop: Shop) -> None:
    past = date(2026, 2, 20)
    for due in (date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 11), date(2026, 3, 12)):
        await billed(shop, due, on=past)

    (euro,) = (await numbers(shop)).currencies

    assert (euro.overdue, euro.overdue_count) == (Money(2 * 11900, "EUR"), 2)
    assert (euro.soon, euro.soon_count) == (Money(2 * 11900, "EUR"), 2)
    assert euro.issued == Money(0, "EUR")


async def test_no_sum_goes_over_two_currencies(shop: Shop) -> None:
    await billed(shop, date(2026, 3, 20))
    await billed(shop, date(2026, 3, 20), "CHF")
    await billed(shop, date(2026, 3, 20), "KWD")

    found = (await numbers(shop)).currencies

    assert [one.currency for one in found] == ["CHF", "EUR", "KWD"]
    assert [one.issued.minor for one in found] == [11900, 11900, 119000]


async def test_what_was_paid_is_not_owed_and_came_in(shop: Shop) -> None:
    invoice = await billed(shop, date(2026, 3, 4), on=date(2026, 3, 1))
    async with shop.desk() as desk:
        await record_payment(
            desk, await desk.work.invoices.lock(invoice.id), Money(1733, "EUR"), TODAY, "cash"
        )

    (euro,) = (await numbers(shop)).currencies

    assert euro == CurrencyOverview(
        Money(10167, "EUR"), 1, Money(0, "EUR"), 0, Money(11900, "EUR"), Money(1733, "EUR")
    )


async def test_what_was_taken_back_did_not_come_in(shop: Shop) -> None:
    invoice = await billed(shop, date(2026, 4, 4))
    async with shop.desk() as desk:
        payment = (
            await record_payment(
                desk, await desk.work.invoices.lock(invoice.id), Money(700, "EUR"), TODAY, "cash"
            )
        )[1]
        await reverse_payment(desk, payment)

    assert (await numbers(shop)).currencies[0].received == Money(0, "EUR")


async def test_the_month_is_the_calendar_s(shop: Shop, clock: FixedClock) -> None:
    for on in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)):
        await billed(shop, date(2026, 12, 1), on=on)

    assert [
        (await numbers(shop, today)).currencies[0].issued.minor
        for today in (date(2026, 3, 1), date(2026, 3, 31), date(2026, 2, 1), date(2026, 4, 30))
    ] == [2 * 11900, 2 * 11900, 11900, 11900]


async def test_void_invoices_count_nowhere(shop: Shop) -> None:
    invoice = await billed(shop, date(2026, 3, 4), on=date(2026, 3, 1))
    async with shop.desk() as desk:
        await void(desk, await desk.work.invoices.lock(invoice.id), "falsch")

    assert await numbers(shop) == Overview((), 0)


async def test_drafts_are_counted(shop: Shop) -> None:
    for count in range(3):
        await shop.draft(a_draft(shop.client.id, due=Terms(days=count)))

    assert (await numbers(shop)).drafts == 3


async def test_another_business_s_numbers_are_not_in_it(shop: Shop, neighbour: Shop) -> None:
    await billed(neighbour, date(2026, 3, 20))
    await neighbour.draft()
    await shop.issue(a_draft(shop.client.id, lines=(a_line("1", "1"),), tax=a_draft(shop.client.id).tax))

    (euro,) = (await numbers(shop)).currencies

    assert euro.issued == Money.of(Decimal("1.19"), "EUR")
    assert (await numbers(shop)).drafts == 0


async def test_a_discount_for_paying_early_lowers_what_was_issued_in_the_month_of_the_payment(
    shop: Shop,
) -> None:
    draft = a_draft(
        shop.client.id,
        due=date(2026, 4, 20),
        issue_on=date(2026, 2, 28),
        early=EarlyTerms(Decimal(2), 10),
    )
    invoice, _entry = await shop.issue(draft)
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        await record_payment(desk, locked, Money(11662, "EUR"), date(2026, 3, 2), "transfer")

    found = [(await numbers(shop, today)).currencies[0] for today in (date(2026, 2, 28), TODAY)]

    assert [(one.issued.minor, one.received.minor) for one in found] == [(11900, 0), (-238, 11662)]
