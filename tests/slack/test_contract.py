"""The platform contract, kept by Slack in a direct conversation, in a channel, and in one person's corner of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.slack.address import channel, corner, direct
from bot.slack.receive import interaction
from bot.slack.send import Slack
from handlers.kinds import ChatRef
from handlers.platform import Platform
from handlers.updates import Pressed
from tests.contracts.platform import PlatformContract, Stage
from tests.fakes.slack import Channel, FakeSlack, Person, Shown, Team


@dataclass
class Ears:
    """The app's one address: it hears what people do, and acknowledges it."""

    heard: list[dict[str, Any]] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        ears = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if self.headers["Content-Type"].startswith("application/x-www-form-urlencoded"):
                    ears.heard.append(json.loads(parse_qs(body)["payload"][0]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nobody wants to read it."""

        return Handler


@pytest.fixture
def ears(slack: FakeSlack) -> Iterator[Ears]:
    ears = Ears()
    with HTTPServer(("127.0.0.1", 0), ears.handler()) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        slack.request_url = f"http://127.0.0.1:{server.server_port}/slack/events"
        yield ears
        server.shutdown()
        thread.join()


class SlackStage:
    """What Ana sees on her screen, and what comes back when she presses something there."""

    def __init__(
        self, slack: FakeSlack, adapter: Slack, ears: Ears, ana: Person, chat: ChatRef, where: Channel
    ) -> None:
        self._slack = slack
        self._adapter = adapter
        self._ears = ears
        self._ana = ana
        self._where = where
        self.chat = chat

    @property
    def platform(self) -> Platform:
        return self._adapter

    def messages(self) -> list[Shown]:
        self._slack.drained()
        places = [self._where] if self._where is self._ana.dm else [self._where, self._ana.dm]
        return [message for where in places for message in self._ana.sees(where) if message.from_bot]

    def seen(self) -> str:
        return "\n".join(
            f"{message.text}\n{' '.join(file.name for file in message.files)}" for message in self.messages()
        )

    def labels(self) -> list[str]:
        return list(self.messages()[-1].labels)

    def files(self) -> dict[str, bytes]:
        return {file.name: file.content for message in self.messages() for file in message.files}

    def press(self, place: int) -> Pressed:
        message = self.messages()[-1]
        self._ana.press(message.labels[place], self._where, message)
        update = interaction(self._ears.heard[-1], time.time())
        assert update is not None
        assert isinstance(update.input, Pressed)
        assert update.chat == self.chat
        return update.input


class TestDirect(PlatformContract):
    @pytest.fixture
    def stage(self, slack: FakeSlack, adapter: Slack, ears: Ears, team: Team, ana: Person) -> Stage:
        return SlackStage(slack, adapter, ears, ana, direct(team.id, ana.id), ana.dm)


class TestChannel(PlatformContract):
    @pytest.fixture
    def stage(self, slack: FakeSlack, adapter: Slack, ears: Ears, team: Team, ana: Person) -> Stage:
        office = team.channel("office", [ana, team.person("Bea")])
        return SlackStage(slack, adapter, ears, ana, channel(team.id, office.id), office)


class TestCorner(PlatformContract):
    @pytest.fixture
    def stage(self, slack: FakeSlack, adapter: Slack, ears: Ears, team: Team, ana: Person) -> Stage:
        office = team.channel("office", [ana, team.person("Bea")])
        return SlackStage(slack, adapter, ears, ana, corner(team.id, office.id, ana.id), office)
