from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.invoice import Line
from core.locale import number_style
from core.tax import Tax, TaxCategory, tax_at
from handlers.reading.lines import Lines, read_line, read_lines, read_priced_lines, split_lines

EN = number_style("en")
DE = number_style("de")


def line(
    description: str, price: str, quantity: str = "1", unit: str = "C62", vat: str | None = None
) -> Line:
    tax = tax_at(Decimal(vat)) if vat is not None else None
    return Line(description, Decimal(price), Decimal(quantity), unit, tax)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3h design @ 120", line("design", "120", "3", "HUR")),
        ("3 h design @ 120", line("design", "120", "3", "HUR")),
        ("3H design @ 120", line("design", "120", "3", "HUR")),
        ("2 x Hosting @ 49.90 vat 7%", line("Hosting", "49.90", "2", vat="7")),
        ("2x Hosting @ 49.90", line("Hosting", "49.90", "2")),
        ("2 × Hosting @ 49.90", line("Hosting", "49.90", "2")),
        ("Logo @ 900", line("Logo", "900")),
        ("Logo@900", line("Logo", "900")),
        ("Logo @900 VAT: 0", line("Logo", "900", vat="0")),
        ("1.5d workshop @ 1.200,50", line("workshop", "1200.50", "1.5", "DAY")),
        ("10 pcs Mug @ 4", line("Mug", "4", "10", "H87")),
        ("3 design sprints @ 100", line("design sprints", "100", "3")),
        ("365 Days of Winter book @ 20", line("Winter book", "20", "365", "DAY")),
        ("4 hours of design @ 80", line("design", "80", "4", "HUR")),
        ("4 ore di consulenza @ 80", line("consulenza", "80", "4", "HUR")),
        ("3 heures d’audit @ 80", line("audit", "80", "3", "HUR")),
        ("2h De Vries support @ 80", line("De Vries support", "80", "2", "HUR")),
        ("2026 calendar @ 10", line("calendar", "10", "2026")),
        ("2 Std. Beratung @ 90", line("Beratung", "90", "2", "HUR")),
        ("5 m² tiles @ 20", line("tiles", "20", "5", "MTK")),
        ("12.5 kWh power @ 0.3125", line("power", "0.3125", "12.5", "KWH")),
        ("3h x design @ 5", line("design", "5", "3", "HUR")),
        ("3 x 4 h workshop @ 100", line("4 h workshop", "100", "3")),
        ("1 000 x Mug @ 4", line("Mug", "4", "1000")),
        ("1,000 Mugs @ 4", line("Mugs", "4", "1000")),
        ("3 200 g bags @ 5", line("200 g bags", "5", "3")),
        ("10 hours @ 120", line("hours", "120", "10", "HUR")),
        ("3D model @ 200", line("3D model", "200")),
        ("5G router @ 50", line("5G router", "50")),
        ("2xl shirt @ 20", line("2xl shirt", "20")),
        ("2nd floor @ 5", line("2nd floor", "5")),
        ("24/7 support @ 500", line("24/7 support", "500")),
        ("50% deposit @ 500", line("50% deposit", "500")),
        ("3-day workshop @ 900", line("3-day workshop", "900")),
        ("3 day-passes @ 9", line("day-passes", "9", "3")),
        ("1. Phase @ 100", line("1. Phase", "100")),
        ("2-3 hours @ 50", line("2-3 hours", "50")),
        ("Mail to a@b.example @ 300", line("Mail to a@b.example", "300")),
        ("Post for @acme @ 300", line("Post for @acme", "300")),
        ("Talk @ 9am @ 120", line("Talk @ 9am", "120")),
        ("Design, logo, print @ 900", line("Design, logo, print", "900")),
        ("Hosting @ €5", line("Hosting", "5")),
        ("Hosting @ 5 EUR vat 7", line("Hosting", "5", vat="7")),
        ("Hosting @ 1 200,50 mwst 8.1 %", line("Hosting", "1200.50", vat="8.1")),
        ("Sample @ 0", line("Sample", "0")),
        ("vat advice @ 90", line("vat advice", "90")),
    ],
)
def test_a_line_is_read_as_people_write_it(typed: str, expected: Line) -> None:
    assert read_line(typed, EN) == expected


def test_the_style_decides_about_a_price_only_the_locale_can_tell() -> None:
    assert [read_line("Logo @ 1.200", style).price for style in (EN, DE)] == [Decimal("1.2"), Decimal(1200)]


def test_a_rate_of_zero_is_the_zero_category() -> None:
    assert read_line("Logo @ 900 vat 0%", EN).tax == Tax(TaxCategory.ZERO, Decimal(0))


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("a @ 1, b @ 2", ["a @ 1", "b @ 2"]),
        ("a @ 1,\nb @ 2,", ["a @ 1", "b @ 2"]),
        ("a @ 1,200.50, b @ 2", ["a @ 1,200.50", "b @ 2"]),
        ("- a @ 1\n* b @ 2\n\n• c @ 3", ["a @ 1", "b @ 2", "c @ 3"]),
        ("Design, logo @ 900", ["Design, logo @ 900"]),
        ("Design, , logo @ 900, x @ 1", ["Design, logo @ 900", "x @ 1"]),
        ("Design\nlogo @ 900", ["Design", "logo @ 900"]),
        ("3h design, 2 x Hosting @ 49.90", ["3h design", "2 x Hosting @ 49.90"]),
        ("mail a@b.example, logo @ 9", ["mail a@b.example, logo @ 9"]),
        ("a @ abc, b @ 2", ["a @ abc", "b @ 2"]),
        (" , ,", []),
    ],
)
def test_lines_are_separated_and_parts_without_a_price_glued_to_the_next(
    typed: str, parts: list[str]
) -> None:
    assert list(split_lines(typed)) == parts


