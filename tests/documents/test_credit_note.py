"""What a credit note prints, and what it does not."""

from dataclasses import replace
from datetime import date

import pytest

from core.documents.pdf import render
from core.invoice import Document, Kind, Preceding
from tests.builders.documents import a_document
from tests.documents.reading import text

TITLES = {
    "en": "Credit note", "de": "Rechnungskorrektur", "fr": "Avoir", "es": "Factura rectificativa",
    "it": "Nota di credito", "nl": "Creditnota", "pl": "Faktura korygująca",
}  # fmt: skip


def a_credit_note(language: str = "en") -> Document:
    return replace(
        a_document(2, language=language),
        number="CN2026-0003",
        kind=Kind.CREDIT_NOTE,
        preceding=Preceding("2026-0001", date(2026, 3, 5)),
        iban="DE89370400440532013000",
    )


@pytest.mark.parametrize(("language", "title"), TITLES.items())
def test_it_is_called_what_it_is_in_its_language(language: str, title: str) -> None:
    printed = text(render(a_credit_note(language)))

    assert title in printed
    assert "CN2026-0003" in printed


def test_it_names_its_invoice_and_asks_for_no_money() -> None:
    printed = text(render(a_credit_note()))

    assert "2026-0001 of 2026-03-05" in printed
    assert "Total credited" in printed
    for asked in ("How to pay", "Due date", "IBAN", "Total due", "Scan to pay"):
        assert asked not in printed


def test_a_void_one_says_that_it_credits_nothing() -> None:
    printed = text(render(a_credit_note(), void=True))

    assert "This credit note is void." in printed
    assert "do not pay" not in printed
