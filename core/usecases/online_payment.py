"""Money that clients pay online, and what of it goes back: booked once each, under the provider's name of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.audit import Action
from core.early_discount import could_settle, discount_taken
from core.errors import N_, Conflict, Unavailable
from core.invoice import Invoice
from core.moments import local_day
from core.money import Money
from core.pay_ports import MoneyBack, PayAccount, PaySession, Received, SessionState
from core.payment import Payment, Receipt, apply
from core.ports import Work
from core.usecases.client_credit import take_back_move
from core.usecases.desk import Desk
from core.usecases.payment import settled_by_credit

ONLINE = "online"
"""The method of what came in so; what goes back has its reason for a method."""
TAKES = frozenset({"refund", "dispute"})
FAILED = ":failed"
"""Stands behind the provider's name of a refund in that of its failure."""
GIVES_BACK = frozenset({"refund_failed", "dispute_won"})


class Doubtful(Conflict):
    """What the provider says does not fit what was asked: nothing is booked before a person has looked."""


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry that was made, and the invoice as it is with it."""

    invoice: Invoice
    payment: Payment
    reopened: tuple[Invoice, ...] = ()
    """Other invoices that are owed again, because the credit they were paid with is gone."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The business's own account; None where it has none, or where its key cannot be read."""

    account: PayAccount | None
    readable: bool = True


async def connection_of(desk: Desk) -> Connection:
    try:
        return Connection(await desk.work.pay_accounts.find())
    except Unavailable:
        return Connection(None, readable=False)


async def part(desk: Desk) -> None:
    """From here on nobody pays into the business's account: what is open there is over, and is ended by a job."""
    connection = await connection_of(desk)
    if connection.readable and connection.account is None:
        raise Conflict(N_("No Stripe account is connected."))
    await desk.work.pay_sessions.end_all()
    await desk.work.pay_accounts.remove()


async def discount_now(work: Work, invoice: Invoice, now: datetime) -> Money:
    """What is off for whoever pays online from here on: only in time, and where paying the rest settles the invoice."""
    zero = Money.zero(invoice.total.currency)
    if invoice.document is None or invoice.document.early is None:
        return zero
    business = await work.businesses.get()
    payments = await work.payments.list_of(invoice.id)
    least = could_settle(invoice, payments, local_day(now, business.zone))
    return zero if least is None else invoice.balance - least


def must_match(session: PaySession | None, received: Received) -> PaySession:
    """The session that was paid for. Raises Doubtful when it is not exactly what we asked for."""
    if session is None or session.id != received.session_id or not received.payment_id:
        raise Doubtful(
            N_("The checkout {checkout} is none that was opened here."), checkout=received.provider_id
        )
    if session.amount != received.amount:
        raise Doubtful(
            N_("The checkout {checkout} brought {given}, and {asked} was asked for."),
            checkout=received.provider_id, given=received.amount, asked=session.amount,
        )  # fmt: skip
    return session


async def book(desk: Desk, session: PaySession, received: Received) -> Booked | None:
    """Settle the invoice; what exceeds its balance, all of it where it is void, is the client's credit.

    A checkout that was opened in time brings its discount, whenever its money comes: who pressed Pay has paid. Once
    something else was paid or credited since, it is decided anew what of the discount is left to give.

    None for what is booked already. The invoice is locked first, so two that book the same payment are told apart.
    """
    must_match(session, received)
    invoice = await desk.work.invoices.lock(session.invoice_id)
    await desk.work.pay_sessions.save(replace(session, state=SessionState.PAID))
    if await desk.work.payments.find_provider(received.payment_id) is not None:
        return None
    discount = await _earned(desk, invoice, session)
    payment = Payment(
        id=desk.ids.new(),
        client_id=invoice.draft.client_id,
        invoice_id=invoice.id,
        amount=received.amount,
        applied=apply(received.amount, invoice.balance),
        discount_minor=discount.minor,
        received_on=min(local_day(received.paid_at, desk.business.zone), desk.today),
        method=ONLINE,
        created_at=desk.clock.now(),
        provider_id=received.payment_id,
    )
    return await _enter(desk, invoice, payment, Action.PAYMENT_RECORDED)


async def _earned(desk: Desk, invoice: Invoice, session: PaySession) -> Money:
    if not session.discount_minor:
        return Money.zero(session.amount.currency)
    opened_on = local_day(session.created_at, desk.business.zone)
    payments = await desk.work.payments.list_of(invoice.id)
    return discount_taken(invoice, payments, session.amount, opened_on)


