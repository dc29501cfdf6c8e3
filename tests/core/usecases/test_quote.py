"""The life of a quote, and the invoices that come of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.audit import Entry
from core.documents.export_tables import INVOICES, invoice_row
from core.errors import Conflict, InvalidInput
from core.invoice import Invoice, Kind, Part, State
from core.money import Money
from core.quote import Quote, QuoteState
from core.terms import Terms
from core.usecases.billing import Asked, bill, bill_deposit
from core.usecases.credit_note import credit, void_credit_note
from core.usecases.invoice import change_draft, discard_draft, issue, void
from core.usecases.payment import record_payment
from core.usecases.quote import (
    accept,
    answer_quote,
    change_quote,
    create_quote,
    decline,
    discard_quote,
    issue_quote,
    say_expired,
    withdraw,
)
from core.usecases.undo import undo
from tests.builders.core import VAT_7, a_draft, a_line
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

DATABASES = ("sqlite",)
HALF, THIRD = Asked(percent=Decimal(50)), Asked(percent=Decimal(30))
TWO_RATES = (a_line("100", "3"), a_line("50", "2", tax=VAT_7))
"""464.00 EUR with 57.00 and 7.00 of VAT."""


MONTH = Terms(days=30)


async def offered(shop: Shop, valid: Terms | date = MONTH, **changes: Any) -> tuple[Quote, Entry]:
    async with shop.desk() as desk:
        quote, _entry = await create_quote(desk, a_draft(shop.client.id, **changes), valid)
        return await issue_quote(desk, quote)


async def accepted(shop: Shop, **changes: Any) -> Quote:
    quote, _entry = await offered(shop, **{"lines": TWO_RATES, **changes})
    async with shop.desk() as desk:
        return (await accept(desk, quote))[0]


async def deposit(shop: Shop, quote: Quote, asked: Asked = THIRD) -> Invoice:
    async with shop.desk() as desk:
        return (await issue(desk, (await bill_deposit(desk, quote, asked))[0]))[0]


async def pay(shop: Shop, invoice: Invoice) -> None:
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(invoice.id)
        await record_payment(desk, locked, locked.balance, desk.today, "transfer")


async def rest(shop: Shop, quote: Quote) -> Invoice:
    async with shop.desk() as desk:
        return (await issue(desk, (await bill(desk, quote))[0]))[0]


async def test_an_issued_quote_is_frozen_under_a_number_of_its_own_series(shop: Shop) -> None:
    first, _entry = await offered(shop)
    second, _entry = await offered(shop, date(2026, 5, 29))
    invoice, _entry = await shop.issue()

    document = first.issued
    assert [first.label, second.label] == ["Q2026-0001", "Q2026-0002"]
    assert invoice.issued.number == "2026-001"
    assert (document.kind, document.iban, document.terms) == (Kind.QUOTE, "", "")
    assert (document.valid_until, second.valid_until) == (
        document.issued_on + timedelta(days=30),
        date(2026, 5, 29),
    )
    assert first.total == Money(11900, "EUR")


@pytest.mark.parametrize("valid", [date(2026, 3, 1), date(2031, 1, 1)])
async def test_a_quote_is_not_valid_until_yesterday_nor_for_ever(shop: Shop, valid: date) -> None:
    with pytest.raises(InvalidInput, match="valid until"):
        await offered(shop, valid)


async def test_a_draft_can_be_changed_and_discarded_and_an_issued_quote_cannot(shop: Shop) -> None:
    async with shop.desk() as desk:
        quote, _entry = await create_quote(desk, a_draft(shop.client.id), Terms(days=30))
        longer = replace(quote.draft, lines=(*quote.draft.lines, a_line("10", "1")))
        changed, _entry = await change_quote(desk, quote, longer, Terms(days=60))
        issued, _entry = await issue_quote(desk, changed)
        assert (issued.total, issued.valid_until) == (Money(13090, "EUR"), desk.today + timedelta(days=60))
        for refused in (change_quote(desk, issued, longer, Terms()), discard_quote(desk, issued)):
            with pytest.raises(Conflict, match="Q2026-0001 is issued"):
                await refused
        other, _entry = await create_quote(desk, a_draft(shop.client.id), Terms(days=30))
        entry = await discard_quote(desk, other)
        back = await undo(desk, entry)

    assert back == other


async def test_a_quote_is_decided_once_except_that_a_no_may_become_a_yes(shop: Shop) -> None:
    quote, _entry = await offered(shop)

    async with shop.desk() as desk:
        declined, _entry = await decline(desk, quote)
        with pytest.raises(Conflict, match="is declined already"):
            await decline(desk, declined)
        yes, _entry = await accept(desk, declined)
        with pytest.raises(Conflict, match="is accepted already"):
            await accept(desk, yes)
        gone, _entry = await withdraw(desk, yes)
        with pytest.raises(Conflict, match="is withdrawn"):
            await accept(desk, gone)

    assert (declined.state, declined.next_at) == (QuoteState.DECLINED, None)
    assert (yes.state, yes.decided_by, yes.by_client) == (QuoteState.ACCEPTED, shop.owner.name, False)


async def test_a_client_decides_under_their_name_while_the_quote_holds(shop: Shop, clock: FixedClock) -> None:
    quote, _entry = await offered(shop)
    for name in (" ", "x" * 121, "a\x00b"):
        async with shop.desk() as desk:
            with pytest.raises(InvalidInput, match="name"):
                await answer_quote(desk, quote, name, yes=True)

    async with shop.desk() as desk:
        answered, entry = await answer_quote(desk, quote, " Ada  King ", yes=True)
        with pytest.raises(Conflict, match="accepted already"):
            await answer_quote(desk, answered, "Ada", yes=False)

    assert (answered.decided_by, answered.by_client, answered.decided_at) == ("Ada King", True, clock.at)
    assert not entry.undoable(clock.at)


async def test_an_expired_quote_is_told_once_and_only_the_business_may_still_accept_it(
    shop: Shop, clock: FixedClock
) -> None:
    quote, _entry = await offered(shop)
    told = []
    clock.at += timedelta(days=29)
    async with shop.desk() as desk:
        told.append(await say_expired(desk, await desk.work.quotes.lock(quote.id)))
    clock.at += timedelta(days=2)
    for _count in range(2):
        async with shop.desk() as desk:
            told.append(await say_expired(desk, await desk.work.quotes.lock(quote.id)))

    async with shop.desk() as desk:
        now = await desk.work.quotes.lock(quote.id)
        with pytest.raises(Conflict, match="was valid until"):
            await answer_quote(desk, now, "Ada", yes=True)
        agreed, _entry = await accept(desk, now)

    assert told == [False, True, False]
    assert agreed.state is QuoteState.ACCEPTED


async def test_each_step_can_be_taken_back(shop: Shop) -> None:
    async with shop.desk() as desk:
        quote, drafted = await create_quote(desk, a_draft(shop.client.id), Terms(days=30))
        await undo(desk, drafted)
        quote, _entry = await create_quote(desk, a_draft(shop.client.id), Terms(days=30))
        changed, changing = await change_quote(desk, quote, quote.draft, Terms(days=7))
        as_before = await undo(desk, changing)
    assert isinstance(as_before, Quote)
    async with shop.desk() as desk:
        issued, _entry = await issue_quote(desk, as_before)
        _yes, accepting = await accept(desk, issued)
        again = await undo(desk, accepting)
    async with shop.desk() as desk:
        _other, issuing = await issue_quote(desk, (await create_quote(desk, quote.draft, Terms(days=3)))[0])
        withdrawn = await undo(desk, issuing)

    assert changed.valid == Terms(days=7)
    assert as_before.valid == Terms(days=30)
    assert isinstance(again, Quote)
    assert isinstance(withdrawn, Quote)
    assert (again.state, again.next_at) == (QuoteState.OPEN, issued.next_at)
    assert (withdrawn.state, withdrawn.label) == (QuoteState.WITHDRAWN, "Q2026-0002")


async def test_only_an_accepted_quote_is_billed_and_only_once(shop: Shop) -> None:
    quote, _entry = await offered(shop, valid=Terms(days=30), reference="PO 7")
    async with shop.desk() as desk:
        with pytest.raises(Conflict, match=r"Q2026-0001 is not accepted.*: /quote accept Q2026-0001"):
            await bill(desk, quote)
        yes, accepting = await accept(desk, quote)
        invoice, _entry = await bill(desk, yes)
    async with shop.desk() as desk:
        with pytest.raises(Conflict, match="The invoice of Q2026-0001 is drafted already"):
            await bill(desk, yes)
        with pytest.raises(Conflict, match="Discard it first"):
            await undo(desk, accepting)
    async with shop.desk() as desk:
        issued, _entry = await issue(desk, invoice)
        with pytest.raises(Conflict, match="is billed already, with 2026-001"):
            await bill_deposit(desk, yes, THIRD)
        with pytest.raises(Conflict, match="is billed already, with 2026-001"):
            await withdraw(desk, yes)
        await void(desk, issued, "wrong")
        again, _entry = await bill(desk, yes)

    assert issued.issued.quoted is not None
    assert (issued.issued.quoted.number, issued.issued.quoted.part) == (quote.label, Part.WHOLE)
    assert (issued.issued.reference, issued.total, again.total) == ("PO 7", quote.total, quote.total)
    assert issued.issued.terms == str(shop.business.terms)


async def test_paid_deposits_are_taken_off_the_rest(shop: Shop) -> None:
    quote = await accepted(shop)
    first = await deposit(shop, quote)
    second = await deposit(shop, quote, Asked(amount=Decimal("46.40")))
    await pay(shop, first)
    await pay(shop, second)
    last = await rest(shop, quote)

    prepaid = last.issued.prepaid
    assert [(one.number, one.gross.minor, one.tax.minor) for one in prepaid] == [
        ("2026-001", 13920, 1920), ("2026-002", 4640, 640),
    ]  # fmt: skip
    assert [line.description for line in first.issued.totals.lines] == [
        "Deposit of 30% on quote Q2026-0001"
    ] * 2
    assert last.issued.totals == quote.issued.totals
    assert (last.total, last.balance) == (Money(27840, "EUR"), Money(27840, "EUR"))
    assert first.total + second.total + last.total == quote.total
    net, vat, owed = INVOICES.index("Net"), INVOICES.index("VAT"), INVOICES.index("Total")
    rows = [invoice_row(one, "Acme") for one in (first, second, last)]
    listed = [sum(Decimal(str(row[column])) for row in rows) for column in (net, vat, owed)]
    assert listed == [Decimal("400.00"), Decimal("64.00"), Decimal("464.00")]


async def test_the_rest_waits_until_each_deposit_is_paid_or_void(shop: Shop) -> None:
    quote = await accepted(shop)
    async with shop.desk() as desk:
        drafted, _entry = await bill_deposit(desk, quote, THIRD)
        with pytest.raises(Conflict, match="A deposit on Q2026-0001 is drafted still"):
            await bill(desk, quote)
        await discard_draft(desk, drafted)
    unpaid = await deposit(shop, quote)
    async with shop.desk() as desk:
        with pytest.raises(Conflict, match=r"2026-001 is not paid yet: EUR 139\.20"):
            await bill(desk, quote)
        await void(desk, await desk.work.invoices.lock(unpaid.id), "not needed")
    whole = await rest(shop, quote)

    assert (whole.issued.prepaid, whole.total) == ((), quote.total)


async def test_deposits_never_come_to_more_than_the_quote(shop: Shop) -> None:
    quote = await accepted(shop)
    await deposit(shop, quote, HALF)
    async with shop.desk() as desk:
        for asked in (Asked(percent=Decimal("50.01")), Asked(amount=Decimal("232.01"))):
            said = r"on Q2026-0001 would come to EUR 464\.0\d, which is more than its total of EUR 464\.00"
            with pytest.raises(InvalidInput, match=said) as refused:
                await bill_deposit(desk, quote, asked)
            assert refused.value.example == "30%"
        with pytest.raises(InvalidInput, match="more than nothing"):
            await bill_deposit(desk, quote, Asked(percent=Decimal("0.0001")))
    other = await deposit(shop, quote, HALF)
    await pay(shop, other)
    async with shop.work() as work:
        first = (await work.invoices.list_of_quote(quote.id))[0]
    await pay(shop, first)
    last = await rest(shop, quote)

    assert (last.total.minor, last.balance.minor, last.state) == (0, 0, State.ISSUED)


async def test_what_was_taken_off_stays_and_what_was_quoted_is_billed(shop: Shop) -> None:
    quote = await accepted(shop)
    paid = await deposit(shop, quote, HALF)
    async with shop.desk() as desk:
        another, _entry = await bill_deposit(desk, quote, THIRD)
        for changes in (
            {"lines": (a_line("1"),)},
            {"inclusive": True},
            {"client_id": quote.id},
            {"currency": "USD"},
        ):
            with pytest.raises(Conflict, match="Q2026-0001"):
                await change_draft(desk, another, replace(another.draft, **changes))
        noted, _entry = await change_draft(desk, another, replace(another.draft, note="Thank you"))
        await discard_draft(desk, noted)
    await pay(shop, paid)
    async with shop.desk() as desk:
        drafted, _entry = await bill(desk, quote)
        with pytest.raises(InvalidInput, match="less than the deposits"):
            await change_draft(desk, drafted, replace(drafted.draft, lines=(a_line("10"),)))
        more = (*drafted.draft.lines, a_line("10", "1"))
        longer, _entry = await change_draft(desk, drafted, replace(drafted.draft, lines=more))
        await issue(desk, longer)

    assert longer.total == Money(23200 + 1190, "EUR")


async def test_a_deposit_that_was_taken_off_cannot_become_void(shop: Shop) -> None:
    quote = await accepted(shop)
    async with shop.desk() as desk:
        paid, payment, _entry = await record_payment(
            desk, (await issue(desk, (await bill_deposit(desk, quote, HALF))[0]))[0], Money(23200, "EUR"), desk.today,
            "cash",
        )  # fmt: skip
    last = await rest(shop, quote)

    async with shop.desk() as desk:
        with pytest.raises(Conflict, match="is a deposit on a quote that 2026-002 billed"):
            await void(desk, replace(paid, paid=Money.zero("EUR")), "wrong")
        await void(desk, last, "wrong")

    assert payment.amount == Money(23200, "EUR")


async def test_a_deposit_that_was_credited_in_full_counts_no_more_and_one_in_part_stands_in_the_way(
    shop: Shop,
) -> None:
    quote = await accepted(shop)
    paid = await deposit(shop, quote, HALF)
    await pay(shop, paid)
    async with shop.desk() as desk:
        locked = await desk.work.invoices.lock(paid.id)
        part = await credit(desk, locked, Money(100, "EUR"), "less")
        with pytest.raises(Conflict, match="The deposit 2026-001 was credited in part"):
            await bill(desk, quote)
        rest_of_it = await credit(desk, part.invoice, None, "all of it")
    whole = await rest(shop, quote)

    async with shop.desk() as desk:
        with pytest.raises(Conflict, match="2026-002 billed to its end"):
            await void_credit_note(desk, rest_of_it.credit_note, "wrong")
    assert whole.total == quote.total


async def test_a_credit_note_takes_off_what_the_rest_itself_billed_and_no_deposit(shop: Shop) -> None:
    quote = await accepted(shop)
    first = await deposit(shop, quote)
    await pay(shop, first)
    last = await rest(shop, quote)

    async with shop.desk() as desk:
        said = (
            "2026-001 is a deposit on a quote that 2026-002 billed to its end. Void or credit 2026-002 first."
        )
        with pytest.raises(Conflict, match=said):
            await credit(desk, await desk.work.invoices.lock(first.id), None, "wrong")
        credited = await credit(desk, await desk.work.invoices.lock(last.id), None, "wrong")
        await credit(desk, await desk.work.invoices.lock(first.id), None, "all wrong")

    totals = credited.credit_note.document.totals
    assert (totals.payable, credited.invoice.balance.minor) == (last.total, 0)
    assert [(row.basis.minor, row.amount.minor) for row in totals.tax_rows] == [(21000, 3990), (7000, 490)]
