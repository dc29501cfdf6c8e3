"""Parts of frozen documents that are read one by one, where sums made by the database would not do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.tax import TaxCategory


def part(document: sa.ColumnElement[Any], postgresql: bool, *path: str) -> sa.ColumnElement[Any]:
    """As JSON text; of what is not there, nothing or the word null."""
    if postgresql:
        return sa.cast(sa.func.jsonb_extract_path(document, *path), sa.Text)
    return sa.cast(sa.func.json_extract(document, "$." + ".".join(path)), sa.Text)


def groups_of(row: sa.Row[Any]) -> Iterator[tuple[TaxCategory, Decimal, int, int]]:
    """The VAT groups in `tax_rows`, net and VAT, without what the deposits in `prepaid` have invoiced before."""
    before: dict[str, tuple[int, int]] = {}
    for deposit in json.loads(row.prepaid or "null") or ():
        for one in deposit["tax_rows"]:
            key = json.dumps(one["tax"])
            net, tax = before.get(key, (0, 0))
            before[key] = (net + one["basis"]["minor"], tax + one["amount"]["minor"])
    for one in json.loads(row.tax_rows):
        net, tax = before.get(json.dumps(one["tax"]), (0, 0))
        yield (
            TaxCategory(one["tax"]["category"]), Decimal(one["tax"]["rate"]), one["basis"]["minor"] - net,
            one["amount"]["minor"] - tax,
        )  # fmt: skip
