"""How many answers have arrived in a chat, read where the processes of a house write it."""

from __future__ import annotations

import asyncio
import sqlite3

import asyncpg

PATIENCE = 60.0
_ANSWERED = "SELECT count(*) FROM outbox WHERE chat = '{}' AND state NOT IN ('pending', 'sending')"


class Answers:
    """One connection for all that wait: opening one for each look took half of their time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._file: sqlite3.Connection | None = None
        self._server: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()

    async def count(self, chat: str) -> int:
        """`chat` as its key is written, such as `telegram:5`."""
        query = _ANSWERED.format(chat)
        if self._url.startswith("sqlite"):
            self._file = self._file or sqlite3.connect(self._url.removeprefix("sqlite:///"), timeout=30)
            return int(self._file.execute(query).fetchone()[0])
        async with self._turn:
            self._server = self._server or await asyncpg.connect(self._url)
            return int(await self._server.fetchval(query))

    async def more_than(self, before: int, chat: str) -> None:
        """Waits for them. Raises TimeoutError when none comes."""
        async with asyncio.timeout(PATIENCE):
            # The answer is written by another process, which tells nobody here.
            while await self.count(chat) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._server is not None:
            await self._server.close()
