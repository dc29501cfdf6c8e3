"""Credit notes: made under a number of their own, taken off what is owed and paid, voided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.audit import Action, Entry
from core.credit_note import SERIES, CreditNote, Left, at_most, check_amount, left_of, of_lines, part, whole
from core.credited_lines import OpenLines, Picks, of_parts, open_lines, parts_of, parts_typed
from core.documents import words
from core.documents.printable import check_printable
from core.early_discount import split
from core.errors import N_, Conflict, InvalidInput
from core.invoice import Document, Invoice, Kind, Line, LinePart, Preceding, State, Totals
from core.money import Money
from core.numbering import must_be_apart
from core.party import DEFAULT_ACCENT
from core.plan import Feature, includes
from core.totals import compute
from core.usecases.deposits import check_counts_again, check_deposit_free
from core.usecases.desk import Desk
from core.usecases.imported import must_be_ours
from core.usecases.payment import freed, settled_by_credit
from core.usecases.plan import plan_of

Wanted = Money | tuple[Line, ...] | Picks | None
"""An amount with VAT, lines as they are typed or of the invoice's own, or all that is left."""


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit note that was made, or voided, and its invoice as it is with that."""

    credit_note: CreditNote
    invoice: Invoice
    entry: Entry
    freed: Money
    """What of the payments became credit; of a voided one, what became a payment again."""


async def credit(desk: Desk, invoice: Invoice, wanted: Wanted, reason: str) -> Credited:
    """It lowers what is due first; what exceeds that is the client's credit (DOMAIN rule 18).

    `invoice` must be locked: two credit notes at once would each see all of it left. Raises Conflict for what cannot
    be credited, InvalidInput for more than is left.
    """
    await check_deposit_free(desk, invoice)
    totals = await credited_totals(desk, invoice, wanted)
    parts = await _parts(desk, invoice, wanted)
    document = await _document(desk, invoice.issued, totals, reason, parts)
    if totals is not invoice.issued.totals and not _as_typed(totals, wanted):
        # A part of it is stated net, whatever prices were typed.
        document = replace(document, inclusive=False)
    pattern = desk.business.credit_pattern
    count = await desk.work.invoices.next_count(SERIES, pattern.period(document.issued_on))
    document = replace(document, number=pattern.format(count, document.issued_on))
    await _must_be_new(desk, document.number)
    credit_note = CreditNote(
        id=desk.ids.new(),
        invoice_id=invoice.id,
        client_id=invoice.draft.client_id,
        document=document,
        reason=reason,
        created_at=desk.clock.now(),
    )
    await desk.work.credit_notes.add(credit_note)
    over = credit_note.total - min(credit_note.total, invoice.balance)
    lowered = await freed(desk, invoice, over)
    lowered = replace(lowered, credited_minor=lowered.credited_minor + credit_note.total.minor)
    saved = await desk.work.invoices.save(lowered)
    entry = await desk.record(Action.CREDIT_NOTE_ISSUED, credit_note, credit_note.number)
    return Credited(credit_note, saved, entry, over)


async def credited_totals(desk: Desk, invoice: Invoice, wanted: Wanted) -> Totals:
    """The sums that the credit note would have now."""
    if invoice.state is State.DRAFT:
        raise InvalidInput(
            "number", N_("A draft needs no credit note; change or discard it."), "/invoices draft"
        )
    must_be_ours(invoice)
    number = invoice.issued.number
    if invoice.state is State.VOID:
        raise Conflict(N_("{number} is void already."), number=number)
    left = await left_to_credit(desk, invoice)
    if left.payable.minor <= 0:
        raise Conflict(N_("{number} is credited in full already."), number=number)
    label = words.credited(invoice.issued.language).format(number=number)
    if isinstance(wanted, Picks):
        lines = await open_lines_of(desk, invoice, left)
        return of_parts(lines, parts_of(lines, wanted), label)
    if isinstance(wanted, tuple):
        return at_most(invoice.issued, left, of_lines(left, _computed(invoice, wanted), number), label)
    if wanted is not None:
        check_amount(left, wanted, number)
    if wanted is None or wanted == left.payable:
        return whole(invoice.issued, left, label)
    return part(left, wanted, label)


async def _parts(desk: Desk, invoice: Invoice, wanted: Wanted) -> tuple[LinePart, ...]:
    if not isinstance(wanted, (Picks, tuple)):
        return ()
    lines = await open_lines_of(desk, invoice, await left_to_credit(desk, invoice))
    return parts_of(lines, wanted) if isinstance(wanted, Picks) else parts_typed(lines, wanted)


def _as_typed(totals: Totals, wanted: Wanted) -> bool:
    if not isinstance(wanted, tuple):
        return False
    return [line.description for line in totals.lines] == [line.description for line in wanted]


async def left_to_credit(desk: Desk, invoice: Invoice) -> Left:
    """A discount that was taken for paying early has lowered it like a credit note."""
    earlier = [one.document.totals for one in await standing_on(desk, invoice)]
    for payment in await desk.work.payments.list_of(invoice.id):
        if payment.discount:
            earlier.append(split(invoice.issued, payment.discount))
    return left_of(invoice.issued, earlier)


async def open_lines_of(desk: Desk, invoice: Invoice, left: Left) -> OpenLines:
    """What is left of the lines of an issued invoice."""
    earlier = [one.document for one in await standing_on(desk, invoice)]
    return open_lines(invoice.draft, invoice.issued, left, earlier)


async def standing_on(desk: Desk, invoice: Invoice) -> Sequence[CreditNote]:
    return [one for one in await desk.work.credit_notes.list_of(invoice.id) if one.voided_at is None]


async def void_credit_note(desk: Desk, credit_note: CreditNote, reason: str) -> Credited:
    """Its number and document stay, marked. What it took off is owed again, as far as the credit that came of it
    does not settle it: what of that was given back or used meanwhile does not.
    """
    voided, invoice, settled = await mark_credit_note_void(desk, credit_note, reason)
    entry = await desk.record(Action.CREDIT_NOTE_VOIDED, voided, voided.number)
    return Credited(voided, invoice, entry, settled)


async def mark_credit_note_void(
    desk: Desk, credit_note: CreditNote, reason: str
) -> tuple[CreditNote, Invoice, Money]:
    """Voiding without an audit entry of its own, for a change that leaves another one."""
    invoice = await desk.work.invoices.lock(credit_note.invoice_id)
    await check_deposit_free(desk, invoice)
    credit_note = await desk.work.credit_notes.get(credit_note.id)
    if credit_note.voided_at is not None:
        raise Conflict(N_("{number} is void already."), number=credit_note.number)
    await check_counts_again(desk, invoice)
    voided = replace(credit_note, voided_at=desk.clock.now(), void_reason=reason)
    voided = await desk.work.credit_notes.save(voided)
    owed = replace(invoice, credited_minor=invoice.credited_minor - credit_note.total.minor)
    settled = await settled_by_credit(desk, owed)
    saved = await desk.work.invoices.save(settled)
    return voided, saved, settled.paid - invoice.paid


def _computed(invoice: Invoice, lines: tuple[Line, ...]) -> Totals:
    """Lines as on the invoice: its rate where they name none, its prices with or without VAT."""
    return compute(replace(invoice.draft, lines=lines, discount=None))


async def _document(
    desk: Desk, about: Document, totals: Totals, reason: str, parts: tuple[LinePart, ...]
) -> Document:
    """Between the parties of the invoice, as they were; the looks are today's."""
    business, plan = desk.business, await plan_of(desk)
    issued_on = max(desk.today, about.issued_on)
    document = Document(
        number="",
        issued_on=issued_on,
        due_on=issued_on,
        terms="",
        seller=about.seller,
        buyer=about.buyer,
        totals=totals,
        period=about.period,
        discount=about.discount if totals.discount else None,
        inclusive=about.inclusive,
        reference=about.reference,
        order=about.order,
        delivered_on=about.delivered_on,
        note=reason,
        # For the data of an XRechnung, which has to name an account (BR-DE-1); it is not printed.
        iban=about.iban,
        bic=about.bic,
        footer=business.footer,
        accent=business.accent if includes(plan, Feature.COLOURS) else DEFAULT_ACCENT,
        logo=business.logo,
        language=about.language,
        tax_note=about.tax_note,
        branded=not includes(plan, Feature.UNBRANDED),
        kind=Kind.CREDIT_NOTE,
        preceding=Preceding(about.number, about.issued_on, parts),
        rate=about.rate,
        home_tax=about.rate.convert(totals.tax) if about.rate and about.home_tax is not None else None,
    )
    check_printable(document)
    return document


async def _must_be_new(desk: Desk, number: str) -> None:
    """No credit note may be taken for an invoice, nor the other way round."""
    must_be_apart(desk.business.number_pattern, desk.business.credit_pattern)
    if await desk.work.invoices.find_number(number) is not None:
        raise Conflict(
            N_("{number} was given under an earlier pattern. Choose another one: /settings credit-pattern …"),
            number=number,
        )
