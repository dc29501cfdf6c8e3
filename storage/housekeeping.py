"""Deletes what has expired, so that no table of the fleet grows without bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import (
    NEW,
    TROUBLE,
    WAITING,
    agenda,
    attachment,
    board,
    button,
    conversation,
    digest_run,
    inbox,
    install_state,
    invitation,
    invoice_link,
    link,
    outbox,
    pay_account,
    pay_setup,
    plan_order,
    stripe_event,
    unsubscribe,
    usage,
)

KEPT = timedelta(days=30)
"""Longer than any platform redelivers an update, and as long as a button lives."""
RUNS_KEPT = timedelta(days=400)
"""Longer than any clock jumps back: until then no digest of a local date is decided twice, and no event applied."""

_OLD_OUTBOX = sa.select(outbox.c.id).where(
    outbox.c.created_at < sa.bindparam("limit"), outbox.c.state != "pending"
)
_EXPIRED = [
    sa.delete(table).where(table.c.expires_at < sa.bindparam("now"))
    for table in (conversation, button, invitation, link, install_state, unsubscribe, pay_setup)
]
_STRANDED_INBOX = (
    sa.select(inbox.c.chat)
    .where(NEW, inbox.c.received_at <= sa.bindparam("limit"))
    .distinct()
    .limit(sa.bindparam("most"))
)
_STRANDED_OUTBOX = (
    sa.select(outbox.c.chat)
    .where(
        WAITING,
        outbox.c.created_at <= sa.bindparam("limit"),
        sa.or_(outbox.c.next_at.is_(None), outbox.c.next_at <= sa.bindparam("limit")),
    )
    .distinct()
    .limit(sa.bindparam("most"))
)
# What was put off waits from that moment on: a reminder may have to wait for the end of a weekend.
_SINCE = sa.case((outbox.c.next_at > outbox.c.created_at, outbox.c.next_at), else_=outbox.c.created_at)
_WAITING_COUNTS = (
    sa.select(sa.func.count().label("number"), sa.func.min(inbox.c.received_at).label("since")).where(NEW),
    sa.select(sa.func.count().label("number"), sa.func.min(_SINCE).label("since")).where(WAITING),
)
_NOT_CLAIMED = sa.select(sa.func.count().label("number"), sa.func.min(agenda.c.next_at).label("since")).where(
    agenda.c.next_at <= sa.bindparam("now", type_=agenda.c.next_at.type)
)
_TROUBLED = (
    sa.select(outbox.c.state, sa.func.count().label("number"))
    .where(TROUBLE, outbox.c.state.in_(("failed", "uncertain")))
    .group_by(outbox.c.state)
)
_OLD = [
    sa.delete(attachment).where(attachment.c.outbox_id.in_(_OLD_OUTBOX)),
    sa.delete(outbox).where(outbox.c.created_at < sa.bindparam("limit"), outbox.c.state != "pending"),
    sa.delete(inbox).where(inbox.c.received_at < sa.bindparam("limit"), inbox.c.state != "new"),
    sa.delete(board).where(board.c.seen_at < sa.bindparam("limit")),
    sa.delete(invoice_link).where(invoice_link.c.revoked_at < sa.bindparam("limit")),
    sa.delete(plan_order).where(
        plan_order.c.created_at < sa.bindparam("limit"), plan_order.c.state != "open"
    ),
    # The provider could not be told for so long: its key goes all the same.
    sa.delete(pay_account).where(pay_account.c.left_at < sa.bindparam("limit")),
]

_LATER = stripe_event.alias("later")
# The newest of an account stays: by it one sees since when nothing was heard of that account.
_OLD_EVENTS = [
    sa.delete(stripe_event).where(
        stripe_event.c.stored_at < sa.bindparam("limit"),
        sa.or_(stripe_event.c.applied_at.is_not(None), stripe_event.c.failed_at.is_not(None)),
        whose,
        sa.exists().where(later, _LATER.c.created_at > stripe_event.c.created_at),
    )
    for whose, later in (
        (stripe_event.c.business_id.is_(None), _LATER.c.business_id.is_(None)),
        (stripe_event.c.business_id.is_not(None), _LATER.c.business_id == stripe_event.c.business_id),
    )
]
_OLD_RUNS = [sa.delete(digest_run).where(digest_run.c.decided_at < sa.bindparam("limit")), *_OLD_EVENTS]
_OLD_USAGE = sa.delete(usage).where(usage.c.period < sa.bindparam("month"))


async def tidy(connection: AsyncConnection, now: datetime) -> None:
    """Runs in the caller's transaction. Invoices, payments and the audit trail are never touched."""
    for statement in _EXPIRED:
        await connection.execute(statement, {"now": now})
    for statement in _OLD:
        await connection.execute(statement, {"limit": now - KEPT})
    for run in _OLD_RUNS:
        await connection.execute(run, {"limit": now - RUNS_KEPT})
    await connection.execute(_OLD_USAGE, {"month": f"{now - RUNS_KEPT:%Y-%m}"})


async def stranded(connection: AsyncConnection, before: datetime, most: int) -> dict[str, bool]:
    """Chats in which something has waited since then; True where it is somebody who waits for an answer, False
    where it is only a reply for its delivery.
    """
    found: dict[str, bool] = {}
    for statement, answer in ((_STRANDED_OUTBOX, False), (_STRANDED_INBOX, True)):
        rows = await connection.execute(statement, {"limit": before, "most": most})
        found.update(dict.fromkeys(rows.scalars(), answer))
    return found


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, and since when; what has failed or is uncertain among everything that is still kept."""

    waiting: int
    since: datetime | None
    failed: int
    uncertain: int
    due: int
    """Businesses whose moment has come and which no tick has taken, and since when."""
    due_since: datetime | None


async def backlog(connection: AsyncConnection, now: datetime) -> Backlog:
    """For whoever operates an install: of all businesses together, and no word of any message."""
    waiting = [(await connection.execute(query)).one() for query in _WAITING_COUNTS]
    states = {row.state: row.number for row in await connection.execute(_TROUBLED)}
    due = (await connection.execute(_NOT_CLAIMED, {"now": now})).one()
    moments = [row.since for row in waiting if row.since is not None]
    return Backlog(
        sum(row.number for row in waiting), min(moments, default=None), states.get("failed", 0),
        states.get("uncertain", 0), due.number, due.since,
    )  # fmt: skip
