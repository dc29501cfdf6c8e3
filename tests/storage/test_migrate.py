import asyncio
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage import migrate
from storage.engine import create_engine

MIGRATIONS = Path(migrate.__file__).parent.parent / "migrations"


def execute(url: str, statement: str) -> None:
    async def run() -> None:
        engine = create_engine(url, as_app=False)
        async with engine.begin() as connection:
            await connection.exec_driver_sql(statement)
        await engine.dispose()

    asyncio.run(run())


def test_an_empty_database_has_no_revision_and_lacks_every_table(empty_database_url: str) -> None:
    revision = asyncio.run(migrate.revision(empty_database_url))

    assert revision is None
    assert migrate.drift(empty_database_url) != []


def test_the_migrations_lead_from_nothing_to_exactly_the_tables(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)

    assert migrate.drift(empty_database_url) == []
    assert asyncio.run(migrate.revision(empty_database_url)) == migrate.HEAD


def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    for _time in range(2):
        migrate.upgrade(empty_database_url)

    assert migrate.drift(empty_database_url) == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE client ADD COLUMN nickname TEXT",
        "DROP INDEX ix_invoice_due",
        "CREATE TABLE stray (id INTEGER)",
    ],
)
def test_a_table_changed_by_hand_is_told_as_drift(fresh_database_url: str, change: str) -> None:
    execute(fresh_database_url, change)

    assert len(migrate.drift(fresh_database_url)) == 1


def test_the_newest_revision_is_the_one_that_the_code_names() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))

    assert scripts.get_heads() == [migrate.HEAD]
    newest = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))[-1]
    assert newest.startswith(f"{migrate.HEAD}_")


def test_every_revision_follows_the_one_before_it_in_number() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]

    assert sorted(revisions, reverse=True) == revisions
