"""The permitted rates hold across processes: by the database's clock, not by what each of them thinks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.system import SystemIds
from core.chat_ports import OutboxRow
from handlers.kinds import Reply, Text
from handlers.wire import reply_to_json
from storage.engine import Storage
from tests.fakes.clock import FixedClock
from tests.fakes.telegram import FakeTelegram, Rates
from tests.faults.conftest import on_postgresql
from tests.faults.crowd import answers, people
from tests.faults.facts import Facts
from tests.scenarios.telegram_house import House

TELEGRAM = Rates(per_second=30, per_chat_seconds=1.0, group_per_minute=20)
ONE_EACH, TO_ONE, FIRST = 75, 4, 20


async def write(url: str, chats: list[str]) -> None:
    """Messages nobody asked for, such as digests."""
    storage, ids = Storage(url, FixedClock(datetime.now(UTC))), SystemIds()
    async with storage.work() as work:
        for number, chat in enumerate(chats):
            payload = reply_to_json(Reply((Text(f"Digest {number}"),)), ())
            await work.outbox.add(OutboxRow(ids.new(), chat, payload, None), [])
    await storage.close()


@pytest.mark.alone
@on_postgresql
def test_two_workers_together_stay_below_every_limit_of_telegram(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd = people(telegram, ONE_EACH)
    chats = [f"telegram:{person.id}" for person in crowd]
    house.pace = "real"
    house.worker(), house.worker()
    house.serve("--no-worker")
    # A process that has just begun reads catalogues and connects for the first time, which holds up what is on its
    # way; what is measured is how it goes on.
    for person in crowd[:FIRST]:
        telegram.says(person, "/cancel")
    facts.becomes("SELECT count(*) FROM inbox", [(FIRST,)], 60)
    facts.settles(60)

    asyncio.run(write(facts.url, [*chats, *[chats[0]] * TO_ONE]))
    telegram.rates = TELEGRAM
    # Nobody enqueued them; a message in each chat wakes it up.
    for person in crowd:
        telegram.says(person, "/cancel")
    facts.becomes("SELECT count(*) FROM inbox", [(FIRST + ONE_EACH,)], 60)
    facts.settles(60)

    assert telegram.over_the_limit == 0
    assert telegram.busiest(1.0) <= 30
    assert [text for text in answers(telegram, crowd[0]) if text.startswith("Digest")] == [
        "Digest 0", *(f"Digest {ONE_EACH + number}" for number in range(TO_ONE))
    ]  # fmt: skip
    assert facts.states("outbox") == {"sent": FIRST + 2 * ONE_EACH + TO_ONE}
