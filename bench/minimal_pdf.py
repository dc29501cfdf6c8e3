"""The yardstick: the least that draws the same invoice with an embedded Unicode font, and nothing else.

It knows one layout, checks nothing, and takes what a product cannot: texts that are clean, in one alphabet,
and short enough for their places. Fonts are cut and compressed beforehand, as the product's are.
"""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import NamedTuple

from core.documents import qr
from core.documents.typeface import Cut, Weight, alphabet_cut, widths
from core.invoice import Document
from core.money import Money
from core.units import LABELS

_ALPHABET = 1
_W, _H, _LEFT, _RIGHT = 595.28, 841.89, 48.0, 547.28
_ACCENT, _INK, _MUTED, _TINT = "0.122 0.306 0.475", "0.11 0.13 0.17", "0.42 0.45 0.5", "0.939 0.951 0.963"
_COLUMNS = (367.0, 427.0, 487.0, _RIGHT)
_ENDS = frozenset(_COLUMNS)
_HEADINGS = ("Quantity", "Unit price", "VAT", "Amount EUR")
_BOTTOM = 72.0


class _Font(NamedTuple):
    cut: Cut
    widths: dict[str, int]


_REGULAR, _BOLD = (_Font(alphabet_cut(weight, _ALPHABET), widths(weight)) for weight in Weight)


class _Page:
    def __init__(self) -> None:
        self.code: list[str] = []

    def plain(self, x: float, y: float, text: str, size: float = 9, colour: str = _INK) -> None:
        self._text(_REGULAR, x, y, text, size, colour)

    def bold(self, x: float, y: float, text: str, size: float = 9, colour: str = _INK) -> None:
        self._text(_BOLD, x, y, text, size, colour)

    def _text(self, font: _Font, x: float, y: float, text: str, size: float, colour: str) -> None:
        """A place right of the middle that is the end of a column holds the end of the text."""
        if x in _ENDS:
            x -= sum(map(font.widths.__getitem__, text)) * size / 1000
        shown = text.translate(font.cut.escapes)
        self.code.append(f"{colour} rg BT/{font.cut.name} {size} Tf {x:.2f} {y:.2f} Td({shown})Tj ET")

    def line(self, y: float, left: float = _LEFT) -> None:
        self.code.append(f".87 .88 .9 RG .5 w {left} {y:.2f} m {_RIGHT} {y:.2f} l S")

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.code.append(f"{colour} rg {x} {y:.2f} {width} {height} re f")


def _money(money: Money) -> str:
    return f"{money.amount:,.2f}"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _wrap(text: str, room: float, width: dict[str, int]) -> list[str]:
    lines: list[str] = []
    words: list[str] = []
    used = 0
    for word in text.split(" "):
        units = sum(map(width.__getitem__, word))
        if words and used + units > room:
            lines.append(" ".join(words))
            words, used = [], 0
        words.append(word)
        used += units + 260
    return [*lines, " ".join(words)]


def _table_head(page: _Page, y: float) -> float:
    page.plain(_LEFT, y, "Description", 7.5, _MUTED)
    for right, heading in zip(_COLUMNS, _HEADINGS, strict=True):
        page.plain(right, y, heading, 7.5, _MUTED)
    page.line(y - 8)
    return y - 8


def _head(page: _Page, document: Document) -> float:
    page.box(0, _H - 5, _W, 5, _ACCENT)
    page.bold(_LEFT, 780, document.seller.name, 17, _ACCENT)
    page.bold(_RIGHT, 780, "Invoice", 20)
    page.plain(_RIGHT, 762, document.number, 11)
    for x, label, party, country in (
        (_LEFT, "From", document.seller, "Germany"), (310, "Billed to", document.buyer, "Ireland"),
    ):  # fmt: skip
        page.plain(x, 725, label, 7.5, _MUTED)
        page.bold(x, 709, party.name, 10.5)
        details = [
            *party.address.lines(),
            country,
            f"VAT ID {party.vat_id}",
            *([party.email] if party.email else []),
        ]
        for index, detail in enumerate(details):
            page.plain(x, 696 - 13 * index, detail)
    page.box(_LEFT, 578, _RIGHT - _LEFT, 43, _TINT)
    facts = (
        ("Issue date", document.issued_on.isoformat()), ("Due date", document.due_on.isoformat()),
        ("Terms", "14 days"), ("Your reference", document.reference),
    )  # fmt: skip
    for index, (label, value) in enumerate(facts):
        page.plain(58 + 122 * index, 605, label, 7.5, _MUTED)
        page.bold(58 + 122 * index, 592, value)
    return _table_head(page, 550)


