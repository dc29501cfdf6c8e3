"""`billhook serve` or `worker` as the driver runs it: its clock is told from outside, and its death is noticed soon.

python -m tests.faults.driver.process ROLE CLOCK HEARTBEAT PACE; the settings come from the environment.

ROLE is web, worker or both. CLOCK names the file that tells the time to every process alike (tests/faults/driver/
clock.py), so that days pass in a minute, and clocks jump. A worker that was silent for HEARTBEAT seconds is dead.
PACE is the seconds between two messages to a chat.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot import settings as settings_of
from bot.jobs import PostgresJobs
from bot.logs import log_to_stderr
from bot.mail.setup import mail_of
from bot.settings import Settings
from bot.stripe.catching_up import CATCH_UP_JOB
from bot.telegram.limits import Pace
from bot.telegram.send import Telegram
from bot.telegram.setup import bot_of
from bot.web.serve import serve
from bot.wiring import App
from bot.worker import SWEEP_AFTER, opened, stop_on_signals, work
from core.errors import Unavailable
from core.ports import Work
from handlers.platform import Platform
from tests.faults.driver.clock import ToldClock

TICK_SECONDS = 0.5
"""By the minute of the database the tick would come too seldom for a run of one. Each worker has a scheduler of its
own beside that, and all of them tick at the same moments.
"""

ASK_SECONDS = 3.0


class ToldJobs(PostgresJobs):
    """Whose delays are as short as the time of the rows that they are about goes fast."""

    def __init__(self, url: str, heartbeat: timedelta, clock: ToldClock) -> None:
        super().__init__(url, heartbeat)
        self._clock = clock

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        await super().enqueue_many(work, name, keys, delay / self._clock.speed, urgent)


def platforms(settings: Settings, clock: ToldClock, pace: float) -> list[Platform]:
    telegram = Telegram(bot_of(settings), Pace(pace / 20, pace, pace))
    return [telegram, *([mail_of(settings, clock)] if settings.smtp_url else [])]


async def run_worker(settings: Settings, clock: ToldClock, heartbeat: float, pace: float) -> None:
    stop = stop_on_signals()
    engine = ToldJobs(settings.database_url, timedelta(seconds=heartbeat), clock)
    async with opened(settings, engine, platforms(settings, clock, pace), clock) as app:
        others = [asyncio.create_task(tick(app)), asyncio.create_task(ask_stripe(app))]
        await work(app, engine, stop)
        for other in others:
            other.cancel()


async def tick(app: App) -> None:
    while True:
        await asyncio.sleep(TICK_SECONDS - time.time() % TICK_SECONDS)
        try:
            await app.tick()
            await app.sweep(SWEEP_AFTER)
        except Unavailable:
            continue


async def ask_stripe(app: App) -> None:
    """What Stripe did not tell; once in five minutes, as it is done elsewhere, no run lasts."""
    while app.cashier:
        await asyncio.sleep(ASK_SECONDS)
        with contextlib.suppress(Unavailable):
            await app.cashier.acts[CATCH_UP_JOB]("")


def main(role: str, clock: str, heartbeat: str, pace: str) -> None:
    settings = settings_of.load()
    log_to_stderr(settings)
    told = ToldClock(Path(clock))
    if role == "worker":
        asyncio.run(run_worker(settings, told, float(heartbeat), float(pace)))
    else:
        serve(settings, role == "both", platforms(settings, told, float(pace)), told)


if __name__ == "__main__":
    main(*sys.argv[1:])
