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
    found: dict[tuple[TaxCategory, Decimal], tuple[int, int]] = {}
    parts = [(1, json.loads(row.tax_rows))]
    # A deposit may have a group that the invoice of the rest has lost when it was edited.
    parts += [(-1, deposit["tax_rows"]) for deposit in json.loads(row.prepaid or "null") or ()]
    for sign, rows in parts:
        for one in rows:
            key = (TaxCategory(one["tax"]["category"]), Decimal(one["tax"]["rate"]))
            net, tax = found.get(key, (0, 0))
            found[key] = (net + sign * one["basis"]["minor"], tax + sign * one["amount"]["minor"])
    for (category, rate), (net, tax) in found.items():
        yield category, rate, net, tax
