"""SQLite without a change of threads for what never waits: a statement of some microseconds is not worth two of them.

aiosqlite runs every call in a thread of its own, four for each statement. What may wait, for the lock or for the disk,
still goes there: a lock that somebody else holds, committing, closing, the pragmas, and what is done many times over;
and so does what is marked as long.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import aiosqlite
import sqlalchemy as sa

_LONG = "/* long */"
_PLAIN = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
_OF_A_CURSOR = frozenset({"fetchone", "fetchmany"})


def never_waits(sql: str) -> bool:
    """Within a transaction; true of no pragma, and of nothing that is marked as long."""
    verb, _space, rest = sql.lstrip().partition(" ")
    return verb.upper() in _PLAIN and not rest.startswith(_LONG)


class Cursor(aiosqlite.Cursor):
    """One whose quick calls are made at once."""

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> aiosqlite.Cursor:
        if not never_waits(sql):
            return await super().execute(sql, parameters)
        # aiosqlite takes any iterable where sqlite3's types want a sequence or a mapping; it passes it on as it is.
        self._cursor.execute(sql, parameters or ())  # type: ignore[arg-type]
        return self

    async def fetchall(self) -> Iterable[sqlite3.Row]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class Connection(aiosqlite.Connection):
    """Within a transaction that has begun nothing waits any more: an immediate one holds the lock."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], patience: float) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._patience = int(patience * 1000)
        self._changes = 0
        """How many rows it had changed when the transaction began."""
        # A process that ends without closing it does not wait for it.
        self._thread.daemon = True

    # aiosqlite's own is a context first and a cursor when entered; this one is both at once.
    def cursor(self) -> Cursor:  # type: ignore[override]
        """Entered as a context, as aiosqlite's own is, it is there already."""
        return Cursor(self, self._conn.cursor())

    def at_once(self, sql: str, values: Sequence[Any]) -> tuple[list[Any], int]:
        """The rows, and how many were changed; for what never waits."""
        cursor = self._conn.execute(sql, values)
        return cursor.fetchall(), cursor.rowcount

    async def commit(self) -> None:
        """The disk is waited for only where something was changed."""
        if self._conn.total_changes == self._changes:
            self._conn.commit()
        else:
            await super().commit()

    async def rollback(self) -> None:
        self._conn.rollback()

    def stop(self) -> asyncio.Future[Any] | None:
        """Once: SQLAlchemy stops what it is closing when that is cancelled, and a thread that has ended answers nobody,
        so whoever closes would wait for ever.
        """
        return super().stop() if self._running else None

    def begins_at_once(self, begin: str) -> bool:
        """False where somebody else holds the lock. Within a process writers queue for it (storage/turns.py)."""
        self._conn.execute("PRAGMA busy_timeout=0")
        try:
            self._conn.execute(begin)
            self._changes = self._conn.total_changes
        except sqlite3.OperationalError:
            return False
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={self._patience}")
        return True

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._running and self._connection and fn.__name__ in _OF_A_CURSOR:
            return fn(*args, **kwargs)
        # The library's own method says nothing of its types.
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]


def long(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Marks what reads so much that nobody else in the process could be answered meanwhile."""
    return statement.prefix_with(_LONG, dialect="sqlite")


def connect_inline(database: str, *, timeout: float, **options: Any) -> aiosqlite.Connection:
    """As aiosqlite.connect; `timeout` is how many seconds the lock is waited for.

    The loop and the thread never use a connection at the same time.
    """
    asked = {**options, "timeout": timeout, "check_same_thread": False}
    return Connection(lambda: sqlite3.connect(database, **asked), timeout)
