"""Very many businesses at once, with nothing but what the tick reads of them; the database makes the rows itself."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from storage.engine import async_url

# Seven of ten have their next moment within the coming day, the others have switched everything off.
_POSTGRES = (
    """
    INSERT INTO business (business_id, version, name, data)
    SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'Studio ' || n, '{}'
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
    """,
    """
    INSERT INTO agenda (business_id, zone, digest_at, digest_days, look_at, since, digest_on, digest_next, look_next,
                        next_at)
    SELECT id, 'Europe/Berlin', '09:00', CASE WHEN n % 10 < 7 THEN 'all' ELSE 'off' END, NULL, '2026-01-01',
           '2026-03-01', next_at, NULL, next_at
    FROM (SELECT n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
                 CASE WHEN n % 10 < 7 THEN now() + interval '1 hour' + n % 80000 * interval '1 second' END AS next_at
          FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n) AS fleet
    """,
)
_SQLITE = (
    """
    WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
    INSERT INTO business (business_id, version, name, data)
    SELECT '00000000000070008000' || printf('%012x', n), 1, 'Studio ' || n, '{}' FROM numbers
    """,
    """
    WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
    INSERT INTO agenda (business_id, zone, digest_at, digest_days, look_at, since, digest_on, digest_next, look_next,
                        next_at)
    SELECT '00000000000070008000' || printf('%012x', n), 'Europe/Berlin', '09:00:00.000000',
           CASE WHEN n % 10 < 7 THEN 'all' ELSE 'off' END, NULL, '2026-01-01', '2026-03-01', next_at, NULL, next_at
    FROM (SELECT n, CASE WHEN n % 10 < 7
                    THEN strftime('%Y-%m-%d %H:%M:%S', 'now', '+' || (3600 + n % 80000) || ' seconds') || '.000000'
                    END AS next_at FROM numbers)
    """,
)
_DUE = {
    True: "UPDATE agenda SET digest_on = '2026-03-01', digest_next = now(), next_at = now() "
    "WHERE business_id IN (SELECT business_id FROM agenda WHERE digest_days = 'all' LIMIT :count)",
    False: "UPDATE agenda SET digest_on = '2026-03-01', digest_next = '2026-03-02 08:00:00.000000', "
    "next_at = '2026-03-02 08:00:00.000000' "
    "WHERE business_id IN (SELECT business_id FROM agenda WHERE digest_days = 'all' LIMIT :count)",
}


class Fleet:
    """Grows, and lets as many of its businesses as are wanted come due."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(async_url(url))
        self._postgresql = self._engine.dialect.name == "postgresql"
        self._size = 0

    async def grow_to(self, size: int) -> None:
        async with self._engine.begin() as connection:
            for statement in _POSTGRES if self._postgresql else _SQLITE:
                await connection.execute(sa.text(statement), {"first": self._size + 1, "last": size})
        self._size = size
        await self._tidy()

    async def come_due(self, count: int) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(sa.text("DELETE FROM digest_run"))
            if self._postgresql:
                await connection.execute(sa.text("TRUNCATE pgqueuer, pgqueuer_log"))
            await connection.execute(sa.text(_DUE[self._postgresql]), {"count": count})
        await self._tidy()

    async def close(self) -> None:
        await self._engine.dispose()

    async def _tidy(self) -> None:
        async with self._engine.connect() as connection:
            bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await bare.exec_driver_sql("VACUUM ANALYZE agenda" if self._postgresql else "ANALYZE")
