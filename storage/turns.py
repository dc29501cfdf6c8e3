"""Queues inside one process for what the database would make everybody wait for anyway."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """First come, first served per key inside this process, `at_once` of them at a time.

    Writers of one hot business would otherwise fight over its counter row through the pool; queueing here keeps
    the slowest close to the middle. Only fairness hangs on it: the database's own locks keep the rows right.
    """

    def __init__(self, at_once: int) -> None:
        self._gates: defaultdict[str, _Gate] = defaultdict(lambda: _Gate(at_once))
        self._inside: defaultdict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def of(self, key: str, first: bool = False) -> AsyncIterator[None]:
        """`first`: before all who are not."""
        self._inside[key] += 1
        gate = self._gates[key]
        try:
            await gate.enter(first)
            try:
                yield
            finally:
                gate.leave()
        finally:
            self._inside[key] -= 1
            if not self._inside[key]:
                del self._inside[key], self._gates[key]


class _Gate:
    """Lets so many in at a time. Two queues, of which the second moves when the first is empty."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._queues: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque())

    async def enter(self, first: bool) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._queues[0 if first else 1]
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # It was let in at the very moment in which it gave up.
                self.leave()
            elif turn in queue:
                queue.remove(turn)
            raise

    def leave(self) -> None:
        for queue in self._queues:
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1
