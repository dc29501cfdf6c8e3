"""What the tick does for the whole fleet: claim the businesses whose time has come, a few statements for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.agenda import Agenda, claim, planned
from storage.agendas import next_at_of, read_agenda
from storage.tables import AWAKE, agenda, digest_run
from storage.types import UtcDateTime

FARTHEST = timedelta(days=2)
"""No business is planned further ahead, except for what somebody put off while its reminders are switched off."""
_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """One business whose moment has come."""

    business_id: UUID
    digest_on: date | None
    """The local date whose digest was decided by this claim."""
    wakes: bool
    """Whether there is something to do; else the row was only planned again."""


_MOST: sa.BindParameter[Any] = sa.bindparam("most")
_MOMENT: sa.BindParameter[Any] = sa.bindparam("moment", type_=agenda.c.next_at.type)
_DUE = (
    sa.select(agenda)
    .where(agenda.c.next_at <= _MOMENT)
    .order_by(agenda.c.next_at)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_FAR = (
    sa.select(agenda)
    .where(agenda.c.next_at > _MOMENT)
    .order_by(agenda.c.next_at)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_STALE = (
    sa.select(agenda.c.business_id)
    .where(AWAKE, agenda.c.woken_at <= _MOMENT)
    .order_by(agenda.c.woken_at)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)


def _plan(*columns: str) -> dict[bool, sa.Update]:
    """On PostgreSQL one statement for all rows, whose values come as one array for each column: 200 statements would
    cost three times as much. On SQLite a statement costs next to nothing.
    """
    names = ("business_id", *columns)
    arrays = [sa.bindparam(f"all_{name}", type_=postgresql.ARRAY(_plain(name))) for name in names]
    rows = sa.func.unnest(*arrays).table_valued(*(sa.column(name, _plain(name)) for name in names))
    plan = rows.render_derived(name="plan")
    one = {name: sa.bindparam(f"new_{name}", type_=agenda.c[name].type) for name in columns}
    return {
        True: sa.update(agenda)
        .where(agenda.c.business_id == plan.c.business_id)
        .values({name: plan.c[name] for name in columns}),
        False: sa.update(agenda).where(agenda.c.business_id == sa.bindparam("key")).values(one),
    }


def _plain(name: str) -> sa.types.TypeEngine[Any]:
    kind = agenda.c[name].type
    return sa.DateTime(timezone=True) if isinstance(kind, UtcDateTime) else kind


_CLAIMED = _plan("digest_on", "digest_next", "look_next", "next_at", "woken_at")
_HEALED = _plan("digest_next", "look_next", "next_at")
_WOKEN = _plan("woken_at")
_DECIDED = (
    sa.func.unnest(
        sa.bindparam("business_ids", type_=postgresql.ARRAY(sa.Uuid)),
        sa.bindparam("days", type_=postgresql.ARRAY(sa.Date)),
    )
    .table_valued(sa.column("business_id", sa.Uuid), sa.column("local_on", sa.Date))
    .render_derived(name="decided")
)
_DECIDE = (
    postgresql.insert(digest_run)
    .from_select(
        ["business_id", "local_on", "decided_at"],
        sa.select(
            _DECIDED.c.business_id,
            _DECIDED.c.local_on,
            sa.bindparam("moment", type_=digest_run.c.decided_at.type),
        ),
    )
    .on_conflict_do_nothing()
)
_DECIDE_EACH = sqlite.insert(digest_run).on_conflict_do_nothing()


async def _change(
    connection: AsyncConnection, plan: dict[bool, sa.Update], rows: list[dict[str, Any]]
) -> None:
    """Each row by its `business_id` and the new values of the plan's columns."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(plan[True], {f"all_{name}": [row[name] for row in rows] for name in rows[0]})
        return
    renamed = [{"key" if name == "business_id" else f"new_{name}": row[name] for name in row} for row in rows]
    await connection.execute(plan[False], renamed)


async def _decide(connection: AsyncConnection, now: datetime, days: dict[UUID, date]) -> None:
    if not days:
        return
    if connection.dialect.name == "postgresql":
        arrays = {"business_ids": list(days), "days": list(days.values())}
        await connection.execute(_DECIDE, {**arrays, "moment": now})
        return
    rows = [{"business_id": each, "local_on": on, "decided_at": now} for each, on in days.items()]
    await connection.execute(_DECIDE_EACH, rows)


async def claim_due(connection: AsyncConnection, now: datetime, limit: int) -> list[Claim]:
    """Take up to `limit` businesses whose moment has come, the longest due first, and plan their next one.

    Runs in the caller's transaction, which also enqueues their jobs: all of it happens or nothing. What another
    scheduler has in hand is passed over.
    """
    claims, plans, days = list[Claim](), list[dict[str, Any]](), dict[UUID, date]()
    # Those of one zone want to hear at the same hour: what is decided for one of them goes for all of them.
    decided = dict[tuple[Any, ...], _Decision]()
    for row in (await connection.execute(_DUE, {"moment": now, "most": limit})).all():
        business_id, *rest = row
        alike = tuple(rest)
        if alike not in decided:
            decided[alike] = _decision(row, now)
        found = decided[alike]
        claims.append(Claim(business_id, found.digest_on, found.wakes))
        plans.append({"business_id": business_id, **found.plan})
        if found.digest_on is not None:
            days[business_id] = found.digest_on
    await _decide(connection, now, days)
    await _change(connection, _CLAIMED, plans)
    return claims


@dataclass(frozen=True, slots=True)
class _Decision:
    digest_on: date | None
    wakes: bool
    plan: dict[str, Any]


def _decision(row: sa.Row[Any], now: datetime) -> _Decision:
    before = read_agenda(row)
    after, digest_on = claim(before, now)
    wakes = digest_on is not None or (before.look_next is not None and before.look_next <= now)
    done = {"digest_on": after.digest_on, "woken_at": now if wakes else row.woken_at}
    return _Decision(digest_on, wakes, _planning(after, now) | done)


async def heal(connection: AsyncConnection, now: datetime, limit: int) -> int:
    """Plan anew what lies further ahead than anything can: it was planned by a clock that had jumped."""
    rows = (await connection.execute(_FAR, {"moment": now + FARTHEST, "most": limit})).all()
    plans = [
        {"business_id": row.business_id, **_planning(planned(read_agenda(row), now), now)} for row in rows
    ]
    await _change(connection, _HEALED, plans)
    return len(plans)


async def claim_stale(
    connection: AsyncConnection, now: datetime, before: datetime, limit: int
) -> Sequence[UUID]:
    """Businesses that were woken up to `before` and have not come to rest: their job was lost, or waits. They count as
    woken `now`, so that the next tick does not wake them once more.
    """
    found = list((await connection.execute(_STALE, {"moment": before, "most": limit})).scalars())
    await _change(connection, _WOKEN, [{"business_id": key, "woken_at": now} for key in found])
    return found


def _planning(after: Agenda, now: datetime) -> dict[str, Any]:
    next_at = next_at_of(after)
    if next_at is not None:
        # Never now, or one tick would claim it for ever; and never so far that it would be healed every minute.
        next_at = min(max(next_at, now + _AGAIN), now + FARTHEST)
    return {"digest_next": after.digest_next, "look_next": after.look_next, "next_at": next_at}
