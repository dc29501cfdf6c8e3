"""What the database holds, read and prepared from outside by plain SQL."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import Any

import asyncpg

Row = tuple[Any, ...]
PAUSE = 0.05
STATES = "SELECT state, count(*) FROM {} GROUP BY state"


class Facts:
    """One database, whichever of the two it is. The same SQL has to suit both."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def rows(self, query: str) -> list[Row]:
        if self.is_sqlite:
            connection = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)
            try:
                found = connection.execute(query).fetchall()
                connection.commit()
                return found
            finally:
                connection.close()
        return asyncio.run(_fetched(self.url, query))

    def column(self, query: str) -> list[Any]:
        return [row[0] for row in self.rows(query)]

    def states(self, table: str) -> dict[str, int]:
        """How many rows of the inbox or the outbox are in which state."""
        return {str(state): int(count) for state, count in self.rows(STATES.format(table))}

    def becomes(self, query: str, wanted: list[Row], seconds: float = 20.0) -> None:
        """Waits until the query gives that."""
        found = self._polled(query, wanted, seconds)
        assert found == wanted, f"after {seconds} s {query!r} gives {found}, not {wanted}"

    def _polled(self, query: str, wanted: list[Row], seconds: float) -> list[Row]:
        deadline = time.monotonic() + seconds
        if not self.is_sqlite:
            return asyncio.run(_polled(self.url, query, wanted, deadline))
        while (found := self.rows(query)) != wanted and time.monotonic() < deadline:
            time.sleep(PAUSE)
        return found

    def settles(self, seconds: float = 20.0) -> None:
        """Waits until no update waits for its answer, and no reply for its delivery."""
        waiting = "SELECT {0} FROM inbox WHERE state = 'new' UNION ALL SELECT {0} FROM outbox WHERE {1}"
        self.becomes(waiting.format("chat, state", "state IN ('pending', 'sending')"), [], seconds)


async def _polled(url: str, query: str, wanted: list[Row], deadline: float) -> list[Row]:
    """By one connection: making one costs both sides more than a hundred questions."""
    connection = await asyncpg.connect(url)
    try:
        while True:
            found = [tuple(row) for row in await connection.fetch(query)]
            if found == wanted or time.monotonic() >= deadline:
                return found
            await asyncio.sleep(PAUSE)
    finally:
        await connection.close()


async def _fetched(url: str, query: str) -> list[Row]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()
