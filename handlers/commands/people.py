"""The people of a business: invite, join, list, change a role, remove."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.chat_ports import Seat
from core.errors import N_, Conflict, InvalidInput
from core.party import Member, Role
from core.usecases.business import change_role, invite, join, remove_member
from core.usecases.seats import let_in
from handlers.choices import MOST, search_in
from handlers.command import Command, Where
from handlers.commands.knocking import welcomed
from handlers.context import Context, as_id, undo_button
from handlers.doors import wrong_code
from handlers.kinds import (
    Answers,
    Asked,
    Box,
    Button,
    Field,
    Lines,
    Notice,
    Option,
    Outcome,
    Raw,
    Reply,
    SenderRef,
    Text,
)
from handlers.reading.text import required, shown
from handlers.words import _, role_name

_MENTION = re.compile(r"@([^\s/@]+)/([^\s/@]+)")


async def _invite_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    prompt = _("Whom do you invite? Leave it out for a code that anybody may bring.")
    return (
        Field("person", prompt, lambda text: _read_person(text, ctx.sender), Asked.SILENT),
        _role_field(),
    )


def _role_field() -> Field:
    return Field("role", _("As what?"), _read_role, options=_roles(), box=Box.CHOICE)


def _read_invite(text: str) -> Raw:
    """`accountant`, or with a name before or behind it: `@ana accountant`."""
    words = text.split()
    people = [word for word in words if word.startswith("@")]
    role = " ".join(word for word in words if word not in people)
    return {**({"person": " ".join(people)} if people else {}), **({"role": role} if role else {})}


def _read_person(text: str, inviter: SenderRef) -> str:
    """The identity behind a mention, which a platform writes as `@TENANT/USER`.

    Raises InvalidInput for anybody who is not of the inviter's workspace: only its people know each other.
    """
    if not inviter.workspace:
        message = N_("I know nobody by name here. Leave the name out, and I give you a code for them.")
        raise InvalidInput("person", message, "/invite member")
    mention = _MENTION.fullmatch(text.strip())
    if mention is None or f"{inviter.platform}:{mention[1]}" != inviter.workspace:
        raise InvalidInput(
            "person", N_("“{value}” is nobody of this workspace; write @ and choose somebody."), "@ana member",
            value=shown(text),
        )  # fmt: skip
    return f"{mention[1]}/{mention[2]}"


def _roles() -> tuple[Option, ...]:
    labels = {
        Role.ACCOUNTANT: _("Accountant: reads everything"),
        Role.MEMBER: _("Member: bills and records payments"),
        Role.ADMIN: _("Admin: settings and people, too"),
        Role.OWNER: _("Owner"),
    }
    return tuple(Option(labels[role], role.value) for role in Role)


def _read_role(text: str) -> Role:
    try:
        return Role(text.strip().lower())
    except ValueError as error:
        raise InvalidInput(
            "role",
            N_("“{value}” is no role: it is accountant, member, admin or owner."),
            "member",
            value=text[:40],
        ) from error


async def invite_person(ctx: Context, answers: Answers) -> Outcome:
    if answers["person"]:
        return await _invite_at_once(ctx, answers["person"], answers["role"])
    code = await invite(ctx.desk, answers["role"])
    if ctx.manners.link:
        link = ctx.manners.link + code
        text = _("Within 10 minutes, the person you invite opens this link:\n{link}", link=link)
        return Reply((Text(text), Notice(_("The link works once."))))
    text = _("Within 10 minutes, the person you invite writes this to me:\n/join {code}", code=code)
    return Reply((Text(text), Notice(_("The code works once."))))


async def _invite_at_once(ctx: Context, identity: str, role: Role) -> Reply:
    """Nobody has to bring a code where the platform says who somebody is."""
    sender = SenderRef(ctx.sender.platform, identity, identity.rpartition("/")[2])
    member, _entry = await let_in(ctx.desk, sender.key, sender.name, role)
    return await welcomed(ctx, sender.key, member)


async def _join_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (Field("code", _("Which code did you get?"), lambda text: required(text, "code", 60, "/join …")),)


async def join_business(ctx: Context, answers: Answers) -> Outcome:
    if ctx.seated:
        raise Conflict(N_("You already work for {name}."), name=ctx.desk.business.name)
    # Before anything is tried, and not by an error: the count of wrong codes must outlive a rollback.
    wrong = await wrong_code(
        ctx, answers["code"], _("This invitation does not exist or has expired. Ask for a new one.")
    )
    if wrong is not None:
        return wrong
    desk, _entry = await join(ctx.work, ctx.clock, ctx.ids, answers["code"], ctx.sender.key, ctx.sender.name)
    text = _("Welcome to {name}. You are {role}.", name=desk.business.name, role=role_name(desk.member.role))
    return Reply((Notice(text, "success"),), (Button(_("Help"), "help"),))


async def list_people(ctx: Context, answers: Answers) -> Outcome:
    rows = []
    for member in await _people(ctx):
        senders = await ctx.work.chats.senders_of(Seat(ctx.desk.business.id, member.id))
        rows.append((member.name, role_name(member.role), _platforms(senders)))
    buttons = (
        Button(_("Invite"), "invite"),
        Button(_("Change a role"), "member role"),
        Button(_("Remove somebody"), "member remove", tone="danger"),
    )
    header = (_("Name"), _("Role"), _("Writes from"))
    return Reply((Lines(header, tuple(rows), title=_("Members")),), buttons)


async def _people(ctx: Context) -> list[Member]:
    return [member for member in await ctx.work.members.list() if member.left_at is None]


def _platforms(senders: Sequence[str]) -> str:
    """Their own names, each once: `Slack, Telegram`."""
    names = dict.fromkeys(sender.partition(":")[0].capitalize() for sender in senders)
    return ", ".join(sorted(names)) or "–"


async def _member_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    options = tuple(Option(member.name, member.id.hex) for member in await _people(ctx))
    few = len(options) <= MOST
    return (
        Field("member", _("Who?"), lambda text: required(text, "member", 60, "ana"), options=options,
              box=Box.CHOICE if few else Box.LINE, search=None if few else search_in(options)),
    )  # fmt: skip


async def _member_role_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (*await _member_form(ctx, raw), _role_field())


def _read_member_role(text: str) -> Raw:
    name, _blank, role = text.strip().rpartition(" ")
    return {"member": name, "role": role} if name else {}


async def _find(ctx: Context, text: str) -> Member:
    for member in await ctx.work.members.list():
        if member.left_at is None and (member.id == as_id(text) or member.name.casefold() == text.casefold()):
            return member
    raise InvalidInput("member", N_("Nobody here is called {name}."), ctx.desk.member.name, name=text[:60])


async def set_role(ctx: Context, answers: Answers) -> Outcome:
    member, entry = await change_role(ctx.desk, await _find(ctx, answers["member"]), answers["role"])
    text = _("{name} is now {role}.", name=member.name, role=role_name(member.role))
    return Reply((Notice(text, "success"),), (undo_button(entry),))


async def remove(ctx: Context, answers: Answers) -> Outcome:
    member, entry = await remove_member(ctx.desk, await _find(ctx, answers["member"]))
    return Reply(
        (Notice(_("{name} has no access any more.", name=member.name), "success"),), (undo_button(entry),)
    )


COMMANDS = (
    Command(
        name="members",
        help=N_("Who works here"),
        run=list_people,
        group="people",
        example="/members",
        role=Role.ACCOUNTANT,
    ),
    Command(
        name="invite",
        help=N_("Invite somebody"),
        run=invite_person,
        group="people",
        example="/invite accountant",
        form=_invite_form,
        read=_read_invite,
        role=Role.ADMIN,
        where=Where.PRIVATE,
    ),
    Command(
        name="join",
        help=N_("Take an invitation"),
        run=join_business,
        group="people",
        example="/join CODE",
        form=_join_form,
        public=True,
        where=Where.PRIVATE,
    ),
    Command(
        name="member role",
        help=N_("Change somebody's role"),
        run=set_role,
        group="people",
        example="/member role ana admin",
        form=_member_role_form,
        read=_read_member_role,
        role=Role.ADMIN,
    ),
    Command(
        name="member remove",
        help=N_("Remove somebody"),
        run=remove,
        group="people",
        example="/member remove ana",
        form=_member_form,
        role=Role.ADMIN,
    ),
)
