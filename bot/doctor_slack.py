"""What `billhook doctor` finds out about Slack: tokens, permissions, the way in, and who installed us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli_database import current_revision, reaching
from bot.finding import Finding
from bot.settings import Settings
from bot.slack.address import PLATFORM
from bot.slack.client import TROUBLE, Web, reason, translated
from bot.slack.manifest import SCOPES
from bot.slack.paths import EVENTS, INSTALL
from core.errors import BillhookError
from handlers.words import _
from storage.engine import create_engine
from storage.installations import Census, census
from storage.migrate import HEAD
from storage.vault import Vault

_SECONDS = 5.0
_NO_CODE = "billhook-doctor"
"""A code that Slack never gave out: it complains about it only if it knows the app and its secret."""
_GOOD_CLIENT = frozenset({"invalid_code", "code_already_used"})


def slack_findings(settings: Settings) -> Iterator[Finding]:
    """A look at Slack and at our own address; each takes five seconds at most."""
    yield from asyncio.run(_examined(settings))
    if settings.slack_bot_token is None:
        yield from _installations(settings)
    elif settings.slack_client_id:
        said = _("is not used: SLACK_BOT_TOKEN is set, and with it there is one workspace")
        yield Finding("off", "SLACK_CLIENT_ID", said)


async def _examined(settings: Settings) -> list[Finding]:
    web = Web(settings.slack_api_url, _SECONDS)
    try:
        if settings.slack_bot_token is not None:
            found = [one async for one in _workspace(web.client(settings.slack_bot_token.get_secret_value()))]
        else:
            found = [await _app(web.client(""), settings)]
        if settings.slack_socket_mode:
            return [*found, await _socket(web.client(""), settings)]
        return [*found, await _address(settings)]
    finally:
        await web.close()


# -- tokens and secrets -------------------------------------------------------------------------------


async def _workspace(client: AsyncWebClient) -> AsyncIterator[Finding]:
    try:
        told = await client.auth_test()
    except TROUBLE as error:
        word = _word(error)
        said = _("Slack refuses this bot: {reason}. Check SLACK_BOT_TOKEN.", reason=word)
        yield Finding("FAIL", "Slack", said if word else _unreached())
        return
    said = _("the token is good: @{name} in {workspace}", name=told["user"], workspace=told["team"])
    yield Finding("ok", "Slack", said)
    granted = {scope.strip() for scope in str(told.headers.get("x-oauth-scopes") or "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    about = _("Slack permissions")
    if missing:
        said = _("{scopes} are missing: add them in the app's settings and install it again",
                 scopes=", ".join(missing))  # fmt: skip
        yield Finding("FAIL", about, said)
    else:
        yield Finding("ok", about, _("all {count} are granted", count=len(SCOPES)))


async def _app(client: AsyncWebClient, settings: Settings) -> Finding:
    secret = settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else ""
    given = {"client_id": settings.slack_client_id, "client_secret": secret, "code": _NO_CODE}
    try:
        await client.api_call("oauth.v2.access", data=given)
    except TROUBLE as error:
        word = _word(error)
        if word not in _GOOD_CLIENT:
            said = _(
                "Slack refuses this app: {reason}. Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
                reason=word,
            )
            return Finding("FAIL", "Slack", said if word else _unreached())
    return Finding("ok", "Slack", _("the app is known: {id}", id=settings.slack_client_id))


def _word(error: Exception) -> str:
    """Slack's own word for why it refuses; empty where it was not reached."""
    return reason(translated(error, again=True))[:100]


def _unreached() -> str:
    return _("Slack cannot be reached.")


# -- the way in ----------------------------------------------------------------------------------------


async def _socket(client: AsyncWebClient, settings: Settings) -> Finding:
    about = _("Slack updates")
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    try:
        await client.apps_connections_open(app_token=token)
    except TROUBLE as error:
        word = _word(error)
        said = _("Slack opens no connection: {reason}. Check SLACK_APP_TOKEN, and Socket Mode in the app's settings.",
                 reason=word)  # fmt: skip
        return Finding("FAIL", about, said if word else _unreached())
    return Finding("ok", about, _("come in Socket Mode"))


async def _address(settings: Settings) -> Finding:
    """What stands in the app's settings only Slack knows."""
    about, base = _("Slack updates"), settings.public_url.rstrip("/")
    if not base:
        said = _("are brought to {path} of your address; with PUBLIC_URL set, I could look whether it answers",
                 path=EVENTS)  # fmt: skip
        return Finding("off", about, said)
    if not base.startswith("https://"):
        return Finding("FAIL", about, _("Slack wants an address that begins with https://: set PUBLIC_URL"))
    wrong = await _silence(f"{base}/healthz")
    if wrong:
        said = _("{url} does not answer ({reason}): is billhook serve running, and does the proxy lead to it?",
                 url=base, reason=wrong)  # fmt: skip
        return Finding("FAIL", about, said)
    said = _("are brought to {url}, which must be the request URL in the app's settings", url=base + EVENTS)
    return Finding("ok", about, said)


async def _silence(address: str) -> str:
    """Why nothing of ours answers there; empty if it does."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            return "" if answer.status == 200 else str(answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return type(error).__name__


# -- who installed us ------------------------------------------------------------------------------------


def _installations(settings: Settings) -> Iterator[Finding]:
    """Nothing where the database is not to be used: that is a finding of its own."""
    about = _("Slack workspaces")
    try:
        with reaching(settings):
            found = asyncio.run(_census(settings)) if current_revision(settings) == HEAD else Census(0, 0)
    except BillhookError:
        return
    if found.unreadable:
        said = _("of {count} workspaces, {unreadable} have a token that no key in BILLHOOK_SECRET_KEYS opens",
                 count=found.count, unreadable=found.unreadable)  # fmt: skip
        yield Finding("FAIL", about, said)
        return
    page = settings.public_url.rstrip("/") + INSTALL
    yield Finding("ok", about, _("{count} installed; others do it at {url}", count=found.count, url=page))


async def _census(settings: Settings) -> Census:
    engine = create_engine(settings.database_url, pool_size=1)
    try:
        async with engine.connect() as connection:
            return await census(connection, Vault(settings.secret_keys), PLATFORM)
    finally:
        await engine.dispose()
