"""Letters on their way: looked at once more before they leave, repeated once, and their end is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from bot.delivery import LOST_AFTER, Delivery
from bot.documents import Documents
from bot.loading import Loader
from bot.rendering import Renderer
from bot.settling import AGAIN_AFTER, MOST_LETTER_ATTEMPTS, Guard
from bot.system import SystemIds
from core.chat_ports import OutboxRow
from core.errors import Unavailable
from core.ports import Work
from core.usecases.guard import PAID, Cancelled
from handlers.kinds import DocumentPdf, Letter, Reply, Text
from handlers.platform import Lost, Throttled, Undeliverable
from handlers.wire import reply_to_json
from storage.engine import Storage
from storage.tables import outbox
from tests.bot.test_delivery import CHAT, Noted, SlowPlatform
from tests.fakes.clock import FixedClock

DATABASES = ("sqlite",)
"""Whether a letter goes out does not depend on the database."""

IDS = SystemIds()
LETTER = Letter("Reminder", "k3Jd0aQ9x-_Zr81b7Tg2Pw@billhook.example", "Studio Löwe")


class House:
    """One database, what delivers letters from it, and what is told about them."""

    def __init__(self, url: str) -> None:
        self.clock = FixedClock()
        self.storage = Storage(url, self.clock)
        self.jobs = Noted()
        self.told: list[tuple[str, str]] = []
        self.words: list[datetime | Cancelled | None] = []
        """What the guard says, one after the other; then it lets everything go."""

    def delivery(self, platform: SlowPlatform) -> Delivery:
        async def guard(_work: Work, row: OutboxRow) -> datetime | Cancelled | None:
            assert row.kind == "reminder"
            return self.words.pop(0) if self.words else None

        async def trouble(_work: Work, _row: OutboxRow, state: str, error: str) -> None:
            self.told.append((state, error))

        asked: Guard = guard
        loader = Loader(self.storage, Documents(self.storage, Renderer()))
        return Delivery(self.storage, loader, {"slow": platform}, self.jobs, guard=asked, trouble=trouble)

    async def write(self, text: str, *files: DocumentPdf) -> OutboxRow:
        payload = reply_to_json(Reply((Text(text),), attachments=files, letter=LETTER), ())
        row = OutboxRow(
            IDS.new(), CHAT.key, payload, UUID(int=1) if files else None, kind="reminder", about=IDS.new()
        )
        async with self.storage.work() as work:
            await work.outbox.add(row, [])
        return row

    async def column(self, name: str) -> list[object]:
        async with self.storage.connection() as connection:
            query = sa.select(outbox.c[name]).order_by(outbox.c.id)
            return list((await connection.execute(query)).scalars())


@pytest.fixture
async def house(fresh_database_url: str) -> AsyncIterator[House]:
    house = House(fresh_database_url)
    yield house
    await house.storage.close()


async def test_what_is_settled_meanwhile_does_not_leave(house: House) -> None:
    platform = SlowPlatform()
    await house.write("one")
    await house.write("two")
    house.words = [Cancelled(PAID)]

    await house.delivery(platform).deliver(CHAT)

    assert platform.shown == ["two"]
    assert await house.column("state") == ["cancelled", "sent"]
    assert await house.column("error") == [PAID, ""]
    assert house.told == []


async def test_what_may_not_leave_yet_waits_for_its_moment(house: House) -> None:
    platform = SlowPlatform()
    await house.write("one")
    moment = house.clock.at + timedelta(hours=9)
    house.words = [moment]

    await house.delivery(platform).deliver(CHAT)
    early = (list(platform.shown), await house.column("next_at"), list(house.jobs.jobs))
    house.clock.at = moment
    await house.delivery(platform).deliver(CHAT)

    assert early == ([], [moment], [(CHAT.key, 9 * 3600.0)])
    assert platform.shown == ["one"]


async def test_nobody_knows_once_and_then_again(house: House) -> None:
    platform = SlowPlatform(Lost("lost"), Lost("lost"))
    await house.write("one")

    await house.delivery(platform).deliver(CHAT)
    first = (await house.column("state"), await house.column("ref"), list(house.told), list(house.jobs.jobs))
    house.clock.advance(AGAIN_AFTER)
    await house.delivery(platform).deliver(CHAT)
    house.clock.advance(timedelta(days=3))
    await house.delivery(platform).deliver(CHAT)

    assert first == (["pending"], [LETTER.message_id], [], [(CHAT.key, AGAIN_AFTER.total_seconds())])
    assert platform.shown == []
    assert await house.column("state") == ["uncertain"]
    assert house.told == [("uncertain", "lost")]


async def test_a_process_that_dies_while_it_sends_leaves_it_to_be_sent_once_more(house: House) -> None:
    platform = SlowPlatform()
    row = await house.write("one")
    async with house.storage.work() as work:
        await work.outbox.take(row)

    house.clock.advance(LOST_AFTER)
    await house.delivery(platform).deliver(CHAT)
    early = (list(platform.shown), list(house.jobs.jobs))
    house.clock.advance(AGAIN_AFTER)
    await house.delivery(platform).deliver(CHAT)

    assert early == ([], [(CHAT.key, AGAIN_AFTER.total_seconds())])
    assert platform.shown == ["one"]
    assert await house.column("repeats") == [1]


async def test_a_payment_before_the_second_time_stops_it(house: House) -> None:
    platform = SlowPlatform(Lost("lost"))
    await house.write("one")

    await house.delivery(platform).deliver(CHAT)
    house.words = [Cancelled(PAID)]
    house.clock.advance(AGAIN_AFTER)
    await house.delivery(platform).deliver(CHAT)

    assert await house.column("state") == ["cancelled"]
    assert platform.shown == []


@pytest.mark.parametrize("error", [Unavailable("away", 60), Throttled("452 full", 60)])
async def test_a_server_that_never_takes_it_is_given_up_in_the_end(house: House, error: Unavailable) -> None:
    platform = SlowPlatform(*[error] * MOST_LETTER_ATTEMPTS)
    await house.write("one")

    for _try in range(MOST_LETTER_ATTEMPTS):
        await house.delivery(platform).deliver(CHAT)
        house.clock.advance(timedelta(hours=2))

    assert await house.column("state") == ["failed"]
    assert house.told == [("failed", str(error))]


async def test_a_refusal_for_good_is_told_with_its_reason(house: House) -> None:
    await house.write("one")

    await house.delivery(SlowPlatform(Undeliverable("550 no such user"))).deliver(CHAT)

    assert house.told == [("failed", "550 no such user")]


async def test_a_letter_waits_for_a_document_that_cannot_be_made_now(house: House) -> None:
    platform = SlowPlatform()
    await house.write("one", DocumentPdf(IDS.new(), "2026-0007.pdf"))

    await house.delivery(platform).deliver(CHAT)

    assert platform.shown == []
    assert await house.column("state") == ["pending"]
    assert await house.column("error") == ["2026-0007.pdf could not be made."]


@pytest.mark.parametrize("fresh_database_url", ["sqlite", "postgresql"], indirect=True)
async def test_two_who_deliver_at_once_send_a_letter_once(house: House) -> None:
    platform = SlowPlatform()
    await house.write("one")

    await asyncio.gather(*(house.delivery(platform).deliver(CHAT) for _process in range(2)))

    assert platform.shown == ["one"]
