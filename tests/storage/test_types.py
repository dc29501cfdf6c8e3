from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from core.chat_ports import Conversation, InboxRow
from storage.engine import Storage
from storage.tables import conversation, inbox
from tests.builders.core import IDS

NAIVE = datetime(2026, 3, 5, 9, 41, 7)
TOKYO = datetime(2026, 3, 5, 9, 41, 7, 123457, tzinfo=timezone(timedelta(hours=9)))


async def test_a_naive_datetime_is_refused(storage: Storage) -> None:
    with pytest.raises(StatementError, match="a naive datetime is no instant"):
        async with storage.work() as work:
            await work.inbox.store("slack", InboxRow(IDS.token(), "slack:1", {}), NAIVE)


async def test_an_instant_comes_back_in_utc_wherever_it_was_written(storage: Storage) -> None:
    row = InboxRow(IDS.token(), "slack:1", {})

    async with storage.work() as work:
        await work.inbox.store("slack", row, TOKYO)
        found = await work.connection.execute(
            sa.select(inbox.c.received_at).where(inbox.c.update_id == row.id)
        )
        received_at = found.scalar_one()

    assert received_at == TOKYO
    assert received_at.utcoffset() == timedelta(0)


async def test_json_is_stored_as_json_that_the_database_can_read(storage: Storage) -> None:
    chat = f"slack:{IDS.new()}"
    async with storage.work() as work:
        await work.chats.keep(chat, "slack:ana", Conversation(({"command": "paid"},)))

        column = sa.cast(conversation.c.frames, sa.Text)
        found = await work.connection.execute(sa.select(column).where(conversation.c.chat == chat))

    assert found.scalar_one().replace(" ", "") == '[{"command":"paid"}]'
