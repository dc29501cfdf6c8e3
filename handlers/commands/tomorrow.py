"""What will be sent by itself in the next days, and why other invoices are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import N_, InvalidInput
from core.ladder import Rest, Step
from core.moments import instant
from core.money import total
from core.notify import Kind
from core.party import Role
from core.plan import Feature
from core.promise import resumes_on
from core.quote import AT
from core.reminder import Promise, Way
from core.series import Does
from core.usecases.late_fee import Charge, Ground
from core.usecases.outlook import DAYS_AHEAD, Outlook, Recurring, Resting, Sending, outlook
from core.usecases.reminder import asked
from handlers.background.digest import next_heard
from handlers.chases import lull_text, next_step_text, rest_text, step_text
from handlers.command import Command, optional
from handlers.context import Context
from handlers.kinds import Answers, Block, Button, Facts, Notice, Outcome, Reply
from handlers.selling import left_out
from handlers.words import _

MOST_LINES = 20
MOST_RESTING = 8
_MOST_NUMBERS = 3
_MOST_NOTICES = 50
_MOST_SHOWN = 3
"""Reminders with a button that shows their text."""
_LAST = (Rest.STOPPED, Rest.CLIENT_OFF, Rest.SMALL, Rest.FINISHED)


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    label: str
    text: str


async def tomorrow(ctx: Context, answers: Answers) -> Outcome:
    if answers["nothing"]:
        raise InvalidInput("tomorrow", N_("It shows what comes next; write nothing behind it."), "/tomorrow")
    seen = await outlook(ctx.desk, ctx.mailing is not None)
    coming = await _coming(ctx, seen)
    resting = _rested(ctx, seen)
    room = MOST_LINES - min(len(resting), MOST_RESTING)
    left = MOST_LINES - min(len(coming), room)
    blocks: list[Block] = []
    more: tuple[Button, ...] = ()
    if not ctx.desk.business.reminders.on:
        blocks.append(Notice(_("Reminders to your clients are off."), "warning"))
    elif not seen.by_itself:
        why, more = await left_out(ctx, Feature.LADDER)
        blocks.append(why)
    if coming or seen.more:
        title = _("What comes in the next {days} days", days=DAYS_AHEAD)
        blocks.append(Facts(_bounded(coming, room, seen.more), title))
    else:
        blocks.append(Notice(_("Nothing is sent by itself in the next {days} days.", days=DAYS_AHEAD)))
    if resting:
        lines = [_resting(ctx, one) for one in resting[:left]]
        blocks.append(Facts(_bounded(lines, left, len(resting) - len(lines)), _("Nobody is reminded of")))
    return Reply(tuple(blocks), (*_buttons(seen), *more))


def _bounded(lines: Sequence[tuple[str, str]], most: int, more: int = 0) -> tuple[tuple[str, str], ...]:
    """So many at most; the last one says how many there are besides."""
    if len(lines) <= most and not more:
        return tuple(lines)
    kept = lines[: most - 1]
    return (*kept, ("…", _("{count} more", count=len(lines) - len(kept) + more)))


# -- what comes ------------------------------------------------------------------------------------


async def _coming(ctx: Context, seen: Outlook) -> list[tuple[str, str]]:
    lines = [_sending(ctx, sending) for sending in seen.sendings]
    lines += [await _promise(ctx, promise) for promise in seen.promises]
    lines += [_recurring(ctx, recurring) for recurring in seen.recurring]
    lines += await _quotes(ctx)
    lines += await _digest(ctx)
    lines += await _notices(ctx)
    return [(line.label, line.text) for line in sorted(lines, key=lambda line: line.at)]


def _sending(ctx: Context, sending: Sending) -> _Line:
    reminder = sending.reminder
    owed = {run.invoice_id: run for run in asked(reminder)}
    numbers = [invoice.issued.number for invoice in sending.invoices]
    shown = ", ".join(numbers[:_MOST_NUMBERS])
    if len(numbers) > _MOST_NUMBERS:
        shown = _("{numbers} and {count} more", numbers=shown, count=len(numbers) - _MOST_NUMBERS)
    values = {
        "client": sending.client.name,
        "numbers": shown,
        "amount": ctx.money(total((run.balance for run in owed.values()), reminder.currency)),
        "step": step_text(max(run.step for run in owed.values())),
    }
    if reminder.way is Way.MAIL:
        text = _("reminder to {client} about {numbers}, {amount}, {step}", **values)
    else:
        text = _("reminder for you to forward to {client} about {numbers}, {amount}, {step}", **values)
    more = [_why_later(sending)] if sending.lull else []
    more += [_fee(ctx, charge) for charge in sending.charges]
    label = ctx.time(reminder.send_at)
    if sending.held:
        label = _("on your word")
    return _Line(reminder.send_at, label, "; ".join((text, *more)))


async def _quotes(ctx: Context) -> list[_Line]:
    """Those that expire in these days, at the moment at which that is said."""
    rows = await ctx.work.quotes.list_ending(ctx.today, ctx.today + timedelta(days=DAYS_AHEAD), MOST_LINES)
    lines = []
    for row in rows:
        last = row.valid_until or ctx.today
        at = instant(last + timedelta(days=1), AT, ctx.desk.business.zone)
        text = _("quote {number} to {client} over {total} expires: {date} is its last day", number=row.number,
                 client=row.client, total=ctx.money(row.total), date=last)  # fmt: skip
        lines.append(_Line(at, ctx.time(at), text))
    return lines


def _why_later(sending: Sending) -> str:
    if sending.lull is None or sending.lull_on is None:
        return ""
    why = lull_text(sending.lull, sending.client.address.country, sending.lull_on)
    return _("not on {date}: {why}", date=sending.lull_on, why=why)


def _fee(ctx: Context, charge: Charge) -> str:
    amount = ctx.money(charge.amount)
    match charge.ground:
        case Ground.FEE:
            return _("with a late fee of {amount}", amount=amount)
        case Ground.INTEREST:
            return _("with interest of {amount}", amount=amount)
        case Ground.FLAT:
            return _("with the flat sum of {amount}", amount=amount)


async def _promise(ctx: Context, promise: Promise) -> _Line:
    client = await ctx.work.clients.get(promise.client_id)
    text = _("{client} promised to pay by then; reminders resume on {resumed}", client=client.name,
             resumed=resumes_on(promise))  # fmt: skip
    at = instant(resumes_on(promise), ctx.desk.business.reminders.at, ctx.desk.business.zone)
    return _Line(at, str(promise.promised_on), text)


def _recurring(ctx: Context, recurring: Recurring) -> _Line:
    client = recurring.client.name
    texts = {
        Does.DRAFT: _("a recurring invoice to {client} is drafted", client=client),
        Does.ISSUE: _("a recurring invoice to {client} is issued", client=client),
        Does.SEND: _("a recurring invoice to {client} is issued and mailed", client=client),
    }
    return _Line(recurring.at, ctx.time(recurring.at), texts[recurring.series.does])


async def _digest(ctx: Context) -> list[_Line]:
    """The next one of this chat."""
    agenda = await ctx.work.agendas.get()
    for listener in await ctx.work.notices.listeners(Kind.DIGEST):
        if listener.chat == ctx.chat.key:
            at = next_heard(ctx, listener, agenda.digest_on)
            return [_Line(at, ctx.time(at), _("the digest, if there is anything to say"))] if at else []
    return []


async def _notices(ctx: Context) -> list[_Line]:
    """What waits for the end of this chat's quiet hours."""
    waiting = [one for one in await ctx.work.notices.list_waiting(_MOST_NOTICES) if one.chat == ctx.chat.key]
    counts = Counter(one.due_at for one in waiting)
    return [_Line(at, ctx.time(at), _waiting_text(count)) for at, count in counts.items()]