async def take_back(desk: Desk, back: MoneyBack) -> Booked | None:
    """Book money that went back, or came again, against its payment; None for what is booked already.

    It lowers what is left of the payment's credit first; the rest is owed on the invoice again. Raises Doubtful when
    more went back than had come in, or the payment is unknown.
    """
    known = await desk.work.payments.find_provider(back.payment_id)
    if known is None:
        raise Doubtful(N_("The payment {payment} is none that is booked here."), payment=back.payment_id)
    invoice = await desk.work.invoices.lock(known.invoice_id)
    if await desk.work.payments.find_provider(back.provider_id) is not None:
        return None
    # What it settles may have changed until its invoice was locked.
    payment = await desk.work.payments.get(known.id)
    entries = await desk.work.payments.list_refunds(payment.id)
    if fails_unheard(back, entries):
        return None
    reopened: tuple[Invoice, ...] = ()
    if back.reason not in GIVES_BACK:
        reopened = await _credit_comes_back(desk, payment, entries, back.amount)
    if reopened:
        # The credit that came back may settle more of the invoice than before.
        payment = await desk.work.payments.get(payment.id)
        entries = await desk.work.payments.list_refunds(payment.id)
        invoice = await desk.work.invoices.lock(payment.invoice_id)
    amount, applied = parts(payment, entries, invoice, back)
    entry = Payment(
        id=desk.ids.new(),
        client_id=payment.client_id,
        invoice_id=invoice.id,
        amount=amount,
        applied=applied,
        received_on=desk.today,
        method=back.reason,
        created_at=desk.clock.now(),
        provider_id=back.provider_id,
        refunds=payment.id,
    )
    return replace(await _enter(desk, invoice, entry, Action.MONEY_RETURNED), reopened=reopened)


async def _credit_comes_back(
    desk: Desk, payment: Payment, entries: Sequence[Payment], amount: Money
) -> tuple[Invoice, ...]:
    """The invoices that credit of that payment leaves, the last one first, because the money is gone: more of it went
    back than is left otherwise.
    """
    moved = [entry for entry in entries if entry.move is not None]
    left, reopened = Receipt(payment, tuple(entries)).left, list[Invoice]()
    while moved and amount > left:
        entry = moved.pop()
        used = await desk.work.payments.get(entry.move or entry.id)
        if await desk.work.payments.list_refunds(used.id):
            break
        await take_back_move(desk, used, is_gone=True)
        reopened.append(await desk.work.invoices.get(used.invoice_id))
        left -= entry.amount
    return tuple(reopened)


def parts(
    payment: Payment, entries: Sequence[Payment], invoice: Invoice, back: MoneyBack
) -> tuple[Money, Money]:
    """The signed amount of an entry, and what of it changes what is paid on the invoice."""
    currency = payment.amount.currency
    if back.amount.currency != currency or back.amount.minor <= 0:
        raise Doubtful(
            N_("{given} cannot go back of a payment in {currency}."), given=back.amount, currency=currency
        )
    receipt = Receipt(payment, tuple(entries))
    left, credit = receipt.left, receipt.credit
    gone = sum((-entry.amount for entry in entries if entry.move is None), Money.zero(currency))
    most = gone if back.reason in GIVES_BACK else left
    if back.amount > most:
        raise Doubtful(
            N_("{given} cannot go back of the payment {payment}: only {left} is left of it."),
            given=back.amount, payment=back.payment_id, left=most,
        )  # fmt: skip
    if back.reason in GIVES_BACK:
        return back.amount, apply(back.amount, invoice.balance)
    return -back.amount, -(back.amount - min(back.amount, credit))


def fails_unheard(back: MoneyBack, entries: Sequence[Payment]) -> bool:
    """A refund that failed before anybody here had heard of it: nothing was ever taken, so nothing comes back."""
    failed = back.provider_id.removesuffix(FAILED)
    return back.reason == "refund_failed" and failed not in {entry.provider_id for entry in entries}


async def _enter(desk: Desk, invoice: Invoice, payment: Payment, action: Action) -> Booked:
    await desk.work.payments.add(payment)
    if payment.applied:
        credited_minor = invoice.credited_minor + payment.discount_minor
        paid = replace(invoice, paid=invoice.paid + payment.applied, credited_minor=credited_minor)
        invoice = await desk.work.invoices.save(await settled_by_credit(desk, paid))
    await desk.record(action, payment, invoice.issued.number)
    return Booked(invoice, payment)
