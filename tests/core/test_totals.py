from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.errors import InvalidInput
from core.invoice import MAX_LINES, Discount, Line, Totals
from core.money import MAX_MINOR
from core.tax import NO_TAX, Tax, tax_at
from core.totals import compute
from tests.builders.core import a_draft, a_line


def at(rate: str) -> Tax:
    return tax_at(Decimal(rate))


def totals(*lines: Line, rate: str = "19", **changes: Any) -> Totals:
    return compute(a_draft(UUID(int=7), lines=lines, tax=at(rate), **changes))


def minors(found: Totals) -> tuple[int, int, int, int]:
    return (found.net.minor, found.tax.minor, found.rounding.minor, found.payable.minor)


def test_vat_is_rounded_once_per_rate_and_not_per_line() -> None:
    found = totals(*[a_line("99.99", "1")] * 3, rate="25")

    assert minors(found) == (29997, 7499, 0, 37496)


def test_line_nets_are_rounded_before_they_are_summed() -> None:
    found = totals(*[a_line("0.125", "1")] * 4, rate="0")

    assert [line.net.minor for line in found.lines] == [13, 13, 13, 13]
    assert found.net.minor == 52


def test_ten_times_one_and_one_times_ten_may_differ_by_the_rule() -> None:
    apart = totals(*[a_line("0.335", "1")] * 10, rate="0")
    together = totals(a_line("0.335", "10"), rate="0")

    assert (apart.net.minor, together.net.minor) == (340, 335)


def test_a_discount_is_taken_off_before_tax() -> None:
    found = totals(a_line("100", "3"), discount=Discount(percent=Decimal(10)))

    assert found.discount.minor == 3000
    assert minors(found) == (27000, 5130, 0, 32130)


def test_a_discount_is_spread_over_the_rates_by_their_share() -> None:
    found = totals(
        a_line("70", "1"), a_line("30", "1", tax=at("7")), discount=Discount(amount=Decimal("0.05"))
    )

    assert [(row.tax.rate, row.discount.minor, row.basis.minor) for row in found.tax_rows] == [
        (Decimal(19), 4, 6996),
        (Decimal(7), 1, 2999),
    ]


def test_a_discount_of_everything_leaves_nothing_to_pay() -> None:
    found = totals(a_line("33.33", "3"), discount=Discount(percent=Decimal(100)))

    assert minors(found) == (0, 0, 0, 0)


def test_an_inclusive_price_without_an_exact_split_leaves_its_cent_to_the_rounding() -> None:
    found = totals(a_line("2.99", "1"), rate="4", inclusive=True)

    assert minors(found) == (288, 12, -1, 299)


def test_an_inclusive_price_with_an_exact_split_needs_no_rounding() -> None:
    found = totals(a_line("119", "1"), inclusive=True)

    assert minors(found) == (10000, 1900, 0, 11900)
    assert found.lines[0].unit_price == Decimal("100.00")


def test_an_inclusive_discount_is_taken_from_what_was_typed() -> None:
    found = totals(a_line("119", "1"), inclusive=True, discount=Discount(amount=Decimal("11.90")))

    assert found.payable.minor == 10710
    assert (found.line_total.minor, found.discount.minor) == (10000, 1000)


def test_a_net_unit_price_gets_the_places_it_needs_to_lead_back_to_its_line() -> None:
    found = totals(a_line("0.01", "333"), inclusive=True)

    line = found.lines[0]
    assert (line.net.minor, line.unit_price) == (280, Decimal("0.0084"))


def test_a_net_unit_price_rounds_halves_up_and_yen_get_four_places_where_none_will_not_do() -> None:
    half = totals(a_line("0.125", "0.8"), rate="0", inclusive=True)
    yen = totals(a_line("33.4", "3"), rate="0", inclusive=True, currency="JPY")

    assert (half.net.minor, half.lines[0].unit_price) == (10, Decimal("0.13"))
    assert (yen.net.minor, yen.lines[0].unit_price) == (100, Decimal("33.3333"))


def test_a_discount_of_nothing_takes_nothing_off() -> None:
    found = totals(a_line("10", "3"), discount=Discount(amount=Decimal(0)))

    assert (found.discount.minor, found.net.minor) == (0, 3000)


