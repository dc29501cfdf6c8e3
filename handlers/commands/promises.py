"""Promises to pay: a client's word, until when nobody reminds them."""

from __future__ import annotations

from datetime import date

from core.errors import N_, Conflict, InvalidInput, NotFound
from core.party import Client
from core.promise import resumes_on
from core.usecases.promise import make_promise, withdraw_promise
from core.views import InvoiceFilter
from handlers.command import Command
from handlers.commands.find import find_any_client
from handlers.commands.offering import client_search
from handlers.context import Context, undo_button
from handlers.kinds import Answers, Ask, Box, Button, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.dates import read_date
from handlers.reading.text import bare, required, shown
from handlers.words import _

BACK = "-"
MOST_OFFERED = 8
_LOOKED_THROUGH = 50
"""Open invoices whose clients are offered, the longest overdue first."""
_MOST_WORDS = 4
"""Of a date: `Friday, 4. December 2026`."""


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    typed = raw.get("client") or ""
    unknown = bool(typed) and "date" not in raw and await _only_begins_with_a_name(ctx, typed)
    options = await _debtors(ctx) if not typed else ()
    if not typed and not options:
        raise NotFound(N_("Nothing is owed to you, so there is nothing to promise."))
    today, language = ctx.today, ctx.desk.business.language

    def client(text: str) -> str:
        if unknown:
            raise InvalidInput(
                "client", N_("There is no client named “{value}”; behind the name stands a day to come."),
                f"{text.rsplit(maxsplit=1)[0]} friday", value=shown(text),
            )  # fmt: skip
        return required(text, "client", 200, "Acme")

    days = (
        Option(_("Tomorrow"), "tomorrow"),
        Option(_("Friday"), "friday"),
        Option(_("In a week"), _in_days(today, 7)),
        Option(_("In two weeks"), _in_days(today, 14)),
    )
    return (
        Field("client", _("Who promised to pay?"), client, options=options, search=client_search(ctx)),
        Field("date", _("By which day? - takes the promise back."), lambda text: _read_day(text, today, language),
              options=days, box=Box.DAY),
    )  # fmt: skip


def _in_days(today: date, days: int) -> str:
    return date.fromordinal(today.toordinal() + days).isoformat()


def _read_day(text: str, today: date, language: str) -> date | str:
    return BACK if bare(text.strip()) in (BACK, "none", "off") else read_date(text, "date", today, language)


async def _only_begins_with_a_name(ctx: Context, text: str) -> bool:
    """What stands behind the name was meant to be a day."""
    name, _blank, day = text.rpartition(" ")
    if not name or not day or await ctx.work.clients.search(text, 1):
        return False
    return bool(await ctx.work.clients.search(name, 1))


async def _debtors(ctx: Context) -> tuple[Option, ...]:
    """Clients who owe something, those who are late first."""
    found: dict[str, str] = {}
    for which in (InvoiceFilter.OVERDUE, InvoiceFilter.OPEN):
        page = await ctx.work.invoices.list_page(which, ctx.today, None, None, _LOOKED_THROUGH)
        for row in page.rows:
            found.setdefault(row.client_id.hex, row.client)
    return tuple(Option(name, key) for key, name in found.items())[:MOST_OFFERED]


def _read(text: str) -> Raw:
    """`Acme GmbH friday` or `Acme GmbH -`: the longest end that reads as a day is the day."""
    first, semicolon, rest = text.partition(";")
    if semicolon and rest.strip():
        return {"client": first.strip(), "date": rest.strip()}
    words = first.split()
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        if _is_day(" ".join(words[-count:])):
            return {"client": " ".join(words[:-count]), "date": " ".join(words[-count:])}
    return {"client": " ".join(words)} if words else {}


def _is_day(text: str) -> bool:
    try:
        # Whatever day it is, in whichever language: the form reads it again.
        return bool(_read_day(text, date(2026, 1, 1), "en"))
    except InvalidInput:
        return False


async def promise(ctx: Context, answers: Answers) -> Outcome:
    client = await find_any_client(ctx, answers["client"])
    if isinstance(client, Ask):
        return client
    on: date | str = answers["date"]
    if not isinstance(on, date):
        return await _take_back(ctx, client)
    before = await ctx.work.promises.find_open(client.id)
    made, entry = await make_promise(ctx.desk, client, on)
    said = [
        Notice(
            _("{name} promised to pay by {date}. Until then nothing is sent; after that, reminders resume on "
              "{resumed}.",
              name=client.name, date=ctx.day(made.promised_on), resumed=resumes_on(made)),
            "success",
        )
    ]  # fmt: skip
    if before is not None:
        said.append(Notice(_("This replaces the promise to pay by {date}.", date=before.promised_on)))
    broken = await ctx.work.promises.count_broken(client.id)
    if broken == 1:
        said.append(Notice(_("{name} has broken one promise before.", name=client.name), "warning"))
    elif broken:
        said.append(
            Notice(_("{name} has broken {count} promises before.", name=client.name, count=broken), "warning")
        )
    back = Button(_("Take back"), "promise", f"{client.id.hex} {BACK}")
    return Reply(tuple(said), (undo_button(entry), back, Button(_("What comes next"), "tomorrow")))


async def _take_back(ctx: Context, client: Client) -> Outcome:
    found = await ctx.work.promises.find_open(client.id)
    if found is None:
        raise Conflict(N_("{name} has not promised anything."), name=client.name)
    _withdrawn, entry = await withdraw_promise(ctx.desk, found)
    text = _("{name}'s promise to pay by {date} is taken back; reminders resume.", name=client.name,
             date=found.promised_on)  # fmt: skip
    return Reply((Notice(text, "success"),), (undo_button(entry), Button(_("What comes next"), "tomorrow")))


COMMANDS = (
    Command(
        name="promise",
        help=N_("Note that a client promised to pay"),
        run=promise,
        group="money",
        example="/promise Acme friday",
        form=_form,
        read=_read,
    ),
)
