"""A strict Slack of one's own: a real Web API on loopback, and the people who use its app."""

from __future__ import annotations

import json
from collections.abc import Callable

from aiohttp import web

from tests.fakes.slack_browser import Browser, Page
from tests.fakes.slack_courier import Address, Courier, Habits, Parcel, event_parcel, sign
from tests.fakes.slack_desk import Desk
from tests.fakes.slack_faults import HangUp, Pacer, Rates, Refusal, ServerError, Slow, TooMany, Troubles
from tests.fakes.slack_files import Files
from tests.fakes.slack_modals import Person
from tests.fakes.slack_oauth import PAGE, OAuth
from tests.fakes.slack_payloads import VERIFICATION_TOKEN
from tests.fakes.slack_payloads import event as wrap
from tests.fakes.slack_people import hears
from tests.fakes.slack_record import Record
from tests.fakes.slack_server import Server
from tests.fakes.slack_socket import Sockets
from tests.fakes.slack_teams import Team
from tests.fakes.slack_values import Ack, Impossible, Json, Screen, Shown, ShownFile
from tests.fakes.slack_world import Channel, Grant, Settings, Workspace, World

__all__ = [
    "Ack", "Channel", "FakeSlack", "HangUp", "Impossible", "Person", "Rates", "Refusal", "Screen", "ServerError",
    "Shown", "Slow", "Team", "TooMany",
]  # fmt: skip

SIGNING_SECRET = "a-signing-secret-that-signs-nothing-else"
CLIENT_ID = "1111111111.2222222222"
CLIENT_SECRET = "a-client-secret-that-opens-nothing"
APP_TOKEN = "xapp-1-A0BILLHOOK-a-token-that-opens-nothing"  # scan: allow
_UNENDED = {"tokens_revoked", "app_uninstalled"}
"""Events that come although the installation is over."""


class FakeSlack(Server, Record):
    """The server runs in a thread of its own; every method here is plain and may be called from any other.

    `async with FakeSlack() as slack:`, `with`, or `start()` and `stop()`. What people do waits for the app, so
    inside the app's own event loop it needs a thread: `await asyncio.to_thread(ana.slash, "/invoice")`.
    """

    def __init__(
        self,
        *,
        signing_secret: str = SIGNING_SECRET,
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
        app_token: str = APP_TOKEN,
        app_id: str = "A0BILLHOOK",
        trigger_seconds: float = 3.0,
        ack_seconds: float = 3.0,
        rates: Rates | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.settings = Settings(trigger_seconds)
        self.deliver = Habits()
        self.world = World(app_id, self.settings, seed)
        self.client_id = client_id
        self.client_secret = client_secret
        self.app_token = app_token
        self.world.grants[app_token] = Grant(None, frozenset({"connections:write"}))
        self._address = Address("", signing_secret, ack_seconds)
        self._troubles = Troubles()
        self._pacer = Pacer(rates)
        self._files = Files(self.world)
        self._desk = Desk(self.world, self._files, self._troubles, self._pacer)
        self._courier = Courier(self.world, self._address, self.deliver, seed)
        self._sockets = Sockets(self.world, self._address)
        self._oauth = OAuth(self.world, client_id, client_secret)
        self._courier.carrier = self._sockets.carry
        self._desk.keyless = {
            "oauth.v2.access": self._oauth.access,
            "apps.connections.open": self._sockets.ticket,
        }
        self.world.tell = self._tell
        self.world.later = self._later

    @property
    def api_url(self) -> str:
        """As slack_sdk wants it for `base_url`."""
        return f"{self.origin}/api/"

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._desk.api)
        app.router.add_post("/commands/{path:.*}", self._desk.reply)
        app.router.add_post("/upload/{path:.*}", self._desk.upload)
        app.router.add_get(PAGE, self._oauth.page)
        app.router.add_get("/link/", self._sockets.link)
        return app

    async def _opened(self) -> None:
        self._files.origin = self._sockets.origin = self.origin
        await self._courier.open()

    async def _closing(self) -> None:
        await self._courier.close()
        await self._sockets.close("link_disabled")

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def now() -> None:
            with self.world.changed:
                act()

        loop = self._loop
        assert loop is not None, "it does not run"
        if seconds > 0:
            self._in_loop(lambda: loop.call_later(seconds, now))
        else:
            now()

    def team(
        self, id: str, name: str = "Studio", enterprise_id: str | None = None, *, installed: bool = True
    ) -> Team:
        """A workspace of this id; the same one if there is one already."""
        with self.world.changed:
            known = self.world.workspaces.get(id)
            if known is None:
                known = self.world.workspaces[id] = Team(self, id, name, enterprise_id)
                if installed:
                    known.install()
            assert isinstance(known, Team)
            return known

    # Installing, and Socket Mode.

    def install(
        self,
        team: Team,
        person: Person,
        base: str,
        *,
        path: str = "/slack/install",
        deny: bool = False,
        state: str | None = None,
        cookies: bool = True,
    ) -> Page:
        """A person goes from the app's page at `base` through Slack's consent back to the app.

        With a `state` the answer carries that one instead, and without cookies the browser has lost them.
        """
        if person.workspace is not team:
            raise Impossible(f"{person.name} is not in {team.name}")

        def decide(address: str) -> str:
            with self.world.changed:
                return self._oauth.decide(address, person, deny=deny)

        browser = Browser(base, self.origin)
        return self._wait(browser.install(path, decide, state=state, cookies=cookies))

    @property
    def redirect_urls(self) -> list[str]:
        """As the app's settings list them; a redirect_uri begins with one of them. With none, any is taken."""
        return self._oauth.redirect_urls

    @property
    def sockets(self) -> int:
        """How many connections the app has open."""
        return self._sockets.count

    def refresh_sockets(self) -> None:
        """Tells every connection to go; the app opens new ones."""
        self._wait(self._sockets.close())

    # Bringing things to the app.

    def send(self, parcel: Parcel) -> Ack:
        return self._wait(self._courier.deliver(parcel))

    def send_event(self, workspace: Workspace, event: Json) -> Ack:
        """Gives the app's answer to the first attempt."""
        with self.world.changed:
            over = event["type"] in _UNENDED
            if not over and not hears(workspace, event):
                return Ack(200, "", 0.0)
            parcel = event_parcel(wrap(self.world, workspace, event, authorized=not over))
            self._courier.pending += 1
        return self._wait(self._courier.deliver_event(parcel))

    def _tell(self, workspace: Workspace, event: Json) -> None:
        if hears(workspace, event):
            parcel = event_parcel(wrap(self.world, workspace, event))
            self._courier.pending += 1
            self._in_loop(lambda: self._courier.begin_event(parcel))

    def verify_url(self) -> Ack:
        """The handshake that comes before a request URL is taken; a wrong answer is a violation."""
        challenge = self.world.letters(40)
        told = {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        parcel = Parcel(
            "events_api", "url_verification", "", told, json.dumps(told).encode(), "application/json"
        )
        ack = self._wait(self._courier.deliver(parcel))
        if not ack.ok or challenge not in ack.body:
            with self.world.changed:
                self.world.violate(f"url_verification was answered {ack.status} {ack.body[:200]!r}")
        return ack

    def sign(self, body: bytes, at: int) -> dict[str, str]:
        """The headers that make a request Slack's own, for a test that sends one itself."""
        return sign(self._address.signing_secret, body, at)

    def file_of(self, file_id: str) -> ShownFile:
        return self._files.shown(file_id)
