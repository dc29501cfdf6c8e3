"""What is left alone about an invoice that another program issued: its document is there, and is never made anew."""

from __future__ import annotations

from core.errors import N_, Conflict
from core.invoice import Invoice


def must_be_ours(invoice: Invoice) -> None:
    """Raises Conflict for an imported one: no PDF, e-invoice, page or credit note under its number comes from us."""
    if invoice.imported:
        raise Conflict(
            N_(
                "{number} was issued by another program: its document is there, and so is what corrects it. Only what "
                "is open of it was imported."
            ),
            number=invoice.issued.number,
        )
