"""Recurring invoices of one business whose morning has come, all issued in one run, beside as many only stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bench.bench import Bench
from bench.ledger import CLOCK, IDS, Ledger, open_ledger, store
from bench.measure import Row, in_turns, wall
from core.moments import local_day
from core.ports import NoJobs
from core.recurrence import Rule, Unit
from core.series import Does, Series
from handlers.background.runner import Runner
from storage.engine import Storage
from storage.work import SqlWork


@dataclass(frozen=True, slots=True)
class _Run:
    """A contender: invoices per second."""

    storage: Storage
    ledger: Ledger
    count: int

    async def __call__(self) -> float:
        async with self.storage.work(self.ledger.turn) as work:
            await work.enter(self.ledger.business.id)
            await self._come_due(work)
        runner = Runner(self.storage.work, CLOCK, IDS, NoJobs())
        start = wall()
        await runner.run(self.ledger.turn)
        taken = wall() - start
        async with self.storage.work(self.ledger.turn) as work:
            await work.enter(self.ledger.business.id)
            assert not await work.series.list_due(CLOCK.now(), 1)
        return self.count / taken

    async def _come_due(self, work: SqlWork) -> None:
        now = CLOCK.now()
        today = local_day(now, self.ledger.business.zone)
        owner = (await work.members.list())[0]
        rule = Rule(Unit.MONTH, 1, today, day=today.day)
        for _number in range(self.count):
            await work.series.add(
                Series(
                    IDS.new(), owner.id, self.ledger.draft, rule, Does.ISSUE, today, now - timedelta(minutes=1), times=1
                )
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stored:
    """The statements of as many invoices, one transaction each."""

    storage: Storage
    ledger: Ledger
    count: int

    async def __call__(self) -> float:
        start = wall()
        for _number in range(self.count):
            await store(self.storage, self.ledger)
        return self.count / (wall() - start)


async def rows(bench: Bench) -> list[Row]:
    count, found = bench.rounds(1000, 200), []
    for name, url in (await bench.databases()).items():
        storage = Storage(url, CLOCK)
        try:
            run = _Run(storage, await open_ledger(storage), count)
            stored = _Stored(storage, await open_ledger(storage), count)
            ours, theirs = await in_turns(bench.rounds(3, 2), run, stored)
        finally:
            await storage.close()
        found.append(
            Row(f"{count} recurring invoices in one run, {name}", "1/s", ours, "only stored", theirs)
        )
    return found
