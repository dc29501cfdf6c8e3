"""Health of the web app, asked as a load balancer asks."""

import json
from typing import Any

import sqlalchemy as sa
from starlette.applications import Starlette

from bot.system import SystemClock
from bot.web.app import create_app
from storage.engine import Storage, create_engine


async def get(app: Starlette, path: str) -> tuple[int, Any]:
    """One request straight into the app: status and decoded body."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [],
        "client": ("127.0.0.1", 7), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await app(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


async def test_a_process_is_healthy_even_without_its_database(empty_database_url: str) -> None:
    storage = Storage(empty_database_url, SystemClock(), pool_size=1)

    assert await get(create_app(storage), "/healthz") == (200, {"status": "ok"})


async def test_it_is_ready_when_the_database_has_the_right_schema(database_url: str) -> None:
    storage = Storage(database_url, SystemClock(), pool_size=1)

    assert await get(create_app(storage), "/readyz") == (200, {"status": "ok"})

    await storage.close()


async def test_it_is_not_ready_without_tables(empty_database_url: str) -> None:
    storage = Storage(empty_database_url, SystemClock(), pool_size=1)

    status, body = await get(create_app(storage), "/readyz")

    assert (status, body) == (503, {"status": "unavailable", "reason": "the database does not answer"})
    await storage.close()


async def test_it_is_not_ready_with_another_schema(fresh_database_url: str) -> None:
    storage = Storage(fresh_database_url, SystemClock(), pool_size=1)
    # The app itself may not write there.

    owner = create_engine(fresh_database_url, pool_size=1, as_app=False)
    async with owner.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    await owner.dispose()

    status, body = await get(create_app(storage), "/readyz")

    assert (status, body) == (503, {"status": "unavailable", "reason": "the database has another schema"})
    await storage.close()


async def test_it_is_not_ready_when_nobody_answers_and_gives_nothing_away() -> None:
    storage = Storage("postgresql://billhook:s3cret@127.0.0.1:1/billhook", SystemClock(), pool_size=1)

    status, body = await get(create_app(storage), "/readyz")

    assert (status, body) == (503, {"status": "unavailable", "reason": "the database does not answer"})


async def test_it_does_not_wait_for_ever_for_a_busy_database(sqlite_url: str) -> None:
    storage = Storage(sqlite_url, SystemClock(), pool_size=1)
    async with storage.connection():
        status, body = await get(create_app(storage, patience=0.05), "/readyz")

    assert (status, body["reason"]) == (503, "the database does not answer")
    await storage.close()
