"""What a stem does once before any copy is taken of it, so that no copy does it for the first time: one short business.

A process of a test mostly lives for a few messages, and of its time most would go to what only the first one of each
kind costs: names of countries, schemas of stored values, fonts, statements as SQL. Real starts, of which each does all
that itself, are made by tests/bot/test_command_line.py.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from bot.telegram.client import make_bot
from storage.engine import create_engine
from storage.migrate import upgrade_async
from tests import warm
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import ACME, STUDIO

_SAID = (STUDIO, ACME, "/help", "/clients", "/invoices", "/invoice Acme: 3h design @ 120")


def practise() -> None:
    """Leaves no thread, no connection and no open file."""
    warm.begin()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_practise(f"sqlite:///{Path(folder, 'practice.db')}"))
    warm.prepare(create_engine("postgresql://localhost/nowhere").dialect)
    # Its certificates are read once.
    make_bot("1:x", "http://localhost")


async def _practise(url: str) -> None:
    await upgrade_async(url)
    office = Office(url)
    ana = office.person("ana")
    for text in _SAID:
        await ana.says(text)
    await ana.presses("Issue")
    await ana.presses("Paid")
    await office.close()
