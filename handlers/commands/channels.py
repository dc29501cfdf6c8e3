"""Channels: what one works for, whose client it is about, and who sees there what comes of a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.chat_ports import Place
from core.errors import N_, Conflict, InvalidInput, NotFound
from core.party import Client, Role
from handlers.choices import MOST, Search, matching
from handlers.command import Command, Where
from handlers.commands.find import find_any_client
from handlers.commands.groups import OFF, OPEN, QUIET, start_in_group
from handlers.context import Context
from handlers.forms import split_form
from handlers.kinds import Answers, Ask, Asked, Box, Button, Facts, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.text import required
from handlers.updates import Around
from handlers.words import _

_NAMES = ("client", "show")
NOBODY = "-"
UNKNOWN = "–"
"""What a channel is called whose name is not told."""
_OFFERED = 8


def _channel(ctx: Context) -> Around | None:
    """The channel around this corner, or the group itself; None in a private chat."""
    return ctx.around or (Around(ctx.chat, ctx.group) if ctx.group else None)


def _is_settled_in_private(ctx: Context) -> bool:
    """A group in which no client may be named is set up through its one-time link."""
    return bool(ctx.group) and not ctx.around and not ctx.place.shows_data


def _is_bound(ctx: Context) -> bool:
    return ctx.place.business_id == ctx.desk.business.id


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    if _channel(ctx) is None:
        raise InvalidInput(
            "channel", N_("Say this in the channel that it is about."), "/channel Acme; show open"
        )
    if _is_settled_in_private(ctx) or (_is_bound(ctx) and raw.keys() <= {"title"}):
        return ()
    new = not _is_bound(ctx)
    options = await _clients(ctx, "", _OFFERED)
    return (
        Field("title", "", str, Asked.SILENT),
        Field("client", _("Which client is this channel about?"), _read_client,
              Asked.OPTIONAL if new else Asked.SILENT, options, search=_search(ctx)),
        Field("show", _("Who sees what I answer there?"), _read_show,
              Asked.REQUIRED if new else Asked.SILENT, _shows(), box=Box.CHOICE),
    )  # fmt: skip


def _shows() -> tuple[Option, ...]:
    return (
        Option(_("Only I see what you answer me"), QUIET),
        Option(_("Everybody here sees the invoices that are issued"), OPEN),
        Option(_("Nobody: the channel works for no business"), OFF),
    )


def _search(ctx: Context) -> Search:
    async def search(text: str) -> Sequence[Option]:
        return await _clients(ctx, text, MOST)

    return search


async def _clients(ctx: Context, text: str, most: int) -> tuple[Option, ...]:
    """Live clients by a part of their name, and the way to name none where one is named."""
    found = await ctx.work.clients.search(text, most)
    options = matching([Option(client.name, client.id.hex) for client in found], text)
    return (*options, Option(_("No client"), NOBODY))[:most] if ctx.place.client_id else options


def _read_client(text: str) -> str:
    return "" if text.strip() in (NOBODY, "none") else required(text, "client", 200, "Acme")


def _read_show(text: str) -> str:
    given = text.strip().lower()
    if given in (QUIET, OPEN, OFF):
        return given
    raise InvalidInput("show", N_("It is one of: quiet, open, off."), OPEN)


def _title(ctx: Context) -> Raw:
    """What a channel is called is told when the command is typed, and not any more when its form is sent."""
    around = _channel(ctx)
    return {"title": around.title} if around and around.title != UNKNOWN else {}


def _read(text: str) -> Raw:
    """`Acme; show open`, or one change by its name: `show quiet`, `client -`."""
    if not text.strip():
        return {}
    named = text.split(maxsplit=1)[0].rstrip(":;").lower() in _NAMES
    return split_form(f";{text}" if named else text, _NAMES, "client")


async def channel(ctx: Context, answers: Answers) -> Outcome:
    around = _channel(ctx)
    if around is None or _is_settled_in_private(ctx):
        return await start_in_group(ctx)
    around = replace(around, title=answers.get("title") or around.title)
    if not answers:
        return await _state(ctx, around, ctx.place)
    # Under the lock of the channel's own row: two owners may bind it at the same moment.
    before, mine = await ctx.work.chats.lock(around.chat.key), ctx.desk.business.id
    if before.business_id not in (None, mine):
        raise Conflict(N_("This channel works for another business; its owner has to release it first."))
    if answers["show"] == OFF:
        await ctx.work.chats.bind(around.chat.key, around.title, Place())
        return Reply((Notice(_("“{title}” works for no business any more.", title=around.title), "success"),))
    place = replace(before, business_id=mine)
    if answers["show"] is not None:
        place = replace(place, shows_data=answers["show"] == OPEN)
    if answers["client"] is not None:
        client = await _client(ctx, answers["client"])
        if isinstance(client, Ask):
            return client
        place = replace(place, client_id=client.id if client else None)
    await ctx.work.chats.bind(around.chat.key, around.title, place)
    return await _state(ctx, around, place)


async def _client(ctx: Context, text: str) -> Client | Ask | None:
    """None for no client. Raises Conflict for one that is archived: nothing is billed to it any more."""
    if not text:
        return None
    found = await find_any_client(ctx, text)
    if isinstance(found, Client) and found.archived_at is not None:
        raise Conflict(N_("{name} is archived. Bring it back first: /client restore"), name=found.name)
    return found


async def _state(ctx: Context, around: Around, place: Place) -> Reply:
    client = await _bound_client(ctx, place)
    pairs = (
        (_("Works for"), ctx.desk.business.name),
        (_("Client"), client.name if client else "–"),
        (_("Results"), _("everybody in the channel sees them") if place.shows_data
         else _("only whoever asks sees them")),
    )  # fmt: skip
    other = (
        Button(_("Show results only to me"), "channel", f"show {QUIET}")
        if place.shows_data
        else Button(_("Show results to everybody"), "channel", f"show {OPEN}")
    )
    buttons = [Button(_("Choose the client"), "channel", "client"), other]
    if client:
        buttons.append(Button(_("No client"), "channel", f"client {NOBODY}"))
    buttons.append(Button(_("Work for nobody here"), "channel", f"show {OFF}", tone="danger"))
    return Reply((Facts(pairs, around.title),), tuple(buttons))


async def _bound_client(ctx: Context, place: Place) -> Client | None:
    """None also for one that is gone: adding it was taken back."""
    if place.client_id is None:
        return None
    try:
        return await ctx.work.clients.get(place.client_id)
    except NotFound:
        return None


COMMANDS = (
    Command(
        name="channel",
        help=N_("What a channel works for"),
        run=channel,
        group="setup",
        example="/channel Acme; show open",
        form=_form,
        read=_read,
        preset=_title,
        role=Role.ADMIN,
        where=Where.ANYWHERE,
    ),
)
