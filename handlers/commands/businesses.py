"""Several businesses of one person: which ones there are, changing between them, and opening another one."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import N_, InvalidInput
from core.usecases.desk import Desk
from core.usecases.seats import list_desks, switch
from handlers.command import Command, Where
from handlers.commands.setup import opening_form, read_opening, set_up
from handlers.context import Context, as_id
from handlers.forms import whole
from handlers.kinds import Answers, Ask, Asked, Box, Button, Field, Lines, Notice, Option, Outcome, Raw, Reply
from handlers.reading.text import bare, required, shown
from handlers.words import _, role_name


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    # Looking every business up is only worth it where they are offered.
    asked = raw.get("business") == ""
    options = tuple(map(_option, await _desks(ctx))) if asked else ()
    return (
        Field("business", _("For which business?"), lambda text: required(text, "business", 200, "Studio Löwe"),
              Asked.SILENT, options, box=Box.CHOICE),
    )  # fmt: skip


async def _desks(ctx: Context) -> Sequence[Desk]:
    return await list_desks(ctx.work, ctx.clock, ctx.ids, ctx.sender.key, ctx.seated)


def _option(desk: Desk) -> Option:
    return Option(desk.business.name, desk.business.id.hex)


async def business(ctx: Context, answers: Answers) -> Outcome:
    desks = await _desks(ctx)
    wanted: str | None = answers["business"]
    if wanted is None:
        return _listed(ctx, desks)
    found = _found(desks, wanted)
    if not found:
        raise InvalidInput(
            "business", N_("You work for no business called {name}."),
            desks[0].business.name if desks else "/start", name=shown(wanted),
        )  # fmt: skip
    if len(found) > 1:
        return Ask("business", _("Which one do you mean?"), tuple(map(_option, found)))
    await switch(found[0], ctx.sender.key)
    text = _("You now work for {name}.", name=found[0].business.name)
    return Reply((Notice(text, "success"),), (Button(_("Help"), "help"),))


def _found(desks: Sequence[Desk], text: str) -> list[Desk]:
    """By a button's id, else by the whole name, else by a part of it."""
    wanted, business_id = bare(text.strip()), as_id(text)
    if business_id is not None:
        return [desk for desk in desks if desk.business.id == business_id]
    whole_name = [desk for desk in desks if bare(desk.business.name) == wanted]
    return whole_name or [desk for desk in desks if wanted in bare(desk.business.name)]


def _listed(ctx: Context, desks: Sequence[Desk]) -> Reply:
    another = Button(_("New business"), "business new")
    if not desks:
        return Reply((Notice(_("You work for no business yet.")),), (another,))
    rows = tuple((desk.business.name, role_name(desk.member.role), _now(ctx, desk)) for desk in desks)
    buttons = tuple(
        Button(_("Switch to {name}", name=desk.business.name), "business", desk.business.id.hex)
        for desk in desks
        if not _is_current(ctx, desk)
    )
    table = Lines((_("Business"), _("Role"), _("Now")), rows, title=_("Your businesses"))
    return Reply((table,), (*buttons, another))


def _now(ctx: Context, desk: Desk) -> str:
    return "✓" if _is_current(ctx, desk) else "–"


def _is_current(ctx: Context, desk: Desk) -> bool:
    return ctx.seated is not None and ctx.desk.business.id == desk.business.id


COMMANDS = (
    Command(
        name="business",
        help=N_("Your businesses, and which one you work for now"),
        run=business,
        group="setup",
        example="/business",
        form=_form,
        read=whole("business"),
        public=True,
        where=Where.PRIVATE,
    ),
    Command(
        name="business new",
        help=N_("Set up another business"),
        run=set_up,
        group="setup",
        example="/business new Bär; country DE; address Kai 3, 24103 Kiel; vat-id none",
        form=opening_form,
        read=read_opening,
        public=True,
        where=Where.PRIVATE,
        review=True,
    ),
)
