"""Lines that name a product: what they take from it, and what they may say otherwise."""

from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.invoice import Line
from core.locale import number_style
from core.product import by_key
from core.tax import tax_at
from handlers.reading.lines import names_in, products_in, read_line, read_lines, read_priced_lines
from tests.builders.core import VAT_7
from tests.builders.products import a_product

EN = number_style("en")
GOODS = by_key(
    (
        a_product("Hosting", code="HOST"),
        a_product("Logo", code="", price=Decimal(900), unit="C62", tax=None),
        a_product("3 month care", code="C-3", price=Decimal(70), unit="C62", tax=None),
        a_product("VAT advice", code="", price=Decimal(90), unit="HUR", tax=None),
    )
)
HOSTING = Line("Hosting", Decimal("49.90"), Decimal(1), "MON", VAT_7)


def hosting(quantity: str = "1", price: str = "49.90", unit: str = "MON", vat: str = "7") -> Line:
    return Line("Hosting", Decimal(price), Decimal(quantity), unit, tax_at(Decimal(vat)))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Hosting", hosting()),
        ("hosting", hosting()),
        ("HOST", hosting()),
        ("2 x Hosting", hosting("2")),
        ("2x host", hosting("2")),
        ("3 month Hosting", hosting("3")),
        ("1.5 months host", hosting("1.5")),
        ("3 Hosting", hosting("3")),
        ("2 x Hosting vat 19%", hosting("2", vat="19")),
        ("2 x Hosting @ 45", hosting("2", "45")),
        ("HOST @ 45 vat 19", hosting("1", "45", vat="19")),
        ("3h Hosting @ 45", hosting("3", "45", "HUR")),
        ("Logo", Line("Logo", Decimal(900))),
        ("2 pcs Logo", Line("Logo", Decimal(900), Decimal(2))),
        ("3 month care", Line("3 month care", Decimal(70))),
        ("2 x 3 month care", Line("3 month care", Decimal(70), Decimal(2))),
        ("c-3 @ 60", Line("3 month care", Decimal(60))),
        ("VAT advice", Line("VAT advice", Decimal(90), Decimal(1), "HUR")),
        ("Hosting in May @ 45", Line("Hosting in May", Decimal(45))),
    ],
)
def test_a_product_is_a_whole_line(typed: str, expected: Line) -> None:
    assert read_line(typed, EN, goods=GOODS) == expected


@pytest.mark.parametrize(
    ("typed", "descriptions"),
    [
        ("2 x Hosting, Logo", ["Hosting", "Logo"]),
        ("Hosting, 3h design @ 120", ["Hosting", "design"]),
        ("3h design @ 120, 2 x host", ["design", "Hosting"]),
        ("- Hosting\n- 2 x Logo", ["Hosting", "Logo"]),
        # A product behind a text without a price describes, as any other part does.
        ("Advice, Hosting, print @ 9", ["Advice, Hosting, print"]),
        ("Design, logo @ 900", ["Design, logo"]),
    ],
)
def test_products_stand_among_other_lines(typed: str, descriptions: list[str]) -> None:
    assert [line.description for line in read_lines(typed, EN, goods=GOODS)] == descriptions


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("3h Hosting", "“Hosting” is priced by another unit; write a price behind an @."),
        ("2 x Hostin", "There is no price; write it behind an @."),
        ("0 x Hosting", "it must be more than 0"),
        ("2 x Hosting @", "There is no price; write it behind an @."),
        ("Hosting vat", "There is no rate behind vat."),
    ],
)
def test_what_does_not_fit_the_product_is_told_in_one_sentence(typed: str, problem: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_line(typed, EN, goods=GOODS)

    assert problem in str(caught.value)
    assert "@" in caught.value.example


def test_the_price_of_a_product_is_in_its_currency() -> None:
    assert read_priced_lines("Hosting", EN, hint="CHF", goods=GOODS).currency == "EUR"
    assert read_priced_lines("Hosting @ 5", EN, hint="CHF", goods=GOODS).currency is None
    with pytest.raises(InvalidInput, match="is priced in EUR, but the invoice is in CHF"):
        read_line("Hosting", EN, currency="CHF", goods=GOODS)
    with pytest.raises(InvalidInput, match="A price is in USD, but the invoice is in EUR"):
        read_lines("Hosting, Logo @ 5 USD", EN, goods=GOODS)


def test_without_products_a_line_needs_a_price() -> None:
    with pytest.raises(InvalidInput, match="There is no price"):
        read_line("2 x Hosting", EN)


@pytest.mark.parametrize(
    "typed",
    ["Hosting", "2 x Hosting", "3 month HOST, a @ 5", "a @ 5\n- Hosting vat 7%", "2h hosting @ 9, b @ 1"],
)
def test_every_name_that_a_line_may_mean_is_looked_up(typed: str) -> None:
    assert names_in(typed, EN) & {"hosting", "host"}


def test_what_no_product_can_be_called_is_not_looked_up() -> None:
    assert names_in("a" * 101 + " @ 5\n , \n@ 5", EN) == frozenset()


@pytest.mark.parametrize(
    ("typed", "each", "counted"),
    [
        ("2 x Hosting", True, True),
        ("Hosting", True, False),
        ("Hosting vat 7%, LOGO", True, False),
        ("3 month care", True, False),
        ("2 x 3 month care vat 19%\nlogo", True, True),
        ("2 x Hosting, 3h design", False, True),
        ("Hosting, when?", False, False),
        ("2 x coffee", False, False),
        ("Hosting is down", False, False),
        ("2 x Hosting @ 40", False, False),
        ("", False, False),
    ],
)
def test_it_is_known_whether_lines_are_products_and_whether_they_count(
    typed: str, each: bool, counted: bool
) -> None:
    assert products_in(typed, EN, GOODS) == (each, counted)
