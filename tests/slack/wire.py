"""A line to the database that can be cut, or held so that nothing comes through."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

_PORT = 5432


class Wire:
    """PostgreSQL is reached through it; SQLite has none, and its one lock is taken instead."""

    def __init__(self, url: str) -> None:
        self._given = url
        self._target = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def is_sqlite(self) -> bool:
        return self._target.scheme == "sqlite"

    @property
    def url(self) -> str:
        """What the app is told."""
        if self.is_sqlite:
            return self._given
        user, password = self._target.username or "", self._target.password or ""
        place = f"{user}:{password}@127.0.0.1:{self._port}"
        return self._target._replace(netloc=place, query="").geturl()

    async def begin(self) -> None:
        if not self.is_sqlite:
            self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def end(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.close()
            await asyncio.sleep(0)

    @asynccontextmanager
    async def cut(self) -> AsyncIterator[None]:
        """The server is gone: what was open breaks, and nobody gets through."""
        if self.is_sqlite:
            async with self.held():
                yield
            return
        await self.end()
        try:
            yield
        finally:
            await self.begin()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """The server is there, and answers nobody."""
        if not self.is_sqlite:
            self._flows.clear()
            try:
                yield
            finally:
                self._flows.set()
            return
        connection = sqlite3.connect(
            self._target.path[1:], timeout=30, isolation_level=None, check_same_thread=False
        )
        try:
            # Not in this loop: whoever holds the lock may need it to let go.
            await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
            yield
        finally:
            connection.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = parse_qs(self._target.query).get("host", [self._target.hostname or ""])[0]
        port = self._target.port or _PORT
        there = (
            asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else asyncio.open_connection(host, port)
        )
        back, onward = await there
        self._open |= {writer, onward}
        await asyncio.gather(self._carry(reader, onward), self._carry(back, writer))
        self._open -= {writer, onward}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
