"""Updates answered a second by one process with its worker, from Telegram's delivery to the message in the chat."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence

from bench import ptb
from bench.bench import Bench
from bench.ledger import CLOCK, open_ledger
from bench.measure import Row, in_turns, wall
from bench.wire import cpu_seconds
from bot.telegram.address import PLATFORM
from storage.engine import Storage
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_values import Person
from tests.scenarios.telegram_house import House, Process, opened

_LATEST = 120.0
_PACE = "0.02"
"""Seconds between two messages to a chat; those of the bot follow each other twenty times as fast."""


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        folder = bench.folder / uuid.uuid4().hex
        folder.mkdir()
        with FakeTelegram() as telegram:
            people = [
                telegram.person(f"Ida {number}", started=True) for number in range(bench.rounds(300, 100))
            ]
            await _seat(url, people)
            with opened(House(telegram=telegram, url=url, folder=folder, webhook=True, pace=_PACE)) as house:
                ours, theirs = _Talk(house, house.serve(), people), _Talk(house, ptb.started(house), people)
                answered, bare = await in_turns(bench.rounds(6, 2), ours, theirs)
            assert not telegram.violations, telegram.violations[:3]
        found += [
            Row(f"/help to its answer, {name}, one process", "1/s", answered, "PTB, keeps nothing", bare),
            Row(
                f"/help to its answer, {name}, CPU", "ms", ours.cpu[1:], "PTB, keeps nothing", theirs.cpu[1:]
            ),
        ]
    return found


async def _seat(url: str, people: Sequence[Person]) -> None:
    """Everybody owns a business, as few businesses write to the same chat twice in a moment."""
    storage = Storage(url, CLOCK)
    try:
        for person in people:
            ledger = await open_ledger(storage)
            async with storage.work() as work:
                seat = (await work.chats.speaker(f"bench:{ledger.business.id.hex}")).seat
                assert seat is not None
                await work.chats.sit(f"{PLATFORM}:{person.id}", seat)
    finally:
        await storage.close()


class _Talk:
    """A contender: everybody asks at once; gives answers per second and keeps the process's time for each."""

    def __init__(self, house: House, process: Process, people: Sequence[Person]) -> None:
        self._house = house
        self._process = process
        self._people = people
        self.cpu: list[float] = []

    async def __call__(self) -> float:
        telegram = self._house.telegram
        self._house.lead_to(self._process)
        before, spent = len(telegram.sent), cpu_seconds(self._process)
        start = wall()
        for person in self._people:
            telegram.says(person, "/help")
        while (count := len(telegram.sent) - before) < len(self._people):
            if wall() > start + _LATEST:
                raise TimeoutError(f"{count} of {len(self._people)} were answered in {_LATEST:g} s")
            await asyncio.sleep(0.02)
        taken = wall() - start
        self.cpu.append((cpu_seconds(self._process) - spent) * 1000 / len(self._people))
        return len(self._people) / taken
