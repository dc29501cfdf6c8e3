"""Money that came in or went back online: booked in one transaction with what the chats are told about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from core.errors import BillhookError
from core.invoice import State
from core.notify import Kind
from core.pay_ports import MoneyBack, PayAccount, PaySession, Received
from core.ports import BUSINESS_JOB
from core.usecases.online_payment import Booked, book, take_back
from handlers.background.notices import tell
from handlers.boards import refresh_boards
from handlers.checkouts import end_stale_checkout
from handlers.context import Context
from handlers.kinds import Button, Notice, Reply
from handlers.words import _, sentence


async def receive_payment(ctx: Context, session: PaySession, received: Received) -> bool:
    """False for one that is booked already. Raises Doubtful when it is not what was asked for."""
    booked = await book(ctx.desk, session, received)
    if booked is not None:
        await _told(ctx, booked, lambda: _paid(ctx, booked))
    return booked is not None


async def return_money(ctx: Context, back: MoneyBack) -> bool:
    """False for what is booked already. Raises Doubtful when it does not fit its payment."""
    booked = await take_back(ctx.desk, back)
    if booked is not None:
        await _told(ctx, booked, lambda: _returned(ctx, booked))
    return booked is not None


async def tell_lost(ctx: Context, back: MoneyBack) -> None:
    """The dispute is over, and no money comes of it."""
    payment = await ctx.work.payments.find_provider(back.payment_id)
    if payment is None:
        return
    invoice = await ctx.work.invoices.get(payment.invoice_id)
    number, client = invoice.issued.number, invoice.issued.buyer.name
    await tell_payment(
        ctx,
        lambda: _said(
            _("The dispute about {number} is lost: {client} keeps {amount}.",
              number=number, client=client, amount=ctx.money(back.amount)),
            "warning", invoice.id,
        ),
    )  # fmt: skip


async def tell_failed(ctx: Context, session: PaySession) -> None:
    """What takes days, such as a direct debit, did not go through."""
    invoice = await ctx.work.invoices.get(session.invoice_id)
    number, client = invoice.issued.number, invoice.issued.buyer.name
    await tell_payment(
        ctx,
        lambda: _said(
            _("The payment of {client} for {number} did not go through. It is owed as before.",
              client=client, number=number),
            "warning", invoice.id,
        ),
    )  # fmt: skip


async def tell_doubt(ctx: Context, why: BillhookError) -> None:
    """Nothing was booked: somebody has to look at it where the money is."""
    await tell_payment(
        ctx,
        lambda: Reply((
            Notice(_("A payment at Stripe needs a look, and nothing was booked: {why}", why=sentence(why)), "error"),
        )),
    )  # fmt: skip


async def tell_key_refused(ctx: Context, account: PayAccount) -> None:
    """Whoever runs the business changed it in Stripe, or it was deleted there."""
    await tell_payment(ctx, lambda: _refused(account))


async def tell_left(ctx: Context, account: PayAccount) -> None:
    """Its key was kept until now."""
    await tell_payment(
        ctx,
        lambda: Reply((
            Notice(
                _("The Stripe account {account} is left for good: you can delete its key there.",
                  account=account.account)
            ),
        )),
    )  # fmt: skip


async def tell_payment(ctx: Context, say: Callable[[], Reply]) -> None:
    await tell(ctx, Kind.PAYMENT, say)
    await ctx.jobs.enqueue(ctx.work, BUSINESS_JOB, ctx.desk.business.id.hex)


async def _told(ctx: Context, booked: Booked, say: Callable[[], Reply]) -> None:
    for invoice in (booked.invoice, *booked.reopened):
        await end_stale_checkout(ctx, invoice.id)
    await refresh_boards(ctx.work, ctx.clock, ctx.ids, ctx.jobs, ctx.desk.business.id)
    await tell_payment(ctx, say)


# -- how it reads -----------------------------------------------------------------------------------


def _paid(ctx: Context, booked: Booked) -> Reply:
    invoice, payment = booked.invoice, booked.payment
    values = {
        "client": invoice.issued.buyer.name,
        "number": invoice.issued.number,
        "amount": ctx.money(payment.amount),
        "credit": ctx.money(payment.credit),
    }
    if invoice.state is State.VOID:
        text = _("{client} paid {number}, {amount}, which is void. It is kept as credit; refund it in Stripe if it "
                 "shall go back.", **values)  # fmt: skip
        return _said(text, "warning", invoice.id)
    if payment.credit:
        text = _("{client} paid {number}, {amount}. {credit} of it is more than was owed and is kept as credit.",
                 **values)  # fmt: skip
        return _said(text, "warning", invoice.id)
    if payment.discount:
        text = _("{client} paid {number}, {amount}. It came early, so the discount of {discount} is taken off.",
                 **values, discount=ctx.money(payment.discount))  # fmt: skip
        return _said(text, "success", invoice.id)
    if invoice.balance:
        text = _("{client} paid {amount} of {number}. {balance} is still open.",
                 **values, balance=ctx.money(invoice.balance))  # fmt: skip
        return _said(text, "success", invoice.id)
    return _said(_("{client} paid {number}, {amount}.", **values), "success", invoice.id)


def _returned(ctx: Context, booked: Booked) -> Reply:
    invoice, entry = booked.invoice, booked.payment
    values = {
        "client": invoice.issued.buyer.name,
        "number": invoice.issued.number,
        "amount": ctx.money(entry.amount if entry.amount.minor > 0 else -entry.amount),
        "balance": ctx.money(invoice.balance),
    }
    if booked.reopened:
        again = ", ".join(one.issued.number for one in booked.reopened)
        text = _("{amount} of {number} went back to {client}. Credit of it was used for {again}, which is owed again.",
                 **values, again=again)  # fmt: skip
        return _said(text, "warning", booked.reopened[0].id)
    match entry.method:
        case "refund_failed":
            text = _(
                "The refund of {amount} to {client} for {number} failed: the money is with you.", **values
            )
            return _said(text, "warning", invoice.id)
        case "dispute":
            text = _("{client} disputes the payment of {number}: {amount} is taken back until it is decided. Answer "
                     "the dispute in Stripe.", **values)  # fmt: skip
            return _said(text, "error", invoice.id)
        case "dispute_won":
            text = _("The dispute about {number} is won: {amount} is back.", **values)
            return _said(text, "success", invoice.id)
        case _ if invoice.balance:
            text = _("{amount} of {number} went back to {client}. {balance} is open again.", **values)
            return _said(text, "info", invoice.id)
        case _:
            text = _("{amount} of {number} went back to {client}, out of the credit.", **values)
            return _said(text, "info", invoice.id)


def _refused(account: PayAccount) -> Reply:
    text = _("Stripe refuses the key of the account {account}: until you enter another one, clients cannot pay online "
             "and what they paid is not booked.", account=account.account)  # fmt: skip
    return Reply((Notice(text, "error"),), (Button(_("Enter another key"), "payments connect"),))


def _said(text: str, level: Literal["success", "info", "warning", "error"], invoice_id: UUID) -> Reply:
    return Reply((Notice(text, level),), (Button(_("Show"), "invoice show", invoice_id.hex),))
