"""Installing into a workspace: the browser is sent to Slack and comes back with a code for a token."""

from __future__ import annotations

import hashlib
import html
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.slack.address import PLATFORM, direct
from bot.slack.client import TROUBLE, Web, reason, translated
from bot.slack.manifest import SCOPES
from bot.slack.paths import INSTALL, REDIRECT
from core.chat_ports import Installation
from core.errors import BillhookError
from handlers.kinds import SenderRef, Typed, Update
from handlers.words import _
from storage.engine import Storage

log = logging.getLogger(__name__)

_COOKIE = "billhook-slack-install"
_STATE_LIFE = timedelta(minutes=10)
_LONGEST = 500
"""Characters of a code or a state; Slack's have fewer than a hundred."""


@dataclass(frozen=True, slots=True)
class App:
    """Our app as Slack knows it."""

    client_id: str
    client_secret: str
    public_url: str
    api_url: str

    @property
    def redirect_uri(self) -> str:
        return self.public_url.rstrip("/") + REDIRECT

    def authorize_url(self, state: str) -> str:
        """Slack's page stands beside its API."""
        api = urlsplit(self.api_url)
        asked = {"client_id": self.client_id, "scope": ",".join(SCOPES), "state": state,
                 "redirect_uri": self.redirect_uri}  # fmt: skip
        return f"{api.scheme}://{api.netloc}/oauth/v2/authorize?{urlencode(asked)}"

    def __repr__(self) -> str:
        return f"App({self.client_id})"


class Installer:
    """The two pages. A state is good once, for ten minutes, and only in the browser that was sent away with it."""

    def __init__(
        self, app: App, storage: Storage, web: Web, welcome: Callable[[Update], Awaitable[bool]]
    ) -> None:
        self._app = app
        self._storage = storage
        self._web = web
        self._welcome = welcome

    def routes(self) -> list[Route]:
        return [Route(INSTALL, self._install), Route(REDIRECT, self._back)]

    async def _install(self, _request: Request) -> Response:
        state = secrets.token_urlsafe(24)
        async with self._storage.work() as work:
            await work.installations.add_state(_hash(state), self._storage.clock.now() + _STATE_LIFE)
        answer = RedirectResponse(self._app.authorize_url(state), status_code=302)
        answer.set_cookie(
            _COOKIE, state, max_age=int(_STATE_LIFE.total_seconds()), path="/slack", httponly=True, samesite="lax",
            secure=self._app.public_url.startswith("https://"),
        )  # fmt: skip
        return answer

    async def _back(self, request: Request) -> Response:
        given = request.query_params
        code, state = given.get("code", "")[:_LONGEST], given.get("state", "")[:_LONGEST]
        if given.get("error"):
            return _page(_("Billhook was not installed, because Slack was told not to."), 200)
        if not code or not state or not secrets.compare_digest(state, request.cookies.get(_COOKIE, "")):
            return _page(
                _("This link belongs to another browser. Please begin again: {path}", path=INSTALL), 400
            )
        async with self._storage.work() as work:
            known = await work.installations.take_state(_hash(state), self._storage.clock.now())
        if not known:
            return _page(_("This took longer than ten minutes, or was done already. Please begin again: {path}",
                           path=INSTALL), 400)  # fmt: skip
        try:
            installed, person = await self._exchange(code)
        except BillhookError as error:
            log.warning("an installation failed: %s", reason(error))
            return _page(
                _("Slack did not confirm the installation. Please begin again: {path}", path=INSTALL), 502
            )
        async with self._storage.work() as work:
            await work.installations.save(installed)
        await self._greet(installed, person)
        log.info("installed in workspace %s", installed.tenant)
        said = _("Billhook is installed in {name}. You find it in Slack under Apps; it has written to you there.",
                 name=installed.name)  # fmt: skip
        answer = _page(said, 200)
        answer.delete_cookie(_COOKIE, path="/slack")
        return answer

    async def _exchange(self, code: str) -> tuple[Installation, str]:
        """The token for the code, and who installed. Raises what `translated` makes of a refusal."""
        client: AsyncWebClient = self._web.client("")
        try:
            told = await client.oauth_v2_access(
                client_id=self._app.client_id, client_secret=self._app.client_secret, code=code,
                redirect_uri=self._app.redirect_uri,
            )  # fmt: skip
        except TROUBLE as error:
            raise translated(error, again=True) from None
        team, person = told["team"], str(told["authed_user"]["id"])
        installed = Installation(
            platform=PLATFORM, tenant=str(team["id"]), name=str(team["name"])[:100], token=str(told["access_token"]),
            bot_user=str(told["bot_user_id"]), scopes=tuple(str(told["scope"]).split(",")),
            installed_by=f"{team['id']}/{person}", installed_at=self._storage.clock.now(),
        )  # fmt: skip
        return installed, person

    async def _greet(self, installed: Installation, person: str) -> None:
        """As if the person had said the first word."""
        team = installed.tenant
        sender = SenderRef(PLATFORM, f"{team}/{person}", "–", workspace=f"{PLATFORM}:{team}")
        update_id = f"{team}:installed:{installed.installed_at.timestamp():.6f}"
        await self._welcome(Update(PLATFORM, update_id, direct(team, person), sender, Typed("/start")))


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _page(text: str, status: int) -> HTMLResponse:
    said = html.escape(text)
    return HTMLResponse(
        f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Billhook</title><style>body{{font:1.1rem/1.5 system-ui;max-width:34rem;margin:20vh auto;"
        f"padding:0 1rem}}</style><p>{said}</p>",
        status,
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Referrer-Policy": "no-referrer",
         "Cache-Control": "no-store"},
    )  # fmt: skip
