"""Deletes what has expired, so that no chat table grows without bound."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import NEW, WAITING, attachment, button, conversation, inbox, invitation, link, outbox

KEPT = timedelta(days=30)
"""Longer than any platform redelivers an update, and as long as a button lives."""

_OLD_OUTBOX = sa.select(outbox.c.id).where(
    outbox.c.created_at < sa.bindparam("limit"), outbox.c.state != "pending"
)
_EXPIRED = [
    sa.delete(table).where(table.c.expires_at < sa.bindparam("now"))
    for table in (conversation, button, invitation, link)
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
_OLD = [
    sa.delete(attachment).where(attachment.c.outbox_id.in_(_OLD_OUTBOX)),
    sa.delete(outbox).where(outbox.c.created_at < sa.bindparam("limit"), outbox.c.state != "pending"),
    sa.delete(inbox).where(inbox.c.received_at < sa.bindparam("limit"), inbox.c.state != "new"),
]


async def tidy(connection: AsyncConnection, now: datetime) -> None:
    """Runs in the caller's transaction. Invoices, payments and the audit trail are never touched."""
    for statement in _EXPIRED:
        await connection.execute(statement, {"now": now})
    for statement in _OLD:
        await connection.execute(statement, {"limit": now - KEPT})


async def stranded(connection: AsyncConnection, before: datetime, most: int) -> list[str]:
    """Chats in which something has waited since then: an update for its answer, or a reply for its delivery."""
    found: dict[str, None] = {}
    for statement in (_STRANDED_INBOX, _STRANDED_OUTBOX):
        rows = await connection.execute(statement, {"limit": before, "most": most})
        found.update(dict.fromkeys(rows.scalars()))
    return list(found)
