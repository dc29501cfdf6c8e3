"""Lets the engines of one run share what each would have to find out anew: most offices are open for a second only."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.util import LRUCache

_STATEMENTS = 4000
_PLAIN = (bool, int, str, tuple, type(None))
_known: dict[Any, tuple[sa.Dialect, LRUCache[Any, Any]]] = {}
_unmet: set[Any] = set()


@cache
def begin() -> None:
    """For this process and from here on, and for its copies. The programs that tests start otherwise share nothing."""
    event.listen(sa.Engine, "engine_connect", _share)


def prepare(dialect: sa.Dialect) -> None:
    """What engines of other databases have rendered so far is rendered for this one, which no server was met with."""
    rendered: LRUCache[Any, Any] = LRUCache(_STATEMENTS)
    unmet: Any = dialect
    unmet._backslash_escapes = False
    for statements in [statements for _dialect, statements in _known.values()]:
        for (_dialect, _key, columns, _translated, many), compiled in statements.items():
            # An upsert is another statement for each database.
            with suppress(sa.exc.CompileError, AttributeError):
                compiled.statement._compile_w_cache(
                    unmet, compiled_cache=rendered, column_keys=list(columns), for_executemany=many
                )
    _known[_kind(unmet)] = unmet, rendered
    _unmet.add(_kind(unmet))


def _share(connection: sa.Connection) -> None:
    """Engines of one kind render a statement alike, so the first one does it for all."""
    own: Any = connection.dialect
    engine: Any = connection.engine
    kind = _kind(own)
    connection.dialect, engine._compiled_cache = _known.setdefault(kind, (own, LRUCache(_STATEMENTS)))
    if kind in _unmet:
        _unmet.discard(kind)
        # What the server told it when it was met: its version, the length of a name, and the like.
        told = {name: value for name, value in vars(own).items() if isinstance(value, _PLAIN)}
        vars(connection.dialect).update(told)


def _kind(dialect: Any) -> tuple[Any, ...]:
    return type(dialect), dialect._json_serializer, dialect._json_deserializer
