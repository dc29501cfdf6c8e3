"""On PostgreSQL the application acts as a role that owns nothing and may do no more than it needs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from storage.engine import Storage
from storage.tables import TENANT_TABLES, metadata
from tests.fakes.clock import FixedClock

APPEND_ONLY = {"audit", "document", "file", "receipt"}
SESSION = """
SELECT current_user, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin,
       has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE')
FROM pg_roles WHERE rolname = current_user
"""
GUARD = """
SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) <> 'billhook_app',
       (SELECT array_agg(polroles::regrole[]::text || ' ' || polcmd::text ORDER BY polname) FROM pg_policy
        WHERE polrelid = pg_class.oid)
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
"""
WITH_BUSINESS = """
SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'business_id'
"""
MAY = "SELECT has_table_privilege(:role, :name, :verb)"


@pytest.fixture(scope="session")
async def guarded(postgres_url: str) -> AsyncIterator[Storage]:
    storage = Storage(postgres_url, FixedClock(), pool_size=2)
    yield storage
    await storage.close()


async def may(storage: Storage, role: str, name: str) -> set[str]:
    verbs = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")
    async with storage.connection() as connection:
        return {
            verb
            for verb in verbs
            if (
                await connection.execute(sa.text(MAY), {"role": role, "name": name, "verb": verb})
            ).scalar_one()
        }


async def test_a_session_acts_as_a_role_without_any_power(guarded: Storage) -> None:
    async with guarded.connection() as connection:
        session = (await connection.exec_driver_sql(SESSION)).one()

    assert tuple(session) == ("billhook_app", False, False, False, False, False, False)


async def test_every_connection_of_the_pool_acts_as_that_role(guarded: Storage) -> None:
    async with guarded.connection() as first, guarded.connection() as second:
        users = [(await each.exec_driver_sql("SELECT current_user")).scalar_one() for each in (first, second)]

    assert users == ["billhook_app", "billhook_app"]


async def test_every_tenant_table_is_guarded_by_force(guarded: Storage) -> None:
    async with guarded.connection() as connection:
        found: dict[str, tuple[Any, ...]] = {
            row[0]: tuple(row[1:]) for row in await connection.exec_driver_sql(GUARD)
        }

    policies = ["{billhook_keeper} *", "{billhook_app} *"]
    assert {table.name: found[table.name] for table in TENANT_TABLES} == {
        table.name: (True, True, True, policies) for table in TENANT_TABLES
    }


async def test_the_database_has_no_table_with_a_business_that_the_metadata_does_not_know(
    guarded: Storage,
) -> None:
    async with guarded.connection() as connection:
        found = set((await connection.exec_driver_sql(WITH_BUSINESS)).scalars())

    assert found == {table.name for table in metadata.tables.values() if "business_id" in table.c}


@pytest.mark.parametrize("name", sorted(metadata.tables))
async def test_the_application_may_write_rows_and_nothing_else(guarded: Storage, name: str) -> None:
    expected = {"SELECT", "INSERT"} if name in APPEND_ONLY else {"SELECT", "INSERT", "UPDATE", "DELETE"}

    assert await may(guarded, "billhook_app", name) == expected


@pytest.mark.parametrize("name", sorted(metadata.tables))
async def test_the_keeper_of_backups_may_read_and_insert_only(guarded: Storage, name: str) -> None:
    assert await may(guarded, "billhook_keeper", name) == {"SELECT", "INSERT"}


async def test_nobody_rewrites_which_migrations_ran(guarded: Storage) -> None:
    assert await may(guarded, "billhook_app", "alembic_version") == {"SELECT"}
