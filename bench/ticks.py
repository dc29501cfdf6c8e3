"""The tick: what it costs while nothing is due, and how many businesses one and two schedulers hand out a second."""

from __future__ import annotations

import asyncio
import sys

from bench.bench import Bench
from bench.fleet import Fleet
from bench.ledger import CLOCK
from bench.measure import Goal, Row, Timed, in_turns, wall
from bot.ticking import Ticker
from core.ports import NoJobs
from storage.engine import Storage

SIZES = (10_000, 100_000, 1_000_000)
_QUICK_SIZES = (10_000, 100_000)
_IDLE_AIM = 10.0
_CLAIM_AIM = 3_000.0


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        storage, fleet = Storage(url, CLOCK), Fleet(url)
        try:
            for size in _QUICK_SIZES if bench.quick else SIZES:
                await fleet.grow_to(size)
                found.append(await _idle(bench, storage, f"idle tick, {size:,} businesses, {name}"))
            if not storage.is_sqlite:
                found += [await _claims(bench, fleet, url, schedulers) for schedulers in (1, 2)]
        finally:
            await fleet.close()
            await storage.close()
    return found


async def _idle(bench: Bench, storage: Storage, name: str) -> Row:
    """What a minute costs in which nobody wants anything: our own transactions, begin to commit."""
    ticker = Ticker(storage, CLOCK, NoJobs())
    assert await ticker.tick() == []
    (taken,) = await in_turns(bench.rounds(100, 30), Timed(ticker.tick, wall))
    aims = [_IDLE_AIM] * len(taken)
    return Row(name, "ms", taken, "the aim", aims, Goal(0, 1, 1))


async def _claims(bench: Bench, fleet: Fleet, url: str, schedulers: int) -> Row:
    """Everybody comes due at once: claimed, their digests decided and their jobs enqueued, each batch durable."""
    count, rates = bench.rounds(30_000, 6_000), []
    for _ in range(bench.rounds(5, 2)):
        processes = [await _started(url) for _ in range(schedulers)]
        await fleet.come_due(count)
        start = wall()
        results = await asyncio.gather(*[_go(process) for process in processes])
        rates.append(count / (wall() - start))
        assert sum(results) == count, (results, count)
    aims = [_CLAIM_AIM] * len(rates)
    who = f"{schedulers} scheduler{'s' if schedulers > 1 else ''}"
    return Row(
        f"businesses claimed by {who}, PostgreSQL", "1/s", rates, "the aim", aims, Goal(0, 1, 1, more=True)
    )


async def _started(url: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.claimer", url,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"ready"
    return process


async def _go(process: asyncio.subprocess.Process) -> int:
    output, _errors = await process.communicate(b"go\n")
    return int(output)
