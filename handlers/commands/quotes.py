"""Quotes: write one, issue it, show it, list them, hand out the PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core.errors import N_, Conflict, InvalidInput, NotFound
from core.invoice import Invoice
from core.party import Role
from core.quote import USUAL, Quote, QuoteState
from core.quote_ports import QuoteFilter, QuoteRow
from core.usecases.deposits import counts
from core.usecases.quote import create_quote, discard_quote, issue_quote
from core.views import Cursor
from handlers.cards import status
from handlers.command import Command, Form, Routed
from handlers.commands.drafting import lines_field, new_draft, option_fields, sold
from handlers.commands.find import find_any_client, find_client, names_quote, said_behind
from handlers.commands.goods import goods_in, offered_products
from handlers.commands.invoices import bound_client
from handlers.commands.offering import client_search
from handlers.context import Context, as_id, page_buttons, undo_button
from handlers.forms import whole
from handlers.kinds import (
    Answers,
    Ask,
    Asked,
    Button,
    Detour,
    Field,
    Lines,
    Notice,
    Option,
    Outcome,
    Raw,
    Reply,
)
from handlers.quotes import (
    issued_quote_reply,
    quote_buttons,
    quote_card,
    quote_draft_reply,
    quote_pdf,
    quote_row_status,
)
from handlers.reading.fields import split_fields
from handlers.reading.invoice_text import split_invoice
from handlers.reading.lines import has_price
from handlers.reading.terms import read_valid
from handlers.reading.text import required, shown
from handlers.starting import unchanged
from handlers.words import _

PAGE = 8
_OPTIONS = ("valid", "period", "vat", "discount", "currency", "ref", "order", "note", "incl")
_LEFT_OUT = frozenset({"on", "due", "early", "delivered"})
"""It is dated when it is issued, nothing is owed by it, and nothing is done yet."""
_BEHIND = {
    word: f"quote {word}"
    for word in "show pdf send link accept decline withdraw convert deposit rest issue edit discard".split()
}
"""What may be said behind the number as well as in front of it."""
_DRAFTS = (QuoteFilter.DRAFT,)


# -- writing ---------------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    page = await ctx.work.clients.list_page(None, PAGE)
    clients = tuple(Option(row.name, row.id.hex) for row in page.rows)
    return (
        Field("client", _("Who is it for?"), _client, options=clients, search=client_search(ctx, adding=True)),
        lines_field(
            ctx, Asked.REQUIRED, await goods_in(ctx, raw.get("lines")), await offered_products(ctx, raw.get("lines"))
        ),
        *quote_options(ctx),
    )  # fmt: skip


def quote_options(ctx: Context, quote: Quote | None = None) -> tuple[Field, ...]:
    """As of an invoice, but for the dates that a quote has not; and until when it holds."""
    business, today = ctx.desk.business, ctx.today
    month_first = business.address.country == "US"

    def read(text: str) -> Any:
        return read_valid(text, today, business.language, month_first=month_first)

    value = quote.valid if quote else USUAL
    valid = Field(
        "valid", _("Until when is it valid? For example 30d or 2026-12-31."), read, Asked.SILENT,
        start=unchanged(str(value), read, value),
    )  # fmt: skip
    options = option_fields(ctx, quote.draft if quote else None)
    return (valid, *(field for field in options if field.name not in _LEFT_OUT))


def _client(text: str) -> str:
    if has_price(text):
        raise InvalidInput("client", N_("This reads like what you offer; first write who it is for."), "Acme")
    return required(text, "client", 200, "Acme")


def _read(text: str) -> Raw:
    """`Acme: 3h design @ 120; valid 30d`."""
    head, semicolon, rest = text.partition(";")
    word, _blank, client_id = head.strip().partition(" ")
    if word == "client" and as_id(client_id):
        raw: Raw = {"client": client_id}
    else:
        raw = {**split_invoice(head)} if head.strip() else {}
    return {**raw, **split_fields(f";{rest}", _OPTIONS, "quote", flags=("incl",))} if semicolon else raw


async def _route(ctx: Context, text: str) -> Routed:
    """`/quote Q2026-0001` shows one, with a word behind it does that: no client is named like a number that exists."""
    text = text.strip()
    if not text or ":" in text or "\n" in text:
        return None
    if behind := await said_behind(ctx, text, _BEHIND, names_quote):
        return behind
    if len(text) > 40:
        return None
    return "quote show" if as_id(text) or await _by_number(ctx, text) else None


async def write(ctx: Context, answers: Answers) -> Outcome:
    client = await find_client(ctx, answers["client"])
    if isinstance(client, (Ask, Detour)):
        return client
    client = await sold(ctx, client, answers["vat"])
    draft = replace(new_draft(ctx, client, answers), early=None)
    quote, entry = await create_quote(ctx.desk, draft, answers["valid"] or USUAL)
    return quote_draft_reply(ctx, quote, client, undo_button(entry))


# -- finding one -----------------------------------------------------------------------------------


def quote_form(*among: QuoteFilter, more: Callable[[Context], tuple[Field, ...]] = lambda ctx: ()) -> Form:
    """Asks for one quote, the newest to choose from first; of drafts, the only one is meant without asking. Raises
    NotFound where there is none.
    """

    async def form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
        rows: list[QuoteRow] = []
        asked = Asked.REQUIRED
        if not raw.get("quote"):
            pages = [await ctx.work.quotes.list_page(which, None, None, PAGE) for which in among]
            rows = [row for page in pages for row in page.rows][:PAGE]
            if not rows:
                raise NotFound(_none(among))
            asked = Asked.SILENT if among == _DRAFTS and len(rows) == 1 else asked
        options = tuple(Option(_label(ctx, row), row.number or row.id.hex) for row in rows)
        return (Field("quote", _("Which quote?"), _read_quote, asked, options), *more(ctx))

    return form


def _none(among: tuple[QuoteFilter, ...]) -> str:
    if among == _DRAFTS:
        return N_("There is no draft of a quote. Write one: /quote Acme: 3h design @ 120; valid 30d")
    if among == (QuoteFilter.ACCEPTED,):
        return N_("No quote is accepted. See /quotes")
    return N_("There is no such quote. Write one: /quote Acme: 3h design @ 120; valid 30d")


def _label(ctx: Context, row: QuoteRow) -> str:
    return f"{row.number or '–'} {row.client}, {ctx.money(row.total)}"


def _read_quote(text: str) -> str:
    return required(text, "quote", 60, "Q2026-0001")


async def find_quote(ctx: Context, reference: str | None) -> Quote:
    """By id, or by number in any case; not named, the only draft. Raises InvalidInput naming a number that exists."""
    if reference is None:
        return await _only_draft(ctx)
    quote_id = as_id(reference)
    if quote_id is not None:
        return await ctx.work.quotes.get(quote_id)
    found = await _by_number(ctx, reference)
    if found is None:
        newest = await ctx.work.quotes.list_page(QuoteFilter.OPEN, None, None, 1)
        example = next((row.number for row in newest.rows if row.number), None)
        raise InvalidInput(
            "quote", N_("There is no quote {number}."), example or "Q2026-0001", number=shown(reference)
        )
    return found


async def _only_draft(ctx: Context) -> Quote:
    rows = (await ctx.work.quotes.list_page(QuoteFilter.DRAFT, None, None, 2)).rows
    if len(rows) != 1:
        raise Conflict(N_("Say which one: there is another draft of a quote by now. See /quotes draft"))
    return await ctx.work.quotes.get(rows[0].id)


async def _by_number(ctx: Context, text: str) -> Quote | None:
    return await ctx.work.quotes.find_number(text) or await ctx.work.quotes.find_number(text.upper())


# -- one quote -------------------------------------------------------------------------------------


async def issue(ctx: Context, answers: Answers) -> Outcome:
    found = await find_quote(ctx, answers["quote"])
    quote, entry = await issue_quote(ctx.desk, await ctx.work.quotes.lock(found.id))
    return issued_quote_reply(ctx, quote, entry)


async def discard(ctx: Context, answers: Answers) -> Outcome:
    quote = await find_quote(ctx, answers["quote"])
    entry = await discard_quote(ctx.desk, quote)
    text = _(
        "The draft quote for {client} over {total} is gone.", client=entry.label, total=ctx.money(quote.total)
    )
    return Reply((Notice(text, "success"),), (undo_button(entry),))


async def show(ctx: Context, answers: Answers) -> Outcome:
    quote = await find_quote(ctx, answers["quote"])
    if quote.state is QuoteState.DRAFT:
        return quote_draft_reply(ctx, quote, await ctx.work.clients.get(quote.draft.client_id))
    bills = await ctx.work.invoices.list_of_quote(quote.id)
    buttons = quote_buttons(ctx, quote, [bill for bill in bills if counts(bill)])
    return Reply((*quote_card(ctx, quote), *_bills(ctx, bills)), buttons)


def _bills(ctx: Context, bills: Sequence[Invoice]) -> tuple[Lines, ...]:
    """The invoices that came of it."""
    found = [one for one in bills if one.document]
    if not found:
        return ()
    rows = tuple(
        (one.issued.number, str(one.issued.issued_on), ctx.money(one.total), status(ctx, one))
        for one in found
    )
    return (Lines((_("Invoice"), _("Date"), _("Total"), _("Status")), rows, (2,), _("Billed")),)


async def pdf(ctx: Context, answers: Answers) -> Outcome:
    quote = await find_quote(ctx, answers["quote"])
    if quote.state is QuoteState.DRAFT:
        raise InvalidInput("quote", N_("A draft has no PDF yet; issue it first."), "/quote issue")
    text = _("{number} to {client}", number=quote.label, client=quote.issued.buyer.name)
    return Reply((Notice(text),), attachments=(quote_pdf(quote),))


# -- lists -----------------------------------------------------------------------------------------


async def _list_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return tuple(Field(name, "", read, Asked.SILENT) for name, read in
                 (("which", QuoteFilter), ("client", str.strip), ("page", str)))  # fmt: skip


def _read_list(text: str) -> Raw:
    """`open Acme`, either of them, or neither; a button adds `page CURSOR` at the end."""
    rest, _word, page = text.partition(" page ") if " page " in text else (text, "", "")
    words = rest.split(maxsplit=1)
    raw: Raw = {"page": page} if page else {}
    if words and words[0].lower() in list(QuoteFilter):
        raw["which"] = words.pop(0).lower()
    return {**raw, "client": " ".join(words)} if words else raw


async def list_quotes(ctx: Context, answers: Answers) -> Outcome:
    which: QuoteFilter = answers["which"] or QuoteFilter.ALL
    client = await find_any_client(ctx, answers["client"]) if answers["client"] else None
    if isinstance(client, Ask):
        return client
    cursor = Cursor.read(answers["page"] or "")
    page = await ctx.work.quotes.list_page(which, client.id if client else None, cursor, PAGE)
    title = _title(which, client.name if client else None)
    new = Button(_("New quote"), "quote")
    if not page.rows:
        return Reply((Notice(_("{title}: none.", title=title)),), (new,))
    argument = f"{which.value} {client.id.hex}" if client else which.value
    rows = tuple(
        (
            row.number or "–",
            row.client,
            str(row.valid_until or "–"),
            ctx.money(row.total),
            quote_row_status(ctx, row),
        )
        for row in page.rows
    )
    header = (_("Number"), _("Client"), _("Valid until"), _("Total"), _("Status"))
    opening = [Button(_open_label(row), "quote show", row.id.hex) for row in page.rows]
    buttons = (*opening, *page_buttons(page, "quotes", f"{argument} page "), new)
    return Reply((Lines(header, rows, (3,), title),), buttons)


def _open_label(row: QuoteRow) -> str:
    if row.number is None:
        return _("Open draft for {client}", client=row.client)
    return _("Open {number}", number=row.number)


def _title(which: QuoteFilter, client: str | None) -> str:
    names = {
        QuoteFilter.DRAFT: _("Draft quotes"), QuoteFilter.OPEN: _("Open quotes"), QuoteFilter.ALL: _("Quotes"),
        QuoteFilter.ACCEPTED: _("Accepted quotes"), QuoteFilter.DECLINED: _("Declined quotes"),
    }  # fmt: skip
    return _("{list} of {client}", list=names[which], client=client) if client else names[which]


COMMANDS = (
    Command(
        name="quote",
        help=N_("Write a quote"),
        run=write,
        group="invoices",
        example="/quote Acme: 3h design @ 120, 2 x Hosting @ 49.90; valid 30d",
        form=_form,
        read=_read,
        route=_route,
        asks=True,
        preset=bound_client,
    ),
    Command(
        name="quote issue",
        help=N_("Issue a draft quote"),
        run=issue,
        group="invoices",
        example="/quote issue",
        form=quote_form(QuoteFilter.DRAFT),
        read=whole("quote"),
    ),
    Command(
        name="quote discard",
        help=N_("Throw a draft quote away"),
        run=discard,
        group="invoices",
        example="/quote discard",
        form=quote_form(QuoteFilter.DRAFT),
        read=whole("quote"),
    ),
    Command(
        name="quote show",
        help=N_("Show a quote"),
        run=show,
        group="invoices",
        example="/quote Q2026-0001",
        form=quote_form(QuoteFilter.ALL),
        read=whole("quote"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="quote pdf",
        help=N_("Get the PDF of a quote"),
        run=pdf,
        group="invoices",
        example="/quote pdf Q2026-0001",
        form=quote_form(QuoteFilter.OPEN, QuoteFilter.ACCEPTED),
        read=whole("quote"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="quotes",
        help=N_("List quotes: draft, open, accepted, declined or all"),
        run=list_quotes,
        group="invoices",
        example="/quotes open",
        form=_list_form,
        read=_read_list,
        role=Role.ACCOUNTANT,
        preset=bound_client,
    ),
)
