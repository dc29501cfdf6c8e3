"""Which texts can be printed, and that any of them is."""

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.documents.pdf import check_printable, missing_glyphs, render
from core.documents.repertoire import ALPHABETS, MAX_CODES, SMALL
from core.documents.typeface import Weight, widths
from core.errors import InvalidInput
from core.invoice import Document, Line
from core.party import Address, Party
from tests.builders.documents import a_document

PRINTABLE = st.text(
    st.sampled_from(sorted(widths(Weight.REGULAR, small=False))) | st.sampled_from(" \n\t'()<>\\&%{}")
)


def test_missing_glyphs_are_named_once_and_in_order() -> None:
    assert missing_glyphs("Straße Łódź Щ Ω ế −‑\t\n\u200d") == ""
    assert missing_glyphs("a 漢 b → 漢 ش") == "漢→ش"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("buyer", {"buyer": Party("漢字", Address("JP"))}),
        ("seller address", {"seller": Party("Ida", Address("JP", city="漢"))}),
        ("lines", {"lines": [Line("Work", Decimal(1)), Line("漢", Decimal(2))]}),
        ("seller", {"seller": Party("Ida", Address("DE"), register="HRB 漢")}),
        ("order", {"order": "漢"}),
        ("note", {"note": "one\n漢"}),
        ("tax note", {"tax_note": "漢"}),
        ("footer", {"footer": "漢"}),
        ("reference", {"reference": "漢"}),
    ],
)
def test_a_character_without_a_glyph_is_refused_with_its_field(field: str, changes: dict[str, Any]) -> None:
    document = a_document(**changes)

    for refuse in (check_printable, render):
        with pytest.raises(InvalidInput) as caught:
            refuse(document)
        assert caught.value.field == field
        assert "“漢” (U+6F22)" in str(caught.value)


def test_half_a_surrogate_pair_is_refused_with_an_error_that_can_be_sent() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_printable(a_document(1, note="\ud83d"))

    assert str(caught.value).encode() != b""


def test_every_alphabet_fits_one_font_and_is_in_the_small_files() -> None:
    for weight in Weight:
        assert widths(weight).keys() >= SMALL
        assert widths(weight, small=False).keys() >= SMALL
    assert all(len(alphabet) <= MAX_CODES for alphabet in ALPHABETS)


def test_both_weights_have_the_same_characters() -> None:
    assert widths(Weight.REGULAR, small=False).keys() == widths(Weight.BOLD, small=False).keys()


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        dict.fromkeys(
            ("number", "terms", "reference", "order", "note", "iban", "bic", "footer", "tax_note"), PRINTABLE
        )
    ),
    st.lists(PRINTABLE, min_size=12, max_size=12),
    st.lists(PRINTABLE, min_size=1, max_size=4),
    st.text(max_size=12),
)
def test_any_printable_text_in_any_field_is_rendered(
    fields: dict[str, Any], party: list[str], descriptions: list[str], language: str
) -> None:
    name, country, line1, line2, postcode, city, *others = party
    some = Party(name, Address(country, line1, line2, postcode, city), *others)
    document: Document = a_document(
        [Line(text, Decimal(7)) for text in descriptions], seller=some, buyer=some
    )

    content = render(replace(document, language=language, accent=name, **fields))

    assert len(PdfReader(io.BytesIO(content)).pages) >= 1
