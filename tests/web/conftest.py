"""A database for the tests of one file: what a page shows does not depend on which kind it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def own_url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated SQLite file in which nobody else has anything, so that a tick finds only what is ours."""
    path = tmp_path_factory.mktemp("web") / "own.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"
