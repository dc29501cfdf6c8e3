"""Bringing clients or open invoices in from a file: shown first, imported as a whole, taken back by one press."""

from __future__ import annotations

from collections import defaultdict

from core.documents.sheets import Table, as_csv
from core.errors import N_, Conflict, NotFound
from core.importing import Fault, Import, Plan, Sheet
from core.money import Money
from core.party import Role
from core.usecases.importing import carry_out, keep_sheet, plan_import, waiting_file
from handlers.asking import SENT
from handlers.command import Command, Where, optional
from handlers.context import Context, as_id, undo_button
from handlers.forms import whole
from handlers.kinds import (
    Answers,
    Asked,
    Attachment,
    Block,
    Box,
    Button,
    Facts,
    Field,
    Lines,
    Notice,
    Outcome,
    Raw,
    Reply,
)
from handlers.reading.client_rows import read_clients
from handlers.reading.csv_file import read_csv
from handlers.reading.invoice_rows import Habits, is_of_invoices, read_invoices
from handlers.reading.text import shown
from handlers.words import _, sentence

SHOWN = 20
"""Wrong rows in the chat; a file has all of them."""
_PASTED = "rows.csv"
"""What rows are called that came without a file."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    """A file that came along is not asked for."""
    if ctx.manners.sheets:
        # The first words are the label of the box, the rest is the hint below it.
        prompt = _("Which rows shall be brought in? Paste them; the first one names the columns, such as "
                   "Name,Email,Country. Nothing is changed before you say so.")  # fmt: skip
    else:
        prompt = _("Send a CSV file of clients or of invoices, or write its rows here; the first one names the "
                   "columns. Nothing is changed before you say so.")  # fmt: skip
    return (Field("file", prompt, _rows, Asked.SILENT if ctx.files else Asked.REQUIRED, box=Box.TEXT),)


def _rows(text: str) -> str:
    if text != SENT:
        read_csv(text.encode())
    return text


async def show_import(ctx: Context, answers: Answers) -> Outcome:
    """Nothing is changed by it."""
    if ctx.files:
        name, content = shown(ctx.files[0].filename), ctx.files[0].content
    else:
        name, content = _PASTED, answers["file"].encode()
    sheet = _sheet(ctx, content)
    plan = await plan_import(ctx.desk, sheet)
    if faults := (*sheet.faults, *plan.faults):
        return _wrong(faults)
    if not plan.new and not plan.invoices:
        return Reply((Notice(_nothing(sheet)),))
    kept = await keep_sheet(ctx.desk, name, content)
    blocks: list[Block] = [
        Notice(_("This would be imported. Nothing is changed yet.")),
        _facts(ctx, sheet, plan),
    ]
    if sheet.left_out:
        names = shown(", ".join(sheet.left_out), 200)
        blocks.append(Notice(_("These columns are left out: {columns}", columns=names), "warning"))
    buttons = (
        Button(_("Import"), "import now", kept.id.hex, tone="primary"),
        Button(_("Cancel"), "import cancel", kept.id.hex),
    )
    return Reply(tuple(blocks), buttons)


def _sheet(ctx: Context, content: bytes) -> Sheet:
    file, business = read_csv(content), ctx.desk.business
    if not is_of_invoices(file):
        return read_clients(file, business.address.country)
    habits = Habits(
        business.currency, ctx.typing, business.terms, business.address.country, business.language, ctx.today
    )
    return read_invoices(file, habits)


def _nothing(sheet: Sheet) -> str:
    if sheet.settled:
        return _("Nothing is owed on any invoice of this file, so there is nothing to import.")
    return _("Everybody in this file is a client already, so there is nothing to import.")


def _facts(ctx: Context, sheet: Sheet, plan: Plan) -> Facts:
    pairs: list[tuple[str, str]] = []
    if plan.invoices:
        sums = defaultdict[str, int](int)
        for row, _whose in plan.invoices:
            sums[row.open.currency] += row.open.minor
        whole = ", ".join(ctx.money(Money(minor, code)) for code, minor in sorted(sums.items()))
        pairs += [
            (_("Open invoices"), f"{len(plan.invoices):,}"),
            (_("Open on them"), whole),
            (_("Paid, void or draft, left out"), f"{sheet.settled:,}"),
        ]
    pairs.append((_("New clients"), f"{len(plan.new):,}"))
    if sheet.clients:
        pairs.append((_("There already, left as they are"), f"{plan.known:,}"))
    if plan.renamed:
        names = ", ".join(f"{typed} = {called}" for typed, called in plan.renamed)
        pairs.append((_("Known by the e-mail address"), shown(names, 300)))
    if plan.new:
        first = ", ".join(row.name for row in plan.new[:3])
        pairs.append((_("For example"), shown(first, 100)))
        pairs.append((_("Country where none is named"), ctx.desk.business.address.country))
    return Facts(tuple(pairs))  # fmt: skip


def _wrong(faults: tuple[Fault, ...]) -> Reply:
    """All or nothing: a file of which a part came in could not be sent again."""
    rows = [(str(fault.row), fault.error.field, sentence(fault.error)) for fault in faults]
    header = (_("Row"), _("Column"), _("What is wrong"))
    text = _("Wrong rows: {count}. Nothing is imported; mend them and send the file again.", count=len(rows))
    blocks: list[Block] = [Notice(text, "warning"), Lines(header, tuple(rows[:SHOWN]), (0,))]
    if len(rows) <= SHOWN:
        return Reply(tuple(blocks))
    blocks.append(Notice(_("The file has all of them.")))
    content = as_csv(Table(_("Wrong rows"), header, tuple(rows)))
    return Reply(tuple(blocks), attachments=(Attachment("wrong-rows.csv", "text/csv", content),))


async def _waiting(ctx: Context, answers: Answers) -> Import:
    """What a button names; it is untrusted, and looked up within the business."""
    import_id = as_id(answers["import"] or "")
    if import_id is None:
        raise NotFound(N_("This file is not waiting any more. Please send it again."))
    return await ctx.work.imports.lock(import_id)


async def import_now(ctx: Context, answers: Answers) -> Outcome:
    """As things stand now: who was added since the file was shown is not added again."""
    waiting = await _waiting(ctx, answers)
    sheet = _sheet(ctx, await waiting_file(ctx.desk, waiting))
    plan = await plan_import(ctx.desk, sheet)
    if faults := (*sheet.faults, *plan.faults):
        return _wrong(faults)
    if not plan.new and not plan.invoices:
        raise Conflict(N_("Everybody in this file is a client already, so there is nothing to import."))
    _done, entry = await carry_out(ctx.desk, waiting, plan)
    clients, invoices = f"{len(plan.new):,}", f"{len(plan.invoices):,}"
    if not plan.invoices:
        text = _("Imported. New clients: {count}", count=clients)
        return Reply((Notice(text, "success"),), (Button(_("Clients"), "clients"), undo_button(entry)))
    text = _(
        "Imported. Open invoices: {invoices}, new clients: {clients}", invoices=invoices, clients=clients
    )
    more = Notice(
        _(
            "They are overdue, reminded and paid like others. Revenue and VAT leave them out, for they were declared "
            "where they were issued; their PDFs are there as well."
        )
    )
    return Reply(
        (Notice(text, "success"), more), (Button(_("Invoices"), "invoices", "open"), undo_button(entry))
    )


async def cancel_import(ctx: Context, answers: Answers) -> Outcome:
    await waiting_file(ctx.desk, await _waiting(ctx, answers))
    await ctx.work.imports.forget()
    return Reply((Notice(_("Nothing was imported, and the file is gone.")),))


COMMANDS = (
    Command(
        name="import",
        help=N_("Bring clients or open invoices in from a CSV file"),
        run=show_import,
        group="clients",
        example="/import",
        form=_form,
        read=whole("file"),
        role=Role.ADMIN,
        where=Where.PRIVATE,
    ),
    *(
        Command(
            name=name,
            help=help_,
            run=run,
            group="clients",
            example="/import",
            form=optional("import"),
            role=Role.ADMIN,
            where=Where.PRIVATE,
            typed=False,
        )
        for name, help_, run in (
            ("import now", N_("Import the file that was shown"), import_now),
            ("import cancel", N_("Leave the file that was shown"), cancel_import),
        )
    ),
)
