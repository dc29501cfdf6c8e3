"""The row of a business that the clock reads: it follows the settings, is woken earlier, and rests again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.agenda import Agenda, followed, new_agenda, planned
from core.digest import Days, DigestRules
from core.party import Business
from core.ports import Clock
from storage.scope import Clocked, Scope
from storage.tables import UNMADE, agenda, digest_run

_MINE = agenda.c.business_id == sa.bindparam("tenant")
_GET = sa.select(agenda).where(_MINE)
_HOLD = _GET.with_for_update()
_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))")


def _upsert(insert: Any) -> Any:
    put = insert(agenda)
    kept = {column.name: put.excluded[column.name] for column in agenda.c if column.name not in _OWN}
    return put.on_conflict_do_update(index_elements=["business_id"], set_=kept)


_OWN = ("business_id", "woken_at")
"""What a save leaves alone."""
_PUT = {True: _upsert(postgresql.insert), False: _upsert(sqlite.insert)}
_AT: sa.BindParameter[Any] = sa.bindparam("at", type_=agenda.c.next_at.type)


def _earlier(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.case((sa.or_(column.is_(None), column > _AT), _AT), else_=column)


_WAKE = (
    sa.update(agenda)
    .where(_MINE, sa.or_(agenda.c.look_next.is_(None), agenda.c.look_next > _AT))
    .values(look_next=_AT, next_at=_earlier(agenda.c.next_at))
)
_LOOKED = sa.update(agenda).where(_MINE).values(looked_on=sa.bindparam("day"))
_REST = (
    sa.update(agenda)
    .where(_MINE)
    .values({
        "woken_at": None,
        **{name: sa.bindparam(f"new_{name}", type_=agenda.c[name].type)
           for name in ("digest_next", "look_next", "next_at")},
    })
)  # fmt: skip
_OF_RUN = digest_run.c.business_id == sa.bindparam("tenant")
_RUNS = sa.select(digest_run.c.local_on).where(_OF_RUN, UNMADE).order_by(digest_run.c.local_on)
_BEFORE = (
    sa.select(digest_run.c.decided_at)
    .where(_OF_RUN, digest_run.c.local_on < sa.bindparam("day"))
    .order_by(digest_run.c.local_on.desc())
    .limit(1)
)
_MADE = (
    sa.update(digest_run)
    .where(_OF_RUN, digest_run.c.local_on == sa.bindparam("day"), digest_run.c.made_at.is_(None))
    .values(made_at=sa.bindparam("at", type_=digest_run.c.made_at.type))
)


class SqlAgendas(Clocked):
    """core.ports.Agendas."""

    def __init__(self, scope: Scope, clock: Clock) -> None:
        super().__init__(scope, clock)
        self._seen: Agenda | None = None

    async def get(self) -> Agenda:
        return read_agenda(await self._scope.get(_GET, "business"))

    async def lock(self) -> Agenda:
        """Not the row itself: whoever has locked an invoice and plans a look would wait for whoever has locked
        the agenda and wants that invoice. SQLite has one writer at a time anyway.
        """
        if self._scope.postgresql:
            await self._scope.run(_TURN, turn=f"agenda {self._scope.business_id.hex}")
        self._seen = await self.get()
        return self._seen

    async def wake(self, at: datetime) -> None:
        await self._scope.mine(_WAKE, at=at)

    async def looked(self, on: date) -> None:
        await self._scope.mine(_LOOKED, day=on)

    async def rest(self, next_at: datetime | None = None) -> None:
        now = self._clock.now()
        row = read_agenda(await self._scope.get(_HOLD, "business"))
        seen = self._seen or row
        # What was reached when the row was locked is done; what was planned since then is not.
        done = row.look_next == seen.look_next and row.look_next is not None and row.look_next <= now
        wanted = [moment for moment in (None if done else row.look_next, next_at) if moment is not None]
        after = planned(replace(row, look_next=min(wanted, default=None)), now)
        await self._scope.mine(
            _REST,
            new_digest_next=after.digest_next,
            new_look_next=after.look_next,
            new_next_at=next_at_of(after),
        )

    async def follow(self, business: Business) -> None:
        now = self._clock.now()
        found = (await self._scope.mine(_HOLD)).one_or_none()
        before = read_agenda(found) if found else None
        after = followed(before, business, now) if before else new_agenda(business, now)
        if after != before:
            await self._scope.insert(_PUT[self._scope.postgresql], **agenda_values(after))

    async def unmade_digests(self) -> Sequence[date]:
        return list((await self._scope.mine(_RUNS)).scalars())

    async def digest_made(self, on: date) -> None:
        await self._scope.mine(_MADE, day=on, at=self._clock.now())

    async def digest_before(self, on: date) -> datetime | None:
        return (await self._scope.mine(_BEFORE, day=on)).scalar_one_or_none()


def next_at_of(agenda: Agenda) -> datetime | None:
    """The moment at which the tick comes by; None for a business that wants to hear nothing."""
    return min((m for m in (agenda.digest_next, agenda.look_next) if m is not None), default=None)


def agenda_values(agenda: Agenda) -> dict[str, Any]:
    """The columns that the rules and the plan fill, without the key."""
    return {
        "zone": agenda.zone, "digest_at": agenda.digest.at, "digest_days": agenda.digest.days.value,
        "look_at": agenda.look_at, "since": agenda.since, "digest_on": agenda.digest_on,
        "looked_on": agenda.looked_on, "digest_next": agenda.digest_next, "look_next": agenda.look_next,
        "next_at": next_at_of(agenda),
    }  # fmt: skip


def read_agenda(row: sa.Row[Any]) -> Agenda:
    return Agenda(
        business_id=row.business_id,
        zone=row.zone,
        digest=DigestRules(row.digest_at, Days(row.digest_days)),
        look_at=row.look_at,
        since=row.since,
        digest_on=row.digest_on,
        looked_on=row.looked_on,
        digest_next=row.digest_next,
        look_next=row.look_next,
    )
