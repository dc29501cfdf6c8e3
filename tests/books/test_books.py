"""Whatever is done, in whatever order, the product's books agree with those of an independent ledger.

`BOOKS=1000` tries so many stories of up to a hundred steps on each database instead of the few that every run has.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from storage.engine import Storage
from tests.books.office import Setting
from tests.books.undoing import Undoing
from tests.fakes.clock import FixedClock

MONEY = {
    "invoice issued", "invoice voided", "payment recorded", "credit note issued", "money given back", "credit used",
    "quote billed", "file imported", "discount taken",
}  # fmt: skip
DEMANDED = 4
"""Of these, so many kinds are taken back as well; in stories this short not all of them always are."""
DEEP = int(os.environ.get("BOOKS", "0"))
# Making a failing story shorter takes minutes, which only who reads it wants to spend.
PHASES = [Phase.generate, Phase.shrink] if DEEP else [Phase.generate]


@pytest.fixture
def setting(database_url: str) -> Iterator[Setting]:
    """With a loop of its own, for the stories are told step by step from outside of any."""
    with asyncio.Runner() as runner:
        storage = Storage(database_url, FixedClock())
        yield Setting(runner, storage)
        runner.run(storage.close())


def test_the_books_agree_with_an_independent_ledger(setting: Setting) -> None:
    few = 10 if setting.storage.is_sqlite else 3
    effort = settings(
        max_examples=DEEP or few,
        stateful_step_count=100 if DEEP else 30,
        suppress_health_check=list(HealthCheck),
        derandomize=not DEEP,
        database=None,
        report_multiple_bugs=False,
        phases=PHASES,
    )

    # Hypothesis takes whatever makes a machine; its types say a class.
    run_state_machine_as_test(partial(Undoing, setting), settings=effort)  # type: ignore[arg-type]

    if setting.storage.is_sqlite:
        assert setting.happened.keys() >= MONEY
        assert sum(f"{name}, undone" in setting.happened for name in MONEY) >= DEMANDED
