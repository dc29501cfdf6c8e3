"""The file itself: the same bytes everywhere, and everything it needs inside it."""

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pypdf import PdfReader

from core.documents.pdf import render
from core.invoice import Document
from tests.builders.documents import a_document, a_logo

_PROGRAM = """
import hashlib
from core.documents.pdf import render
from tests.builders.documents import a_document
print(hashlib.sha256(render(a_document(30, note="Ł Ω Щ ế"))).hexdigest())
"""


def objects(content: bytes) -> Iterator[Any]:
    reader = PdfReader(io.BytesIO(content))
    for number in range(1, len(reader.xref[0]) + 1):
        yield reader.get_object(number)


def test_the_same_document_has_the_same_bytes_in_every_process() -> None:
    ours = hashlib.sha256(render(a_document(30, note="Ł Ω Щ ế"))).hexdigest()

    for seed in ("1", "4711"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": seed}
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == ours


def test_what_was_rendered_before_changes_nothing() -> None:
    plain = render(a_document(2))
    render(a_document(2, note="Việt Ωμέγα Щука"))

    assert render(a_document(2)) == plain


@pytest.mark.parametrize(
    "document",
    [
        a_document(3),
        a_document(60),
        a_document(1, note="Ω Щ ế Ł"),
        a_document(1, language="ru"),
    ],
)
def test_every_font_is_embedded_and_none_is_helvetica(document: Document) -> None:
    content = render(document, logo=a_logo())

    fonts = [each for each in objects(content) if isinstance(each, dict) and each.get("/Type") == "/Font"]
    assert len(fonts) >= 2
    for font in fonts:
        assert re.fullmatch(r"/[A-Z]{6}\+NotoSans-(Regular|Bold)", font["/BaseFont"])
        assert font["/FontDescriptor"]["/FontFile2"].get_data()[:4] == b"\x00\x01\x00\x00"
        assert "/ToUnicode" in font
    assert len({font["/BaseFont"] for font in fonts}) == len(fonts)
    assert b"Helvetica" not in content


def test_it_is_titled_and_has_no_dates() -> None:
    reader = PdfReader(io.BytesIO(render(a_document(1))))

    assert reader.metadata == {
        "/Title": "Invoice 2026-0007",
        "/Author": "Studio Lindqvist & Søn GmbH",
        "/Creator": "Billhook",
        "/Producer": "Billhook",
    }
    assert str(reader.root_object["/Lang"]) == "en"


def test_different_documents_have_different_identities() -> None:
    contents = (render(a_document(1)), render(a_document(2)), render(a_document(1), void=True))
    identities = {re.findall(rb"/ID \[<(\w{32})><\1>\]", content)[0] for content in contents}

    assert len(identities) == 3


def test_the_logo_is_embedded_once_as_it_is() -> None:
    logo = a_logo()

    content = render(a_document(60), logo=logo)

    assert content.count(logo) == 1
    assert [len(page.images) for page in PdfReader(io.BytesIO(content)).pages][:2] == [1, 0]


def test_a_file_that_is_no_stored_logo_is_refused() -> None:
    with pytest.raises(ValueError, match="logo"):
        render(a_document(1), logo=b"\x89PNG not ours")


def test_many_threads_give_the_same_bytes_as_one() -> None:
    documents = [
        a_document(count, note=note) for count in (1, 2, 9) for note in ("", "Łódź", "Щ", "Ω", "ế", "Ł Щ ế")
    ]
    expected = [render(document) for document in documents]
    previous = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    try:
        with ThreadPoolExecutor(16) as executor:
            rendered = list(executor.map(render, documents * 20))
    finally:
        sys.setswitchinterval(previous)

    assert rendered == expected * 20
