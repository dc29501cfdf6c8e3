"""Invoices: write one, issue it, show it, list them, hand out the PDF, void it."""

from __future__ import annotations

from core.approval import needs_approval
from core.documents.paid import paid_in_full
from core.errors import N_, InvalidInput, NotFound
from core.invoice import Invoice, State
from core.party import Role
from core.usecases.imported import must_be_ours
from core.usecases.invoice import create_draft, discard_draft, issue, void
from core.views import InvoiceFilter
from handlers.cards import (
    PAID_COPY,
    draft_reply,
    issued_buttons,
    issued_card,
    issued_reply,
    open_request,
    paid_pdf_of,
    pdf_of,
)
from handlers.checkouts import end_stale_checkout, method_of
from handlers.command import Command, Routed, optional
from handlers.commands.already import refuse_issued, refuse_void
from handlers.commands.approvals import issued_for_asker
from handlers.commands.asking_approval import ask_for_approval
from handlers.commands.deposits import deposit_reply, read_share, share_field
from handlers.commands.drafting import lines_field, new_draft, option_fields, sold
from handlers.commands.find import (
    find_client,
    find_draft,
    find_invoice,
    named_invoice,
    names_credit_note,
    names_quote,
    read_number,
    said_behind,
    to_others,
)
from handlers.commands.goods import goods_in, offered_products
from handlers.commands.offering import Fits, client_search, has_number, invoice_option, invoice_search
from handlers.context import Context, as_id, undo_button
from handlers.credit_cards import credited_block, with_credit
from handlers.forms import whole, word_and_rest
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
from handlers.reading.invoice_text import split_invoice
from handlers.reading.lines import has_price
from handlers.reading.text import clean, required
from handlers.selling import warned
from handlers.words import _

PAGE = 8
MOST_REASON = 200
_LONGEST_NUMBER = 40
_BEHIND = {
    **{word: word for word in "pdf xml send paid void credit refund receipt paylink remind snooze".split()},
    "show": "invoice show",
}
"""What may be said behind the number as well as in front of it."""


# -- writing ---------------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    page = await ctx.work.clients.list_page(None, PAGE)
    clients = tuple(Option(row.name, row.id.hex) for row in page.rows)
    return (
        Field(
            "client", _("Who is it for?"), _client, options=clients, search=client_search(ctx, adding=True)
        ),
        lines_field(
            ctx,
            Asked.REQUIRED,
            await goods_in(ctx, raw.get("lines")),
            await offered_products(ctx, raw.get("lines")),
        ),
        *option_fields(ctx),
        share_field("deposit", Asked.SILENT),
    )


def _client(text: str) -> str:
    if has_price(text):
        raise InvalidInput(
            "client", N_("This reads like what you bill for; first write who it is for."), "Acme"
        )
    return required(text, "client", 200, "Acme")


def _read(text: str) -> Raw:
    """One line, or a button's `client ID`: an id alone would mean an invoice."""
    word, _blank, client_id = text.strip().partition(" ")
    if word == "client" and as_id(client_id):
        return {"client": client_id}
    return {**split_invoice(text)} if text.strip() else {}


def bound_client(ctx: Context) -> Raw:
    """The client that a channel is about, said without a name there."""
    client_id = ctx.place.client_id
    mine = ctx.place.business_id == ctx.desk.business.id
    return {"client": client_id.hex} if client_id and mine else {}


async def _route(ctx: Context, text: str) -> Routed:
    """`/invoice 2026-0007` shows one, with `pdf` behind it is `/pdf`: no client is named like a number that exists."""
    text = text.strip()
    if not text or ":" in text or "\n" in text:
        return None
    if behind := await said_behind(ctx, text, _BEHIND, _names_any):
        return behind
    if len(text) > _LONGEST_NUMBER:
        return None
    if await names_credit_note(ctx, text):
        return "credit show"
    if await names_quote(ctx, text):
        return "quote show"
    if as_id(text) or await ctx.work.invoices.find_number(text.upper()):
        return "invoice show"
    return "invoice show" if text[:1].isdigit() and " " not in text and "@" not in text else None


