"""A strict Slack for each test, with one workspace, and our adapter as its app."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from bot.slack.client import Web
from bot.slack.send import Slack
from bot.slack.workspaces import OneWorkspace
from handlers.words import speak
from tests.fakes.slack import Channel, FakeSlack, Person, Shown, Team
from tests.slack.entrance import Entrance, entrance

_FORMAT = logging.Formatter()
_SECRETS = ("xoxb-", "/commands/", "/upload/")
"""What begins a token, and the addresses that take something without one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Our adapter, and the place at which the person sees what it sends."""

    slack: FakeSlack
    adapter: Slack
    ana: Person

    def messages(self, where: Channel | None = None) -> list[Shown]:
        """What the bot has said there, as Ana sees it."""
        return [message for message in self.ana.sees(where or self.ana.dm) if message.from_bot]

    def texts(self, where: Channel | None = None) -> list[str]:
        return [message.text for message in self.messages(where)]

    def way(self, where: Channel, pressed: str = "") -> str:
        """The response_url of a command, or of a press on that message."""
        world = self.slack.world
        with world.changed:
            message = world.message(where.id, pressed) if pressed else None
            return f"{self.slack.origin}{world.new_response_url(self.ana, where, message)}"

    def trigger(self) -> str:
        with self.slack.world.changed:
            return self.slack.world.new_trigger(self.ana)

    def methods(self) -> list[str]:
        return [call.method for call in self.slack.calls]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """It ends with nothing that the real one would have let pass, or never been asked."""
    async with FakeSlack() as slack:
        yield slack
        assert slack.violations == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team("T0LOEWE", name="Studio Löwe")


@pytest.fixture
def ana(team: Team) -> Person:
    return team.person("Ana Löwe", locale="de-DE")


@pytest.fixture
async def adapter(slack: FakeSlack, team: Team) -> AsyncIterator[Slack]:
    web = Web(slack.api_url)
    adapter = Slack(web, OneWorkspace(team.bot_token, web))
    yield adapter
    await adapter.close()


@pytest.fixture
def sent(slack: FakeSlack, adapter: Slack, ana: Person) -> Sent:
    return Sent(slack, adapter, ana)


@pytest.fixture(autouse=True)
def _no_secret_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, neither our own log nor the library's tells a token or a secret address."""
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "slack_sdk")
    yield
    logged = [_FORMAT.format(record) for record in caplog.get_records("call")]
    assert [line for line in logged if any(secret in line for secret in _SECRETS)] == []


@pytest.fixture(autouse=True)
def _english() -> None:
    """A test that spoke another language leaves it to nobody."""
    speak("en")


@pytest.fixture
async def there(slack: FakeSlack, team: Team, fresh_database_url: str) -> AsyncIterator[Entrance]:
    """The one workspace; what comes in is only stored."""
    async with entrance(fresh_database_url, slack, team) as found:
        yield found


@pytest.fixture
async def many(slack: FakeSlack, fresh_database_url: str) -> AsyncIterator[Entrance]:
    """Whoever installs us; what comes in is only stored."""
    async with entrance(fresh_database_url, slack) as found:
        yield found
