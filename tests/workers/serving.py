"""`billhook serve` or `worker` with a clock that begins at any time and messages that follow each other fast.

python -m tests.workers.serving BEGIN PACE [--no-worker | --worker-alone] [--unguided]

The settings come from the environment. BEGIN is the instant at which the clock starts, or `now`; PACE the seconds
between two messages to a chat, or `real`. With --unguided people are asked as in the terminal.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot import settings as settings_of
from bot.logs import log_to_stderr
from bot.platforms import mail_of
from bot.settings import Settings
from bot.slack import send as slack
from bot.slack.setup import slack_of
from bot.telegram.limits import Pace
from bot.telegram.send import Telegram
from bot.telegram.setup import bot_of
from bot.web.serve import serve
from bot.worker import engine_of, opened, stop_on_signals, work
from core.ports import Clock
from handlers.platform import Platform
from storage.engine import Storage


class BegunClock:
    """core.ports.Clock that runs on from another moment."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=time.monotonic() - self._started)


def main(begin: str, pace: str, *flags: str) -> None:
    settings = settings_of.load()
    log_to_stderr(settings)
    clock: Clock | None = (
        None if begin == "now" else BegunClock(datetime.fromisoformat(begin).astimezone(UTC))
    )
    platforms = _platforms(settings, pace, guided="--unguided" not in flags)
    if "--worker-alone" in flags:
        asyncio.run(_work(settings, platforms, clock))
    else:
        serve(settings, "--no-worker" not in flags, platforms, clock)


def _platforms(settings: Settings, pace: str, guided: bool) -> Callable[[Storage], list[Platform]]:
    real = pace == "real"

    def made(storage: Storage) -> list[Platform]:
        platforms: list[Platform] = []
        if settings.telegram_bot_token:
            quick = Pace() if real else Pace(float(pace) / 20, float(pace), float(pace))
            platforms.append(Telegram(bot_of(settings), quick, guided=guided))
        if settings.slack:
            platforms.append(slack_of(settings, storage, slack.Pace() if real else slack.Pace(float(pace))))
        return [*platforms, *mail_of(settings)]

    return made


async def _work(
    settings: Settings, platforms: Callable[[Storage], list[Platform]], clock: Clock | None
) -> None:
    stop = stop_on_signals()
    engine = engine_of(settings)
    async with opened(settings, engine, platforms, clock) as app:
        await work(app, engine, stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