def test_all_lines_of_the_interface_are_read() -> None:
    assert read_lines("3h design @ 120, 2 x Hosting @ 49.90 vat 7%, Logo @ 900", EN) == (
        line("design", "120", "3", "HUR"),
        line("Hosting", "49.90", "2", vat="7"),
        line("Logo", "900"),
    )


def test_a_currency_written_with_a_price_is_reported() -> None:
    assert read_priced_lines("a @ 1, b @ $2, c @ 3", EN, hint="AUD") == Lines(
        (line("a", "1"), line("b", "2"), line("c", "3")), "AUD"
    )
    assert read_priced_lines("a @ 1", EN, hint="AUD").currency is None
    assert read_priced_lines("a @ CA$1", EN, currency="CAD", hint="AUD").currency == "CAD"


@pytest.mark.parametrize(
    ("typed", "sentence", "example"),
    [
        ("", "There is no line here.", "2 x Hosting @ 49.90"),
        (" , \n", "There is no line here.", "2 x Hosting @ 49.90"),
        ("3h design @ 120, Hosting", "Line 2 (“Hosting”): There is no price; write it behind an @.",
         "2 x Hosting @ 49.90"),
        ("Hosting @", "Line 1 (“Hosting @”): There is no price; write it behind an @.", "2 x Hosting @ 49.90"),
        ("a @ 1\n@ 5", "Line 2 (“@ 5”): It does not say what the price is for.", "2 x Hosting @ 49.90"),
        ("3h @ 120", "Line 1 (“3h @ 120”): It does not say what the price is for.", "2 x Hosting @ 49.90"),
        ("a @ abc", "Line 1 (“a @ abc”): “abc” is not an amount of money.", "2 x Hosting @ 49.90"),
        ("a @ -5", "Line 1 (“a @ -5”): “-5” is negative; write it without the minus sign.", "2 x Hosting @ 49.90"),
        ("a @ 1E+3000000", "Line 1 (“a @ 1E+3000000”): “1E+3000000” is not an amount of money.",
         "2 x Hosting @ 49.90"),
        ("a @ ١٢", "Line 1 (“a @ ١٢”): “١٢” is not an amount of money.", "2 x Hosting @ 49.90"),
        ("a @ 0.00001", "Line 1 (“a @ 0.00001”): “0.00001” has too many decimal places: 4 is the most.",
         "2 x Hosting @ 49.90"),
        ("0 x a @ 5", "Line 1 (“0 x a @ 5”): “0” is not a quantity: it must be more than 0 and below 1,000,000,000.",
         "2 x Hosting @ 49.90"),
        ("-2 x a @ 5", "Line 1 (“-2 x a @ 5”): “-2” is negative; write it without the minus sign.",
         "2 x Hosting @ 49.90"),
        ("1e9 x a @ 5", "Line 1 (“1e9 x a @ 5”): “1e9” is not a quantity.", "2 x Hosting @ 49.90"),
        ("٣ x a @ 5", "Line 1 (“٣ x a @ 5”): “٣” is not a quantity.", "2 x Hosting @ 49.90"),
        ("a @ 5 vat", "Line 1 (“a @ 5 vat”): There is no rate behind vat.", "Logo @ 900 vat 19%"),
        ("a @ 5 vat 101", "Line 1 (“a @ 5 vat 101”): “101” is not a percentage from 0 to 100.", "2 x Hosting @ 49.90"),
        ("a @ 120,2 x b @ 49.90",
         "Line 1 (“a @ 120,2 x b @ 49.90”): There are two prices; put a comma and a blank between two lines.",
         "3h design @ 120, 2 x Hosting @ 49.90"),
        ("a @ EUR 120 b @ 4",
         "Line 1 (“a @ EUR 120 b @ 4”): There are two prices; put a comma and a blank between two lines.",
         "3h design @ 120, 2 x Hosting @ 49.90"),
        ("a @ 5, due 14d", "Line 2 (“due 14d”): “due” is an option; write a semicolon before it.",
         "3h design @ 120; due 14d"),
        ("a @ $5, b @ €6", "Line 2 (“b @ €6”): A price is in EUR, but the invoice is in USD; "
         "an invoice has one currency.", "2 x Hosting @ 49.90"),
        ("999999999 x a @ 9999999", "Line 1 (“999999999 x a @ 9999999”): It comes to more than an invoice can hold.",
         "2 x Hosting @ 49.90"),
        (f"{'a' * 501} @ 5", f"Line 1 (“{'a' * 59}…”): “{'a' * 59}…” is 501 characters long; "
         "500 is the most that fits.", "2 x Hosting @ 49.90"),
        (f"{'a' * 1500} @ 5", f"Line 1 (“{'a' * 59}…”): It is 1504 characters long; 1000 is the most that fits.",
         "2 x Hosting @ 49.90"),
        ("a @ 5\n" * 1001, "There are more than 1000 lines; make two invoices of it.", ""),
    ],
)  # fmt: skip
def test_refused_lines_say_which_line_and_what_is_wrong(typed: str, sentence: str, example: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_lines(typed, EN)

    assert (caught.value.field, str(caught.value), caught.value.example) == ("lines", sentence, example)


def test_one_line_on_its_own_is_refused_without_a_number() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_line("Hosting", EN)

    assert (caught.value.field, str(caught.value)) == ("line", "There is no price; write it behind an @.")


def test_a_price_in_another_currency_than_the_invoices_is_refused() -> None:
    with pytest.raises(InvalidInput, match="A price is in USD, but the invoice is in EUR"):
        read_line("a @ $5", EN, currency="EUR")


def test_a_thousand_lines_fit() -> None:
    assert len(read_lines("a @ 5\n" * 1000, EN)) == 1000
