"""Connections to Slack: slack_sdk as a typed client, the addresses that take no token, and errors in our own words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from core.errors import N_, BillhookError, Unavailable
from handlers.platform import ChatGone, Lost, Throttled, Undeliverable

_SECONDS = 15.0
_CONNECT_SECONDS = 5.0
_FILE_TIMEOUT = aiohttp.ClientTimeout(total=25, connect=_CONNECT_SECONDS)
"""With the call before it, less than a delivery may take: a file that goes too slowly is repeated, not lost."""
_CONNECTIONS = 64
_RETRY_SECONDS = 5.0
_PATIENCE = 30.0
"""Seconds to be left alone where Slack does not say how long."""

TROUBLE = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""All that a call ends with other than its answer."""
SHUT_OUT = frozenset(
    "token_revoked token_expired account_inactive invalid_auth not_authed app_uninstalled"
    " team_access_not_granted".split()
)
"""The workspace's token opens nothing any more."""
_GONE = frozenset(
    "is_archived channel_not_found not_in_channel user_not_found user_disabled user_not_visible"
    " cannot_dm_bot".split()
)
_TOO_MANY = frozenset({"ratelimited", "rate_limited"})
_LATER = frozenset({"team_added_to_org", "request_timeout"})
"""Nothing was done: an organisation is moving a workspace, or the request came in pieces."""
_BROKEN = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""Slack says itself that a part of the work may have been done."""

# In DEBUG the library writes down whole messages and the addresses that take answers without a token.
_QUIET = logging.getLogger(f"{__name__}.library")
_QUIET.setLevel(logging.INFO)


class Web:
    """One Slack. Its connections are opened on first use, inside the loop that uses them."""

    def __init__(self, api_url: str, seconds: float = _SECONDS) -> None:
        self._api_url = f"{api_url.rstrip('/')}/"
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=_CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None

    def client(self, token: str) -> AsyncWebClient:
        """It repeats nothing by itself: the library would also repeat what may have been done."""
        return AsyncWebClient(
            token, base_url=self._api_url, session=self._open(), retry_handlers=[], logger=_QUIET
        )

    def is_known(self, address: str) -> bool:
        """Whether something may be sent to an address that Slack told us: encrypted, or where Slack's API is."""
        try:
            told, own = urlsplit(address), urlsplit(self._api_url)
        except ValueError:
            return False
        return told.scheme == "https" or (told.scheme, told.netloc) == (own.scheme, own.netloc)

    async def answer(self, way: str, payload: Mapping[str, Any], again: bool) -> bool:
        """Send a message to a response_url; False when it takes no more."""
        if not self.is_known(way):
            return False
        try:
            async with self._open().post(way, json=payload, allow_redirects=False) as response:
                status, wait = response.status, response.headers.get("Retry-After")
                said = await response.read()
        except TROUBLE as error:
            raise translated(error, again) from None
        if status == 429 or status >= 500:
            raise refused(status, wait, "", again)
        # It says “ok”, or in JSON why not, which need not come with a status of its own.
        return status == 200 and b"error" not in said

    async def upload(self, address: str, content: bytes) -> None:
        """Nothing of it is visible yet, so whatever goes wrong may be repeated."""
        if not self.is_known(address):
            raise Unavailable(N_("Slack cannot be reached."), _RETRY_SECONDS)
        try:
            async with self._open().post(
                address, data=content, timeout=_FILE_TIMEOUT, allow_redirects=False
            ) as response:
                status, wait = response.status, response.headers.get("Retry-After")
        except TROUBLE as error:
            raise translated(error, again=True) from None
        if status != 200:
            raise refused(status, wait, "", again=True)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout, trust_env=True)
        return self._session


def translated(error: Exception, again: bool) -> BillhookError:
    """What one of TROUBLE means for what was to be sent; `again`: doing it twice is doing it once.

    Raise it `from None`: the library's errors carry the request with its token, or name a secret address.
    """
    match error:
        case SlackApiError(response=response):
            # An answer that is no JSON comes as the HTTP library's own.
            status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
            told = getattr(response, "data", None)
            body = told if isinstance(told, dict) else {}
            word, scope = str(body.get("error") or ""), str(body.get("needed") or "")
            return refused(status, response.headers.get("Retry-After"), word, again, scope)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return _unreachable()
        case _:
            return _lost(again)


def refused(status: int, wait: str | None, word: str, again: bool, scope: str = "") -> BillhookError:
    """The meaning of an answer that is not yes: its HTTP status, its Retry-After, and Slack's word for it."""
    if status == 429 or word in _TOO_MANY:
        return Throttled(N_("Slack wants to be left alone for a while."), _seconds(wait))
    if status >= 500 or word in _BROKEN or (status == 200 and not word):
        return _lost(again)
    if word in _LATER or not word:
        return _unreachable()
    if word in SHUT_OUT or word in _GONE:
        return ChatGone("{reason}", reason=word)
    if word == "missing_scope":
        return Undeliverable(
            N_("Slack did not give me the permission “{scope}”. Install me again."), reason=word, scope=scope
        )
    return Undeliverable("{reason}", reason=word)


def reason(error: BillhookError) -> str:
    """Slack's own word for why it refused; empty for all else."""
    return str(error.values.get("reason", ""))


def _lost(again: bool) -> BillhookError:
    return _unreachable() if again else Lost(N_("The answer of Slack was lost."))


def _unreachable() -> Unavailable:
    return Unavailable(N_("Slack cannot be reached."), _RETRY_SECONDS)


def _seconds(wait: str | None) -> float:
    return float(wait) if wait and wait.isascii() and wait.isdigit() else _PATIENCE
