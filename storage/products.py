"""Products: whole aggregates, found by the names and codes that lines hold, searched, and paged by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from core.product import Product, key
from core.views import Cursor, Page
from storage.by_name import ByName, anywhere
from storage.codec import decode, encode
from storage.scope import Scope, by_id, versioned_delete, versioned_update
from storage.tables import product

_NAMES = ByName(product)
_ADD = sa.insert(product)
_GET = _NAMES.rows.where(by_id(product))
_SAVE = versioned_update(product, "search", "code", "archived_at", "data")
_REMOVE = versioned_delete(product)


def _among(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam("keys", expanding=True))


# Two halves, so that each is read from the index of its column.
_NAMED = sa.union_all(
    _NAMES.rows.where(_NAMES.live, _among(product.c.search)),
    _NAMES.rows.where(_NAMES.live, sa.text("code <> ''"), _among(product.c.code)),
)


def _search(among: sa.ColumnElement[bool]) -> sa.Select[Any]:
    pattern: sa.BindParameter[str] = sa.bindparam("pattern")
    return (
        _NAMES.rows.where(
            among,
            sa.or_(product.c.search.like(pattern, escape="\\"), product.c.code.like(pattern, escape="\\")),
        )
        .order_by(product.c.search, product.c.id)
        .limit(sa.bindparam("most"))
    )


_SEARCH = {True: _search(_NAMES.live), False: _search(_NAMES.archived)}


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
        rows = await self._scope.mine(_SEARCH[live], pattern=anywhere(key(text)), most=limit)
        return [product_of(row) for row in rows]

    async def list_page(self, cursor: Cursor | None, limit: int) -> Page[Product]:
        return await _NAMES.page(self._scope, cursor, limit, product_of)


def product_of(row: sa.Row[Any]) -> Product:
    return replace(cast(Product, decode(Product, row.data)), version=row.version)
