"""Rows with a name that may be archived, clients and products: found by a part of it, paged in its order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from core.views import Cursor, Page
from storage.paging import as_uuid, page_of
from storage.scope import Scope

Named = TypeVar("Named")


class ByName:
    """The statements over one table, whose `search` holds the name as it is looked for. Built once, at import."""

    def __init__(self, table: sa.Table) -> None:
        mine = table.c.business_id == sa.bindparam("tenant")
        self.live = sa.and_(mine, table.c.archived_at.is_(None))
        self.archived = sa.and_(mine, table.c.archived_at.is_not(None))
        self.rows = sa.select(table.c.id, table.c.search, table.c.data, table.c.version)
        listed, most = self.rows.where(self.live), sa.bindparam("most", type_=sa.Integer)
        edge = sa.tuple_(table.c.search, table.c.id)
        mark = sa.tuple_(sa.bindparam("mark"), sa.bindparam("mark_id", type_=sa.Uuid))
        self._first = listed.order_by(table.c.search, table.c.id).limit(most)
        self._after = self._first.where(edge > mark)
        self._before = (
            listed.where(edge < mark).order_by(table.c.search.desc(), table.c.id.desc()).limit(most)
        )

    async def page(
        self, scope: Scope, cursor: Cursor | None, limit: int, read: Callable[[sa.Row[Any]], Named]
    ) -> Page[Named]:
        """Of the live ones."""
        if cursor is None:
            rows = await scope.mine(self._first, most=limit + 1)
        else:
            statement = self._before if cursor.backwards else self._after
            mark, _slash, mark_id = cursor.key.rpartition("/")
            rows = await scope.mine(statement, most=limit + 1, mark=mark, mark_id=as_uuid(mark_id))
        return page_of(rows.all(), limit, cursor, read, lambda row: f"{row.search}/{row.id.hex}")


def anywhere(text: str) -> str:
    """The pattern of a LIKE, with a backslash as its escape, that finds this text in any place."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
