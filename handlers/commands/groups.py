"""Groups: an owner binds one to the business, confirmed in private, and decides what may be shown there."""

from __future__ import annotations

from core.chat_ports import Place
from core.errors import N_, Conflict, InvalidInput
from core.party import Role
from handlers.command import Command, Where
from handlers.context import Context
from handlers.doors import private_button
from handlers.kinds import Answers, Asked, Box, ChatRef, Field, Notice, Option, Outcome, Raw, Reply, Text
from handlers.words import _

QUIET, OPEN, OFF = "quiet", "open", "off"


async def start_in_group(ctx: Context) -> Reply:
    """Says what the group works for to those who may know, and opens the way to change it."""
    button = await private_button(ctx, _("Set up in private"), "bind", f"{ctx.chat.key} {ctx.group}")
    if ctx.place.business_id is None:
        text = _("Hello! I write invoices and keep track of who has paid. The owner of a business can let me "
                 "work in this group.")  # fmt: skip
        return Reply((Text(text),), (button,))
    if ctx.seated is None:
        text = _("You are not a member of the business that this group works for.")
        return Reply((Notice(text, "warning"),))
    text = (
        _("This group works for {name}. Client data is shown here.", name=ctx.desk.business.name)
        if ctx.place.shows_data
        else _(
            "This group works for {name}. Client data is only shown in private.", name=ctx.desk.business.name
        )
    )
    return Reply((Text(text),), (button,))


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    title = raw.get("title") or ""
    prompt = _("Shall the group “{title}” work for {name}? Everybody in it reads what I write there.",
               title=title, name=ctx.desk.business.name)  # fmt: skip
    options = (
        Option(_("Yes, client data only in private"), QUIET),
        Option(_("Yes, and show client data there"), OPEN),
        Option(_("No, it works for nobody"), OFF),
    )
    return (
        Field("group", "", str, Asked.SILENT),
        Field("title", "", str, Asked.SILENT),
        Field("show", prompt, _read_show, options=options, box=Box.CHOICE),
    )


def _read_show(text: str) -> str:
    if text in (QUIET, OPEN, OFF):
        return text
    raise InvalidInput("show", N_("Please press one of the buttons."), QUIET)


def _read(text: str) -> Raw:
    """What the link holds: the group's key, then its title."""
    key, _blank, title = text.partition(" ")
    return {"group": key, "title": title}


async def bind(ctx: Context, answers: Answers) -> Outcome:
    """The argument came from a link that was made in the group itself, so the group is where the owner was."""
    platform, _colon, address = answers["group"].partition(":")
    group, title = ChatRef(platform, address), answers["title"] or ""
    before, mine = await ctx.work.chats.lock(group.key), ctx.desk.business.id
    if before.business_id not in (None, mine):
        raise Conflict(N_("This group works for another business; its owner has to release it first."))
    if answers["show"] == OFF:
        await ctx.work.chats.bind(group.key, title, Place())
        said = _("The group “{title}” works for nobody now.", title=title)
        there = Reply((Notice(_("This group works for no business any more.")),))
    else:
        place = Place(mine, answers["show"] == OPEN, client_id=before.client_id)
        await ctx.work.chats.bind(group.key, title, place)
        said = _("The group “{title}” works for {name}.", title=title, name=ctx.desk.business.name)
        shown = (
            _("Client data is shown here.")
            if answers["show"] == OPEN
            else _("Client data is only shown in private.")
        )
        there = Reply(
            (
                Notice(_("This group now works for {name}.", name=ctx.desk.business.name), "success"),
                Text(shown),
                Text(_("Its members use me by their roles. Try /help, or answer one of my messages.")),
            )
        )
    return Reply((Notice(said, "success"),), elsewhere=((group, there),))


COMMANDS = (
    Command(
        name="bind",
        help=N_("Let a group work for your business"),
        run=bind,
        form=_form,
        read=_read,
        role=Role.OWNER,
        where=Where.PRIVATE,
        typed=False,
    ),
)
