"""Finding what a person means: a client by part of a name, an invoice by its number, the draft at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from core.credit_note import CreditNote
from core.errors import N_, Conflict, InvalidInput, NotFound
from core.invoice import Invoice
from core.party import Client
from core.views import InvoiceFilter
from handlers.context import Context, as_id
from handlers.kinds import Ask, Detour, Notice, Option, Raw
from handlers.reading.parties import read_contact_line
from handlers.reading.text import required, shown
from handlers.words import _

MOST_MATCHES = 8
_MOST_DIGITS = 6
_LONGEST = 60
PAGE = 50
"""Drafts looked through for one's own."""
NEW, BACK = "new:", "back:"
"""Before a name: add this client first; before an id: restore it first. They come from our own buttons, and typed
they mean the same."""


def read_number(text: str) -> str:
    """What names an invoice: its number as typed, or a button's id."""
    return required(text, "number", 60, "2026-0007")


async def find_invoice(ctx: Context, reference: str, field: str = "number") -> Invoice:
    """By id, by number in any case, or by the counter alone: `7` is this period's 2026-0007. Raises InvalidInput
    naming a number that exists.
    """
    invoice_id = as_id(reference)
    if invoice_id is not None:
        return await ctx.work.invoices.get(invoice_id)
    found = await ctx.work.invoices.find_number(reference) or await ctx.work.invoices.find_number(
        reference.upper()
    )
    if found is None and reference.isascii() and reference.isdigit() and len(reference) <= _MOST_DIGITS:
        this_period = ctx.desk.business.number_pattern.format(int(reference), ctx.today)
        found = await ctx.work.invoices.find_number(this_period)
    if found is None:
        newest = await ctx.work.invoices.list_page(InvoiceFilter.OPEN, ctx.today, None, None, 1)
        example = next((row.number for row in newest.rows if row.number), None)
        raise InvalidInput(
            field, N_("There is no invoice {number}."), example or "2026-0001", number=shown(reference)
        )
    return found


async def named_invoice(ctx: Context, reference: str) -> Invoice | None:
    """For a form that depends on which invoice was named so far; what names none is told when it is parsed."""
    try:
        return await find_invoice(ctx, reference) if reference else None
    except InvalidInput:
        return None


async def find_credit_note(ctx: Context, reference: str) -> CreditNote:
    """By id, or by number in any case. Raises InvalidInput naming a number that exists."""
    credit_note_id = as_id(reference)
    if credit_note_id is not None:
        return await ctx.work.credit_notes.get(credit_note_id)
    found = await _credit_note(ctx, reference)
    if found is None:
        newest = await ctx.work.credit_notes.list_newest(1)
        example = newest[0].number if newest else "CN2026-0001"
        raise InvalidInput(
            "number", N_("There is no credit note {number}."), example, number=shown(reference)
        )
    return found


async def names_credit_note(ctx: Context, reference: str) -> bool:
    """A number that is no credit note's is most often an invoice's: without a letter there is nothing to look for."""
    return any(map(str.isalpha, reference)) and await _credit_note(ctx, reference) is not None


async def _credit_note(ctx: Context, number: str) -> CreditNote | None:
    found = await ctx.work.credit_notes.find_number(number)
    return found or await ctx.work.credit_notes.find_number(number.upper())


async def said_behind(
    ctx: Context,
    text: str,
    commands: Mapping[str, str],
    known: Callable[[Context, str], Awaitable[bool]],
) -> tuple[str, str] | None:
    """`2026-0007 pdf`: the command of a word that stands behind a number, and the text as that command is typed."""
    number, *rest = text.split(maxsplit=2)[:3] or ("",)
    command = commands.get(rest[0].lower()) if rest else None
    if command is None or len(number) > _LONGEST or not await known(ctx, number):
        return None
    return command, " ".join((number, *rest[1:]))


def to_credit_note(command: str) -> Callable[[Context, str], Awaitable[str | None]]:
    """The route of a command about invoices whose first word may name a credit note: that one is for it."""

    async def route(ctx: Context, text: str) -> str | None:
        word = next(iter(text.split(maxsplit=1)), "")
        named = not as_id(word) and len(word) <= _LONGEST and await names_credit_note(ctx, word)
        return command if named else None

    return route


async def names_quote(ctx: Context, number: str) -> bool:
    """Whether a quote has that number, in any case."""
    quotes = ctx.work.quotes
    return bool(await quotes.find_number(number) or await quotes.find_number(number.upper()))


