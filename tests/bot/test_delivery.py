"""Replies reach a chat in the order they were written, and what is not known to have arrived is not repeated."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from bot.delivery import Delivery
from bot.documents import Documents
from bot.rendering import Renderer
from bot.system import SystemClock, SystemIds
from core.errors import Unavailable
from core.ports import OutboxRow
from handlers.kinds import ChatRef, Question, Reply, Text
from handlers.wire import reply_to_json
from storage.engine import Storage
from storage.tables import outbox

CHAT = ChatRef("slow", "ana")


class SlowPlatform:
    """Takes longest for what it is given first, and fails as told: one error per delivery, None for none."""

    name = "slow"

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.shown: list[str] = []
        self.pause = 3.0

    async def deliver(self, chat: ChatRef, reply: Reply, tokens: tuple[str, ...]) -> None:
        self.pause /= 10
        await asyncio.sleep(self.pause)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.shown.extend(block.text for block in reply.blocks if isinstance(block, Text))

    async def ask(self, chat: ChatRef, question: Question, tokens: tuple[str, ...]) -> None:
        raise AssertionError("no question was written")


async def write(storage: Storage, *texts: str) -> None:
    ids = SystemIds()
    for text in texts:
        payload = reply_to_json(Reply((Text(text),)), ())
        async with storage.work() as work:
            await work.outbox.add(OutboxRow(ids.new(), CHAT.key, payload, None), [])


async def states(storage: Storage) -> list[str]:
    async with storage.connection() as connection:
        return list((await connection.execute(sa.select(outbox.c.state).order_by(outbox.c.id))).scalars())


def delivery(storage: Storage, platform: SlowPlatform) -> Delivery:
    return Delivery(storage, Documents(storage, Renderer()), {"slow": platform})


async def test_two_who_deliver_at_once_keep_the_order(fresh_database_url: str) -> None:
    storage, platform = Storage(fresh_database_url, SystemClock()), SlowPlatform()
    await write(storage, "one", "two", "three")

    first, second = delivery(storage, platform), delivery(storage, platform)
    await asyncio.gather(first.deliver(CHAT), second.deliver(CHAT))
    await first.deliver(CHAT)

    assert platform.shown == ["one", "two", "three"]
    assert await states(storage) == ["sent", "sent", "sent"]
    await storage.close()


async def test_what_surely_did_not_leave_waits_and_holds_the_others_back(fresh_database_url: str) -> None:
    storage = Storage(fresh_database_url, SystemClock())
    platform = SlowPlatform(Unavailable("closed", 1))
    await write(storage, "one", "two")

    await delivery(storage, platform).deliver(CHAT)
    before = (list(platform.shown), await states(storage))
    await delivery(storage, platform).deliver(CHAT)

    assert before == ([], ["pending", "pending"])
    assert platform.shown == ["one", "two"]
    await storage.close()


async def test_an_answer_that_was_lost_is_uncertain_and_not_repeated(fresh_database_url: str) -> None:
    storage = Storage(fresh_database_url, SystemClock())
    platform = SlowPlatform(ConnectionResetError("gone"))
    await write(storage, "one", "two")

    with pytest.raises(ConnectionResetError):
        await delivery(storage, platform).deliver(CHAT)
    await delivery(storage, platform).deliver(CHAT)

    assert platform.shown == ["two"]
    assert await states(storage) == ["uncertain", "sent"]
    await storage.close()
