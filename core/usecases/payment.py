"""Recording money that came in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.audit import Action, Entry
from core.early_discount import discount_taken
from core.errors import N_, Conflict, InvalidInput
from core.invoice import Invoice, State
from core.money import Money
from core.payment import Payment, apply, must_be_in_its_currency, receipts
from core.usecases.deposits import check_counts_again
from core.usecases.desk import Desk


async def record_payment(
    desk: Desk, invoice: Invoice, amount: Money, received_on: date, method: str
) -> tuple[Invoice, Payment, Entry]:
    """Settle as much of the balance as the amount reaches; the rest is kept as the client's credit.

    Where it came within the days of an early-payment discount and leaves no more open than that, the rest is forgiven.

    `invoice` must be locked, or two receipts could both settle the same balance.
    """
    if invoice.state is not State.ISSUED:
        raise Conflict(N_("Only an issued invoice can be paid."))
    number = invoice.issued.number
    if not invoice.balance and invoice.credited and not invoice.paid:
        raise Conflict(N_("Nothing is owed on {number}."), number=number)
    if not invoice.balance:
        raise Conflict(N_("{number} is paid already."), number=number)
    must_be_in_its_currency(amount, invoice.balance, number)
    if amount.minor <= 0:
        raise InvalidInput("amount", N_("A payment is more than zero."), str(invoice.balance.amount))
    if received_on > desk.today:
        raise InvalidInput(
            "date",
            N_("{date} is in the future; money is recorded when it is there."),
            "today",
            date=received_on,
        )
    applied = apply(amount, invoice.balance)
    discount = await _discount(desk, invoice, amount, received_on)
    payment = Payment(
        id=desk.ids.new(),
        client_id=invoice.draft.client_id,
        invoice_id=invoice.id,
        amount=amount,
        applied=applied,
        received_on=received_on,
        method=method,
        created_at=desk.clock.now(),
        discount_minor=discount.minor,
    )
    await desk.work.payments.add(payment)
    credited_minor = invoice.credited_minor + discount.minor
    saved = await desk.work.invoices.save(
        replace(invoice, paid=invoice.paid + applied, credited_minor=credited_minor)
    )
    return saved, payment, await desk.record(Action.PAYMENT_RECORDED, payment, number)


async def _discount(desk: Desk, invoice: Invoice, amount: Money, received_on: date) -> Money:
    if invoice.issued.early is None or amount >= invoice.balance:
        return Money.zero(amount.currency)
    return discount_taken(invoice, await desk.work.payments.list_of(invoice.id), amount, received_on)


async def reverse_payment(desk: Desk, payment: Payment) -> tuple[Payment, Invoice]:
    """Take a receipt back: its credit is gone, and the invoice owes it again, unless another one was overpaid.

    So who records by hand what came in online as well, and takes that back, has a paid invoice and no credit. Money
    that was given back is credit again. Raises Conflict while anything was given back, or used, of the receipt itself,
    and where its discount was part of what ended an invoice of a quote that was billed otherwise since.
    """
    if payment.reversed_at is not None:
        raise Conflict(N_("This payment was taken back already."))
    if payment.provider_id:
        raise Conflict(N_("This was paid online and cannot be taken back here: refund it in Stripe."))
    invoice = await desk.work.invoices.lock(payment.invoice_id)
    if await desk.work.payments.list_refunds(payment.id):
        raise Conflict(
            N_("Some of this payment was given back or used for another invoice; take that back first.")
        )
    await check_bears_no_discount(desk, invoice, payment)
    if payment.discount_minor:
        await check_counts_again(desk, invoice)
    reversed_ = await desk.work.payments.save(replace(payment, reversed_at=desk.clock.now()))
    invoice = replace(
        invoice,
        paid=invoice.paid - payment.applied,
        credited_minor=invoice.credited_minor - payment.discount_minor,
    )
    return reversed_, await desk.work.invoices.save(await settled_by_credit(desk, invoice))


async def check_bears_no_discount(desk: Desk, invoice: Invoice, payment: Payment) -> None:
    """Raises Conflict where another payment earned a discount because this one was there too: without it the discount
    was for nothing.
    """
    if payment.discount_minor or not payment.applied:
        return
    for other in await desk.work.payments.list_of(invoice.id):
        if other.discount_minor:
            raise Conflict(
                N_(
                    "With this payment, {amount} settled {number} less a discount for paying early. Take that "
                    "payment back first."
                ),
                amount=other.amount,
                number=invoice.issued.number,
            )


async def settled_by_credit(desk: Desk, invoice: Invoice) -> Invoice:
    """With what its payments brought too much, as far as it is owed again; the invoice itself is not saved yet."""
    for receipt in receipts(await desk.work.payments.list_of(invoice.id)):
        more = apply(receipt.credit, invoice.balance)
        if more.minor > 0:
            for part in receipt.settling_more(more):
                await desk.work.payments.save(part)
            invoice = replace(invoice, paid=invoice.paid + more)
    return invoice


async def freed(desk: Desk, invoice: Invoice, amount: Money) -> Invoice:
    """With that much of what was paid on it as credit instead, of the newest payments first; not saved yet."""
    rest = amount
    for receipt in reversed(receipts(await desk.work.payments.list_of(invoice.id))):
        less = min(rest, receipt.settles)
        if less.minor > 0:
            for part in receipt.settling_less(less):
                await desk.work.payments.save(part)
            rest -= less
    return replace(invoice, paid=invoice.paid - (amount - rest))
