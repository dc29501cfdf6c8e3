"""How many answers have arrived in a chat, read where the processes of a house write it."""

from __future__ import annotations

import asyncio
import sqlite3

import asyncpg

PATIENCE = 30.0
_ANSWERED = "SELECT count(*) FROM outbox WHERE chat = '{}' AND state NOT IN ('pending', 'sending')"


async def answered(url: str, chat: str) -> int:
    """`chat` as its key is written, such as `telegram:5`."""
    query = _ANSWERED.format(chat)
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
        try:
            return int(connection.execute(query).fetchone()[0])
        finally:
            connection.close()
    postgres = await asyncpg.connect(url)
    try:
        return int(await postgres.fetchval(query))
    finally:
        await postgres.close()


async def one_more(url: str, chat: str, before: int) -> None:
    """Waits until there are more than `before`. Raises TimeoutError when none comes."""
    async with asyncio.timeout(PATIENCE):
        # The answer is written by another process, which tells nobody here.
        while await answered(url, chat) == before:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
