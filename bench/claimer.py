"""`python -m bench.claimer URL`: one more scheduler, which ticks until nothing is due; prints how many it took."""

from __future__ import annotations

import asyncio
import sys

from bench.ledger import CLOCK
from bot.jobs import PostgresJobs
from bot.ticking import Ticker
from storage.engine import Storage


async def claimed(url: str) -> int:
    """Told to go by a line on standard input, so that starting does not count."""
    storage = Storage(url, CLOCK)
    try:
        ticker, count = Ticker(storage, CLOCK, PostgresJobs(url)), 0
        await ticker.tick()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        while found := await ticker.tick():
            count += len(found)
        return count
    finally:
        await storage.close()


if __name__ == "__main__":
    print(asyncio.run(claimed(sys.argv[1])))
