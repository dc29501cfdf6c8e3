"""Checkouts of clients as a command sees them: one that is open for another balance than is owed must end."""

from __future__ import annotations

from uuid import UUID

from core.pay_ports import PAYMENT_JOB
from core.payment import Payment
from handlers.context import Context
from handlers.words import _


async def end_stale_checkout(ctx: Context, invoice_id: UUID) -> None:
    """After what is owed on the invoice has changed. A checkout that is paid all the same is booked, as credit."""
    if await ctx.work.pay_sessions.find_live(invoice_id) is not None:
        await ctx.jobs.enqueue(ctx.work, PAYMENT_JOB, ctx.desk.business.id.hex)


def method_of(payment: Payment) -> str:
    """How it was paid, as it is shown; what a person typed stays as it was typed."""
    if payment.move is not None:
        return _("credit")
    if not payment.provider_id:
        return payment.method
    names = {
        "online": _("online"),
        "refund": _("refund"),
        "refund_failed": _("failed refund"),
        "dispute": _("dispute"),
        "dispute_won": _("dispute won"),
    }
    return names.get(payment.method, payment.method)
