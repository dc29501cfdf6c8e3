"""Installing by OAuth, the end of an installation, and Socket Mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import APP_TOKEN, CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, FakeSlack, Person, Team
from tests.fakes.slack_client import Api, App, Json

SCOPES = ["commands", "chat:write", "im:history"]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack
        assert slack.violations == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team("T0LOEWE", installed=False)


@pytest.fixture
def ana(team: Team) -> Person:
    return team.person("Ana")


# Installing.


@asynccontextmanager
async def bolt(slack: FakeSlack, folder: str) -> AsyncIterator[str]:
    """The install pages of Bolt, and where they are."""
    settings = AsyncOAuthSettings(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        scopes=SCOPES,
        authorization_url=f"{slack.origin}/oauth/v2/authorize",
        redirect_uri="https://bot.example/slack/oauth_redirect",
        installation_store=FileInstallationStore(base_dir=folder),
        state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=folder),
    )
    client = AsyncWebClient(base_url=slack.api_url)
    app = AsyncApp(signing_secret=SIGNING_SECRET, client=client, oauth_settings=settings)
    flow = app.oauth_flow
    assert flow is not None

    async def answer(request: web.Request) -> web.Response:
        asked = AsyncBoltRequest(
            body="",
            query=request.query_string,
            headers={name: [told] for name, told in request.headers.items()},
        )
        if request.path == "/slack/install":
            told = await flow.handle_installation(asked)
        else:
            told = await flow.handle_callback(asked)
        headers = [(name, value) for name, values in told.headers.items() for value in values]
        return web.Response(status=told.status, text=told.body, headers=headers)

    site = web.Application()
    site.router.add_get("/slack/{page}", answer)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_an_installation_ends_with_a_token(
    slack: FakeSlack, team: Team, ana: Person, tmp_path: Any
) -> None:
    slack.redirect_urls.append("https://bot.example/slack/")
    async with bolt(slack, str(tmp_path)) as base:
        page = await asyncio.to_thread(slack.install, team, ana, base)

        assert (page.status, team.installed) == (200, True)
        assert await asyncio.to_thread(Api(slack, team.bot_token), "auth.test")
        first, scopes = team.bot_token, team.scopes
        await asyncio.to_thread(slack.install, team, ana, base)

    assert team.bot_token != first
    assert scopes == set(SCOPES)
    assert not any(first in repr(call) or CLIENT_SECRET in repr(call) for call in slack.calls)


async def test_what_can_go_wrong_on_the_way(slack: FakeSlack, team: Team, ana: Person, tmp_path: Any) -> None:
    async with bolt(slack, str(tmp_path)) as base:
        denied = await asyncio.to_thread(slack.install, team, ana, base, deny=True)
        other = await asyncio.to_thread(slack.install, team, ana, base, state="somebody-else's")
        lost = await asyncio.to_thread(slack.install, team, ana, base, cookies=False)

    assert "access_denied" in denied.body
    assert (other.status, lost.status) == (400, 400)
    assert not team.installed
    assert slack.calls == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"scope": "commands,admin"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"user_scope": "chat:write"}, "invalid_scope"),
        ({"state": ""}, "missing_state"),
        ({"redirect_uri": "https://elsewhere.example/"}, "bad_redirect_uri"),
        ({"colour": "red"}, "invalid_arguments"),
    ],
)
async def test_the_consent_page_refuses(slack: FakeSlack, change: dict[str, str], error: str) -> None:
    slack.redirect_urls.append("https://bot.example/")
    asked = {"client_id": CLIENT_ID, "scope": "commands", "state": "s", **change}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{slack.origin}/oauth/v2/authorize?{urlencode(asked)}") as answer,
    ):
        assert (answer.status, error in await answer.text()) == (400, True)
    assert len(slack.forgive()) == 1


def test_a_code_is_changed_once(slack: FakeSlack, team: Team, ana: Person) -> None:
    api = Api(slack, "")
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    def code() -> str:
        asked = {
            "client_id": CLIENT_ID,
            "scope": "commands",
            "state": "s",
            "redirect_uri": "https://bot.example/r",
        }
        address = slack._oauth.decide(
            f"{slack.origin}/oauth/v2/authorize?{urlencode(asked)}", ana, deny=False
        )
        return address.partition("code=")[2].partition("&")[0]

    def access(**given: str) -> Json:
        return api.form("oauth.v2.access", **{**client, "redirect_uri": "https://bot.example/r", **given})

    good = code()
    assert access(code="made-up")["error"] == "invalid_code"
    assert access(code=good, client_id="1.2")["error"] == "invalid_client_id"
    assert access(code=good, client_secret="wrong")["error"] == "bad_client_secret"
    assert access(code=good, redirect_uri="https://bot.example/other")["error"] == "bad_redirect_uri"
    told = access(code=good)
    assert (told["team"]["id"], told["authed_user"]["id"], told["token_type"]) == ("T0LOEWE", ana.id, "bot")
    assert access(code=good)["error"] == "code_already_used"
    old = code()
    slack.advance(601)
    assert access(code=old)["error"] == "invalid_code"


@pytest.mark.parametrize("first", ["tokens_revoked", "app_uninstalled"])
def test_an_installation_ends_with_two_events(slack: FakeSlack, team: Team, first: str) -> None:
    api = Api(slack, team.install())
    with App() as app:
        slack.request_url = app.url
        acks = team.uninstall(first=first)

    assert [ack.status for ack in acks] == [200, 200]
    assert {event["type"] for event in app.events} == {"tokens_revoked", "app_uninstalled"}
    assert app.events[0]["type"] == first
    assert api("auth.test")["error"] == "account_inactive"


# Socket Mode.


class Listener:
    """The library's own client, which acknowledges as it is told to."""

    def __init__(self, slack: FakeSlack) -> None:
        self.requests: list[Any] = []
        self.payload: Json | None = None
        self.silent = False
        web_client = AsyncWebClient(base_url=slack.api_url)
        self.client = SocketModeClient(app_token=APP_TOKEN, web_client=web_client, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self.hear)

    async def hear(self, client: Any, request: Any) -> None:
        self.requests.append(request)
        if not self.silent:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.payload))


