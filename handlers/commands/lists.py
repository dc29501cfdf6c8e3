"""Lists of invoices, with buttons for each row: `/invoices` and `/overdue`."""

from __future__ import annotations

from core.errors import N_
from core.party import Role
from core.views import Cursor, InvoiceFilter, InvoiceRow
from handlers.cards import row_status
from handlers.command import Command, optional
from handlers.commands.find import find_any_client
from handlers.commands.invoices import bound_client
from handlers.context import Context, page_buttons
from handlers.kinds import Answers, Ask, Asked, Button, Facts, Field, Lines, Notice, Outcome, Raw, Reply
from handlers.words import _

PAGE = 8


async def _list_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (
        Field("which", "", InvoiceFilter, Asked.SILENT),
        Field("client", "", str.strip, Asked.SILENT),
        Field("page", "", str, Asked.SILENT),
    )


def read_list(text: str) -> Raw:
    """`open Acme`, either of them, or neither; a button adds `page CURSOR` at the end."""
    rest, _word, page = text.partition(" page ") if " page " in text else (text, "", "")
    words = rest.split(maxsplit=1)
    raw: Raw = {"page": page} if page else {}
    if words and words[0].lower() in list(InvoiceFilter):
        raw["which"] = words.pop(0).lower()
    if words:
        raw["client"] = " ".join(words)
    return raw


async def list_invoices(ctx: Context, answers: Answers) -> Outcome:
    which: InvoiceFilter = answers["which"] or InvoiceFilter.ALL
    client = await find_any_client(ctx, answers["client"]) if answers["client"] else None
    if isinstance(client, Ask):
        return client
    cursor = Cursor.read(answers["page"] or "")
    page = await ctx.work.invoices.list_page(which, ctx.today, client.id if client else None, cursor, PAGE)
    title = _title(which, client.name if client else None)
    if not page.rows:
        return Reply((Notice(_("{title}: none.", title=title)),), (Button(_("New invoice"), "invoice"),))
    argument = f"{which.value} {client.id.hex}" if client else which.value
    return Reply(
        (invoice_table(ctx, page.rows, title),),
        (*_row_buttons(page.rows), *page_buttons(page, "invoices", f"{argument} page ")),
    )


def _title(which: InvoiceFilter, client: str | None) -> str:
    names = {
        InvoiceFilter.OPEN: _("Open invoices"), InvoiceFilter.DRAFT: _("Drafts"), InvoiceFilter.ALL: _("Invoices"),
        InvoiceFilter.OVERDUE: _("Overdue invoices"), InvoiceFilter.PAID: _("Paid invoices"),
    }  # fmt: skip
    return _("{list} of {client}", list=names[which], client=client) if client else names[which]


def invoice_table(ctx: Context, rows: tuple[InvoiceRow, ...], title: str) -> Lines:
    shown = tuple(
        (
            row.number or "–",
            row.client,
            str(row.due_on) if row.due_on else "–",
            ctx.money(row.total),
            ctx.money(row.balance) if row.balance else "–",
            row_status(ctx, row),
        )
        for row in rows
    )
    header = (_("Number"), _("Client"), _("Due"), _("Total"), _("Owed"), _("Status"))
    return Lines(header, shown, (3, 4), title)


def _row_buttons(rows: tuple[InvoiceRow, ...]) -> list[Button]:
    """Open, PDF and Paid for each row; a draft can only be opened, and of an imported one there is no PDF of ours."""
    buttons = []
    for row in rows:
        if row.number is None:
            label = _("Open draft for {client}", client=row.client)
            buttons.append(Button(label, "invoice show", row.id.hex))
            continue
        buttons.append(Button(_("Open {number}", number=row.number), "invoice show", row.id.hex))
        if not row.imported:
            buttons.append(Button(_("PDF {number}", number=row.number), "pdf", row.id.hex))
        if row.balance:
            buttons.append(Button(_("Paid {number}", number=row.number), "paid", row.id.hex))
    return buttons


async def overdue(ctx: Context, answers: Answers) -> Outcome:
    """Who owes what and since when: the sums per currency first, then the oldest."""
    totals = await ctx.work.invoices.overdue_totals(ctx.today)
    if not totals:
        return Reply((Notice(_("Nothing is overdue."), "success"),))
    cursor = Cursor.read((answers["page"] or "").removeprefix("page "))
    page = await ctx.work.invoices.list_page(InvoiceFilter.OVERDUE, ctx.today, None, cursor, PAGE)
    sums = tuple(
        (
            _("{count} overdue in {currency}", count=row.invoices, currency=row.owed.currency),
            ctx.money(row.owed),
        )
        for row in totals
    )
    buttons = (*_row_buttons(page.rows), *page_buttons(page, "overdue"))
    return Reply((Facts(sums, _("Overdue")), overdue_table(ctx, page.rows)), buttons)


def overdue_table(ctx: Context, rows: tuple[InvoiceRow, ...]) -> Lines:
    shown = tuple(
        (row.number or "–", row.client, ctx.money(row.balance), ctx.day(row.due_on) if row.due_on else "–")
        for row in rows
    )
    return Lines((_("Number"), _("Client"), _("Owed"), _("Since")), shown, (2,))


COMMANDS = (
    Command(
        name="invoices",
        help=N_("List invoices: open, draft, overdue, paid or all"),
        run=list_invoices,
        group="invoices",
        example="/invoices open Acme",
        form=_list_form,
        read=read_list,
        role=Role.ACCOUNTANT,
        preset=bound_client,
        slash=True,
    ),
    Command(
        name="overdue",
        help=N_("Who is late, and since when"),
        run=overdue,
        group="money",
        example="/overdue",
        form=optional("page"),
        role=Role.ACCOUNTANT,
        slash=True,
    ),
)
