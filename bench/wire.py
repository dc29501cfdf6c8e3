"""Updates as Telegram brings them, over connections that stay open, and a stopwatch for their acknowledgement."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.measure import wall
from bot.telegram.webhook import HEADER, PATH
from tests.fakes.telegram_values import Person
from tests.scenarios.telegram_house import SECRET, Process

MOST_LINES = 40
"""Telegram's own default, and what `billhook telegram set-webhook` asks for."""
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096
_NUMBERS = itertools.count(1_000_000)

Request = Callable[[], bytes]


def update(person: Person, text: str = "/help", kind: str = "message") -> bytes:
    """The body of one more update: a command in a private chat, with the fields that Telegram sends."""
    number, command = next(_NUMBERS), text.partition(" ")[0]
    who = {"id": person.id, "first_name": person.first_name, "username": "ida_lindqvist"}
    message = {
        "message_id": number, "from": {**who, "is_bot": False, "language_code": "en"},
        "chat": {**who, "type": "private"}, "date": 1_772_700_000, "text": text,
        "entities": [{"offset": 0, "length": len(command), "type": "bot_command"}],
    }  # fmt: skip
    return json.dumps({"update_id": number, kind: message}).encode()


def bringing(people: Sequence[Person], kind: str = "message") -> Request:
    """One request after the other, from one person after the other; an `edited_message` is not stored."""
    turns = itertools.cycle(people)

    def request() -> bytes:
        body = update(next(turns), kind=kind)
        return (
            f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{HEADER}: {SECRET}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    return request


class _Connection(asyncio.Protocol):
    """One request on its way at a time."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[None] | None = None
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    async def ask(self, request: bytes) -> None:
        self._answer = asyncio.get_running_loop().create_future()
        self._seen = b""
        self.transport.write(request)
        await self._answer

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, end, body = self._seen.partition(b"\r\n\r\n")
        if not end:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(body) >= int(length or 0):
            right = head.startswith(b"HTTP/1.1 200 ")
            self._end(None if right else RuntimeError(head.decode("latin-1").partition("\r\n")[0]))

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(ConnectionResetError("the server hung up"))

    def _end(self, error: Exception | None) -> None:
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)


class _Line:
    """A connection that is opened again when the server, which keeps none for long, has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: _Connection | None = None

    async def ask(self, request: bytes) -> None:
        if self._open is not None and not self._open.transport.is_closing():
            try:
                return await self._open.ask(request)
            except ConnectionResetError:
                # Closed while the request was on its way; who brings updates brings this one again.
                pass
        loop = asyncio.get_running_loop()
        _transport, self._open = await loop.create_connection(_Connection, "127.0.0.1", self._port)
        await self._open.ask(request)

    def close(self) -> None:
        if self._open is not None:
            self._open.transport.close()


class Client:
    """Connections to one process; `async with`."""

    def __init__(self, process: Process, lines: int) -> None:
        self._lines = [_Line(process.port) for _ in range(lines)]

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_error: object) -> None:
        for line in self._lines:
            line.close()
        await asyncio.sleep(0)

    async def per_second(self, request: Request, seconds: float) -> float:
        """Closed loop: each connection asks again as soon as it is answered."""
        rate, _waits = await self.busy(request, seconds)
        return rate

    async def busy(self, request: Request, seconds: float) -> tuple[float, list[float]]:
        """Likewise, with how many seconds each answer took."""
        start, waits = wall(), list[float]()
        await asyncio.gather(*(self._again(line, request, start + seconds, waits) for line in self._lines))
        return len(waits) / (wall() - start), waits

    async def _again(self, line: _Line, request: Request, until: float, waits: list[float]) -> None:
        while (asked := wall()) < until:
            await line.ask(request())
            waits.append(wall() - asked)

    async def at_rate(self, request: Request, rate: float, seconds: float) -> list[float]:
        """Open loop: how many seconds each answer came after the moment its request was due, whatever came of
        those before it. A request that finds no connection free waits, and that counts.
        """
        free: asyncio.LifoQueue[_Line] = asyncio.LifoQueue()
        for line in self._lines:
            free.put_nowait(line)
        late: list[float] = []

        async def one(due: float) -> None:
            line = await free.get()
            await line.ask(request())
            late.append(wall() - due)
            free.put_nowait(line)

        start = wall()
        async with asyncio.TaskGroup() as asking:
            for place in range(int(rate * seconds)):
                due = start + place / rate
                await asyncio.sleep(max(0.0, due - wall()))
                asking.create_task(one(due))
        return late


def cpu_seconds(process: Process) -> float:
    """User and system time so far of a process that is not ours; 0 where the system does not tell."""
    stat = Path(f"/proc/{process.popen.pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def megabytes(process: Process) -> float:
    """Resident memory now of a process that is not ours; 0 where the system does not tell."""
    stat = Path(f"/proc/{process.popen.pid}/statm")
    pages = int(stat.read_text().split()[1]) if stat.exists() else 0
    return pages * _PAGE / 2**20
