"""The last look at a letter before it leaves, as delivery asks for it."""

from __future__ import annotations

from datetime import datetime

from bot.settling import Guard
from core.chat_ports import OutboxRow
from core.ports import Clock, Ids, Work
from core.usecases.guard import Cancelled, guard
from core.usecases.sending import (
    credit_note_may_leave,
    may_leave,
    quote_may_leave,
    statement_may_leave,
)
from handlers.mailing import CREDIT_NOTE, INVOICE, QUOTE, STATEMENT, recipient
from handlers.telling import chat_ref


def guard_of(clock: Clock, ids: Ids) -> Guard:
    async def asked(work: Work, row: OutboxRow) -> datetime | Cancelled | None:
        if row.business_id is None or row.about is None:
            return None
        if row.kind == INVOICE:
            return await may_leave(work, row, recipient(chat_ref(row.chat)))
        if row.kind == CREDIT_NOTE:
            return await credit_note_may_leave(work, row, recipient(chat_ref(row.chat)))
        if row.kind == QUOTE:
            return await quote_may_leave(work, row, recipient(chat_ref(row.chat)))
        if row.kind == STATEMENT:
            return await statement_may_leave(work, row, recipient(chat_ref(row.chat)))
        return await guard(work, clock, ids, row.business_id, row.about, repeated=row.repeats > 0)

    return asked