def to_others(credit_note: str, quote: str) -> Callable[[Context, str], Awaitable[str | None]]:
    """Likewise, where it may also name a quote."""
    noted = to_credit_note(credit_note)

    async def route(ctx: Context, text: str) -> str | None:
        word = next(iter(text.split(maxsplit=1)), "")
        if not as_id(word) and len(word) <= _LONGEST and await names_quote(ctx, word):
            return quote
        return await noted(ctx, text)

    return route


async def find_draft(ctx: Context, reference: str | None) -> Invoice:
    """By a button's id. When nothing was named: the draft this member wrote last, or the only one there is.

    Never simply the newest of the business, for that may be somebody else's.
    """
    if reference:
        invoice_id = as_id(reference)
        if invoice_id is not None:
            return await ctx.work.invoices.get(invoice_id)
        # With a number, the person is told what became of the draft.
        issued = await ctx.work.invoices.find_number(reference)
        if issued is None:
            raise NotFound(N_("There is no such draft. See /invoices draft"))
        return issued
    drafts = (await ctx.work.invoices.list_page(InvoiceFilter.DRAFT, ctx.today, None, None, PAGE)).rows
    if not drafts:
        raise NotFound(N_("There is no draft. Write one: /invoice Acme: 3h design @ 120"))
    last = await ctx.work.audit.last_draft_of(ctx.desk.member.id)
    mine = next((row.id for row in drafts if row.id == last), None)
    if mine is None and len(drafts) > 1:
        raise Conflict(N_("There are several drafts, none of them yours. Choose one: /invoices draft"))
    return await ctx.work.invoices.get(mine or drafts[0].id)


async def find_client(ctx: Context, text: str, field: str = "client") -> Client | Ask | Detour:
    """The one client to bill, or the question that finds out; an unknown one can be added on the way."""
    if text.startswith(NEW):
        return Detour("client add", _contact(text.removeprefix(NEW)), field)
    if text.startswith(BACK):
        return Detour("client restore", {"client": text.removeprefix(BACK)}, field)
    found = await _search(ctx, text)
    if len(found) == 1:
        return found[0]
    if found:
        return _which_one(found, text, field)
    archived = await ctx.work.clients.search(text, MOST_MATCHES, live=False)
    again = tuple(
        Option(_("Bring {name} back", name=client.name), BACK + client.id.hex) for client in archived
    )
    add = Option(_("Add {name}", name=_contact(text)["name"]), NEW + text)
    if again:
        notice = Notice(_("“{text}” is archived.", text=text), "warning")
        return Ask(field, _("Bring the client back, or write another name."), (*again, add), notice)
    notice = Notice(_("There is no client named “{text}” yet.", text=text), "warning")
    return Ask(field, _("Add it now, or write another name."), (add,), notice)


async def find_any_client(ctx: Context, text: str, field: str = "client") -> Client | Ask:
    """The one client to look at or to change, archived ones too; nobody is added for that."""
    found = await _search(ctx, text) or await ctx.work.clients.search(text, MOST_MATCHES, live=False)
    if len(found) == 1:
        return found[0]
    if found:
        return _which_one(found, text, field)
    notice = Notice(_("There is no client named “{text}”.", text=text), "warning")
    return Ask(field, _("Write another name."), (), notice)


async def named_client(ctx: Context, text: str) -> Client | None:
    """For a form that begins with what is known of the client named so far; None unless that is just one."""
    found = await find_any_client(ctx, text) if text else None
    return found if isinstance(found, Client) else None


def _contact(text: str) -> Raw:
    """The name, and the address where one was written along: `Acme, Ring 2, 20095 Hamburg`."""
    return {**read_contact_line(text)} if any(map(str.isdigit, text)) else {"name": text}


async def _search(ctx: Context, text: str) -> Sequence[Client]:
    client_id = as_id(text)
    if client_id is not None:
        return (await ctx.work.clients.get(client_id),)
    return await ctx.work.clients.search(text, MOST_MATCHES)


def _which_one(found: Sequence[Client], text: str, field: str) -> Ask:
    options = tuple(
        Option(f"{client.name}, {client.address.city}".strip(", "), client.id.hex) for client in found
    )
    notice = Notice(_("Several clients match “{text}”.", text=text))
    return Ask(field, _("Which one do you mean?"), options, notice)
