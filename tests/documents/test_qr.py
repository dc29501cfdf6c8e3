"""The payment code: what it says, and when there is none."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.documents import qr
from core.documents.pdf import render
from core.invoice import Line
from core.party import Address, Party
from tests.builders.documents import OUTSIDE, a_document
from tests.documents.reading import text


def test_the_payload_follows_epc069_12() -> None:
    document = a_document([Line("Work", Decimal("1234.5"))], tax=OUTSIDE, iban="DE89 3704 0044 0532 0130 00")

    assert qr.payload(document) == (
        "BCD\n002\n1\nSCT\nCOBADEFFXXX\nStudio Lindqvist & Søn GmbH\nDE89370400440532013000\nEUR1234.50\n\n\n2026-0007"
    )


def test_a_name_is_cut_at_seventy_characters() -> None:
    document = a_document(1, seller=Party("Ł" * 90, Address("DE")), bic="")

    payload = qr.payload(document)

    assert payload is not None
    assert payload.split("\n")[4:6] == ["", "Ł" * 70]
    assert len(payload.encode()) <= 331


@pytest.mark.parametrize(
    ("price", "coded"),
    [("0.01", True), ("0", False), ("999999999.99", True), ("1000000000", False)],
)
def test_only_amounts_that_the_scheme_transfers_are_coded(price: str, coded: bool) -> None:
    document = a_document([Line("Work", Decimal(price))], tax=OUTSIDE)

    assert (qr.payload(document) is not None) == coded
    assert ("Scan to pay" in text(render(document))) == coded


@pytest.mark.parametrize(
    "changes",
    [{"currency": "CHF"}, {"iban": ""}, {"iban": "DE88370400440532013000"}, {"iban": "not an iban"}],
)
def test_there_is_no_code_without_euro_and_a_valid_account(changes: dict[str, Any]) -> None:
    document = a_document(1, **changes)

    assert qr.payload(document) is None
    assert "Scan to pay" not in text(render(document))


def test_the_path_holds_exactly_the_dark_modules() -> None:
    import segno  # noqa: PLC0415

    payload = qr.payload(a_document(1))
    assert payload
    matrix = segno.make_qr(payload, error="m", mask=4, encoding="utf-8", boost_error=False).matrix

    drawn = set()
    for x, y, width in re.findall(r"^(\d+) (\d+) (\d+) 1 re$", qr.path(payload, 0, 0, 84), re.MULTILINE):
        drawn |= {(int(x) + step, len(matrix) - 1 - int(y)) for step in range(int(width))}

    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}


def test_a_valid_iban_is_told_from_a_mistyped_one() -> None:
    assert qr.valid_iban("GB82WEST12345698765432")
    assert not qr.valid_iban("GB82WEST12345698765423")
    assert not qr.valid_iban("gb82west12345698765432")


def test_a_discounted_document_asks_for_what_is_payable() -> None:
    document = a_document(1)
    document = replace(document, totals=replace(document.totals, payable=document.totals.net))

    assert f"EUR{document.totals.net.amount}" in (qr.payload(document) or "")
