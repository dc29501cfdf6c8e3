"""Slash commands brought to processes of `billhook serve`: how many are acknowledged a second, and how soon."""

from __future__ import annotations

import asyncio
import statistics
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import sqlalchemy as sa

from bench import slack_bolt, slack_entry
from bench.bench import Bench
from bench.ledger import CLOCK, IDS, open_ledger
from bench.measure import Row, in_turns, percentile
from bench.slack_wire import COMMAND, UNKNOWN, Commands, Speaker
from bench.wire import Client, cpu_seconds
from bot.slack.address import PLATFORM
from core.party import Role
from core.usecases.seats import find_desk, let_in
from storage.engine import Storage
from tests.fakes.slack import FakeSlack, ServerError, Team, TooMany
from tests.scenarios.slack_house import House, Process, opened

_STUDIOS, _MEMBERS = 10, 20
_LINES, _MANY_LINES = 8, 300
"""Slack waits for three seconds, and brings the next command all the same: nothing has to wait for a connection."""
_RATE = 100.0
"""Commands a second."""
_GOAL_MS = 300.0
_TURN = 0.25
"""Seconds until Slack fails in the other way."""
_BOLT, _NOTHING = "Bolt, which keeps nothing", "nothing to store"
_STORED = sa.text("SELECT count(*) FROM inbox")


async def rows(bench: Bench) -> list[Row]:
    found = await slack_entry.rows(bench)
    databases = await bench.databases()
    for name, url in databases.items():
        found += await _throughput(bench, name, url)
    # What is left to answer from above would be answered first.
    return found + await _in_trouble(bench, await bench.postgres())


class _Town:
    """An app for many workspaces, each with a studio whose members may bill."""

    def __init__(self, slack: FakeSlack, house: House) -> None:
        self.slack = slack
        self.house = house
        self.speakers: list[Speaker] = []

    async def settle(self) -> None:
        teams = [self.slack.team(f"T{number}") for number in range(1, _STUDIOS + 1)]
        await self.house.let_in_by(teams)
        storage = Storage(self.house.url, CLOCK)
        try:
            for team in teams:
                self.speakers += await _studio(storage, team)
        finally:
            await storage.close()

    def commands(self, command: str = COMMAND) -> Commands:
        return Commands(self.speakers, self.slack.origin, command)

    async def stored(self) -> int:
        storage = Storage(self.house.url, CLOCK)
        try:
            async with storage.connection() as connection:
                return int((await connection.execute(_STORED)).scalar_one())
        finally:
            await storage.close()


async def _studio(storage: Storage, team: Team) -> list[Speaker]:
    ledger = await open_ledger(storage)
    people = [team.person(f"Ida {number}") for number in range(_MEMBERS)]
    channel = team.channel("money", people)
    async with storage.work() as work:
        seat = (await work.chats.speaker(f"bench:{ledger.business.id.hex}")).seat
        desk = await find_desk(work, CLOCK, IDS, seat) if seat is not None else None
        assert desk is not None
        for person in people:
            await let_in(desk, f"{PLATFORM}:{team.id}/{person.id}", person.name, Role.ADMIN)
    return [(person, channel) for person in people]


@asynccontextmanager
async def _town(bench: Bench, url: str) -> AsyncIterator[_Town]:
    folder = bench.folder / uuid.uuid4().hex
    folder.mkdir()
    with FakeSlack() as slack, opened(House(slack=slack, url=url, folder=folder)) as house:
        town = _Town(slack, house)
        await town.settle()
        yield town
        assert not slack.violations, slack.violations[:3]


# -- as many as it can take -------------------------------------------------------------------------


class _Busy:
    """A contender: commands a second with a few connections that never rest, and the server's time for each."""

    def __init__(self, process: Process, commands: Commands, seconds: float) -> None:
        self._process = process
        self._commands = commands
        self._seconds = seconds
        self.cpu: list[float] = []

    async def __call__(self) -> float:
        async with Client(self._process, _LINES) as client:
            before = cpu_seconds(self._process)
            rate = await client.per_second(self._commands, self._seconds)
        self.cpu.append((cpu_seconds(self._process) - before) * 1000 / (rate * self._seconds))
        return rate


