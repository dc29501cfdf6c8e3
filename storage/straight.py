"""A statement that was executed before goes straight to the driver: what SQLAlchemy finds out about it stays the same.

The first execution is SQLAlchemy's own and shows how the statement reads on this database, which value goes where, and
what becomes of a row. From then on only the values differ, and finding out the rest anew takes several times as long as
SQLite takes to answer. Errors are handed back to SQLAlchemy, which knows what they mean and which connection is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.inline import never_waits

_NO_COLUMNS = SimpleResultMetaData(())


class Found(IteratorResult[Any]):
    """The rows of a statement, and how many it changed."""

    def __init__(self, columns: Any, rows: Sequence[Any], rowcount: int) -> None:
        super().__init__(columns, iter(rows))
        self.rowcount = rowcount


Answer = Found | sa.CursorResult[Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """One place for a value: named by whoever executes the statement, or the same each time."""

    name: str | None
    convert: Callable[[Any], Any] | None = None
    always: Any = None


@dataclass(frozen=True, slots=True)
class _Known:
    sql: str
    places: tuple[_Place, ...]
    columns: Any

    def filled(self, values: Mapping[str, Any]) -> list[Any]:
        return [
            place.always if place.name is None
            else values[place.name] if place.convert is None
            else place.convert(values[place.name])
            for place in self.places
        ]  # fmt: skip


_Shapes = dict[tuple[str, ...], _Known | None]
_STALE = ("InvalidCachedStatementError", "InternalServerError")
_known: WeakKeyDictionary[Any, WeakKeyDictionary[sa.Executable, _Shapes]] = WeakKeyDictionary()
"""By dialect, statement and the names of the values; None is what SQLAlchemy has to render each time."""


class Straight:
    """One connection of SQLAlchemy's."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._sync = cast("Any", connection.sync_connection)
        self._is_sqlite = self._sync.dialect.name == "sqlite"
        self._listeners = self._sync.engine.dispatch
        known = _known.get(self._sync.dialect)
        if known is None:
            known = _known[self._sync.dialect] = WeakKeyDictionary()
        self._known = known

    async def execute(self, statement: sa.Executable, values: Mapping[str, Any]) -> Answer:
        names = tuple(values)
        shapes = self._known.get(statement)
        known = shapes.get(names) if shapes else None
        # Only SQLAlchemy begins a transaction, and tells a listener what the driver is given.
        if known is None or not self._sync.in_transaction() or self._listeners.before_cursor_execute:
            result = await self._connection.execute(statement, values)
            if shapes is None or names not in shapes:
                self._known.setdefault(statement, {})[names] = _learnt(statement, values, result)
            return result
        try:
            filled = known.filled(values)
        except Exception:
            # What the type of a value raises is SQLAlchemy's to report.
            return await self._connection.execute(statement, values)
        for listen in self._listeners.before_execute:
            listen(self._sync, statement, [], values, {})
        try:
            if self._is_sqlite:
                return Found(
                    known.columns, *self._sync.connection.driver_connection.at_once(known.sql, filled)
                )
            return Found(known.columns, *await self._asked(known.sql, filled))
        except BaseException as error:
            await self._connection.run_sync(_fail, error, known.sql, filled)
            raise

    async def _asked(self, sql: str, filled: list[Any]) -> tuple[Sequence[Any], int]:
        """By SQLAlchemy's cursor, which begins the transaction at last and keeps what was prepared."""
        cursor = self._sync.connection.dbapi_connection.cursor()
        cursor._invalidate_schema_cache_asof = self._sync.dialect._invalidate_schema_cache_asof
        await cursor._prepare_and_execute(sql, filled)
        return cursor.fetchall(), cursor.rowcount


def _fail(sync: Any, error: BaseException, sql: str, filled: list[Any]) -> None:
    """With SQLAlchemy's own error, and without a connection that is lost or was left in the middle of an answer."""
    driver = sync.dialect.loaded_dbapi
    # Some other process may have migrated since this one prepared its statements.
    if isinstance(error, tuple(getattr(driver, name) for name in _STALE if hasattr(driver, name))):
        sync.dialect._invalidate_schema_cache()
    try:
        raise error
    except BaseException:
        told = sql if isinstance(error, driver.Error) else None
        sync._handle_dbapi_exception(error, told, filled, None, None)


def _learnt(statement: Any, values: Mapping[str, Any], result: Any) -> _Known | None:
    context, compiled = result.context, result.context.compiled
    if (
        statement._execution_options
        or compiled.insert_prefetch or compiled.update_prefetch or compiled.implicit_returning
        or any(bind.callable for bind in compiled.bind_names)
        or compiled.literal_execute_params
        or any(bind.key in values for bind in compiled.post_compile_params)
        # Without it the order of the columns is not known from the statement alone.
        or (result.returns_rows and compiled._cached_metadata is None)
        or (context.dialect.name == "sqlite" and not never_waits(context.statement))
    ):  # fmt: skip
        return None
    names = compiled.positiontup
    if compiled.post_compile_params:
        # A list that the statement itself holds: each of its values has a place of its own.
        lists = dict(context.compiled_parameters[0])
        for name, parts in context._expanded_parameters.items():
            lists[name] = [lists[part] for part in parts]
        names = compiled._process_parameters_for_postcompile(lists).positiontup
    keys = {name: bind.key for bind, name in compiled.bind_names.items()}
    places = tuple(
        _Place(given, compiled._bind_processors.get(name))
        if (given := _given(keys.get(name), name, values)) is not None
        else _Place(None, always=filled)
        for name, filled in zip(names, context.parameters[0], strict=True)
    )
    return _Known(context.statement, places, result._metadata if result.returns_rows else _NO_COLUMNS)


def _given(key: str | None, name: str, values: Mapping[str, Any]) -> str | None:
    """Under which name the value is given, looked up as SQLAlchemy does."""
    return next((found for found in (key, name) if found is not None and found in values), None)
