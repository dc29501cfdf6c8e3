"""Very many invoices at once: the database makes the rows itself, which is faster than sending them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bench.ledger import Ledger
from storage.engine import async_url

LATE, LATER, NOT_YET = date(2024, 6, 1), date(2025, 6, 1), date(2099, 6, 1)
FEW = 50


def todays(count: int) -> dict[str, date]:
    """On which day how many of that many invoices are overdue: 50 of them, or one in a hundred."""
    by_size = [date(2024, 12, 31), date(2025, 12, 31)]
    if count // 100 < FEW:
        by_size.reverse()
    return dict(zip((f"{FEW} overdue", "1 % overdue"), by_size, strict=True))


# Of a hundred invoices five are open, three are drafts, one is void and the rest is paid. Ids count up like
# those of the product. The lists never read `draft` and `document`, so those are nearly empty.
_COLUMNS = (
    "business_id, id, version, client_id, state, number, currency, total_minor, paid_minor, issued_on, due_on, "
    "created_at, issued_at, void_reason, draft, document"
)
_ROW = """
SELECT :business, {id}, 1, :client,
       CASE WHEN n % 100 = 97 THEN 'void' WHEN n % 100 > 97 THEN 'draft' ELSE 'issued' END,
       CASE WHEN n % 100 > 97 THEN NULL ELSE '2023-' || n END,
       'EUR', 10000 + n, CASE WHEN {open} THEN 0 WHEN n % 100 > 96 THEN 0 ELSE 10000 + n END,
       CASE WHEN n % 100 > 97 THEN NULL ELSE {day} END,
       CASE WHEN n % 100 > 97 THEN NULL WHEN {rank} < :few THEN {late} WHEN {rank} < :more THEN {later}
            ELSE {not_yet} END,
       {now}, CASE WHEN n % 100 > 97 THEN NULL ELSE {now} END, '', '{{}}',
       CASE WHEN n % 100 > 97 THEN NULL ELSE '{{}}' END
FROM {numbers}
"""
_OPEN = "(n % 100 < 5 OR n < 60)"
# The place among the open ones: the first 60, then five of each hundred.
_RANK = f"(CASE WHEN NOT {_OPEN} THEN 99999999 WHEN n < 60 THEN n ELSE 60 + (n / 100) * 5 + n % 100 END)"


def _statement(postgresql: bool) -> str:
    if postgresql:
        return _ROW.format(
            open=_OPEN, rank=_RANK, id="('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
            day="date '2024-01-01'", late="date '2024-06-01'", later="date '2025-06-01'", not_yet="date '2099-06-01'",
            now="timestamptz '2024-01-01 09:00:00Z'", numbers="generate_series(0, :count - 1) AS n",
        ).replace("'{}'", "'{}'::jsonb")  # fmt: skip
    return (
        "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count - 1)"
        + _ROW.format(
            open=_OPEN, rank=_RANK, id="'00000000000070008000' || printf('%012x', n)",
            day="'2024-01-01'", late="'2024-06-01'", later="'2025-06-01'", not_yet="'2099-06-01'",
            now="'2024-01-01 09:00:00.000000'", numbers="numbers",
        )
    )  # fmt: skip


async def fill(url: str, ledgers: dict[int, Ledger]) -> None:
    """Give each ledger as many invoices as its key says, then let the database look at what it has."""
    engine = create_async_engine(async_url(url))
    postgresql = engine.dialect.name == "postgresql"
    begin = "INSERT INTO invoice (" + _COLUMNS + ") "
    if not postgresql:
        # SQLite wants the common table expression after the INSERT, which is where it stands.
        begin = "INSERT INTO invoice (" + _COLUMNS + ") "
    statement = sa.text(begin + _statement(postgresql)).bindparams(
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
