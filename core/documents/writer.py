"""From page operators to a PDF file, by reportlab's canvas: the only module that knows its objects."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from core.documents.job import Job
from core.documents.lettering import Lettering
from core.documents.pen import PAGE_HEIGHT, PAGE_WIDTH, Operators
from core.documents.picture import Picture
from core.documents.typeface import Cut

# Streams stay binary: ASCII85 makes them larger by a quarter and is pure Python. No comments between objects.
rl_config.useA85 = 0
rl_config.pdfComments = 0


def write(job: Job, pages: list[Operators]) -> bytes:
    """The file of an invoice."""
    named = job.words.named.format(number=job.document.number)
    about = About(job.document.language, named, job.document.seller.name)
    return write_pages(about, pages, job.lettering, job.logo)


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself."""

    language: str
    title: str
    author: str


def write_pages(about: About, pages: list[Operators], lettering: Lettering, logo: Picture | None) -> bytes:
    """The file. Its ID follows from what is drawn, so that it too is the same for the same document."""
    canvas = _Canvas(None, (PAGE_WIDTH, PAGE_HEIGHT), pageCompression=1, invariant=1, pdfVersion=(1, 4))
    document = canvas._doc
    document.Catalog.Lang = pdfdoc.PDFString(about.language)
    document.info = _Info()
    document.info.title = about.title
    document.info.author = about.author
    digest = sha256(logo.content if logo else b"")
    if logo:
        document.Reference(_picture(logo), document.getXObjectName("Logo"))
    for number, operators in enumerate(pages):
        code = "\n".join(operators)
        digest.update(code.encode())
        canvas._code.append(code)
        if logo and number == 0:
            canvas._formsinuse.append("Logo")
        canvas.showPage()
        # An empty transition would keep the file from being PDF/A.
        document.Pages.pages[-1].Trans = None
    _embed(document, lettering.used)
    name = digest.hexdigest()[:32].encode()
    document._ID = b"[<%s><%s>]\n" % (name, name)
    return bytes(document.GetPDFData(canvas))


def _picture(logo: Picture) -> pdfdoc.PDFStream:
    """The JPEG as it is: the format is one of PDF's own."""
    entries = {
        "Type": "/XObject", "Subtype": "/Image", "Width": logo.width, "Height": logo.height,
        "ColorSpace": "/DeviceRGB", "BitsPerComponent": 8, "Filter": "/DCTDecode",
    }  # fmt: skip
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary(entries), logo.content)


# ReportLab has no types, so mypy knows nothing of these bases.
class _Canvas(Canvas):  # type: ignore[misc]
    """Without the operators that select Helvetica at the start of every page."""

    def _make_preamble(self) -> None:
        self._preamble = ""


class _Info(pdfdoc.PDFInfo):  # type: ignore[misc]
    """Title and author only: a date would differ from the bytes' only source, the document."""

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        entries = {"Title": self.title, "Author": self.author, "Creator": "Billhook", "Producer": "Billhook"}
        values = {key: pdfdoc.PDFString(value) for key, value in entries.items()}
        return bytes(pdfdoc.PDFDictionary(values).format(document))


def _embed(document: pdfdoc.PDFDocument, cuts: list[Cut]) -> None:
    fonts = document.idToObject["BasicFonts"].dict
    for cut in cuts:
        program = document.Reference(_Written(cut.program), f"program {cut.name}")
        descriptor = document.Reference(_Written(cut.descriptor, program), f"descriptor {cut.name}")
        unicode_map = document.Reference(_Written(cut.unicode_map), f"unicode {cut.name}")
        fonts[cut.name] = document.Reference(_Written(cut.font, descriptor, unicode_map), f"font {cut.name}")


class _Written(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object whose text is known but for the numbers of the objects it refers to."""

    __RefOnly__ = 1

    def __init__(self, template: bytes, *references: pdfdoc.PDFObjectReference) -> None:
        self._template = template
        self._references = references

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        if not self._references:
            return self._template
        return self._template % tuple(reference.format(document) for reference in self._references)
