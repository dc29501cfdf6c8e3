"""What credit notes take off an invoice: each adds up, all together take exactly the invoice, group by group."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.credit_note import Left, at_most, check_amount, left_of, of_lines, part, whole
from core.errors import InvalidInput
from core.invoice import Discount, Document, Line, Prepaid, TaxRow, Totals
from core.money import Money
from core.tax import tax_at
from core.totals import compute, tax_on
from core.units import PIECE
from core.usecases.invoice import freeze
from tests.builders.cases import try_all
from tests.builders.core import a_business, a_client, a_draft, a_line
from tests.core.second_opinion import Bill
from tests.core.test_totals_agree import bills, computed

NINETEEN, SEVEN = tax_at(Decimal(19)), tax_at(Decimal(7))
BUSINESS, CLIENT = a_business(), a_client()


def frozen(totals: Totals) -> Document:
    """A document with these sums; nothing else of it matters here."""
    plain = freeze(BUSINESS, CLIENT, a_draft(UUID(int=7)), date(2026, 3, 5))
    return replace(plain, number="2026-0007", totals=totals)


def of_two_rates(discount: Discount | None = None) -> Document:
    """EUR 100.00 at 19% and EUR 50.00 at 7%: 172.50."""
    lines = (a_line("100", "1", tax=NINETEEN), a_line("50", "1", tax=SEVEN))
    return frozen(compute(a_draft(UUID(int=7), lines=lines, discount=discount)))


def adds_up(totals: Totals) -> bool:
    """BR-CO-10, 13, 14, 15 and BR-S-08, and no VAT is more than a unit from its rate."""
    nets = {row.tax: row.basis + row.discount for row in totals.tax_rows}
    for line in totals.lines:
        nets[line.tax] -= line.net
    return (
        not any(nets.values())
        and totals.line_total - totals.discount == totals.net
        and totals.net + totals.tax + totals.rounding == totals.payable
        and all(abs(row.amount.minor - tax_on(row.basis.minor, row.tax)) <= 1 for row in totals.tax_rows)
    )


def test_a_whole_credit_note_takes_the_lines_as_they_are() -> None:
    document = of_two_rates(Discount(percent=Decimal(10)))

    assert whole(document, left_of(document, ()), "Credit") == document.totals


def test_an_amount_is_spread_over_the_rates_by_what_is_left_of_each() -> None:
    document = of_two_rates()

    half = part(left_of(document, ()), Money(8625, "EUR"), "Credit")

    assert [(str(row.tax.rate), row.basis.minor, row.amount.minor) for row in half.tax_rows] == [
        ("19", 5000, 950), ("7", 2500, 175),
    ]  # fmt: skip
    assert [(line.description, line.net.minor) for line in half.lines] == [("Credit", 5000), ("Credit", 2500)]


def test_lines_take_what_they_come_to_and_the_last_cent_of_a_rate_with_its_last_net() -> None:
    document = of_two_rates()
    left = left_of(document, [part(left_of(document, ()), Money(4, "EUR"), "Credit")])

    rest = left.rows[0].basis.amount
    taken = of_lines(left, compute(a_draft(UUID(int=7), lines=(a_line(str(rest), "1", tax=NINETEEN),))), "7")

    assert (taken.tax_rows[0].basis, taken.tax_rows[0].amount) == (left.rows[0].basis, left.rows[0].amount)


def a_row(rate: str, basis: int, amount: int, exemption: str = "why") -> TaxRow:
    return TaxRow(
        tax_at(Decimal(rate)), Money(basis, "EUR"), Money(amount, "EUR"), Money(1, "EUR"), exemption
    )


def of_rows(*rows: TaxRow, rounding: int = 0) -> Totals:
    """Sums of these groups; what lines they came from does not matter."""
    zero = Money(0, "EUR")
    net, tax = sum(row.basis.minor for row in rows), sum(row.amount.minor for row in rows)
    payable = Money(net + tax + rounding, "EUR")
    return Totals((), zero, zero, Money(net, "EUR"), rows, Money(tax, "EUR"), Money(rounding, "EUR"), payable)


def rates_of(left: Left) -> list[tuple[str, int, int, int]]:
    return [(str(row.tax.rate), row.basis.minor, row.amount.minor, row.discount.minor) for row in left.rows]


def test_what_deposits_have_billed_and_credit_notes_have_taken_is_not_left() -> None:
    """What a deposit billed at a rate that the last invoice has not is below nothing there."""
    billed = replace(of_two_rates(Discount(percent=Decimal(10))), prepaid=(
        Prepaid("A", date(2026, 2, 1), Money(41_70, "EUR"), (a_row("19", 30_00, 5_70), a_row("7", 6_00, 42))),
        Prepaid("B", date(2026, 2, 2), Money(12_05, "EUR"), (a_row("19", 9_00, 1_71), a_row("5", 1_20, 6))),
    ))  # fmt: skip
    credited = [of_rows(a_row("19", 11_00, 2_09), rounding=3), of_rows(a_row("7", 13_00, 91), rounding=4)]

    before, after = left_of(billed, ()), left_of(billed, credited)

    assert rates_of(before) == [("19", 51_00, 9_69, 0), ("7", 39_00, 2_73, 0), ("5", -1_20, -6, 0)]
    # Of 42.12 that the first deposit comes to 0.42 were not asked for, and of the other 0.08 more.
    assert before.rounding == Money(42 - 8, "EUR")
    assert rates_of(after) == [("19", 40_00, 7_60, 0), ("7", 26_00, 1_82, 0), ("5", -1_20, -6, 0)]
    assert after.rounding == Money(34 - 3 - 4, "EUR")


SHARES = {
    "the nearest net of two that are as close": (("100", 2, 2), 3, (2, 1)),
    "the VAT that is too much, before any net": (("100", 3, 4), 1, (0, 1)),
    "of VAT without net": (("19", 0, 5), 3, (0, 3)),
    "of more VAT than any net explains": (("19", 0, 50), 30, (0, 30)),
    "of net without VAT": (("19", 100, 0), 50, (50, 0)),
}


def test_an_amount_is_split_as_close_to_the_rate_as_what_is_left_allows() -> None:
    def attempt(name: str) -> None:
        (rate, basis, amount), asked, found = SHARES[name]
        left = Left((a_row(rate, basis, amount),), Money(0, "EUR"))
        (row,) = part(left, Money(asked, "EUR"), "Part").tax_rows
        assert (row.basis.minor, row.amount.minor) == found

    try_all(SHARES, attempt)


def test_the_rest_of_an_invoice_has_a_line_for_each_rate_in_the_words_given() -> None:
    document = of_two_rates()
    left = left_of(document, [part(left_of(document, ()), Money(4, "EUR"), "Credit")])

    rest = whole(document, left, "Rest")

    assert [(line.description, line.unit, line.quantity) for line in rest.lines] == [
        ("Rest", PIECE, Decimal(1))
    ] * 2


TYPED = {
    "a cent": ((1, 0), (1, 0)),
    "nothing": ((0, 0), None),
    "less than nothing": ((-1, 0), None),
    "all of the net, with a cent more VAT": ((100_00, 19_01), (100_00, 19_00)),
    "all of the net, with a cent less VAT": ((100_00, 18_99), (100_00, 19_00)),
    "some of the net, with all of the VAT": ((99_99, 19_00), (99_99, 19_00)),
    "some of the net, with a cent more VAT than there is": ((99_99, 19_01), (99_99, 19_00)),
    "some of the net, with two cents more": ((99_99, 19_02), None),
    "a cent more net": ((100_01, 19_00), None),
}


def test_lines_take_no_more_of_a_rate_than_is_left_and_its_reason_stays_the_invoice_s() -> None:
    left = Left((a_row("19", 100_00, 19_00),), Money(0, "EUR"))

    def attempt(name: str) -> None:
        (basis, amount), found = TYPED[name]
        typed = of_rows(a_row("19", basis, amount, "another"))
        if found is None:
            with pytest.raises(InvalidInput):
                of_lines(left, typed, "7")
        else:
            (row,) = of_lines(left, typed, "7").tax_rows
            assert (row.basis.minor, row.amount.minor, row.exemption) == (*found, "why")

    try_all(TYPED, attempt)


def test_lines_that_come_to_all_that_is_left_with_other_sums_take_what_is_left() -> None:
    document = of_two_rates()
    left = Left((a_row("19", 100_00, 19_00),), Money(0, "EUR"))
    cases = {
        "more than is left": ((100_01, 19_00), True),
        "as much, with other VAT": ((99_99, 19_01), True),
        "as much, with the same VAT": ((100_00, 19_00), False),
        "less": ((99_99, 19_00), False),
    }

    def attempt(name: str) -> None:
        (basis, amount), ends = cases[name]
        typed = of_rows(a_row("19", basis, amount))
        found = at_most(document, left, typed, "Rest")
        assert found == (whole(document, left, "Rest") if ends else typed)

    try_all(cases, attempt)


def test_the_rounding_goes_with_the_last_lines_of_all_rates() -> None:
    rows = a_row("19", 100_00, 19_00), a_row("7", 50_00, 3_50), a_row("5", 0, 0)
    left = Left(rows, Money(2, "EUR"))
    taken = {
        "all": of_rows(*rows[:2], rounding=1),
        "one rate": of_rows(rows[0], rounding=1),
        "a cent less of the other": of_rows(rows[0], a_row("7", 49_99, 3_50), rounding=1),
    }

    found = {name: of_lines(left, typed, "7").rounding.minor for name, typed in taken.items()}

    assert found == {"all": 2, "one rate": 1, "a cent less of the other": 1}


WRONG_LINES = {
    "more than was billed": (a_line("100.01", "1", tax=NINETEEN), "only EUR 172.50 is left"),
    "a rate that was not billed": (a_line("1", "1", tax=tax_at(Decimal(20))), "no line with VAT of 20%"),
    "less than nothing": (a_line("-1", "1", tax=NINETEEN), "only EUR 172.50 is left"),
}


@pytest.mark.parametrize(("line", "said"), WRONG_LINES.values(), ids=WRONG_LINES)
def test_lines_that_were_not_billed_are_refused(line: Line, said: str) -> None:
    typed = compute(a_draft(UUID(int=7), lines=(line,)))

    with pytest.raises(InvalidInput) as caught:
        of_lines(left_of(of_two_rates(), ()), typed, "2026-0007")

    assert said in caught.value.message.format(**caught.value.values)


@pytest.mark.parametrize(
    ("minor", "currency"), [(17251, "EUR"), (0, "EUR"), (-1, "EUR"), (100, "USD"), (10**14, "EUR")]
)
def test_an_amount_that_is_not_left_is_refused(minor: int, currency: str) -> None:
    with pytest.raises(InvalidInput):
        check_amount(left_of(of_two_rates(), ()), Money(minor, currency), "2026-0007")


def test_rounding_alone_is_never_left_behind() -> None:
    typed = a_draft(UUID(int=7), lines=(a_line("2.99", "1", tax=tax_at(Decimal(4))),), inclusive=True)
    left = left_of(frozen(compute(typed)), ())

    refused = [minor for minor in range(1, 300) if _is_refused(left, minor)]

    assert left.rounding.minor in (-1, 1)
    assert refused == ([298] if left.rounding.minor == 1 else [])


def _is_refused(left: Left, minor: int) -> bool:
    try:
        check_amount(left, Money(minor, "EUR"), "2026-0007")
    except InvalidInput:
        return True
    return False


@given(bill=bills(), shares=st.lists(st.integers(1, 999), min_size=1, max_size=7))
@settings(max_examples=120, deadline=None)
def test_credit_notes_of_any_amounts_add_up_to_the_invoice_rate_by_rate(
    bill: Bill, shares: list[int]
) -> None:
    document, made = frozen(computed(bill)), list[Totals]()

    for share in shares:
        left = left_of(document, made)
        amount = Money(left.payable.minor * share // 1000, document.currency)
        if amount.minor > 0 and not (left.rounding.minor > 0 and amount >= left.payable - left.rounding):
            made.append(part(left, amount, "Credit"))
            assert made[-1].payable == amount
    left = left_of(document, made)
    if left.payable:
        made.append(whole(document, left, "Credit"))

    assert all(map(adds_up, made))
    over = left_of(document, made)
    assert not any((row.basis or row.amount) for row in over.rows) or not left.payable
    assert sum(one.payable.minor for one in made) == document.totals.payable.minor
    steps = [left_of(document, made[:count]).rows for count in range(len(made) + 1)]
    assert all(row.basis.minor >= 0 <= row.amount.minor for rows in steps for row in rows)
