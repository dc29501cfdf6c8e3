"""`/recurring`: invoices that come by themselves are set up, listed, paused, resumed, skipped and ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from core.audit import Entry
from core.errors import N_, InvalidInput, NotFound
from core.party import Client, Role
from core.series import PREVIEWED, Covers, Does, Series, SeriesState, missed, usual_cover
from core.usecases.desk import Desk
from core.usecases.series import (
    change_doing,
    end_series,
    pause_series,
    resume_series,
    skip_next,
    start_series,
)
from core.views import Cursor
from handlers.command import Command, optional
from handlers.commands.drafting import lines_field, new_draft, option_fields, sold
from handlers.commands.find import find_any_client, find_client
from handlers.commands.goods import goods_in, offered_products
from handlers.commands.invoices import bound_client
from handlers.commands.offering import client_search
from handlers.context import Context, as_id, page_buttons, undo_button
from handlers.forms import whole
from handlers.kinds import (
    Answers,
    Ask,
    Asked,
    Box,
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
from handlers.reading.dates import read_date
from handlers.reading.fields import split_fields
from handlers.reading.invoice_text import split_invoice
from handlers.reading.recurrences import find_rule, read_covers, read_rule, read_times
from handlers.reading.text import bare, required, shown
from handlers.recurring import payable, rule_text, series_buttons, series_card, state_text
from handlers.words import _

PAGE = 8
_SOME_DAY = date(2026, 1, 1)
"""Whether words say how often something comes does not depend on the day."""
OPTIONS = ("every", "then", "from", "until", "times", "due", "early", "vat", "discount", "currency", "ref", "order",
           "note", "incl", "period")  # fmt: skip
LEFT_OUT = frozenset({"on", "period", "delivered"})
"""Each invoice has dates of its own."""
_THEN = {bare(word): does for word, does in (
    ("draft", Does.DRAFT), ("issue", Does.ISSUE), ("send", Does.SEND), ("mail", Does.SEND),
    ("entwurf", Does.DRAFT), ("ausstellen", Does.ISSUE), ("senden", Does.SEND),
    ("brouillon", Does.DRAFT), ("émettre", Does.ISSUE), ("envoyer", Does.SEND),
    ("borrador", Does.DRAFT), ("emitir", Does.ISSUE), ("enviar", Does.SEND),
)}  # fmt: skip


# -- setting one up ----------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    page = await ctx.work.clients.list_page(None, PAGE)
    clients = tuple(Option(row.name, row.id.hex) for row in page.rows)
    today, language = ctx.today, ctx.desk.business.language

    def day(name: str) -> Callable[[str], date]:
        return lambda text: read_date(text, name, today, language)

    return (
        Field("client", _("Who is it for?"), lambda text: required(text, "client", 200, "Acme"), options=clients,
              search=client_search(ctx, adding=True)),
        Field("every", _("How often? For example monthly on 31, every 2 weeks on friday, quarterly on last day."),
              lambda text: checked_rule(text, today, language), options=usual_rules()),
        lines_field(
            ctx, Asked.REQUIRED, await goods_in(ctx, raw.get("lines")), await offered_products(ctx, raw.get("lines"))
        ),
        Field("then", _("What shall be done on each day?"), _read_then, Asked.SILENT, options=_doings(ctx),
              box=Box.CHOICE),
        Field("from", _("From which day on?"), day("from"), Asked.SILENT, box=Box.DAY),
        Field("until", _("Until which day?"), day("until"), Asked.SILENT, box=Box.DAY),
        Field("times", _("How many invoices in all?"), read_times, Asked.SILENT),
        covers_field(),
        *(field for field in option_fields(ctx) if field.name not in LEFT_OUT),
    )  # fmt: skip


def checked_rule(text: str, today: date, language: str) -> str:
    """As typed: from which day on it counts is known when the whole form is there."""
    read_rule(text, today, language)
    return text


def covers_field() -> Field:
    """Which time each invoice is for."""
    options = (
        Option(_("The time after its day"), Covers.AHEAD.value),
        Option(_("The time before its day"), Covers.BEHIND.value),
        Option(_("Not said"), Covers.NOTHING.value),
    )
    prompt = _("Which time is each invoice for: ahead, behind, or none?")
    return Field("period", prompt, read_covers, Asked.SILENT, options, box=Box.CHOICE)


def usual_rules() -> tuple[Option, ...]:
    return (
        Option(_("Every month, on the first day"), "monthly on 1"),
        Option(_("Every month, on the last day"), "monthly on last day"),
        Option(_("Every quarter, on the last day"), "quarterly on last day"),
    )


def _doings(ctx: Context) -> tuple[Option, ...]:
    found = (Option(_("Only draft it"), "draft"), Option(_("Issue by itself"), "issue"))
    return (*found, Option(_("Issue and mail by itself"), "send")) if ctx.mailing else found


def _read_then(text: str) -> Does:
    word = bare(text.strip())
    if word not in _THEN:
        raise InvalidInput(
            "then", N_("“{value}” is none of draft, issue and send."), "issue", value=shown(text)
        )
    return _THEN[word]


def _read(text: str) -> Raw:
    """`Acme monthly on 31: hosting @ 50; until 2027-12-31; then issue`."""
    head, semicolon, rest = text.partition(";")
    raw: Raw = {**split_invoice(head)} if head.strip() else {}
    named, every = _split_rule(raw.pop("client", None) or "")
    raw |= {name: value for name, value in (("client", named), ("every", every)) if value}
    return {**raw, **split_fields(f";{rest}", OPTIONS, "recurring", flags=("incl",))} if semicolon else raw


def _split_rule(text: str) -> tuple[str, str]:
    """A name, and behind it the longest end that reads as a rule."""
    words = text.split()
    for place in range(len(words)):
        behind = " ".join(words[place:])
        if find_rule(behind, _SOME_DAY) is not None:
            return " ".join(words[:place]), behind
    return text, ""


async def _route(ctx: Context, text: str) -> str | None:
    """Said alone, it shows what there is, and asks where there is nothing."""
    return "recurring list" if not text.strip() and await ctx.work.series.list_live(1) else None


async def set_up(ctx: Context, answers: Answers) -> Outcome:
    client = await find_client(ctx, answers["client"])
    if isinstance(client, (Ask, Detour)):
        return client
    client = await sold(ctx, client, answers["vat"])
    begins = answers["from"] or ctx.today
    rule = read_rule(answers["every"], begins, ctx.desk.business.language)
    draft = new_draft(ctx, client, {**answers, **dict.fromkeys(LEFT_OUT)})
    series, entry = await start_series(
        ctx.desk, draft, rule, answers["then"] or Does.DRAFT, answers["until"], answers["times"],
        covers=answers["period"] or usual_cover(rule),
    )  # fmt: skip
    text = _("Billed to {client} by itself from {first} on.", client=client.name, first=series.next_on)
    return shown_series(ctx, series, client, Notice(text, "success"), undo_button(entry))


def shown_series(ctx: Context, series: Series, client: Client, notice: Notice, *more: Button) -> Reply:
    return Reply((notice, *series_card(ctx, series, client)), (*series_buttons(ctx, series), *more))


# -- what there is -----------------------------------------------------------------------------------


async def list_all(ctx: Context, answers: Answers) -> Outcome:
    page = await ctx.work.series.list_page(Cursor.read(answers["page"] or ""), PAGE)
    new = Button(_("New recurring invoice"), "recurring new")
    if not page.rows:
        return Reply((Notice(_("Nothing is billed by itself.")),), (new,))
    rows, buttons = [], []
    for series in page.rows:
        client = await ctx.work.clients.get(series.draft.client_id)
        rows.append((client.name, rule_text(series.rule), str(series.next_on or "–"), state_text(series),
                     ctx.money(payable(ctx, series))))  # fmt: skip
        buttons.append(Button(_("Show {client}", client=client.name), "recurring show", series.id.hex))
    header = (_("Client"), _("How often"), _("Next"), _("Status"), _("Total"))
    buttons += page_buttons(page, "recurring list")
    return Reply((Lines(header, tuple(rows), (4,), _("Recurring invoices")),), (*buttons, new))


async def one_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    """Raises NotFound where there is none to choose from."""
    found = await ctx.work.series.list_live(PAGE) if not raw.get("series") else ()
    if not found and not raw.get("series"):
        raise NotFound(
            N_("Nothing is billed by itself. Set it up: /recurring Acme monthly on 31: Hosting @ 50")
        )
    options = [Option(await _label(ctx, series), series.id.hex) for series in found]
    return (
        Field("series", _("Which recurring invoice?"), lambda text: required(text, "series", 200, "Acme"),
              options=tuple(options)),
    )  # fmt: skip


async def _label(ctx: Context, series: Series) -> str:
    client = await ctx.work.clients.get(series.draft.client_id)
    return _("{client}, {often}", client=client.name, often=rule_text(series.rule))


async def find_series(ctx: Context, text: str) -> Series | Ask:
    """By a button's id, or by its client."""
    series_id = as_id(text)
    if series_id is not None:
        return await ctx.work.series.get(series_id)
    client = await find_any_client(ctx, text, "series")
    if isinstance(client, Ask):
        return client
    found = await ctx.work.series.list_live(PAGE, client.id)
    if not found:
        raise NotFound(N_("Nothing is billed to {name} by itself."), name=client.name)
    if len(found) == 1:
        return found[0]
    options = [Option(await _label(ctx, series), series.id.hex) for series in found]
    return Ask("series", _("Which one do you mean?"), tuple(options))


