"""SQLite without a change of threads for what never waits: a statement of some microseconds is not worth two of them.

aiosqlite runs every call in a thread of its own, four for each statement. What may wait, for the lock or for the disk,
still goes there: a lock that somebody else holds, committing, closing, the pragmas, and what is done many times over;
and so does what is marked as long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite
import sqlalchemy as sa

_LONG = "/* long */"
_PLAIN = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
_OF_A_CURSOR = frozenset({"fetchone", "fetchmany", "fetchall", "close"})
_OF_A_CONNECTION = frozenset({"cursor", "rollback"})


class Connection(aiosqlite.Connection):
    """Within a transaction that has begun nothing waits any more: an immediate one holds the lock."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], patience: float) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._patience = int(patience * 1000)
        # A process that ends without closing it does not wait for it.
        self._thread.daemon = True

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._running and self._connection:
            verb = _verb(fn, args)
            if verb in _PLAIN or (not verb and _is_quick(fn)):
                return fn(*args, **kwargs)
            if verb == "BEGIN" and self._begins_at_once(fn, args):
                # What executes is a cursor's method, which a Callable's type does not say; aiosqlite has no types.
                return fn.__self__  # type: ignore[attr-defined]
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _begins_at_once(self, begin: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        """False where somebody else holds the lock. Within a process writers queue for it (storage/turns.py)."""
        self._conn.execute("PRAGMA busy_timeout=0")
        try:
            begin(*args)
        except sqlite3.OperationalError:
            return False
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={self._patience}")
        return True


def _verb(fn: Callable[..., Any], args: tuple[Any, ...]) -> str:
    """The first word of what a cursor is to execute; of anything else nothing."""
    if fn.__name__ != "execute" or not args:
        return ""
    verb, _space, rest = str(args[0]).lstrip().partition(" ")
    return "" if rest.startswith(_LONG) else verb.upper()


def _is_quick(fn: Callable[..., Any]) -> bool:
    of_a_cursor = isinstance(getattr(fn, "__self__", None), sqlite3.Cursor)
    return fn.__name__ in (_OF_A_CURSOR if of_a_cursor else _OF_A_CONNECTION)


def long(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Marks what reads so much that nobody else in the process could be answered meanwhile."""
    return statement.prefix_with(_LONG, dialect="sqlite")


def connect_inline(database: str, *, timeout: float, **options: Any) -> aiosqlite.Connection:
    """As aiosqlite.connect; `timeout` is how many seconds the lock is waited for.

    The loop and the thread never use a connection at the same time.
    """
    asked = {**options, "timeout": timeout, "check_same_thread": False}
    return Connection(lambda: sqlite3.connect(database, **asked), timeout)
