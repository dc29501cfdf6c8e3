"""The people of a business: invite, join, list, change a role, remove."""

from __future__ import annotations

from core.errors import N_, Conflict, InvalidInput
from core.party import Member, Role
from core.usecases.business import change_role, invite, join, remove_member
from handlers.command import Command, Where
from handlers.context import Context, as_id, undo_button
from handlers.doors import wrong_invitation
from handlers.kinds import Answers, Asked, Button, Field, Lines, Notice, Option, Outcome, Raw, Reply, Text
from handlers.reading.text import required
from handlers.words import _, role_name


async def _role_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (Field("role", _("As what?"), _read_role, options=_roles()),)


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
    code = await invite(ctx.desk, answers["role"])
    if ctx.manners.link:
        link = ctx.manners.link + code
        text = _("Within 10 minutes, the person you invite opens this link:\n{link}", link=link)
        return Reply((Text(text), Notice(_("The link works once."))))
    text = _("Within 10 minutes, the person you invite writes this to me:\n/join {code}", code=code)
    return Reply((Text(text), Notice(_("The code works once."))))


async def _join_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (Field("code", _("Which code did you get?"), lambda text: required(text, "code", 60, "/join …")),)


async def join_business(ctx: Context, answers: Answers) -> Outcome:
    if ctx.seated:
        raise Conflict(N_("You already work for {name}."), name=ctx.desk.business.name)
    # Before anything is tried, and not by an error: the count of wrong codes must outlive a rollback.
    wrong = await wrong_invitation(ctx, answers["code"])
    if wrong is not None:
        return wrong
    desk, _entry = await join(ctx.work, ctx.clock, ctx.ids, answers["code"], ctx.sender.key, ctx.sender.name)
    text = _("Welcome to {name}. You are {role}.", name=desk.business.name, role=role_name(desk.member.role))
    return Reply((Notice(text, "success"),), (Button(_("Help"), "help"),))


async def list_people(ctx: Context, answers: Answers) -> Outcome:
    people = [member for member in await ctx.work.members.list() if member.left_at is None]
    rows = tuple((member.name, role_name(member.role)) for member in people)
    buttons = (
        Button(_("Invite"), "invite"),
        Button(_("Change a role"), "member role"),
        Button(_("Remove somebody"), "member remove", tone="danger"),
    )
    return Reply((Lines((_("Name"), _("Role")), rows, title=_("Members")),), buttons)


async def _member_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    people = [member for member in await ctx.work.members.list() if member.left_at is None]
    options = tuple(Option(member.name, member.id.hex) for member in people)
    return (Field("member", _("Who?"), lambda text: required(text, "member", 60, "ana"), options=options),)


async def _member_role_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (*await _member_form(ctx, raw), Field("role", _("As what?"), _read_role, Asked.REQUIRED, _roles()))


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
        form=_role_form,
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
