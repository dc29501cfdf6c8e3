"""Which platforms an install talks to, and how their updates come in: one line for each.

A platform's library is imported only where it is configured, for that costs half a second and 40 MB.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from starlette.routing import Route

from bot.settings import Settings
from bot.wiring import App
from handlers.platform import Platform
from storage.engine import Storage


def platforms_of(settings: Settings, storage: Storage) -> list[Platform]:
    platforms: list[Platform] = []
    if settings.telegram_bot_token:
        from bot.telegram.setup import telegram_of  # noqa: PLC0415

        platforms.append(telegram_of(settings))
    if settings.slack:
        from bot.slack.setup import slack_of  # noqa: PLC0415

        platforms.append(slack_of(settings, storage))
    return [*platforms, *mail_of(settings)]


def mail_of(settings: Settings) -> list[Platform]:
    """What brings letters to clients, in whichever process; empty where mail is switched off."""
    if not settings.smtp_url:
        return []
    from bot.mail.setup import mail_of as made  # noqa: PLC0415

    return [made(settings)]


def ingress_of(
    settings: Settings, app: App, stop: asyncio.Event
) -> tuple[list[Route], list[Coroutine[Any, Any, None]]]:
    """Where updates are brought to, and what fetches them where nobody can bring them."""
    routes: list[Route] = []
    fetching: list[Coroutine[Any, Any, None]] = []
    if settings.telegram_bot_token:
        from bot.telegram.setup import ingress  # noqa: PLC0415

        route, poller = ingress(settings, app, stop)
        routes += [route] if route else []
        fetching += [poller] if poller else []
    if settings.slack:
        from bot.slack import setup  # noqa: PLC0415

        ways, listener = setup.ingress(settings, app, stop)
        routes += ways
        fetching += [listener] if listener else []
    return routes, fetching
