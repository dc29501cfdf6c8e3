"""Replies reach a chat in the order they were written, at the permitted rate, and nothing is repeated blindly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.delivery import Delivery
from bot.documents import Documents
from bot.loading import Loader
from bot.rendering import Renderer
from bot.settling import FIRST_PAUSE, MOST_ATTEMPTS, PATIENCE
from bot.system import SystemIds
from core.chat_ports import OutboxRow
from core.errors import Unavailable
from core.ports import CHAT_JOB, Work
from handlers.kinds import Attachment, ChatRef, Question, Reply, Text
from handlers.platform import ChatGone, ChatMoved, Lost, Manners, Rate, Throttled, Undeliverable
from handlers.updates import Occasion, RemoteFile, Update
from handlers.wire import reply_to_json
from storage.engine import Storage
from storage.tables import chat, outbox
from tests.fakes.clock import FixedClock

CHAT = ChatRef("slow", "ana")
IDS = SystemIds()


class SlowPlatform:
    """Sends a text line by line, takes longest for the first, and fails as told: one error per part, None for none."""

    name = "slow"

    def __init__(self, *errors: BaseException | None, rate: float = 0, bot: float = 0.001) -> None:
        self.errors = list(errors)
        self.shown: list[str] = []
        self.before: list[str] = []
        self.at: list[float] = []
        self.pause = 3.0
        self.sends = asyncio.Event()
        self._rate, self._bot = rate, bot

    async def manners(self) -> Manners:
        return Manners()

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> list[str]:
        assert isinstance(shown, Reply)
        return [line for block in shown.blocks if isinstance(block, Text) for line in block.text.split("\n")]

    def rates(self, chat: ChatRef, part: str) -> list[Rate]:
        return [Rate(chat.key, self._rate), Rate("slow:bot", self._bot)] if self._rate else []

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        return False

    async def send(self, chat: ChatRef, part: str, before: str = "") -> str:
        self.sends.set()
        self.pause /= 10
        await asyncio.sleep(self.pause)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.shown.append(part)
        self.before.append(before)
        self.at.append(asyncio.get_running_loop().time())
        return f"ref {part}"

    async def introduced(self, update: Update) -> Update:
        return update

    async def fetch(self, file: RemoteFile) -> Attachment:
        raise AssertionError("nothing is fetched here")

    async def close(self) -> None:
        return None


class Noted:
    """core.ports.Jobs that only remembers."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, float]] = []

    async def enqueue(self, work: Work, name: str, key: str, delay: float = 0, urgent: bool = True) -> None:
        assert name == CHAT_JOB
        self.jobs.append((key, delay))

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        for key in keys:
            await self.enqueue(work, name, key, delay, urgent)


class House:
    """One database with what delivers from it."""

    def __init__(self, url: str) -> None:
        self.clock = FixedClock()
        self.storage = Storage(url, self.clock)
        self.jobs = Noted()

    def delivery(self, platform: SlowPlatform) -> Delivery:
        loader = Loader(self.storage, Documents(self.storage, Renderer()))
        return Delivery(self.storage, loader, {"slow": platform}, self.jobs)

    async def write(self, *texts: str, to: ChatRef = CHAT, sender: str = "slow:ana") -> None:
        for text in texts:
            payload = reply_to_json(Reply((Text(text),)), ())
            async with self.storage.work() as work:
                await work.outbox.add(OutboxRow(IDS.new(), to.key, payload, None, sender), [])

    async def column(self, name: str) -> list[object]:
        async with self.storage.connection() as connection:
            query = sa.select(outbox.c[name]).order_by(outbox.c.id)
            return list((await connection.execute(query)).scalars())

    async def states(self) -> list[object]:
        return await self.column("state")


@pytest.fixture
async def house(fresh_database_url: str) -> AsyncIterator[House]:
    house = House(fresh_database_url)
    yield house
    await house.storage.close()


async def test_two_who_deliver_at_once_keep_the_order(house: House) -> None:
    platform = SlowPlatform()
    await house.write("one", "two", "three")

    first, second = house.delivery(platform), house.delivery(platform)
    await asyncio.gather(first.deliver(CHAT), second.deliver(CHAT))
    await first.deliver(CHAT)

    assert platform.shown == ["one", "two", "three"]
    assert await house.states() == ["sent", "sent", "sent"]


