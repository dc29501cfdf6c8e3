"""Exchange rates as people type them, and what is none."""

from decimal import Decimal

import pytest

from core.errors import InvalidInput
from handlers.reading.rates import TypedRate, read_rate, split_rate
from tests.builders.cases import try_all

TYPED = {
    "USD 1.0832": ("EUR", "USD", "1.0832"),
    "usd 1,0832": ("EUR", "USD", "1.0832"),
    # Never a thousand, whatever the language of the business.
    "USD 1.083": ("EUR", "USD", "1.083"),
    "JPY 163": ("EUR", "JPY", "163"),
    "1 EUR = 1.0832 USD": ("EUR", "USD", "1.0832"),
    "1 USD=0,9232 EUR": ("USD", "EUR", "0.9232"),
    "1 gbp = 1.35 usd": ("GBP", "USD", "1.35"),
}
WRONG = ("USD one", "USD 0", "USD -1", "USD 1,234.50", "USD 1 083", "USD 1e3", "EUR 1.2", "1 USD = 2 USD",
         "1 USD = 2 XXY", "2 USD = 3 EUR", "USD 999999999", "USD 1.123456789", "USD")  # fmt: skip


def read(text: str) -> TypedRate:
    raw = split_rate(text)
    return read_rate(raw.get("rate", ""), "EUR", raw.get("currency", "").upper())


def test_a_rate_is_read_with_its_direction() -> None:
    def attempt(text: str) -> None:
        base, quote, rate = TYPED[text]
        assert read(text) == TypedRate(base, quote, Decimal(rate))

    try_all(TYPED, attempt)


def test_what_is_no_rate_is_refused() -> None:
    def attempt(text: str) -> None:
        with pytest.raises(InvalidInput):
            read(text)

    try_all(WRONG, attempt)


def test_the_day_stands_behind_on() -> None:
    assert split_rate("USD 1.0832 on 2026-11-27") == {"currency": "USD", "rate": "1.0832", "on": "2026-11-27"}
    assert split_rate("USD; on friday") == {"currency": "USD", "on": "friday"}
    assert split_rate("1 USD = 0.92 EUR; on 1.3.") == {"rate": "1 USD = 0.92 EUR", "on": "1.3."}
