"""What I tell somebody, or a group, without being asked: which kinds, and when they are left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from core.errors import N_, NotAllowed
from core.notify import Kind, Preference, usual
from core.party import Role
from core.quiet import Quiet
from handlers.command import Command
from handlers.context import Context
from handlers.forms import split_form
from handlers.kinds import Answers, Asked, Box, Button, Facts, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.places import read_zone
from handlers.reading.times import read_switch, read_window, show_window
from handlers.starting import unchanged
from handlers.updates import Around
from handlers.words import _

QUIET, WEEKENDS, HOLIDAYS, ZONE = "quiet", "weekends", "holidays", "zone"
NAMES = (*Kind, QUIET, WEEKENDS, HOLIDAYS, ZONE)
_AT_TIMES = frozenset({Kind.VIEWED, Kind.PAYMENT, Kind.PLAN})
_HERE = "-"
"""The zone of the business."""


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose preference it is: the member's own, or that of the group they speak in."""

    subject: str
    title: str
    usual: Preference
    needs: Role


def _kinds(ctx: Context) -> list[Kind]:
    """Those that can come: without a public address no client opens or pays anything here, and not everybody sells."""
    online = frozenset({Kind.VIEWED, Kind.PAYMENT}) if ctx.public_url else frozenset()
    sold = frozenset({Kind.PLAN}) if ctx.work.plans.sells else frozenset()
    return [kind for kind in Kind if kind not in _AT_TIMES or kind in online | sold]


def _whose(ctx: Context) -> _Whose:
    group = ctx.around or (Around(ctx.chat, ctx.group) if ctx.group else None)
    if group is not None and ctx.place.business_id == ctx.desk.business.id:
        alone = usual(None, of_client=ctx.place.client_id is not None)
        return _Whose(group.chat.key, _("What I tell this group unasked"), alone, Role.ADMIN)
    member = ctx.desk.member
    return _Whose(f"member:{member.id.hex}", _("What I tell you unasked"), usual(member.role), member.role)


# -- what is asked ---------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    now = await _present(ctx, _whose(ctx))
    quiet = now.quiet

    def silent(name: str, prompt: str, parse: Callable[[str], Any], text: str, value: Any, *options: Option,
               box: Box = Box.LINE) -> Field:  # fmt: skip
        return Field(name, prompt, parse, Asked.SILENT, options, box=box, start=unchanged(text, parse, value))

    def switch(name: str, prompt: str, value: bool) -> Field:
        options = (Option(_("On"), "on"), Option(_("Off"), "off"))
        return silent(name, prompt, lambda text: read_switch(text, name), "on" if value else "off", value, *options,
                      box=Box.CHOICE)  # fmt: skip

    return (
        *(switch(kind.value, _asked(kind), kind not in now.muted) for kind in _kinds(ctx)),
        silent(QUIET, _("When shall I be quiet? From when until when, such as 21-7."),
               lambda text: read_window(text, QUIET, "21-7"), show_window(quiet.start, quiet.end),
               (quiet.start, quiet.end), *(Option(hours, hours) for hours in ("20-8", "21-7", "22-6")),
               Option(_("Never"), "off")),
        switch(WEEKENDS, _("Shall I be quiet at weekends?"), quiet.weekends),
        switch(HOLIDAYS, _("Shall I be quiet on public holidays?"), quiet.holidays),
        silent(ZONE, _("In which time zone? Write a large city near you, or - for that of the business."),
               _read_zone, now.zone or _HERE, now.zone),
    )  # fmt: skip


def _asked(kind: Kind) -> str:
    return {
        Kind.DIGEST: _("Shall the daily digest come?"),
        Kind.PREVIEW: _("Shall I show reminders before they leave?"),
        Kind.FORWARD: _("Shall I bring reminders that you forward yourself?"),
        Kind.PROMISE: _("Shall I say when somebody breaks a promise to pay?"),
        Kind.DELIVERY: _("Shall I say when mail to a client does not arrive?"),
        Kind.VIEWED: _("Shall I say when a client has opened an invoice?"),
        Kind.PAYMENT: _("Shall I say when a client pays online?"),
        Kind.SERIES: _("Shall I say what becomes of recurring invoices?"),
        Kind.QUOTE: _("Shall I say when a quote is answered or has expired?"),
        Kind.PLAN: _("Shall I say what becomes of your plan?"),
    }[kind]


