"""Goal 4: how late the event loop is while the product renders a long document, against when it does nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bench.bench import Bench
from bench.measure import Goal, Row, in_turns, percentile, wall
from bot.rendering import Renderer
from tests.builders.documents import a_document

_TICK = 0.001
_LINES = 500
_AT_ONCE = 5
"""Documents per sample: one alone is over after too few ticks for a 99th percentile."""


async def rows(bench: Bench) -> list[Row]:
    renderer = Renderer()
    document = a_document(_LINES)
    try:
        await renderer.render(document)

        async def rendering() -> None:
            for _ in range(_AT_ONCE):
                await renderer.render(document)

        start = wall()
        await rendering()
        length = wall() - start
        busy, idle, other = await in_turns(
            bench.rounds(40, 10), _Lag(rendering), _Lag(lambda: asyncio.sleep(length)),
            _Lag(lambda: _sleeping(length)),
        )  # fmt: skip
    finally:
        await renderer.close()
    name = f"event loop lag p99, {_LINES} lines rendering"
    return [
        Row(name, "ms", busy, "idle", idle, Goal(4, 3, 1.5)),
        Row(name, "ms", busy, "threads that sleep", other),
    ]


async def _sleeping(seconds: float) -> None:
    """Threads that only sleep, as many and as long as the documents take. Each one wakes the loop when it ends, and
    asyncio rounds the rest of a timer up to a whole millisecond then: that much any work off the loop costs."""
    for _ in range(_AT_ONCE):
        await asyncio.to_thread(time.sleep, seconds / _AT_ONCE)


class _Lag:
    """A contender: the 99th percentile of how late a timer fires while something runs, in milliseconds."""

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        self._work = work

    async def __call__(self) -> float:
        late: list[float] = []
        ticking = asyncio.create_task(self._tick(late))
        await self._work()
        ticking.cancel()
        return percentile(late, 99) * 1000

    async def _tick(self, late: list[float]) -> None:
        while True:
            start = wall()
            await asyncio.sleep(_TICK)
            late.append(wall() - start - _TICK)
