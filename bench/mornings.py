"""Mornings from end to end: everybody's digest is claimed, written and sent; and how soon one message leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bench.bench import Bench
from bench.digests import Drain, folder_in
from bench.ledger import CLOCK, IDS, open_ledger, store
from bench.measure import Goal, Row, wall
from bot.jobs import PostgresJobs
from bot.telegram.address import PLATFORM, chat_ref
from core.chat_ports import OutboxRow
from core.digest import Days, DigestRules
from core.ports import CHAT_JOB
from handlers.kinds import Reply, Text
from handlers.wire import reply_to_json
from storage.engine import Storage, async_url
from storage.tables import agenda
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_values import Person
from tests.scenarios.telegram_house import House, opened

_SOON = 100.0
"""Milliseconds from a commit to the message, at the median."""
_BETWEEN = 0.3
_LATEST = 10.0
_ANY_TIME = DigestRules(time(0), Days.ALL)


async def rows(bench: Bench) -> list[Row]:
    found = await _Morning(await bench.postgres(), bench.rounds(5_000, 300), 1).rows(folder_in(bench))
    return [*found, await _prompt(bench)]


class _Morning(Drain):
    """Every business has an overdue invoice, and its digest is due when the worker starts."""

    kind = "digests from the tick"

    async def put(self, people: Sequence[Person]) -> None:
        for person in people:
            ledger = await open_ledger(self._storage, f"{PLATFORM}:{person.id}", _ANY_TIME)
            await store(self._storage, ledger)
            async with self._storage.work() as work:
                await work.chats.set_reachable(chat_ref(person.id).key, True)
        await _come_due(self._url)


async def _come_due(url: str) -> None:
    """As if the last digest had been the day before."""
    now = datetime.now(UTC)
    engine = create_async_engine(async_url(url))
    try:
        async with engine.begin() as connection:
            await connection.execute(
                sa.update(agenda).values(
                    digest_on=(now - timedelta(days=2)).date(), digest_next=now, next_at=now, look_next=None,
                    look_at=None,
                )
            )  # fmt: skip
    finally:
        await engine.dispose()


async def _prompt(bench: Bench) -> Row:
    """From the commit of a message to its arrival, while nothing else is going on."""
    url = await bench.postgres()
    storage, jobs, taken = Storage(url, CLOCK), PostgresJobs(url), list[float]()
    try:
        async with FakeTelegram() as telegram:
            people = [
                telegram.person(f"Ida {number}", started=True) for number in range(bench.rounds(200, 40))
            ]
            with opened(House(telegram=telegram, url=url, folder=folder_in(bench))) as house:
                house.worker(real=True)
                await asyncio.sleep(1)
                for person in people:
                    taken.append(await _sent(storage, jobs, telegram, person))
                    await asyncio.sleep(_BETWEEN)
    finally:
        await storage.close()
    aims = [_SOON] * len(taken)
    return Row("from commit to delivery, PostgreSQL, idle", "ms", taken, "the aim", aims, Goal(0, 1, 1))


async def _sent(storage: Storage, jobs: PostgresJobs, telegram: FakeTelegram, person: Person) -> float:
    chat = chat_ref(person.id).key
    payload = {**reply_to_json(Reply((Text("Acme has paid 2026-0007."),)), ()), "language": "en"}
    async with storage.work() as work:
        await work.outbox.add(OutboxRow(IDS.new(), chat, payload, None, ""), [])
        await jobs.enqueue(work, CHAT_JOB, chat, urgent=False)
    start = wall()
    # What is waited for happens in another process, which tells nobody here.
    while not any(sent.chat_id == person.id for sent in telegram.sent[-3:]):
        if wall() > start + _LATEST:
            raise TimeoutError("a message did not arrive")
        await asyncio.sleep(0.002)
    return (wall() - start) * 1000
