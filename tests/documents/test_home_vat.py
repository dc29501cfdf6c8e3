"""An invoice in another currency states its VAT at home, in the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.documents.pdf import render
from core.money import Money
from core.rates import ExchangeRate
from tests.builders.documents import a_document
from tests.documents.reading import text

RATE = ExchangeRate("EUR", "USD", date(2026, 3, 4), Decimal("1.0832"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "VAT in EUR: 1,614.02 (1 EUR = 1.0832 USD, 2026-03-04)"),
        ("de", "USt in EUR: 1.614,02 (1 EUR = 1,0832 USD, 04.03.2026)"),
        ("fr", "TVA en EUR : 1 614,02 (1 EUR = 1,0832 USD, 4 mars 2026)"),
        ("pl", "VAT w EUR: 1 614,02 (1 EUR = 1,0832 USD, 4 mar 2026)"),
    ],
)
def test_the_vat_stands_there_with_the_rate_and_its_day(language: str, said: str) -> None:
    document = a_document(currency="USD", rate=RATE, home_tax=Money(161402, "EUR"), language=language)

    assert said in text(render(document)).replace("\u202f", " ").replace("\xa0", " ")


def test_a_rate_that_only_reports_go_by_is_not_printed() -> None:
    assert "1.0832" not in text(render(a_document(currency="USD", rate=RATE)))
