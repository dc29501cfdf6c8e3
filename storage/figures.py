"""Numbers of the whole install, for whoever operates it: counts and sums, and no word of any business or client.

All but `people` read tables of the fleet, which the app itself may read; `people` needs the keeper of backups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.money import Money
from core.plan import Plan, Standing
from core.sales import WINDOW, Bought, Course, Move, Sales, sales
from storage.housekeeping import Backlog, backlog
from storage.tables import (
    UNAPPLIED,
    WAITING,
    agenda,
    business,
    client,
    inbox,
    invoice,
    member,
    outbox,
    plan_change,
    stripe_event,
    subscription,
    usage,
)

DAY = timedelta(days=1)
_NUMBER = sa.func.count().label("number")
_SINCE: sa.BindParameter[Any] = sa.bindparam("since", type_=plan_change.c.at.type)


def _count_if(*which: sa.ColumnElement[bool]) -> sa.Function[int]:
    return sa.func.count(sa.case((sa.and_(*which), 1)))


# -- what waits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queues:
    businesses: int
    backlog: Backlog
    inbox: int
    deliveries: Mapping[str, int]
    """By state, those that have not arrived; of the failed and uncertain ones those that are kept."""


_INBOX = sa.select(_NUMBER).where(inbox.c.state == "new")
_WAITING = sa.select(outbox.c.state, _NUMBER).where(WAITING).group_by(outbox.c.state)
_BUSINESSES = sa.select(_NUMBER).select_from(agenda)
_JOBS = sa.text(
    "SELECT entrypoint, count(*) AS number FROM pgqueuer WHERE status = 'queued' GROUP BY entrypoint"
)


async def queues(connection: AsyncConnection, now: datetime) -> Queues:
    left = await backlog(connection, now)
    deliveries = {"pending": 0, "sending": 0, "failed": left.failed, "uncertain": left.uncertain}
    deliveries |= {row.state: row.number for row in await connection.execute(_WAITING)}
    return Queues(
        (await connection.execute(_BUSINESSES)).scalar_one(), left,
        (await connection.execute(_INBOX)).scalar_one(), deliveries,
    )  # fmt: skip


async def jobs(connection: AsyncConnection) -> dict[str, int]:
    """Those that wait, by name. An install on SQLite has them in a process's memory, and the keeper may not look."""
    if connection.dialect.name == "sqlite":
        return {}
    return {row.entrypoint: row.number for row in await connection.execute(_JOBS)}


# -- what is sold ----------------------------------------------------------------------------------

_ALIKE = (
    subscription.c.plan, subscription.c.standing, subscription.c.yearly, subscription.c.currency,
    subscription.c.price_minor,
)  # fmt: skip
_BOUGHT = sa.select(*_ALIKE, _NUMBER).where(subscription.c.standing != Standing.NONE).group_by(*_ALIKE)
_STEP = (
    plan_change.c.plan_from, plan_change.c.plan_to, plan_change.c.standing_from, plan_change.c.standing_to,
)  # fmt: skip
_MOVES = sa.select(*_STEP, _NUMBER).where(plan_change.c.at >= _SINCE).group_by(*_STEP)
_EACH = (
    sa.select(
        plan_change.c.business_id,
        sa.func.min(plan_change.c.version).label("first"),
        sa.func.max(plan_change.c.version).label("last"),
    )
    .where(plan_change.c.at >= _SINCE)
    .group_by(plan_change.c.business_id)
    .subquery()
)
_first, _last = plan_change.alias("first_change"), plan_change.alias("last_change")
_COURSES = (
    sa.select(_first.c.standing_from, _last.c.standing_to, _NUMBER)
    .select_from(_EACH)
    .join(_first, sa.and_(_first.c.business_id == _EACH.c.business_id, _first.c.version == _EACH.c.first))
    .join(_last, sa.and_(_last.c.business_id == _EACH.c.business_id, _last.c.version == _EACH.c.last))
    .group_by(_first.c.standing_from, _last.c.standing_to)
)
# A payment that failed at first and then came is a trial that was paid for.
_paid = plan_change.alias("paid")
_TRIALS = sa.select(
    _NUMBER,
    _count_if(
        sa.exists().where(
            _paid.c.business_id == plan_change.c.business_id,
            _paid.c.version >= plan_change.c.version,
            _paid.c.standing_to == Standing.ACTIVE,
        )
    ).label("converted"),
).where(
    plan_change.c.at >= _SINCE,
    plan_change.c.standing_from == Standing.TRIALING,
    plan_change.c.standing_to != Standing.TRIALING,
)


