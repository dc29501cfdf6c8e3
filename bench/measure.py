"""Samples taken in turns, so that a slow moment of the machine hits a row and its yardstick alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

Clock = Callable[[], float]
Act = Callable[[], Awaitable[object]]
Contender = Callable[[], Awaitable[float]]
"""Does its work once and gives what that took."""

cpu: Clock = time.process_time
"""User and system time of this process with all its threads."""
wall: Clock = time.perf_counter


@dataclass(frozen=True, slots=True)
class Goal:
    """A row of the table of goals; `more` where the larger ratio is the better one."""

    number: int
    good: float
    aim: float
    more: bool = False

    def verdict(self, ratio: float) -> str:
        for name, limit in (("aim", self.aim), ("good", self.good)):
            if (ratio >= limit) if self.more else (ratio <= limit):
                return name
        return "missed"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: samples of ours and of its yardstick, pair by pair; or only why there are none."""

    name: str
    unit: str = "ms"
    ours: Sequence[float] = ()
    yardstick: str = ""
    theirs: Sequence[float] = ()
    goal: Goal | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The median of the pairs' own ratios."""
        if not self.theirs:
            return None
        return statistics.median(mine / other for mine, other in zip(self.ours, self.theirs, strict=True))


@dataclass(slots=True)
class Timed:
    """A contender that repeats an action and gives the time of one, in milliseconds."""

    act: Act
    clock: Clock
    times: int = 1
    scale: float = field(default=1000.0)

    async def __call__(self) -> float:
        start = self.clock()
        for _ in range(self.times):
            await self.act()
        return (self.clock() - start) * self.scale / self.times


def blocking(act: Callable[[], object]) -> Act:
    """A plain function as an action."""

    async def run() -> None:
        act()

    return run


async def in_turns(rounds: int, *contenders: Contender) -> list[list[float]]:
    """Each once per round, after one round that does not count; every second round goes backwards."""
    taken: list[list[float]] = [[] for _ in contenders]
    for turn in range(rounds + 1):
        order = list(range(len(contenders)))
        for place in reversed(order) if turn % 2 else order:
            sample = await contenders[place]()
            if turn:
                taken[place].append(sample)
    return taken


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that this share of the samples does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
