"""Background jobs on PgQueuer: in PostgreSQL for any number of processes, in memory for the one that owns SQLite.

The truth is in our own tables. The engine only wakes, claims, delays and retries; what it loses, the sweep in
bot/worker.py finds again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.inmemory import InMemoryQueries
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.applications import PgQueuer
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job, Schedule

from core.errors import Unavailable
from core.ports import Work
from storage.engine import driver_options
from storage.work import SqlWork

log = logging.getLogger(__name__)

Act = Callable[[str], Awaitable[None]]
Tick = Callable[[], Awaitable[None]]

AT_ONCE = 40
"""Jobs of one process at a time. Most of them wait for the network or for their turn."""
_BATCH = 10
HEARTBEAT = timedelta(seconds=20)
"""A worker that was silent for so long is dead, and its jobs go to another one."""
_LONGEST_RETRY = 20.0
"""Seconds: whatever was out of reach, half a minute after it is back all is well again."""
_RECONNECT_SECONDS = 2.0
_EVERY_MINUTE = "* * * * *"
_URGENT, _PATIENT = 10, 0
_SINCE_BEGIN = "SELECT extract(epoch FROM clock_timestamp() - now())::float8"
_FORGET = "DELETE FROM {} WHERE created < now() - interval '1 day'"


class _Engine:
    """What both have in common: which code does which job, and running it until told to stop."""

    def __init__(self, heartbeat: timedelta = HEARTBEAT) -> None:
        self._heartbeat = heartbeat
        self._acts: dict[str, Act] = {}
        self._tick: Tick | None = None

    def on(self, name: str, act: Act) -> None:
        self._acts[name] = act

    def every_minute(self, tick: Tick) -> None:
        """Once a minute for the whole fleet."""
        self._tick = tick

    async def _work(self, queue: PgQueuer, stop: asyncio.Event) -> None:
        """Until `stop` is set and the jobs in hand are done."""
        for name, act in self._acts.items():
            queue.entrypoint(name, accepts_context=False)(_job(act))
        if self._tick is not None:
            queue.schedule("tick", _EVERY_MINUTE, accepts_context=False)(_schedule(self._tick))
        stopping = asyncio.create_task(_relay(stop, queue.shutdown))
        try:
            # Nothing tells a worker that another one fell silent: it has to look, also when all is quiet.
            await queue.run(
                dequeue_timeout=self._heartbeat / 2, batch_size=_BATCH, max_concurrent_tasks=AT_ONCE,
                heartbeat_timeout=self._heartbeat,
            )  # fmt: skip
        finally:
            stopping.cancel()


def _job(act: Act) -> Callable[[Job], Awaitable[None]]:
    """The engine forgets a job that failed, so what is to be done later is handed back to it."""

    async def run(job: Job) -> None:
        try:
            await act((job.payload or b"").decode())
        except Unavailable as error:
            log.warning("a job is put off: %s", error)
            pause = min(error.retry_after * 2.0 ** min(job.attempts, 10), _LONGEST_RETRY)
            raise RetryRequested(timedelta(seconds=pause)) from error
        except asyncio.CancelledError:
            # The process has no more time: the next one takes it up at once.
            raise RetryRequested from None

    return run


def _schedule(tick: Tick) -> Callable[[Schedule], Awaitable[None]]:
    async def run(_schedule: Schedule) -> None:
        await tick()

    return run


async def _relay(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()


class PostgresJobs(_Engine):
    """core.ports.Jobs in the tables that migration 0002 made."""

    def __init__(self, url: str, heartbeat: timedelta = HEARTBEAT) -> None:
        super().__init__(heartbeat)
        self._url = url

    async def enqueue(self, work: Work, name: str, key: str, delay: float = 0, urgent: bool = True) -> None:
        await self.enqueue_many(work, name, [key], delay, urgent)

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        """By the transaction's own connection, once its BEGIN has been sent: a rollback takes the jobs along."""
        if not keys:
            return
        mine = cast(SqlWork, work)
        await mine.begin()
        raw: Any = await mine.connection.get_raw_connection()
        if delay:
            # The engine counts from the beginning of the transaction, which may have waited for others since.
            delay += await raw.driver_connection.fetchval(_SINCE_BEGIN)
        many, priority = len(keys), _URGENT if urgent else _PATIENT
        await Queries(AsyncpgDriver(raw.driver_connection)).enqueue(
            [name] * many,
            [key.encode() for key in keys],
            [priority] * many,
            [timedelta(seconds=delay)] * many,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """A lost connection is opened again; what was in hand then is found by its silent heartbeat."""
        while not stop.is_set():
            try:
                connection = await asyncpg.connect(**driver_options(self._url), timeout=10)
                try:
                    await self._work(PgQueuer.from_asyncpg_connection(connection), stop)
                finally:
                    await asyncio.shield(connection.close(timeout=5))
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("the job queue cannot be reached: %s", type(error).__name__)
                await _pause(stop, _RECONNECT_SECONDS)

    async def forget_done(self) -> None:
        """Deletes what was logged about jobs long done."""
        connection = await asyncpg.connect(**driver_options(self._url), timeout=10)
        try:
            for table in ("pgqueuer_log", "pgqueuer_statistics"):
                await connection.execute(_FORGET.format(table))
        finally:
            await connection.close(timeout=5)


class MemoryJobs(_Engine):
    """core.ports.Jobs for the one process that works on an SQLite file."""

    def __init__(self) -> None:
        super().__init__()
        self._queue = PgQueuer.in_memory()
        self._adding: set[asyncio.Task[Any]] = set()
        # Jobs that wait and have not begun, and whether they are urgent.
        self._waiting: dict[tuple[str, str], bool] = {}

    def on(self, name: str, act: Act) -> None:
        """Whatever is enqueued after a job has begun gets one of its own: this one may have looked already."""

        async def begun(key: str) -> None:
            self._waiting.pop((name, key), None)
            await act(key)

        super().on(name, begun)

    async def enqueue(self, work: Work, name: str, key: str, delay: float = 0, urgent: bool = True) -> None:
        """Only once the transaction is safe: the job would find nothing before."""
        await self.enqueue_many(work, name, [key], delay, urgent)

    async def enqueue_many(
        self, work: Work, name: str, keys: Sequence[str], delay: float = 0, urgent: bool = False
    ) -> None:
        cast(SqlWork, work).after_commit.extend(partial(self._add, name, key, delay, urgent) for key in keys)

    def _add(self, name: str, key: str, delay: float, urgent: bool) -> None:
        """Not where the same job waits already: the owner's sweep finds what waits every two seconds."""
        if not delay:
            if self._waiting.get((name, key)) in (True, urgent):
                return
            self._waiting[name, key] = urgent
        adding = asyncio.create_task(
            self._queries.enqueue(
                name, key.encode(), _URGENT if urgent else _PATIENT, timedelta(seconds=delay)
            )
        )
        self._adding.add(adding)
        adding.add_done_callback(self._adding.discard)

    @property
    def _queries(self) -> InMemoryQueries:
        return cast(InMemoryQueries, self._queue.queries)

    async def run(self, stop: asyncio.Event) -> None:
        await self._work(self._queue, stop)

    async def forget_done(self) -> None:
        """What is logged about jobs would grow for ever."""
        await self._queries.clear_queue_log()
        await self._queries.clear_statistics_log()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
