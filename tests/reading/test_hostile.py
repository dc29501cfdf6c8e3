"""Whatever is typed, a reader answers with a value or with InvalidInput: nothing else, and soon."""

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.country import country_code, defaults
from core.errors import InvalidInput
from core.invoice import MAX_DESCRIPTION, MAX_LINES, Line
from core.locale import format_decimal, number_style
from core.money import MAX_MINOR
from core.terms import Terms
from core.units import LABELS
from handlers.reading import amounts, dates, fields, invoice_text, ladders, lines, parties, terms, text, times
from tests.builders.cases import try_all
from tests.reading.mutations import invoices

TODAY = date(2026, 11, 20)
STYLES = [number_style(locale) for locale in ("en", "de", "fr", "de_CH", "pl", "es")]
EN = STYLES[0]
COUNTRIES = (
    "DE",
    "AT",
    "FR",
    "ES",
    "IT",
    "NL",
    "PL",
    "GB",
    "CH",
    "NO",
    "GR",
    "IE",
    "SE",
    "US",
    "CA",
    "JP",
    "IN",
    "BR",
)
MANY = settings(max_examples=100, deadline=None, database=None)


def read_invoice(typed: str) -> invoice_text.InvoiceText:
    return invoice_text.read_invoice(typed, today=TODAY, style=EN, currency="EUR")


READERS: dict[str, Callable[[str], object]] = {
    "text": lambda typed: text.clean(typed, "f", 500, multiline=True),
    "amount": lambda typed: amounts.read_amount(typed, "f", EN, currency_hint="EUR"),
    "quantity": lambda typed: amounts.read_quantity(typed, "f", EN),
    "percent": lambda typed: amounts.read_percent(typed, "f"),
    "date": lambda typed: dates.read_date(typed, "f", TODAY, "de"),
    "terms": terms.read_terms,
    "time": lambda typed: times.read_time(typed, "f"),
    "window": lambda typed: times.read_window(typed, "f"),
    "hours": lambda typed: times.read_hours(typed, "f", 23),
    "switch": lambda typed: times.read_switch(typed, "f"),
    "steps": ladders.read_steps,
    "fee": lambda typed: ladders.read_fee(typed, EN, "EUR"),
    "pay link": ladders.read_pay_link,
    "letter": ladders.read_letter,
    "due": lambda typed: terms.read_due(typed, TODAY, "fr"),
    "period": lambda typed: terms.read_period(typed, TODAY, "pl"),
    "country": parties.read_country,
    "country code": country_code,
    "address": lambda typed: [parties.read_address(typed, country) for country in COUNTRIES],
    "vat id": lambda typed: [parties.read_vat_id(typed, country) for country in COUNTRIES[:1]],
    "iban": parties.read_iban,
    "bic": parties.read_bic,
    "email": parties.read_email,
    "language": parties.read_language,
    "zone": parties.read_zone,
    "currency": parties.read_currency,
    "colour": parties.read_colour,
    "contact": parties.read_contact_line,
    "fields": lambda typed: fields.split_fields(typed, ("country", "vat-id"), "name"),
    "split": invoice_text.split_invoice,
    "invoice": read_invoice,
    "lines": lambda typed: lines.read_lines(typed, EN),
    "line": lambda typed: lines.read_line(typed, EN),
    "discount": lambda typed: invoice_text.read_discount(typed, EN),
}
PIECES = st.sampled_from(
    [
        *"1 9 0 . , : ; @ - + / ' % x h d vat due .. eom net dec friday DE EUR $ € ² ٣ １ E+9 NaN {0} İ ſ".split(),
        *("\n", "\x00", "\u202e", "\ud800", " ", ""),
    ]
)
TYPED = st.one_of(
    st.text(), st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map(" ".join)
)


def answer(reader: Callable[[str], object], typed: str) -> InvalidInput | None:
    """The refusal, if it was refused; its sentence can always be shown."""
    try:
        reader(typed)
    except InvalidInput as error:
        refusal = error
    else:
        return None
    assert str(refusal).isprintable()
    assert len(str(refusal)) < 400
    return refusal


@pytest.mark.parametrize("name", READERS)
def test_random_text_is_read_or_refused(name: str) -> None:
    @MANY
    @given(TYPED)
    def check(typed: str) -> None:
        answer(READERS[name], typed)

    check()


@MANY
@given(st.sampled_from(COUNTRIES), st.from_regex(r"[A-Z]{0,3}[0-9A-Z]{4,14}", fullmatch=True))
def test_a_random_vat_id_is_read_or_refused(country: str, typed: str) -> None:
    answer(lambda value: parties.read_vat_id(value, country), typed)


