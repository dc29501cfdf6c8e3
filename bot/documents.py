"""The PDF of an issued document: rendered once, off the event loop, and kept with what it is the document of."""

from __future__ import annotations

from uuid import UUID

from bot.exports import Exports
from bot.rendering import Renderer
from bot.reports import ReportFiles
from core.documents.paid import paid_in_full
from core.documents.pdf import render_letter
from core.einvoice.profiles import Profile
from core.einvoice.terms import Added
from core.invoice import Document, Kind, State
from core.plan import plan_at
from core.ports import Work
from core.usecases.imported import must_be_ours
from core.usecases.reminder_letter import letter_of
from handlers.kinds import ReminderPdf, ReportFile, ReportKind
from storage.engine import Storage

_VOID = "void"
"""What the marked copy is kept as; the other one is kept as what it is."""


class Documents:
    """Rendering happens between two transactions, so that no lock is held for it (docs/decisions/0003)."""

    def __init__(self, storage: Storage, renderer: Renderer) -> None:
        self._storage = storage
        self._renderer = renderer
        self._reports = ReportFiles(storage, renderer)
        self._exports = Exports(storage, renderer)

    async def pdf(self, business_id: UUID, subject_id: UUID, kind: Kind = Kind.INVOICE) -> bytes:
        """The same bytes each time; what is void has a marked copy of its own."""
        async with self._storage.work() as work:
            await work.enter(business_id)
            document, void = await _frozen(work, kind, subject_id)
            kept_as = _VOID if void else kind.value
            kept = await work.files.find_document(subject_id, kept_as)
            if kept is not None:
                return kept
            logo = await work.files.get(document.logo) if document.logo else None
        content = await self._renderer.render(document, logo, void=void)
        async with self._storage.work() as work:
            await work.enter(business_id)
            return await work.files.keep_document(subject_id, kept_as, content)

    async def paid_copy(self, business_id: UUID, invoice_id: UUID) -> bytes:
        """The invoice marked as paid, as its payments are now; nothing of it is kept. Raises Conflict where it is
        not paid.
        """
        async with self._storage.reading() as work:
            await work.enter(business_id)
            invoice = await work.invoices.get(invoice_id)
            must_be_ours(invoice)
            how = paid_in_full(invoice, await work.payments.list_of(invoice_id))
            document = invoice.issued
            logo = await work.files.get(document.logo) if document.logo else None
        return await self._renderer.render(document, logo, paid=how)

    async def report(self, business_id: UUID, wanted: ReportFile) -> bytes:
        if wanted.report is ReportKind.EXPORT:
            return await self._exports.make(business_id)
        return await self._reports.make(business_id, wanted)

    async def reminder(self, business_id: UUID, wanted: ReminderPdf) -> bytes:
        """Drawn anew each time, from the words and sums that were shown. Raises InvalidInput for a name that cannot
        be printed.
        """
        async with self._storage.reading() as work:
            await work.enter(business_id)
            business = await work.businesses.get()
            plan = plan_at(await work.plans.get(), self._storage.clock.now())
            letter = await letter_of(work, business, wanted.text, plan)
            logo = await work.files.get(business.logo) if business.logo else None
        return await self._renderer.make(render_letter, letter, logo)

    async def xml(
        self, business_id: UUID, subject_id: UUID, profile: Profile, added: Added, kind: Kind = Kind.INVOICE
    ) -> bytes:
        """Written anew each time, from the same frozen document."""
        async with self._storage.reading() as work:
            await work.enter(business_id)
            document, _void = await _frozen(work, kind, subject_id)
        return await self._renderer.xml(document, profile, added)


async def _frozen(work: Work, kind: Kind, subject_id: UUID) -> tuple[Document, bool]:
    """The document, and whether it is void."""
    if kind is Kind.INVOICE:
        invoice = await work.invoices.get(subject_id)
        must_be_ours(invoice)
        return invoice.issued, invoice.state is State.VOID
    if kind is Kind.CREDIT_NOTE:
        credit_note = await work.credit_notes.get(subject_id)
        return credit_note.document, credit_note.voided_at is not None
    return (await work.quotes.get(subject_id)).issued, False
