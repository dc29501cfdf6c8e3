"""How an invoice fills its pages: nothing overflows, nothing stands alone."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from core.documents.pdf import render
from core.documents.pen import LEFT, RIGHT
from core.invoice import MAX_LINES, Line
from core.party import Address, Party
from core.tax import Tax, TaxCategory
from tests.builders.documents import a_document, a_line
from tests.documents.reading import Piece, pages, pieces

LONG = (
    "Überregionale Gesellschaft für nachhaltige Wohnraumentwicklung und Quartiersmanagement mbH & Co. KG " * 3
)


@pytest.mark.parametrize("count", range(1, 61))
def test_the_totals_share_a_page_with_the_last_line(count: int) -> None:
    *_, last = (page for page in pages(render(a_document(count, iban=""))) if "Total due" in page)

    assert re.search(rf"#{count}\b", last)
    assert "Subtotal" in last


@pytest.mark.parametrize("count", [1, 5, 200, MAX_LINES])
def test_every_line_is_printed_once_and_every_page_has_its_head_and_number(count: int) -> None:
    said = pages(render(a_document(count)))

    whole = "\n".join(said)
    assert [int(index) for index in re.findall(r"#(\d+)", whole)] == [*range(1, count + 1)]
    for number, page in enumerate(said, 1):
        assert f"Page {number} of {len(said)}" in page
        assert ("Description" in page) == ("#" in page)
        assert number == 1 or "Invoice 2026-0007" in page


def test_a_word_without_spaces_is_broken_and_nothing_leaves_the_margins() -> None:
    party = Party(
        LONG, Address("PL", "x" * 200, "y" * 200, "z" * 60, "ß" * 200), "PL" + "1" * 60, email="m" * 200
    )
    content = render(
        a_document(
            [a_line(1, description="W" * 200), a_line(2, description=LONG + "i" * 180)],
            seller=party, buyer=party, reference="R" * 100, number="N" * 30, note="n" * 2000, footer="f" * 400,
        )
    )  # fmt: skip

    for page in pieces(content):
        for piece in page:
            assert piece.left >= LEFT - 0.1, piece
            assert piece.right <= RIGHT + 0.1, piece
            assert 20 < piece.baseline < 820, piece
        assert_no_overlap(page)


def test_a_line_longer_than_a_page_goes_on_with_the_rest_on_the_next() -> None:
    document = a_document(2)
    first, second = document.totals.lines
    tall = replace(first, description=" ".join(f"word{index:04}" for index in range(1500)))
    document = replace(document, totals=replace(document.totals, lines=(tall, second)))

    said = pages(render(document))

    assert len(said) > 2
    assert all(f"word{index:04}" in "".join(said) for index in range(1500))
    assert "".join(said).count("56.18") == 1


def test_numbers_of_any_size_keep_their_columns_apart() -> None:
    lines = [
        Line("Big", Decimal("12345678.123456789012"), Decimal("9999.9999"), "KWH"),
        Line("Fine", Decimal("0.000000000001"), Decimal("9999999"), "KWH"),
    ]

    for page in pieces(render(a_document(lines, currency="KWD"))):
        assert_no_overlap(page)
        assert all(piece.left >= LEFT - 0.1 and piece.right <= RIGHT + 0.1 for piece in page)


def test_a_hundred_rates_run_over_pages_without_loss() -> None:
    rates = [Decimal(index) / 4 for index in range(1, 121)]
    lines = [a_line(index, tax=Tax(TaxCategory.STANDARD, rate)) for index, rate in enumerate(rates)]

    whole = "".join(pages(render(a_document(lines))))

    assert len(re.findall(r"VAT [\d.]+% on ", whole)) == len(rates)
    assert "Total due" in whole


def assert_no_overlap(page: list[Piece]) -> None:
    for index, one in enumerate(page):
        for other in page[index + 1 :]:
            if abs(one.baseline - other.baseline) < 0.6 * min(one.size, other.size):
                assert one.right <= other.left + 0.1 or other.right <= one.left + 0.1, (one, other)
