"""The job queue's tables are exactly what the installed PgQueuer wants, so that an upgrade of it cannot go unseen."""

from __future__ import annotations

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from storage.engine import driver_options


async def test_the_migrated_queue_needs_no_upgrade(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)

    plan = await Queries(AsyncpgDriver(connection)).plan_upgrade()

    await connection.close()
    assert plan.statements == ()


async def test_the_application_s_role_may_use_it_and_nothing_more(postgres_url: str) -> None:
    connection = await asyncpg.connect(**driver_options(postgres_url))

    role = await connection.fetchval("SELECT current_user")
    rights = await connection.fetch(
        "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) AS rights "
        "FROM information_schema.role_table_grants WHERE grantee = 'billhook_app' AND table_name LIKE 'pgqueuer%' "
        "GROUP BY table_name ORDER BY table_name"
    )

    await connection.close()
    assert role == "billhook_app"
    assert {tuple(row) for row in rights} == {
        (name, "DELETE INSERT SELECT UPDATE")
        for name in ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")
    }
