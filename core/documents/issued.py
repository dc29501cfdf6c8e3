"""The file that an issued invoice is handed out as: an e-invoice wherever its data suffice for one."""

from __future__ import annotations

import logging

from core.documents import words
from core.documents.paid import PaidInFull
from core.documents.pdf import render
from core.documents.printable import cleaned
from core.einvoice.export import can_be, to_xml
from core.einvoice.profiles import Profile
from core.errors import Conflict
from core.invoice import Document

log = logging.getLogger(__name__)


def render_issued(
    document: Document, *, logo: bytes | None = None, void: bool = False, paid: PaidInFull | None = None
) -> bytes:
    """The same bytes for the same document. Raises InvalidInput as `render` does.

    A void one holds no data: a program that reads them would not see that it is void, and book it; nor does a copy
    that is marked as paid, which would be booked a second time.
    """
    pdf = render(document, logo=logo, void=void, paid=paid)
    if void or paid or not can_be(document):
        return pdf
    # pikepdf takes 0.2 s to import; a process whose invoices are none of these never needs it.
    from core.documents.hybrid import About, hybrid  # noqa: PLC0415

    try:
        xml = to_xml(document, Profile.FACTUR_X)
    except Conflict as error:
        # A mistake of ours, for whatever else could be wrong was asked above; nobody waits for their PDF because of it.
        log.error("the data are left out of a PDF: %s", error)
        return pdf
    clean = cleaned(document)
    title = words.words(clean.language, kind=clean.kind).named.format(number=clean.number)
    return hybrid(pdf, xml, About(title, clean.seller.name, clean.issued_on))