def kind_name(kind: Kind) -> str:
    return {
        Kind.DIGEST: _("the daily digest"),
        Kind.PREVIEW: _("reminders before they leave"),
        Kind.FORWARD: _("reminders to forward"),
        Kind.PROMISE: _("broken promises to pay"),
        Kind.DELIVERY: _("mail that did not arrive"),
        Kind.VIEWED: _("invoices that clients have opened"),
        Kind.PAYMENT: _("payments online"),
        Kind.SERIES: _("recurring invoices"),
        Kind.QUOTE: _("quotes that are answered or have expired"),
        Kind.PLAN: _("your plan"),
    }[kind]


def _read_zone(text: str) -> str:
    return "" if text.strip() == _HERE else read_zone(text, ZONE)


def _read(text: str) -> Raw:
    """`quiet 21-7; weekends on; digest off`: every part names what it is about."""
    return split_form(f";{text}", NAMES, "notify") if text.strip() else {}


# -- what is answered ------------------------------------------------------------------------------


async def notify(ctx: Context, answers: Answers) -> Outcome:
    whose = _whose(ctx)
    named = {name: value for name, value in answers.items() if value is not None}
    present = await _present(ctx, whose)
    if not named:
        return Reply((_card(ctx, whose, present),), _buttons(ctx, present))
    if not ctx.desk.member.role.reaches(whose.needs):
        raise NotAllowed(
            N_("/{command} is for the role {role} and above; you are {yours}."),
            command="notify", role=whose.needs, yours=ctx.desk.member.role,
        )  # fmt: skip
    changed = _changed(present, named)
    await ctx.work.notices.set_preference(whose.subject, changed)
    notice = Notice(_("Saved."), "success")
    return Reply((notice, _card(ctx, whose, changed)), _buttons(ctx, changed))


async def _present(ctx: Context, whose: _Whose) -> Preference:
    return await ctx.work.notices.preference(whose.subject) or whose.usual


def _changed(before: Preference, named: Answers) -> Preference:
    muted = {kind for kind in Kind if not named.get(kind.value, kind not in before.muted)}
    start, end = named.get(QUIET, (before.quiet.start, before.quiet.end))
    quiet = Quiet(
        start, end, named.get(WEEKENDS, before.quiet.weekends), named.get(HOLIDAYS, before.quiet.holidays)
    )
    return replace(before, muted=frozenset(muted), quiet=quiet, zone=named.get(ZONE, before.zone))


def _card(ctx: Context, whose: _Whose, present: Preference) -> Facts:
    """Everything under the name that /notify takes."""
    quiet = present.quiet
    hours = show_window(quiet.start, quiet.end) if quiet.start != quiet.end else _("never")
    pairs = [
        *((kind.value, _state(kind_name(kind), kind not in present.muted)) for kind in _kinds(ctx)),
        (QUIET, hours),
        (WEEKENDS, _("quiet") if quiet.weekends else _("like every day")),
        (HOLIDAYS, _("quiet") if quiet.holidays else _("like every day")),
        (ZONE, present.zone or _("{zone}, as the business", zone=ctx.desk.business.zone)),
    ]
    return Facts(tuple(pairs), whose.title)


def _state(name: str, on: bool) -> str:
    return _("on: {what}", what=name) if on else _("off: {what}", what=name)


def _buttons(ctx: Context, present: Preference) -> tuple[Button, ...]:
    quiet = present.quiet
    weekends = _("Speak at weekends") if quiet.weekends else _("Quiet at weekends")
    holidays = _("Speak on holidays") if quiet.holidays else _("Quiet on holidays")
    return (
        *(_switch(kind, kind not in present.muted) for kind in _kinds(ctx)),
        Button(_("Quiet hours"), "notify", QUIET),
        Button(weekends, "notify", f"{WEEKENDS} {_turned(quiet.weekends)}"),
        Button(holidays, "notify", f"{HOLIDAYS} {_turned(quiet.holidays)}"),
        Button(_("Time zone"), "notify", ZONE),
    )


def _switch(kind: Kind, on: bool) -> Button:
    label = _("{name} off", name=kind.value) if on else _("{name} on", name=kind.value)
    return Button(label, "notify", f"{kind.value} {_turned(on)}")


def _turned(on: bool) -> str:
    """What is typed to change it."""
    return "off" if on else "on"


COMMANDS = (
    Command(
        name="notify",
        help=N_("What I tell you unasked, and when I leave you alone"),
        run=notify,
        group="general",
        example="/notify quiet 21-7; weekends on; digest off",
        form=_form,
        read=_read,
        role=Role.ACCOUNTANT,
    ),
)