async def _names_any(ctx: Context, number: str) -> bool:
    found = await ctx.work.invoices.find_number(number.upper())
    return found is not None or await names_credit_note(ctx, number) or await names_quote(ctx, number)


async def write(ctx: Context, answers: Answers) -> Outcome:
    client = await find_client(ctx, answers["client"])
    if isinstance(client, (Ask, Detour)):
        return client
    client = await sold(ctx, client, answers["vat"])
    draft = new_draft(ctx, client, answers)
    if answers["deposit"]:
        share = read_share(ctx, answers["deposit"], draft.currency, "deposit")
        return await deposit_reply(ctx, draft, client, share)
    invoice, entry = await create_draft(ctx.desk, draft)
    return await draft_reply(ctx, invoice, client, undo_button(entry))


# -- one invoice -----------------------------------------------------------------------------------


async def issue_draft(ctx: Context, answers: Answers) -> Outcome:
    draft = await find_draft(ctx, answers["draft"])
    await refuse_issued(ctx, draft)
    invoice = await ctx.work.invoices.lock(draft.id)
    if needs_approval(ctx.desk.business, ctx.desk.member, invoice.total):
        return await ask_for_approval(ctx, invoice)
    request = await open_request(ctx, invoice)
    issued, entry = await issue(ctx.desk, invoice)
    told = await issued_for_asker(ctx, request, issued) if request else ()
    reply = await with_credit(ctx, issued_reply(ctx, issued, entry, elsewhere=told), issued)
    return await warned(ctx, reply)


async def discard(ctx: Context, answers: Answers) -> Outcome:
    draft = await find_draft(ctx, answers["draft"])
    entry = await discard_draft(ctx.desk, draft)
    text = _("The draft for {client} over {total} is gone.", client=entry.label, total=ctx.money(draft.total))
    return Reply((Notice(text, "success"),), (undo_button(entry),))


async def number_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    """Asks for one invoice, with the newest to choose from, open ones first."""
    return (await number_field(ctx, raw, InvoiceFilter.OPEN, InvoiceFilter.PAID),)


async def number_field(ctx: Context, raw: Raw, *among: InvoiceFilter, fits: Fits = has_number) -> Field:
    """Raises NotFound where nothing was typed and there is nothing to choose from."""
    pages = [await ctx.work.invoices.list_page(which, ctx.today, None, None, PAGE) for which in among]
    rows = [row for page in pages for row in page.rows][:PAGE]
    if not rows and not raw.get("number"):
        if InvoiceFilter.PAID in among:
            raise NotFound(N_("No invoice is issued yet. Write one: /invoice Acme: 3h design @ 120"))
        raise NotFound(N_("No invoice is open: nothing is owed to you. See /invoices"))
    options = tuple(invoice_option(ctx, row) for row in rows if fits(row))
    search = invoice_search(ctx, *among, fits=fits)
    return Field("number", _("Which invoice?"), read_number, options=options, search=search)


async def show(ctx: Context, answers: Answers) -> Outcome:
    return await show_invoice(ctx, await find_invoice(ctx, answers["number"]))


async def show_invoice(ctx: Context, invoice: Invoice) -> Reply:
    if invoice.state is State.DRAFT:
        client = await ctx.work.clients.get(invoice.draft.client_id)
        return await draft_reply(ctx, invoice, client)
    payments = await ctx.work.payments.list_of(invoice.id)
    blocks = [*issued_card(ctx, invoice, payments)]
    if payments:
        rows = tuple((str(paid.received_on), method_of(paid), ctx.money(paid.amount)) for paid in payments)
        blocks.append(Lines((_("Received"), _("Method"), _("Amount")), rows, (2,), _("Payments")))
    blocks += await credited_block(ctx, invoice)
    return await with_credit(ctx, Reply(tuple(blocks), issued_buttons(ctx, invoice)), invoice)


