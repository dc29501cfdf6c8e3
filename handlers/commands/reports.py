"""Reports: who owes what since when, a client's account, and revenue with its taxes; in the chat and as files."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import N_, InvalidInput
from core.invoice import Period
from core.money import CURRENCIES
from core.party import Client, Role
from core.plan import Feature
from core.rates import home_currency
from core.usecases.plan import must_include, plan_of
from core.usecases.report import aging_on, statement_of, summary_of
from handlers.choices import search_currencies
from handlers.command import Command
from handlers.commands.client_fields import which_client
from handlers.commands.find import find_any_client
from handlers.commands.invoices import bound_client
from handlers.commands.statement_sending import send_buttons
from handlers.context import Context
from handlers.kinds import (
    Answers,
    Ask,
    Asked,
    Block,
    Button,
    Field,
    FileForm,
    Notice,
    Option,
    Outcome,
    Raw,
    Reply,
    ReportFile,
    ReportKind,
)
from handlers.reading.parties import read_currency
from handlers.reading.spans import is_span, is_turned, read_span
from handlers.reading.text import shown
from handlers.report_cards import account_facts, aging_blocks, left_out_notice, revenue_blocks
from handlers.words import _, language

_FORMS = {"csv": FileForm.CSV, "xlsx": FileForm.XLSX, "pdf": FileForm.PDF, "chart": FileForm.PNG}
_SHEETS = ("csv", "xlsx")


# -- what is typed ---------------------------------------------------------------------------------


def _file_field(*words: str) -> Field:
    def parse(text: str) -> FileForm:
        word = text.strip().lower()
        if word not in words:
            raise InvalidInput(
                "file", N_("“{value}” is not one of: {names}."), words[0], value=shown(text), names=", ".join(words)
            )  # fmt: skip
        return _FORMS[word]

    options = tuple(Option(label, word) for word, label in _labels().items() if word in words)
    return Field("file", _("Which file shall it be?"), parse, Asked.SILENT, options=options)


def _period_field(ctx: Context) -> Field:
    prompt = _("For which time? Such as 2026-Q1, last month or 2026-01-01..2026-03-31.")
    return Field("period", prompt, lambda text: read_span(text, ctx.today, language()), Asked.SILENT)


def _currency_field() -> Field:
    return Field("in", _("In which currency shall all of it be?"), read_currency, Asked.SILENT,
                 search=search_currencies)  # fmt: skip


async def _aging_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return _currency_field(), _file_field(*_SHEETS)


async def _report_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return _period_field(ctx), _currency_field(), _file_field(*_SHEETS, "chart")


async def _statement_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    asked = await which_client(N_("Which client is the statement for?"))(ctx, raw)
    return (*asked, _period_field(ctx), _file_field(*_SHEETS, "pdf"))


def _take_currency(words: list[str]) -> Raw:
    """`in EUR` among the words, which it is taken out of."""
    for place in range(len(words) - 1):
        code = words[place + 1].upper()
        if words[place].lower() == "in" and code in CURRENCIES:
            del words[place : place + 2]
            return {"in": code}
    return {}


def _read_aging(text: str) -> Raw:
    words = text.split()
    raw = _take_currency(words)
    return {**raw, "file": " ".join(words)} if words else raw


def read_report(text: str) -> Raw:
    """`2026-Q1 in EUR chart`, or some of it."""
    words = text.split()
    raw: Raw = _take_currency(words)
    return {**raw, **_read_period_and_file(words)}


def _read_period_and_file(words: list[str]) -> Raw:
    raw: Raw = {"file": words.pop()} if words and words[-1].lower() in _FORMS else {}
    return {**raw, "period": " ".join(words)} if words else raw


def read_statement(text: str) -> Raw:
    """`Acme GmbH 2026-Q1`: what at the end reads as a stretch of time is one. Behind a `;` stands any other."""
    first, semicolon, rest = text.partition(";")
    if semicolon and rest.strip():
        return {"client": first.strip(), **_read_period_and_file(rest.split())}
    words = first.split()
    raw: Raw = {"file": words.pop()} if len(words) > 1 and words[-1].lower() in _FORMS else {}
    count = 0
    if len(words) > 2 and is_turned(*words[-2:]):
        count = 2
    elif words and is_span(words[-1]):
        count = 1
    if count:
        raw["period"] = " ".join(words[-count:])
    name = " ".join(words[: len(words) - count])
    return {**raw, "client": name} if name else raw


# -- files -----------------------------------------------------------------------------------------


def _labels() -> dict[str, str]:
    return {"csv": "CSV", "xlsx": "XLSX", "chart": _("Chart"), "pdf": _("PDF")}


def _buttons(command: str, argument: str, *words: str) -> tuple[Button, ...]:
    labels = _labels()
    return tuple(Button(labels[word], command, f"{argument} {word}".strip()) for word in words)


def _typed(period: Period) -> str:
    return f"{period.start}..{period.end}"


def _file(
    kind: ReportKind,
    form: FileForm,
    name: str,
    period: Period,
    client: Client | None = None,
    currency: str = "",
) -> ReportFile:
    name = f"{name}-{currency}" if currency else name
    return ReportFile(
        kind, form, f"{name}.{form.value}", period.start, period.end, language(), client.id if client else None,
        currency,
    )  # fmt: skip


def _with_file(text: str, file: ReportFile) -> Reply:
    return Reply((Notice(text),), attachments=(file,))


# -- who owes what ---------------------------------------------------------------------------------


async def show_aging(ctx: Context, answers: Answers) -> Outcome:
    currency: str = answers["in"] or ""
    report = await aging_on(ctx.work, ctx.today, currency)
    if not report.tables and not report.left_out:
        return Reply(
            (Notice(_("Nobody owes you anything."), "success"),), (Button(_("New invoice"), "invoice"),)
        )
    form: FileForm | None = answers["file"]
    if form is not None:
        today = Period(ctx.today, ctx.today)
        file = _file(ReportKind.AGING, form, f"aging-{ctx.today}", today, currency=currency)
        return _with_file(_("What is owed by age on {date}", date=ctx.today), file)
    blocks = (*aging_blocks(ctx, report), *left_out_notice(ctx, report.left_out, currency))
    codes = [table.currency for table in report.tables]
    buttons = (*_buttons("aging", _in(currency), *_SHEETS), *_converting(ctx, "aging", "", codes))
    return Reply(blocks, (*buttons, Button(_("Overdue"), "overdue")))


# -- a client's account ----------------------------------------------------------------------------


async def show_statement(ctx: Context, answers: Answers) -> Outcome:
    client = await find_any_client(ctx, answers["client"])
    if isinstance(client, Ask):
        return client
    period: Period = answers["period"] or read_span("year", ctx.today)
    desk = ctx.desk
    statement = await statement_of(ctx.work, desk.business, client, period, ctx.today, await plan_of(desk))
    form: FileForm | None = answers["file"]
    file = _file(
        ReportKind.STATEMENT, form or FileForm.PDF, f"statement-{period.start}-{period.end}", period, client
    )
    text = _(
        "Account of {client} from {start} to {end}", client=client.name, start=period.start, end=period.end
    )
    if form is not None:
        return _with_file(text, file)
    argument = f"{client.id.hex} {_typed(period)}"
    buttons = (
        *_buttons("statement", argument, *_SHEETS),
        *send_buttons(ctx, argument),
        Button(_("Invoices"), "invoices", f"all {client.id.hex}"),
    )
    if not statement.accounts:
        nothing = Notice(_("Nothing was invoiced or paid in this time, and nothing is owed."))
        return Reply((Notice(text), nothing), buttons[-1:])
    facts = tuple(account_facts(ctx, account) for account in statement.accounts)
    return Reply((Notice(text), *facts), buttons, (file,))


# -- revenue and taxes -----------------------------------------------------------------------------


async def show_report(ctx: Context, answers: Answers) -> Outcome:
    period: Period = answers["period"] or read_span("year", ctx.today)
    form: FileForm | None = answers["file"]
    if form is FileForm.PNG:
        await must_include(ctx.desk, Feature.CHARTS)
    currency: str = answers["in"] or ""
    report = await summary_of(ctx.work, period, currency)
    text = _("Revenue and VAT from {start} to {end}", start=period.start, end=period.end)
    if not report.currencies and not report.left_out:
        nothing = Notice(_("Nothing was invoiced or received in this time."))
        return Reply((Notice(text), nothing), (Button(_("New invoice"), "invoice"),))
    if form is not None and (report.currencies or form is not FileForm.PNG):
        return _with_file(
            text,
            _file(
                ReportKind.SUMMARY, form, f"revenue-{period.start}-{period.end}", period, currency=currency
            ),
        )
    blocks: list[Block] = [block for revenue in report.currencies for block in revenue_blocks(ctx, revenue)]
    blocks += left_out_notice(ctx, report.left_out, currency)
    codes = [revenue.currency for revenue in report.currencies]
    argument = f"{_typed(period)} {_in(currency)}".strip()
    buttons = (
        *_buttons("report", argument, *_SHEETS, "chart"),
        *_converting(ctx, "report", _typed(period), codes),
    )
    return Reply((Notice(text), *blocks), buttons)


# -- in one currency -------------------------------------------------------------------------------


def _in(currency: str) -> str:
    return f"in {currency}" if currency else ""


def _converting(ctx: Context, command: str, argument: str, codes: Sequence[str]) -> tuple[Button, ...]:
    """A way to the same in the home currency, where there is another one."""
    home = home_currency(ctx.desk.business)
    if not any(code != home for code in codes):
        return ()
    return (Button(_("In {currency}", currency=home), command, f"{argument} {_in(home)}".strip()),)


COMMANDS = (
    Command(
        name="aging",
        help=N_("Who owes what, by how late it is"),
        run=show_aging,
        group="money",
        example="/aging",
        form=_aging_form,
        read=_read_aging,
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="statement",
        help=N_("Get a client's statement of account"),
        run=show_statement,
        group="money",
        example="/statement Acme 2026-Q1",
        form=_statement_form,
        read=read_statement,
        role=Role.ACCOUNTANT,
        preset=bound_client,
    ),
    Command(
        name="report",
        help=N_("Revenue and VAT of a year, a quarter or a month"),
        run=show_report,
        group="money",
        example="/report 2026-Q1",
        form=_report_form,
        read=read_report,
        role=Role.ACCOUNTANT,
    ),
)
