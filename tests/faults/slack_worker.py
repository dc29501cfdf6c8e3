"""`billhook worker` for Slack whose clock runs fast, alike in every process, and whose death is noticed soon.

python -m tests.faults.slack_worker SINCE SPEED HEARTBEAT [PACE], the first three as in tests/faults/worker.py; PACE is
the seconds between two messages to a conversation.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from bot import settings as settings_of
from bot.jobs import PostgresJobs
from bot.logs import log_to_stderr
from bot.settings import Settings
from bot.slack.send import Pace
from bot.slack.setup import slack_of
from bot.worker import opened, stop_on_signals, work
from tests.faults.worker import FastClock

QUICK = "0.02"


async def run(settings: Settings, clock: FastClock, heartbeat: timedelta, pace: Pace) -> None:
    stop = stop_on_signals()
    engine = PostgresJobs(settings.database_url, heartbeat)
    async with opened(settings, engine, lambda storage: [slack_of(settings, storage, pace)], clock) as app:
        await work(app, engine, stop)


def main(since: str, speed: str, heartbeat: str, pace: str = QUICK) -> None:
    settings = settings_of.load()
    log_to_stderr(settings)
    clock = FastClock(float(since), float(speed))
    asyncio.run(run(settings, clock, timedelta(seconds=float(heartbeat)), Pace(float(pace))))


if __name__ == "__main__":
    main(*sys.argv[1:])
