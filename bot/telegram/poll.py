"""Long polling, for an install without a public address: one process asks, and stores before it confirms."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from bot.telegram.client import seconds
from bot.telegram.receive import ALLOWED, Me, read
from core.errors import Unavailable
from handlers.updates import Update

log = logging.getLogger(__name__)
# The library would rather parse every update into its own classes, of which ours would be made once more.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)

LONG_POLL_SECONDS = 25
_PAUSE_SECONDS, _LONGEST_PAUSE = 1.0, 60.0
_MOST = 100


class Inbox(Protocol):
    async def receive_all(self, updates: Sequence[Update]) -> None:
        """Make all of them durable, in one transaction."""


async def poll(
    bot: Bot,
    me: Callable[[], Awaitable[Me]],
    inbox: Inbox,
    stop: asyncio.Event,
    wait: int = LONG_POLL_SECONDS,
) -> None:
    """Until `stop` is set. An update is confirmed, by asking for the next, only when it is stored."""
    offset, pause = 0, _PAUSE_SECONDS
    while not stop.is_set():
        asking = asyncio.create_task(_ask(bot, offset, wait))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((asking, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not asking.done():
            # What it would have brought is not confirmed and comes again.
            asking.cancel()
            return
        try:
            raw = asking.result()
            found = [read(one, await me()) for one in raw]
            await inbox.receive_all([update for update in found if update is not None])
            offset = max([offset, *(one["update_id"] + 1 for one in raw)])
            pause = _PAUSE_SECONDS
        except (TelegramError, Unavailable) as error:
            pause = _after(error, pause)
            log.warning("asking Telegram again in %.0f s: %s", pause, error)
            await _sleep(stop, pause)


async def _ask(bot: Bot, offset: int, wait: int) -> list[dict[str, Any]]:
    """The updates as they are, for ours are read from plain JSON."""
    answer = await bot.do_api_request(
        "getUpdates",
        {"offset": offset, "timeout": wait, "limit": _MOST, "allowed_updates": list(ALLOWED)},
        read_timeout=wait + 10,
    )
    return [one for one in answer if isinstance(one, dict) and isinstance(one.get("update_id"), int)]


def _after(error: Exception, pause: float) -> float:
    if isinstance(error, RetryAfter):
        return seconds(error)
    if isinstance(error, Conflict):
        log.error("somebody else polls with this token, or a webhook is set: billhook telegram info")
    return min(pause * 2, _LONGEST_PAUSE)


async def _sleep(stop: asyncio.Event, pause: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), pause)
    except TimeoutError:
        return
