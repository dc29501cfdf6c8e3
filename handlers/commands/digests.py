"""The daily digest: when it comes, on which days, and how it looks right now."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from core.digest import Days, DigestRules, next_digest
from core.errors import N_, InvalidInput
from core.party import Role
from core.usecases.business import change_settings
from handlers.background.digest import digest, morning, nothing_new, since_last
from handlers.command import Command
from handlers.context import Context, undo_button
from handlers.kinds import Answers, Asked, Box, Button, Facts, Field, Notice, Option, Outcome, Raw, Reply
from handlers.reading.text import bare, shown
from handlers.reading.times import read_time, show_time
from handlers.starting import unchanged
from handlers.words import _

NOW = "now"
_MOST_WAITING = 500
_TIMES = ("07:00", "08:00", "09:00", "10:00", "12:00", "17:00")
_EXAMPLE = "8:30; weekdays"
_NAMED = {"time": "time", "at": "time", "days": "days", "day": "days"}
_WORDS = {
    **{day.value: day for day in Days}, "daily": Days.ALL, "everyday": Days.ALL, "weekday": Days.WEEKDAYS,
    "on": Days.ALL, "an": Days.ALL,
    "never": Days.OFF, "no": Days.OFF, "none": Days.OFF, "aus": Days.OFF, "alle": Days.ALL, "taglich": Days.ALL,
    "werktags": Days.WEEKDAYS, "montag": Days.MONDAY, "dienstag": Days.TUESDAY, "mittwoch": Days.WEDNESDAY,
    "donnerstag": Days.THURSDAY, "freitag": Days.FRIDAY, "samstag": Days.SATURDAY, "sonntag": Days.SUNDAY,
    "lundi": Days.MONDAY, "mardi": Days.TUESDAY, "mercredi": Days.WEDNESDAY, "jeudi": Days.THURSDAY,
    "vendredi": Days.FRIDAY, "samedi": Days.SATURDAY, "dimanche": Days.SUNDAY, "lunes": Days.MONDAY,
    "martes": Days.TUESDAY, "miercoles": Days.WEDNESDAY, "jueves": Days.THURSDAY, "viernes": Days.FRIDAY,
    "sabado": Days.SATURDAY, "domingo": Days.SUNDAY,
}  # fmt: skip
_FILLERS = ("on", "an")
_WEEK = (Days.MONDAY, Days.TUESDAY, Days.WEDNESDAY, Days.THURSDAY, Days.FRIDAY, Days.SATURDAY, Days.SUNDAY)


# -- what is asked ---------------------------------------------------------------------------------


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    rules = ctx.desk.business.digest
    return (
        Field("time", _("At what time shall the digest come?"), _read_at, Asked.SILENT,
              tuple(Option(at, at) for at in _TIMES), start=unchanged(show_time(rules.at), _read_at, rules.at)),
        Field("days", _("On which days shall it come?"), _read_days, Asked.SILENT,
              tuple(Option(days_name(day), day.value) for day in Days), box=Box.CHOICE,
              start=unchanged(rules.days.value, _read_days, rules.days)),
        Field(NOW, "", str, Asked.SILENT),
    )  # fmt: skip


def _read_at(text: str) -> time:
    return read_time(text, "time", "8:30")


def _read_days(text: str) -> Days:
    found = _WORDS.get(bare(text.strip()))
    if found is None:
        raise InvalidInput(
            "days", N_("“{value}” is not a choice of days: all, weekdays, a day of the week, or off."), "weekdays",
            value=shown(text),
        )  # fmt: skip
    return found


def _read(text: str) -> Raw:
    """`8:30; weekdays`, `monday 9:00`, `off`, `now`; a name alone is asked for: `time`."""
    raw: Raw = {}
    for part in re.split(r"[;,]", text):
        for name, value in _pieces(part.strip()):
            if name in raw:
                raise InvalidInput(
                    "digest", N_("“{name}” is there twice; write it once."), _EXAMPLE, name=name
                )
            raw[name] = value
    return raw


def _pieces(part: str) -> list[tuple[str, str]]:
    """What one part between two semicolons says: days and a time may stand beside each other."""
    first, _blank, rest = part.partition(" ")
    named = _NAMED.get(first.lower().rstrip(":"))
    if not part:
        return []
    if named and len(rest.split()) <= 1:
        return [(named, rest.strip())]
    if bare(part) == NOW:
        return [(NOW, NOW)]
    words = part.split()
    days = [word for word in words if bare(word) in _WORDS]
    if len(days) > 1:
        # `on monday` says one thing.
        days = [word for word in days if bare(word) not in _FILLERS]
    others = " ".join(word for word in words if bare(word) not in _WORDS and word.lower() not in _NAMED)
    found = [("days", word) for word in days]
    return [*found, ("time", others)] if others else found


# -- what is answered ------------------------------------------------------------------------------


async def digests(ctx: Context, answers: Answers) -> Outcome:
    if answers[NOW]:
        return await _now(ctx)
    rules = ctx.desk.business.digest
    changed = DigestRules(answers["time"] or rules.at, answers["days"] or rules.days)
    if answers["time"] and changed.days is Days.OFF and not answers["days"]:
        # Who chooses a time wants one.
        changed = replace(changed, days=Days.ALL)
    if changed == rules:
        return Reply((await _card(ctx, rules),), _buttons(rules))
    saved, entry = await change_settings(ctx.desk, replace(ctx.desk.business, digest=changed))
    notice = Notice(_("Saved."), "success")
    return Reply((notice, await _card(ctx, saved.digest)), (undo_button(entry), *_buttons(saved.digest)))


async def _now(ctx: Context) -> Reply:
    """As it would be written now; the one that comes by itself still comes."""
    waiting = await ctx.work.reminders.list_waiting(_MOST_WAITING)
    found = await morning(ctx, await since_last(ctx, ctx.today), waiting)
    return digest(ctx, found) if found.says_something else nothing_new(ctx)


async def _card(ctx: Context, rules: DigestRules) -> Facts:
    pairs = [(_("Days"), days_name(rules.days))]
    if rules.days is not Days.OFF:
        pairs.append((_("Time"), f"{show_time(rules.at)} ({ctx.desk.business.zone})"))
        pairs.append((_("Next"), await _next(ctx, rules)))
    return Facts(tuple(pairs), _("Digest"))


async def _next(ctx: Context, rules: DigestRules) -> str:
    done_on = (await ctx.work.agendas.get()).digest_on
    found = next_digest(rules, ctx.desk.business.zone, done_on, ctx.clock.now())
    return ctx.time(found[1]) if found else "–"


def days_name(days: Days) -> str:
    """As it is said to people; typed, it keeps its English name."""
    if days is Days.ALL:
        return _("every day")
    if days is Days.WEEKDAYS:
        return _("Monday to Friday")
    if days is Days.OFF:
        return _("off")
    names = (
        _("every Monday"), _("every Tuesday"), _("every Wednesday"), _("every Thursday"), _("every Friday"),
        _("every Saturday"), _("every Sunday"),
    )  # fmt: skip
    return names[_WEEK.index(days)]


def _buttons(rules: DigestRules) -> tuple[Button, ...]:
    switch = (
        Button(_("Switch on"), "digest", Days.ALL.value)
        if rules.days is Days.OFF
        else Button(_("Switch off"), "digest", Days.OFF.value)
    )
    return (
        Button(_("Change the time"), "digest", "time"),
        Button(_("Change the days"), "digest", "days"),
        switch,
        Button(_("Show it now"), "digest", NOW),
        Button(_("Who hears what"), "notify"),
    )


COMMANDS = (
    Command(
        name="digest",
        help=N_("When the daily digest comes, and how it looks now"),
        run=digests,
        group="money",
        example="/digest 8:30; weekdays",
        form=_form,
        read=_read,
        role=Role.ADMIN,
    ),
)
