"""A credit note as rows have it, without the way on which one is made."""

from dataclasses import replace
from datetime import date
from typing import Any

from core.credit_note import CreditNote
from core.invoice import Invoice, Kind, Preceding
from tests.builders.core import IDS
from tests.fakes.clock import MORNING


def a_credit_note(invoice: Invoice, number: str = "CN2026-0007", **changes: Any) -> CreditNote:
    """Over the whole invoice."""
    document = invoice.issued
    document = replace(
        document,
        number=number,
        issued_on=date(2026, 3, 9),
        kind=Kind.CREDIT_NOTE,
        preceding=Preceding(document.number, document.issued_on),
    )
    credit_note = CreditNote(IDS.new(), invoice.id, invoice.draft.client_id, document, "late", MORNING)
    return replace(credit_note, **changes)
