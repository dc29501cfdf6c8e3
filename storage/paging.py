"""Turn the rows of a keyset query into a page with cursors to its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from core.views import Cursor, Page

Row = TypeVar("Row")


def page_of(
    rows: Sequence[sa.Row[Any]],
    limit: int,
    cursor: Cursor | None,
    read: Callable[[sa.Row[Any]], Row],
    key: Callable[[sa.Row[Any]], str],
) -> Page[Row]:
    """`rows` are up to `limit + 1`, in the direction of the cursor; the extra one tells that there is more."""
    more = len(rows) > limit
    shown = list(rows[:limit])
    backwards = cursor is not None and cursor.backwards
    if backwards:
        shown.reverse()
    has_before = more if backwards else cursor is not None
    has_after = bool(shown) if backwards else more
    return Page(
        tuple(read(row) for row in shown),
        before=str(Cursor(key(shown[0]), backwards=True)) if has_before and shown else None,
        after=str(Cursor(key(shown[-1]))) if has_after and shown else None,
    )


def as_uuid(text: str) -> UUID:
    """A cursor comes back from outside: what is no id stands before every row."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
