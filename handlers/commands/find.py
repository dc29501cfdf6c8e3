"""Finding what a person means: a client by part of a name, an invoice by its number, the draft at hand."""

from __future__ import annotations

from core.errors import N_, Conflict, InvalidInput, NotFound
from core.invoice import Invoice
from core.party import Client
from core.views import InvoiceFilter
from handlers.context import Context, as_id
from handlers.kinds import Ask, Detour, Notice, Option
from handlers.reading.text import required, shown
from handlers.words import _

MOST_MATCHES = 8
PAGE = 50
"""Drafts looked through for one's own."""
NEW = "new:"
"""Before a name: add this client first. It comes from our own button, and a typed one means the same."""


def read_number(text: str) -> str:
    """What names an invoice: its number as typed, or a button's id."""
    return required(text, "number", 60, "2026-0007")


async def find_invoice(ctx: Context, reference: str, field: str = "number") -> Invoice:
    """By id or number, whatever its case; raises InvalidInput naming a number that exists."""
    invoice_id = as_id(reference)
    if invoice_id is not None:
        return await ctx.work.invoices.get(invoice_id)
    found = await ctx.work.invoices.find_number(reference) or await ctx.work.invoices.find_number(
        reference.upper()
    )
    if found is None:
        newest = await ctx.work.invoices.list_page(InvoiceFilter.OPEN, ctx.today, None, None, 1)
        example = next((row.number for row in newest.rows if row.number), None)
        raise InvalidInput(
            field, N_("There is no invoice {number}."), example or "2026-0001", number=shown(reference)
        )
    return found


async def find_draft(ctx: Context, reference: str | None) -> Invoice:
    """By a button's id. When nothing was named: the draft this member wrote last, or the only one there is.

    Never simply the newest of the business, for that may be somebody else's.
    """
    if reference:
        invoice_id = as_id(reference)
        if invoice_id is None:
            raise NotFound(N_("There is no such draft. See /invoices draft"))
        return await ctx.work.invoices.get(invoice_id)
    drafts = (await ctx.work.invoices.list_page(InvoiceFilter.DRAFT, ctx.today, None, None, PAGE)).rows
    if not drafts:
        raise NotFound(N_("There is no draft. Write one: /invoice Acme: 3h design @ 120"))
    last = await ctx.work.audit.last_draft_of(ctx.desk.member.id)
    mine = next((row.id for row in drafts if row.id == last), None)
    if mine is None and len(drafts) > 1:
        raise Conflict(N_("There are several drafts, none of them yours. Choose one: /invoices draft"))
    return await ctx.work.invoices.get(mine or drafts[0].id)


async def find_client(ctx: Context, text: str, field: str = "client") -> Client | Ask | Detour:
    """The one client that is meant, or the question that finds out."""
    client_id = as_id(text)
    if client_id is not None:
        return await ctx.work.clients.get(client_id)
    if text.startswith(NEW):
        name = text.removeprefix(NEW)
        return Detour("client add", {"name": name}, field)
    found = await ctx.work.clients.search(text, MOST_MATCHES)
    if len(found) == 1:
        return found[0]
    if found:
        options = tuple(
            Option(f"{client.name}, {client.address.city}".strip(", "), client.id.hex) for client in found
        )
        return Ask(
            field,
            _("Which one do you mean?"),
            options,
            Notice(_("Several clients match “{text}”.", text=text)),
        )
    add = Option(_("Add {name}", name=text), NEW + text)
    notice = Notice(_("There is no client named “{text}” yet.", text=text), "warning")
    return Ask(field, _("Add it now, or write another name."), (add,), notice)
