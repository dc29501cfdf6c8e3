"""Products: whole aggregates, found by the names and codes that lines hold, searched, and paged by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from core.product import Product, key
from core.views import Cursor, Page
from storage.codec import decode, encode
from storage.paging import as_uuid, page_of
from storage.scope import Scope, by_id, versioned_update
from storage.tables import product

_MINE: sa.ColumnElement[bool] = product.c.business_id == sa.bindparam("tenant")
_LIVE = sa.and_(_MINE, product.c.archived_at.is_(None))
_ARCHIVED = sa.and_(_MINE, product.c.archived_at.is_not(None))
_ROWS = sa.select(product.c.id, product.c.search, product.c.data, product.c.version)
_ADD = sa.insert(product)
_GET = _ROWS.where(by_id(product))
_SAVE = versioned_update(product, "search", "code", "archived_at", "data")
_REMOVE = sa.delete(product).where(by_id(product), product.c.version == sa.bindparam("seen"))


def _among(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam("keys", expanding=True))


# Two halves, so that each is read from the index of its column.
_NAMED = sa.union_all(
    _ROWS.where(_LIVE, _among(product.c.search)),
    _ROWS.where(_LIVE, sa.text("code <> ''"), _among(product.c.code)),
)


def _search(among: sa.ColumnElement[bool]) -> sa.Select[Any]:
    pattern: sa.BindParameter[str] = sa.bindparam("pattern")
    return (
        _ROWS.where(
            among,
            sa.or_(product.c.search.like(pattern, escape="\\"), product.c.code.like(pattern, escape="\\")),
        )
        .order_by(product.c.search, product.c.id)
        .limit(sa.bindparam("most"))
    )


_SEARCH = {True: _search(_LIVE), False: _search(_ARCHIVED)}
_EDGE = sa.tuple_(product.c.search, product.c.id)
_MARK = sa.tuple_(sa.bindparam("mark"), sa.bindparam("mark_id", type_=sa.Uuid))
_LISTED = _ROWS.where(_LIVE)
_FIRST = _LISTED.order_by(product.c.search, product.c.id).limit(sa.bindparam("most"))
_AFTER = _FIRST.where(_EDGE > _MARK)
_BEFORE = (
    _LISTED.where(_EDGE < _MARK)
    .order_by(product.c.search.desc(), product.c.id.desc())
    .limit(sa.bindparam("most"))
)


class SqlProducts:
    """core.product.Products."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, new: Product) -> None:
        await self._scope.insert(
            _ADD, id=new.id, version=new.version, search=key(new.name), code=key(new.code),
            archived_at=new.archived_at, data=encode(new),
        )  # fmt: skip

    async def get(self, product_id: UUID) -> Product:
        return product_of(await self._scope.get(_GET, "product", key=product_id))

    async def save(self, changed: Product) -> Product:
        await self._scope.update(
            _SAVE, key=changed.id, seen=changed.version, new_search=key(changed.name), new_code=key(changed.code),
            new_archived_at=changed.archived_at, new_data=encode(changed),
        )  # fmt: skip
        return replace(changed, version=changed.version + 1)

    async def remove(self, gone: Product) -> None:
        await self._scope.update(_REMOVE, key=gone.id, seen=gone.version)

    async def find_named(self, keys: Sequence[str]) -> Sequence[Product]:
        rows = (await self._scope.mine(_NAMED, keys=list(keys))).all()
        return [product_of(row) for row in {row.id: row for row in rows}.values()]

    async def search(self, text: str, limit: int, live: bool = True) -> Sequence[Product]:
        pattern = key(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = await self._scope.mine(_SEARCH[live], pattern=f"%{pattern}%", most=limit)
        return [product_of(row) for row in rows]

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[Product]:
        mark, _, mark_id = cursor.key.rpartition("/") if cursor else ("", "", "")
        statement = _FIRST if cursor is None else _BEFORE if cursor.backwards else _AFTER
        values: dict[str, Any] = {"most": limit + 1}
        if cursor:
            values |= {"mark": mark, "mark_id": as_uuid(mark_id)}
        rows = (await self._scope.mine(statement, **values)).all()
        return page_of(rows, limit, cursor, product_of, lambda row: f"{row.search}/{row.id.hex}")


def product_of(row: sa.Row[Any]) -> Product:
    return replace(cast(Product, decode(Product, row.data)), version=row.version)
