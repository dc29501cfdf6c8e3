"""Goal 8: 32 writers in one business, which share one counter, against 32 writers in a business each."""

from __future__ import annotations

import asyncio

from bench.bench import Bench
from bench.ledger import CLOCK, Ledger, open_ledger, store
from bench.measure import Goal, Row, in_turns, percentile, wall
from storage.engine import Storage

_WRITERS = 32


class _Writers:
    """A contender: every writer stores some invoices; gives invoices per second and keeps each one's time."""

    def __init__(self, storage: Storage, ledgers: list[Ledger], each: int) -> None:
        self._storage = storage
        self._ledgers = ledgers
        self._each = each
        self.tails: list[tuple[float, float]] = []

    async def __call__(self) -> float:
        times: list[float] = []
        start = wall()
        await asyncio.gather(*(self._write(ledger, times) for ledger in self._ledgers))
        taken = wall() - start
        self.tails.append((percentile(times, 99) * 1000, percentile(times, 50) * 1000))
        return len(times) / taken

    async def _write(self, ledger: Ledger, times: list[float]) -> None:
        for _ in range(self._each):
            start = wall()
            await store(self._storage, ledger)
            times.append(wall() - start)


async def rows(bench: Bench) -> list[Row]:
    storage = Storage(await bench.postgres(), CLOCK)
    try:
        ledgers = [await open_ledger(storage) for _ in range(_WRITERS)]
        each = bench.rounds(20, 8)
        hot = _Writers(storage, [ledgers[0]] * _WRITERS, each)
        apart = _Writers(storage, ledgers, each)
        ours, theirs = await in_turns(bench.rounds(10, 4), hot, apart)
    finally:
        await storage.close()
    tails, middles = zip(*hot.tails[1:], strict=True)
    return [
        Row(f"{_WRITERS} writers in one business", "1/s", ours, "a business each", theirs,
            Goal(8, 0.4, 0.5, more=True)),
        Row(f"{_WRITERS} writers in one business, p99", "ms", tails, "their median", middles, Goal(8, 4, 2)),
    ]  # fmt: skip
