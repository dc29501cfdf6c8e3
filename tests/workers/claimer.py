"""One tick and then death: whoever claimed what had come due never comes to do it.

python -m tests.workers.claimer BEGIN; the settings come from the environment, BEGIN is what the clock shows.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from datetime import UTC, datetime

from bot import settings as settings_of
from bot.logs import log_to_stderr
from bot.worker import engine_of, opened
from tests.workers.serving import BegunClock

log = logging.getLogger(__name__)


async def claim(begin: str) -> None:
    settings = settings_of.load()
    log_to_stderr(settings)
    clock = BegunClock(datetime.fromisoformat(begin).astimezone(UTC))
    async with opened(settings, engine_of(settings), [], clock) as app:
        found = await app.tick()
        log.info("the worker has started, claimed %s and dies", found)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(claim(*sys.argv[1:]))
