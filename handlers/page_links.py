"""The addresses under which a client sees or pays an invoice online: ours are new for everybody who is given one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote as quoted
from uuid import UUID

from core.errors import N_, Conflict
from core.invoice import Invoice
from core.money import Money
from core.quote import Quote
from core.usecases.hosted import PATH, hand_out
from core.usecases.quote import hand_out_quote
from handlers.context import Context

_SOME = "…"
_PLACES = re.compile(r"\{(number|amount|currency)\}")


def must_be_reachable(ctx: Context) -> None:
    """Raises Conflict where no client could open a page of ours."""
    if not ctx.public_url:
        raise Conflict(
            N_("Clients cannot reach this install, so there is no page to link to. Whoever runs Billhook names its "
               "outside address with PUBLIC_URL; until then, send the PDF: /pdf")
        )  # fmt: skip


def stated_link(ctx: Context) -> str:
    """The business's own way to be paid online, which comes before a page of ours; empty where it has none."""
    link = ctx.desk.business.reminders.pay_link
    return link if link.startswith("https://") else ""


def pay_address(link: str, invoice: Invoice, owed: Money) -> str:
    """The business's pay link for that invoice."""
    values = {
        "number": quoted(invoice.issued.number, safe=""),
        "amount": f"{owed.amount:f}",
        "currency": owed.currency,
    }
    return _PLACES.sub(lambda found: values[found[1]], link)


async def page_link(ctx: Context, invoice: Invoice, *, own: bool = False) -> str:
    """A new address; empty where nobody could reach it. `own`: for the business itself, whose looks do not count."""
    return f"{ctx.public_url}{PATH}{await hand_out(ctx.desk, invoice, own=own)}" if ctx.public_url else ""


async def quote_link(ctx: Context, quote: Quote) -> str:
    """Likewise, of a quote."""
    return f"{ctx.public_url}{PATH}{await hand_out_quote(ctx.desk, quote)}" if ctx.public_url else ""


async def page_links(ctx: Context, invoices: Iterable[Invoice]) -> Mapping[UUID, str]:
    if not ctx.public_url:
        return {}
    return {invoice.id: await page_link(ctx, invoice) for invoice in invoices if not invoice.imported}


def some_page(ctx: Context) -> str:
    """What stands in a preview: the address itself is only made when the letter leaves."""
    return f"{ctx.public_url}{PATH}{_SOME}" if ctx.public_url else ""