async def show(ctx: Context, answers: Answers) -> Outcome:
    found = await find_series(ctx, answers["series"])
    if isinstance(found, Ask):
        return found
    client = await ctx.work.clients.get(found.draft.client_id)
    return Reply(series_card(ctx, found, client), series_buttons(ctx, found))


# -- changing one ------------------------------------------------------------------------------------

Change = Callable[[Desk, Series], Awaitable[tuple[Series, Entry]]]


def _changing(
    change: Change, say: Callable[[Series, Series, Client], str]
) -> Callable[..., Awaitable[Outcome]]:
    """`say` is given it before and after, and whom it bills."""

    async def run(ctx: Context, answers: Answers) -> Outcome:
        found = await find_series(ctx, answers["series"])
        return found if isinstance(found, Ask) else await _change(ctx, found, change, say)

    return run


async def _change(
    ctx: Context, found: Series, change: Change, say: Callable[[Series, Series, Client], str]
) -> Reply:
    before = await ctx.work.series.lock(found.id)
    after, entry = await change(ctx.desk, before)
    client = await ctx.work.clients.get(after.draft.client_id)
    text = say(before, after, client)
    buttons = (undo_button(entry), Button(_("Show"), "recurring show", after.id.hex))
    return Reply((Notice(text, "success"),), buttons)


