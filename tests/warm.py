"""Lets the engines of one run share what each would have to find out anew: most offices are open for a second only."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.util import LRUCache

_STATEMENTS = 4000


@cache
def begin() -> None:
    """For this process and from here on. The programs that tests start share nothing."""
    event.listen(sa.Engine, "engine_connect", partial(_share, {}))


def _share(known: dict[Any, tuple[sa.Dialect, LRUCache[Any, Any]]], connection: sa.Connection) -> None:
    """Engines of one kind render a statement alike, so the first one does it for all."""
    own: Any = connection.dialect
    kind = (type(own), own._json_serializer, own._json_deserializer)
    engine: Any = connection.engine
    connection.dialect, engine._compiled_cache = known.setdefault(kind, (own, LRUCache(_STATEMENTS)))