def _waiting_text(count: int) -> str:
    if count == 1:
        return _("a message that waits for the end of your quiet hours")
    return _("{count} messages that wait for the end of your quiet hours", count=count)


# -- what does not ---------------------------------------------------------------------------------


def _rested(ctx: Context, seen: Outlook) -> list[Resting]:
    """What somebody said no to comes first, what is only later last."""
    on = ctx.desk.business.reminders.on and seen.by_itself
    return sorted(seen.resting, key=_rank) if on else []


def _rank(one: Resting) -> int:
    if isinstance(one.next, Step):
        chased = one.candidate.chased
        return len(_LAST) + (chased.promised_on is None and chased.snoozed_until is None)
    return _LAST.index(one.next) if one.next in _LAST else 0


def _resting(ctx: Context, one: Resting) -> tuple[str, str]:
    chased = one.candidate.chased
    label = _("{number}, {client}", number=chased.number, client=one.candidate.client.name)
    if isinstance(one.next, Rest):
        return label, rest_text(one.next)
    return label, next_step_text(ctx, chased, one.next)


def _buttons(seen: Outlook) -> tuple[Button, ...]:
    stored = [sending for sending in seen.sendings if sending.stored][:_MOST_SHOWN]
    shown = (
        Button(_("Show {client}", client=sending.client.name), "reminder", sending.reminder.id.hex)
        for sending in stored
    )
    return (*shown, Button(_("Reminders"), "reminders"), Button(_("A promise to pay"), "promise"))


COMMANDS = (
    Command(
        name="tomorrow",
        help=N_("What is sent by itself in the next days"),
        run=tomorrow,
        group="money",
        example="/tomorrow",
        form=optional("nothing"),
        role=Role.ACCOUNTANT,
    ),
)
