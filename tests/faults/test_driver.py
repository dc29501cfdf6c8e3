"""The seeded driver finds nothing wrong with the code as it is, and what was broken on purpose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.program import ROOT
from tests.faults.driver.database import Databases
from tests.faults.driver.planted import BUGS, Bug, look_for
from tests.faults.driver.run import run
from tests.faults.driver.script import ON_ONE_PROCESS, Script

CHEAP = [bug for bug in BUGS if bug.cheap]


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    databases = Databases()
    yield databases
    databases.close()


@pytest.mark.parametrize(
    "script",
    [
        # One minute of it together.
        Script(seed=2026, seconds=50),
        Script(seed=2026, seconds=10, least=30, database="sqlite", faults=ON_ONE_PROCESS, crew=2),
    ],
    ids=["postgresql", "sqlite"],
)
def test_whatever_dies_hangs_or_is_lost_all_that_must_hold_holds(
    databases: Databases, script: Script
) -> None:
    report = run(script, databases)

    assert report.findings == [], report.text()


@pytest.mark.parametrize("bug", CHEAP, ids=[bug.name for bug in CHEAP])
def test_a_bug_that_was_planted_is_caught_by_its_invariant(databases: Databases, bug: Bug) -> None:
    report = look_for(bug, databases)

    assert bug.caught_by in report.caught_by, report.text()


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_every_bug_can_still_be_planted(bug: Bug) -> None:
    found = [(ROOT / edit.path).read_text().count(edit.old) for edit in bug.edits]

    assert set(found) == {1}
