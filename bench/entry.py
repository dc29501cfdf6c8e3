"""Goal 5: from the bytes of an update to whoever handles it, against python-telegram-bot on bare ASGI."""

from __future__ import annotations

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.bench import Bench
from bench.ledger import CLOCK
from bench.measure import Act, Goal, Row, Timed, blocking, cpu, in_turns
from bench.ptb import Bare
from bench.wire import update
from bot.telegram.receive import Me, read
from bot.telegram.webhook import HEADER, PATH, webhook
from bot.web.app import create_app
from handlers.updates import Update
from storage.engine import Storage
from tests.fakes.telegram_values import Person
from tests.scenarios.telegram_house import SECRET

PERSON = Person(5_000_000_001, "Ida", "ida_lindqvist")
_ME = Me(7_000_001, "billhook_test_bot")
_GOAL = Goal(5, 1.3, 0.5)
_EACH = 100


async def rows(bench: Bench) -> list[Row]:
    body = update(PERSON)
    storage, bare = Storage(await bench.sqlite(), CLOCK), await Bare.open()
    web = create_app(storage, routes=[webhook(SECRET, _me, _store)])
    rounds = bench.rounds(60, 20)
    try:
        read_, taken = await in_turns(
            rounds, Timed(blocking(lambda: read(json.loads(body), _ME)), cpu, _EACH),
            Timed(lambda: bare.take(body), cpu, _EACH),
        )  # fmt: skip
        ours, theirs = await in_turns(
            rounds, Timed(_posted(web, body), cpu, _EACH), Timed(_posted(_bare_asgi(bare), body), cpu, _EACH)
        )
        assert bare.handled
    finally:
        await bare.close()
        await storage.close()
    return [
        Row("webhook body to our update, CPU", "ms", read_, "PTB to its handler", taken, _GOAL),
        Row("the same through the web app, CPU", "ms", ours, "PTB on bare ASGI", theirs, _GOAL),
    ]


async def _me() -> Me:
    return _ME


async def _store(_update: Update) -> bool:
    return True


def _bare_asgi(bare: Bare) -> ASGIApp:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await bare.take((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


def _posted(app: ASGIApp, body: bytes) -> Act:
    """The app is called as a web server would, which is not part of it."""
    message: Message = {"type": "http.request", "body": body, "more_body": False}
    headers = [(HEADER.lower().encode(), SECRET.encode()), (b"content-length", str(len(body)).encode())]
    given = {"type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(), "root_path": "",
             "query_string": b"", "headers": headers, "scheme": "http", "http_version": "1.1"}  # fmt: skip

    async def receive() -> Message:
        return message

    async def send(answer: Message) -> None:
        assert answer.get("status", 200) == 200

    async def act() -> None:
        await app(dict(given), receive, send)

    return act
