"""The page on which a client sees an invoice: who is given its address, what it shows, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.audit import Action
from core.codes import code_hash, is_token
from core.credit_note import CreditNote
from core.errors import N_, InvalidInput, Unavailable
from core.invoice import Invoice, State
from core.party import Business, Client
from core.payment import Payment
from core.ports import Clock, Work
from core.usecases.desk import Desk
from core.usecases.imported import must_be_ours

LIFE = timedelta(days=90)
"""How long a page is still shown after its invoice was settled or became void."""
PATH = "/i/"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page is made of."""

    business: Business
    client: Client
    invoice: Invoice
    payments: Sequence[Payment]
    has_account: bool = False
    """The business has one in which it is paid online."""
    is_news: bool = False
    """Nobody but the business itself has opened it before, nor is it the business now."""


async def hand_out(desk: Desk, invoice: Invoice, *, own: bool = False) -> str:
    """The token of one more page of that invoice: 128 random bits, of which only a hash is kept.

    `own`: the business opens it itself, which does not count as seen.
    """
    must_be_issued(invoice)
    token = desk.ids.code()
    await desk.work.invoice_links.add(code_hash(token), invoice.id, desk.clock.now(), own=own)
    return token


def must_be_issued(invoice: Invoice) -> None:
    if invoice.state is State.DRAFT:
        raise InvalidInput("number", N_("A draft has no page for its client; issue it first."), "/issue")
    must_be_ours(invoice)


async def takes_payments(work: Work) -> bool:
    """Whether clients can pay online. Where the keys to it cannot be read now, the page shows the other ways."""
    try:
        return await work.pay_accounts.find() is not None
    except Unavailable:
        return False


async def revoke(desk: Desk, invoice: Invoice) -> int:
    """No page of that invoice is shown any more; says how many there were."""
    count = await desk.work.invoice_links.revoke(invoice.id)
    if count:
        await desk.record(Action.LINKS_REVOKED, invoice, invoice.issued.number)
    return count


async def find(work: Work, clock: Clock, token: str) -> Shown | None:
    """Enters the business whose invoice it is. None for what names nothing, or nothing any more.

    It is found by the hash of what was brought, so nothing about a stored token can be learnt from how long it takes.
    """
    if not is_token(token):
        return None
    linked = await work.invoice_links.enter(code_hash(token))
    if linked is None:
        return None
    look = await work.invoice_links.look(linked.invoice_id)
    invoice = look.invoice
    payments = await work.payments.list_of(invoice.id) if look.has_payments else ()
    credit_notes = await work.credit_notes.list_of(invoice.id) if invoice.credited_minor else ()
    if settled_at(invoice, payments, credit_notes) <= clock.now() - LIFE:
        return None
    is_news = look.seen_at is None and not linked.own
    return Shown(look.business, look.client, invoice, payments, look.has_account, is_news)


def settled_at(
    invoice: Invoice, payments: Sequence[Payment], credit_notes: Sequence[CreditNote] = ()
) -> datetime:
    """When there was nothing left to pay; the end of time while there is."""
    if invoice.state is State.VOID and invoice.voided_at:
        return invoice.voided_at
    if invoice.balance:
        return _NEVER
    moments = [*(one.created_at for one in payments), *(one.created_at for one in credit_notes)]
    return max(moments, default=invoice.issued_at or _NEVER)
