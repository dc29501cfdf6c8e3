"""The page of an invoice: what it costs, how many a second, and how soon, beside a bare app that answers a constant."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp, Message

from bench.bench import Bench
from bench.constant import PATH as CONSTANT
from bench.constant import app_of
from bench.ledger import CLOCK, IDS, TODAY, open_ledger, store
from bench.measure import Row, Timed, cpu, in_turns, percentile
from bench.wire import Client, Request, cpu_seconds
from bench.yardstick import started
from bot.documents import Documents
from bot.rendering import Renderer
from bot.web.app import create_app
from bot.web.invoice_page import InvoicePages
from core.ports import Clock, NoJobs
from core.usecases.hosted import PATH, hand_out
from core.usecases.seats import find_desk
from handlers.background.viewing import Viewing
from storage.engine import Storage
from tests.fakes.telegram import FakeTelegram
from tests.scenarios.telegram_house import House, Process, opened

_PAGES = 200
"""Invoices that are looked at in turn."""
_LINES = 50
_RATE = 100.0
"""Pages a second, of all processes together."""
_GOAL_MS = 50.0
_EACH = 20
_CONSTANT = "a constant page"
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        async with _opened(url) as storage:
            tokens = await _handed_out(storage)
            row, page = await _cost(bench, name, storage, tokens)
        with _house(bench, url) as house:
            (house.folder / "page.html").write_bytes(page)
            constant = started(house, "bench.constant", str(house.folder / "page.html"))
            served = [house.serve("--no-worker", real=True)]
            found += [row, *await _Served(bench, name, served, constant, tokens).rows()]
            if name == "PostgreSQL":
                served.append(house.serve("--no-worker", real=True))
                found += await _Served(bench, f"{name}, 2 processes", served, constant, tokens).rows()
    return found


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Storage]:
    storage = Storage(url, CLOCK)
    yield storage
    await storage.close()


async def _handed_out(storage: Storage) -> list[str]:
    """A page of each of many issued invoices of one business."""
    ledger = await open_ledger(storage)
    for _invoice in range(_PAGES):
        await store(storage, ledger)
    tokens = []
    async with storage.work() as work:
        seat = (await work.chats.speaker(f"bench:{ledger.business.id.hex}")).seat
        desk = await find_desk(work, CLOCK, IDS, seat) if seat is not None else None
        assert desk is not None
        for count in range(1, _PAGES + 1):
            invoice = await work.invoices.find_number(ledger.business.number_pattern.format(count, TODAY))
            assert invoice is not None
            tokens.append(await hand_out(desk, invoice))
    return tokens


# -- what it costs ---------------------------------------------------------------------------------


@dataclass
class _Parts:
    """What the pages take of a process."""

    storage: Storage
    documents: Documents
    viewing: Viewing
    clock: Clock
    public_url: str


async def _cost(bench: Bench, name: str, storage: Storage, tokens: Sequence[str]) -> tuple[Row, bytes]:
    """And the page, which is the constant."""
    renderer = Renderer()
    viewing = Viewing(CLOCK, IDS, NoJobs())
    pages = InvoicePages(
        _Parts(storage, Documents(storage, renderer), viewing, CLOCK, "https://bench.example")
    )
    web = create_app(storage, routes=pages.routes())
    # The first time that one is opened, the business is told, and its payment code is drawn.
    first = [await _body(web, f"{PATH}{token}") for token in tokens]
    page, turns = first[0], itertools.cycle(tokens)
    bare = app_of(page)
    ours, theirs = await in_turns(
        bench.rounds(40, 15), Timed(lambda: _body(web, f"{PATH}{next(turns)}"), cpu, _EACH),
        Timed(lambda: _body(bare, CONSTANT), cpu, _EACH),
    )  # fmt: skip
    await renderer.close()
    return Row(f"invoice page, {len(page) / 1000:.0f} kB, {name}, CPU", "ms", ours, _CONSTANT, theirs), page


async def _body(app: ASGIApp, path: str) -> bytes:
    """The app is called as a web server would, which is not part of it."""
    body: list[bytes] = []
    given = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "headers": [(b"user-agent", _AGENT.encode())], "scheme": "http", "http_version": "1.1",
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(answer: Message) -> None:
        assert answer.get("status", 200) == 200
        body.append(answer.get("body", b""))

    await app(given, receive, send)
    return b"".join(body)


# -- served by processes ---------------------------------------------------------------------------


@contextmanager
def _house(bench: Bench, url: str) -> Iterator[House]:
    folder = bench.folder / uuid.uuid4().hex
    folder.mkdir()
    with (
        FakeTelegram() as telegram,
        opened(House(telegram=telegram, url=url, folder=folder, webhook=True)) as house,
    ):
        yield house


def _asking(paths: Sequence[str]) -> Request:
    """One request after the other, of one address after the other."""
    turns = itertools.cycle(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {_AGENT}\r\n\r\n".encode() for path in paths
    )
    return lambda: next(turns)


class _Served:
    """The same pages asked of some processes, which share what is asked, and of the one that answers a constant."""

    def __init__(
        self, bench: Bench, name: str, served: Sequence[Process], constant: Process, tokens: Sequence[str]
    ) -> None:
        self._name = f"invoice pages, {name}"
        self._served = served
        self._constant = constant
        self._page = _asking([f"{PATH}{token}" for token in tokens])
        self._same = _asking([CONSTANT])
        self._rounds = bench.rounds(5, 2)
        self._busy = bench.rounds(4, 2)
        self._calm = bench.rounds(10, 4)
        self._costs: list[float] = []
        self._waits: tuple[list[float], list[float]] = ([], [])

    async def rows(self) -> list[Row]:
        rates = await in_turns(self._rounds, self._ours, self._theirs)
        tails = await in_turns(
            self._rounds,
            lambda: self._late(self._served, self._page),
            lambda: self._late([self._constant], self._same),
        )
        # Of the round that does not count, neither do these.
        waits = [each[1:] for each in self._waits]
        reached = "aim" if statistics.median(tails[0]) < _GOAL_MS else "missed"
        aim = [_GOAL_MS] * len(tails[0])
        return [
            Row(f"{self._name}, {_LINES} connections", "1/s", rates[0], _CONSTANT, rates[1]),
            Row(f"{self._name}, {_LINES} connections, p95", "ms", waits[0], _CONSTANT, waits[1]),
            Row(f"{self._name}, CPU of the process", "ms", self._costs[1:]),
            Row(f"{self._name} at {_RATE:g}/s, p95", "ms", tails[0], f"{_GOAL_MS:g} ms", aim, note=reached),
            Row(f"{self._name} at {_RATE:g}/s, p95", "ms", tails[0], _CONSTANT, tails[1]),
        ]  # fmt: skip

    async def _ours(self) -> float:
        before = sum(map(cpu_seconds, self._served))
        rate, waits = await self._asked(self._served, self._page)
        self._costs.append((sum(map(cpu_seconds, self._served)) - before) * 1000 / len(waits))
        self._waits[0].append(percentile(waits, 95) * 1000)
        return rate

    async def _theirs(self) -> float:
        rate, waits = await self._asked([self._constant], self._same)
        self._waits[1].append(percentile(waits, 95) * 1000)
        return rate

    async def _asked(self, processes: Sequence[Process], request: Request) -> tuple[float, list[float]]:
        """Closed loop: how many a second, and how long each took."""

        async def one(process: Process) -> tuple[float, list[float]]:
            async with Client(process, _LINES // len(processes)) as client:
                return await client.busy(request, self._busy)

        found = await asyncio.gather(*map(one, processes))
        return sum(rate for rate, _waits in found), [wait for _rate, waits in found for wait in waits]

    async def _late(self, processes: Sequence[Process], request: Request) -> float:
        """Open loop: how late the answers were, at their 95th percentile."""

        async def one(process: Process) -> list[float]:
            async with Client(process, _LINES // len(processes)) as client:
                return await client.at_rate(request, _RATE / len(processes), self._calm)

        found = await asyncio.gather(*map(one, processes))
        return percentile([late for each in found for late in each], 95) * 1000