async def test_what_comes_while_another_is_sent_is_left_to_whoever_sends_that_one(house: House) -> None:
    platform = SlowPlatform()
    await house.write("one")

    sending = asyncio.create_task(house.delivery(platform).deliver(CHAT))
    await platform.sends.wait()
    await house.write("two")
    await house.delivery(platform).deliver(CHAT)
    await sending

    assert platform.shown == ["one", "two"]


async def test_what_surely_did_not_leave_waits_and_holds_the_others_back(house: House) -> None:
    platform = SlowPlatform(Unavailable("closed", 1))
    await house.write("one", "two")

    await house.delivery(platform).deliver(CHAT)
    early = (list(platform.shown), await house.states(), list(house.jobs.jobs))
    await house.delivery(platform).deliver(CHAT)
    still = list(platform.shown)
    house.clock.advance(timedelta(seconds=FIRST_PAUSE * 1.1))
    await house.delivery(platform).deliver(CHAT)

    ((key, delay),) = early[2]
    assert early[:2] == ([], ["pending", "pending"])
    assert (key, FIRST_PAUSE <= delay <= FIRST_PAUSE * 1.1) == (CHAT.key, True)
    assert still == []
    assert platform.shown == ["one", "two"]


async def test_after_eight_tries_it_has_failed_and_the_next_one_goes(house: House) -> None:
    platform = SlowPlatform(*[Unavailable("closed", 1)] * MOST_ATTEMPTS)
    await house.write("one", "two")

    for _try in range(MOST_ATTEMPTS):
        await house.delivery(platform).deliver(CHAT)
        house.clock.advance(timedelta(hours=2))

    pauses = [round(delay / 10) * 10 for _key, delay in house.jobs.jobs]
    assert pauses == [10, 20, 40, 80, 160, 320, 640]
    assert platform.shown == ["two"]
    assert await house.states() == ["failed", "sent"]
    assert await house.column("error") == ["closed", ""]


@pytest.mark.parametrize("error", [Lost("gone"), TimeoutError()])
async def test_an_answer_that_was_lost_is_uncertain_and_not_repeated(
    house: House, error: BaseException
) -> None:
    platform = SlowPlatform(error)
    await house.write("one", "two")

    await house.delivery(platform).deliver(CHAT)
    house.clock.advance(timedelta(days=1))
    await house.delivery(platform).deliver(CHAT)

    assert platform.shown == ["two"]
    assert await house.states() == ["uncertain", "sent"]


async def test_a_bug_while_sending_leaves_it_uncertain_and_is_not_hidden(house: House) -> None:
    platform = SlowPlatform(ConnectionResetError("gone"))
    await house.write("one", "two")

    with pytest.raises(ConnectionResetError):
        await house.delivery(platform).deliver(CHAT)
    await house.delivery(platform).deliver(CHAT)

    assert platform.shown == ["two"]
    assert await house.states() == ["uncertain", "sent"]


async def test_a_reply_in_parts_goes_on_where_it_was_stopped(house: House) -> None:
    platform = SlowPlatform(None, Unavailable("closed", 1))
    await house.write("one\ntwo\nthree")

    await house.delivery(platform).deliver(CHAT)
    early = (list(platform.shown), await house.states(), await house.column("done"))
    house.clock.advance(timedelta(minutes=1))
    await house.delivery(platform).deliver(CHAT)

    assert early == (["one"], ["pending"], [1])
    assert platform.shown == ["one", "two", "three"]
    assert await house.column("ref") == ["ref three"]


async def test_every_part_is_told_the_name_of_the_one_before_it_whatever_comes_between(house: House) -> None:
    platform = SlowPlatform(None, Unavailable("closed", 1), None, Lost("gone"))
    await house.write("one\ntwo\nthree")

    await house.delivery(platform).deliver(CHAT)
    house.clock.advance(timedelta(minutes=1))
    await house.delivery(platform).deliver(CHAT)
    kept = await house.column("ref")

    assert list(zip(platform.shown, platform.before, strict=True)) == [("one", ""), ("two", "ref one")]
    assert await house.states() == ["uncertain"]
    assert kept == ["ref two"]


async def test_a_message_that_took_long_is_not_followed_too_closely(house: House) -> None:
    platform = SlowPlatform(rate=0.3)
    platform.pause = 4.0
    await house.write("one", "two")

    await house.delivery(platform).deliver(CHAT)

    first, second = platform.at
    assert second - first >= 0.3


