"""Goal 7: the statements that store an invoice, its lines and its number, in processor time of the client."""

from __future__ import annotations

import asyncpg

from bench.bare import BarePostgres, BareSqlite
from bench.bench import Bench
from bench.ledger import CLOCK, Ledger, open_ledger, store
from bench.measure import Act, Goal, Row, Timed, blocking, cpu, in_turns, wall
from storage.engine import Storage

_EACH = 10


async def rows(bench: Bench) -> list[Row]:
    return [*await _postgres(bench), *await _sqlite(bench)]


async def _postgres(bench: Bench) -> list[Row]:
    url = await bench.postgres()
    storage = Storage(url, CLOCK)
    connection = await asyncpg.connect(url)
    try:
        ledger = await open_ledger(storage)
        bare = BarePostgres(connection, ledger)
        return await _compared(
            bench, storage, ledger, bare.store, ("PostgreSQL", "asyncpg, one statement"), Goal(7, 6, 2.5)
        )
    finally:
        await connection.close()
        await storage.close()


async def _sqlite(bench: Bench) -> list[Row]:
    url = await bench.sqlite()
    storage = Storage(url, CLOCK)
    ledger = await open_ledger(storage)
    bare = BareSqlite(url.removeprefix("sqlite:///"), ledger)
    try:
        return await _compared(bench, storage, ledger, blocking(bare.store), ("SQLite", "sqlite3"), None)
    finally:
        bare.connection.close()
        await storage.close()


async def _compared(
    bench: Bench, storage: Storage, ledger: Ledger, bare: Act, names: tuple[str, str], goal: Goal | None
) -> list[Row]:
    async def ours() -> None:
        await store(storage, ledger)

    found = []
    for clock, kind, target in ((cpu, "CPU", goal), (wall, "wall", None)):
        mine, theirs = await in_turns(
            bench.rounds(60, 20), Timed(ours, clock, _EACH), Timed(bare, clock, _EACH)
        )
        found.append(Row(f"store an invoice, {names[0]}, {kind}", "ms", mine, names[1], theirs, target))
    return found
