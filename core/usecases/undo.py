"""Taking the last change back, for ten minutes, with an audit entry of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from core.audit import Action, Entry, Subject
from core.credit_note import CreditNote
from core.errors import N_, Conflict, NotAllowed, NotFound
from core.importing import Import
from core.invoice import Invoice, State
from core.party import Business, Client, Member, Role
from core.payment import Payment
from core.plan import Feature
from core.product import Product
from core.quote import Quote
from core.reminder import Kept, OptOut, Promise, Reminder
from core.series import Series
from core.usecases.billing import give_up_deposit
from core.usecases.business import check_new_role
from core.usecases.client import must_be_new
from core.usecases.client_credit import take_back_move
from core.usecases.credit_note import mark_credit_note_void
from core.usecases.deposits import check_counts_again
from core.usecases.desk import Desk
from core.usecases.importing import take_back_import
from core.usecases.invoice import mark_void, must_be_draft
from core.usecases.payment import reverse_payment, settled_by_credit
from core.usecases.plan import give_back, must_have_a_seat
from core.usecases.product import must_be_free
from core.usecases.promise import restore_promise
from core.usecases.quote import must_be_quote_draft, restore_quote, take_from_offer
from core.usecases.reminder import wait_again
from core.usecases.series import restore_series

Earlier = TypeVar("Earlier", Business, Client, Product, Member, Invoice, Quote, Reminder, Series, OptOut)

UNDONE_REASON = N_("Taken back right after it was issued")


async def undo(desk: Desk, entry: Entry) -> Subject:
    """Undo one entry and return its subject as it is now.

    Raises Conflict when it is too late, was undone before, or somebody went on from there. What was issued is
    voided, never deleted: its number was given (DOMAIN rule 17).
    """
    if not entry.undoable(desk.clock.now()):
        raise Conflict(N_("This can be taken back for 10 minutes only; it is older."))
    if entry.member_id != desk.member.id and not desk.member.role.reaches(Role.ADMIN):
        raise NotAllowed(N_("Somebody else did this; they or an admin can take it back."))
    if await desk.work.audit.is_undone(entry.id):
        raise Conflict(N_("This was taken back already."))
    subject = await _take_back(desk, entry)
    await desk.record(Action.UNDONE, subject, entry.label, undoes=entry.id)
    return subject


async def _take_back(desk: Desk, entry: Entry) -> Subject:
    return await _WAYS.get(entry.subject, _restore_invoice)(desk, entry)


async def _reverse_payment(desk: Desk, entry: Entry) -> Payment:
    payment = await desk.work.payments.get(entry.subject_id)
    if entry.action is Action.CREDIT_USED:
        return await take_back_move(desk, payment)
    return (await reverse_payment(desk, payment))[0]


async def _void_credit_note(desk: Desk, entry: Entry) -> CreditNote:
    """Its number was given, so it is voided and not removed, as an invoice is."""
    credit_note = await desk.work.credit_notes.get(entry.subject_id)
    return (await mark_credit_note_void(desk, credit_note, UNDONE_REASON))[0]


async def _restore_reminder(desk: Desk, entry: Entry) -> Reminder:
    reminder = await desk.work.reminders.lock(entry.subject_id)
    await _must_be_the_latest(desk, entry)
    return await wait_again(desk, reminder, _before(entry, Reminder))


async def _restore_series(desk: Desk, entry: Entry) -> Series:
    """An invoice that it has made since stays: it is a change of its own."""
    series = await desk.work.series.lock(entry.subject_id)
    await _must_be_the_latest(desk, entry)
    if series.version != entry.version:
        raise _moved_on()
    return await restore_series(desk, series, None if entry.before is None else _before(entry, Series))


async def _take_back_import(desk: Desk, entry: Entry) -> Import:
    return await take_back_import(desk, await desk.work.imports.lock(entry.subject_id))


async def _restore_promise(desk: Desk, entry: Entry) -> Promise:
    await _must_be_the_latest(desk, entry)
    promise = await desk.work.promises.get(entry.subject_id)
    if entry.before is not None:
        return await restore_promise(desk, promise)
    if promise.kept is not Kept.OPEN:
        raise _moved_on()
    return await desk.work.promises.save(replace(promise, kept=Kept.WITHDRAWN))


async def _restore_opt_out(desk: Desk, entry: Entry) -> OptOut:
    """As of the day they asked."""
    opt_out = _before(entry, OptOut)
    client = await desk.work.clients.get(opt_out.client_id)
    if await desk.work.opt_outs.has(opt_out.email):
        raise Conflict(N_("{client} asked once more since not to get mail from you."), client=client.name)
    await desk.work.opt_outs.add(opt_out.email, opt_out.opted_at)
    return opt_out


async def _restore_member(desk: Desk, entry: Entry) -> Member:
    member = await desk.work.members.get(entry.subject_id)
    await _must_be_the_latest(desk, entry)
    before = _before(entry, Member)
    # Who stepped down by mistake has not the rights to step up again, and shall.
    if not entry.member_id == entry.subject_id == desk.member.id:
        await check_new_role(desk, member, None if before.left_at else before.role)
    if member.left_at and await _place_was_taken(desk, entry):
        await must_have_a_seat(desk)
    return await desk.work.members.save(replace(before, version=member.version))


async def _place_was_taken(desk: Desk, entry: Entry) -> bool:
    """Whether somebody came in the place of who left; without that, undoing needs no room on the plan."""
    return any(
        member.created_at >= entry.at and member.left_at is None for member in await desk.work.members.list()
    )


async def _restore_business(desk: Desk, entry: Entry) -> Business:
    business = await desk.work.businesses.get()
    if business.id != entry.subject_id:
        raise NotFound(N_("There is no such change."))
    await _must_be_the_latest(desk, entry)
    return await desk.work.businesses.save(replace(_before(entry, Business), version=business.version))


async def _restore_client(desk: Desk, entry: Entry) -> Client:
    client = await desk.work.clients.get(entry.subject_id)
    await _must_be_the_latest(desk, entry)
    if entry.before is None:
        await desk.work.clients.remove(client)
        return client
    before = _before(entry, Client)
    if before.archived_at is None:
        await must_be_new(desk, before)
    return await desk.work.clients.save(replace(before, version=client.version))


async def _restore_product(desk: Desk, entry: Entry) -> Product:
    product = await desk.work.products.get(entry.subject_id)
    await _must_be_the_latest(desk, entry)
    if entry.before is None:
        await desk.work.products.remove(product)
        return product
    before = _before(entry, Product)
    if before.archived_at is None:
        await must_be_free(desk, before)
    return await desk.work.products.save(replace(before, version=product.version))


async def _restore_quote(desk: Desk, entry: Entry) -> Quote:
    if entry.action is Action.QUOTE_DISCARDED:
        draft = _before(entry, Quote)
        await desk.work.quotes.add(draft)
        return draft
    quote = await desk.work.quotes.lock(entry.subject_id)
    await _must_be_the_latest(desk, entry)
    if entry.action in (Action.QUOTE_DRAFTED, Action.QUOTE_CHANGED):
        must_be_quote_draft(quote)
        if entry.before is None:
            await desk.work.quotes.remove_draft(quote)
            return quote
    elif entry.action is Action.QUOTE_ISSUED:
        # Its number was given, so it stays, and nobody can accept it any more.
        return await take_from_offer(desk, quote)
    if quote.version != entry.version:
        raise _moved_on()
    return await restore_quote(desk, quote, _before(entry, Quote))


async def _restore_invoice(desk: Desk, entry: Entry) -> Invoice:
    if entry.action is Action.DRAFT_DISCARDED:
        draft = _before(entry, Invoice)
        await desk.work.invoices.add(draft)
        return draft
    invoice = await desk.work.invoices.lock(entry.subject_id)
    if entry.action is Action.DEPOSIT_DRAFTED:
        await _must_be_the_latest(desk, entry)
        return await give_up_deposit(desk, invoice, None if entry.before is None else _before(entry, Invoice))
    if entry.action is Action.INVOICE_ISSUED:
        voided = await mark_void(desk, invoice, UNDONE_REASON)
        await give_back(desk, Feature.INVOICES, entry.at)
        return voided
    await _must_be_the_latest(desk, entry)
    if entry.action is Action.INVOICE_VOIDED:
        if invoice.version != entry.version:
            raise _moved_on()
    else:
        must_be_draft(invoice)
    if entry.action is Action.DRAFT_CREATED:
        await desk.work.invoices.remove_draft(invoice)
        return invoice
    if entry.action is Action.INVOICE_VOIDED:
        await check_counts_again(desk, invoice)
        valid = replace(invoice, state=State.ISSUED, voided_at=None, void_reason="")
        # A client may have paid it online while it was void.
        return await desk.work.invoices.save(await settled_by_credit(desk, valid))
    return await desk.work.invoices.save(replace(_before(entry, Invoice), version=invoice.version))


async def _must_be_the_latest(desk: Desk, entry: Entry) -> None:
    """Changes of one object are taken back in turn, the newest first."""
    if await desk.work.audit.latest_about(entry.subject_id) != entry.id:
        raise _moved_on()


def _moved_on() -> Conflict:
    return Conflict(N_("It was changed again since, so this cannot be taken back on its own."))


def _before(entry: Entry, kind: type[Earlier]) -> Earlier:
    if not isinstance(entry.before, kind):
        raise Conflict(N_("This cannot be taken back."))
    return entry.before


_WAYS: dict[str, Callable[[Desk, Entry], Awaitable[Subject]]] = {
    "business": _restore_business,
    "client": _restore_client,
    "product": _restore_product,
    "member": _restore_member,
    "credit note": _void_credit_note,
    "payment": _reverse_payment,
    "reminder": _restore_reminder,
    "promise": _restore_promise,
    "opt-out": _restore_opt_out,
    "series": _restore_series,
    "quote": _restore_quote,
    "import": _take_back_import,
}
"""By the kind of object; what is none of these is an invoice."""