async def sold(connection: AsyncConnection, now: datetime) -> Sales:
    since = {"since": now - WINDOW}
    bought = [
        Bought(
            Plan(row.plan), Standing(row.standing), row.yearly,
            None if row.currency is None else Money(row.price_minor, row.currency), row.number,
        )
        for row in await connection.execute(_BOUGHT)
    ]  # fmt: skip
    moves = [
        Move(Plan(row.plan_from), Plan(row.plan_to), Standing(row.standing_from), Standing(row.standing_to), row.number)
        for row in await connection.execute(_MOVES, since)
    ]  # fmt: skip
    courses = [
        Course(Standing(row.standing_from), Standing(row.standing_to), row.number)
        for row in await connection.execute(_COURSES, since)
    ]
    trials = (await connection.execute(_TRIALS, since)).one()
    return sales(bought, moves, courses, trials.number, trials.converted)


@dataclass(frozen=True, slots=True)
class Used:
    """Of one feature in one month, all businesses together."""

    used: int
    full: int
    """How often a limit was reached."""


_USED = (
    sa.select(
        usage.c.meter,
        sa.func.sum(usage.c.used).label("used"),
        sa.func.sum(usage.c.full_count).label("full"),
    )
    .where(usage.c.period == sa.bindparam("period"))
    .group_by(usage.c.meter)
)


async def used(connection: AsyncConnection, period: str) -> dict[str, Used]:
    """By feature; each business's month is that of its own zone."""
    rows = await connection.execute(_USED, {"period": period})
    return {row.meter: Used(int(row.used), int(row.full)) for row in rows}


# -- what Stripe tells -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What Stripe told. `lag` is how long it took until we had it, `delay` how long from there until it was applied."""

    stored: int = 0
    """Within the last day."""
    lag: float = 0.0
    """Seconds on average, of these."""
    longest_lag: float = 0.0
    delay: float = 0.0
    waiting: int = 0
    waiting_since: datetime | None = None
    failed: int = 0
    """Of those of the last 30 days, which were set aside because they could not be applied."""
    payments_failed: int = 0
    """How often a payment for a plan failed, in 30 days."""


_EVENT_SINCE = stripe_event.c.stored_at >= _SINCE
_TIMES = sa.select(
    stripe_event.c.created_at, stripe_event.c.stored_at, stripe_event.c.applied_at
).where(_EVENT_SINCE).order_by(stripe_event.c.stored_at.desc()).limit(1000)  # fmt: skip
_WAIT = sa.select(_NUMBER, sa.func.min(stripe_event.c.stored_at).label("since")).where(UNAPPLIED)
_COUNTS = sa.select(
    _count_if(stripe_event.c.stored_at >= sa.bindparam("day", type_=stripe_event.c.stored_at.type)).label("stored"),
    _count_if(stripe_event.c.failed_at.is_not(None)).label("failed"),
    _count_if(
        stripe_event.c.type == "invoice.payment_failed", stripe_event.c.business_id.is_(None)
    ).label("payments_failed"),
).where(_EVENT_SINCE)  # fmt: skip


async def told(connection: AsyncConnection, now: datetime) -> Told:
    # The newest thousand are enough for an average, and both databases subtract moments differently.
    times = (await connection.execute(_TIMES, {"since": now - DAY})).all()
    lags = [max((row.stored_at - row.created_at).total_seconds(), 0.0) for row in times]
    delays = [
        max((row.applied_at - row.stored_at).total_seconds(), 0.0)
        for row in times
        if row.applied_at is not None
    ]
    waiting = (await connection.execute(_WAIT)).one()
    counts = (await connection.execute(_COUNTS, {"since": now - WINDOW, "day": now - DAY})).one()
    return Told(
        counts.stored, _mean(lags), max(lags, default=0.0), _mean(delays), waiting.number, waiting.since,
        counts.failed, counts.payments_failed,
    )  # fmt: skip


def _mean(seconds: list[float]) -> float:
    return sum(seconds) / len(seconds) if seconds else 0.0


# -- what people do --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class People:
    businesses: int
    members: int
    clients: int
    issued: int
    """Invoices and credit notes that have a number."""
    issued_lately: int
    """Of these, in 30 days, and by how many businesses."""
    active: int


_LATELY = invoice.c.issued_on >= sa.bindparam("since", type_=sa.Date)
_PEOPLE = {
    "businesses": sa.select(_NUMBER).select_from(business),
    "members": sa.select(_NUMBER).where(member.c.left_at.is_(None)),
    "clients": sa.select(_NUMBER).where(client.c.archived_at.is_(None)),
    "issued": sa.select(_NUMBER).where(invoice.c.number.is_not(None)),
    "issued_lately": sa.select(_NUMBER).where(invoice.c.number.is_not(None), _LATELY),
    "active": sa.select(sa.func.count(invoice.c.business_id.distinct())).where(
        invoice.c.number.is_not(None), _LATELY
    ),
}


async def people(connection: AsyncConnection, today: date) -> People:
    """Reads every business's rows, which on PostgreSQL only the keeper of backups sees."""
    since = {"since": today - WINDOW}
    counts = {name: (await connection.execute(query, since)).scalar_one() for name, query in _PEOPLE.items()}
    return People(**counts)
