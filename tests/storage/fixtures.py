"""One Storage per database and session; its clock is new in each test, and every statement is inspected."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.engine import Storage
from tests.fakes.clock import FixedClock
from tests.storage.inspection import Inspector
from tests.storage.shop import Shop, open_shop

KEY = "c3RvcmFnZS10ZXN0cy1rZWVwLXRoaXMtb3Blbi0wMDA="
"""What encrypts in these tests; it hides nothing."""


@pytest.fixture(scope="session")
async def session_storage(database_url: str) -> AsyncIterator[tuple[Storage, Inspector]]:
    storage = Storage(database_url, FixedClock(), keys=[KEY])
    yield storage, Inspector(storage.engine)
    await storage.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def storage(session_storage: tuple[Storage, Inspector], clock: FixedClock) -> Iterator[Storage]:
    """Fails a test in whose course any statement reached for every business's rows."""
    found, inspector = session_storage
    found.clock, found.sells = clock, False
    inspector.seen.clear()
    inspector.open.clear()
    yield found
    assert inspector.open == []


@pytest.fixture
def selling(storage: Storage) -> Storage:
    """The same in an install that sells plans."""
    storage.sells = True
    return storage


@pytest.fixture
async def shop(storage: Storage) -> Shop:
    return await open_shop(storage)


@pytest.fixture
async def neighbour(storage: Storage) -> Shop:
    """Another business in the same database."""
    return await open_shop(storage, name="Nachbar & Söhne", currency="CHF", zone="Europe/Zurich")
