"""Connections: one Storage per process, one transaction per `work()`, and what each database needs for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import N_, Conflict, Unavailable
from core.ports import Clock
from storage.inline import connect_inline
from storage.turns import Turns
from storage.vault import Vault
from storage.work import SqlWork

APP_ROLE = "billhook_app"
"""On PostgreSQL every session acts as this role, which owns nothing, so row-level security binds it."""

FIRST = 5
"""Connections of a process that are kept for what a platform waits for: its other work may hold all the rest."""
_READERS = 4
"""How many read at a time on SQLite, where each needs a thread of its own."""
_READS_ONLY = "billhook_reads_only"
_BUSY_SECONDS = 30
_UNREACHABLE = (OperationalError, InterfaceError, OSError, TimeoutError)
_PASSING = ("08", "40", "53", "57")
"""Classes of SQLSTATE that another try may get past: connection, deadlock, resources, the operator's doing."""


def async_url(url: str) -> sa.URL:
    """The public form (`sqlite:///PATH`, `postgres://`, `postgresql://`) with the driver chosen by us."""
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    raise ValueError(
        f"DATABASE_URL: {backend} is no database Billhook knows; use sqlite:/// or postgresql://"
    )


def create_engine(
    url: str, pool_size: int = 10, as_app: bool = True, json_as_text: bool = True
) -> AsyncEngine:
    """An engine for either database; `as_app=False` keeps the login role, for migrations only.

    `json_as_text=False` leaves JSON to the driver: SQLAlchemy's reflection reads the catalogue with it.
    """
    target = async_url(url)
    options: dict[str, Any] = {"json_serializer": _as_is, "json_deserializer": _as_is} if json_as_text else {}
    if target.get_backend_name() == "sqlite":
        if target.database:
            Path(target.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(
            target, connect_args={"timeout": _BUSY_SECONDS, "async_creator_fn": connect_inline}, **options
        )
        _prepare_sqlite(engine)
        return engine
    query, connect = _connecting(target, as_app)
    return create_async_engine(
        target.set(query=query), pool_size=pool_size, max_overflow=0, pool_timeout=_BUSY_SECONDS,
        connect_args=connect, **options,
    )  # fmt: skip


def _connecting(target: sa.URL, as_app: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is left of the URL's query, and what the driver is told about roles and encryption."""
    query = dict(target.query)
    connect: dict[str, Any] = {"server_settings": {"role": APP_ROLE} if as_app else {}}
    if "sslmode" in query:
        # What hosted databases write in their URLs is libpq's word for it.
        connect["ssl"] = query.pop("sslmode")
    query.pop("channel_binding", None)
    return query, connect


def driver_options(url: str) -> dict[str, Any]:
    """For asyncpg alone, without SQLAlchemy: a connection that listens, or holds a lock of its session."""
    target = async_url(url)
    query, connect = _connecting(target, as_app=True)
    plain = target.set(drivername="postgresql", query=query)
    return {"dsn": plain.render_as_string(hide_password=False), **connect}


def _as_is(value: Any) -> Any:
    return value


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """WAL, foreign keys, and BEGIN IMMEDIATE for all that may write: a read that later writes must not find the lock
    taken.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reads_only = connection.get_execution_options().get(_READS_ONLY)
        begin = "BEGIN" if reads_only else "BEGIN IMMEDIATE"
        driver: Any = connection.connection.driver_connection
        if not driver.begins_at_once(begin):
            connection.exec_driver_sql(begin)


class Storage:
    """The process's one way to its database."""

    def __init__(
        self, url: str, clock: Clock, pool_size: int = 10, keys: Sequence[str] = (), sells: bool = False
    ) -> None:
        """`keys` open the stored secrets of others, the newest first. Raises ValueError for one that is none.

        An install that sells plans counts what is used of them; any other counts and limits nothing.
        """
        self._vault = Vault(keys)
        self.sells = sells
        self.engine = create_engine(url, pool_size)
        # Opened when they are first used: a process that acknowledges nothing holds none of them.
        self._first = self.engine if self.engine.dialect.name == "sqlite" else create_engine(url, FIRST)
        self._reading = self.engine.execution_options(**{_READS_ONLY: True, "postgresql_readonly": True})
        one_moment = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._seeing_one_moment = self._reading.execution_options(**one_moment)
        self.clock = clock
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # On PostgreSQL the second one works up to the counter while the first one commits, which is half as much
        # again; more would only hold connections that others need. SQLite has one writer at a time.
        self._turns = Turns(1 if self.is_sqlite else 2)
        self._readers = Turns(_READERS)

    @asynccontextmanager
    async def work(self, turn: str = "", first: bool = False) -> AsyncIterator[SqlWork]:
        """One transaction: committed when the block ends, rolled back when it raises.

        `turn` names what its writers queue for in this process, usually the business; on SQLite, which has one
        writer at a time, everybody queues for the same. `first` is for what a platform waits for: it passes
        whatever is queued, and on PostgreSQL has connections of its own.
        """
        engine = self._first if first else self.engine
        queues = self.is_sqlite or bool(turn)
        async with self._turns.of("" if self.is_sqlite else turn, first) if queues else _nothing():
            with translated():
                async with engine.begin() as connection:
                    work = SqlWork(connection, self.clock, self._vault, self.sells)
                    yield work
            for call in work.after_commit:
                call()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlWork]:
        """One transaction that changes nothing and is rolled back: on SQLite it waits for no writer, and no writer
        waits for it.
        """
        async with self._readers.of("") if self.is_sqlite else _nothing():
            with translated():
                async with self._reading.connect() as connection:
                    yield SqlWork(connection, self.clock, self._vault, self.sells)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[SqlWork]:
        """Like `reading`, and every statement sees the same moment; on SQLite that is always so."""
        async with self._readers.of("") if self.is_sqlite else _nothing():
            with translated():
                async with self._seeing_one_moment.connect() as connection:
                    yield SqlWork(connection, self.clock, self._vault, self.sells)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare transaction for housekeeping outside any business."""
        async with self._turns.of("") if self.is_sqlite else _nothing():
            with translated():
                async with self.engine.begin() as connection:
                    yield connection

    async def close(self) -> None:
        await self.engine.dispose()
        await self._first.dispose()


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


class translated:  # noqa: N801 - reads as a word where it is used
    """Turn the driver's errors into ours at the edge of the transaction.

    SQLAlchemy wraps what a statement raises; what connecting raises comes through bare.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError):
            raise Conflict(N_("Somebody else changed this at the same moment. Please try again.")) from error
        lost = isinstance(error, DBAPIError) and (
            error.connection_invalidated or str(getattr(error.orig, "sqlstate", "")).startswith(_PASSING)
        )
        # By its module, for importing asyncpg costs a chat on SQLite a tenth of a second.
        refused = error is not None and type(error).__module__.startswith("asyncpg.")
        if lost or refused or isinstance(error, _UNREACHABLE):
            raise Unavailable(N_("The database does not answer. Please try again in a moment."), 1) from error
