from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.clock import FixedClock
from tests.fakes.stripe import WEBHOOK_SECRET, FakeStripe
from tests.stripe.paying_scene import account, ana, number, office, page
from tests.stripe.till import HOOK, Till

__all__ = ["account", "ana", "number", "office", "page"]


@pytest.fixture(scope="module")
def till_clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="module")
def bank(till_clock: FixedClock) -> Iterator[FakeStripe]:
    """A Stripe for a whole module, which lives in the tests' time and brings nothing by itself."""
    with FakeStripe(clock=till_clock.now) as fake:
        fake.deliver.off = True
        fake.own.listen(HOOK, secret=WEBHOOK_SECRET)
        yield fake
    assert fake.troubled == []


@pytest.fixture(scope="module")
async def till(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, bank: FakeStripe, till_clock: FixedClock
) -> AsyncIterator[Till]:
    """One for a whole module, on a database of its own; every test opens businesses of its own."""
    path = tmp_path_factory.mktemp("till") / "till.db"
    shutil.copyfile(sqlite_template, path)
    made = Till(f"sqlite:///{path}", bank, till_clock)
    yield made
    await made.close()
