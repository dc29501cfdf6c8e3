"""Random invoices computed twice, by core.totals and by second_opinion, and held against EN 16931's rules."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.invoice import Discount, Draft, Line, Totals
from core.tax import Tax, TaxCategory
from core.totals import compute, split_inclusive
from tests.builders.core import a_draft
from tests.core import second_opinion
from tests.core.second_opinion import Bill, half_up

RATES = ("0", "2.1", "4", "5.5", "7", "8.1", "10", "19", "20", "25", "25.5", "27", "100")


def numbers(least: int, most: int, places: int) -> st.SearchStrategy[str]:
    """Decimal text; `least` and `most` count the last place."""
    return st.integers(least, most).map(lambda number: str(Decimal(number).scaleb(-places)))


QUANTITIES = numbers(1, 999, 0) | numbers(1, 40_000, 2) | numbers(1, 90_000, 4)
PRICES = numbers(0, 999_900, 2) | numbers(0, 990_000, 4)


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    rates = draw(st.lists(st.sampled_from(RATES), min_size=1, max_size=4))
    taxes = [(rate, draw(st.sampled_from("ZO")) if rate == "0" else "S") for rate in rates]
    lines = [
        {"quantity": quantity, "price": price, "rate": rate, "category": category}
        for quantity, price, (rate, category) in draw(
            st.lists(st.tuples(QUANTITIES, PRICES, st.sampled_from(taxes)), min_size=1, max_size=40)
        )
    ]
    bill: dict[str, Any] = {
        "currency": draw(st.sampled_from(sorted(second_opinion.PLACES))),
        "inclusive": draw(st.booleans()),
        "lines": lines,
        "percent": None,
        "amount": None,
    }
    kind = draw(st.sampled_from(["none", "percent", "amount"]))
    if kind == "percent":
        bill["percent"] = draw(numbers(1, 100_000, 3))
    if kind == "amount":
        minor = draw(st.integers(0, second_opinion.typed_total(bill)))
        bill["amount"] = str(Decimal(minor).scaleb(-second_opinion.PLACES[bill["currency"]]))
    return bill


def computed(bill: Bill) -> Totals:
    return compute(drafted(bill))


def drafted(bill: Bill) -> Draft:
    lines = tuple(
        Line(f"Line {place}", Decimal(line["price"]), Decimal(line["quantity"]), tax=tax_of(line))
        for place, line in enumerate(bill["lines"])
    )
    discount = None
    if bill["percent"] or bill["amount"]:
        discount = Discount(
            Decimal(bill["percent"]) if bill["percent"] else None,
            Decimal(bill["amount"]) if bill["amount"] else None,
        )
    return a_draft(
        UUID(int=7), lines=lines, discount=discount, currency=bill["currency"], inclusive=bill["inclusive"]
    )


def tax_of(line: Any) -> Tax:
    return Tax(TaxCategory(line["category"]), Decimal(line["rate"]))


@settings(max_examples=300)
@given(bills())
def test_two_independent_computations_agree_to_the_last_unit(bill: Bill) -> None:
    expected = second_opinion.compute(bill)

    found = computed(bill)

    assert {
        "net": found.net.minor,
        "tax": found.tax.minor,
        "rounding": found.rounding.minor,
        "payable": found.payable.minor,
        "discount": found.discount.minor,
        "lines": [line.net.minor for line in found.lines],
        "groups": [
            {
                "rate": row.tax.rate,
                "category": row.tax.category.value,
                "net": row.basis.minor,
                "tax": row.amount.minor,
                "discount": row.discount.minor,
            }
            for row in found.tax_rows
        ],
    } == {**expected, "groups": [without_rounding(group) for group in expected["groups"]]}


def without_rounding(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "rounding"}


@settings(max_examples=300)
@given(bills())
def test_the_sums_of_a_document_obey_the_calculation_rules_of_en_16931(bill: Bill) -> None:
    found = computed(bill)

    with_vat = found.net.minor + found.tax.minor
    assert found.line_total.minor == sum(line.net.minor for line in found.lines), "BR-CO-10"
    assert found.discount.minor == sum(row.discount.minor for row in found.tax_rows), "BR-CO-11"
    assert found.net.minor == found.line_total.minor - found.discount.minor, "BR-CO-13"
    assert found.tax.minor == sum(row.amount.minor for row in found.tax_rows), "BR-CO-14"
    assert found.payable.minor == with_vat + found.rounding.minor, "BR-CO-15 and BR-CO-16, nothing paid"
    for row in found.tax_rows:
        assert row.amount.minor == second_opinion.vat(row.basis.minor, str(row.tax.rate)), "BR-CO-17"


@settings(max_examples=300)
@given(bills())
def test_the_lines_of_each_rate_add_up_to_its_row(bill: Bill) -> None:
    found = computed(bill)

    for row in found.tax_rows:
        lines = sum(line.net.minor for line in found.lines if line.tax == row.tax)
        assert lines == row.basis.minor + row.discount.minor
        assert row.discount.minor >= 0
        assert row.basis.minor >= 0


@settings(max_examples=300)
@given(bills())
def test_quantity_times_net_price_is_the_net_of_every_line(bill: Bill) -> None:
    found = computed(bill)

    # Peppol BIS 3, PEPPOL-EN16931-R120.
    products = [
        second_opinion.extended(str(line.quantity), str(line.unit_price), bill["currency"])
        for line in found.lines
    ]
    assert products == [line.net.minor for line in found.lines]


@settings(max_examples=300)
@given(bills())
def test_what_was_typed_with_vat_is_what_is_due(bill: Bill) -> None:
    bill = {**bill, "inclusive": True}

    found = computed(bill)

    assert found.payable.minor == second_opinion.typed_total(bill) - second_opinion.discount(bill)


@settings(max_examples=300)
@given(bills())
def test_rounding_is_one_unit_per_taxed_group_at_most_and_never_on_net_prices(bill: Bill) -> None:
    found = computed(bill)

    taxed = sum(1 for row in found.tax_rows if row.tax.rate) if bill["inclusive"] else 0
    assert abs(found.rounding.minor) <= taxed


@pytest.mark.parametrize("rate", RATES)
def test_every_small_gross_amount_splits_to_within_one_unit(rate: str) -> None:
    tax = Tax(TaxCategory.STANDARD if rate != "0" else TaxCategory.ZERO, Decimal(rate))

    splits = {gross: split_inclusive(gross, tax) for gross in range(2000)}

    assert all(sum(split) == gross for gross, split in splits.items())
    assert all(split[1] == second_opinion.vat(split[0], rate) for split in splits.values())
    assert {abs(split[2]) for split in splits.values()} <= {0, 1}


def test_the_second_opinion_knows_halves() -> None:
    halves = [half_up(Fraction(number, 2)) for number in (-5, -3, -1, 1, 3, 5)]

    assert halves == [-3, -2, -1, 1, 2, 3]
