"""The life of an invoice: drafted, changed, issued under a number, voided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from core.approval import Answer, needs_approval
from core.audit import Action, Entry
from core.documents.exemption import exemption
from core.documents.printable import check_printable
from core.early import offered
from core.errors import N_, Conflict, InvalidInput, NotAllowed
from core.invoice import Document, Draft, Invoice, State, TaxRow, Totals
from core.language import client_language
from core.money import Money, total
from core.numbering import SERIES
from core.party import DEFAULT_ACCENT, Business, Client
from core.plan import Feature, Plan, includes
from core.tax import TaxCategory, must_register
from core.tax_choice import check_taxes
from core.terms import Terms
from core.totals import priced
from core.usecases.deposits import agreed, check_deposit_free, check_quoted
from core.usecases.desk import Desk
from core.usecases.plan import plan_of, take
from core.usecases.rates import at_home

_FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that could be issued as it stands: whom it is for, and what it would be."""

    draft: Draft
    """With the deposits that it takes off now."""
    client: Client
    document: Document
    """Without its number."""


async def make_ready(desk: Desk, draft: Draft, own: UUID | None = None) -> Ready:
    """Raises InvalidInput or Conflict for whatever would stop the draft from being issued; `own` is the id of its
    invoice where it has one.
    """
    client = await live_client(desk, draft)
    draft = await agreed(desk, draft, own)
    return Ready(draft, client, document_of(desk, client, draft, await plan_of(desk)))


async def create_draft(desk: Desk, draft: Draft, ready: Ready | None = None) -> tuple[Invoice, Entry]:
    """Raises InvalidInput when the draft could not be issued as it stands. `ready`: as that was found out before, in
    the same transaction.
    """
    invoice, client = await add_draft(desk, draft, ready)
    return invoice, await desk.record(Action.DRAFT_CREATED, invoice, client.name)


async def add_draft(desk: Desk, draft: Draft, ready: Ready | None = None) -> tuple[Invoice, Client]:
    """Drafting without an audit entry of its own, for a change that leaves another one; and whom it is for."""
    ready = ready or await make_ready(desk, draft)
    invoice = Invoice(
        id=desk.ids.new(),
        draft=ready.draft,
        total=ready.document.owed,
        paid=Money.zero(draft.currency),
        created_at=desk.clock.now(),
    )
    await desk.work.invoices.add(invoice)
    return invoice, ready.client


async def preview(desk: Desk, draft: Draft) -> Document:
    """What it would be if it were issued now, without its number. Raises what create_draft would raise."""
    return document_of(desk, await live_client(desk, draft), draft, await plan_of(desk))


async def change_draft(desk: Desk, before: Invoice, draft: Draft) -> tuple[Invoice, Entry]:
    must_be_draft(before)
    check_quoted(before.draft, draft)
    ready = await make_ready(desk, draft, before.id)
    changed = replace(before, draft=ready.draft, total=ready.document.owed, paid=Money.zero(draft.currency))
    saved = await desk.work.invoices.save(changed)
    await _settle_request(desk, saved, Answer.SUPERSEDED)
    return saved, await desk.record(Action.DRAFT_CHANGED, saved, ready.client.name, before=before)


async def discard_draft(desk: Desk, invoice: Invoice) -> Entry:
    must_be_draft(invoice)
    await desk.work.invoices.remove_draft(invoice)
    client = await desk.work.clients.get(invoice.draft.client_id)
    return await desk.record(Action.DRAFT_DISCARDED, invoice, client.name, before=invoice)


async def issue(desk: Desk, invoice: Invoice, ready: Ready | None = None) -> tuple[Invoice, Entry]:
    """Give the number and freeze seller, buyer, rates and text.

    The counter row is locked by the number and held until the transaction ends, so numbers are gapless: a
    rollback gives the number back, and nobody can take the next one in between (docs.stripe.com, OCA#2040).
    Raises NotAllowed above the limit up to which the member may issue alone, PlanLimit when the plan includes no
    more this month. `ready`: of a draft that was written in the same transaction.
    """
    must_be_draft(invoice)
    frozen = (ready or await make_ready(desk, invoice.draft, invoice.id)).document
    document = await at_home(desk, frozen)
    if needs_approval(desk.business, desk.member, document.owed):
        raise NotAllowed(N_("This has to be approved before it is issued."))
    await take(desk, Feature.INVOICES)
    pattern = desk.business.number_pattern
    count = await desk.work.invoices.next_count(SERIES, pattern.period(document.issued_on))
    document = replace(document, number=pattern.format(count, document.issued_on))
    issued = replace(
        invoice,
        state=State.ISSUED,
        document=document,
        total=document.owed,
        issued_at=desk.clock.now(),
    )
    saved = await desk.work.invoices.save_issued(issued)
    if ready is None:
        await _settle_request(desk, saved, Answer.APPROVED)
    return saved, await desk.record(Action.INVOICE_ISSUED, saved, document.number, before=invoice)


async def void(desk: Desk, invoice: Invoice, reason: str) -> tuple[Invoice, Entry]:
    """The number and the document stay, marked; nothing is owed any more. Only while nothing was paid."""
    saved = await mark_void(desk, invoice, reason)
    return saved, await desk.record(Action.INVOICE_VOIDED, saved, saved.issued.number, before=invoice)


