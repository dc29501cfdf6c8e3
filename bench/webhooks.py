"""Updates brought to one process of `billhook serve`: how many are acknowledged a second, and how soon."""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from bench.bench import Bench
from bench.measure import Contender, Row, in_turns, percentile
from bench.wire import MOST_LINES, Client, Request, bringing, cpu_seconds
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_values import Person
from tests.scenarios.telegram_house import House, Process, opened

_LINES = 8
_RATE = 200.0
"""Updates a second."""
_GOAL_MS = 50.0
_PEOPLE = 500
_NOTHING = "nothing to store"


async def rows(bench: Bench) -> list[Row]:
    found = []
    databases = await bench.databases()
    for name, url in databases.items():
        with _serving(bench, url, "--no-worker") as (process, people):
            found += await _throughput(bench, name, process, people)
            found += await _acknowledged(bench, f"{name}, no worker", process, people)
    for name in databases:
        # What is left to answer from above would be answered first.
        url = await (bench.postgres() if name == "PostgreSQL" else bench.sqlite())
        with _serving(bench, url) as (process, people):
            found += await _acknowledged(bench, f"{name}, worker inside", process, people)
    return found


@contextmanager
def _serving(bench: Bench, url: str, *flags: str) -> Iterator[tuple[Process, list[Person]]]:
    """The command itself, and people whom it may answer."""
    folder = bench.folder / uuid.uuid4().hex
    folder.mkdir()
    with FakeTelegram() as telegram:
        people = [telegram.person(f"Ida {number}", started=True) for number in range(_PEOPLE)]
        with opened(House(telegram=telegram, url=url, folder=folder, webhook=True)) as house:
            yield house.serve(*flags, real=True), people


class _Busy:
    """A contender: updates a second with a few connections that never rest, and the server's time for each."""

    def __init__(self, client: Client, process: Process, request: Request, seconds: float) -> None:
        self._client = client
        self._process = process
        self._request = request
        self._seconds = seconds
        self.cpu: list[float] = []

    async def __call__(self) -> float:
        before = cpu_seconds(self._process)
        rate = await self._client.per_second(self._request, self._seconds)
        self.cpu.append((cpu_seconds(self._process) - before) * 1000 / (rate * self._seconds))
        return rate


async def _throughput(bench: Bench, name: str, process: Process, people: list[Person]) -> list[Row]:
    async with Client(process, _LINES) as client:
        seconds = bench.rounds(2, 1)
        stored = _Busy(client, process, bringing(people), seconds)
        unstored = _Busy(client, process, bringing(people, "edited_message"), seconds)
        ours, theirs = await in_turns(bench.rounds(9, 4), stored, unstored)
    return [
        Row(f"webhook to 200, {name}, {_LINES} connections", "1/s", ours, _NOTHING, theirs),
        Row(f"webhook to 200, {name}, CPU", "ms", stored.cpu[1:], _NOTHING, unstored.cpu[1:]),
    ]


async def _acknowledged(bench: Bench, name: str, process: Process, people: list[Person]) -> list[Row]:
    middles: dict[bool, list[float]] = {True: [], False: []}

    def tail(client: Client, stored: bool, seconds: float) -> Contender:
        request = bringing(people, "message" if stored else "edited_message")

        async def once() -> float:
            late = await client.at_rate(request, _RATE, seconds)
            middles[stored].append(statistics.median(late) * 1000)
            return percentile(late, 99) * 1000

        return once

    async with Client(process, MOST_LINES) as client:
        seconds = bench.rounds(10, 3)
        ours, theirs = await in_turns(
            bench.rounds(2, 1), tail(client, True, seconds), tail(client, False, seconds / 3)
        )
    what = f"ack at {_RATE:g}/s, {name}"
    reached = "aim" if statistics.median(ours) < _GOAL_MS else "missed"
    return [
        Row(f"{what}, p99", "ms", ours, f"{_GOAL_MS:g} ms", [_GOAL_MS] * len(ours), note=reached),
        Row(f"{what}, p99", "ms", ours, _NOTHING, theirs),
        Row(f"{what}, median", "ms", middles[True][1:], _NOTHING, middles[False][1:]),
    ]
