"""Everything a business has as one file, for whoever owns it."""

from __future__ import annotations

from core.errors import N_
from core.party import Role
from handlers.command import Command, Where
from handlers.context import Context
from handlers.kinds import Answers, FileForm, Notice, Outcome, Reply, ReportFile, ReportKind, Text
from handlers.words import _, language


async def export(ctx: Context, answers: Answers) -> Outcome:
    """The zip is made after the commit; nobody waits for it meanwhile but this chat."""
    file = ReportFile(
        ReportKind.EXPORT, FileForm.ZIP, f"billhook-{ctx.today}.zip", ctx.today, ctx.today, language()
    )
    said = Notice(_("Everything of {business} as it stands now.", business=ctx.desk.business.name), "success")
    inside = Text(
        _("Invoices as PDF and XML, tables for a spreadsheet, and every row for programs. Keep it safe: it holds all "
          "that is known of your clients.")
    )  # fmt: skip
    return Reply((said, inside), attachments=(file,))


COMMANDS = (
    Command(
        name="export",
        help=N_("Get everything of your business as one file"),
        run=export,
        group="setup",
        example="/export",
        role=Role.OWNER,
        where=Where.PRIVATE,
    ),
)