def _next(pages: list[_Page], document: Document) -> tuple[_Page, float]:
    page = _Page()
    pages.append(page)
    page.box(0, _H - 5, _W, 5, _ACCENT)
    page.plain(_LEFT, 790, document.seller.name, 7.5, _MUTED)
    page.plain(_RIGHT, 790, f"Invoice {document.number}", 7.5, _MUTED)
    return page, _table_head(page, 766)


def draw(document: Document) -> bytes:
    """The same visible content as `core.documents.pdf.render` gives for the bench's documents."""
    page = _Page()
    pages = [page]
    y = _head(page, document)
    for line in document.totals.lines:
        text = _wrap(line.description, 28_000, _REGULAR.widths)
        if y - 13 * len(text) - 9 < _BOTTOM:
            page, y = _next(pages, document)
        unit = LABELS[line.unit]
        quantity = f"{_number(line.quantity)} {unit}" if unit else _number(line.quantity)
        cells = (quantity, f"{line.unit_price:,.2f}", f"{_number(line.tax.rate)}%", _money(line.net))
        for right, cell in zip(_COLUMNS, cells, strict=True):
            page.plain(right, y - 15, cell)
        for part in text:
            y -= 13
            page.plain(_LEFT, y - 2, part)
        y -= 9
        page.line(y)
    _foot(page, document, y)
    for number, each in enumerate(pages, 1):
        each.line(52)
        each.plain(_LEFT, 40, document.footer, 7.5, _MUTED)
        each.plain(_RIGHT, 40, f"Page {number} of {len(pages)}", 7.5, _MUTED)
    return _file(pages, document)


def _foot(page: _Page, document: Document, y: float) -> None:
    totals = document.totals
    row = totals.tax_rows[0]
    tax = f"VAT {_number(row.tax.rate)}% on {_money(row.basis)}"
    for label, money in (("Subtotal", totals.line_total), (tax, row.amount)):
        y -= 17
        page.plain(277, y, label)
        page.plain(_RIGHT, y, _money(money))
    page.line(y - 12, 277)
    page.bold(277, y - 28, "Total due", 11)
    page.bold(_RIGHT, y - 28, f"EUR {_money(totals.payable)}", 13, _ACCENT)
    if document.iban:
        page.box(_LEFT, y - 170, _RIGHT - _LEFT, 120, _TINT)
        page.bold(60, y - 70, "How to pay", 10.5)
        iban = " ".join(document.iban[start : start + 4] for start in range(0, len(document.iban), 4))
        facts = ("Account holder", document.seller.name), ("IBAN", iban), ("BIC", document.bic)
        more = ("Payment reference", document.number), ("Due date", document.due_on.isoformat())
        for index, (label, value) in enumerate((*facts, *more)):
            page.plain(60, y - 87 - 14 * index, label, 9, _MUTED)
            page.plain(170, y - 87 - 14 * index, value)
        page.box(447, y - 164, 94, 108, "1 1 1")
        page.code.append(qr.path(qr.payload(document) or "", 455, y - 149, 84))
        page.plain(475, y - 160, "Scan to pay", 7.5, _MUTED)


def _file(pages: list[_Page], document: Document) -> bytes:
    cuts = [_REGULAR.cut, _BOLD.cut]
    first = 4 + 2 * len(pages)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    fonts = " ".join(f"/{cut.name} {first + 4 * index} 0 R" for index, cut in enumerate(cuts))
    title = f"Invoice {document.number}".encode("utf-16").hex()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}/MediaBox[0 0 {_W} {_H}]"
        f"/Resources<</Font<<{fonts}>>>>>>".encode(),
        f"<</Title<{title}>>>".encode(),
    ]
    for index, page in enumerate(pages):
        objects.append(f"<</Type/Page/Parent 2 0 R/Contents {5 + 2 * index} 0 R>>".encode())
        objects.append(_stream(zlib.compress("\n".join(page.code).encode())))
    for cut in cuts:
        objects += _font(cut, len(objects) + 1)
    out, offsets = [b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"], []
    position = len(out[0])
    for number, body in enumerate(objects, 1):
        offsets.append(position)
        out.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        position += len(out[-1])
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    out.append(
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R/Info 3 0 R>>\n"
        f"startxref\n{position}\n%%EOF\n".encode()
    )
    return b"".join(out)


def _font(cut: Cut, number: int) -> list[bytes]:
    def reference(offset: int) -> bytes:
        return b"%d 0 R" % (number + offset)

    return [
        cut.font % (reference(1), reference(3)),
        cut.descriptor % reference(2),
        cut.program,
        cut.unicode_map,
    ]


def _stream(compressed: bytes) -> bytes:
    return b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(compressed), compressed)
