"""`billhook worker` whose clock runs fast, alike in every process, and whose death is noticed soon.

python -m tests.faults.worker SINCE SPEED HEARTBEAT; the settings come from the environment. Since the Unix time
SINCE the clock runs SPEED times as fast as others; a worker that was silent for HEARTBEAT seconds is dead.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta

from bot import settings as settings_of
from bot.jobs import PostgresJobs
from bot.logs import log_to_stderr
from bot.settings import Settings
from bot.telegram.limits import Pace
from bot.telegram.send import Telegram
from bot.telegram.setup import bot_of
from bot.worker import opened, stop_on_signals, work

QUICK = Pace(0.001, 0.02, 0.02)


class FastClock:
    """core.ports.Clock of a world in which a minute passes in a second or two."""

    def __init__(self, since: float, speed: float) -> None:
        self._since = since
        self._speed = speed

    def now(self) -> datetime:
        passed = (time.time() - self._since) * self._speed
        return datetime.fromtimestamp(self._since, UTC) + timedelta(seconds=passed)


async def run(settings: Settings, clock: FastClock, heartbeat: timedelta) -> None:
    stop = stop_on_signals()
    engine = PostgresJobs(settings.database_url, heartbeat)
    async with opened(settings, engine, [Telegram(bot_of(settings), QUICK)], clock) as app:
        await work(app, engine, stop)


def main(since: str, speed: str, heartbeat: str) -> None:
    settings = settings_of.load()
    log_to_stderr(settings)
    asyncio.run(run(settings, FastClock(float(since), float(speed)), timedelta(seconds=float(heartbeat))))


if __name__ == "__main__":
    main(*sys.argv[1:])
