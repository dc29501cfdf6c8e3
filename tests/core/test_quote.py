"""Quotes as values: until when they hold, and how a deposit is spread over their VAT."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.invoice import Document, Draft, Line
from core.money import CURRENCIES, Money
from core.quote import QuoteState, last_day, part_of, share, watched
from core.tax import Tax, TaxCategory, tax_at
from core.terms import Terms
from core.totals import compute
from core.units import PIECE
from core.usecases.invoice import freeze
from tests.builders.core import IDS, VAT_7, VAT_19, a_business, a_client, a_draft, a_line
from tests.builders.quotes import VALID_UNTIL, an_issued_quote

RATES = (tax_at(Decimal(19)), tax_at(Decimal(7)), tax_at(Decimal("5.5")), tax_at(Decimal(4)), tax_at(Decimal(0)),
         Tax(TaxCategory.REVERSE, Decimal(0), "VATEX-EU-AE"))  # fmt: skip


def frozen(draft: Draft) -> Document:
    return freeze(a_business(), a_client(id=draft.client_id), draft, date(2026, 3, 5))


def billed(document: Document, amount: Money) -> Draft:
    """The deposit as it is billed."""
    found = share(document, amount, "Deposit")
    return a_draft(IDS.new(), currency=document.currency, lines=found.lines, inclusive=found.inclusive)


@pytest.mark.parametrize(
    ("valid", "until"),
    [(Terms(days=30), date(2026, 4, 4)), (Terms(months=1, end_of_month=True), date(2026, 4, 30)),
     (date(2026, 3, 7), date(2026, 3, 7))],
)  # fmt: skip
def test_a_quote_holds_for_some_time_or_until_a_day(valid: Terms | date, until: date) -> None:
    assert last_day(valid, date(2026, 3, 5)) == until


@pytest.mark.parametrize(
    ("state", "today", "expired"),
    [
        (QuoteState.OPEN, date(2026, 4, 7), False),
        (QuoteState.OPEN, date(2026, 4, 8), True),
        (QuoteState.ACCEPTED, date(2026, 4, 8), False),
        (QuoteState.WITHDRAWN, date(2026, 4, 8), False),
    ],
)
def test_an_open_quote_expires_the_day_after_its_last(state: QuoteState, today: date, expired: bool) -> None:
    quote = an_issued_quote(a_business(), IDS.new(), "Q7", state)

    assert quote.expired(today) is expired


def test_the_clock_comes_by_on_the_morning_after_its_last_day_where_the_business_is() -> None:
    quote = an_issued_quote(a_business(), IDS.new(), "Q7")

    berlin, auckland = (watched(quote, zone).next_at for zone in ("Europe/Berlin", "Pacific/Auckland"))
    decided = watched(replace(quote, state=QuoteState.DECLINED), "Europe/Berlin")

    assert quote.valid_until == VALID_UNTIL
    assert (berlin, auckland) == (datetime(2026, 4, 8, 5, tzinfo=UTC), datetime(2026, 4, 7, 19, tzinfo=UTC))
    assert decided.next_at is None


def test_a_deposit_has_one_line_for_each_rate_and_its_share_of_the_vat() -> None:
    document = frozen(a_draft(IDS.new(), lines=(a_line("100", "3"), a_line("50", "2", tax=VAT_7))))

    totals = compute(billed(document, part_of(document.totals.payable, Decimal(30))))

    assert document.totals.payable == Money(46400, "EUR")
    assert [(row.tax, row.basis.minor, row.amount.minor) for row in totals.tax_rows] == [
        (VAT_19, 9000, 1710), (VAT_7, 3000, 210),
    ]  # fmt: skip
    assert [line.net.minor for line in totals.lines] == [9000, 3000]
    assert totals.payable == Money(13920, "EUR")


def test_a_deposit_whose_net_has_no_exact_vat_is_billed_as_a_price_with_vat() -> None:
    document = frozen(a_draft(IDS.new(), lines=(Line("Book", Decimal("100")),), tax=tax_at(Decimal(4))))

    found = share(document, Money(299, "EUR"), "Deposit")
    totals = compute(billed(document, Money(299, "EUR")))

    assert found.inclusive
    assert (totals.payable.minor, totals.net.minor + totals.tax.minor + totals.rounding.minor) == (299, 299)


def test_a_deposit_is_billed_for_every_rate_that_has_a_cent_and_for_no_other() -> None:
    doubled = tax_at(Decimal(100))
    lines = (a_line("100", "1", tax=doubled), a_line("0.01", "1", tax=VAT_7), a_line("0", "1", tax=VAT_19))
    document = frozen(a_draft(IDS.new(), lines=lines))

    found = share(document, document.totals.payable, "Deposit")

    assert found.lines == (
        Line("Deposit", Decimal("100.00"), Decimal(1), PIECE, doubled),
        Line("Deposit", Decimal("0.01"), Decimal(1), PIECE, VAT_7),
    )


_PRICES = st.decimals("0.01", "4000", places=2)
_LINES = st.lists(
    st.builds(Line, st.just("Work"), _PRICES, st.integers(1, 9).map(Decimal), tax=st.sampled_from(RATES)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(
    _LINES, st.booleans(), st.sampled_from(sorted(CURRENCIES - {"CLF", "UYW"})), st.decimals("0.01", "100", places=2)
)  # fmt: skip
def test_a_deposit_comes_to_what_was_asked_for_and_has_no_rate_that_the_quote_has_not(
    lines: list[Line], inclusive: bool, currency: str, percent: Decimal
) -> None:
    draft = a_draft(IDS.new(), lines=tuple(lines), inclusive=inclusive, currency=currency)
    if not compute(draft).payable:
        return
    document = frozen(draft)
    amount = part_of(document.totals.payable, percent)
    if not amount:
        return

    totals = compute(billed(document, amount))

    assert totals.payable == amount
    assert {row.tax for row in totals.tax_rows} <= {row.tax for row in document.totals.tax_rows}


@given(_LINES, st.booleans(), st.lists(st.integers(1, 60).map(Decimal), min_size=1, max_size=4))
def test_deposits_and_the_rest_come_to_the_whole_quote_to_the_cent(
    lines: list[Line], inclusive: bool, percents: list[Decimal]
) -> None:
    document = frozen(a_draft(IDS.new(), lines=tuple(lines), inclusive=inclusive))
    payable, left, deposits = document.totals.payable, document.totals.payable, []
    for percent in percents:
        amount = part_of(payable, percent)
        if amount and amount <= left:
            deposits.append(compute(billed(document, amount)))
            left -= amount

    assert left.minor >= 0
    assert sum(deposit.payable.minor for deposit in deposits) + left.minor == payable.minor
    for row in document.totals.tax_rows:
        taken = [other for deposit in deposits for other in deposit.tax_rows if other.tax == row.tax]
        # What is left of a rate is at most a cent for each deposit below nothing.
        assert row.basis.minor + row.amount.minor - sum(
            one.basis.minor + one.amount.minor for one in taken
        ) >= -len(deposits)
