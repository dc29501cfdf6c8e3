"""Exchange rates: what an amount comes to, which rate counts on a day, and the ECB's files."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from core.errors import InvalidInput
from core.money import Money
from core.party import Address
from core.rates import ExchangeRate, RateSource, home_currency, rate_between, states_vat_at_home
from core.reference_file import MAX_SIZE, read_reference_file
from tests.builders.cases import try_all
from tests.builders.core import a_business

FRIDAY = date(2026, 3, 6)
TODAY = date(2026, 3, 10)


def ecb(quote: str, rate: str, on: date = FRIDAY) -> ExchangeRate:
    return ExchangeRate("EUR", quote, on, Decimal(rate), RateSource.ECB)


def typed(base: str, quote: str, rate: str, on: date = FRIDAY) -> ExchangeRate:
    return ExchangeRate(base, quote, on, Decimal(rate))


def test_an_amount_is_converted_both_ways_with_the_places_of_the_other_currency() -> None:
    dollars, yen = ecb("USD", "1.0832"), ecb("JPY", "163.45")
    cases = [
        (dollars, Money(22_813, "USD"), Money(21_061, "EUR")),
        (dollars, Money(21_061, "EUR"), Money(22_813, "USD")),
        (dollars, Money(-19_00, "USD"), Money(-17_54, "EUR")),
        (yen, Money(163, "JPY"), Money(1_00, "EUR")),
        (yen, Money(1_00, "EUR"), Money(163, "JPY")),
        (ecb("KWD", "0.3333"), Money(1_00, "EUR"), Money(333, "KWD")),
        # Half a cent goes up.
        (typed("USD", "EUR", "0.5"), Money(1, "USD"), Money(1, "EUR")),
    ]

    try_all(cases, lambda case: _equal(case[0].convert(case[1]), case[2]))


def _equal(found: object, expected: object) -> None:
    assert found == expected


def test_a_rate_says_nothing_about_a_third_currency() -> None:
    with pytest.raises(ValueError, match="say nothing about CHF"):
        ecb("USD", "1.0832").convert(Money(100, "CHF"))


def test_the_newest_rate_counts_for_a_week_and_a_typed_one_goes_first() -> None:
    older, newer = ecb("USD", "1.07", FRIDAY - timedelta(1)), ecb("USD", "1.08")
    mine = typed("USD", "EUR", "0.91")
    cases = {
        "of the day": ([older, newer], FRIDAY, newer),
        "over the weekend": ([older, newer], FRIDAY + timedelta(2), newer),
        "a week later": ([newer], FRIDAY + timedelta(7), newer),
        "after more than a week": ([newer], FRIDAY + timedelta(8), None),
        "of a day to come": ([newer], FRIDAY - timedelta(1), None),
        "typed before published": ([newer, mine], FRIDAY, mine),
        "newer before typed": ([newer, typed("EUR", "USD", "1.1", FRIDAY - timedelta(2))], FRIDAY, newer),
        "of another currency": ([ecb("CHF", "0.95")], FRIDAY, None),
    }

    try_all(
        cases, lambda name: _equal(rate_between(cases[name][0], "EUR", "USD", cases[name][1]), cases[name][2])
    )


def test_two_rates_of_the_euro_make_one_of_six_digits() -> None:
    rates = [ecb("USD", "1.0832"), ecb("PLN", "4.2675"), ecb("JPY", "163.45")]

    dollars = rate_between(rates, "USD", "PLN", FRIDAY)
    yen = rate_between(rates, "JPY", "PLN", FRIDAY)
    mixed = rate_between([ecb("USD", "1.0832"), typed("PLN", "EUR", "0.25")], "USD", "PLN", FRIDAY)

    assert dollars == ExchangeRate("USD", "PLN", FRIDAY, Decimal("3.93972"), RateSource.ECB)
    assert yen == ExchangeRate("JPY", "PLN", FRIDAY, Decimal("0.0261089"), RateSource.ECB)
    assert mixed == ExchangeRate("USD", "PLN", FRIDAY, Decimal("3.69276"), RateSource.TYPED)
    assert (
        rate_between([ecb("USD", "1.08"), ecb("PLN", "4.2", FRIDAY - timedelta(1))], "USD", "PLN", FRIDAY)
        is None
    )


def test_of_two_rates_of_the_euro_the_typed_one_is_taken_and_makes_the_other_typed() -> None:
    mine = typed("EUR", "USD", "2")
    cases = {
        "typed, then published": ([ecb("USD", "1.5"), mine, ecb("PLN", "4")], ("2", RateSource.TYPED)),
        "published, then typed": (
            [ecb("USD", "2"), ecb("PLN", "3"), typed("EUR", "PLN", "5")], ("2.5", RateSource.TYPED),
        ),
        "both published": ([ecb("USD", "2"), ecb("PLN", "5")], ("2.5", RateSource.ECB)),
        "half a digit goes up": ([ecb("USD", "1"), ecb("PLN", "1.234565")], ("1.23457", RateSource.ECB)),
    }  # fmt: skip

    def attempt(name: str) -> None:
        known, (rate, source) = cases[name]
        assert rate_between(known, "USD", "PLN", FRIDAY) == ExchangeRate(
            "USD", "PLN", FRIDAY, Decimal(rate), source
        )

    try_all(cases, attempt)


def test_the_home_currency_is_that_of_the_country_whatever_is_invoiced_in() -> None:
    business = a_business(currency="USD")

    assert home_currency(business) == "EUR"
    assert home_currency(a_business(address=Address("PL"), currency="EUR")) == "PLN"
    assert home_currency(a_business(address=Address("??"), currency="USD")) == "USD"
    assert [states_vat_at_home(code) for code in ("DE", "PL", "GB", "NO", "MC", "IM", "CH", "US")] == [
        *[True] * 6,
        *[False] * 2,
    ]


DAILY = b"Date, USD, JPY, \n06 March 2026, 1.0832, 163.45, \n"
HISTORY = (
    b"Date,USD,JPY,CYP,\n2026-03-06,1.0832,163.45,N/A,\n2026-03-05,1.0801,162.9,0.58,\n"
    b"1999-01-04,1.1789,133.73,0.58,\n"
)
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><Cube><Cube time='2026-03-06'>
<Cube currency='USD' rate='1.0832'/><Cube currency='JPY' rate='163.45'/></Cube></Cube></gesmes:Envelope>"""