@pytest.fixture
async def listener(slack: FakeSlack) -> AsyncIterator[Listener]:
    listener = Listener(slack)
    # Slack's client has no types for these two.
    await listener.client.connect()  # type: ignore[no-untyped-call]
    yield listener
    await listener.client.close()  # type: ignore[no-untyped-call]


async def test_everything_comes_through_the_socket(
    slack: FakeSlack, team: Team, ana: Person, listener: Listener
) -> None:
    team.install()
    assert await asyncio.to_thread(slack.wait_until, lambda: slack.sockets) == 1
    assert (await asyncio.to_thread(ana.say, "hello")).ok
    listener.payload = {"text": "shown"}
    assert (await asyncio.to_thread(ana.slash, "/help", "me")).ok
    listener.payload = None
    assert (await asyncio.to_thread(ana.global_shortcut, "new")).ok

    assert [request.type for request in listener.requests] == ["events_api", "slash_commands", "interactive"]
    event, command, shortcut = (request.payload for request in listener.requests)
    assert event["event"]["text"] == "hello"
    assert (command["command"], command["text"], command["is_enterprise_install"]) == ("/help", "me", "false")
    assert shortcut["callback_id"] == "new"
    assert [request.accepts_response_payload for request in listener.requests] == [False, True, True]
    assert ana.sees(ana.dm)[-1].text == "shown"
    listener.payload = {"text": "not for events"}
    await asyncio.to_thread(ana.say, "again")
    assert len(slack.forgive()) == 1


async def test_what_is_not_acknowledged_comes_again_or_fails(
    slack: FakeSlack, team: Team, ana: Person, listener: Listener
) -> None:
    team.install()
    slack.ack_seconds = 0.1
    slack.deliver.pauses = (0.0, 0.0, 0.0)
    listener.silent = True
    assert (await asyncio.to_thread(ana.slash, "/help")).problem == "operation_timeout"
    await asyncio.to_thread(ana.say, "hello")
    listener.silent = False
    await asyncio.to_thread(slack.drained)

    retries = [request for request in listener.requests if request.type == "events_api"]
    assert [(request.retry_attempt, request.retry_reason) for request in retries[:2]] == [
        (0, ""),
        (1, "timeout"),
    ]


async def test_a_connection_that_is_refreshed_is_opened_again(slack: FakeSlack, listener: Listener) -> None:
    await asyncio.to_thread(slack.refresh_sockets)
    await asyncio.to_thread(slack.next_call, "apps.connections.open", 1)
    assert await asyncio.to_thread(slack.wait_until, lambda: slack.sockets) == 1


async def test_a_socket_needs_the_apps_own_token_and_a_ticket(slack: FakeSlack, team: Team) -> None:
    def refusals() -> list[str]:
        bot = Api(slack, team.install())
        own = Api(slack, APP_TOKEN)
        return [
            bot("apps.connections.open")["error"],
            own("auth.test")["error"],
            Api(slack, "")("auth.test")["error"],
        ]

    assert await asyncio.to_thread(refusals) == ["missing_scope", "not_allowed_token_type", "not_authed"]
    assert len(slack.forgive()) == 1
    async with aiohttp.ClientSession() as session, session.get(f"{slack.origin}/link/?ticket=x") as answer:
        assert answer.status == 401
