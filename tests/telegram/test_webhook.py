"""The webhook on a real port: who is let in, what is read, and when an update counts as taken."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.telegram.limits import MAX_BODY
from bot.telegram.receive import Me
from bot.telegram.webhook import PATH, webhook
from core.errors import Unavailable
from handlers.updates import Pressed, Typed, Update
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_client import Api
from tests.telegram.shapes import CHANNEL, US, message, query, shown, update

SECRET = "A-word-that-only-Telegram-knows_7"
GOOD = json.dumps(update("message", message("/help"))).encode()
SECONDS = 10.0


@dataclass(slots=True)
class Door:
    """Where updates arrive. The store takes its time while `open` is not set, and fails where it has to."""

    port: int = 0
    stored: list[Update] = field(default_factory=list)
    new: bool = True
    failing: Unavailable | None = None
    nameless: Unavailable | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def me(self) -> Me:
        if self.nameless is not None:
            raise self.nameless
        return US

    async def store(self, found: Update) -> bool:
        await self.open.wait()
        if self.failing is not None:
            raise self.failing
        self.stored.append(found)
        return self.new


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class House:
    """One server for all tests of this file, and a new door for each of them."""

    def __init__(self) -> None:
        self.door = Door()

    async def me(self) -> Me:
        return await self.door.me()

    async def store(self, found: Update) -> bool:
        return await self.door.store(found)


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    house = House()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        house.door.port = listener.getsockname()[1]
        app = Starlette(routes=[webhook(SECRET, house.me, house.store)])
        server = Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="off", access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield house
        server.should_exit = True
        await serving


@pytest.fixture
def door(house: House) -> Door:
    house.door = Door(house.door.port)
    house.door.open.set()
    return house.door


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]


class Line:
    """One connection, on which a request can be sent a piece at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, piece: bytes) -> None:
        self._writer.write(piece)
        await self._writer.drain()

    async def head(self, *headers: str, verb: str = "POST", secret: str | None = SECRET) -> None:
        known = [] if secret is None else [f"X-Telegram-Bot-Api-Secret-Token: {secret}"]
        lines = [f"{verb} {PATH} HTTP/1.1", "Host: bot.example", *known, *headers]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def answer(self) -> Answer:
        async with asyncio.timeout(SECONDS):
            first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(first.split()[1]), headers)

    async def is_closed(self) -> bool:
        async with asyncio.timeout(SECONDS):
            try:
                return await self._reader.read(1) == b""
            except ConnectionResetError:
                return True

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


@pytest.fixture
async def line(door: Door) -> AsyncIterator[Line]:
    line = Line(*await asyncio.open_connection("127.0.0.1", door.port))
    yield line
    await line.close()


async def post(line: Line, body: bytes) -> Answer:
    await line.head(f"Content-Length: {len(body)}")
    await line.send(body)
    return await line.answer()


# -- who is let in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "secret",
    [
        None, "", "another-word", SECRET.lower(), SECRET.upper(), SECRET[:-1], SECRET + "7", f'"{SECRET}"',
        f"{SECRET}, {SECRET}", "Ä\u00ff",
    ],
)  # fmt: skip
async def test_without_the_secret_nobody_is_let_in(door: Door, line: Line, secret: str | None) -> None:
    await line.head(f"Content-Length: {len(GOOD)}", secret=secret)
    await line.send(GOOD)

    assert (await line.answer()).status == 401
    assert door.stored == []


@pytest.mark.parametrize("length", [f"Content-Length: {10 * 1024 * 1024}", "Transfer-Encoding: chunked"])
async def test_who_has_no_secret_is_refused_before_the_body_is_read(
    door: Door, line: Line, length: str
) -> None:
    await line.head(length, "Expect: 100-continue", secret="another-word")

    answer = await line.answer()

    assert (answer.status, answer.headers["connection"]) == (401, "close")
    assert await line.is_closed()
    assert door.stored == []


async def test_the_name_of_the_header_may_be_written_in_any_case(door: Door, line: Line) -> None:
    await line.head(f"x-TELEGRAM-bot-api-SECRET-token: {SECRET}", f"Content-Length: {len(GOOD)}", secret=None)
    await line.send(GOOD)

    assert (await line.answer()).status == 200


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
async def test_only_a_post_brings_an_update(door: Door, line: Line, verb: str) -> None:
    await line.head("Content-Length: 0", verb=verb)

    assert (await line.answer()).status == 405


# -- what is read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [MAX_BODY + 1, 10 * 1024 * 1024, 10**14])
async def test_a_body_that_says_it_is_too_large_is_not_read(door: Door, line: Line, length: int) -> None:
    await line.head(f"Content-Length: {length}")

    answer = await line.answer()

    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert await line.is_closed()


