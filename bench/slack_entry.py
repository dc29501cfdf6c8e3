"""Goal 6: from a signed command to its update, against a bare look at who signed it and against Bolt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Scope

from bench.bench import Bench
from bench.ledger import CLOCK, IDS
from bench.measure import Act, Goal, Row, Timed, blocking, cpu, in_turns
from bench.slack_bolt import Bare, Bolt
from bench.slack_wire import form, signed
from bot.slack.client import Web
from bot.slack.door import Door
from bot.slack.ingress import Ingress
from bot.slack.origin import origins
from bot.slack.paths import EVENTS
from bot.slack.send import Slack
from bot.slack.workspaces import OneWorkspace
from bot.web.app import create_app
from core.ports import NoJobs
from handlers.command import Command
from handlers.inline import Inline
from handlers.opening import Opener
from handlers.registry import COMMANDS
from handlers.updates import Update
from storage.engine import Storage
from tests.fakes.slack import SIGNING_SECRET as SECRET
from tests.fakes.slack import FakeSlack

_GOAL = Goal(6, 17, 5)
_EACH = 50
_LISTENERS = 31
_WHAT = "slash command to its update, CPU"


async def rows(bench: Bench) -> list[Row]:
    storage = Storage(await bench.sqlite(), CLOCK)
    with FakeSlack() as fake:
        team = fake.team("T1")
        person = team.person("Ida")
        body = form((person, team.channel("money", [person])), fake.origin)
        web = Web(fake.api_url)
        slack = Slack(web, OneWorkspace(team.bot_token, web))
        # Asked once, and known from then on.
        await slack.workspaces.admits(team.id)
    ours = _Ours(storage, slack, fake.api_url)
    try:
        found = await _found(bench, ours, body)
    finally:
        await web.close()
        await storage.close()
    return found


class _Ours:
    """Doors behind which an update is taken and forgotten."""

    def __init__(self, storage: Storage, slack: Slack, api_url: str) -> None:
        self._storage = storage
        self._slack = slack
        self._api_url = api_url
        self.stored = 0

    async def _store(self, _update: Update) -> bool:
        self.stored += 1
        return True

    def door(self, commands: tuple[Command, ...]) -> Door:
        inline = Inline(self._storage.work, Opener(CLOCK, IDS, COMMANDS, NoJobs()))
        known = {command.name: command for command in commands}
        ingress = Ingress(self._store, inline, self._slack, known, IDS.token, origins(self._api_url))
        return Door(SECRET, ingress)

    def web(self) -> Starlette:
        return create_app(self._storage, routes=[self.door(COMMANDS).route()])


async def _found(bench: Bench, ours: _Ours, body: bytes) -> list[Row]:
    bare, one, many, headers = Bare(SECRET), Bolt(SECRET), Bolt(SECRET, _LISTENERS), signed(body)
    alone = tuple(command for command in COMMANDS if command.name == "invoice")
    rounds = bench.rounds(60, 20)
    all_, lone, bared, first, last = await in_turns(
        rounds,
        *(
            Timed(act, cpu, _EACH)
            for act in (
                _entered(ours.door(COMMANDS), body, headers),
                _entered(ours.door(alone), body, headers),
                blocking(lambda: bare.take(body, headers)),
                lambda: one.take(body, headers),
                lambda: many.take(body, headers),
            )
        ),
    )
    web, theirs = await in_turns(
        rounds,
        Timed(_posted(ours.web(), body, headers), cpu, _EACH),
        Timed(_posted(one.web(), body, headers), cpu, _EACH),
    )
    assert ours.stored == 3 * (rounds + 1) * _EACH
    assert one.handled == 2 * (rounds + 1) * _EACH
    return [
        Row(_WHAT, "ms", all_, "bare signature and parse", bared, _GOAL),
        Row(_WHAT, "ms", all_, "Bolt, 1 listener", first),
        Row(_WHAT, "ms", all_, f"Bolt, {_LISTENERS} listeners", last),
        Row(f"the same among {len(COMMANDS)} commands", "ms", all_, "1 command", lone),
        Row("the same through the web app, CPU", "ms", web, "Bolt on Starlette, 1 listener", theirs),
    ]


def _scope(headers: Mapping[str, str], length: int) -> Scope:
    told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "POST", "path": EVENTS, "raw_path": EVENTS.encode(), "root_path": "",
            "query_string": b"", "headers": [*told, (b"content-length", str(length).encode())],
            "scheme": "http", "http_version": "1.1"}  # fmt: skip


def _receiver(body: bytes) -> Callable[[], Awaitable[Message]]:
    message: Message = {"type": "http.request", "body": body, "more_body": False}

    async def receive() -> Message:
        return message

    return receive


def _entered(door: Door, body: bytes, headers: Mapping[str, str]) -> Act:
    """The door itself, without the app around it."""
    scope, receive, enter = _scope(headers, len(body)), _receiver(body), door.route().endpoint

    async def act() -> None:
        answer = await enter(Request(dict(scope), receive))
        assert answer.status_code == 200

    return act


def _posted(app: ASGIApp, body: bytes, headers: Mapping[str, str]) -> Act:
    """The app is called as a web server would, which is not part of it."""
    scope, receive = _scope(headers, len(body)), _receiver(body)

    async def send(answer: Message) -> None:
        assert answer.get("status", 200) == 200

    async def act() -> None:
        await app(dict(scope), receive, send)

    return act
