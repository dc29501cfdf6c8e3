"""An HTTP server on loopback in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from aiohttp import web

T = TypeVar("T")
_TURNS_TO_OPEN = 3
"""Turns of the loop until what was accepted is one of the server's connections."""


class Server(ABC):
    """`async with`, `with`, or `start()` and `stop()`. Started again it has the same port, as after an outage."""

    def __init__(self) -> None:
        self._port = 0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failed: BaseException | None = None

    @abstractmethod
    def _application(self) -> web.Application: ...

    @abstractmethod
    async def _opened(self) -> None:
        """In the server's loop, once its port is known."""

    @abstractmethod
    async def _closing(self) -> None: ...

    @property
    def origin(self) -> str:
        assert self._port, "it has not been started"
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        assert self._thread is None, "it runs already"
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="slack", daemon=True)
        self._thread.start()
        ready.wait()
        if self._failed is not None:
            self._thread = None
            raise self._failed
        return self

    def stop(self) -> None:
        """Breaks every connection. What was remembered stays for the next start, on the same port."""
        if self._thread is None:
            return
        assert self._stopping is not None
        self._in_loop(self._stopping.set)
        self._thread.join()
        self._thread = self._loop = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(self, *error: object) -> None:
        # The server may be in the middle of a delivery to the loop that waits here.
        await asyncio.to_thread(self.stop)

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:  # The starting thread tells of it.
            self._failed = error
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", self._port))
        await web.SockSite(runner, listening).start()
        self._port = runner.addresses[0][1]
        self._stopping = asyncio.Event()
        await self._opened()
        self._loop = asyncio.get_running_loop()
        ready.set()
        await self._stopping.wait()
        await self._closing()
        # asyncio loses a connection that was accepted and has no transport yet when its server is closed.
        self._loop.remove_reader(listening)
        for _turn in range(_TURNS_TO_OPEN):
            await asyncio.sleep(0)
        await runner.cleanup()

    def _in_loop(self, act: Callable[[], object]) -> None:
        loop = self._loop
        if loop is not None:
            # An act in the moment of a stop comes to nobody.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(act)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        loop = self._loop
        assert loop is not None, "it does not run"
        return asyncio.run_coroutine_threadsafe(work, loop).result()
