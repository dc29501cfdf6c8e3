"""Pictures of receipts: kept with a payment, and shown again."""

from __future__ import annotations

from core.documents.logo import normalise_receipt
from core.errors import N_, Conflict
from core.party import Role
from core.views import InvoiceFilter
from handlers.command import Command
from handlers.commands.find import find_invoice
from handlers.commands.invoices import number_field
from handlers.context import Context
from handlers.forms import whole
from handlers.kinds import Answers, Button, Field, Notice, Outcome, Raw, Reply, StoredFile
from handlers.words import _

MOST = 10
"""Receipts of one invoice: a platform's album, and more than a settled invoice ever has."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (await number_field(ctx, raw, InvoiceFilter.PAID, InvoiceFilter.OPEN),)


async def receipt(ctx: Context, answers: Answers) -> Outcome:
    """With a picture it is kept with the newest payment, without one the kept ones are shown."""
    invoice = await find_invoice(ctx, answers["number"])
    entries = await ctx.work.payments.list_of(invoice.id) if invoice.paid else ()
    payments = [payment for payment in entries if payment.refunds is None]
    if not payments:
        raise Conflict(
            N_("No payment is recorded for this invoice yet, so there is nothing a receipt is for.")
        )
    number = invoice.issued.number
    kept = await ctx.work.payments.receipts_of(invoice.id)
    if ctx.files:
        if len(kept) >= MOST:
            raise Conflict(N_("{number} has {most} receipts already."), number=number, most=MOST)
        file_id = ctx.ids.new()
        await ctx.work.files.add(file_id, "image/jpeg", normalise_receipt(ctx.files[0].content))
        await ctx.work.payments.add_receipt(payments[-1].id, file_id)
        text = _("The receipt is kept with the payment of {amount} on {number}.",
                 amount=ctx.money(payments[-1].amount), number=number)  # fmt: skip
        return Reply((Notice(text, "success"),), (Button(_("Show"), "invoice show", invoice.id.hex),))
    if not kept:
        text = (
            _(
                "{number} has no receipt yet. Send its photo with the caption /receipt {number}.",
                number=number,
            )
            if ctx.manners.pictures
            else _(
                "{number} has no receipt. I cannot read photos here, but on Telegram I can.", number=number
            )
        )
        return Reply((Notice(text),))
    plain = number.replace("/", "-")
    files = tuple(
        StoredFile(file_id, f"receipt-{plain}-{place}.jpg", "image/jpeg")
        for place, file_id in enumerate(kept, start=1)
    )
    return Reply((Notice(_("Receipts of {number}", number=number)),), attachments=files)


COMMANDS = (
    Command(
        name="receipt",
        help=N_("Keep or show the photo of a receipt"),
        run=receipt,
        group="money",
        example="/receipt 2026-0007",
        form=_form,
        read=whole("number"),
        role=Role.MEMBER,
    ),
)
