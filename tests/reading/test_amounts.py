from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.locale import number_style
from handlers.reading.amounts import Amount, looks_like_amount, read_amount, read_percent, read_quantity

EN = number_style("en")
DE = number_style("de")
FR = number_style("fr")
CH = number_style("de_CH")


@pytest.mark.parametrize(
    ("typed", "value", "currency"),
    [
        ("190", "190", None),
        ("+5", "5", None),
        ("1.200,50", "1200.50", None),
        ("1,200.50", "1200.50", None),
        ("1 200,50", "1200.50", None),
        ("1\u202f200,50", "1200.50", None),
        ("1'200.50", "1200.50", None),
        ("1\u2019200.50", "1200.50", None),
        ("1,00,000.75", "100000.75", None),
        ("1.200.300", "1200300", None),
        ("1 900", "1900", None),
        ("0.5", "0.5", None),
        ("0,5", "0.5", None),
        (".5", "0.5", None),
        ("$190", "190", "USD"),
        ("$ 190", "190", "USD"),
        ("190 EUR", "190", "EUR"),
        ("190eur", "190", "EUR"),
        ("EUR 190", "190", "EUR"),
        ("€190", "190", "EUR"),
        ("190 €", "190", "EUR"),
        ("190 euros", "190", "EUR"),
        ("£7.5", "7.5", "GBP"),
        ("¥ 700", "700", "JPY"),
        ("CHF 1'200.-", "1200", "CHF"),
        ("Fr. 190", "190", "CHF"),
        ("Fr.190", "190", "CHF"),
        ("$.50", "0.50", "USD"),
        ("100,-", "100", None),
        ("100,-- €", "100", "EUR"),
        ("12 zł", "12", "PLN"),
        ("R$ 5", "5", "BRL"),
        ("A$ 5", "5", "AUD"),
        ("$190 CAD", "190", "CAD"),
        ("CAD 190 $", "190", "CAD"),
        ("1.005 KWD", "1.005", "KWD"),
        ("9999999999999.99", "9999999999999.99", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, value: str, currency: str | None) -> None:
    amount = read_amount(typed, "amount", EN, currency_hint="EUR")

    assert amount == Amount(Decimal(value), currency)


def test_where_only_the_locale_can_tell_the_locale_decides() -> None:
    read = {
        typed: [read_amount(typed, "price", style, places=4).value for style in (EN, DE, FR, CH)]
        for typed in ("1,200", "1.200")
    }

    whole, fraction = Decimal(1200), Decimal("1.2")
    assert read == {
        "1,200": [whole, fraction, fraction, whole],
        "1.200": [fraction, whole, whole, fraction],
    }


def test_a_dollar_is_the_businesss_own_where_that_is_one_and_else_the_american() -> None:
    assert read_amount("$5", "amount", EN, currency_hint="CAD").currency == "CAD"
    assert read_amount("$5", "amount", EN, currency_hint="EUR").currency == "USD"
    assert read_amount("5 kr", "amount", EN, currency_hint="DKK").currency == "DKK"
    assert read_amount("5 kr", "amount", EN).currency == "SEK"
    assert read_amount("¥5", "amount", EN, currency_hint="CNY").currency == "CNY"


@pytest.mark.parametrize("typed", [
    "1E+3000000", "1e5", "NaN", "sNaN", "Infinity", "-Infinity", "1_000", "٣", "١٢٣", "１２", "12３", "²", "½", "0x1F",
    "1.2.3", "1,2,3", "12 34", "1 2345", "1..2", "1.200,300.5", "1 200.300,5", "(5)", "5-", "€ 5 USD", "190 $ CAD",
    "five", "$", "EUR", ".", ",", "5%", "5 apples", "1/2", "1+1", "--5x", "5.", "{value}", "5" * 41,
])  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_own_words(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_amount(typed, "amount", DE, currency_hint="EUR")

    assert caught.value.field == "amount"
    assert caught.value.example == "120,50"
    assert str(caught.value) in {
        f"“{typed}” is not an amount of money.",
        f"“{typed}” is negative; write it without the minus sign.",
    }


@pytest.mark.parametrize(
    ("typed", "sentence", "example"),
    [
        ("", "Nothing was written here.", "120.50"),
        ("-5", "“-5” is negative; write it without the minus sign.", "120.50"),
        ("−5", "“−5” is negative; write it without the minus sign.", "120.50"),
        ("€ -5", "“€ -5” is negative; write it without the minus sign.", "120.50"),
        ("0.00", "“0.00” is nothing; the amount must be more than zero.", "120.50"),
        ("1.005", "“1.005” has too many decimal places: EUR has 2.", "120.50"),
        ("1.200", "“1.200” has too many decimal places: EUR has 2.", "120.50"),
        ("JPY 5.5", "“JPY 5.5” has too many decimal places: JPY has 0.", "120"),
        ("10000000000000", "“10000000000000” is more than an invoice can hold.", "120.50"),
        ("9" * 40, f"“{'9' * 40}” is more than an invoice can hold.", "120.50"),
        ("9" * 61, f"“{'9' * 59}…” is 61 characters long; 60 is the most that fits.", "120.50"),
    ],
)
def test_a_refused_amount_says_what_is_wrong(typed: str, sentence: str, example: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_amount(typed, "amount", EN, currency_hint="EUR")

    assert (str(caught.value), caught.value.example) == (sentence, example)


def test_zero_and_more_places_are_read_only_where_they_are_allowed() -> None:
    assert read_amount("0", "price", EN, allow_zero=True).value == 0
    assert read_amount("0.0125", "price", EN, places=4).value == Decimal("0.0125")
    with pytest.raises(InvalidInput) as caught:
        read_amount("0.01255", "price", EN, places=4)

    assert str(caught.value) == "“0.01255” has too many decimal places: 4 is the most."


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", "3"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("1,200", "1200"),
        ("0.0001", "0.0001"),
        ("999999999", "999999999"),
    ],
)
def test_a_quantity_is_a_number_above_zero(typed: str, value: str) -> None:
    assert read_quantity(typed, "quantity", EN) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "“0” is not a quantity: it must be more than 0 and below 1,000,000,000."),
        ("1000000000", "“1000000000” is not a quantity: it must be more than 0 and below 1,000,000,000."),
        ("-2", "“-2” is negative; write it without the minus sign."),
        ("1.00005", "“1.00005” has too many decimal places: 4 is the most."),
        ("1e9", "“1e9” is not a quantity."),
        ("٣", "“٣” is not a quantity."),
        ("3 h", "“3 h” is not a quantity."),
    ],
)
def test_a_refused_quantity_says_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_quantity(typed, "quantity", EN)

    assert (str(caught.value), caught.value.example) == (sentence, "1.5")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("19", "19"), ("19%", "19"), ("8.1 %", "8.1"), ("5,5%", "5.5"), ("25.500", "25.5"), ("0", "0"),
        ("100 %", "100"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_a_percentage_may_have_a_sign_and_either_mark(typed: str, value: str) -> None:
    percent = read_percent(typed, "vat")

    assert str(percent) == value


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nothing was written here."),
        ("101", "“101” is not a percentage from 0 to 100."),
        ("-1%", "“-1%” is negative; write it without the minus sign."),
        ("7.1234", "“7.1234” has too many decimal places: 3 is the most."),
        ("1e1", "“1e1” is not a percentage."),
        ("NaN", "“NaN” is not a percentage."),
        ("19%%", "“19%%” is not a percentage."),
        ("1 0", "“1 0” is not a percentage."),
        ("%", "“%” is not a percentage."),
        ("١٩", "“١٩” is not a percentage."),
    ],
)
def test_a_refused_percentage_says_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_percent(typed, "vat")

    assert (caught.value.field, str(caught.value), caught.value.example) == ("vat", sentence, "19%")


def test_only_a_number_with_a_currency_looks_like_an_amount() -> None:
    assert [text for text in ("5", "$5", "5 EUR", "9am", "a5", "", "EUR", "5.") if looks_like_amount(text)] == [
        "5", "$5", "5 EUR",
    ]  # fmt: skip
