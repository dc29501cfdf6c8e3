"""The digest: a business's morning in at most ten lines, for every chat that hears it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.digest import next_digest
from core.moments import instant, local_day
from core.notify import Kind, Listener, WaitingNotice
from core.party import Client
from core.quote_ports import QuoteRow
from core.reminder import Reminder, ReminderState
from core.views import CurrencyOwed, Cursor, InvoiceFilter, InvoiceRow, ReceivedTotal
from handlers.background.notices import heard_at, held, post_to
from handlers.context import Context
from handlers.kinds import Button, Facts, Reply
from handlers.telling import language_of, said_in
from handlers.words import _

MOST_LINES = 10
_MOST_CURRENCIES = 3
_MOST_LATE, _MOST_SOON, _MOST_SENDS, _MOST_RECEIVED, _MOST_ENDING = 4, 3, 2, 2, 2
_SOON = timedelta(days=7)
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=31)
"""Nobody is told about money that came in longer ago."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Send:
    """A reminder that leaves today."""

    reminder: Reminder
    client: Client


@dataclass(frozen=True, slots=True)
class Morning:
    """What there is to say today."""

    sums: tuple[CurrencyOwed, ...]
    """Currencies in which something is late or due soon, the business's own first."""
    late: tuple[InvoiceRow, ...]
    soon: tuple[InvoiceRow, ...]
    received: tuple[ReceivedTotal, ...]
    sends: tuple[Send, ...]
    more_sends: int
    ending: tuple[QuoteRow, ...] = ()
    """Quotes whose last day is today or tomorrow."""

    @property
    def says_something(self) -> bool:
        return bool(self.sums or self.received or self.sends or self.ending)


# -- what there is to say ---------------------------------------------------------------------------


async def morning(ctx: Context, since: datetime, waiting: Sequence[Reminder]) -> Morning:
    """As it is now, with the money that was recorded from `since` on and what leaves of the reminders that wait."""
    today, own = ctx.today, ctx.desk.business.currency
    sums = await ctx.work.invoices.owed(today)
    late = soon = tuple[InvoiceRow, ...]()
    if any(one.overdue_count for one in sums):
        late = await _due_before(ctx, today, None, _MOST_LATE)
    if any(one.soon_count for one in sums):
        soon = await _due_before(ctx, today + _SOON, Cursor(f"{today}/"), _MOST_SOON)
    received = await ctx.work.payments.received_since(max(since, ctx.clock.now() - _LONGEST))
    leaving = _leaving_today(ctx, waiting)
    sends = [
        Send(reminder, await ctx.work.clients.get(reminder.client_id)) for reminder in leaving[:_MOST_SENDS]
    ]
    return Morning(
        tuple(sorted(sums, key=lambda one: one.currency != own)), late, soon, tuple(received), tuple(sends),
        len(leaving) - len(sends), tuple(await ctx.work.quotes.list_ending(today, today + _DAY, _MOST_ENDING)),
    )  # fmt: skip


async def _due_before(ctx: Context, day: date, cursor: Cursor | None, most: int) -> tuple[InvoiceRow, ...]:
    page = await ctx.work.invoices.list_page(InvoiceFilter.OVERDUE, day, None, cursor, most)
    return page.rows


def _leaving_today(ctx: Context, waiting: Sequence[Reminder]) -> list[Reminder]:
    zone, today = ctx.desk.business.zone, ctx.today
    return [
        reminder
        for reminder in waiting
        if reminder.state is ReminderState.PLANNED and local_day(reminder.send_at, zone) == today
    ]


async def since_last(ctx: Context, on: date) -> datetime:
    """When the digest before that of `on` was decided; without one, a day before it."""
    business = ctx.desk.business
    found = await ctx.work.agendas.digest_before(on)
    return found or instant(on - _DAY, business.digest.at, business.zone)


def _after_the_last(ctx: Context, on: date, listener: Listener) -> date:
    """The day after the last one on which the listener wanted a digest."""
    day = on
    while on - day < _LONGEST and _is_off(ctx, listener, day - _DAY):
        day -= _DAY
    return day


