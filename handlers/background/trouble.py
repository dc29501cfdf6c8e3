"""Mail to a client that came back, or of which nobody knows: told at once to those who run the business."""

from __future__ import annotations

from core.chat_ports import OutboxRow
from core.notify import Kind
from core.ports import BUSINESS_JOB, Clock, Ids, Jobs, Work
from handlers.background.desks import at_desk
from handlers.background.notices import tell
from handlers.context import Context
from handlers.kinds import Button, Notice, Reply, Text
from handlers.mailing import CREDIT_NOTE, QUOTE, REMINDER, STATEMENT, recipient
from handlers.telling import chat_ref
from handlers.words import _


class Troubles:
    """What becomes of letters that did not arrive, for one process."""

    def __init__(self, clock: Clock, ids: Ids, jobs: Jobs) -> None:
        self._clock = clock
        self._ids = ids
        self._jobs = jobs

    async def tell(self, work: Work, row: OutboxRow, state: str, error: str) -> None:
        """In the transaction that settles the letter as `failed` or `uncertain`; `error` is for people, or empty."""
        if row.business_id is None:
            return
        ctx = await at_desk(work, self._clock, self._ids, self._jobs, row.business_id)
        numbers = ", ".join(await _numbers(ctx, row)) or "–"
        await tell(ctx, Kind.DELIVERY, lambda: _said(row, numbers, state, error))
        await self._jobs.enqueue(work, BUSINESS_JOB, row.business_id.hex)


async def _numbers(ctx: Context, row: OutboxRow) -> list[str]:
    """Of the invoices, or what else the letter was about; of a statement its client's name."""
    if row.about is None:
        return []
    if row.kind == CREDIT_NOTE:
        return [(await ctx.work.credit_notes.get(row.about)).number]
    if row.kind == STATEMENT:
        return [(await ctx.work.clients.get(row.about)).name]
    if row.kind == QUOTE:
        return [(await ctx.work.quotes.get(row.about)).label]
    invoice_ids = (
        (await ctx.work.reminders.get(row.about)).invoice_ids if row.kind == REMINDER else (row.about,)
    )
    found = [await ctx.work.invoices.get(invoice_id) for invoice_id in invoice_ids]
    return [invoice.issued.number for invoice in found]


def _said(row: OutboxRow, numbers: str, state: str, error: str) -> Reply:
    address = recipient(chat_ref(row.chat))
    again = Button(_("Send to {address} again", address=address), "deliveries", row.id.hex)
    if state == "uncertain":
        text = _(
            "Nobody knows whether the mail to {address} about {numbers} arrived: the answer of the mail server was "
            "lost. It is not repeated unless you say so.",
            address=address, numbers=numbers,
        )  # fmt: skip
        return Reply((Notice(text, "warning"),), (again, Button(_("Deliveries"), "deliveries")))
    text = _("The mail to {address} about {numbers} did not arrive.", address=address, numbers=numbers)
    blocks = (Notice(text, "error"), Text(error)) if error else (Notice(text, "error"),)
    return Reply(blocks, (again, Button(_("Deliveries"), "deliveries")))
