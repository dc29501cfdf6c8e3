"""Knocking: somebody new in a workspace asks those who run a business there to be let in, and they answer."""

from __future__ import annotations

from functools import partial

from core.audit import Action
from core.chat_ports import Seat
from core.errors import N_, Conflict, NotFound
from core.party import Business, Member, Role
from core.usecases.seats import find_member, let_in, list_desks, list_neighbours
from handlers.command import Command, Where
from handlers.context import Context, as_id
from handlers.kinds import Answers, Asked, Button, ChatRef, Field, Notice, Outcome, Raw, Reply, Text
from handlers.telling import nearest, told
from handlers.words import _, role_name

PAUSE = 600.0
"""Seconds between two times that the same sender may knock."""
MOST_ASKED = 5
_MOST_NAME = 80


async def has_neighbours(ctx: Context) -> bool:
    """Whether anybody in the sender's workspace works for a business already."""
    if not ctx.sender.workspace:
        return False
    return bool(await list_neighbours(ctx.work, ctx.clock, ctx.ids, ctx.sender.workspace))


def offer_to_knock() -> Reply:
    """It names no business: who asks is nobody there yet."""
    buttons = (Button(_("Ask to be let in"), "knock"), Button(_("Set up my own business"), "business new"))
    return Reply((Text(_("Somebody in this workspace already works with me.")),), buttons)


async def knock(ctx: Context, answers: Answers) -> Outcome:
    if ctx.seated:
        raise Conflict(N_("You already work for {name}."), name=ctx.desk.business.name)
    taken, _wait = await ctx.work.slots.reserve(f"knock:{ctx.sender.key}", PAUSE, 0)
    if not taken:
        return Reply((Notice(_("I asked already. You hear from me as soon as somebody answers.")),))
    requests = await _requests(ctx)
    if not requests:
        raise NotFound(N_("Nobody in this workspace works with me yet. Set up your own business: /start"))
    said = Notice(_("I asked. You hear from me as soon as somebody answers."), "success")
    return Reply((said,), elsewhere=requests)


async def _requests(ctx: Context) -> tuple[tuple[ChatRef, Reply], ...]:
    """One for everybody who may answer, in their own chat."""
    if not ctx.sender.workspace:
        return ()
    found: list[tuple[ChatRef, Reply]] = []
    for business in await list_neighbours(ctx.work, ctx.clock, ctx.ids, ctx.sender.workspace):
        for sender in await _doorkeepers(ctx, business):
            found.append(await told(ctx, sender, partial(_request, ctx, business)))
    return tuple(found[:MOST_ASKED])


async def _doorkeepers(ctx: Context, business: Business) -> list[str]:
    """One identity of everybody who may let somebody in, on this platform where they have one."""
    await ctx.work.enter(business.id)
    found: list[str | None] = []
    for member in await ctx.work.members.list():
        if member.left_at is None and member.role.reaches(Role.ADMIN) and len(found) < MOST_ASKED:
            senders = await ctx.work.chats.senders_of(Seat(business.id, member.id))
            found.append(nearest(senders, ctx.sender.platform))
    return [sender for sender in found if sender is not None]


def _request(ctx: Context, business: Business) -> Reply:
    name, key = ctx.sender.name.strip()[:_MOST_NAME] or "–", ctx.sender.key
    text = _("{name} asks to work with you in {business}.", name=name, business=business.name)
    buttons = (
        Button(_("As member"), "admit", f"{business.id.hex} {key} {Role.MEMBER} {name}"),
        Button(_("As accountant"), "admit", f"{business.id.hex} {key} {Role.ACCOUNTANT} {name}"),
        Button(_("No"), "turn away", f"{business.id.hex} {key} {name}"),
    )
    return Reply((Text(text),), buttons)


def _read_admit(text: str) -> Raw:
    return dict(zip(("business", "sender", "role", "name"), text.split(maxsplit=3), strict=False))


