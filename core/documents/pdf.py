"""An issued document as a PDF: a pure function, so that the same document always gives the same bytes."""

from __future__ import annotations

from core.documents.printable import check_printable, missing_glyphs
from core.invoice import Document

__all__ = ["check_printable", "missing_glyphs", "render"]


def render(document: Document, *, logo: bytes | None = None, void: bool = False) -> bytes:
    """The pages of a document; `logo` is what `normalise_logo` made. A void one says so on every page.

    Raises InvalidInput, naming the field, for a character that no vendored font has.
    """
    # Importing reportlab and segno takes 0.15 s, which a process that only checks texts need not pay.
    from core.documents.composition import compose  # noqa: PLC0415

    return compose(document, logo, void)