async def pdf(ctx: Context, answers: Answers) -> Outcome:
    invoice = await find_invoice(ctx, answers["number"])
    if invoice.state is State.DRAFT:
        raise InvalidInput("number", N_("A draft has no PDF yet; issue it first."), "/issue")
    must_be_ours(invoice)
    number, client = invoice.issued.number, invoice.issued.buyer.name
    if answers["copy"]:
        paid_in_full(invoice, await ctx.work.payments.list_of(invoice.id))
        text = _("{number} to {client}, marked as paid", number=number, client=client)
        return Reply((Notice(text),), attachments=(paid_pdf_of(invoice),))
    text = _("{number} to {client}", number=number, client=client)
    return Reply((Notice(text),), attachments=(pdf_of(invoice),))


async def _pdf_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (*await number_form(ctx, raw), copy_field())


def copy_field() -> Field:
    """Which of its PDFs is meant: the one it was issued with, unless somebody says otherwise."""
    prompt = _("Write paid for the copy that is marked as paid.")
    return Field("copy", prompt, _read_copy, Asked.SILENT, (Option(_("PDF, paid"), PAID_COPY),))


def _read_copy(text: str) -> str:
    if text.strip().lower() != PAID_COPY:
        raise InvalidInput("number", N_("Only the word paid may stand behind the number."), "paid")
    return PAID_COPY


async def _void_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    named = await named_invoice(ctx, raw.get("number") or "")
    # What cannot be voided is refused at once, not after somebody has thought about the reason.
    hopeless = named is not None and (named.state is not State.ISSUED or bool(named.paid or named.credited))
    return (
        await number_field(ctx, raw, InvoiceFilter.OPEN),
        void_reason(Asked.SILENT if hopeless else Asked.REQUIRED),
    )


def void_reason(asked: Asked = Asked.REQUIRED) -> Field:
    prompt = _("Why is it void? The reason is kept with it.")
    return Field("reason", prompt, lambda text: read_reason(text, "wrong amount"), asked)


def read_reason(text: str, example: str) -> str:
    """It stands on a document, so nothing in it may be hidden."""
    return clean(required(text, "reason", MOST_REASON, example), "reason", MOST_REASON)


async def void_invoice(ctx: Context, answers: Answers) -> Outcome:
    found = await find_invoice(ctx, answers["number"])
    await refuse_void(ctx, found)
    invoice, entry = await void(ctx.desk, await ctx.work.invoices.lock(found.id), answers["reason"])
    await end_stale_checkout(ctx, invoice.id)
    values = {
        "number": invoice.issued.number,
        "client": invoice.issued.buyer.name,
        "total": ctx.money(invoice.total),
    }
    if invoice.imported:
        text = _("{number} to {client} over {total} is void: nothing of it is owed here any more.", **values)
        return Reply((Notice(text, "success"),), (undo_button(entry),))
    text = _("{number} to {client} over {total} is void. Its number and document stay, marked.", **values)
    return Reply((Notice(text, "success"),), (Button(_("PDF"), "pdf", invoice.id.hex), undo_button(entry)))


COMMANDS = (
    Command(
        name="invoice",
        help=N_("Write an invoice"),
        run=write,
        group="invoices",
        example="/invoice Acme: 3h design @ 120, 2 x Hosting @ 49.90; vat 19%; due 14d",
        form=_form,
        read=_read,
        route=_route,
        asks=True,
        preset=bound_client,
        slash=True,
    ),
    Command(
        name="issue",
        help=N_("Issue a draft"),
        run=issue_draft,
        group="invoices",
        example="/issue",
        form=optional("draft"),
    ),
    Command(
        name="discard",
        help=N_("Throw a draft away"),
        run=discard,
        group="invoices",
        example="/discard",
        form=optional("draft"),
    ),
    Command(
        name="invoice show",
        help=N_("Show an invoice"),
        run=show,
        group="invoices",
        example="/invoice 2026-0007",
        form=number_form,
        read=whole("number"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="pdf",
        help=N_("Get the PDF of an invoice"),
        run=pdf,
        group="invoices",
        example="/pdf 2026-0007",
        form=_pdf_form,
        read=word_and_rest("number", "copy"),
        route=to_others("credit pdf", "quote pdf"),
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="void",
        help=N_("Void an invoice"),
        run=void_invoice,
        group="invoices",
        example="/void 2026-0007 wrong amount",
        form=_void_form,
        read=word_and_rest("number", "reason"),
        route=to_others("credit void", "quote withdraw"),
    ),
)
