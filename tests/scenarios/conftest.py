"""The offices scenarios play in: one app on either database, or one of the other ways to run the program."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import _postgres_database
from tests.scenarios.in_process import Office
from tests.scenarios.processes import Processes

WAYS = ("sqlite", "postgresql", "postgresql, two apps in turn", "sqlite, processes", "postgresql, processes")


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """One app, on both databases in turn."""
    office = Office(database_url)
    yield office
    await office.close()
