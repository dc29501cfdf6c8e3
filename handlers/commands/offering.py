"""Clients and invoices that are offered while somebody types: by part of a name, a town or a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from core.errors import InvalidInput, NotFound
from core.invoice import Invoice
from core.views import InvoiceFilter, InvoiceRow
from handlers.choices import MOST, Search, matching
from handlers.commands.find import BACK, NEW, named_invoice
from handlers.context import Context, as_id
from handlers.kinds import Option
from handlers.reading.text import clean
from handlers.words import _

MOST_VALUE = 150
"""Characters of an option's value (Slack)."""
_MOST_TYPED = 200
_NEWEST = 50
_CLIENTS, _OF_EACH = 4, 12
"""Clients whose invoices are looked for by name, and how many of each."""
_ARCHIVED = 5


def client_search(ctx: Context, *, adding: bool = False) -> Search:
    """`adding`: a new client, or an archived one, may be chosen too; the command then makes a detour."""

    async def search(text: str) -> Sequence[Option]:
        typed = _typed(text)
        if typed is None:
            return ()
        if as_id(typed):
            return await _one_client(ctx, typed)
        if typed.startswith(NEW):
            return (_add(typed.removeprefix(NEW)),)
        found = await _clients(ctx, typed)
        return (*found[: MOST - _ARCHIVED - 1], *await _others(ctx, typed, found)) if adding else found

    return search


def _typed(text: str) -> str | None:
    """None for what no name can hold."""
    try:
        return clean(text, "client", _MOST_TYPED)
    except InvalidInput:
        return None


def _client_option(name: str, city: str, value: str) -> Option:
    return Option(f"{name}, {city}".removesuffix(", "), value)


async def _one_client(ctx: Context, reference: str) -> Sequence[Option]:
    client_id = as_id(reference)
    try:
        client = await ctx.work.clients.get(client_id) if client_id else None
    except NotFound:
        return ()
    return (_client_option(client.name, client.address.city, reference),) if client else ()


async def _clients(ctx: Context, text: str) -> tuple[Option, ...]:
    """Of few clients all are looked through, accents or not; of many, those whose name holds the text."""
    page = await ctx.work.clients.list_page(None, MOST)
    options = [_client_option(row.name, row.city, row.id.hex) for row in page.rows]
    if page.after and text:
        more = await ctx.work.clients.search(text, MOST)
        options += [_client_option(client.name, client.address.city, client.id.hex) for client in more]
    return matching(dict.fromkeys(options), text)


async def _others(ctx: Context, text: str, found: Iterable[Option]) -> Sequence[Option]:
    if not text or any(option.label.casefold().partition(",")[0] == text.casefold() for option in found):
        return ()
    archived = await ctx.work.clients.search(text, _ARCHIVED, live=False)
    again = [Option(_("Bring {name} back", name=client.name), BACK + client.id.hex) for client in archived]
    return (*again, _add(text)) if len(NEW + text) <= MOST_VALUE else again


def _add(text: str) -> Option:
    return Option(_("Add “{name}”", name=text), NEW + text)


Fits = Callable[[InvoiceRow], bool]


def has_number(row: InvoiceRow) -> bool:
    return bool(row.number)


def invoice_search(ctx: Context, *among: InvoiceFilter, fits: Fits = has_number) -> Search:
    async def search(text: str) -> Sequence[Option]:
        typed = _typed(text)
        if typed is None:
            return ()
        if as_id(typed):
            named = await _one_invoice(ctx, typed)
            return (named,) if named else ()
        pages = [await ctx.work.invoices.list_page(which, ctx.today, None, None, _NEWEST) for which in among]
        newest = [invoice_option(ctx, row) for page in pages for row in page.rows if fits(row)]
        options = [*matching(newest, typed), *(await _by_name(ctx, typed, among, fits) if typed else ())]
        return tuple(dict.fromkeys(options))[:MOST]

    return search


def invoice_option(ctx: Context, row: InvoiceRow) -> Option:
    number = row.number or "–"
    return Option(f"{number} {row.client}, {ctx.money(row.balance or row.total)}", number)


async def _by_name(ctx: Context, text: str, among: Iterable[InvoiceFilter], fits: Fits) -> Sequence[Option]:
    named = await named_invoice(ctx, text)
    found = [_named_option(ctx, named, named.issued.number)] if named and named.document else []
    for client in await ctx.work.clients.search(text, _CLIENTS):
        for which in among:
            page = await ctx.work.invoices.list_page(which, ctx.today, client.id, None, _OF_EACH)
            found += [invoice_option(ctx, row) for row in page.rows if fits(row)]
    return found


async def _one_invoice(ctx: Context, reference: str) -> Option | None:
    try:
        invoice = await named_invoice(ctx, reference)
    except NotFound:
        return None
    return _named_option(ctx, invoice, reference) if invoice and invoice.document else None


def _named_option(ctx: Context, invoice: Invoice, value: str) -> Option:
    amount = ctx.money(invoice.balance or invoice.total)
    return Option(f"{invoice.issued.number} {invoice.issued.buyer.name}, {amount}", value)
