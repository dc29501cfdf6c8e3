"""A statement of account goes to its client by mail, once somebody has seen to whom and with which words."""

from __future__ import annotations

from core.errors import N_, Conflict, InvalidInput
from core.invoice import Period
from core.party import Client, Role
from core.usecases.plan import plan_of
from core.usecases.report import statement_of
from core.usecases.sending import check_quota, check_statement_sendable
from handlers.command import Command
from handlers.commands.find import find_any_client, named_client
from handlers.commands.sending import NOW, as_read, must_be_on
from handlers.context import Context
from handlers.handing_out import hand_out_statement
from handlers.kinds import (
    Answers,
    Ask,
    Asked,
    Box,
    Button,
    Field,
    FileForm,
    Notice,
    Outcome,
    Raw,
    Reply,
    ReportFile,
    ReportKind,
)
from handlers.letters import covering_statement
from handlers.reading.parties import read_email
from handlers.reading.spans import read_span
from handlers.words import _, language


def statement_pdf(client: Client, period: Period) -> ReportFile:
    name = f"statement-{period.start}-{period.end}.pdf"
    return ReportFile(
        ReportKind.STATEMENT, FileForm.PDF, name, period.start, period.end, language(), client.id
    )


def send_buttons(ctx: Context, argument: str) -> tuple[Button, ...]:
    """For who may send, where anything can be sent."""
    if ctx.mailing is None or not ctx.desk.member.role.reaches(Role.MEMBER):
        return ()
    return (Button(_("Send"), "statement send", argument),)


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    must_be_on(ctx)
    client = await named_client(ctx, raw.get("client") or "")
    asked = Asked.REQUIRED if client is not None and not client.email else Asked.SILENT
    return (
        Field("client", "", str.strip, Asked.SILENT),
        Field("period", "", lambda text: read_span(text, ctx.today, language()), Asked.SILENT),
        Field("email", _("To which mail address?"), read_email, asked, box=Box.MAIL),
        Field("sure", "", str.strip, Asked.SILENT),
    )


def _read(text: str) -> Raw:
    """`CLIENT PERIOD [ADDRESS now:TOKEN]`, as the buttons say it."""
    return dict(zip(("client", "period", "email", "sure"), text.split(), strict=False))


async def send(ctx: Context, answers: Answers) -> Outcome:
    must_be_on(ctx)
    client = await find_any_client(ctx, answers["client"] or "")
    if isinstance(client, Ask):
        return client
    desk, email = ctx.desk, answers["email"] or client.email
    period: Period = answers["period"] or read_span("year", ctx.today)
    sure, _colon, token = (answers["sure"] or "").partition(":")
    if sure.lower() not in ("", NOW):
        raise InvalidInput("period", N_("Please ask for the statement again: /statement"), "/statement")
    statement = await statement_of(ctx.work, desk.business, client, period, ctx.today, await plan_of(desk))
    await check_statement_sendable(desk, statement, email)
    file = statement_pdf(client, period)
    values = {"client": client.name, "start": period.start, "end": period.end, "email": email}
    if not sure:
        press = f"{client.id.hex} {period.start}..{period.end} {email} {NOW}:{ctx.ids.token()}"
        question = Notice(_("Send the account of {client} from {start} to {end} to {email}?", **values))
        said = (question, *as_read(ctx, covering_statement(ctx, client, file)))
        return Reply(said, (Button(_("Send"), "statement send", press, tone="primary"),))
    await check_quota(desk)
    if not await hand_out_statement(ctx, client, file, email, token or ctx.ids.token()):
        raise Conflict(N_("This statement was sent to {email} with this button already."), email=email)
    text = _("The account of {client} from {start} to {end} is on its way to {email}. If it does not arrive, you are "
             "told.", **values)  # fmt: skip
    return Reply((Notice(text, "success"),), (Button(_("Deliveries"), "deliveries"),))


COMMANDS = (
    Command(
        name="statement send",
        help=N_("Mail a client's statement of account"),
        run=send,
        form=_form,
        read=_read,
        typed=False,
    ),
)
