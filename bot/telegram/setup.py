"""Telegram as it is configured: the client, the way updates come in, and what `billhook telegram` does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
from starlette.routing import Route
from telegram import Bot
from telegram.error import TelegramError

from bot.settings import Settings
from bot.telegram.address import PLATFORM
from bot.telegram.client import make_bot, translated
from bot.telegram.poll import Inbox, poll
from bot.telegram.profile import set_profile
from bot.telegram.receive import ALLOWED
from bot.telegram.send import Telegram
from bot.telegram.webhook import PATH, webhook
from core.errors import N_, BillhookError, Conflict, Unavailable
from handlers.platform import Platform
from handlers.updates import Update
from storage.engine import driver_options

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 40
"""How many updates Telegram may bring at once: its own default."""
_POLL_LOCK = 0x62_69_6C_6C
"""The number of the PostgreSQL lock that the one polling process holds."""
_RETRY_SECONDS = 5.0


def bot_of(settings: Settings) -> Bot:
    if settings.telegram_bot_token is None:
        raise Conflict(
            N_("TELEGRAM_BOT_TOKEN is not set. BotFather gives out the token; see docs/telegram.md")
        )
    return make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)


def telegram_of(settings: Settings) -> Telegram:
    return Telegram(bot_of(settings))


class Brought(Inbox, Protocol):
    """What updates need of bot.wiring.App."""

    async def receive(self, update: Update) -> bool: ...
    def platform(self, name: str) -> Platform: ...


def ingress(
    settings: Settings, app: Brought, stop: asyncio.Event
) -> tuple[Route | None, Coroutine[Any, Any, None] | None]:
    """A route where Telegram brings its updates, or else what polls for them."""
    telegram = app.platform(PLATFORM)
    if not isinstance(telegram, Telegram):
        return None, None
    if settings.telegram_webhook and settings.telegram_webhook_secret is not None:
        secret = settings.telegram_webhook_secret.get_secret_value()
        return webhook(secret, telegram.me, app.receive), None
    return None, poll_updates(settings, telegram, app, stop)


async def poll_updates(settings: Settings, telegram: Telegram, inbox: Inbox, stop: asyncio.Event) -> None:
    """Long polling in whichever process gets to it first; another one takes over when that one ends."""
    bot = telegram.bot
    while not stop.is_set():
        async with _alone(settings, stop) as over:
            await _prepared(bot, over, settings.sells)
            if not over.is_set():
                log.info("polling Telegram for updates")
                await poll(bot, telegram.me, inbox, over)


async def _prepared(bot: Bot, stop: asyncio.Event, sells: bool) -> None:
    """Without a webhook, which Telegram would refuse polling for, and with menu and description."""
    while not stop.is_set():
        try:
            if (await bot.get_webhook_info()).url:
                log.warning("a webhook was set and is taken away, because this install polls")
                await bot.delete_webhook()
            await set_profile(bot, sells)
            return
        except (TelegramError, BillhookError) as error:
            known = translated(error) if isinstance(error, TelegramError) else error
            log.warning("Telegram cannot be prepared yet: %s", known)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _RETRY_SECONDS)


@asynccontextmanager
async def _alone(settings: Settings, stop: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """Waits until no other process polls: two would take turns in ending each other's request.

    What it gives is set when polling is over: with `stop`, or when the connection that holds the lock is gone.
    """
    if settings.is_sqlite:
        yield stop
        return
    over = asyncio.Event()
    connection = await _locked(settings, stop, over)
    ending = asyncio.create_task(_relay(stop, over))
    try:
        yield over
    finally:
        ending.cancel()
        if connection is not None:
            await connection.close(timeout=5)


async def _locked(settings: Settings, stop: asyncio.Event, over: asyncio.Event) -> Any:
    """The connection that holds the lock; None when `stop` came first, and then `over` is set."""
    connection: Any = None
    while not stop.is_set():
        try:
            if connection is None or connection.is_closed():
                connection = await asyncpg.connect(**driver_options(settings.database_url), timeout=10)
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _POLL_LOCK):
                connection.add_termination_listener(lambda _connection: over.set())
                return connection
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("waiting for the database: %s", type(error).__name__)
            connection = None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _RETRY_SECONDS)
    over.set()
    return connection


async def _relay(stop: asyncio.Event, over: asyncio.Event) -> None:
    await stop.wait()
    over.set()


# -- the command line --------------------------------------------------------------------------------


async def set_webhook(settings: Settings) -> str:
    """Tell Telegram where updates go, and what people see; gives the address. Raises what went wrong."""
    if not settings.telegram_webhook or settings.telegram_webhook_secret is None:
        raise Conflict(
            N_("A webhook needs PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET; without them Billhook polls.")
        )
    address = settings.public_url.rstrip("/") + PATH
    async with _asking(settings) as bot:
        await bot.set_webhook(
            address, secret_token=settings.telegram_webhook_secret.get_secret_value(),
            allowed_updates=list(ALLOWED), max_connections=MAX_CONNECTIONS,
        )  # fmt: skip
        await set_profile(bot, settings.sells)
    return address


async def delete_webhook(settings: Settings) -> None:
    async with _asking(settings) as bot:
        await bot.delete_webhook()


async def webhook_info(settings: Settings) -> dict[str, Any]:
    """The bot's name, and what Telegram says of its webhook."""
    async with _asking(settings) as bot:
        me, info = await bot.get_me(), await bot.get_webhook_info()
    return {"username": me.username, **info.to_dict()}


@asynccontextmanager
async def _asking(settings: Settings) -> AsyncIterator[Bot]:
    bot = bot_of(settings)
    try:
        yield bot
    except TelegramError as error:
        known = translated(error)
        if isinstance(known, Unavailable):
            raise known from error
        raise Conflict(N_("Telegram refused that: {reason}"), reason=error.message[:200]) from error
    finally:
        await bot.shutdown()
