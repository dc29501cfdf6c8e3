"""Bring a database to the newest schema, and tell whether it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from storage.engine import create_engine

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0017"
"""The newest revision; a test holds it against the migration files, so that no start has to import Alembic."""

Result = TypeVar("Result")
_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(url: str) -> None:
    """Run every migration the database has not seen."""
    asyncio.run(upgrade_async(url))


async def upgrade_async(url: str) -> None:
    from alembic import command  # noqa: PLC0415 - costs 0.7 s, and a database that is up to date never needs it

    await _with_config(url, lambda config: command.upgrade(config, "head"))


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The job queue's tables are PgQueuer's affair; a test holds them against the version that is installed."""
    return kind != "table" or name is None or not name.startswith("pgqueuer")


def drift(url: str) -> list[Any]:
    """What storage/tables.py has and the migrations do not make, or the other way round; empty when they agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    from storage.tables import metadata  # noqa: PLC0415

    def compare(connection: sa.Connection) -> list[Any]:
        options = {"compare_type": True, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    return asyncio.run(_with_connection(url, compare))


async def revision(url: str) -> str | None:
    """The revision the database is at, None for an empty one."""

    def read(connection: sa.Connection) -> str | None:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()

    return await _with_connection(url, read)


async def _with_config(url: str, act: Callable[[Config], None]) -> None:
    from alembic.config import Config  # noqa: PLC0415

    def run(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.attributes["connection"] = connection
        act(config)

    await _with_connection(url, run)


async def _with_connection(url: str, act: Callable[[sa.Connection], Result]) -> Result:
    engine = create_engine(url, pool_size=1, as_app=False, json_as_text=False)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(act)
    finally:
        await engine.dispose()
