"""Exchange rates by day; one row each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.rates import OLDEST, ExchangeRate, RateSource
from storage.scope import Scope
from storage.tables import exchange_rate as table

_MINE = table.c.business_id == sa.bindparam("tenant")
_WITHIN = table.c.rated_on.between(sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date))
_LISTED = (
    sa.select(table)
    .where(_MINE, _WITHIN)
    .order_by(table.c.rated_on.desc(), table.c.base, table.c.quote, table.c.source)
    .limit(sa.bindparam("most"))
)
_NEAR = sa.select(table).where(
    _MINE,
    _WITHIN,
    table.c.base.in_(sa.bindparam("codes", expanding=True)),
    table.c.quote.in_(sa.bindparam("codes", expanding=True)),
)
_OTHER_WAY_ROUND = sa.delete(table).where(
    table.c.business_id == sa.bindparam("tenant"),
    table.c.rated_on == sa.bindparam("day", type_=sa.Date),
    table.c.base == sa.bindparam("is_quote"),
    table.c.quote == sa.bindparam("is_base"),
    table.c.source == sa.bindparam("is_source"),
)


def _keep(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["business_id", "rated_on", "base", "quote", "source"],
        set_={"rate": insert.excluded.rate},
    )


_KEEP = {True: _keep(postgresql.insert(table)), False: _keep(sqlite.insert(table))}


class SqlRates:
    """core.rates.Rates."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def keep(self, rates: Sequence[ExchangeRate]) -> None:
        for rate in rates:
            if rate.source is RateSource.TYPED:
                await self._scope.mine(
                    _OTHER_WAY_ROUND, day=rate.on, is_quote=rate.quote, is_base=rate.base, is_source=rate.source.value
                )  # fmt: skip
        business_id = self._scope.business_id
        rows = [
            {"business_id": business_id, "rated_on": rate.on, "base": rate.base, "quote": rate.quote,
             "source": rate.source.value, "rate": f"{rate.rate:f}"}
            for rate in rates
        ]  # fmt: skip
        await self._scope.run_many(_KEEP[self._scope.postgresql], rows)

    async def list_between(self, first: date, last: date, limit: int) -> Sequence[ExchangeRate]:
        return [_rate(row) for row in await self._scope.mine(_LISTED, first=first, last=last, most=limit)]

    async def find_near(self, currencies: Sequence[str], on: date) -> Sequence[ExchangeRate]:
        rows = await self._scope.mine(_NEAR, first=on - OLDEST, last=on, codes=list(currencies))
        return [_rate(row) for row in rows]


def _rate(row: sa.Row[Any]) -> ExchangeRate:
    return ExchangeRate(row.base, row.quote, row.rated_on, Decimal(row.rate), RateSource(row.source))
