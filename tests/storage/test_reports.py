"""What reports read: debts by age, a client's account, revenue and taxes, of one business and on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from core.invoice import Invoice, Period
from core.money import Money
from core.payment import Payment
from core.report import AccountEntry, Age, DaySum, EntryKind, TaxedDay
from core.tax import TaxCategory
from core.usecases.billing import Asked as Share
from core.usecases.billing import bill, bill_deposit
from core.usecases.invoice import change_draft, issue, void
from core.usecases.payment import record_payment, reverse_payment
from core.usecases.quote import accept, create_quote, issue_quote
from storage.frozen import groups_of
from tests.builders.core import IDS, VAT_7, a_client, a_draft, a_line, a_payment
from tests.storage.shop import Shop

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
DAYS = Period(date(2026, 3, 1), date(2026, 3, 4))
TODAY = date(2026, 3, 5)


async def billed(shop: Shop, on: date, due: date = date(2026, 4, 20), currency: str = "EUR") -> Invoice:
    """119.00 of the currency."""
    return (await shop.issue(a_draft(shop.client.id, due=due, currency=currency, issue_on=on)))[0]


async def pay(shop: Shop, invoice: Invoice, minor: int, on: date) -> Payment:
    async with shop.desk() as desk:
        seen = await desk.work.invoices.get(invoice.id)
        money = Money(minor, invoice.total.currency)
        return (await record_payment(desk, seen, money, on, "transfer"))[1]


async def test_what_is_owed_is_told_apart_by_age_client_and_currency(shop: Shop, neighbour: Shop) -> None:
    await billed(neighbour, date(2026, 3, 1))
    other = a_client("Bär")
    async with shop.work() as work:
        await work.clients.add(other)
    half = await billed(shop, date(2025, 11, 1), date(2026, 3, 4))
    await pay(shop, half, 1900, date(2026, 3, 1))
    for due in (date(2026, 3, 5), date(2026, 2, 2), date(2026, 1, 4), date(2025, 12, 5), date(2025, 12, 4)):
        await billed(shop, date(2025, 11, 1), due)
    await shop.issue(a_draft(other.id, due=date(2026, 3, 6), currency="CHF", issue_on=date(2026, 3, 1)))
    paid = await billed(shop, date(2026, 3, 1))
    await pay(shop, paid, 11900, date(2026, 3, 1))

    async with shop.work() as work:
        rows = await work.reports.aging(TODAY)

    found = {(row.client, row.owed[0].currency): [money.minor for money in row.owed] for row in rows}
    assert found == {
        (shop.client.name, "EUR"): [11900, 10000, 11900 + 11900, 11900, 11900],
        ("Bär", "CHF"): [11900, 0, 0, 0, 0],
    }
    assert len(Age) == 5


async def test_an_account_holds_what_was_billed_and_paid_and_nothing_that_was_taken_back(shop: Shop) -> None:
    first, second = await billed(shop, date(2026, 2, 10)), await billed(shop, date(2026, 3, 2))
    gone = await billed(shop, date(2026, 3, 3))
    kept = await pay(shop, first, 11900 + 700, date(2026, 3, 3))
    wrong = await pay(shop, second, 5000, date(2026, 3, 3))
    await pay(shop, second, 1000, date(2026, 3, 5))
    async with shop.desk() as desk:
        await void(desk, await desk.work.invoices.lock(gone.id), "typo")
        await reverse_payment(desk, await desk.work.payments.get(wrong.id))
        await desk.work.payments.add(
            a_payment(first, "-7", applied=Money(0, "EUR"), refunds=kept.id, received_on=date(2026, 3, 4))
        )

    async with shop.work() as work:
        openings = await work.reports.openings(shop.client.id, DAYS.start)
        entries = await work.reports.entries(shop.client.id, DAYS, 9)
        few = await work.reports.entries(shop.client.id, DAYS, 2)
        later = await work.reports.openings(shop.client.id, date(2026, 3, 6))
        nobody = await work.reports.entries(IDS.new(), DAYS, 9)

    assert openings == [Money(11900, "EUR")]
    assert entries == [
        AccountEntry(date(2026, 3, 2), EntryKind.INVOICE, second.issued.number, Money(11900, "EUR"), date(2026, 4, 20)),
        AccountEntry(date(2026, 3, 3), EntryKind.PAYMENT, first.issued.number, Money(-12600, "EUR")),
        AccountEntry(date(2026, 3, 4), EntryKind.REFUND, first.issued.number, Money(700, "EUR")),
    ]  # fmt: skip
    assert (few, nobody) == (entries[:2], [])
    assert later == [Money(11900 - 1000, "EUR")]


async def test_revenue_and_taxes_are_summed_by_day_currency_and_rate(shop: Shop, neighbour: Shop) -> None:
    await billed(neighbour, date(2026, 3, 2))
    for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 31)):
        await billed(shop, day)
    await billed(shop, date(2026, 3, 1), currency="CHF")
    gone = await billed(shop, date(2026, 3, 1))
    paid = await billed(shop, date(2026, 4, 1))
    await pay(shop, paid, 531, date(2026, 3, 5))
    await shop.draft(a_draft(shop.client.id, lines=(a_line(),)))
    async with shop.desk() as desk:
        await void(desk, await desk.work.invoices.lock(gone.id), "typo")

    async with shop.work() as work:
        taxes = await work.reports.billed(MARCH)
        invoiced = await work.reports.invoiced(MARCH)
        received = await work.reports.received(MARCH)

    def taxed(on: date, currency: str, times: int) -> TaxedDay:
        net, tax = Money(10000 * times, currency), Money(1900 * times, currency)
        return TaxedDay(on, TaxCategory.STANDARD, Decimal(19), net, tax)

    first, last = date(2026, 3, 1), date(2026, 3, 31)
    by_day = [taxed(first, "CHF", 1), taxed(first, "EUR", 2), taxed(last, "EUR", 1)]
    assert sorted(taxes, key=lambda row: (row.on, row.net.currency)) == by_day
    sums = [DaySum(row.on, row.net + row.tax) for row in by_day]
    assert sorted(invoiced, key=lambda row: (row.on, row.amount.currency)) == sums
    assert received == [DaySum(date(2026, 3, 5), Money(531, "EUR"))]


async def test_a_deposit_counts_once_on_the_day_of_its_own_invoice(shop: Shop) -> None:
    async with shop.desk() as desk:
        draft = a_draft(shop.client.id, lines=(a_line("100", "3"), a_line("50", "2", tax=VAT_7)))
        quote, _entry = await create_quote(desk, draft, date(2026, 3, 31))
        accepted, _entry = await accept(desk, (await issue_quote(desk, quote))[0])
        asked, _entry = await bill_deposit(desk, accepted, Share(percent=Decimal(30)))
        asked, _entry = await change_draft(desk, asked, replace(asked.draft, issue_on=date(2026, 3, 2)))
        deposit, _entry = await issue(desk, asked)
        await record_payment(desk, deposit, deposit.total, TODAY, "cash")
        rest, _entry = await issue(desk, (await bill(desk, accepted))[0])

    async with shop.work() as work:
        taxes = await work.reports.billed(MARCH)
        invoiced = await work.reports.invoiced(MARCH)

    found = sorted((row.on, row.rate, row.net.minor, row.tax.minor) for row in taxes)
    assert found == [
        (date(2026, 3, 2), Decimal(7), 3000, 210), (date(2026, 3, 2), Decimal(19), 9000, 1710),
        (TODAY, Decimal(7), -3000, -210), (TODAY, Decimal(7), 10000, 700),
        (TODAY, Decimal(19), -9000, -1710), (TODAY, Decimal(19), 30000, 5700),
    ]  # fmt: skip
    assert sorted(invoiced, key=lambda row: row.on) == [
        DaySum(date(2026, 3, 2), deposit.total), DaySum(TODAY, rest.total),
    ]  # fmt: skip


def test_what_a_deposit_has_and_its_rest_has_lost_is_below_zero_whatever_its_rate_is_written_like() -> None:
    def rows(*found: tuple[str, int, int]) -> list[dict[str, Any]]:
        return [
            {"tax": {"category": "S", "rate": rate}, "basis": {"minor": net}, "amount": {"minor": tax}}
            for rate, net, tax in found
        ]

    row = SimpleNamespace(
        tax_rows=json.dumps(rows(("19", 30000, 5700))),
        prepaid=json.dumps([{"tax_rows": rows(("19.0", 9000, 1710), ("7", 3000, 210))}]),
    )

    assert list(groups_of(cast(Any, row))) == [
        (TaxCategory.STANDARD, Decimal(19), 21000, 3990), (TaxCategory.STANDARD, Decimal(7), -3000, -210)
    ]  # fmt: skip
