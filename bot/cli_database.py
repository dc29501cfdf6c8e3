"""The commands that work on the database as a whole: migrate, backup, restore and demo."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import sqlalchemy as sa

from bot import settings as settings_of
from bot.logs import redact
from bot.settings import Settings
from core.errors import N_, Unavailable
from storage import migrate as schema


@contextmanager
def reaching(settings: Settings) -> Iterator[None]:
    """Turn what a driver says about a database that cannot be reached into one sentence."""
    try:
        yield
    except (
        sa.exc.OperationalError,
        sa.exc.InterfaceError,
        asyncpg.PostgresError,
        OSError,
        TimeoutError,
    ) as error:
        cause = getattr(error, "orig", None) or error
        reason = redact(" ".join(str(cause).split()), settings.secrets) or type(cause).__name__
        raise Unavailable(
            N_("The database cannot be reached: {reason}. Check DATABASE_URL."), 1, reason=reason.rstrip(".")
        ) from error


def migrate() -> int:
    settings = settings_of.load()
    with reaching(settings):
        schema.upgrade(settings.database_url)
    sys.stdout.write(f"The database is at schema {schema.HEAD}.\n")
    return 0
