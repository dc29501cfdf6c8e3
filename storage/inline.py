"""SQLite without a change of threads for what never waits: a statement of some microseconds is not worth two of them.

aiosqlite runs every call in a thread of its own, four for each statement. What may wait, for the lock or for the disk,
still goes there: beginning, committing, closing, the pragmas, and what is done many times over.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

_PLAIN = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
_OF_A_CURSOR = frozenset({"fetchone", "fetchmany", "fetchall", "close"})
_OF_A_CONNECTION = frozenset({"cursor", "rollback"})


class Connection(aiosqlite.Connection):
    """Within a transaction that has begun nothing waits any more: an immediate one holds the lock."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._running and self._connection and _is_quick(fn, args):
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]


def _is_quick(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    name: str = getattr(fn, "__name__", "")
    if not isinstance(getattr(fn, "__self__", None), sqlite3.Cursor):
        return name in _OF_A_CONNECTION
    if name == "execute":
        return str(args[0]).lstrip().partition(" ")[0].upper() in _PLAIN
    return name in _OF_A_CURSOR


def connect_inline(database: str, **options: Any) -> aiosqlite.Connection:
    """As aiosqlite.connect. The loop and the thread never use it at the same time."""
    connection = Connection(lambda: sqlite3.connect(database, **{**options, "check_same_thread": False}), 64)
    # A process that ends without closing it does not wait for it.
    connection._thread.daemon = True
    return connection
