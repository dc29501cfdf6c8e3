"""The address that Slack posts to, on a real port: who is let in, what is read, and what is left of all else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.slack.door import MAX_BODY, Door
from bot.slack.paths import EVENTS
from tests.fakes.slack import FakeSlack, Person, Team
from tests.slack.entrance import SECONDS, Entrance, entrance
from tests.slack.payloads import command

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MARK = "a-word-that-nobody-may-log"


@pytest.fixture
async def open_door(slack: FakeSlack, team: Team, ana: Person, sqlite_url: str) -> AsyncIterator[Entrance]:
    async with entrance(sqlite_url, slack, team) as found:
        yield found


@pytest.fixture(autouse=True)
def _quiet_about_bodies(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "aiosqlite")
    yield
    assert MARK not in "".join(
        f"{record.getMessage()}{record.exc_info}" for record in caplog.get_records("call")
    )


def typed(ana: Person, text: str = MARK, trigger: str = "7.8.9") -> bytes:
    told = command("/invoice", text, team_id=ana.workspace.id, user_id=ana.id, trigger_id=trigger,
                   channel_id=ana.dm.id, channel_name="directmessage")  # fmt: skip
    return urlencode(told).encode()


def signed(slack: FakeSlack, body: bytes, at: float | None = None, kind: str = FORM) -> dict[str, str]:
    return {**slack.sign(body, int(time.time() if at is None else at)), "Content-Type": kind}


async def post(there: Entrance, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(there.base + EVENTS, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


# -- who is let in -----------------------------------------------------------------------------------------


async def test_what_slack_signed_is_stored_and_answered_with_nothing(
    slack: FakeSlack, open_door: Entrance, ana: Person
) -> None:
    body = typed(ana, "Acme: 3h design @ 120", trigger="1.1.1")

    assert await post(open_door, body, signed(slack, body)) == (200, "")
    assert f"{ana.workspace.id}:command:1.1.1" in await open_door.inbox()


@pytest.mark.parametrize("seconds", [-290, 290])
async def test_a_clock_that_is_a_little_wrong_does_no_harm(
    slack: FakeSlack, open_door: Entrance, ana: Person, seconds: int
) -> None:
    body = typed(ana, "Acme", trigger=f"2.{seconds + 300}.2")

    assert (await post(open_door, body, signed(slack, body, time.time() + seconds)))[0] == 200


@pytest.mark.parametrize("seconds", [-310, 310, -86_400])
async def test_what_was_signed_at_another_time_is_refused(
    slack: FakeSlack, open_door: Entrance, ana: Person, seconds: int
) -> None:
    body, before = typed(ana), await open_door.inbox()

    assert (await post(open_door, body, signed(slack, body, time.time() + seconds)))[0] == 401
    assert await open_door.inbox() == before


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0="},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=Ä\u00ff"},
        {"X-Slack-Request-Timestamp": ""},
    ],
    ids=repr,
)
async def test_without_the_right_signature_nobody_is_let_in(
    slack: FakeSlack, open_door: Entrance, ana: Person, change: dict[str, str]
) -> None:
    body, before = typed(ana), await open_door.inbox()
    head = "".join(f"{name}: {text}\r\n" for name, text in {**signed(slack, body), **change}.items())

    async with line(open_door) as there:
        await there.send(f"{POST}{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body)

        assert (await there.answer()).status == 401
    assert await open_door.inbox() == before


@pytest.mark.parametrize("name", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_missing_header_is_refused_before_the_body_is_read(
    slack: FakeSlack, open_door: Entrance, name: str
) -> None:
    headers = {key: text for key, text in signed(slack, b"").items() if key != name}
    head = "".join(f"{key}: {text}\r\n" for key, text in headers.items())

    async with line(open_door) as there:
        await there.send(f"{POST}{head}Content-Length: 900000\r\nExpect: 100-continue\r\n\r\n".encode())

        assert await there.answer() == Answer(401, "close")
        assert await there.is_closed()


async def test_a_body_that_was_changed_on_its_way_is_refused(
    slack: FakeSlack, open_door: Entrance, ana: Person
) -> None:
    body, before = typed(ana), await open_door.inbox()

    assert (await post(open_door, body + b"&x=1", signed(slack, body)))[0] == 401
    assert await open_door.inbox() == before


async def test_a_signature_holds_for_its_own_time_alone(
    slack: FakeSlack, open_door: Entrance, ana: Person
) -> None:
    body, now = typed(ana), time.time()
    headers = signed(slack, body, now) | {"X-Slack-Request-Timestamp": str(int(now) - 7)}

    assert (await post(open_door, body, headers))[0] == 401


async def test_another_apps_signature_opens_nothing(open_door: Entrance, ana: Person) -> None:
    body, before = typed(ana), await open_door.inbox()
    other = FakeSlack(signing_secret="another-secret")

    assert (await post(open_door, body, signed(other, body)))[0] == 401
    assert await open_door.inbox() == before


@pytest.mark.parametrize("at", ["x", "12a", "-5", "1e9", "1.5", " ", "\u00b2", "9" * 13])
async def test_a_time_that_is_none_is_refused(
    slack: FakeSlack, open_door: Entrance, ana: Person, at: str
) -> None:
    body = typed(ana)
    head = f"X-Slack-Signature: {slack.sign(body, 7)['X-Slack-Signature']}\r\nX-Slack-Request-Timestamp: {at}\r\n"

    async with line(open_door) as there:
        await there.send(f"{POST}{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body)

        assert (await there.answer()).status == (400 if at.strip() else 401)


def test_without_a_secret_there_is_no_door() -> None:
    with pytest.raises(ValueError, match="empty"):
        # Nothing is asked of what it would hand over to.
        Door("", None)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
async def test_only_a_post_brings_anything(open_door: Entrance, verb: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, open_door.base + EVENTS) as answer,
    ):
        assert answer.status == 405


# -- what is read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b""), (JSON, b"{"), (JSON, b"[]"), (JSON, b"null"), (JSON, b"7"), (JSON, b"9" * 5000),
        (JSON, b"[" * 200_000), (JSON, b'{"a":' * 90_000), (JSON, b'"text"'), (JSON, b"\xff\xfe{}"),
        (JSON, b'{"text": "\x80"}'), (FORM, b"payload=%7B"), (FORM, b"payload="), (FORM, b"payload=[]"),
        (FORM, b"command=\xc3"), (FORM, b"a=1&" * 101), (FORM, b"payload=" + b"[" * 100_000), (FORM, b""),
    ],
    ids=lambda given: repr(given[:12]),
)  # fmt: skip
async def test_what_cannot_be_read_is_refused(
    slack: FakeSlack, open_door: Entrance, kind: str, body: bytes
) -> None:
    before = await open_door.inbox()

    assert await post(open_door, body, signed(slack, body, kind=kind)) == (400, "")
    assert await open_door.inbox() == before


async def test_a_command_may_speak_of_a_payload(slack: FakeSlack, open_door: Entrance, ana: Person) -> None:
    body = typed(ana, "Acme: payload design @ 120", trigger="3.3.3")

    assert (await post(open_door, body, signed(slack, body)))[0] == 200
    assert f"{ana.workspace.id}:command:3.3.3" in await open_door.inbox()


@pytest.mark.parametrize("length", [MAX_BODY + 1, 10 * MAX_BODY, 10**14])
async def test_a_body_that_says_it_is_too_large_is_not_read(
    slack: FakeSlack, open_door: Entrance, length: int
) -> None:
    head = "".join(f"{key}: {text}\r\n" for key, text in signed(slack, b"").items())

    async with line(open_door) as there:
        await there.send(f"{POST}{head}Content-Length: {length}\r\n\r\n".encode())

        assert await there.answer() == Answer(413, "close")
        assert await there.is_closed()


async def test_a_body_that_does_not_say_how_large_it_is_is_read_no_further_than_the_largest(
    slack: FakeSlack, open_door: Entrance
) -> None:
    head = "".join(f"{key}: {text}\r\n" for key, text in signed(slack, b"").items())

    async with line(open_door) as there:
        await there.send(f"{POST}{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        await there.send(b"%x\r\n%s\r\n1\r\n \r\n" % (MAX_BODY, b" " * MAX_BODY))

        assert await there.answer() == Answer(413, "close")


async def test_the_largest_body_is_read(slack: FakeSlack, open_door: Entrance, ana: Person) -> None:
    body = json.dumps({"type": "no_type_of_ours", "team_id": ana.workspace.id}).encode().ljust(MAX_BODY)

    assert (await post(open_door, body, signed(slack, body, kind=JSON)))[0] == 200


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(
    slack: FakeSlack, open_door: Entrance, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    body, before = typed(ana), await open_door.inbox()
    head = "".join(f"{key}: {text}\r\n" for key, text in signed(slack, body).items())

    async with line(open_door) as there:
        await there.send(f"{POST}{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:20])
    assert (await post(open_door, b'{"a": 7}', signed(slack, b'{"a": 7}', kind=JSON)))[0] == 200

    assert await open_door.inbox() == before
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


# -- before the address is taken ---------------------------------------------------------------------------


async def test_slack_is_told_that_the_address_is_ours(slack: FakeSlack, open_door: Entrance) -> None:
    assert (await asyncio.to_thread(slack.verify_url)).status == 200


async def test_nobody_else_is_told_that_the_address_is_ours(slack: FakeSlack, open_door: Entrance) -> None:
    body = json.dumps({"type": "url_verification", "challenge": MARK}).encode()
    headers = {**signed(slack, body, kind=JSON), "X-Slack-Signature": "v0=" + "1" * 64}

    assert await post(open_door, body, headers) == (401, "")


async def test_slack_may_look_at_the_certificate(slack: FakeSlack, open_door: Entrance) -> None:
    before = await open_door.inbox()
    body = urlencode({"ssl_check": "1", "token": MARK}).encode()

    assert await post(open_door, body, signed(slack, body)) == (200, "")
    assert await open_door.inbox() == before


# -- what is none of our business ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"type": "a_kind_of_next_year"}, 200),
        ({"type": "event_callback", "event_id": "Ev1", "event": {"type": "team_join"}}, 200),
        ({"type": "event_callback", "event": 7}, 200),
        ({"type": "view_submission", "view": []}, 200),
        ({"type": "block_actions"}, 200),
        ({"type": 7}, 400),
        ({}, 400),
    ],
    ids=repr,
)
async def test_what_we_do_not_know_is_taken_and_forgotten(
    slack: FakeSlack, open_door: Entrance, ana: Person, told: dict[str, object], status: int
) -> None:
    before = await open_door.inbox()
    body = json.dumps({**told, "team_id": ana.workspace.id, "team": {"id": ana.workspace.id}}).encode()

    assert (await post(open_door, body, signed(slack, body, kind=JSON)))[0] == status
    assert await open_door.inbox() == before


# -- one connection, a piece at a time ---------------------------------------------------------------------

POST = f"POST {EVENTS} HTTP/1.1\r\nHost: bot.example\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    connection: str = ""


class Line:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, piece: bytes) -> None:
        self._writer.write(piece)
        await self._writer.drain()

    async def answer(self) -> Answer:
        async with asyncio.timeout(SECONDS):
            first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (told.partition(": ") for told in lines)}
        return Answer(int(first.split()[1]), headers.get("connection", ""))

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


@contextlib.asynccontextmanager
async def line(there: Entrance) -> AsyncIterator[Line]:
    port = int(there.base.rpartition(":")[2])
    found = Line(*await asyncio.open_connection("127.0.0.1", port))
    try:
        yield found
    finally:
        await found.close()
