"""A backup holds everything, restores on either database, and a bad file restores nothing at all."""

import asyncio
import gzip
import hashlib
import json
import os
import re
import shutil
import stat
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import BillhookError, Conflict, InvalidInput, NotFound, Unavailable
from storage.archive import verify
from storage.backup import backup, restore
from storage.engine import create_engine
from storage.migrate import HEAD
from storage.tables import metadata
from tests.bot.every_row import ROWS


async def fill(url: str) -> None:
    engine = create_engine(url, pool_size=1, as_app=False)
    async with engine.begin() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(sa.insert(table), ROWS[table.name])
    await engine.dispose()


async def contents(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; JSON as values, because PostgreSQL writes it with other spaces."""
    engine = create_engine(url, pool_size=1, as_app=False)
    found = {}
    async with engine.begin() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(sa.select(table).order_by(*table.primary_key))).mappings()
            found[table.name] = [
                {name: _plain(table.c[name].type, value) for name, value in row.items()} for row in rows
            ]
    await engine.dispose()
    return found


def _plain(kind: Any, value: Any) -> Any:
    return json.loads(value) if type(kind).__name__ == "Json" and value is not None else value


@pytest.fixture
def sqlite_copy(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "copy.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def saved(sqlite_copy: str, tmp_path: Path) -> Path:
    await fill(sqlite_copy)
    await backup(sqlite_copy, tmp_path / "saved.gz")
    return tmp_path / "saved.gz"


def test_the_rows_of_this_test_cover_every_table() -> None:
    assert ROWS.keys() == metadata.tables.keys()


async def test_everything_goes_from_sqlite_to_either_database(
    saved: Path, sqlite_copy: str, fresh_database_url: str
) -> None:
    counts = await restore(fresh_database_url, saved)

    assert counts == {name: len(rows) for name, rows in ROWS.items()}
    assert await contents(fresh_database_url) == await contents(sqlite_copy)


async def test_everything_comes_from_either_database_to_sqlite(
    fresh_database_url: str, sqlite_copy: str, tmp_path: Path
) -> None:
    await fill(fresh_database_url)

    counts = await backup(fresh_database_url, tmp_path / "all.gz")
    await restore(sqlite_copy, tmp_path / "all.gz")

    assert counts == {name: len(rows) for name, rows in ROWS.items()}
    assert await contents(sqlite_copy) == await contents(fresh_database_url)


def test_a_backup_is_for_its_owner_only_and_leaves_nothing_else(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert sorted(path.name for path in saved.parent.glob("*.part")) == []


def test_a_backup_names_its_format_its_schema_and_its_sum(saved: Path) -> None:
    lines = gzip.decompress(saved.read_bytes()).splitlines(keepends=True)

    header, footer = json.loads(lines[0]), json.loads(lines[-1])
    assert (header["billhook_backup"], header["schema"]) == (1, HEAD)
    assert datetime.fromisoformat(header["made_at"]).tzinfo is not None
    assert footer["sha256"] == hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    assert footer["rows"]["client"] == 1203


async def test_a_file_that_exists_is_never_replaced(sqlite_copy: str, tmp_path: Path) -> None:
    (tmp_path / "mine.gz").write_bytes(b"mine")

    with pytest.raises(Conflict, match=r"mine\.gz exists already, and nothing was changed"):
        await backup(sqlite_copy, tmp_path / "mine.gz")

    assert (tmp_path / "mine.gz").read_bytes() == b"mine"


async def test_there_is_nothing_to_save_in_a_database_without_tables(
    empty_database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(NotFound, match="The database is empty"):
        await backup(empty_database_url, tmp_path / "all.gz")

    assert [name for name in os.listdir(tmp_path) if not name.startswith("empty.db")] == []


async def test_writers_go_on_during_a_backup_and_it_shows_one_moment(
    fresh_database_url: str, tmp_path: Path
) -> None:
    await fill(fresh_database_url)
    engine = create_engine(fresh_database_url, pool_size=1, as_app=False)
    chat, outbox = metadata.tables["chat"], metadata.tables["outbox"]
    written = 0

    async def write() -> None:
        nonlocal written
        while True:
            async with engine.begin() as connection:
                row = {**ROWS["outbox"][0], "id": uuid.uuid4(), "chat": f"c{written}", "dedupe_key": None}
                await connection.execute(sa.insert(outbox), row)
                await connection.execute(sa.insert(chat), {"chat": row["chat"]})
            written += 1

    writing = asyncio.create_task(write())
    counts = await backup(fresh_database_url, tmp_path / "all.gz")
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await engine.dispose()

    assert written > 0
    assert counts["chat"] - 1 == counts["outbox"]


# -- files that must not be restored -------------------------------------------------------------------


def rewritten(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(change(lines))))


def _without_a_row(lines: list[bytes]) -> list[bytes]:
    return lines[:3] + lines[4:]


def _swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def _other_amount(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"paid_minor":700', b'"paid_minor":701') for line in lines]


def _something_after_the_end(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[3]]


def _no_footer(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def _newer(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"billhook_backup":1', b'"billhook_backup":2'), *lines[1:]]


def _foreign(_lines: list[bytes]) -> list[bytes]:
    return [b'{"hello": "world"}\n']


def _half_a_line(lines: list[bytes]) -> list[bytes]:
    return [*lines[:9], lines[9][:20]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without_a_row, "is damaged or was altered after it was made"),
        (_swapped, "is damaged or was altered after it was made"),
        (_other_amount, "is damaged or was altered after it was made"),
        (_something_after_the_end, "is damaged or was altered after it was made"),
        (_no_footer, "is cut off"),
        (_half_a_line, "is cut off"),
        (_newer, "was made by a newer release"),
        (_foreign, "is no Billhook backup"),
    ],
)
async def test_a_changed_file_restores_nothing(
    saved: Path,
    tmp_path: Path,
    sqlite_template: Path,
    change: Callable[[list[bytes]], list[bytes]],
    said: str,
) -> None:
    target = tmp_path / "target.db"
    shutil.copyfile(sqlite_template, target)
    before = await contents(f"sqlite:///{target}")
    rewritten(saved, change)

    with pytest.raises(InvalidInput, match=said):
        await restore(f"sqlite:///{target}", saved)

    assert await contents(f"sqlite:///{target}") == before


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[:-9], "is cut off"),
        (lambda content: content[:200], "is cut off"),
        (lambda content: content[:-8] + b"\0" * 8, "is damaged or was altered"),
        (lambda content: content[:300] + b"\xff" * 40 + content[340:], "is damaged or was altered"),
        (lambda content: b"%PDF-1.7", "is no Billhook backup"),
        (lambda content: b"", "is no Billhook backup"),
    ],
)
def test_a_spoiled_file_is_recognised(saved: Path, spoil: Callable[[bytes], bytes], said: str) -> None:
    saved.write_bytes(spoil(saved.read_bytes()))

    with pytest.raises(InvalidInput, match=said):
        verify(saved)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"cannot be read \(No such file or directory\)"):
        verify(tmp_path / "nowhere.gz")


async def test_a_file_whose_rows_have_other_columns_restores_nothing(
    saved: Path, fresh_database_url: str
) -> None:
    def rename(lines: list[bytes]) -> list[bytes]:
        """With a right sum: as another program could have made it."""
        body = [line.replace(b'"label"', b'"caption"') for line in lines[:-1]]
        footer = {**json.loads(lines[-1]), "sha256": hashlib.sha256(b"".join(body)).hexdigest()}
        return [*body, json.dumps(footer).encode() + b"\n"]

    rewritten(saved, rename)

    with pytest.raises(InvalidInput, match="is damaged or was altered"):
        await restore(fresh_database_url, saved)

    assert not any((await contents(fresh_database_url)).values())


async def test_a_database_with_rows_is_never_restored_into(saved: Path, fresh_database_url: str) -> None:
    engine = create_engine(fresh_database_url, pool_size=1, as_app=False)
    async with engine.begin() as connection:
        await connection.execute(sa.insert(metadata.tables["chat"]), {"chat": "terminal:owner"})
    await engine.dispose()

    with pytest.raises(Conflict, match="The database is not empty: chat has rows"):
        await restore(fresh_database_url, saved)


async def test_a_database_without_tables_is_to_be_migrated_first(
    saved: Path, empty_database_url: str
) -> None:
    with pytest.raises(Conflict, match="Run: billhook migrate"):
        await restore(empty_database_url, saved)


async def test_a_backup_of_another_schema_names_both(saved: Path, fresh_database_url: str) -> None:
    engine = create_engine(fresh_database_url, pool_size=1, as_app=False)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    await engine.dispose()

    with pytest.raises(
        BillhookError, match=f"The backup is of schema {HEAD} and the database of schema 0000"
    ):
        await restore(fresh_database_url, saved)


async def test_what_the_page_says_to_do_after_a_loss_keeps_the_clock_from_doing_anything_twice(
    fresh_database_url: str,
) -> None:
    await fill(fresh_database_url)
    await run(
        fresh_database_url,
        [
            "UPDATE outbox SET state = 'sending'",
            "UPDATE inbox SET state = 'new'",
            "UPDATE reminder SET state = 'planned'",
        ],
    )
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    block = page.partition("## After a loss")[2].partition("```sql\n")[2].partition("```")[0]
    before = datetime.now(UTC).date()

    await run(fresh_database_url, re.sub(r"(?m)^--.*$", "", block).split(";")[:-1])

    left = {name: rows[0] for name, rows in (await contents(fresh_database_url)).items()}
    states = {name: left[name]["state"] for name in ("outbox", "inbox", "reminder", "series")}
    assert states == {"outbox": "uncertain", "inbox": "done", "reminder": "held", "series": "active"}
    assert left["series"]["next_at"] == datetime(2026, 12, 6, 7, tzinfo=UTC)
    days = {left["agenda"][name] for name in ("digest_on", "looked_on", "since")}
    assert len(days) == 1
    assert days <= {before, datetime.now(UTC).date()}
    assert left["digest_run"]["made_at"] is not None


async def run(url: str, statements: list[str]) -> None:
    """As an operator does with `psql` or `sqlite3`: in nobody's name, with what the login may do."""
    engine = create_engine(url, pool_size=1, as_app=False)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
    await engine.dispose()
