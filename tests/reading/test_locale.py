from decimal import Decimal

import pytest

from core.locale import ENGLISH, NumberStyle, format_decimal, format_money, number_style
from core.money import Money


@pytest.mark.parametrize(
    ("locale", "decimal", "group"),
    [
        ("en", ".", ","),
        ("de", ",", "."),
        ("de_DE", ",", "."),
        ("de-CH", ".", "\u2019"),
        ("fr_FR", ",", "\u202f"),
        ("pl", ",", "\u00a0"),
        ("en_DE", ",", "."),
        ("fr_US", ",", "\u202f"),
        ("pt_BR", ",", "."),
        ("ar", ".", ","),
        ("xx", ".", ","),
        ("", ".", ","),
        ("../de", ".", ","),
    ],
)
def test_a_locale_has_its_marks_and_an_unknown_one_is_english(locale: str, decimal: str, group: str) -> None:
    assert number_style(locale) == NumberStyle(decimal, group)


@pytest.mark.parametrize(
    ("value", "places", "english", "german"),
    [
        ("1234567.5", None, "1,234,567.5", "1.234.567,5"),
        ("1234567.5", 2, "1,234,567.50", "1.234.567,50"),
        ("-1200", 2, "-1,200.00", "-1.200,00"),
        ("0.005", 2, "0.01", "0,01"),
        ("-0.001", 2, "0.00", "0,00"),
        ("100", None, "100", "100"),
        ("7.1000", None, "7.1", "7,1"),
        ("1E+3", None, "1,000", "1.000"),
        ("0E-4", None, "0", "0"),
        ("999999999999999.99", 2, "999,999,999,999,999.99", "999.999.999.999.999,99"),
        ("12345678901234567890123456789012345.5", 0, "12,345,678,901,234,567,890,123,456,789,012,346",
         "12.345.678.901.234.567.890.123.456.789.012.346"),
    ],
)  # fmt: skip
def test_a_number_is_grouped_and_rounded_half_up(
    value: str, places: int | None, english: str, german: str
) -> None:
    number = Decimal(value)

    assert format_decimal(number, ENGLISH, places) == english
    assert format_decimal(number, number_style("de"), places) == german


def test_only_a_finite_number_can_be_written() -> None:
    for value in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(ValueError, match="finite"):
            format_decimal(Decimal(value), ENGLISH)


def test_money_is_written_with_its_code_and_always_its_decimal_places() -> None:
    assert format_money(Money(120_050, "EUR"), ENGLISH) == "EUR 1,200.50"
    assert format_money(Money(120_000, "EUR"), number_style("de")) == "EUR 1.200,00"
    assert format_money(Money(-1234, "JPY"), ENGLISH) == "JPY -1,234"
    assert format_money(Money(1, "KWD"), number_style("fr")) == "KWD 0,001"
    assert format_money(Money(0, "CLF"), ENGLISH) == "CLF 0.0000"