def _is_off(ctx: Context, listener: Listener, day: date) -> bool:
    business = ctx.desk.business
    moment = instant(day, business.digest.at, business.zone)
    return heard_at(ctx, listener, Kind.DIGEST, moment) > moment


# -- how it reads -----------------------------------------------------------------------------------


def digest(ctx: Context, morning: Morning) -> Reply:
    """The totals first, then what is late and what comes, and what can be done about it."""
    title = _("{business}, {date}", business=ctx.desk.business.name, date=ctx.today)
    return Reply((Facts(tuple(_lines(ctx, morning)), title),), _buttons(morning))


def nothing_new(ctx: Context) -> Reply:
    """Only for somebody who asks: by itself, no such digest comes."""
    text = _("Nothing is late, nothing is due within 7 days, and nothing came in.")
    return Reply((Facts(((_("Today"), text),), ctx.desk.business.name),), (_time_button(),))


def _lines(ctx: Context, morning: Morning) -> list[Pair]:
    """At most ten: each part has at least one, and the earlier ones have more where there is room."""
    parts = [
        _shortened([_sum(ctx, one) for one in morning.sums], _MOST_CURRENCIES),
        [_late(ctx, row) for row in morning.late],
        _with_more([_send(ctx, send) for send in morning.sends], morning.more_sends),
        [_soon(ctx, row) for row in morning.soon],
        [_ending(ctx, row) for row in morning.ending],
        _shortened([_received(ctx, total) for total in morning.received], _MOST_RECEIVED),
    ]
    lines: list[Pair] = []
    for place, part in enumerate(parts):
        kept = sum(1 for later in parts[place + 1 :] if later)
        lines += part[: MOST_LINES - len(lines) - kept]
    return lines


def _shortened(lines: list[Pair], most: int) -> list[Pair]:
    return _with_more(lines[:most], max(len(lines) - most, 0))


def _with_more(lines: list[Pair], count: int) -> list[Pair]:
    """The last one says how many there are besides."""
    if not count:
        return lines
    label, value = lines[-1]
    return [*lines[:-1], (label, _("{line}, and {count} more", line=value, count=count))]


def _sum(ctx: Context, one: CurrencyOwed) -> Pair:
    late, soon = ctx.money(one.overdue), ctx.money(one.soon)
    if not one.soon_count:
        text = _("{sum} late ({count})", sum=late, count=one.overdue_count)
    elif not one.overdue_count:
        text = _("{sum} due within 7 days ({count})", sum=soon, count=one.soon_count)
    else:
        text = _(
            "{late} late ({late_count}), {soon} due within 7 days ({soon_count})",
            late=late, late_count=one.overdue_count, soon=soon, soon_count=one.soon_count,
        )  # fmt: skip
    return _("Owed"), text


def _late(ctx: Context, row: InvoiceRow) -> Pair:
    days = (ctx.today - row.due_on).days if row.due_on else 0
    return _("Late: {number}", number=row.number), _(
        "{client}, {sum}, since {date} ({days} d)",
        client=row.client, sum=ctx.money(row.balance), date=row.due_on, days=days,
    )  # fmt: skip


def _soon(ctx: Context, row: InvoiceRow) -> Pair:
    day = ctx.day(row.due_on) if row.due_on else "–"
    return _("Due: {number}", number=row.number), _(
        "{client}, {sum}, {day}", client=row.client, sum=ctx.money(row.balance), day=day
    )


def _ending(ctx: Context, row: QuoteRow) -> Pair:
    day = ctx.day(row.valid_until) if row.valid_until else "–"
    return _("Quote {number}", number=row.number), _(
        "{client}, {sum}, valid until {day}", client=row.client, sum=ctx.money(row.total), day=day
    )


def _received(ctx: Context, total: ReceivedTotal) -> Pair:
    received = ctx.money(total.received)
    if total.payments == 1:
        return _("Paid"), _("{sum} by {client}", sum=received, client=total.client)
    return _("Paid"), _("{sum} in {count} payments", sum=received, count=total.payments)


