"""Slack as it is configured: whose workspaces we write to, and the ways in which updates come."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from pydantic import SecretStr
from starlette.routing import Route

from bot.settings import Settings
from bot.slack.address import PLATFORM
from bot.slack.client import Web
from bot.slack.door import Door
from bot.slack.ingress import Ingress
from bot.slack.oauth import App, Installer
from bot.slack.origin import origins
from bot.slack.send import Pace, Slack
from bot.slack.socket import listen
from bot.slack.workspaces import ManyWorkspaces, OneWorkspace, Workspaces
from core.ports import Ids
from handlers.inline import Inline
from handlers.platform import Platform
from handlers.registry import COMMANDS
from handlers.updates import Update
from storage.engine import Storage


class Brought(Protocol):
    """What updates need of bot.wiring.App."""

    storage: Storage
    ids: Ids
    inline: Inline

    async def receive(self, update: Update) -> bool: ...
    def platform(self, name: str) -> Platform: ...


def slack_of(settings: Settings, storage: Storage, pace: Pace | None = None) -> Slack:
    web = Web(settings.slack_api_url)
    workspaces: Workspaces = (
        OneWorkspace(_plain(settings.slack_bot_token), web, storage)
        if settings.slack_bot_token
        else ManyWorkspaces(storage)
    )
    return Slack(web, workspaces, pace)


def ingress(
    settings: Settings, app: Brought, stop: asyncio.Event
) -> tuple[list[Route], Coroutine[Any, Any, None] | None]:
    """Routes where Slack brings its payloads, or else what listens for them."""
    slack = app.platform(PLATFORM)
    if not isinstance(slack, Slack):
        return [], None
    commands = {command.name: command for command in COMMANDS}
    inward = Ingress(app.receive, app.inline, slack, commands, app.ids.token, origins(settings.slack_api_url))
    if settings.slack_socket_mode:
        return [], listen(_plain(settings.slack_app_token), settings.slack_api_url, inward, stop)
    door = Door(_plain(settings.slack_signing_secret), inward)
    return [door.route(), *_installing(settings, app, slack)], None


def _installing(settings: Settings, app: Brought, slack: Slack) -> list[Route]:
    """With a token of our own there is one workspace, and no other could be served."""
    if settings.slack_bot_token or not (settings.slack_client_id and settings.slack_client_secret):
        return []
    ours = App(
        settings.slack_client_id, _plain(settings.slack_client_secret), settings.public_url,
        settings.slack_api_url,
    )  # fmt: skip
    return Installer(ours, app.storage, slack.web, app.receive).routes()


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