def _paused(_before: Series, _after: Series, client: Client) -> str:
    return _("The recurring invoice to {client} is paused. What falls into the pause is not made up for.",
             client=client.name)  # fmt: skip


def _resumed(before: Series, after: Series, client: Client) -> str:
    if after.state is SeriesState.ENDED:
        return _(
            "The recurring invoice to {client} is over: its last day fell into the pause.", client=client.name
        )
    days = missed(before, after)
    if not days:
        return _("The recurring invoice to {client} goes on: the next one comes on {date}.", client=client.name,
                 date=after.next_on)  # fmt: skip
    # Who resumes after three failures would else wait for the invoice that failed.
    left_out = ", ".join(map(str, days)) + (" …" if len(days) == PREVIEWED else "")
    return _("The recurring invoice to {client} goes on: the next one comes on {date}. What fell into the pause is not "
             "made up for: {days}. Write by hand what is still to be billed.", client=client.name,
             date=after.next_on, days=left_out)  # fmt: skip


def _skipped(before: Series, after: Series, client: Client) -> str:
    if after.state is SeriesState.ENDED:
        return _("{date} is skipped, and the recurring invoice to {client} is over.", date=before.next_on,
                 client=client.name)  # fmt: skip
    return _("{date} is skipped: the next invoice to {client} comes on {next}.", date=before.next_on,
             client=client.name, next=after.next_on)  # fmt: skip


