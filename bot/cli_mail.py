"""`billhook bounce`: a mail server pipes in what came back, one message at a time."""

from __future__ import annotations

import asyncio
import sys

from bot import settings as settings_of
from bot.cli_database import reaching
from bot.jobs import PostgresJobs
from bot.logs import log_to_file
from bot.mail.bounces import MOST_BYTES, Bounce, read_bounce
from bot.settings import Settings
from bot.settling import Settling
from bot.system import SystemClock, SystemIds
from core.errors import N_, Unavailable
from core.ports import Jobs, NoJobs
from handlers.background.trouble import Troubles
from handlers.mailing import recipient
from handlers.telling import chat_ref
from handlers.words import _
from storage import migrate
from storage.engine import Storage


def run() -> int:
    """Exit code 0 also for what is no bounce of ours: the server would else bounce the bounce."""
    settings = settings_of.load()
    log_to_file(settings)
    content = sys.stdin.buffer.read(MOST_BYTES + 1) if sys.stdin else b""
    bounce = read_bounce(content)
    if bounce is None:
        sys.stdout.write(_("This tells of no letter that failed.") + "\n")
        return 0
    with reaching(settings):
        known = asyncio.run(_note(settings, bounce))
    said = _("The letter is marked as failed.") if known else _("No letter of ours is meant.")
    sys.stdout.write(said + "\n")
    return 0


async def _note(settings: Settings, bounce: Bounce) -> bool:
    if await migrate.revision(settings.database_url) != migrate.HEAD:
        raise Unavailable(N_("The database has another schema than this release. Run: billhook migrate"), 60)
    # On SQLite, whoever owns the file finds what is to be told within a minute.
    jobs: Jobs = NoJobs() if settings.is_sqlite else PostgresJobs(settings.database_url)
    storage = Storage(settings.database_url, SystemClock(), pool_size=1, keys=settings.secret_keys)
    try:
        return await note_bounce(storage, jobs, bounce)
    finally:
        await storage.close()


async def note_bounce(storage: Storage, jobs: Jobs, bounce: Bounce) -> bool:
    """False when it names none of our letters, another recipient, or one that was known to have failed.

    Anybody can write a bounce. But only who got a letter, or carried it, knows its Message-ID.
    """
    settling = Settling(storage, jobs, Troubles(storage.clock, SystemIds(), jobs).tell)
    async with storage.work() as work:
        row = await work.outbox.find_sent(bounce.message_id)
        if row is None or recipient(chat_ref(row.chat)).lower() not in bounce.recipients:
            return False
        if not await work.outbox.bounce(row.id, bounce.reason):
            return False
        await settling.came_back(work, row, bounce.reason)
        return True
