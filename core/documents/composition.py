"""A document from the first line to the last: what follows what, and what must stay on one page."""

from __future__ import annotations

from core.documents.ending import draw_ending, sums
from core.documents.flow import Flow
from core.documents.job import prepare
from core.documents.paid import PaidInFull
from core.documents.picture import read_logo
from core.documents.table import draw_table
from core.documents.writer import write
from core.invoice import Document


def compose(document: Document, logo: bytes | None, void: bool, paid: PaidInFull | None = None) -> bytes:
    """The file; InvalidInput for a text that cannot be printed, before anything is drawn."""
    job = prepare(document, read_logo(logo) if logo else None, void, paid)
    flow = Flow(job)
    draw_table(job, flow, sum(block.height for block in sums(job)))
    draw_ending(job, flow)
    return write(job, flow.finish())
