"""The VAT groups that a document froze, as rows; each database opens JSON in its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

Part = Callable[..., sa.ColumnElement[Any]]


def tax_rows(document: sa.ColumnElement[Any], postgresql: bool) -> tuple[Any, Part]:
    """A table to join, and what reads a part of its row by a path."""
    if postgresql:
        groups = sa.func.jsonb_extract_path(document, "totals", "tax_rows")
        rows = sa.func.jsonb_array_elements(groups).table_valued("value", name="tax_row").render_derived()
        return rows, lambda *path: sa.func.jsonb_extract_path_text(rows.c.value, *path)
    rows = sa.func.json_each(document, "$.totals.tax_rows").table_valued("value", name="tax_row")
    return rows, lambda *path: sa.func.json_extract(rows.c.value, "$." + ".".join(path))
