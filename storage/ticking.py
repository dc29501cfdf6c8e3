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


def _plan(*columns: str) -> sa.Update:
    values = {name: sa.bindparam(f"new_{name}", type_=agenda.c[name].type) for name in columns}
    return sa.update(agenda).where(agenda.c.business_id == sa.bindparam("key")).values(values)


_CLAIMED = _plan("digest_on", "digest_next", "look_next", "next_at", "woken_at")
_HEALED = _plan("digest_next", "look_next", "next_at")
_WOKEN = _plan("woken_at")
_DECIDE: dict[bool, Any] = {
    True: postgresql.insert(digest_run).on_conflict_do_nothing(),
    False: sqlite.insert(digest_run).on_conflict_do_nothing(),
}


async def claim_due(connection: AsyncConnection, now: datetime, limit: int) -> list[Claim]:
    """Take up to `limit` businesses whose moment has come, the longest due first, and plan their next one.

    Runs in the caller's transaction, which also enqueues their jobs: all of it happens or nothing. What another
    scheduler has in hand is passed over.
    """
    claims, runs, plans = list[Claim](), list[dict[str, Any]](), list[dict[str, Any]]()
    for row in (await connection.execute(_DUE, {"moment": now, "most": limit})).all():
        before = read_agenda(row)
        after, digest_on = claim(before, now)
        wakes = digest_on is not None or (before.look_next is not None and before.look_next <= now)
        claims.append(Claim(before.business_id, digest_on, wakes))
        plans.append(
            _planning(after, now)
            | {"new_digest_on": after.digest_on, "new_woken_at": now if wakes else row.woken_at}
        )
        if digest_on is not None:
            runs.append({"business_id": before.business_id, "local_on": digest_on, "decided_at": now})
    if runs:
        await connection.execute(_DECIDE[connection.dialect.name == "postgresql"], runs)
    if plans:
        await connection.execute(_CLAIMED, plans)
    return claims


async def heal(connection: AsyncConnection, now: datetime, limit: int) -> int:
    """Plan anew what lies further ahead than anything can: it was planned by a clock that had jumped."""
    rows = (await connection.execute(_FAR, {"moment": now + FARTHEST, "most": limit})).all()
    plans = [_planning(planned(read_agenda(row), now), now) for row in rows]
    if plans:
        await connection.execute(_HEALED, plans)
    return len(plans)


async def claim_stale(
    connection: AsyncConnection, now: datetime, before: datetime, limit: int
) -> Sequence[UUID]:
    """Businesses that were woken up to `before` and have not come to rest: their job was lost, or waits. They count as
    woken `now`, so that the next tick does not wake them once more.
    """
    found = list((await connection.execute(_STALE, {"moment": before, "most": limit})).scalars())
    if found:
        await connection.execute(_WOKEN, [{"key": key, "new_woken_at": now} for key in found])
    return found


def _planning(after: Agenda, now: datetime) -> dict[str, Any]:
    next_at = next_at_of(after)
    if next_at is not None:
        # Never now, or one tick would claim it for ever; and never so far that it would be healed every minute.
        next_at = min(max(next_at, now + _AGAIN), now + FARTHEST)
    return {
        "key": after.business_id, "new_digest_next": after.digest_next, "new_look_next": after.look_next,
        "new_next_at": next_at,
    }  # fmt: skip
