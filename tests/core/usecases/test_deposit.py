"""A deposit on a draft that was never a quote: an order stands behind it, and the rest takes the deposit off."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import Conflict, InvalidInput
from core.invoice import Part, Quoted, State
from core.money import Money
from core.quote import QuoteState
from core.quote_ports import QuoteFilter
from core.terms import Terms
from core.usecases.billing import Asked, bill, take_deposit
from core.usecases.invoice import create_draft, issue
from core.usecases.payment import record_payment
from core.views import InvoiceFilter
from tests.builders.core import VAT_7, a_draft, a_full_draft, a_line
from tests.storage.shop import Shop

DATABASES = ("sqlite",)
THIRD = Asked(percent=Decimal(30))
TWO_RATES = (a_line("100", "3"), a_line("50", "2", tax=VAT_7))
"""464.00 EUR with 57.00 and 7.00 of VAT."""


async def test_a_deposit_is_taken_in_the_place_of_a_draft_and_the_rest_takes_it_off(shop: Shop) -> None:
    draft = a_draft(shop.client.id, lines=TWO_RATES, due=Terms(days=5))
    async with shop.desk() as desk:
        before, _entry = await create_draft(desk, draft)
        deposit, quote, _entry = await take_deposit(desk, before.draft, THIRD, before)
        issued, _entry = await issue(desk, await desk.work.invoices.lock(deposit.id))
        await record_payment(
            desk, await desk.work.invoices.lock(issued.id), issued.balance, desk.today, "cash"
        )
        rest, _entry = await bill(desk, await desk.work.quotes.lock(quote.id))

    assert (quote.state, quote.label, quote.total) == (QuoteState.ACCEPTED, "Q2026-0001", Money(46400, "EUR"))
    assert issued.draft.quoted == Quoted(quote.id, "Q2026-0001", Part.DEPOSIT)
    assert issued.issued.totals.payable == Money(13920, "EUR")
    assert [(int(row.tax.rate), row.amount.minor) for row in issued.issued.totals.tax_rows] == [
        (19, 1710),
        (7, 210),
    ]
    assert issued.issued.due_on == Terms(days=5).due(issued.issued.issued_on)
    assert issued.issued.note == "For: Work at 100; Work at 50"
    assert (rest.total, [one.gross.minor for one in rest.draft.prepaid]) == (Money(32480, "EUR"), [13920])
    async with shop.desk() as desk:
        drafts = await desk.work.invoices.list_page(InvoiceFilter.DRAFT, desk.today, None, None, 9)
    assert [row.id for row in drafts.rows] == [rest.id]


async def test_what_only_an_invoice_says_is_left_to_the_invoices(shop: Shop) -> None:
    full = replace(a_full_draft(shop.client.id), due=Terms(days=14))

    async with shop.desk() as desk:
        deposit, quote, _entry = await take_deposit(desk, full, Asked(amount=Decimal("12.34")))
        rest, _entry = await issue(desk, deposit)

    assert (quote.draft.early, quote.draft.issue_on, quote.draft.delivered_on) == (None, None, None)
    assert quote.draft.lines == full.lines
    assert (rest.total, rest.state) == (Money(1234, "EUR"), State.ISSUED)
    assert rest.issued.note.startswith(full.note)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(percent=Decimal(0)), "more than nothing"),
        (Asked(amount=Decimal("464.01"), field="deposit"), "more than the total of EUR 464.00"),
    ],
)
async def test_a_deposit_of_nothing_or_of_too_much_changes_nothing(
    shop: Shop, asked: Asked, message: str
) -> None:
    async with shop.desk() as desk:
        before, _entry = await create_draft(desk, a_draft(shop.client.id, lines=TWO_RATES))

    with pytest.raises(InvalidInput, match=message) as refused:
        async with shop.desk() as desk:
            await take_deposit(desk, before.draft, asked, before)

    assert refused.value.field == asked.field
    async with shop.desk() as desk:
        assert await desk.work.invoices.get(before.id) == before
        assert (await desk.work.quotes.list_page(QuoteFilter.ALL, None, None, 9)).rows == ()


async def test_a_deposit_on_a_deposit_or_on_what_is_issued_is_refused(shop: Shop) -> None:
    async with shop.desk() as desk:
        deposit, _quote, _entry = await take_deposit(desk, a_draft(shop.client.id, lines=TWO_RATES), THIRD)
        with pytest.raises(Conflict, match="It bills the quote Q2026-0001 already"):
            await take_deposit(desk, deposit.draft, THIRD, deposit)
    issued, _entry = await shop.issue()

    with pytest.raises(Conflict, match="is issued already"):
        async with shop.desk() as desk:
            await take_deposit(desk, issued.draft, THIRD, issued)