async def mark_void(desk: Desk, invoice: Invoice, reason: str) -> Invoice:
    """Voiding without an audit entry of its own, for a change that leaves another one."""
    if invoice.state is not State.ISSUED:
        raise Conflict(N_("Only an issued invoice can be voided."))
    await check_deposit_free(desk, invoice)
    if invoice.paid:
        raise Conflict(
            N_("{number} has payments of {paid}, so it cannot be voided."),
            number=invoice.issued.number,
            paid=invoice.paid,
        )
    if invoice.credited_minor:
        raise Conflict(
            N_("{number} has a credit note, so it cannot be voided."), number=invoice.issued.number
        )
    voided = replace(invoice, state=State.VOID, voided_at=desk.clock.now(), void_reason=reason)
    return await desk.work.invoices.save(voided)


def freeze(
    business: Business, client: Client, draft: Draft, issued_on: date, plan: Plan = Plan.BUSINESS
) -> Document:
    """The document a draft becomes on that day and on that plan, still without its number."""
    language = client_language(business, client)
    totals = _with_reasons(business, priced(business, draft), language)
    owed = totals.payable - total((one.gross for one in draft.prepaid), draft.currency)
    return Document(
        early=offered(draft.early, owed, issued_on, business.cash_rounding),
        number="",
        issued_on=issued_on,
        due_on=_due_on(draft, issued_on),
        terms=str(draft.due) if isinstance(draft.due, Terms) else "",
        seller=business.party(),
        buyer=client.party(),
        totals=totals,
        period=draft.period,
        discount=draft.discount,
        inclusive=draft.inclusive,
        reference=draft.reference or client.reference,
        note=draft.note,
        iban=business.iban,
        bic=business.bic,
        footer=business.footer,
        accent=business.accent if includes(plan, Feature.COLOURS) else DEFAULT_ACCENT,
        logo=business.logo,
        language=language,
        tax_note=_tax_note(business, totals),
        branded=not includes(plan, Feature.UNBRANDED),
        order=draft.order,
        delivered_on=draft.delivered_on,
        quoted=draft.quoted,
        prepaid=draft.prepaid,
    )


def _with_reasons(business: Business, totals: Totals, language: str) -> Totals:
    """The sums with the sentence that says why a group has no VAT; frozen, so that it reads the same for ever."""

    def reason(row: TaxRow) -> str:
        small = business.default_tax.category is TaxCategory.EXEMPT
        return exemption(
            row.tax, business.address.country, language, small=small, registered=business.registered
        )

    return replace(totals, tax_rows=tuple(replace(row, exemption=reason(row)) for row in totals.tax_rows))


def _tax_note(business: Business, totals: Totals) -> str:
    """The sentences as they are printed. Where there is no VAT, nobody asks why it is not charged."""
    country = business.address.country
    rows = [
        row
        for row in totals.tax_rows
        if row.tax.category is not TaxCategory.OUTSIDE or must_register(country)
    ]
    return "\n".join(dict.fromkeys(row.exemption for row in rows if row.exemption))


def must_be_draft(invoice: Invoice) -> None:
    if invoice.state is State.DRAFT:
        return
    number = invoice.issued.number
    if invoice.state is State.VOID:
        raise Conflict(N_("{number} is void already."), number=number)
    raise Conflict(N_("{number} is issued already; an issued invoice is not edited."), number=number)


def _due_on(draft: Draft, issued_on: date) -> date:
    due_on = draft.due.due(issued_on) if isinstance(draft.due, Terms) else draft.due
    if due_on < issued_on:
        raise InvalidInput(
            "due",
            N_("It would be due on {due}, before its date {issued}."),
            "14d",
            due=due_on,
            issued=issued_on,
        )
    return due_on


def document_of(desk: Desk, client: Client, draft: Draft, plan: Plan) -> Document:
    """What the draft would be if it were issued now, without its number.

    Raises InvalidInput for whatever would stop that, so that nobody is shown a total that cannot be issued.
    """
    issued_on = draft.issue_on or desk.today
    if abs(issued_on - desk.today) > _FARTHEST:
        raise InvalidInput(
            "on", N_("{date} is more than a year away from today."), desk.today.isoformat(), date=issued_on
        )
    taxes = {line.tax or draft.tax for line in draft.lines}
    unregistered = not desk.business.registered and must_register(desk.business.address.country)
    if unregistered and any(tax.rate for tax in taxes):
        raise InvalidInput(
            "vat",
            N_("{name} is not VAT registered and must not charge VAT. Add the VAT id first: "
               "/settings vat-id …, or leave the rate out."),
            name=desk.business.name,
        )  # fmt: skip
    check_taxes(desk.business, client, draft)
    document = freeze(desk.business, client, draft, issued_on, plan)
    if document.early and document.early.until > document.due_on:
        raise InvalidInput(
            "early",
            N_("The discount would still be given on {until}, after the invoice is due on {due}."),
            "2% 10d", until=document.early.until, due=document.due_on,
        )  # fmt: skip
    if document.owed.minor < 0:
        raise InvalidInput(
            "lines",
            N_("It comes to {total}, which is less than the deposits that it takes off."),
            total=document.totals.payable,
        )
    check_printable(document)
    return document


async def _settle_request(desk: Desk, invoice: Invoice, answer: Answer) -> None:
    """An open request is about the draft as it was asked for: it ends when that changes, whoever does it."""
    request = await desk.work.approvals.find_open(invoice.id)
    if request is None:
        return
    decided_by = desk.member.id if answer is Answer.APPROVED else None
    await desk.work.approvals.save(replace(request, answer=answer, decided_by=decided_by))


async def live_client(desk: Desk, draft: Draft) -> Client:
    client = await desk.work.clients.get(draft.client_id)
    if client.archived_at is not None:
        raise Conflict(
            N_("{name} is archived. Bring the client back first: /client restore {name}"), name=client.name
        )
    return client
