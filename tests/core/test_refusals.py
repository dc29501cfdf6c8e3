"""What refuses an amount or a choice names the field, says with which values, and gives an example that would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from core.credit_note import check_amount, left_of, of_lines, part
from core.errors import InvalidInput
from core.invoice import Document, Line
from core.ladder import LateFee
from core.late_fee import fee_of
from core.money import Money
from core.numbering import NumberPattern, must_be_apart
from core.tax import Tax, tax_at
from core.totals import compute
from core.usecases.invoice import freeze
from tests.builders.core import a_business, a_client, a_draft, a_line

NINETEEN, SEVEN = tax_at(Decimal(19)), tax_at(Decimal(7))


def of(*lines: Line, inclusive: bool = False) -> Document:
    draft = a_draft(UUID(int=7), lines=lines, inclusive=inclusive)
    return replace(freeze(a_business(), a_client(), draft, date(2026, 3, 5)), number="2026-0007")


PLAIN = of(a_line("100", "1", tax=NINETEEN), a_line("50", "1", tax=SEVEN))
"""EUR 172.50."""
ODD = of(a_line("2.99", "1", tax=tax_at(Decimal(4))), inclusive=True)
"""EUR 2.99, of which a cent is rounding: 2.88 and 0.12."""


def credits(document: Document, minor: int, currency: str = "EUR") -> Callable[[], object]:
    return partial(check_amount, left_of(document, ()), Money(minor, currency), document.number)


def takes(price: str, tax: Tax) -> Callable[[], object]:
    typed = compute(a_draft(UUID(int=7), lines=(a_line(price, "1", tax=tax),)))
    return lambda: of_lines(left_of(PLAIN, ()), typed, PLAIN.number)


ALL_GONE = partial(check_amount, left_of(PLAIN, [PLAIN.totals]), Money(1, "EUR"), PLAIN.number)


@pytest.mark.parametrize(
    ("refused", "field", "says", "example"),
    [
        (credits(PLAIN, 100, "CHF"), "amount", "2026-0007 is in EUR; CHF is another currency.", "172.50"),
        (credits(PLAIN, 0), "amount", "A credit note is over more than zero.", "172.50"),
        (credits(PLAIN, 17251), "amount", "Of 2026-0007, only EUR 172.50 is left to credit.", "172.50"),
        (ALL_GONE, "amount", "2026-0007 is credited in full already.", ""),
        (takes("10", tax_at(Decimal(5))), "lines", "2026-0007 has no line with VAT of 5%.", "1h design @ 120"),
        (takes("100.01", NINETEEN), "amount", "Of 2026-0007, only EUR 172.50 is left to credit.", "172.50"),
        (takes("0", NINETEEN), "amount", "Of 2026-0007, only EUR 172.50 is left to credit.", "172.50"),
        (
            lambda: NumberPattern("n°" * 31), "number-pattern",
            f"“{'n°' * 30}” is not a number pattern: it needs one counter such as {{NNNN}}, and may hold "
            "{YYYY}, {YY}, {MM}, letters, digits and - / _ .",
            "{YYYY}-{NNNN}",
        ),
        (
            lambda: must_be_apart(NumberPattern("{NNNN}"), NumberPattern("{YYYY}-{NNNN}")), "credit-pattern",
            "Invoices and credit notes must not look alike: let their numbers begin with different letters.",
            "CN{YYYY}-{NNNN}",
        ),
        (
            lambda: fee_of(LateFee((7,), amount=Decimal("12.505")), 7, Money(900, "EUR")), "fee",
            "12.505 cannot be paid in EUR.", "40 at 14",
        ),
    ],
)  # fmt: skip
def test_a_refusal_is_complete(refused: Callable[[], object], field: str, says: str, example: str) -> None:
    with pytest.raises(InvalidInput) as error:
        refused()

    assert (error.value.field, str(error.value), error.value.example) == (field, says, example)


def test_what_would_leave_but_rounding_is_refused_and_all_of_it_is_not() -> None:
    left = left_of(ODD, ())
    whole, rest = left.payable, left.payable - left.rounding
    assert left.rounding.minor == -1

    check_amount(left, whole, ODD.number)
    check_amount(left_of(PLAIN, ()), Money(17249, "EUR"), PLAIN.number)
    with pytest.raises(InvalidInput, match="only"):
        check_amount(left, rest, ODD.number)


def test_what_would_leave_a_cent_of_rounding_more_is_refused_with_what_would_do() -> None:
    document = of(a_line("0.16", "1", tax=NINETEEN), inclusive=True)
    left = left_of(document, ())
    assert left.rounding.minor == 1

    for minor in (14, 16):
        check_amount(left, Money(minor, "EUR"), document.number)
    with pytest.raises(InvalidInput) as error:
        check_amount(left, Money(15, "EUR"), document.number)

    assert (error.value.field, str(error.value), error.value.example) == (
        "amount", "Of 2026-0007, EUR 0.16 is left: credit all of it, or less than EUR 0.15.", "0.16",
    )  # fmt: skip


def test_patterns_with_letters_of_their_own_are_apart() -> None:
    must_be_apart(NumberPattern("{NNNN}"), NumberPattern("CN{NNNN}"), NumberPattern("XXXX{NNNN}"))


def test_the_last_lines_take_the_vat_and_the_rounding_that_are_left() -> None:
    """Of each half the VAT is 0.02, and of both together 0.05."""
    document = of(a_line("0.13", "1", tax=NINETEEN), a_line("0.13", "1", tax=NINETEEN))
    half = compute(a_draft(UUID(int=7), lines=(a_line("0.13", "1", tax=NINETEEN),)))

    first = of_lines(left_of(document, ()), half, document.number)
    last = of_lines(left_of(document, [first]), half, document.number)

    assert [row.amount.minor for row in (*first.tax_rows, *last.tax_rows)] == [2, 3]
    assert first.payable + last.payable == document.totals.payable


def test_what_a_credit_note_took_is_gone_and_its_rounding_with_it() -> None:
    left = left_of(ODD, [ODD.totals])

    assert (left.rounding.minor, left.payable.minor) == (0, 0)
    assert [(row.basis.minor, row.amount.minor) for row in left.rows] == [(0, 0)]


def test_a_part_takes_from_every_rate_that_has_a_cent_left() -> None:
    document = of(a_line("100", "1", tax=NINETEEN), a_line("0.01", "1", tax=SEVEN))

    taken = part(left_of(document, ()), Money(11900, "EUR"), "Part")

    assert [(row.basis + row.amount).minor for row in taken.tax_rows] == [11899, 1]
    assert [line.quantity * line.unit_price for line in taken.lines] == [
        line.net.amount for line in taken.lines
    ]
    assert {line.description for line in taken.lines} == {"Part"}
