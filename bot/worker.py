"""`billhook worker`: what has to be done without anybody asking, once a minute until the process is stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from bot import settings as settings_of
from bot.cli_database import reaching
from bot.logs import log_to_stderr
from bot.settings import Settings
from bot.wiring import App
from core.errors import Unavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0


class Tidies(Protocol):
    """What the worker needs of bot.wiring.App."""

    async def tidy(self) -> None: ...


def run() -> int:
    settings = settings_of.load()
    log_to_stderr(settings)
    asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    stop = stop_on_signals()
    async with opened(settings) as app:
        await work(app, stop)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[App]:
    """The app without any chat platform of its own."""
    with reaching(settings):
        app = await App.open(settings, [])
    try:
        yield app
    finally:
        await app.close()


async def work(app: Tidies, stop: asyncio.Event, every: float = EVERY_SECONDS) -> None:
    """Tidy now and then each minute; a database that does not answer is tried again next time."""
    log.info("the worker has started")
    while not stop.is_set():
        try:
            await app.tidy()
        except Unavailable as error:
            log.warning("tidying was put off: %s", error)
        try:
            await asyncio.wait_for(stop.wait(), every)
        except TimeoutError:
            continue
    log.info("the worker has stopped")


def stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C, so that the work in hand is finished first."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    # Python's own handlers work on every system; they wake the loop through call_soon_threadsafe.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