def zipped(content: bytes, *names: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name in names or ("eurofxref.csv",):
            archive.writestr(name, content)
    return made.getvalue()


def scratched(content: bytes) -> bytes:
    """The same with noise where the packed bytes begin."""
    return content[:45] + bytes(byte ^ 0xFF for byte in content[45:55]) + content[55:]


@pytest.mark.parametrize("content", [DAILY, b"\xef\xbb\xbf" + DAILY, XML, zipped(DAILY)])
def test_every_form_of_the_daily_file_is_read(content: bytes) -> None:
    assert read_reference_file(content, TODAY) == (ecb("USD", "1.0832"), ecb("JPY", "163.45"))


def test_of_the_history_what_can_still_count_is_kept() -> None:
    yesterday = FRIDAY - timedelta(1)

    found = read_reference_file(HISTORY, TODAY)

    assert found == (
        ecb("USD", "1.0832"), ecb("JPY", "163.45"), ecb("USD", "1.0801", yesterday), ecb("JPY", "162.9", yesterday),
    )  # fmt: skip


def test_anything_else_is_refused_in_one_sentence() -> None:
    wrong = {
        "nothing": b"",
        "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
        "another table": b"Name,City\nAcme,Berlin\n",
        "no rates": b"Date,USD\n",
        "a day that is none": b"Date,USD\n2026-02-30,1.08\n",
        "a rate that is none": b"Date,USD\n2026-03-06,1e9\n",
        "a rate of nothing": b"Date,USD\n2026-03-06,0\n",
        "a cell too many": b"Date,USD\n2026-03-06,1.08,2,3,4\n",
        "XML of something else": b"<invoice/>",
        "XML with a broken day": XML.replace(b"2026-03-06", b"yesterday"),
        "a broken zip": zipped(DAILY)[:40],
        "a scratched zip": scratched(zipped(DAILY)),
        "a zip packed as nobody packs them": zipped(DAILY, method=zipfile.ZIP_LZMA),
        "a zip of two": zipped(DAILY, "a.csv", "b.csv"),
        "a bomb": zipped(b"0" * (MAX_SIZE + 1)),
        "too much": b"0" * (MAX_SIZE + 1),
    }

    def attempt(name: str) -> None:
        with pytest.raises(InvalidInput, match="not a file of the ECB's reference rates"):
            read_reference_file(wrong[name], TODAY)

    try_all(wrong, attempt)


def test_a_file_of_long_ago_says_that_it_is_old() -> None:
    with pytest.raises(InvalidInput, match="has no rates of the last 400 days"):
        read_reference_file(b"Date,USD\n1999-01-04,1.1789\n", TODAY)
