"""The PDF with its data inside: PDF/A-3b as far as can be checked here, and the same bytes each time."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from lxml import etree
from pikepdf import Name, pdfa
from reportlab.pdfgen.canvas import Canvas

from core.documents.hybrid import XML_NAME, About, hybrid
from core.documents.issued import render_issued
from core.documents.paid import PaidInFull
from core.documents.pdf import render
from core.einvoice.export import to_xml
from core.einvoice.profiles import Profile
from core.invoice import Document
from core.money import Money
from core.party import Address, Party
from tests.builders.documents import OUTSIDE, SELLER, a_document, a_line, a_logo

ABOUT = About("Invoice 7", "Müller & <Söhne>", date(2026, 3, 5))
_OWN_SCHEMA = re.compile(
    rb'<rdf:Description rdf:about="" xmlns:(?:pdfaExtension|fx)=.*?</rdf:Description>', re.DOTALL
)
EVERYWHERE = a_document(
    3,
    seller=replace(SELLER, name="Студія Ґанок & Żółć"),
    language="de",
    note="Vielen Dank!\nБудьмо",
)


def twin(content: bytes) -> io.BytesIO:
    """The same file without the description of Factur-X's properties, which pikepdf's check does not know."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        xmp, count = _OWN_SCHEMA.subn(b"", file.Root.Metadata.read_bytes())
        assert count == 2
        file.Root.Metadata = file.make_stream(xmp, Type=Name.Metadata, Subtype=Name.XML)
        file.save(output, fix_metadata_version=False)
    output.seek(0)
    return output


@pytest.mark.parametrize("document", [a_document(5), a_document(60), EVERYWHERE, a_document(tax=OUTSIDE)])
def test_it_is_pdf_a_but_for_what_the_check_does_not_know(document: Document) -> None:
    content = render_issued(document, logo=a_logo())

    report = pdfa.validate_written(twin(content), "3b")

    assert report.findings == []


def test_the_check_refuses_a_file_with_a_font_that_is_not_embedded() -> None:
    drawn = io.BytesIO()
    canvas = Canvas(drawn)
    canvas.drawString(72, 720, "in Helvetica")
    canvas.save()

    report = pdfa.validate_written(twin(hybrid(drawn.getvalue(), b"<a/>", ABOUT)), "3b")

    assert report.findings


def test_the_data_inside_are_the_invoices_xml() -> None:
    document = a_document(2)

    with pikepdf.open(io.BytesIO(render_issued(document))) as file:
        assert list(file.attachments) == [XML_NAME]
        specification = file.Root.AF[0]
        stream = specification.EF.F
        assert stream.read_bytes() == to_xml(document, Profile.FACTUR_X)
        assert (specification.AFRelationship, stream.Subtype) == (Name.Alternative, Name("/text/xml"))


def test_its_two_descriptions_say_the_same() -> None:
    drawn = render(a_document(1))

    with pikepdf.open(io.BytesIO(hybrid(drawn, b"<a/>", ABOUT))) as file:
        xmp = etree.fromstring(file.Root.Metadata.read_bytes())
        found = xmp.iter("{*}title", "{*}creator", "{*}CreateDate")
        said = ["".join(map(str, one.itertext())).strip() for one in found]
        info = [str(file.docinfo[name]) for name in ("/Title", "/Author", "/CreationDate")]

    assert said == ["Invoice 7", "Müller & <Söhne>", "2026-03-05T00:00:00Z"]
    assert info == ["Invoice 7", "Müller & <Söhne>", "D:20260305000000Z"]


def test_the_same_invoice_has_the_same_bytes() -> None:
    assert render_issued(a_document(3), logo=a_logo()) == render_issued(a_document(3), logo=a_logo())
    assert render_issued(a_document(3)) != render_issued(a_document(3, number="2026-0008"))


def test_the_pages_stay_as_they_are() -> None:
    document = a_document(40)

    with (
        pikepdf.open(io.BytesIO(render(document))) as plain,
        pikepdf.open(io.BytesIO(render_issued(document))) as both,
    ):
        drawn = [page.Contents.read_bytes() for page in plain.pages]
        assert [page.Contents.read_bytes() for page in both.pages] == drawn


def test_links_are_printed() -> None:
    drawn = io.BytesIO()
    canvas = Canvas(drawn)
    canvas.drawString(72, 700, "a link")
    canvas.linkURL("https://a.example", (72, 700, 144, 720))
    canvas.save()

    with pikepdf.open(io.BytesIO(hybrid(drawn.getvalue(), b"<a/>", ABOUT))) as file:
        assert int(file.pages[0].Annots[0].F) & 4


@pytest.mark.parametrize(
    ("document", "void"),
    [
        (a_document(2), True),
        (a_document(2, seller=Party("Anna", Address("DE"))), False),
        (a_document([a_line(price=Decimal("7.125"))], currency="KWD"), False),
    ],
    ids=["void", "without any number of the seller", "with three decimal places"],
)
def test_what_cannot_be_an_e_invoice_is_an_ordinary_pdf(document: Document, void: bool) -> None:
    assert render_issued(document, void=void) == render(document, void=void)


def test_a_copy_marked_as_paid_holds_no_data_lest_it_is_booked_again() -> None:
    paid = a_document(2).totals.payable
    how = PaidInFull(((date(2026, 3, 5), paid),), paid, Money.zero("EUR"), Money.zero("EUR"))

    assert render_issued(a_document(2), paid=how) == render(a_document(2), paid=how)
