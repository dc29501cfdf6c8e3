"""Asking for somebody's word before a draft is issued, and giving or refusing it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from core.approval import Answer, Request, may_approve, needs_approval
from core.audit import Entry
from core.errors import N_, Conflict, NotAllowed
from core.invoice import Invoice
from core.usecases.desk import Desk
from core.usecases.invoice import issue, must_be_draft


async def ask(desk: Desk, invoice: Invoice, chat: str) -> Request:
    """Ask for the draft as it is now; who asked before is superseded. `invoice` must be locked."""
    must_be_draft(invoice)
    if not needs_approval(desk.business, desk.member, invoice.total):
        raise Conflict(N_("You can issue this yourself; nobody has to approve it."))
    request = Request(desk.ids.new(), invoice.id, invoice.version, desk.member.id, chat, desk.clock.now())
    await desk.work.approvals.add(request)
    return request


async def locked_request(desk: Desk, request_id: UUID) -> tuple[Request, Invoice]:
    """Both stay as they are until the transaction ends.

    The draft is locked first, as by everybody who changes one: two that wait for each other would never end.
    """
    found = await desk.work.approvals.get(request_id)
    invoice = await desk.work.invoices.lock(found.invoice_id)
    return await desk.work.approvals.lock(request_id), invoice


async def approve(desk: Desk, request: Request, invoice: Invoice) -> tuple[Invoice, Entry]:
    """Issue the draft that was asked about, in the name of who approves. Both must be locked."""
    _must_be_decidable(desk, request)
    must_be_draft(invoice)
    if invoice.version != request.invoice_version:
        raise Conflict(N_("The draft was changed since, so it has to be asked again."))
    return await issue(desk, invoice)


async def refuse(desk: Desk, request: Request, reason: str) -> Request:
    """The draft stays a draft, and may be asked about again. The request must be locked."""
    _must_be_decidable(desk, request)
    refused = replace(request, answer=Answer.REFUSED, decided_by=desk.member.id, reason=reason)
    await desk.work.approvals.save(refused)
    return replace(refused, version=request.version + 1)


def _must_be_decidable(desk: Desk, request: Request) -> None:
    if not may_approve(desk.business, desk.member):
        raise NotAllowed(N_("Only the approver and the owners can decide this."))
    if request.answer is not Answer.OPEN:
        raise Conflict(N_("This was decided already."))