async def test_a_database_that_is_slow_to_commit_shortens_no_distance(house: House) -> None:
    platform, other = SlowPlatform(rate=0.001, bot=0.3), ChatRef("slow", "ben")
    platform.pause = 0.01
    await house.write("one")
    await house.write("two", to=other)
    engine = house.storage.engine.sync_engine
    # Each chat lists what waits for it; whoever commits third has taken a message and its moment.
    pauses = iter((0.0, 0.0, 0.25))
    event.listen(engine, "commit", lambda _connection: time.sleep(next(pauses, 0.0)))

    delivery = house.delivery(platform)
    await asyncio.gather(delivery.deliver(CHAT), delivery.deliver(other))

    first, second = platform.at
    assert second - first >= 0.28


async def test_a_refusal_for_good_is_failed_with_its_reason(house: House) -> None:
    platform = SlowPlatform(Undeliverable("message is too long"))
    await house.write("one", "two")

    await house.delivery(platform).deliver(CHAT)

    assert platform.shown == ["two"]
    assert await house.states() == ["failed", "sent"]
    assert await house.column("error") == ["message is too long", ""]


async def test_nothing_unasked_goes_to_a_chat_that_blocked_the_bot(house: House) -> None:
    platform = SlowPlatform(ChatGone("bot was blocked by the user"))
    await house.write("one")
    await house.write("digest", sender="")

    await house.delivery(platform).deliver(CHAT)
    gone = await house.states()
    async with house.storage.work() as work:
        await work.chats.set_reachable(CHAT.key, True)
    await house.write("next digest", sender="")
    await house.delivery(platform).deliver(CHAT)

    assert gone == ["failed", "failed"]
    assert await house.column("error") == ["bot was blocked by the user", "blocked", ""]
    assert platform.shown == ["next digest"]


async def test_a_chat_that_moved_is_followed_with_everything_that_waits(house: House) -> None:
    platform = SlowPlatform(ChatMoved("upgraded", "super"))
    new = ChatRef("slow", "super")
    await house.write("one", "two")

    await house.delivery(platform).deliver(CHAT)
    early = (list(platform.shown), list(house.jobs.jobs))
    await house.delivery(platform).deliver(new)

    assert early == ([], [(new.key, 0)])
    assert platform.shown == ["one", "two"]
    async with house.storage.connection() as connection:
        assert list((await connection.execute(sa.select(chat.c.chat))).scalars()) == [new.key]


async def test_a_throttled_chat_waits_alone_and_a_second_one_stops_everybody(house: House) -> None:
    chats = [ChatRef("slow", name) for name in ("ana", "ben", "cem", "dora")]
    first = SlowPlatform(Throttled("wait", 40), rate=0.001)
    for each in chats:
        await house.write("hello", to=each)

    await house.delivery(first).deliver(chats[0])
    await house.delivery(first).deliver(chats[1])
    alone = list(first.shown)
    second = SlowPlatform(Throttled("wait", 30), rate=0.001)
    await house.delivery(second).deliver(chats[2])
    await house.delivery(second).deliver(chats[3])

    assert alone == ["hello"]
    assert second.shown == []
    assert await house.states() == ["pending", "sent", "pending", "pending"]
    assert [(key, delay >= 25) for key, delay in house.jobs.jobs] == [
        ("slow:ana", True), ("slow:cem", True), ("slow:dora", True)
    ]  # fmt: skip


async def test_messages_to_one_chat_keep_their_distance_across_processes(house: House) -> None:
    platform = SlowPlatform(rate=0.2)
    platform.pause = 0.001
    await house.write("one", "two", "three")

    deliveries = [house.delivery(platform) for _process in range(2)]
    await asyncio.gather(*(delivery.deliver(CHAT) for delivery in deliveries))
    await deliveries[0].deliver(CHAT)

    assert platform.shown == ["one", "two", "three"]
    # Sleeping may end a moment early or late; the distance is kept by the database, not by luck.
    assert all(later - earlier >= 0.18 for earlier, later in zip(platform.at, platform.at[1:], strict=False))


async def test_a_turn_that_is_far_away_is_left_to_a_later_job(house: House) -> None:
    platform = SlowPlatform(rate=PATIENCE * 2)
    platform.pause = 0.001
    await house.write("one", "two")

    await house.delivery(platform).deliver(CHAT)

    ((key, delay),) = house.jobs.jobs
    assert platform.shown == ["one"]
    assert await house.states() == ["sent", "pending"]
    assert (key, PATIENCE < delay < PATIENCE * 3) == (CHAT.key, True)
