"""Very many invoices at once: the database makes the rows itself, which is faster than sending them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bench.ledger import Ledger
from storage.engine import async_url

FEW = 50


def todays(count: int) -> dict[str, date]:
    """On which day how many of that many invoices are overdue: 50 of them, or one in a hundred."""
    by_size = [date(2024, 12, 31), date(2025, 12, 31)]
    if count // 100 < FEW:
        by_size.reverse()
    return dict(zip((f"{FEW} overdue", "1 % overdue"), by_size, strict=True))


# Of a hundred invoices five are open, two are drafts, one is void and the rest is paid. Ids count up like
# those of the product. The lists never read `draft` and `document`, so those are nearly empty.
_FILL = """
INSERT INTO invoice (business_id, id, version, client_id, state, number, currency, total_minor, paid_minor,
                     issued_on, due_on, created_at, issued_at, void_reason, draft, document)
{numbers}
SELECT :business, {id}, 1, :client,
       CASE WHEN n % 100 = 97 THEN 'void' WHEN n % 100 > 97 THEN 'draft' ELSE 'issued' END,
       CASE WHEN n % 100 <= 97 THEN '2023-' || n END,
       'EUR', 10000 + n, CASE WHEN rank IS NOT NULL OR n % 100 > 96 THEN 0 ELSE 10000 + n END,
       CASE WHEN n % 100 <= 97 THEN {day} '2024-01-01' END,
       CASE WHEN n % 100 > 97 THEN NULL WHEN rank < :few THEN {day} '2024-06-01'
            WHEN rank < :more THEN {day} '2025-06-01' ELSE {day} '2099-06-01' END,
       {now}, CASE WHEN n % 100 <= 97 THEN {now} END, '', {json},
       CASE WHEN n % 100 <= 97 THEN {json} END
FROM (SELECT n, CASE WHEN n < 60 THEN n WHEN n % 100 < 5 THEN 60 + n / 100 * 5 + n % 100 END AS rank
      FROM numbers) AS ranked
"""
_POSTGRES = _FILL.format(
    numbers="WITH numbers AS (SELECT n FROM generate_series(0, :count - 1) AS n)", day="date",
    id="('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid", json="'{}'::jsonb",
    now="timestamptz '2024-01-01 09:00:00Z'",
)  # fmt: skip
_SQLITE = _FILL.format(
    numbers="WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count - 1)",
    day="", id="'00000000000070008000' || printf('%012x', n)", json="'{}'", now="'2024-01-01 09:00:00.000000'",
)  # fmt: skip


async def fill(url: str, ledgers: dict[int, Ledger]) -> None:
    """Give each ledger as many invoices as its key says, then let the database look at what it has."""
    engine = create_async_engine(async_url(url))
    postgresql = engine.dialect.name == "postgresql"
    statement = sa.text(_POSTGRES if postgresql else _SQLITE).bindparams(
        sa.bindparam("business", type_=sa.Uuid), sa.bindparam("client", type_=sa.Uuid)
    )
    try:
        async with engine.begin() as connection:
            for count, ledger in ledgers.items():
                few, more = sorted((FEW, count // 100))
                values = {"business": ledger.business.id, "client": ledger.client.id}
                await connection.execute(statement, {**values, "count": count, "few": few, "more": more})
        async with engine.connect() as connection:
            bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await bare.exec_driver_sql("VACUUM ANALYZE invoice" if postgresql else "ANALYZE")
    finally:
        await engine.dispose()
