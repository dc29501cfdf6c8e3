"""Early-payment terms: what is offered, when a receipt settles an invoice, and what of the discount is VAT."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.early import EarlyOffer, EarlyTerms, offered
from core.early_discount import could_settle, discount_taken, less_revenue, split
from core.invoice import Invoice, Prepaid, State, TaxRow, Totals
from core.money import Money
from core.report import DaySum, Taken, TakenGroup, TaxedDay
from core.tax import TaxCategory
from core.totals import compute, priced
from tests.builders.cases import try_all
from tests.builders.core import (
    VAT_7,
    ZERO,
    a_business,
    a_client,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)
from tests.builders.documents import a_document

TERMS = EarlyTerms(Decimal(2), 10)
ISSUED = date(2026, 3, 5)
LAST = date(2026, 3, 15)


def euros(amount: str) -> Money:
    return Money.of(Decimal(amount), "EUR")


def an_invoice(**changes: object) -> Invoice:
    """119.00 EUR, of which 2.38 are off until LAST."""
    client = a_client()
    return an_issued_invoice(a_business(), client, "7", a_draft(client.id, early=TERMS), **changes)


def an_open_draft() -> Invoice:
    return replace(an_invoice(), state=State.DRAFT, document=None)


def rounded_for_cash() -> Invoice:
    """The same, where what is paid early is a multiple of five cents."""
    invoice = an_invoice()
    offer = EarlyOffer(TERMS, LAST, euros("116.60"), euros("2.40"))
    return replace(invoice, document=replace(invoice.issued, early=offer))


def test_the_offer_has_the_last_day_and_both_amounts() -> None:
    assert str(TERMS) == "2% 10d"
    assert an_invoice().issued.early == EarlyOffer(TERMS, LAST, euros("116.62"), euros("2.38"))
    # Half a cent goes up, and what is nothing is not offered.
    assert offered(EarlyTerms(Decimal("2.5"), 7), euros("0.20"), ISSUED) == EarlyOffer(
        EarlyTerms(Decimal("2.5"), 7), date(2026, 3, 12), euros("0.19"), euros("0.01")
    )
    assert offered(TERMS, euros("0.24"), ISSUED) is None
    assert offered(EarlyTerms(Decimal(100), 7), euros("5"), ISSUED) is None
    assert offered(None, euros("119"), ISSUED) is None
    francs = Money(119_05, "CHF")
    assert offered(TERMS, francs, ISSUED, Money(5, "CHF")) == EarlyOffer(
        TERMS, LAST, Money(116_65, "CHF"), Money(2_40, "CHF")
    )


def test_what_was_there_in_time_and_leaves_no_more_than_the_discount_settles_it() -> None:
    invoice = an_invoice()
    part = a_payment(invoice, "100", received_on=ISSUED)
    begun = replace(invoice, paid=part.amount)
    credited = replace(invoice, credited_minor=1900)
    cases = {
        "exactly, on the last day": (invoice, [], "116.62", LAST, "2.38"),
        "a day late": (invoice, [], "116.62", LAST + timedelta(1), "0"),
        "a cent short": (invoice, [], "116.61", ISSUED, "0"),
        "a cent more": (invoice, [], "116.63", ISSUED, "2.37"),
        "all of it": (invoice, [], "119", ISSUED, "0"),
        "too much": (invoice, [], "120", ISSUED, "0"),
        "the rest": (begun, [part], "16.62", LAST, "2.38"),
        "the rest, after a part on the last day": (
            begun, [replace(part, received_on=LAST)], "16.62", LAST, "2.38",
        ),
        "nothing, of a draft": (an_open_draft(), [], "116.62", ISSUED, "0"),
        "of a total that is rounded for cash": (rounded_for_cash(), [], "116.60", LAST, "2.40"),
        "of such a one, a cent short": (rounded_for_cash(), [], "116.59", LAST, "0"),
        "the rest, after a part that came late": (
            begun, [replace(part, received_on=LAST + timedelta(1))], "16.62", LAST, "0",
        ),
        "a second time": (begun, [replace(part, discount_minor=7)], "16.62", LAST, "0"),
        "of what a credit note left": (credited, [], "98", LAST, "2.00"),
        "of what a credit note left, a cent short": (credited, [], "97.99", LAST, "0"),
    }  # fmt: skip

    def attempt(name: str) -> None:
        before, payments, amount, on, taken = cases[name]
        assert discount_taken(before, payments, euros(amount), on) == euros(taken)

    try_all(cases, attempt)


def test_none_is_given_of_several_rates_after_a_credit_note_which_may_have_taken_one_of_them() -> None:
    client = a_client()
    draft = a_draft(client.id, lines=(a_line("100", "1"), a_line("50", "1", tax=VAT_7)), early=TERMS)
    invoice = an_issued_invoice(a_business(), client, "7", draft)
    credited = replace(invoice, credited_minor=5350)

    least = could_settle(invoice, [], LAST)
    after = [could_settle(credited, [], LAST), discount_taken(credited, [], euros("116.62"), LAST)]

    assert invoice.total == euros("172.50")
    assert least == euros("169.05")
    assert after == [None, euros("0")]


def test_the_least_that_settles_it_is_offered_while_it_does() -> None:
    invoice = an_invoice()

    assert could_settle(invoice, [], LAST) == euros("116.62")
    assert could_settle(invoice, [], LAST + timedelta(1)) is None
    assert could_settle(replace(invoice, credited_minor=1900), [], LAST) == euros("98")
    assert could_settle(replace(invoice, state=State.VOID), [], LAST) is None
    assert could_settle(replace(an_open_draft(), state=State.ISSUED), [], LAST) is None
    assert could_settle(rounded_for_cash(), [], LAST) == euros("116.60")
    plain = replace(invoice, document=replace(invoice.issued, early=None))
    assert could_settle(plain, [], LAST) is None
    left = {"116.60": euros("0.02"), "116.61": euros("0.01"), "116.62": None, "116.63": None}
    for paid, least in left.items():
        begun = replace(invoice, paid=euros(paid))
        assert could_settle(begun, [a_payment(invoice, paid, received_on=ISSUED)], LAST) == least
    assert could_settle(replace(invoice, paid=euros("118")), [a_payment(invoice, "118")], LAST) is None


def test_the_discount_lowers_revenue_and_vat_of_each_group() -> None:
    groups = (
        TakenGroup(TaxCategory.STANDARD, Decimal(19), euros("119")),
        TakenGroup(TaxCategory.STANDARD, Decimal(7), euros("107")),
        TakenGroup(TaxCategory.ZERO, Decimal(0), euros("0.50")),
        TakenGroup(TaxCategory.STANDARD, Decimal(4), euros("-1")),
    )

    taxed, asked = less_revenue([Taken(LAST, euros("4.53"), groups)])

    assert asked == [DaySum(LAST, euros("-4.53"))]
    assert taxed == [
        TaxedDay(LAST, TaxCategory.STANDARD, Decimal(19), euros("-2.00"), euros("-0.38")),
        TaxedDay(LAST, TaxCategory.STANDARD, Decimal(7), euros("-2.00"), euros("-0.14")),
        TaxedDay(LAST, TaxCategory.ZERO, Decimal(0), euros("-0.01"), euros("0")),
        TaxedDay(LAST, TaxCategory.STANDARD, Decimal(4), euros("0"), euros("0")),
    ]


@given(st.integers(1, 20_000))
def test_its_parts_add_up_to_the_cent(minor: int) -> None:
    document = a_document([a_line("37.45"), a_line("0.99", tax=VAT_7), a_line("53", tax=ZERO)])
    discount = Money(minor, "EUR")

    totals = split(document, discount)

    assert totals.payable == totals.net + totals.tax + totals.rounding == discount
    assert sum(row.basis.minor + row.amount.minor for row in totals.tax_rows) == minor
    assert [row.tax for row in totals.tax_rows] == [row.tax for row in document.totals.tax_rows]


def test_it_is_shared_by_what_each_group_comes_to_with_its_vat() -> None:
    document = a_document([a_line("100", "1"), a_line("100", "1", tax=VAT_7)])
    standard, reduced = document.totals.tax_rows
    zero = euros("0")
    rows = (
        TaxRow(standard.tax, euros("1.00"), euros("0.19"), zero),
        TaxRow(reduced.tax, euros("1.00"), euros("0.07"), zero),
    )

    assert split(document, euros("2.26")) == Totals(
        (), euros("2.00"), zero, euros("2.00"), rows, euros("0.26"), zero, euros("2.26")
    )


def test_a_group_of_which_nothing_is_left_takes_nothing_of_a_cent() -> None:
    document = a_document([a_line("100", "1"), a_line("0.01", "1", tax=VAT_7)])
    standard, reduced = document.totals.tax_rows
    deposit = Prepaid("2026-0001", ISSUED, standard.basis + standard.amount, (standard,))

    totals = split(replace(document, prepaid=(deposit,)), euros("0.01"))

    assert [(row.tax, row.basis) for row in totals.tax_rows] == [
        (standard.tax, euros("0")), (reduced.tax, euros("0.01")),
    ]  # fmt: skip


def test_what_a_deposit_has_invoiced_takes_no_part_of_the_discount() -> None:
    document = a_document([a_line("100", "1"), a_line("100", "1", tax=VAT_7)])
    standard, reduced = document.totals.tax_rows
    deposit = Prepaid("2026-0001", ISSUED, standard.basis + standard.amount, (standard,))

    totals = split(replace(document, prepaid=(deposit,)), euros("2.14"))

    assert [(row.tax, row.basis, row.amount) for row in totals.tax_rows] == [
        (standard.tax, euros("0"), euros("0")), (reduced.tax, euros("2.00"), euros("0.14")),
    ]  # fmt: skip


def test_neither_does_a_rate_that_the_rest_has_lost_since_the_deposit() -> None:
    document = a_document([a_line("100", "1")])
    lost = a_document([a_line("50", "1", tax=VAT_7)]).totals.tax_rows
    deposit = Prepaid("2026-0001", ISSUED, euros("53.50"), lost)

    totals = split(replace(document, prepaid=(deposit,)), euros("1.19"))

    assert [(row.tax.rate, row.basis, row.amount) for row in totals.tax_rows] == [
        (Decimal(19), euros("1.00"), euros("0.19"))
    ]


# -- rounding for cash -------------------------------------------------------------------------------


def test_a_total_is_rounded_to_the_step_and_the_difference_is_named() -> None:
    business = a_business(cash_rounding=Money(5, "CHF"))
    cases = {"10.02": 2, "10.03": 2, "0.02": 0, "0.01": 0, "10.05": 0, "99999999.98": 2}
    found = {}

    for price in cases:
        draft = a_draft(a_client().id, currency="CHF", lines=(a_line(price, "1"),), tax=ZERO)
        totals, plain = priced(business, draft), compute(draft)
        found[price] = totals.rounding.minor
        assert totals.net + totals.tax + totals.rounding == totals.payable
        assert totals == replace(plain, rounding=totals.rounding, payable=totals.payable)

    assert found == {"10.02": -2, "10.03": 2, "0.02": 0, "0.01": 0, "10.05": 0, "99999999.98": 2}


def test_prices_with_vat_are_rounded_to_the_step_as_well() -> None:
    business = a_business(cash_rounding=Money(5, "CHF"))
    draft = a_draft(a_client().id, currency="CHF", lines=(a_line("2.99", "1"),), inclusive=True)

    totals = priced(business, draft)

    assert (totals.payable, totals.rounding) == (Money(3_00, "CHF"), Money(1, "CHF"))
    assert priced(business, replace(draft, currency="EUR")) == compute(replace(draft, currency="EUR"))
