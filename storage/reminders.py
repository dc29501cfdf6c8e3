"""Reminders with the steps they decided, and what was said about the reminders of each invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.ladder import Tone
from core.money import Money
from core.nag_ports import Candidate
from core.party import Business
from core.reminder import Chase, Reminder, ReminderState, Run, Way
from storage.candidates import candidate, candidates
from storage.codec import decode_plain, encode_plain
from storage.scope import Scope, by_id, versioned_update
from storage.tables import UNSENT, chase, reminder, reminder_run

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_ADD = sa.insert(reminder)
_ADD_RUN: dict[bool, Any] = {
    True: postgresql.insert(reminder_run).on_conflict_do_nothing(),
    False: sqlite.insert(reminder_run).on_conflict_do_nothing(),
}
_OF_REMINDER = sa.and_(
    reminder_run.c.business_id == _TENANT, reminder_run.c.reminder_id == sa.bindparam("key")
)
_TAKE_BACK = (sa.delete(reminder_run).where(_OF_REMINDER), sa.delete(reminder).where(by_id(reminder)))
_GET = sa.select(reminder).where(by_id(reminder))
_LOCK = _GET.with_for_update()
_SAVE = versioned_update(reminder, "state", "text", "way", "tone", "send_at", "outbox_id")
_QUOTE = (
    sa.update(reminder_run)
    .where(
        _OF_REMINDER,
        reminder_run.c.invoice_id == sa.bindparam("of"),
        reminder_run.c.step == sa.bindparam("at_step"),
    )
    .values(balance_minor=sa.bindparam("quoted"))
)
_QUOTE_NOTHING = sa.update(reminder_run).where(_OF_REMINDER).values(balance_minor=0)
# What leaves by itself comes first: it must not be crowded out by what waits for somebody's yes for ever.
_WAITING = (
    sa.select(reminder)
    .where(reminder.c.business_id == _TENANT, UNSENT)
    .order_by(reminder.c.state.desc(), reminder.c.send_at, reminder.c.id)
    .limit(sa.bindparam("most"))
)
_OF_INVOICE = (
    sa.select(reminder)
    .distinct()
    .join(
        reminder_run,
        sa.and_(
            reminder_run.c.business_id == reminder.c.business_id, reminder_run.c.reminder_id == reminder.c.id
        ),
    )
    .where(reminder_run.c.business_id == _TENANT, reminder_run.c.invoice_id == sa.bindparam("of"))
    .order_by(reminder.c.id)
)
# A run with nothing left to ask for stays decided, and is no part of the message any more.
_RUNS = (
    sa.select(reminder_run)
    .where(
        reminder_run.c.business_id == _TENANT,
        reminder_run.c.reminder_id.in_(sa.bindparam("keys", expanding=True)),
        reminder_run.c.balance_minor > 0,
    )
    .order_by(reminder_run.c.invoice_id, reminder_run.c.step)
)
_CHASE = sa.select(chase).where(chase.c.business_id == _TENANT, chase.c.invoice_id == sa.bindparam("of"))
_SAID = ("delivered_on", "stopped", "snoozed_until", "steps")


def _say(insert: Any) -> Any:
    put = insert(chase)
    said = {name: put.excluded[name] for name in _SAID}
    return put.on_conflict_do_update(index_elements=["business_id", "invoice_id"], set_=said)


_SAY = {True: _say(postgresql.insert), False: _say(sqlite.insert)}


class SqlReminders:
    """core.nag_ports.Reminders."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def candidates(
        self, business: Business, since: date, today: date, limit: int, after: Candidate | None = None
    ) -> Sequence[Candidate]:
        return await candidates(self._scope, business, since, today, limit, after)

    async def candidate(self, business: Business, since: date, invoice_id: UUID) -> Candidate | None:
        return await candidate(self._scope, business, since, invoice_id)

    async def add(self, new: Reminder) -> bool:
        await self._scope.insert(
            _ADD, id=new.id, version=new.version, client_id=new.client_id, currency=new.currency,
            tone=new.tone.value, way=new.way.value, decided_on=new.decided_on, send_at=new.send_at,
            state=new.state.value, text=new.text, outbox_id=new.outbox_id,
        )  # fmt: skip
        # Always in the same order, so that two who decide the same steps wait for each other and not in a circle.
        for run in sorted(new.runs, key=lambda run: (run.invoice_id, run.step)):
            added = await self._scope.insert(
                _ADD_RUN[self._scope.postgresql], invoice_id=run.invoice_id, step=run.step, reminder_id=new.id,
                balance_minor=run.balance.minor,
            )  # fmt: skip
            if added.rowcount != 1:
                for statement in _TAKE_BACK:
                    await self._scope.mine(statement, key=new.id)
                return False
        return True

    async def get(self, reminder_id: UUID) -> Reminder:
        row = await self._scope.get(_GET, "reminder", key=reminder_id)
        return (await self._with_runs([row]))[0]

    async def lock(self, reminder_id: UUID) -> Reminder:
        row = await self._scope.get(_LOCK, "reminder", key=reminder_id)
        return (await self._with_runs([row]))[0]

    async def save(self, changed: Reminder) -> Reminder:
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_state=changed.state.value, new_text=changed.text,
            new_way=changed.way.value, new_tone=changed.tone.value, new_send_at=changed.send_at,
            new_outbox_id=changed.outbox_id,
        )  # fmt: skip
        await self._scope.mine(_QUOTE_NOTHING, key=changed.id)
        for run in changed.runs:
            await self._scope.mine(
                _QUOTE, key=changed.id, of=run.invoice_id, at_step=run.step, quoted=run.balance.minor
            )
        return replace(changed, version=changed.version + 1)

    async def list_waiting(self, limit: int) -> Sequence[Reminder]:
        return await self._with_runs((await self._scope.mine(_WAITING, most=limit)).all())

    async def list_of(self, invoice_id: UUID) -> Sequence[Reminder]:
        return await self._with_runs((await self._scope.mine(_OF_INVOICE, of=invoice_id)).all())

    async def chase(self, invoice_id: UUID) -> Chase:
        row = (await self._scope.mine(_CHASE, of=invoice_id)).one_or_none()
        if row is None:
            return Chase()
        steps = None if row.steps is None else tuple(decode_plain(row.steps))
        return Chase(row.delivered_on, row.stopped, row.snoozed_until, steps)

    async def set_chase(self, invoice_id: UUID, chase: Chase) -> None:
        await self._scope.insert(
            _SAY[self._scope.postgresql], invoice_id=invoice_id, delivered_on=chase.delivered_on,
            stopped=chase.stopped, snoozed_until=chase.snoozed_until,
            steps=None if chase.steps is None else encode_plain(list(chase.steps)),
        )  # fmt: skip

    async def _with_runs(self, rows: Sequence[sa.Row[Any]]) -> list[Reminder]:
        if not rows:
            return []
        runs = defaultdict[UUID, list[sa.Row[Any]]](list)
        for run in await self._scope.mine(_RUNS, keys=[row.id for row in rows]):
            runs[run.reminder_id].append(run)
        return [_reminder(row, runs[row.id]) for row in rows]


def _reminder(row: sa.Row[Any], runs: Sequence[sa.Row[Any]]) -> Reminder:
    return Reminder(
        id=row.id,
        client_id=row.client_id,
        currency=row.currency,
        tone=Tone(row.tone),
        way=Way(row.way),
        runs=tuple(Run(run.invoice_id, run.step, Money(run.balance_minor, row.currency)) for run in runs),
        decided_on=row.decided_on,
        send_at=row.send_at,
        state=ReminderState(row.state),
        text=row.text,
        outbox_id=row.outbox_id,
        version=row.version,
    )
