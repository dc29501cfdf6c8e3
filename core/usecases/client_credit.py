"""What a client has too much with the business: given back, or used for another invoice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from core.audit import Action, Entry
from core.errors import N_, Conflict, InvalidInput, Unavailable
from core.invoice import Invoice, State
from core.money import Money, total
from core.payment import Payment, Receipt, apply, must_be_in_its_currency, receipts
from core.usecases.desk import Desk
from core.usecases.payment import check_bears_no_discount, settled_by_credit

CREDIT = "credit"
"""The method of what was settled with it."""


@dataclass(frozen=True, slots=True)
class Used:
    """Credit that settles an invoice now."""

    invoice: Invoice
    payment: Payment
    entry: Entry


async def refund(
    desk: Desk, invoice: Invoice, amount: Money | None, paid_on: date, method: str
) -> list[tuple[Payment, Entry]]:
    """Record money that went back out of the credit of that invoice's payments, the newest first; None: all of it.

    Only credit goes back: what is owed is lowered by a credit note, which an accountant sees. `invoice` must be
    locked. What was paid online is refunded where it was paid, and booked when the provider tells of it; where that is
    heard no more, it goes back like other money.
    """
    if invoice.state is State.DRAFT:
        raise InvalidInput("number", N_("Nothing was paid on a draft."), "/invoices paid")
    number = invoice.issued.number
    known = receipts(await desk.work.payments.list_of(invoice.id))
    by_hand = await by_hand_of(desk, known)
    most = _credit(by_hand, invoice.total.currency)
    if not most:
        raise _nothing_to_give(known, number)
    given = most if amount is None else amount
    _check_refund(given, most, number)
    if paid_on > desk.today:
        raise InvalidInput(
            "date",
            N_("{date} is in the future; a refund is recorded when it is paid."),
            "today",
            date=paid_on,
        )
    done = []
    for receipt, part in _taken(by_hand[::-1], given):
        entry = _back(desk, receipt.payment, part, method, received_on=paid_on)
        await desk.work.payments.add(entry)
        done.append((entry, await desk.record(Action.MONEY_GIVEN_BACK, entry, number)))
    return done


async def by_hand_of(desk: Desk, known: Sequence[Receipt]) -> Sequence[Receipt]:
    """Those whose money goes back by hand."""
    by_hand = [receipt for receipt in known if not receipt.payment.provider_id]
    return by_hand if len(by_hand) == len(known) or await _is_told(desk) else known


async def _is_told(desk: Desk) -> bool:
    """Whether news of refunds come from the provider: then they alone book what was paid there."""
    try:
        return bool(await desk.work.pay_accounts.find() or await desk.work.pay_accounts.list_left())
    except Unavailable:
        return True


def _check_refund(amount: Money, most: Money, number: str) -> None:
    must_be_in_its_currency(amount, most, number)
    if amount.minor <= 0:
        raise InvalidInput("amount", N_("A refund is more than zero."), str(most.amount))
    if amount > most:
        raise InvalidInput(
            "amount",
            N_("Only {most} of what was paid on {number} is credit. Make a credit note first: /credit {number} …"),
            str(most.amount), most=most, number=number,
        )  # fmt: skip


def _nothing_to_give(known: Sequence[Receipt], number: str) -> Conflict:
    if any(receipt.credit for receipt in known):
        return Conflict(
            N_("{number} was paid online: refund it in Stripe, and it is booked here."), number=number
        )
    return Conflict(
        N_("There is no credit on {number} to give back. Make a credit note first: /credit {number} …"),
        number=number,
    )


async def use_credit(desk: Desk, invoice_id: UUID, amount: Money | None = None) -> Used:
    """Settle the invoice with what its client has too much in its currency, the oldest first; None: what is owed.

    In one transaction it leaves the payments it came with and comes to the invoice; no money came in. Raises Conflict
    where there is none, or nothing is owed.
    """
    target = await desk.work.invoices.get(invoice_id)
    found = await desk.work.payments.list_credited(target.draft.client_id, target.total.currency)
    locked = await _locked(desk, {*found, invoice_id})
    target = locked[invoice_id]
    _must_owe(target)
    sources = [
        receipt
        for source in found
        for receipt in receipts(await desk.work.payments.list_of(source))
        if receipt.credit.minor > 0
    ]
    available = _credit(sources, target.total.currency)
    if not available:
        raise Conflict(
            N_("{client} has no credit in {currency}."),
            client=target.issued.buyer.name, currency=target.total.currency,
        )  # fmt: skip
    used = apply(available, target.balance) if amount is None else amount
    _check_use(used, available, target)
    payment = Payment(
        id=(move := desk.ids.new()),
        client_id=target.draft.client_id,
        invoice_id=target.id,
        amount=used,
        applied=used,
        received_on=desk.today,
        method=CREDIT,
        created_at=desk.clock.now(),
        move=move,
    )
    await desk.work.payments.add(payment)
    for receipt, part in _taken(sources, used):
        await desk.work.payments.add(replace(_back(desk, receipt.payment, part, CREDIT), move=move))
    saved = await desk.work.invoices.save(replace(target, paid=target.paid + used))
    return Used(saved, payment, await desk.record(Action.CREDIT_USED, payment, saved.issued.number))


async def take_back_move(desk: Desk, payment: Payment, *, is_gone: bool = False) -> Payment:
    """The credit is back with the payments it came with, and settles their invoices where those owe again. `is_gone`:
    the money went back already, so that nothing can be refused.
    """
    if payment.move is None or payment.reversed_at is not None:
        raise Conflict(N_("This payment was taken back already."))
    found = await desk.work.payments.list_move(payment.move)
    before = await _locked(desk, {part.invoice_id for part in found})
    # Only now nobody else gives back or uses any of it.
    if await desk.work.payments.list_refunds(payment.id):
        raise Conflict(
            N_("Some of this payment was given back or used for another invoice; take that back first.")
        )
    if not is_gone:
        await check_bears_no_discount(desk, before[payment.invoice_id], payment)
    parts = await desk.work.payments.list_move(payment.move)
    locked, changed = dict(before), payment
    for part in parts:
        saved = await desk.work.payments.save(replace(part, reversed_at=desk.clock.now()))
        changed = saved if part.id == payment.id else changed
        invoice = locked[part.invoice_id]
        locked[part.invoice_id] = replace(invoice, paid=invoice.paid - part.applied)
    for invoice in locked.values():
        settled = await settled_by_credit(desk, invoice)
        if settled != before[invoice.id]:
            await desk.work.invoices.save(settled)
    return changed


async def _locked(desk: Desk, ids: set[UUID]) -> dict[UUID, Invoice]:
    """In the order of their ids, so that no two wait for each other."""
    return {one: await desk.work.invoices.lock(one) for one in sorted(ids)}


def _must_owe(invoice: Invoice) -> None:
    if invoice.state is not State.ISSUED:
        raise Conflict(N_("Only an issued invoice can be paid."))
    if not invoice.balance:
        raise Conflict(N_("Nothing is owed on {number}."), number=invoice.issued.number)


def _check_use(used: Money, available: Money, invoice: Invoice) -> None:
    number, most = invoice.issued.number, min(available, invoice.balance)
    must_be_in_its_currency(used, most, number)
    if not 0 < used.minor <= most.minor:
        raise InvalidInput(
            "amount", N_("At most {most} of credit can be used for {number}."), str(most.amount),
            most=most, number=number,
        )  # fmt: skip


def _credit(known: Sequence[Receipt], currency: str) -> Money:
    return total((receipt.credit for receipt in known), currency)


def _taken(known: Sequence[Receipt], amount: Money) -> list[tuple[Receipt, Money]]:
    """How much of each one's credit goes, in that order."""
    taken = []
    for receipt in known:
        part = min(amount, receipt.credit)
        if part.minor > 0:
            taken.append((receipt, part))
            amount -= part
    return taken


def _back(desk: Desk, of: Payment, amount: Money, method: str, received_on: date | None = None) -> Payment:
    return Payment(
        id=desk.ids.new(),
        client_id=of.client_id,
        invoice_id=of.invoice_id,
        amount=-amount,
        applied=Money.zero(amount.currency),
        received_on=received_on or desk.today,
        method=method,
        created_at=desk.clock.now(),
        refunds=of.id,
    )