async def _throughput(bench: Bench, name: str, url: str) -> list[Row]:
    async with _town(bench, url) as town:
        process, bolt = town.house.serve("--no-worker", real=True), slack_bolt.started(town.house)
        seconds, brought = bench.rounds(2, 1), town.commands()
        stored, unstored, bare = (
            _Busy(process, brought, seconds),
            _Busy(process, town.commands(UNKNOWN), seconds),
            _Busy(bolt, town.commands(), seconds),
        )
        ours, nothing, theirs = await in_turns(bench.rounds(9, 3), stored, unstored, bare)
        # An answer that tells somebody to try again is an acknowledgement, too.
        assert await town.stored() == brought.made
    what = f"command to ack, {name}, {_LINES} connections"
    return [
        Row(what, "1/s", ours, _BOLT, theirs),
        Row(what, "1/s", ours, _NOTHING, nothing),
        Row(f"command to ack, {name}, CPU", "ms", stored.cpu[1:], _BOLT, bare.cpu[1:]),
        Row("the same with nothing to store, CPU", "ms", unstored.cpu[1:], _BOLT, bare.cpu[1:]),
    ]


# -- while Slack itself is in trouble ---------------------------------------------------------------


@contextmanager
def _failing(slack: FakeSlack) -> Iterator[None]:
    """Every call of ours is answered 429 or 500, by turns."""

    async def turn() -> None:
        lasting = slack.fail_always("*", TooMany())
        while True:
            for fault in (ServerError(), TooMany()):
                await asyncio.sleep(_TURN)
                lasting, before = slack.fail_always("*", fault), lasting
                before.lift()

    turning = asyncio.create_task(turn())
    try:
        yield
    finally:
        # The last fault stays.
        turning.cancel()


class _Late:
    """A contender: the 99th percentile of acknowledgements at a steady rate, led to each process in turn."""

    def __init__(self, processes: Sequence[Process], commands: Commands, seconds: float) -> None:
        self._processes = processes
        self._commands = commands
        self._seconds = seconds
        self.middles: list[float] = []
        self.worst: list[float] = []
        self.cpu: list[float] = []

    async def __call__(self) -> float:
        before = sum(map(cpu_seconds, self._processes))
        shares = await asyncio.gather(*(self._share(place) for place in range(len(self._processes))))
        late = [one * 1000 for share in shares for one in share]
        self.middles.append(statistics.median(late))
        self.worst.append(max(late))
        self.cpu.append((sum(map(cpu_seconds, self._processes)) - before) * 1000 / len(late))
        return percentile(late, 99)

    async def _share(self, place: int) -> list[float]:
        count = len(self._processes)
        await asyncio.sleep(place / _RATE)
        async with Client(self._processes[place], _MANY_LINES // count) as client:
            return await client.at_rate(self._commands, _RATE / count, self._seconds)


async def _in_trouble(bench: Bench, url: str) -> list[Row]:
    async with _town(bench, url) as town:
        house, seconds, brought = town.house, bench.rounds(15, 4), town.commands()
        ours = _Late([house.serve(real=True), house.serve(real=True)], brought, seconds)
        theirs = _Late([slack_bolt.started(house)], town.commands(), seconds)
        with _failing(town.slack):
            late, bare = await in_turns(bench.rounds(3, 1), ours, theirs)
            lost = brought.made - await town.stored()
            statuses = [call.status for call in town.slack.calls]
    assert set(statuses) == {429, 500}, set(statuses)
    what = f"ack at {_RATE:g}/s while Slack fails, PostgreSQL, 2 processes"
    reached = "aim" if statistics.median(late) < _GOAL_MS else "missed"
    return [
        Row(f"{what}, p99", "ms", late, f"{_GOAL_MS:g} ms", [_GOAL_MS] * len(late), note=reached),
        Row(f"{what}, p99", "ms", late, "Bolt beside them", bare),
        Row(f"{what}, median", "ms", ours.middles[1:], "Bolt beside them", theirs.middles[1:]),
        Row(f"{what}, worst", "ms", ours.worst[1:], "Bolt beside them", theirs.worst[1:]),
        Row("the same, CPU with all that follows", "ms", ours.cpu[1:], "Bolt beside them", theirs.cpu[1:]),
        Row("commands not taken meanwhile", f"of {brought.made:,}", [lost]),
        Row("calls answered 429 meanwhile", "calls", [statuses.count(429)], "500", [statuses.count(500)]),
    ]