def _read_turn_away(text: str) -> Raw:
    return dict(zip(("business", "sender", "name"), text.split(maxsplit=2), strict=False))


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    """Nothing of it is ever asked for: a button brings it all."""
    return tuple(Field(name, "", str, Asked.SILENT) for name in ("business", "sender", "role", "name"))


async def admit(ctx: Context, answers: Answers) -> Outcome:
    await _check(ctx, answers)
    member, _entry = await let_in(ctx.desk, answers["sender"], answers["name"], Role(answers["role"]))
    return await welcomed(ctx, answers["sender"], member)


async def turn_away(ctx: Context, answers: Answers) -> Outcome:
    await _check(ctx, answers)
    there = await told(ctx, answers["sender"], _turned_away)
    return Reply((Notice(_("I told {name}.", name=answers["name"])),), elsewhere=(there,))


async def _check(ctx: Context, answers: Answers) -> None:
    """The button was made for one business: whoever presses it may work for another one by now."""
    if as_id(answers["business"] or "") != ctx.desk.business.id:
        own = await list_desks(ctx.work, ctx.clock, ctx.ids, ctx.sender.key, ctx.desk)
        for desk in own:
            if desk.business.id == as_id(answers["business"] or ""):
                raise Conflict(
                    N_("This is about {name}. Change to it first: /business"), name=desk.business.name
                )
        raise NotFound(N_("There is no such business."))
    there = await find_member(ctx.desk, answers["sender"])
    if there is not None:
        await _refuse_known(ctx, there)


async def _refuse_known(ctx: Context, there: Member) -> None:
    """Raises Conflict, naming who let them in where that is the last thing that happened to them."""
    latest = await ctx.work.audit.latest_about(there.id)
    entry = await ctx.work.audit.get(latest) if latest else None
    if entry and entry.action is Action.MEMBER_JOINED and entry.member_id not in (None, there.id):
        who = await ctx.work.members.get(entry.member_id)
        raise Conflict(
            N_("{name} was let in already: {who}, {time}."),
            name=there.name,
            who=who.name,
            time=ctx.time(entry.at),
        )
    raise Conflict(N_("{name} works here already."), name=there.name)


async def welcomed(ctx: Context, sender: str, member: Member) -> Reply:
    """Says so to whoever let the new member in, and to the member."""
    there = await told(ctx, sender, lambda: _welcome(ctx, member))
    role = role_name(member.role)
    said = _("{name} now works for {business} as {role}.", name=member.name, business=ctx.desk.business.name,
             role=role)  # fmt: skip
    hint = _("To take that back: /member remove {name}", name=member.name)
    return Reply(
        (Notice(said, "success"), Text(hint)), (Button(_("Members"), "members"),), elsewhere=(there,)
    )


def _welcome(ctx: Context, member: Member) -> Reply:
    text = _("{name} lets you work for {business} as {role}.", name=ctx.desk.member.name,
             business=ctx.desk.business.name, role=role_name(member.role))  # fmt: skip
    buttons = (Button(_("My businesses"), "business"), Button(_("Help"), "help"))
    return Reply((Notice(text, "success"),), buttons)


def _turned_away() -> Reply:
    text = _("You were not let in this time. You can set up a business of your own whenever you like.")
    return Reply((Text(text),), (Button(_("Set up my own business"), "business new"),))


COMMANDS = (
    Command(
        name="knock",
        help=N_("Ask to be let in"),
        run=knock,
        public=True,
        where=Where.PRIVATE,
        typed=False,
    ),
    Command(
        name="admit",
        help=N_("Let somebody in who asked"),
        run=admit,
        form=_form,
        read=_read_admit,
        role=Role.ADMIN,
        where=Where.PRIVATE,
        typed=False,
    ),
    Command(
        name="turn away",
        help=N_("Let somebody wait outside"),
        run=turn_away,
        form=_form,
        read=_read_turn_away,
        role=Role.ADMIN,
        where=Where.PRIVATE,
        typed=False,
    ),
)
