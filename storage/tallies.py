"""Sums that all processes add to: about thirty rows a day, which are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import tally

Counts = Mapping[tuple[str, str], float]
"""By name and labels."""

_KEY = ["name", "labels", "day"]
_SINCE = tally.c.day >= sa.bindparam("since", type_=sa.Date)
_TOTALS = (
    sa.select(tally.c.name, tally.c.labels, sa.func.sum(tally.c.value).label("value"))
    .where(_SINCE)
    .group_by(tally.c.name, tally.c.labels)
)


def _adding(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=_KEY, set_={"value": tally.c.value + insert.excluded.value}
    )


_ADD = {
    "sqlite": _adding(sqlite.insert(tally)),
    "postgresql": _adding(postgresql.insert(tally)),
}


async def add(connection: AsyncConnection, day: date, counts: Counts) -> None:
    # Everybody in the same order, or two processes would wait for each other.
    rows = [
        {"name": name, "labels": labels, "day": day, "value": value}
        for (name, labels), value in sorted(counts.items())
    ]
    await connection.execute(_ADD[connection.dialect.name], rows)


async def totals(connection: AsyncConnection, since: date = date.min) -> dict[str, dict[str, float]]:
    """By name, then by labels: everything that was counted on that day and later."""
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in await connection.execute(_TOTALS, {"since": since}):
        found[row.name][row.labels] = row.value
    return found
