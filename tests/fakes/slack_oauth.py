"""Installing: the page that asks for consent, the code that it gives, and the token that the code is changed for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from tests.fakes.slack_table import CONVERSATION_SCOPES, EVENT_SCOPES, SCOPES
from tests.fakes.slack_values import Json, Refused, Violation
from tests.fakes.slack_world import BOT_SCOPES, Account, World

CODE_SECONDS = 600.0
PAGE = "/oauth/v2/authorize"
KNOWN_SCOPES = (
    BOT_SCOPES
    | frozenset(scope for scopes in SCOPES.values() for scope in scopes)
    | frozenset(CONVERSATION_SCOPES.values())
    | frozenset(EVENT_SCOPES.values())
) - {"connections:write"}
_KNOWN = frozenset(
    {"client_id", "scope", "user_scope", "state", "redirect_uri", "team", "granular_bot_scope"}
)


@dataclass(slots=True)
class Code:
    person: Account
    scopes: frozenset[str]
    redirect_uri: str
    at: float
    used: bool = False


class OAuth:
    """Whoever holds the world's lock may use it."""

    def __init__(self, world: World, client_id: str, client_secret: str) -> None:
        self.redirect_urls: list[str] = []
        """As the app's settings list them; with none, any is taken."""
        self._world = world
        self._client_id = client_id
        self._client_secret = client_secret
        self._codes: dict[str, Code] = {}

    async def page(self, request: web.Request) -> web.Response:
        with self._world.changed:
            try:
                self._asked(request.query_string)
            except Violation as violation:
                self._world.violate(f"authorize: {violation.problem}")
                return web.Response(status=400, text=f"Something went wrong: {violation.error}")
        return web.Response(text="<h1>Billhook wants to access your workspace</h1>", content_type="text/html")

    def decide(self, address: str, person: Account, *, deny: bool) -> str:
        """Where the browser is sent once a person has pressed Allow, or Cancel."""
        asked = self._asked(urlsplit(address).query)
        answer = {"error": "access_denied"}
        if not deny:
            code = f"{self._world.letters(11)}.{self._world.letters(40).lower()}"
            scopes = frozenset(asked["scope"].split(","))
            self._codes[code] = Code(person, scopes, asked.get("redirect_uri", ""), self._world.now())
            answer = {"code": code}
        target = asked.get("redirect_uri") or next(iter(self.redirect_urls), "")
        if not target:
            raise Violation("bad_redirect_uri", "no redirect_uri, and the settings list none")
        return f"{target}{'&' if urlsplit(target).query else '?'}{urlencode({**answer, 'state': asked['state']})}"

    def _asked(self, query: str) -> dict[str, str]:
        asked = dict(parse_qsl(query, keep_blank_values=True))
        unknown = sorted(asked.keys() - _KNOWN)
        scopes = set(asked.get("scope", "").split(","))
        if unknown:
            raise Violation("invalid_arguments", f"unknown arguments {unknown}")
        if asked.get("client_id") != self._client_id:
            raise Violation("invalid_client_id", f"the client_id {asked.get('client_id')!r}")
        if not scopes <= KNOWN_SCOPES:
            raise Violation("invalid_scope", f"the scopes {sorted(scopes - KNOWN_SCOPES)}")
        if asked.get("user_scope"):
            raise Violation("invalid_scope", "scopes of a person's own, which this app never needs")
        if not asked.get("state"):
            raise Violation("missing_state", "there is no state: anybody could hand a code to the app")
        uri = asked.get("redirect_uri", "")
        if uri and self.redirect_urls and not uri.startswith(tuple(self.redirect_urls)):
            raise Violation("bad_redirect_uri", f"the redirect_uri {uri!r}")
        return asked

    def access(self, headers: Mapping[str, str], given: Json) -> Json:
        """oauth.v2.access."""
        self._check_client(headers, given)
        code = self._codes.get(given.get("code", ""))
        if code is None or self._world.now() - code.at > CODE_SECONDS:
            raise Refused("invalid_code")
        if code.used:
            raise Refused("code_already_used")
        if given.get("redirect_uri", "") != code.redirect_uri:
            raise Refused("bad_redirect_uri")
        code.used = True
        workspace = code.person.workspace
        workspace.scopes = code.scopes
        workspace.installed = True
        workspace.bot_token = self._world.new_token(workspace)
        enterprise = {"id": workspace.enterprise_id, "name": "The Enterprise"}
        self._world.changed.notify_all()
        return {
            "app_id": self._world.app_id,
            "authed_user": {"id": code.person.id},
            "scope": ",".join(sorted(code.scopes)),
            "token_type": "bot",
            "access_token": workspace.bot_token,
            "bot_user_id": workspace.bot_user_id,
            "team": {"id": workspace.id, "name": workspace.name},
            "enterprise": enterprise if workspace.enterprise_id else None,
            "is_enterprise_install": False,
        }

    def _check_client(self, headers: Mapping[str, str], given: Json) -> None:
        scheme, _, told = headers.get("Authorization", "").partition(" ")
        name, secret = given.get("client_id", ""), given.get("client_secret", "")
        if scheme.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise Violation("invalid_client_id", "the basic authentication cannot be read") from None
        if name != self._client_id:
            raise Refused("invalid_client_id")
        if secret != self._client_secret:
            raise Refused("bad_client_secret")
