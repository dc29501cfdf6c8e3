"""Lets the engines of one run share what each would have to find out anew: most offices are open for a second only."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import aiosqlite
import sqlalchemy as sa
from aiosqlite.core import Connection
from sqlalchemy import event
from sqlalchemy.util import LRUCache

_STATEMENTS = 4000
_WAITS = ("BEGIN", "PRAGMA")
"""How statements begin that may have to wait for the lock of the database; with it, no other one does."""

_in_its_thread: Any = Connection._execute
_connect: Any = aiosqlite.connect


@cache
def begin() -> None:
    """For this process and from here on. The programs that tests start share nothing."""
    event.listen(sa.Engine, "engine_connect", partial(_share, {}))
    setattr(Connection, "_execute", _execute)  # noqa: B010 - a type checker sees no method replaced
    aiosqlite.connect = _from_any_thread


def _share(known: dict[Any, tuple[sa.Dialect, LRUCache[Any, Any]]], connection: sa.Connection) -> None:
    """Engines of one kind render a statement alike, so the first one does it for all."""
    own: Any = connection.dialect
    kind = (type(own), own._json_serializer, own._json_deserializer)
    engine: Any = connection.engine
    connection.dialect, engine._compiled_cache = known.setdefault(kind, (own, LRUCache(_STATEMENTS)))


async def _execute(connection: Any, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """SQLite's own calls here and now: to hand each one to aiosqlite's thread and back takes longer than the call.

    What may wait goes there as ever, or it would keep whoever holds the lock from letting go; and so does what comes
    behind it on the same connection.
    """
    there: set[object] = vars(connection).setdefault("_there", set())
    if not there and given and str(given[0]).startswith("BEGIN") and _begins_at_once(connection, work, given):
        # As after a hop: here others get their turn.
        await asyncio.sleep(0)
        return None
    if there or (given and str(given[0]).startswith(_WAITS)):
        call = partial(work, *given, **named)
        there.add(call)

        def wait() -> Any:
            try:
                return call()
            finally:
                there.discard(call)

        return await _in_its_thread(connection, wait)
    if not connection._running or not connection._connection:
        raise ValueError("Connection closed")
    return work(*given, **named)


def _begins_at_once(connection: Any, work: Callable[..., Any], given: tuple[Any, ...]) -> bool:
    """Whether nobody held the lock, so that nothing had to be waited for."""
    database: sqlite3.Connection = connection._conn
    (patience,) = database.execute("PRAGMA busy_timeout").fetchone()
    database.execute("PRAGMA busy_timeout=0")
    try:
        work(*given)
    except sqlite3.OperationalError:
        return False
    finally:
        database.execute(f"PRAGMA busy_timeout={patience}")
    return True


def _from_any_thread(*given: Any, **named: Any) -> Any:
    return _connect(*given, **{**named, "check_same_thread": False})
