"""Numbers stay gapless while a process that issues them is killed again and again.

A killed process may have committed a number without living to say so; one it did say must be there.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from storage.engine import Storage
from storage.tables import counter, invoice
from tests.fakes.clock import FixedClock
from tests.storage.shop import open_shop
from tests.workers import issuer

PATIENCE = 60
NUMBERS = sa.select(invoice.c.number).where(invoice.c.business_id == sa.bindparam("tenant"))
COUNTER = sa.select(counter.c.value).where(counter.c.business_id == sa.bindparam("tenant"))


@dataclass
class Fire:
    """Starts issuers that share a database, each with a file of its own."""

    url: str
    business_id: UUID
    last: int
    folder: Path
    lives: Iterator[int] = field(default_factory=itertools.count)

    def start(self, quota: int) -> tuple[BaseProcess, Path]:
        """Forked from a server that has imported everything, so a new life begins at once."""
        path = self.folder / f"{next(self.lives)}.txt"
        path.touch()
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([issuer.__name__])
        process = context.Process(
            target=issuer.run, args=(self.url, self.business_id, self.last, quota, path), daemon=True
        )
        process.start()
        return process, path

    def acknowledged(self) -> list[int]:
        return [number for path in self.folder.iterdir() for number in lines(path)]


def lines(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()]


@contextmanager
def killed_in_the_end(*processes: BaseProcess) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def burn(fire: Fire, per_life: int) -> int:
    """One steady process and one that is killed after so many numbers; says how often it was."""
    steady, _path = fire.start(fire.last // 2)
    kills, patience = 0, time.monotonic() + PATIENCE
    with killed_in_the_end(steady):
        while True:
            victim, path = fire.start(fire.last)
            with killed_in_the_end(victim):
                while victim.is_alive() and len(lines(path)) < per_life:
                    assert time.monotonic() < patience, "issuing takes too long"
                    time.sleep(0.002)
                if victim.exitcode == 0:
                    break
                assert victim.exitcode is None, "the issuer failed by itself"
            kills += 1
        steady.join(PATIENCE)
        assert steady.exitcode == 0
    return kills


async def open_for_business(url: str) -> UUID:
    storage = Storage(url, FixedClock())
    shop = await open_shop(storage)
    await storage.close()
    return shop.id


async def what_was_issued(url: str, business_id: UUID) -> tuple[list[str], list[int]]:
    storage = Storage(url, FixedClock())
    async with storage.work() as work:
        await work.enter(business_id)
        numbers = (await work.connection.execute(NUMBERS, {"tenant": business_id})).scalars().all()
        counts = (await work.connection.execute(COUNTER, {"tenant": business_id})).scalars().all()
    await storage.close()
    return sorted(map(str, numbers), key=lambda number: int(number.rpartition("-")[2])), list(counts)


def test_numbers_have_no_gap_and_no_twin_although_processes_are_killed(
    fresh_database_url: str, tmp_path: Path
) -> None:
    last, per_life = (100, 8) if fresh_database_url.startswith("sqlite") else (1000, 40)
    business_id = asyncio.run(open_for_business(fresh_database_url))
    folder = tmp_path / "acknowledged"
    folder.mkdir()
    fire = Fire(fresh_database_url, business_id, last, folder)

    kills = burn(fire, per_life)

    numbers, counts = asyncio.run(what_was_issued(fresh_database_url, business_id))
    acknowledged = fire.acknowledged()
    assert numbers == [f"2026-{number:03}" for number in range(1, last + 1)]
    assert counts == [last]
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) <= set(range(1, last + 1))
    assert last - len(acknowledged) <= kills * issuer.TASKS
    assert kills >= 3
