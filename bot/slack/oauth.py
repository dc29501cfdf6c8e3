"""Installing into a workspace: the browser is sent to Slack and comes back with a code for a token."""

from __future__ import annotations

import hashlib
import html
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.slack.address import PLATFORM, direct
from bot.slack.client import TROUBLE, Web, reason, translated
from bot.slack.manifest import SCOPES
from bot.slack.origin import team_id, total, user_id
from bot.slack.paths import INSTALL, REDIRECT
from bot.web.security import is_secure
from core.chat_ports import Installation
from core.errors import BillhookError, Unavailable
from handlers.kinds import SenderRef
from handlers.updates import Typed, Update
from handlers.words import _
from storage.engine import Storage

log = logging.getLogger(__name__)

_COOKIE = "billhook-slack-install"
_STATE_LIFE = timedelta(minutes=10)
_LONGEST = 500
"""Characters of a code or a state; Slack's have fewer than a hundred."""
_MAX_NAME = 100
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
"""The address of the page holds a code, and what it shows is the name that somebody gave their workspace."""
_STYLE = "body{font:1.1rem/1.5 system-ui;max-width:34rem;margin:20vh auto;padding:0 1rem}"


@dataclass(frozen=True, slots=True)
class App:
    """Our app as Slack knows it."""

    client_id: str
    client_secret: str = field(repr=False)
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
        try:
            async with self._storage.work() as work:
                await work.installations.add_state(_hash(state), self._storage.clock.now() + _STATE_LIFE)
        except BillhookError as error:
            return _unreachable(error)
        answer = RedirectResponse(self._app.authorize_url(state), status_code=302, headers=_HEADERS)
        answer.set_cookie(
            _COOKIE, state, max_age=int(_STATE_LIFE.total_seconds()), path="/slack", httponly=True, samesite="lax",
            secure=is_secure(self._app.public_url),
        )  # fmt: skip
        return answer

    async def _back(self, request: Request) -> Response:
        given = request.query_params
        code, state = given.get("code", "")[:_LONGEST], given.get("state", "")[:_LONGEST]
        if given.get("error"):
            return _page(_("Billhook was not installed, because Slack was told not to."), 200, again=True)
        if not code or not state or not _is_same(state, request.cookies.get(_COOKIE, "")):
            return _page(_("This link belongs to another browser. Please begin again."), 400, again=True)
        try:
            return await self._installed(code, state)
        except BillhookError as error:
            return _unreachable(error)

    async def _installed(self, code: str, state: str) -> Response:
        async with self._storage.work() as work:
            known = await work.installations.take_state(_hash(state), self._storage.clock.now())
        if not known:
            said = _("This took longer than ten minutes, or was done already. Please begin again.")
            return _page(said, 400, again=True)
        found = await self._exchange(code)
        if found is None:
            return _page(_("Slack did not confirm the installation. Please begin again."), 502, again=True)
        async with self._storage.work() as work:
            await work.installations.save(found)
        log.info("installed in workspace %s", found.tenant)
        await self._greet(found)
        said = _("Billhook is installed in {name}. You find it in Slack under Apps; it has written to you there.",
                 name=found.name)  # fmt: skip
        answer = _page(said, 200)
        answer.delete_cookie(_COOKIE, path="/slack")
        return answer

    async def _exchange(self, code: str) -> Installation | None:
        """The token for the code; None if Slack gives none."""
        try:
            # The library's own method would send the secret in a way that its HTTP library gives up.
            told = await self._web.client("").api_call("oauth.v2.access", data={
                "client_id": self._app.client_id, "client_secret": self._app.client_secret, "code": code,
                "redirect_uri": self._app.redirect_uri,
            })  # fmt: skip
        except TROUBLE as error:
            known = translated(error, again=True)
            log.warning("an installation failed: %s", reason(known) or known)
            return None
        found = _installation(told.data, self._storage.clock.now())
        if found is None:
            log.warning("an installation failed: Slack told of no single workspace")
        return found

    async def _greet(self, found: Installation) -> None:
        """As if the person had said the first word."""
        team, _slash, person = found.installed_by.partition("/")
        sender = SenderRef(PLATFORM, found.installed_by, "–", workspace=f"{PLATFORM}:{team}")
        update_id = f"{team}:installed:{found.installed_at.timestamp():.6f}"
        try:
            await self._welcome(Update(PLATFORM, update_id, direct(team, person), sender, Typed("/start")))
        except Unavailable as error:
            # It is installed all the same, and answers whoever writes to it.
            log.warning("nobody was greeted: %s", error)


@total
def _installation(told: Any, at: datetime) -> Installation | None:
    """None where a whole organisation installs, which has no team of its own."""
    if told.get("is_enterprise_install") or told.get("token_type") != "bot":
        return None
    team = team_id(told["team"]["id"])
    return Installation(
        platform=PLATFORM, tenant=team, name=str(told["team"].get("name") or team)[:_MAX_NAME],
        token=str(told["access_token"]), bot_user=user_id(told["bot_user_id"]),
        scopes=tuple(str(told["scope"]).split(",")), installed_by=f"{team}/{user_id(told['authed_user']['id'])}",
        installed_at=at,
    )  # fmt: skip


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _is_same(state: str, known: str) -> bool:
    """Texts would have to be ASCII."""
    return secrets.compare_digest(state.encode(), known.encode())


def _unreachable(error: BillhookError) -> Response:
    log.warning("an installation has to wait: %s", error)
    said = _("I cannot be reached just now. Nothing was changed; please try again in a minute.")
    return _page(said, 503, again=True)


def _page(text: str, status: int, again: bool = False) -> HTMLResponse:
    """One sentence, and the way back to the beginning."""
    link = f'<p><a href="{INSTALL}">{html.escape(_("Begin again"))}</a></p>' if again else ""
    return HTMLResponse(
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Billhook</title><style>{_STYLE}</style></head>"
        f"<body><p>{html.escape(text)}</p>{link}</body></html>",
        status,
        _HEADERS,
    )