def _send(ctx: Context, send: Send) -> Pair:
    runs = send.reminder.runs
    asked = sum((run.balance for run in runs[1:]), runs[0].balance)
    return _("Reminder {time}", time=ctx.time(send.reminder.send_at)), _(
        "to {client} about {sum}", client=send.client.name, sum=ctx.money(asked)
    )


def _buttons(morning: Morning) -> tuple[Button, ...]:
    buttons = []
    for row in morning.late:
        buttons += [
            Button(_("Remind {number}", number=row.number), "remind", row.id.hex),
            Button(_("Paid {number}", number=row.number), "paid", row.id.hex),
            Button(_("Snooze {number}", number=row.number), "snooze", row.id.hex),
        ]
    buttons += [Button(_("Paid {number}", number=row.number), "paid", row.id.hex) for row in morning.soon]
    everything = ("overdue", "") if morning.late else ("invoices", InvoiceFilter.OPEN.value)
    return (*buttons, Button(_("Show all"), *everything), _time_button())


def _time_button() -> Button:
    return Button(_("Change the time"), "digest", "time")


# -- writing it -------------------------------------------------------------------------------------


async def write_due(ctx: Context, waiting: Sequence[Reminder]) -> None:
    """Write what was decided and not written yet; whoever calls has locked the agenda. After a day or more without
    a worker, only the newest is written. `waiting` are the reminders that have not left.
    """
    unmade = await ctx.work.agendas.unmade_digests()
    for on in unmade:
        if on == unmade[-1] and on >= ctx.today - _DAY:
            await _write(ctx, on, waiting)
        await ctx.work.agendas.digest_made(on)


async def _write(ctx: Context, on: date, waiting: Sequence[Reminder]) -> None:
    found: dict[date, Morning] = {}
    for listener in await ctx.work.notices.listeners(Kind.DIGEST):
        day = _after_the_last(ctx, on, listener)
        if day not in found:
            found[day] = await morning(ctx, await since_last(ctx, day), waiting)
        if found[day].says_something:
            await _write_to(ctx, listener, on, found[day])


async def _write_to(ctx: Context, listener: Listener, on: date, morning: Morning) -> None:
    """Whoever was away finds one digest, not one of each day; and whoever wants none today gets it on the next day
    they do, unless the business has one of its own until then.
    """
    reply = said_in(await language_of(ctx, listener), lambda: digest(ctx, morning))
    await ctx.work.notices.remove(listener.chat, Kind.DIGEST)
    now, business = ctx.clock.now(), ctx.desk.business
    if heard_at(ctx, listener, Kind.DIGEST, now) == now:
        await ctx.work.outbox.supersede(listener.chat, Kind.DIGEST.value)
        key = f"digest:{business.id.hex}:{on}:{listener.chat}"
        await post_to(ctx, listener.chat, Kind.DIGEST, reply, key)
        return
    later = _waits_until(ctx, listener, on, now)
    if later is not None:
        waiting = WaitingNotice(ctx.ids.new(), listener.chat, Kind.DIGEST, later, held(reply))
        await ctx.work.notices.add(waiting)


def _waits_until(ctx: Context, listener: Listener, on: date, now: datetime) -> datetime | None:
    """When somebody who wants no digest now gets that of `on`; None where the business's next one comes before."""
    business, allowed = ctx.desk.business, heard_at(ctx, listener, Kind.DIGEST, now)
    later = max(allowed, instant(local_day(allowed, business.zone), business.digest.at, business.zone))
    coming = next_digest(business.digest, business.zone, on, now)
    return later if coming is None or coming[1] > later else None


def next_heard(ctx: Context, listener: Listener, done_on: date | None) -> datetime | None:
    """When the listener gets the next digest that is not decided yet; `done_on` is the newest one that is."""
    business, now = ctx.desk.business, ctx.clock.now()
    coming = next_digest(business.digest, business.zone, done_on, now)
    while coming is not None:
        on, moment = coming[0], max(coming[1], now)
        if heard_at(ctx, listener, Kind.DIGEST, moment) == moment:
            return moment
        later = _waits_until(ctx, listener, on, moment)
        if later is not None:
            return later
        coming = next_digest(business.digest, business.zone, on, moment)
    return None
