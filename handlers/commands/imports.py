"""Bringing clients in from a file of another program: shown first, imported as a whole, and taken back by one press."""

from __future__ import annotations

from core.documents.sheets import Table, as_csv
from core.errors import N_, Conflict, InvalidInput, NotFound
from core.importing import Fault, Import, Plan, Sheet
from core.party import Role
from core.usecases.importing import carry_out, keep_sheet, plan_import, waiting_file
from handlers.command import Command, Where, optional
from handlers.context import Context, as_id, undo_button
from handlers.kinds import Answers, Attachment, Block, Button, Facts, Lines, Notice, Outcome, Reply
from handlers.reading.client_rows import read_clients
from handlers.reading.csv_file import EXAMPLE, read_csv
from handlers.reading.text import shown
from handlers.words import _, sentence

SHOWN = 20
"""Wrong rows in the chat; a file has all of them."""


async def show_import(ctx: Context, answers: Answers) -> Outcome:
    """Nothing is changed by it."""
    if not ctx.files:
        raise InvalidInput(
            "file",
            N_("Send a CSV file of clients along, with a column Name; nothing is changed before you say so."),
            EXAMPLE,
        )  # fmt: skip
    file = ctx.files[0]
    sheet = _sheet(ctx, file.content)
    if sheet.faults:
        return _wrong(sheet.faults)
    plan = await plan_import(ctx.desk, sheet)
    if not plan.new:
        return Reply(
            (Notice(_("Everybody in this file is a client already, so there is nothing to import.")),)
        )
    kept = await keep_sheet(ctx.desk, shown(file.filename), file.content)
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
    return read_clients(read_csv(content), ctx.desk.business.address.country)


def _facts(ctx: Context, sheet: Sheet, plan: Plan) -> Facts:
    first = ", ".join(row.name for row in plan.new[:3])
    home = ctx.desk.business.address.country
    return Facts((
        (_("New clients"), f"{len(plan.new):,}"),
        (_("There already, left as they are"), f"{plan.known:,}"),
        (_("For example"), shown(first, 100)),
        (_("Country where none is named"), home),
    ))  # fmt: skip


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
    if sheet.faults:
        return _wrong(sheet.faults)
    plan = await plan_import(ctx.desk, sheet)
    if not plan.new:
        raise Conflict(N_("Everybody in this file is a client already, so there is nothing to import."))
    _done, entry = await carry_out(ctx.desk, waiting, plan)
    text = _("Imported. New clients: {count}", count=f"{len(plan.new):,}")
    return Reply((Notice(text, "success"),), (Button(_("Clients"), "clients"), undo_button(entry)))


async def cancel_import(ctx: Context, answers: Answers) -> Outcome:
    await waiting_file(ctx.desk, await _waiting(ctx, answers))
    await ctx.work.imports.forget()
    return Reply((Notice(_("Nothing was imported, and the file is gone.")),))


COMMANDS = (
    Command(
        name="import",
        help=N_("Bring clients in from a CSV file"),
        run=show_import,
        group="clients",
        example="/import",
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
