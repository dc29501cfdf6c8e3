"""The digest: a business's morning in at most ten lines, for every chat that hears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.digest import next_digest
from core.moments import instant, local_day
from core.notify import Kind, Listener, WaitingNotice
from core.party import Client
from core.reminder import Reminder, ReminderState
from core.views import CurrencyOverview, Cursor, InvoiceFilter, InvoiceRow, ReceivedTotal
from handlers.background.notices import heard_at, held, post_to
from handlers.context import Context
from handlers.kinds import Button, Facts, Reply
from handlers.telling import language_of, said_in
from handlers.words import _

MOST_LINES = 10
_MOST_CURRENCIES = 3
_MOST_LATE, _MOST_SOON, _MOST_SENDS, _MOST_RECEIVED = 4, 3, 2, 2
_SOON = timedelta(days=7)
_DAY = timedelta(days=1)
_MOST_WAITING = 50
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

    sums: tuple[CurrencyOverview, ...]
    """Currencies in which something is late or due soon, the business's own first."""
    late: tuple[InvoiceRow, ...]
    soon: tuple[InvoiceRow, ...]
    received: tuple[ReceivedTotal, ...]
    sends: tuple[Send, ...]

    @property
    def says_something(self) -> bool:
        return bool(self.sums or self.received or self.sends)


# -- what there is to say ---------------------------------------------------------------------------


async def morning(ctx: Context, since: datetime) -> Morning:
    """As it is now, with the money that was recorded from `since` on."""
    today, own = ctx.today, ctx.desk.business.currency
    overview = await ctx.work.invoices.overview(today)
    sums = [one for one in overview.currencies if one.overdue_count or one.soon_count]
    late = soon = tuple[InvoiceRow, ...]()
    if any(one.overdue_count for one in sums):
        late = await _due_before(ctx, today, None, _MOST_LATE)
    if any(one.soon_count for one in sums):
        soon = await _due_before(ctx, today + _SOON, Cursor(f"{today}/"), _MOST_SOON)
    received = await ctx.work.payments.received_since(max(since, ctx.clock.now() - _LONGEST))
    return Morning(
        tuple(sorted(sums, key=lambda one: one.currency != own)),
        late,
        soon,
        tuple(received),
        await _sends(ctx),
    )


async def _due_before(ctx: Context, day: date, cursor: Cursor | None, most: int) -> tuple[InvoiceRow, ...]:
    page = await ctx.work.invoices.list_page(InvoiceFilter.OVERDUE, day, None, cursor, most)
    return page.rows


async def _sends(ctx: Context) -> tuple[Send, ...]:
    zone, today = ctx.desk.business.zone, ctx.today
    waiting = await ctx.work.reminders.list_waiting(_MOST_WAITING)
    return tuple(
        [
            Send(reminder, await ctx.work.clients.get(reminder.client_id))
            for reminder in waiting
            if reminder.state is ReminderState.PLANNED and local_day(reminder.send_at, zone) == today
        ]
    )


async def since_last(ctx: Context, on: date, listener: Listener | None = None) -> datetime:
    """When the digest before that of `on` was decided, leaving out days on which its listener wanted none."""
    business, day = ctx.desk.business, on
    while listener and on - day < _LONGEST and _is_off(ctx, listener, day - _DAY):
        day -= _DAY
    found = await ctx.work.agendas.digest_before(day)
    return found or instant(day - _DAY, business.digest.at, business.zone)


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
        _shortened([_send(ctx, send) for send in morning.sends], _MOST_SENDS),
        [_soon(ctx, row) for row in morning.soon],
        _shortened([_received(ctx, total) for total in morning.received], _MOST_RECEIVED),
    ]
    lines: list[Pair] = []
    for place, part in enumerate(parts):
        kept = sum(1 for later in parts[place + 1 :] if later)
        lines += part[: MOST_LINES - len(lines) - kept]
    return lines


def _shortened(lines: list[Pair], most: int) -> list[Pair]:
    """The last one says how many there are besides."""
    if len(lines) <= most:
        return lines
    label, value = lines[most - 1]
    more = _("{line}, and {count} more", line=value, count=len(lines) - most)
    return [*lines[: most - 1], (label, more)]


def _sum(ctx: Context, one: CurrencyOverview) -> Pair:
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


async def write_due(ctx: Context) -> None:
    """Write what was decided and not written yet. After a day or more without a worker, only the newest is."""
    await ctx.work.agendas.lock()
    unmade = await ctx.work.agendas.unmade_digests()
    for on in unmade:
        if on == unmade[-1] and on >= ctx.today - _DAY:
            await _write(ctx, on)
        await ctx.work.agendas.digest_made(on)


async def _write(ctx: Context, on: date) -> None:
    found: dict[datetime, Morning] = {}
    for listener in await ctx.work.notices.listeners(Kind.DIGEST):
        since = await since_last(ctx, on, listener)
        if since not in found:
            found[since] = await morning(ctx, since)
        if found[since].says_something:
            await _write_to(ctx, listener, on, found[since])


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