def _ended(_before: Series, _after: Series, client: Client) -> str:
    return _("Nothing is billed to {client} by this recurring invoice any more.", client=client.name)


def _now_does(_before: Series, after: Series, client: Client) -> str:
    return {
        Does.DRAFT: _("Invoices to {client} are only drafted from now on.", client=client.name),
        Does.ISSUE: _("Invoices to {client} are issued by themselves from now on.", client=client.name),
        Does.SEND: _(
            "Invoices to {client} are issued and mailed by themselves from now on.", client=client.name
        ),
    }[after.does]


async def _then_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    (which,) = await one_form(ctx, raw)
    prompt = _("What shall be done on each day?")
    return which, Field("then", prompt, _read_then, options=_doings(ctx), box=Box.CHOICE)


def _read_doing(text: str) -> Raw:
    """`Acme issue`, or a button's id and a word."""
    name, _blank, last = text.strip().rpartition(" ")
    if name and bare(last) in _THEN:
        return {"series": name, "then": last}
    return {"series": text.strip()} if text.strip() else {}


async def then(ctx: Context, answers: Answers) -> Outcome:
    found = await find_series(ctx, answers["series"])
    if isinstance(found, Ask):
        return found
    does: Does = answers["then"]
    return await _change(ctx, found, lambda desk, series: change_doing(desk, series, does), _now_does)


def _command(name: str, text: str, run: Callable[..., Awaitable[Outcome]], **more: Any) -> Command:
    """About one of them."""
    usual = {"form": one_form, "read": whole("series"), "example": f"/recurring {name} Acme"}
    return Command(name=f"recurring {name}", help=text, run=run, group="invoices", **{**usual, **more})


COMMANDS = (
    Command(
        name="recurring",
        help=N_("Bill something again and again, by itself"),
        run=set_up,
        group="invoices",
        example="/recurring Acme monthly on 31: Hosting @ 50; then issue",
        form=_form,
        read=_read,
        route=_route,
        preset=bound_client,
    ),
    Command(
        name="recurring new",
        help=N_("Bill something again and again, by itself"),
        run=set_up,
        form=_form,
        read=_read,
        preset=bound_client,
        typed=False,
    ),
    Command(
        name="recurring list",
        menu=True,
        help=N_("What is billed by itself"),
        run=list_all,
        group="invoices",
        example="/recurring list",
        form=optional("page"),
        role=Role.ACCOUNTANT,
    ),
    _command("show", N_("Show a recurring invoice and its next days"), show, role=Role.ACCOUNTANT),
    _command("preview", N_("Show the next five days of a recurring invoice"), show, role=Role.ACCOUNTANT),
    _command("pause", N_("Pause a recurring invoice"), _changing(pause_series, _paused)),
    _command("resume", N_("Resume a recurring invoice"), _changing(resume_series, _resumed)),
    _command("skip", N_("Leave the next recurring invoice out"), _changing(skip_next, _skipped)),
    _command("end", N_("End a recurring invoice"), _changing(end_series, _ended)),
    _command(
        "then",
        N_("Say what is done on each day"),
        then,
        form=_then_form,
        read=_read_doing,
        example="/recurring then Acme issue",
    ),
)
