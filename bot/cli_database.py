"""The commands that work on the database as a whole: migrate, backup, restore and demo."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import sqlalchemy as sa

from bot import settings as settings_of
from bot.logs import log_to_file, redact
from bot.settings import Settings
from core.errors import N_, Conflict, Unavailable
from handlers.words import _
from storage import archive
from storage import backup as files
from storage import migrate as schema

_DENIED = "42501"
"""PostgreSQL's code for a role that may not do what was asked."""


_UNUSABLE = (sa.exc.OperationalError, sa.exc.InterfaceError, asyncpg.PostgresError, OSError, TimeoutError)


@contextmanager
def reaching(settings: Settings) -> Iterator[None]:
    """Turn what a driver says about a database that cannot be used into one sentence; a bug stays a bug."""
    try:
        yield
    except _UNUSABLE as error:
        raise _unreachable(error, settings) from error
    except sa.exc.DatabaseError as error:
        # The bare class is SQLite's word for a file that is none of its own, or damaged.
        if type(error) is not sa.exc.DatabaseError and getattr(error.orig, "sqlstate", "") != _DENIED:
            raise
        raise _unreachable(error, settings) from error


def _unreachable(error: BaseException, settings: Settings) -> Unavailable:
    cause = getattr(error, "orig", None) or error
    reason = redact(" ".join(str(cause).split()), settings.secrets).rpartition(">: ")[2]
    reason = re.sub(r"^\[Errno -?\d+\] ", "", reason)
    return Unavailable(
        N_("The database cannot be used: {reason}. Check DATABASE_URL."),
        1,
        reason=reason.rstrip(".") or type(cause).__name__,
    )


def migrate() -> int:
    settings = loaded()
    with reaching(settings):
        schema.upgrade(settings.database_url)
    say(_("The database is at schema {revision}.", revision=schema.HEAD))
    return 0


def check() -> int:
    """Raises Conflict, so that a deployment stops, when the schema is not exactly the one of this release."""
    settings = loaded()
    with reaching(settings):
        revision = current_revision(settings)
        if revision != schema.HEAD:
            raise Conflict(
                N_(
                    "The database is at schema {revision} and this release needs {head}. Run: billhook migrate"
                ),
                revision=revision or "0",
                head=schema.HEAD,
            )
        differences = schema.drift(settings.database_url)
    if differences:
        raise Conflict(
            N_("The database is at schema {head}, but differs from it in {count} places, first: {first}"),
            head=schema.HEAD,
            count=len(differences),
            first=" ".join(str(differences[0]).split())[:200],
        )
    say(_("The database is at schema {revision} and nothing differs.", revision=revision))
    return 0


def current_revision(settings: Settings) -> str | None:
    """None for a database without tables. Looking does not create an SQLite file."""
    path = settings.sqlite_path
    if path is not None and not path.is_file():
        return None
    return asyncio.run(schema.revision(settings.database_url))


def backup_to(file: str) -> int:
    settings = loaded()
    path = Path(file).absolute()
    if not path.parent.is_dir():
        raise Conflict(N_("There is no folder {folder}."), folder=path.parent)
    with reaching(settings):
        counts = asyncio.run(files.backup(settings.database_url, path))
    say(_("Saved {rows} rows to {file}.", rows=total_of(counts), file=path))
    return 0


def restore_from(file: str) -> int:
    """As the chat does, an SQLite database is first brought to this release's schema."""
    settings = loaded()
    path = Path(file).absolute()
    archive.verify(path)
    with reaching(settings):
        if settings.is_sqlite and current_revision(settings) != schema.HEAD:
            schema.upgrade(settings.database_url)
        counts = asyncio.run(files.restore(settings.database_url, path))
    say(_("Restored {rows} rows from {file}.", rows=total_of(counts), file=path))
    return 0


def demo() -> int:
    settings = loaded()
    # The sample data is a program of its own that the other commands never need.
    from bot.demo import run  # noqa: PLC0415

    with reaching(settings):
        say(run(settings))
    return 0


def loaded() -> Settings:
    settings = settings_of.load()
    log_to_file(settings)
    return settings


def total_of(counts: Counter[str]) -> str:
    return f"{counts.total():,}"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
