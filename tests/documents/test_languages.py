"""The same invoice in each language that documents are written in."""

from datetime import date
from decimal import Decimal

import pytest

from core.documents.exemption import exemption
from core.documents.pdf import render
from core.documents.repertoire import SMALL
from core.documents.words import DOMAIN as PRINTED
from core.documents.words import characters, day, terms
from core.language import WRITTEN
from core.tax import TaxCategory, untaxed
from tests.builders.documents import REDUCED, STANDARD, a_document, a_line
from tests.documents.reading import text
from tools.catalogues import PRINTED_LANGUAGES, translations

SEEN = {
    "en": ("Invoice", "Billed to", "VAT ID DE811907980", "2026-03-19", "14 days", "VAT 19% on", "Total due"),
    "de": ("Rechnung", "Rechnung an", "USt-IdNr. DE811907980", "19.03.2026", "14 Tage", "USt 19", "Zu zahlen"),
    "fr": ("Facture", "Facturé à", "N° de TVA DE811907980", "19 mars 2026", "14 jours", "TVA 19", "Net à payer"),
    "es": ("Factura", "Facturado a", "NIF-IVA DE811907980", "19 mar 2026", "14 días", "IVA 19", "Total a pagar"),
    "it": ("Fattura", "Fornitore", "P. IVA DE811907980", "19 mar 2026", "14 giorni", "IVA 19%", "Totale da pagare"),
    "nl": ("Factuur", "Factuur aan", "Btw-id DE811907980", "19 mrt 2026", "14 dagen", "Btw 19%", "Te betalen"),
    "pl": ("Faktura", "Nabywca", "NIP DE811907980", "19 mar 2026", "14 dni", "VAT 19%", "Do zapłaty"),
}  # fmt: skip


@pytest.mark.parametrize("language", WRITTEN)
def test_title_parties_dates_tax_and_total_are_in_the_document_s_language(language: str) -> None:
    lines = [a_line(0, tax=STANDARD), a_line(1, tax=REDUCED)]

    said = text(render(a_document(lines, language=language)))

    assert [word for word in SEEN[language] if word not in said] == []


@pytest.mark.parametrize(
    ("language", "grand"),
    [("en", "1,234,567.80"), ("de", "1.234.567,80"), ("fr", "1 234 567,80"), ("pl", "1 234 567,80")],
)
def test_numbers_follow_the_words(language: str, grand: str) -> None:
    lines = [a_line(0, price=Decimal("1234567.8"), quantity=Decimal(1))]

    said = text(render(a_document(lines, language=language)))

    assert grand in said.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "VOID"), ("de", "STORNIERT"), ("fr", "ANNULÉE"), ("es", "ANULADA"), ("it", "ANNULLATA"),
        ("nl", "GEANNULEERD"), ("pl", "ANULOWANA"),
    ],
)  # fmt: skip
def test_a_void_invoice_says_so_in_its_language(language: str, word: str) -> None:
    assert word in text(render(a_document(1, language=language), void=True))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1d", "1 dzień"), ("2d", "2 dni"), ("5d", "5 dni"), ("1m", "1 miesiąc"), ("2m", "2 miesiące"),
        ("5m", "5 miesięcy"), ("12m", "12 miesięcy"), ("22m", "22 miesiące"), ("0d", "Płatne natychmiast"),
        ("30d eom", "30 dni, koniec miesiąca"),
    ],
)  # fmt: skip
def test_polish_has_its_own_form_for_two_and_for_five(typed: str, said: str) -> None:
    assert terms(typed, "pl") == said


@pytest.mark.parametrize("language", WRITTEN)
def test_every_word_of_a_language_is_in_the_small_fonts(language: str) -> None:
    assert characters(language) - SMALL == set()


@pytest.mark.parametrize(
    ("language", "said"), [("pl", "1 paź 2026"), ("fr", "1 oct. 2026"), ("pt", "2026-10-01")]
)
def test_a_day_is_written_as_its_words_are(language: str, said: str) -> None:
    assert day(date(2026, 10, 1), language) == said


@pytest.mark.parametrize("language", PRINTED_LANGUAGES)
def test_every_printed_sentence_can_be_drawn(language: str) -> None:
    sentences = translations(language, PRINTED).values()

    missing = set("".join("".join(text) for text in sentences)) - SMALL

    assert missing == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Reverse charge"), ("de", "Steuerschuldnerschaft des Leistungsempfängers"), ("fr", "Autoliquidation"),
        ("es", "Inversión del sujeto pasivo"), ("it", "Inversione contabile"), ("nl", "Btw verlegd"),
        ("pl", "Odwrotne obciążenie"),
    ],
)  # fmt: skip
def test_reverse_charge_is_named_in_the_words_of_article_226_11a(language: str, words: str) -> None:
    """As that article of Directive 2006/112/EC has them in each of its languages."""
    assert exemption(untaxed(TaxCategory.REVERSE), "DE", language).startswith(words)
