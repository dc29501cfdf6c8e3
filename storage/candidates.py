"""Open invoices as the daily look finds them: what was said, promised and sent about each, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.ladder import Chased
from core.moments import local_day
from core.money import Money
from core.nag_ports import Candidate
from core.party import Business, Client
from core.reminder import ReminderState
from storage.clients import client_of
from storage.codec import decode_plain
from storage.scope import Scope
from storage.tables import (
    OPEN,
    OWED_MINOR,
    UNKEPT,
    chase,
    client,
    invoice,
    opt_out,
    promise,
    reminder,
    reminder_run,
)

AHEAD = timedelta(days=90)
BEHIND = timedelta(days=210)
"""The last step is 90 days after the due date; promises and pauses may put it off."""
NOBODY = UUID(int=0)

_TENANT: sa.BindParameter[Any] = sa.bindparam("tenant")
_RUNS = sa.and_(reminder_run.c.business_id == _TENANT, reminder_run.c.invoice_id == invoice.c.id)
_REMINDED = reminder_run.join(
    reminder,
    sa.and_(
        reminder.c.business_id == reminder_run.c.business_id, reminder.c.id == reminder_run.c.reminder_id
    ),
)


def _last(column: sa.ColumnElement[Any], *more: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    """Of the runs of this invoice, which the run's own key finds."""
    query = sa.select(sa.func.max(column)).select_from(_REMINDED).where(_RUNS, *more)
    return query.correlate(invoice).scalar_subquery()


_LAST_STEP = sa.select(sa.func.max(reminder_run.c.step)).where(_RUNS).correlate(invoice).scalar_subquery()
# What still waits is replaced by a higher step, so only what has left makes a day on which nothing else may.
_SENT = reminder.c.state == ReminderState.SENT.value
_OF_INVOICE = (
    sa.select(
        invoice.c.id, invoice.c.client_id, invoice.c.number, invoice.c.currency, invoice.c.due_on,
        OWED_MINOR.label("owed"), invoice.c.issued_on, invoice.c.issued_at,
        client.c.data, client.c.version, chase.c.delivered_on, chase.c.stopped, chase.c.snoozed_until,
        chase.c.steps, promise.c.promised_on, _LAST_STEP.label("last_step"),
        _last(reminder.c.decided_on).label("last_decided"), _last(reminder.c.send_at, _SENT).label("last_send"),
    )
    .join_from(
        invoice, client, sa.and_(client.c.business_id == invoice.c.business_id, client.c.id == invoice.c.client_id)
    )
    .outerjoin(
        chase, sa.and_(chase.c.business_id == invoice.c.business_id, chase.c.invoice_id == invoice.c.id)
    )
    .outerjoin(
        promise,
        sa.and_(promise.c.business_id == invoice.c.business_id, promise.c.client_id == invoice.c.client_id, UNKEPT),
    )
    .where(invoice.c.business_id == _TENANT, OPEN)
)  # fmt: skip
_DUE, _MARK = sa.bindparam("mark_on", type_=sa.Date), sa.bindparam("mark_id", type_=sa.Uuid)
_PAGE = (
    _OF_INVOICE.where(
        # The range lets the index begin there; the pair tells apart what is due on the same day.
        invoice.c.due_on >= sa.bindparam("first", type_=sa.Date),
        invoice.c.due_on <= sa.bindparam("last", type_=sa.Date),
        sa.tuple_(invoice.c.due_on, invoice.c.id) > sa.tuple_(_DUE, _MARK),
    )
    .order_by(invoice.c.due_on, invoice.c.id)
    .limit(sa.bindparam("most"))
)
_ONE = _OF_INVOICE.where(invoice.c.id == sa.bindparam("key"))
_OPTED = sa.select(opt_out.c.email).where(
    opt_out.c.business_id == _TENANT, opt_out.c.email.in_(sa.bindparam("emails", expanding=True))
)


def plain_address(email: str) -> str:
    """How an address is compared: no mailbox in use tells capitals apart."""
    return email.strip().casefold()


async def candidates(
    scope: Scope, business: Business, since: date, today: date, limit: int, after: Candidate | None
) -> Sequence[Candidate]:
    first = max(today - BEHIND, after.chased.due_on) if after else today - BEHIND
    mark = (after.chased.due_on, after.chased.invoice_id) if after else (first, NOBODY)
    rows = await scope.mine(
        _PAGE, first=first, last=today + AHEAD, mark_on=mark[0], mark_id=mark[1], most=limit
    )
    return await _read(scope, business, since, rows.all())


async def candidate(scope: Scope, business: Business, since: date, invoice_id: UUID) -> Candidate | None:
    rows = await scope.mine(_ONE, key=invoice_id)
    return next(iter(await _read(scope, business, since, rows.all())), None)


async def _read(
    scope: Scope, business: Business, since: date, rows: Sequence[sa.Row[Any]]
) -> Sequence[Candidate]:
    clients = [client_of(row.data, row.version) for row in rows]
    emails = {plain_address(each.email) for each in clients} - {""}
    opted = set((await scope.mine(_OPTED, emails=sorted(emails))).scalars()) if emails else set[str]()
    return [
        Candidate(
            _chased(business, whose, since, row), whose, row.issued_on, row.delivered_on,
            plain_address(whose.email) in opted,
        )
        for row, whose in zip(rows, clients, strict=True)
    ]  # fmt: skip


def _chased(business: Business, client: Client, since: date, row: sa.Row[Any]) -> Chased:
    own = None if row.steps is None else tuple(decode_plain(row.steps))
    usual = business.reminders.steps if client.steps is None else client.steps
    # Nobody is chased about what they were not given yet, nor on that very day (DOMAIN rule 31).
    days = (since, local_day(row.issued_at, business.zone), row.delivered_on)
    sent_on = local_day(row.last_send, business.zone) if row.last_send else None
    return Chased(
        invoice_id=row.id,
        client_id=row.client_id,
        number=row.number,
        balance=Money(row.owed, row.currency),
        due_on=row.due_on,
        steps=usual if own is None else own,
        after=max(day for day in days if day is not None),
        stopped=bool(row.stopped),
        client_off=client.reminders_off,
        snoozed_until=row.snoozed_until,
        promised_on=row.promised_on,
        last_step=row.last_step,
        last_on=max((day for day in (row.last_decided, sent_on) if day is not None), default=None),
    )
