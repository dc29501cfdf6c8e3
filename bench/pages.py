"""The page of an invoice: what it costs, how many a second, and how soon, beside a route that answers a constant."""

from __future__ import annotations

import itertools
import statistics
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from starlette.requests import Request as Asked
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from bench.bench import Bench
from bench.ledger import CLOCK, IDS, TODAY, open_ledger, store
from bench.measure import Contender, Row, Timed, cpu, in_turns, percentile
from bench.wire import Client, Request, cpu_seconds
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
"""Invoices that are looked at in turn: two who open the same one at the same moment wait for each other."""
_LINES = 50
_RATE = 100.0
"""Pages a second."""
_GOAL_MS = 50.0
_EACH = 20
_CONSTANT = "a constant page"
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def rows(bench: Bench) -> list[Row]:
    found = []
    for name, url in (await bench.databases()).items():
        async with _opened(url) as storage:
            tokens = await _handed_out(storage)
            found += await _cost(bench, name, storage, tokens)
        with _serving(bench, url) as process:
            found += await _served(bench, name, process, tokens)
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


async def _cost(bench: Bench, name: str, storage: Storage, tokens: Sequence[str]) -> list[Row]:
    renderer = Renderer()
    viewing = Viewing(CLOCK, IDS, NoJobs())
    pages = InvoicePages(
        _Parts(storage, Documents(storage, renderer), viewing, CLOCK, "https://bench.example")
    )

    async def constant(_request: Asked) -> HTMLResponse:
        return HTMLResponse(same)

    web = create_app(storage, routes=[Route("/constant", constant), *pages.routes()])
    same, turns = await _body(web, f"{PATH}{tokens[0]}"), itertools.cycle(tokens)
    ours, theirs = await in_turns(
        bench.rounds(40, 15), Timed(lambda: _body(web, f"{PATH}{next(turns)}"), cpu, _EACH),
        Timed(lambda: _body(web, "/constant"), cpu, _EACH),
    )  # fmt: skip
    await renderer.close()
    return [Row(f"invoice page, {len(same) / 1000:.0f} kB, {name}, CPU", "ms", ours, _CONSTANT, theirs)]


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


# -- served by a process ---------------------------------------------------------------------------


@contextmanager
def _serving(bench: Bench, url: str) -> Iterator[Process]:
    folder = bench.folder / uuid.uuid4().hex
    folder.mkdir()
    with (
        FakeTelegram() as telegram,
        opened(House(telegram=telegram, url=url, folder=folder, webhook=True)) as house,
    ):
        yield house.serve("--no-worker", real=True)


def asking(paths: Sequence[str]) -> Request:
    """One request after the other, of one address after the other."""
    turns = itertools.cycle(paths)

    def request() -> bytes:
        return f"GET {next(turns)} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {_AGENT}\r\n\r\n".encode()

    return request


async def _served(bench: Bench, name: str, process: Process, tokens: Sequence[str]) -> list[Row]:
    page, constant = asking([f"{PATH}{token}" for token in tokens]), asking(["/healthz"])
    costs: list[float] = []

    async def busy() -> float:
        before = cpu_seconds(process)
        rate = await client.per_second(page, bench.rounds(4, 2))
        costs.append((cpu_seconds(process) - before) * 1000 / (rate * bench.rounds(4, 2)))
        return rate

    async def idle() -> float:
        return await client.per_second(constant, bench.rounds(4, 2))

    def late(request: Request, percent: float) -> Contender:
        async def once() -> float:
            return percentile(await client.at_rate(request, _RATE, bench.rounds(10, 4)), percent) * 1000

        return once

    async with Client(process, _LINES) as client:
        rates = await in_turns(bench.rounds(5, 2), busy, idle)
        tails = await in_turns(bench.rounds(3, 1), late(page, 95), late(constant, 95))
    aim = [_GOAL_MS] * len(tails[0])
    reached = "aim" if statistics.median(tails[0]) < _GOAL_MS else "missed"
    what = f"invoice pages, {name}"
    return [
        Row(f"{what}, {_LINES} connections", "1/s", rates[0], "a constant answer", rates[1]),
        Row(f"{what}, CPU of the process", "ms", costs[1:]),
        Row(f"{what} at {_RATE:g}/s, p95", "ms", tails[0], f"{_GOAL_MS:g} ms", aim, note=reached),
        Row(f"{what} at {_RATE:g}/s, p95", "ms", tails[0], "a constant answer", tails[1]),
    ]  # fmt: skip
