"""The last look at a reminder before its letter leaves, as delivery asks for it."""

from __future__ import annotations

from datetime import datetime

from bot.settling import Guard
from core.chat_ports import OutboxRow
from core.ports import Clock, Ids, Work
from core.usecases.guard import Cancelled, guard


def guard_of(clock: Clock, ids: Ids) -> Guard:
    async def asked(work: Work, row: OutboxRow) -> datetime | Cancelled | None:
        if row.business_id is None or row.about is None:
            return None
        return await guard(work, clock, ids, row.business_id, row.about, repeated=row.repeats > 0)

    return asked
