"""The PDF of an issued invoice: rendered once, off the event loop, and kept with the invoice."""

from __future__ import annotations

from uuid import UUID

from bot.rendering import Renderer
from bot.reports import ReportFiles
from core.einvoice.profiles import Profile
from core.einvoice.terms import Added
from core.invoice import Document, Invoice, State
from handlers.kinds import ReportFile
from storage.engine import Storage


class Documents:
    """Rendering happens between two transactions, so that no lock is held for it (docs/decisions/0003)."""

    def __init__(self, storage: Storage, renderer: Renderer) -> None:
        self._storage = storage
        self._renderer = renderer
        self._reports = ReportFiles(storage, renderer)

    async def pdf(self, business_id: UUID, invoice_id: UUID) -> bytes:
        """The same bytes each time; a void invoice has a marked copy of its own."""
        async with self._storage.work() as work:
            await work.enter(business_id)
            invoice = await work.invoices.get(invoice_id)
            kind = _kind(invoice)
            kept = await work.files.find_document(invoice_id, kind)
            if kept is not None:
                return kept
            document = invoice.issued
            logo = await work.files.get(document.logo) if document.logo else None
        content = await self._render(document, logo, kind)
        async with self._storage.work() as work:
            await work.enter(business_id)
            return await work.files.keep_document(invoice_id, kind, content)

    async def report(self, business_id: UUID, wanted: ReportFile) -> bytes:
        return await self._reports.make(business_id, wanted)

    async def xml(self, business_id: UUID, invoice_id: UUID, profile: Profile, added: Added) -> bytes:
        """Written anew each time, from the same frozen document."""
        async with self._storage.reading() as work:
            await work.enter(business_id)
            invoice = await work.invoices.get(invoice_id)
        return await self._renderer.xml(invoice.issued, profile, added)

    async def _render(self, document: Document, logo: bytes | None, kind: str) -> bytes:
        return await self._renderer.render(document, logo, void=kind == "void")


def _kind(invoice: Invoice) -> str:
    return "void" if invoice.state is State.VOID else "invoice"