@pytest.mark.parametrize("word", [
    "9", "9.", "9,", "1 000 ", "@", "@1", "@ 5 ", "a@b.", ", ", "; due ", "a: ", "..", "-", "1d ", "DE1", "x ", "\n",
    "\u0315\u0316", "\u0f73", "👩\u200d", "\u00a0", "\u202e", "\x00", "١", "{0}", "E+9",
])  # fmt: skip
def test_a_word_of_two_hundred_thousand_characters_is_refused_or_blank(word: str) -> None:
    typed = word * (200_000 // len(word))

    def read(name: str) -> None:
        refusal = answer(READERS[name], typed)
        assert refusal is not None or not typed.strip() or name in {"country code", "split", "text", "fields"}

    try_all(READERS, read)


@pytest.mark.parametrize("number", [
    "1E+3000000", "1e400", "NaN", "sNaN", "-NaN", "Infinity", "-Infinity", "1_000", "١٢٣", "１２３", "१२", "²", "Ⅷ",
    "0x10", "1\u200b2", "1\u202e2", "\x001", "1\x00", "\ud8001",
])  # fmt: skip
def test_numbers_that_only_python_reads_are_refused_everywhere(number: str) -> None:
    refused = {
        name: answer(READERS[name], number)
        for name in ("amount", "quantity", "percent", "date", "terms", "discount")
    }
    in_invoices = [
        answer(read_invoice, f"A: b @ {number}"),
        answer(read_invoice, f"A: {number} x b @ 5"),
        answer(read_invoice, f"A: b @ 5 vat {number}"),
        answer(read_invoice, f"A: b @ 5; vat {number}"),
        answer(read_invoice, f"A: b @ 5; discount {number}"),
        answer(read_invoice, f"A: b @ 5; due {number}"),
    ]

    assert {name for name, error in refused.items() if error is None} == set()
    # A word before an x is a description, and neither a word nor a raised digit is a count.
    assert in_invoices.count(None) <= (
        1 if number in {"NaN", "sNaN", "-NaN", "Infinity", "-Infinity", "²", "Ⅷ"} else 0
    )


def test_twenty_thousand_damaged_invoices_are_read_soundly_or_refused() -> None:
    read = refused = 0

    for typed in invoices(seed=20_261_120, count=20_000):
        if answer(read_invoice, typed):
            refused += 1
            continue
        read += 1
        invoice = read_invoice(typed)
        assert 1 <= len(invoice.lines) <= MAX_LINES
        assert invoice.client == text.clean(invoice.client, "client", 200), typed
        for line in invoice.lines:
            assert sound(line), (typed, line)

    assert (read > 2_000, refused > 2_000) == (True, True)


def sound(line: Line) -> bool:
    return (
        0 < line.quantity < 10**9
        and line.price >= 0
        and line.quantity * line.price * 100 < MAX_MINOR
        and line.price.is_finite()
        and line.unit in LABELS
        and 0 < len(line.description) <= MAX_DESCRIPTION
        and line.description == text.clean(line.description, "line", MAX_DESCRIPTION)
    )


AMOUNTS = st.decimals(min_value=0, max_value=10**11, places=4, allow_nan=False, allow_infinity=False)


@MANY
@given(AMOUNTS, st.sampled_from(STYLES), st.sampled_from([None, 2, 3, 4]))
def test_an_amount_reads_back_from_every_style(value: Decimal, style: object, places: int | None) -> None:
    style = next(known for known in STYLES if known is style)
    printed = format_decimal(value, style, places)
    expected = value if places is None else value.quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP")

    read = amounts.read_amount(f"EUR {printed}", "price", style, places=4, allow_zero=True)

    assert read == amounts.Amount(expected, "EUR")


@MANY
@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y"]),
)
def test_a_full_date_reads_back_whatever_today_is(day: date, shape: str) -> None:
    assert dates.read_date(day.strftime(shape), "on", TODAY) == day


@MANY
@given(st.integers(0, 1000), st.integers(0, 36), st.booleans())
def test_terms_read_back_what_they_print(days: int, months: int, eom: bool) -> None:
    assert terms.read_terms(str(Terms(days, months, eom))) == Terms(days, months, eom)


WORDS = st.lists(
    st.sampled_from(["Logo", "für", "Löwe,", "mail", "a@b.example", "№", "C++", "A/B"]),
    min_size=1,
    max_size=6,
)


@MANY
@given(
    st.integers(1, 10**6), st.sampled_from(["HUR", "DAY", "KMT", "H87", "C62"]), WORDS.map(" ".join),
    st.decimals(min_value=0, max_value=9999, places=2), st.sampled_from(STYLES),
)  # fmt: skip
def test_a_line_reads_back_what_a_card_prints(
    count: int, unit: str, description: str, price: Decimal, style: object
) -> None:
    style = next(known for known in STYLES if known is style)
    label = LABELS[unit] or "x"
    typed = (
        f"{format_decimal(Decimal(count), style)} {label} {description} @ {format_decimal(price, style, 2)}"
    )

    line = lines.read_line(typed, style)

    assert (line.quantity, line.unit, line.description, line.price) == (
        Decimal(count),
        unit,
        description,
        price,
    )


def test_any_two_letters_are_a_country_with_defaults_or_none() -> None:
    chance = random.Random(7)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    for _ in range(500):
        code = chance.choice(letters) + chance.choice(letters)
        found = country_code(code)
        assert found is None or defaults(found).zone
