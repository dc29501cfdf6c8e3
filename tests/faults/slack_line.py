"""The line to the database, for tests that have no loop of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Self, TypeVar

from tests.slack.wire import Wire

T = TypeVar("T")


class Line:
    """A Wire that flows in a thread."""

    def __init__(self, url: str) -> None:
        self._wire = Wire(url)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)

    @property
    def url(self) -> str:
        return self._wire.url

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._wire.begin())
        return self

    def __exit__(self, *error: object) -> None:
        self._do(self._wire.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @contextmanager
    def broken(self, how: str) -> Iterator[None]:
        """`cut` or `held`."""
        breaking: AbstractAsyncContextManager[None] = getattr(self._wire, how)()
        self._do(breaking.__aenter__())
        try:
            yield
        finally:
            self._do(breaking.__aexit__(None, None, None))

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
