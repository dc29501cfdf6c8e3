"""Arrays inside frozen documents as rows; each database opens JSON in its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

Part = Callable[..., sa.ColumnElement[Any]]


def tax_rows(document: sa.ColumnElement[Any], postgresql: bool) -> tuple[Any, Part]:
    """The VAT groups: a table to join, and what reads a part of its row by a path."""
    return array(document, postgresql, "tax_row", "totals", "tax_rows")


def array(value: sa.ColumnElement[Any], postgresql: bool, name: str, *path: str) -> tuple[Any, Part]:
    """Likewise, for any array; the row's `value` may hold another one."""
    if postgresql:
        found = sa.func.jsonb_array_elements(sa.func.jsonb_extract_path(value, *path))
        rows = found.table_valued(sa.column("value", JSONB), name=name).render_derived()
        return rows, lambda *inner: sa.func.jsonb_extract_path_text(rows.c.value, *inner)
    rows = sa.func.json_each(value, "$." + ".".join(path)).table_valued("value", name=name)
    return rows, lambda *inner: sa.func.json_extract(rows.c.value, "$." + ".".join(inner))