async def test_a_body_that_does_not_say_how_large_it_is_is_read_no_further_than_an_update_goes(
    door: Door, line: Line
) -> None:
    await line.head("Transfer-Encoding: chunked")
    await line.send(b"%x\r\n%s\r\n" % (MAX_BODY, b" " * MAX_BODY))
    await line.send(b"1\r\n \r\n")

    answer = await line.answer()

    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert door.stored == []


async def test_the_largest_body_is_read_in_chunks_and_in_one(door: Door, line: Line) -> None:
    body = GOOD + b" " * (MAX_BODY - len(GOOD))

    first = await post(line, body)
    await line.head("Transfer-Encoding: chunked")
    await line.send(b"7\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (body[:7], MAX_BODY - 7, body[7:]))
    second = await line.answer()

    assert (first.status, second.status) == (200, 200)
    assert len(door.stored) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"update", b'{"update_id": 7', b"\xff\xfe{}", b"\x80", b"9" * 5000, b"[" * 200_000,
        b'{"message":' * 90_000, b"[" * 200_000 + b"]" * 200_000,
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
async def test_what_is_no_json_is_refused(door: Door, line: Line, body: bytes) -> None:
    answer = await post(line, body)

    assert answer.status == 400
    assert door.stored == []


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"7", b"null", b'"text"', b"[[[[]]]]", b"{}", b'{"update_id": 1031}', b'{"update_id": 1e999}',
        json.dumps(update("channel_post", message("/help", CHANNEL))).encode(),
        json.dumps(update("edited_message", message("/help"))).encode(),
        json.dumps(update("a_kind_of_next_year", {"id": 7})).encode(),
        json.dumps(update("message", {"chat": [[[]]]})).encode(),
        b'{"update_id": 1031, "message": ' + b"[" * 900 + b"]" * 900 + b"}",
    ],
    ids=lambda body: repr(body[:40]),
)  # fmt: skip
async def test_what_is_none_of_our_business_is_taken_and_forgotten(
    door: Door, line: Line, body: bytes
) -> None:
    answer = await post(line, body)

    assert answer.status == 200
    assert door.stored == []


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(
    door: Door, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    await line.head(f"Content-Length: {len(GOOD)}")
    await line.send(GOOD[:11])
    await line.close()

    other = Line(*await asyncio.open_connection("127.0.0.1", door.port))
    answer = await post(other, GOOD)
    await other.close()

    assert answer.status == 200
    assert len(door.stored) == 1
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


# -- when an update counts as taken ------------------------------------------------------------------------


async def test_an_update_is_stored_as_it_was_read(door: Door, line: Line) -> None:
    bodies = [
        update("message", message("/client_add Löwe")),
        update("callback_query", query(shown()), 1033),
    ]

    answers = [await post(line, json.dumps(body).encode()) for body in bodies]

    assert [answer.status for answer in answers] == [200, 200]
    assert [(found.id, found.input) for found in door.stored] == [
        ("7000001:00000000000000001031", Typed("/client add Löwe")),
        ("7000001:00000000000000001033", Pressed("token43")),
    ]


async def test_an_update_that_came_before_is_taken_again(door: Door, line: Line) -> None:
    door.new = False

    assert (await post(line, GOOD)).status == 200


async def test_an_update_is_taken_only_when_it_is_stored(door: Door, line: Line) -> None:
    door.open.clear()

    answering = asyncio.create_task(post(line, GOOD))
    early, _ = await asyncio.wait([answering], timeout=0.2)
    door.open.set()
    answer = await answering

    assert early == set()
    assert answer.status == 200
    assert len(door.stored) == 1


async def test_an_update_that_cannot_be_stored_now_is_to_come_again(
    door: Door, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    door.failing = Unavailable("the database does not answer", 7)

    answer = await post(line, GOOD)

    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert "the database does not answer" in caplog.text


async def test_as_long_as_nobody_knows_who_the_bot_is_updates_are_to_come_again(
    door: Door, line: Line
) -> None:
    door.nameless = Unavailable("Telegram cannot be reached.", 5)

    answer = await post(line, GOOD)

    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert door.stored == []


async def test_telegram_brings_each_update_until_it_is_stored(door: Door, telegram: FakeTelegram) -> None:
    ana = telegram.person("Ana", started=True)
    door.failing = Unavailable("the database does not answer", 7)
    Api(telegram)("setWebhook", url=f"http://127.0.0.1:{door.port}{PATH}", secret_token=SECRET)

    telegram.says(ana, "/client_add Löwe")
    await asyncio.to_thread(telegram.wait_for, lambda: telegram.deliveries)
    door.failing = None
    await asyncio.to_thread(telegram.drained)

    assert [delivery.status for delivery in telegram.deliveries] == [503, 200]
    assert [found.input for found in door.stored] == [Typed("/client add Löwe")]
