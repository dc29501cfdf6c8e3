"""What every part of one rendering shares: the document, its words, its numbers and its pens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.documents import words
from core.documents.figures import Figures
from core.documents.lettering import Lettering
from core.documents.paid import PaidInFull
from core.documents.pen import INK, MUTED, Pen
from core.documents.picture import Picture
from core.documents.printable import characters, cleaned
from core.invoice import Document
from core.tax import named_vat

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_DEFAULT_ACCENT = "#1f4e79"
_LIGHTEST = 0.55


@dataclass(frozen=True, slots=True)
class Pens:
    """The few kinds of text on a page."""

    title: Pen
    name: Pen
    heading: Pen
    strong: Pen
    body: Pen
    label: Pen
    fine: Pen
    total: Pen


@dataclass(frozen=True, slots=True)
class Job:
    """One rendering."""

    document: Document
    words: words.Words
    figures: Figures
    lettering: Lettering
    pens: Pens
    accent: str
    tint: str
    logo: Picture | None
    void: bool
    paid: PaidInFull | None = None
    """Of the copy that is marked as paid."""

    @property
    def shows_vat(self) -> bool:
        """Without a taxed line there is no VAT column; the tax note says why."""
        return any(row.tax.category.taxed for row in self.document.totals.tax_rows)


def prepare(document: Document, logo: Picture | None, void: bool, paid: PaidInFull | None = None) -> Job:
    """Tidy the texts, check that each can be printed, and choose the fonts. Raises InvalidInput."""
    document = cleaned(document)
    messages = words.words(document.language, named_vat(document.seller.address.country), document.kind)
    figures = Figures(document.language, document.currency)
    lettering = Lettering(
        characters(document) | words.characters(document.language) | figures.characters | _countries(document)
    )
    pens, accent, tint = styled(lettering, document.accent)
    return Job(document, messages, figures, lettering, pens, accent, tint, logo, void, paid)


def styled(lettering: Lettering, typed: str) -> tuple[Pens, str, str]:
    """The pens, and the business's colour, strong and as a light ground."""
    red, green, blue = _accent(typed)
    accent = f"{red:.3f} {green:.3f} {blue:.3f}"
    tint = " ".join(f"{1 - (1 - part) * 0.07:.3f}" for part in (red, green, blue))
    pens = Pens(
        title=Pen(lettering.bold, 20, INK, 1.25),
        name=Pen(lettering.bold, 17, accent, 1.25),
        heading=Pen(lettering.bold, 10.5, INK, 1.4),
        strong=Pen(lettering.bold, 9, INK, 1.45),
        body=Pen(lettering.regular, 9, INK, 1.45),
        label=Pen(lettering.regular, 7.5, MUTED, 1.6),
        fine=Pen(lettering.regular, 7.5, MUTED, 1.45),
        total=Pen(lettering.bold, 13, accent, 1.4),
    )
    return pens, accent, tint


def accent_of(typed: str) -> str:
    """The same colour for whoever draws with hexadecimal ones."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in _accent(typed))


def _accent(typed: str) -> tuple[float, float, float]:
    """The business's colour, darkened where it would be hard to read on white."""
    digits = typed if _HEX.fullmatch(typed) else _DEFAULT_ACCENT
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = 0.3 * red + 0.59 * green + 0.11 * blue
    if light > _LIGHTEST:
        red, green, blue = (part * _LIGHTEST / light for part in (red, green, blue))
    return red, green, blue


def _countries(document: Document) -> set[str]:
    codes = (document.seller.address.country, document.buyer.address.country)
    return set().union(*(words.country(code, document.language) for code in codes))
