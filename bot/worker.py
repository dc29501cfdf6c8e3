"""`billhook worker`: answers what came in, delivers what waits, and tidies up, until the process is stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from bot import settings as settings_of
from bot.cli_database import reaching
from bot.jobs import MemoryJobs, PostgresJobs
from bot.logs import log_to_stderr
from bot.platforms import platforms_of
from bot.settings import Settings
from bot.wiring import App, Platforms
from core.errors import Unavailable
from core.ports import BUSINESS_JOB, CHAT_JOB, Clock

log = logging.getLogger(__name__)

DRAIN_SECONDS = 25.0
"""Less than the half minute after which process managers kill."""
SWEEP_AFTER = timedelta(minutes=15)
"""On PostgreSQL jobs outlive their process: what waits longer than any back-off of the engine was forgotten."""
OWNER_SWEEP_SECONDS = 2.0
"""On SQLite another process may have stored what this one's memory knows nothing of."""
_OWNER_SWEEP_AFTER = timedelta(seconds=2)
_TIDY_TICKS = 10

Engine = PostgresJobs | MemoryJobs


def run() -> int:
    settings = settings_of.load()
    log_to_stderr(settings)
    asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    stop = stop_on_signals()
    engine = engine_of(settings)
    async with opened(settings, engine) as app:
        await work(app, engine, stop)


def engine_of(settings: Settings) -> Engine:
    return MemoryJobs() if settings.is_sqlite else PostgresJobs(settings.database_url)


@asynccontextmanager
async def opened(
    settings: Settings,
    engine: Engine | None = None,
    platforms: Platforms | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[App]:
    """The app with every platform that is configured, unless it is given others."""
    with reaching(settings):
        app = await App.open(
            settings, partial(platforms_of, settings) if platforms is None else platforms, engine, clock
        )
    beside = [asyncio.create_task(app.tally.keep(app.storage)), asyncio.create_task(app.learn_prices())]
    try:
        yield app
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await app.close()


async def work(app: App, engine: Engine, stop: asyncio.Event, drain: float = DRAIN_SECONDS) -> None:
    """Until `stop` is set; then what is in hand is finished, for as long as a process manager waits."""
    app.end_with(stop)
    engine.on(CHAT_JOB, app.converse)
    engine.on(BUSINESS_JOB, app.run_business)
    for name, act in (app.cashier.acts if app.cashier else {}).items():
        engine.on(name, act)
    engine.every_minute(_Minute(app, engine).tick)
    log.info("the worker has started")
    beginning = asyncio.create_task(_own(app, stop) if isinstance(engine, MemoryJobs) else _begin(app))
    working = asyncio.create_task(engine.run(stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    _done, late = await asyncio.wait((working,), timeout=drain)
    if late:
        log.warning("some work was not finished in time; the next process takes it over")
        working.cancel()
    beginning.cancel()
    # Its connection is given back before the storage is closed.
    await asyncio.gather(beginning, return_exceptions=True)
    await asyncio.gather(working, return_exceptions=bool(late))
    log.info("the worker has stopped")


class _Minute:
    """What the fleet does once a minute."""

    def __init__(self, app: App, engine: Engine) -> None:
        self._app = app
        self._engine = engine
        self._ticks = 0

    async def tick(self) -> None:
        try:
            await self._app.tick()
            if self._app.cashier:
                await self._app.cashier.tick()
            found = await self._app.sweep(SWEEP_AFTER)
            if found:
                log.warning("%s chats were left waiting and are taken up again", found)
            if self._ticks % _TIDY_TICKS == 0:
                await self._app.tidy()
            await self._engine.forget_done()
        except Unavailable as error:
            log.warning("tidying was put off: %s", error)
        self._ticks += 1


async def _begin(app: App) -> None:
    """What came due while no worker was there need not wait for the next minute."""
    try:
        await app.tick()
    except Unavailable as error:
        log.warning("the database does not answer: %s", error)


async def _own(app: App, stop: asyncio.Event) -> None:
    """The owner of an SQLite file looks for itself: first for everything a killed process left."""
    older, woken = timedelta(0), True
    while not stop.is_set():
        try:
            await app.sweep(older)
            if woken:
                await app.tick(older)
            older, woken = _OWNER_SWEEP_AFTER, False
        except Unavailable as error:
            log.warning("the database does not answer: %s", error)
        try:
            await asyncio.wait_for(stop.wait(), OWNER_SWEEP_SECONDS)
        except TimeoutError:
            continue


def stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C, so that the work in hand is finished first."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    # Python's own handlers work on every system; they wake the loop through call_soon_threadsafe.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
