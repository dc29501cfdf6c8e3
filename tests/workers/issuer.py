"""A process that issues invoices until a number is reached, and writes each number down once it is committed."""

from __future__ import annotations

import asyncio
import itertools
import os
from pathlib import Path
from uuid import UUID

from bot.system import SystemIds
from core.usecases.desk import Desk
from core.usecases.invoice import create_draft, issue
from storage.engine import Storage
from tests.builders.core import a_draft
from tests.fakes.clock import FixedClock

TASKS = 8


class Enough(Exception):
    """The number that was given is past the last one wanted; raising takes it back."""


def run(url: str, business_id: UUID, last: int, quota: int, acknowledged: Path) -> None:
    """Issues at most `quota` invoices; whoever kills the process may do so at any moment."""
    asyncio.run(_run(url, business_id, last, quota, acknowledged))


async def _run(url: str, business_id: UUID, last: int, quota: int, acknowledged: Path) -> None:
    storage = Storage(url, FixedClock())
    # Appended by one unbuffered write each, so a line is there or not, whenever the process dies.
    file = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    turns = itertools.repeat(None, quota)

    async def work() -> None:
        for _turn in turns:
            try:
                number = await _issue_one(storage, business_id, last)
            except Enough:
                return
            os.write(file, f"{number}\n".encode())

    await asyncio.gather(*[work() for _task in range(TASKS)])
    await storage.close()
    os.close(file)


async def _issue_one(storage: Storage, business_id: UUID, last: int) -> int:
    """Without a turn, so that the tasks of all processes meet at the counter's row lock."""
    async with storage.work() as work:
        await work.enter(business_id)
        member = (await work.members.list())[0]
        client = (await work.clients.search("", 1))[0]
        desk = Desk(work, storage.clock, SystemIds(), await work.businesses.get(), member)
        draft, _entry = await create_draft(desk, a_draft(client.id))
        issued, _entry = await issue(desk, draft)
        count = int(issued.issued.number.rpartition("-")[2])
        if count > last:
            raise Enough
    return count