@pytest.mark.parametrize("quantity", ["1000000000", "0.0001", "999999999.9999"])
@pytest.mark.parametrize(("currency", "price"), [("EUR", "0.01"), ("KWD", "0.001"), ("JPY", "1")])
def test_the_largest_and_smallest_quantities_keep_a_net_unit_price(
    quantity: str, currency: str, price: str
) -> None:
    found = totals(a_line(price, quantity), inclusive=True, currency=currency)

    line = found.lines[0]
    product = line.unit_price * line.quantity
    assert abs(product - line.net.amount) <= Decimal("0.5").scaleb(int(line.net.amount.as_tuple().exponent))
    assert len(line.unit_price.as_tuple().digits) <= 24


def test_yen_have_no_decimals_anywhere() -> None:
    found = totals(a_line("1234.5", "3"), rate="10", currency="JPY")

    assert minors(found) == (3704, 370, 0, 4074)


def test_dinars_have_three() -> None:
    found = totals(a_line("1.2345", "3"), rate="5", currency="KWD")

    assert minors(found) == (3704, 185, 0, 3889)


def test_rates_are_listed_from_the_highest_and_categories_apart() -> None:
    lines = [a_line("10", "1", tax=tax) for tax in (NO_TAX, at("7"), at("0"), at("19"))]

    found = totals(*lines)

    rows = [(row.tax.category.value, str(row.tax.rate)) for row in found.tax_rows]
    assert rows == [("S", "19"), ("S", "7"), ("O", "0"), ("Z", "0")]


def test_a_line_without_a_rate_follows_the_invoice() -> None:
    found = totals(a_line("10", "1"), a_line("20", "1", tax=at("7")))

    assert [line.tax for line in found.lines] == [at("19"), at("7")]


def test_lines_keep_their_order_and_words() -> None:
    lines = [a_line(str(price), "2", tax=at(str(price % 3 * 5))) for price in (41, 13, 29, 7)]

    found = totals(*lines)

    assert [(line.description, line.unit_price, line.unit) for line in found.lines] == [
        (line.description, line.price, "HUR") for line in lines
    ]


def test_an_invoice_needs_a_line() -> None:
    with pytest.raises(InvalidInput) as refused:
        totals()

    assert refused.value.field == "lines"


def test_an_invoice_holds_a_thousand_lines_and_not_one_more() -> None:
    found = totals(*[a_line("1", "1")] * MAX_LINES)

    assert found.net.minor == MAX_LINES * 100
    with pytest.raises(InvalidInput, match="at most 1000 lines"):
        totals(*[a_line("1", "1")] * (MAX_LINES + 1))


@pytest.mark.parametrize("discount", [Discount(amount=Decimal("30.01")), Discount(percent=Decimal("100.1"))])
def test_a_discount_larger_than_the_lines_is_refused(discount: Discount) -> None:
    with pytest.raises(InvalidInput, match="larger than the lines") as refused:
        totals(a_line("10", "3"), discount=discount)

    assert refused.value.field == "discount"


@pytest.mark.parametrize(
    ("lines", "rate"),
    [
        ([a_line("1", "10000000000000")], "0"),
        ([a_line("9999999999999.99", "1"), a_line("0.01", "1")], "0"),
        ([a_line("9000000000000", "1")], "19"),
    ],
)
def test_a_sum_out_of_range_is_refused_before_and_after_tax(lines: list[Line], rate: str) -> None:
    with pytest.raises(InvalidInput, match="larger than an invoice can hold"):
        totals(*lines, rate=rate)


def test_the_largest_sum_is_taken() -> None:
    found = totals(a_line("9999999999999.99", "1"), rate="0")

    assert found.payable.minor == MAX_MINOR - 1


def test_a_price_that_fits_and_whose_net_and_vat_are_a_cent_too_much_is_refused() -> None:
    with pytest.raises(InvalidInput, match="The total is larger than an invoice can hold"):
        totals(a_line("9999999999999.99", "1"), rate="7", inclusive=True)


def test_a_line_out_of_range_is_refused_whatever_another_one_takes_off() -> None:
    with pytest.raises(InvalidInput, match="The line “Work at 10000000000000” is larger"):
        totals(a_line("10000000000000", "1"), a_line("-1", "1"), rate="0")
