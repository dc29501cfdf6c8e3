"""Messages that nobody asked for and that wait for thousands of chats: how near to the permitted rate they leave."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

from bench.bench import Bench
from bench.ledger import CLOCK, IDS
from bench.measure import Row, wall
from bench.wire import cpu_seconds, megabytes
from bot.jobs import PostgresJobs
from bot.telegram.address import PLATFORM, chat_ref
from bot.telegram.limits import Pace
from core.chat_ports import InboxRow, OutboxRow
from core.ports import CHAT_JOB, Jobs, NoJobs
from handlers.kinds import Facts, Reply, SenderRef, Text
from handlers.updates import Occasion, Typed, Update
from handlers.wire import reply_to_json, update_to_json
from storage.engine import Storage
from tests.fakes.telegram import FakeTelegram, Rates
from tests.fakes.telegram_values import Person
from tests.scenarios.telegram_house import House, Process, opened

_SUMS = (("Open", "EUR 4,280.00 in 12 invoices"), ("Overdue", "EUR 952.00 in 2 invoices"))
_DIGEST = Reply((Text("Good morning! This is your week."), Facts(_SUMS)))
_PERMITTED = Rates(per_second=30, per_chat_seconds=1.0, group_per_minute=20)
_PACE = 1 / Pace().bot
_BATCH = 500
_PATIENCE = 3.0
"""How many times the ideal duration a drain is waited for."""
_LONGEST = 60.0
_ASKED_EVERY = 5.0
"""Seconds between two people who ask for something meanwhile."""


async def rows(bench: Bench) -> list[Row]:
    found = []
    for workers in (1, 2):
        url = await bench.postgres()
        found += await Drain(url, bench.rounds(5_000, 500), workers).rows(folder_in(bench))
    # There a worker hears of what another process has stored only when it looks for itself.
    found += await Drain(await bench.sqlite(), bench.rounds(1_500, 500), 1).rows(folder_in(bench))
    return found


def folder_in(bench: Bench) -> Path:
    folder = bench.folder / uuid.uuid4().hex
    folder.mkdir()
    return folder


class Drain:
    """One morning: everything waits, then the workers start."""

    kind = "digests"

    def __init__(self, url: str, count: int, workers: int) -> None:
        self._url = url
        self._count = count
        self._workers = workers
        self._storage = Storage(url, CLOCK)
        self._jobs: Jobs = NoJobs() if self._storage.is_sqlite else PostgresJobs(url)
        self._answered: list[float] = []
        self._telegram = FakeTelegram(rates=_PERMITTED)
        self._processes: list[Process] = []
        self._spent = 0.0
        self._memory: list[float] = []
        self._over = False

    async def rows(self, folder: Path) -> list[Row]:
        telegram = self._telegram
        try:
            async with telegram:
                people = [telegram.person(f"Ida {number}", started=True) for number in range(self._count)]
                await self.put(people)
                with opened(House(telegram=telegram, url=self._url, folder=folder)) as house:
                    await self._run(house, {person.id for person in people})
        finally:
            await self._storage.close()
        return self._judged({person.id for person in people})

    async def put(self, people: Sequence[Person]) -> None:
        """One message and one job for each chat, as whoever writes digests would leave them."""
        for first in range(0, len(people), _BATCH):
            async with self._storage.work() as work:
                for person in people[first : first + _BATCH]:
                    chat = chat_ref(person.id).key
                    await work.chats.set_reachable(chat, True)
                    payload = {**reply_to_json(_DIGEST, ()), "language": "en"}
                    await work.outbox.add(OutboxRow(IDS.new(), chat, payload, None, ""), [])
                    await self._jobs.enqueue(work, CHAT_JOB, chat, urgent=False)

    async def _run(self, house: House, waiting: set[int]) -> None:
        self._processes = [house.worker(real=True) for _ in range(self._workers)]
        asking = asyncio.create_task(self._ask())
        deadline = wall() + _PATIENCE * self._count / _PACE + 10
        while len(self._arrived(waiting)) < self._count:
            if wall() > deadline:
                print(f"{len(self._arrived(waiting))} of {self._count} have arrived", file=sys.stderr)
                break
            await asyncio.sleep(0.5)
            self._memory.append(max(map(megabytes, self._processes)))
        self._spent = sum(map(cpu_seconds, self._processes))
        self._over = True
        # Whoever has asked is answered yet.
        await asyncio.wait_for(asking, _LONGEST)

    def _arrived(self, waiting: set[int]) -> list[float]:
        return [sent.at for sent in self._telegram.sent if sent.chat_id in waiting]

    async def _ask(self) -> None:
        """Somebody types a command, again and again somebody else: how long they wait in such a crowd."""
        number = 0
        while not self._over:
            await asyncio.sleep(_ASKED_EVERY)
            number += 1
            person = self._telegram.person(f"Bo {number}", started=True)
            start = wall()
            await self._store(person, number)
            # What is waited for happens in other processes, which tell nobody here.
            while not any(sent.chat_id == person.id for sent in self._telegram.sent):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            self._answered.append((wall() - start) * 1000)

    async def _store(self, person: Person, number: int) -> None:
        sender = SenderRef(PLATFORM, str(person.id), person.first_name)
        given = Update(PLATFORM, f"bench:{number}", chat_ref(person.id), sender, Typed("/help"), Occasion())
        async with self._storage.work() as work:
            row = InboxRow(given.id, given.chat.key, update_to_json(given))
            await work.inbox.store(PLATFORM, row, CLOCK.now())
            await self._jobs.enqueue(work, CHAT_JOB, given.chat.key)

    def _judged(self, waiting: set[int]) -> list[Row]:
        telegram, times = self._telegram, self._arrived(waiting)
        sent = [one.at for one in telegram.sent if one.at <= times[-1]]
        rate = (len(sent) - 1) / (sent[-1] - sent[0])
        over, busiest = telegram.over_the_limit, telegram.busiest(1.0)
        where = "SQLite" if self._storage.is_sqlite else "PostgreSQL"
        who = f"{self._workers} worker{'s' if self._workers > 1 else ''}, {where}"
        right = not over and len(times) == self._count and not telegram.violations
        return [
            Row(
                f"{self._count:,} {self.kind}, {who}: at most {busiest} in a second, {over} refused", "1/s",
                [rate], "our own pace", [_PACE], note="aim" if right and rate > 0.95 * _PACE else "missed",
            ),
            Row(f"a digest by {who}, CPU", "ms", [self._spent * 1000 / len(sent)]),
            Row(f"a command meanwhile, {who}", "ms", self._answered),
            Row(f"memory of a worker near the end, {who}", "MB", self._share(5), "after a fifth", self._share(1)),
        ]  # fmt: skip

    def _share(self, fifths: int) -> list[float]:
        """What stood there when so much of the run was over."""
        most = min(20, len(self._memory) // 5)
        end = len(self._memory) * fifths // 5
        return self._memory[end - most : end]
