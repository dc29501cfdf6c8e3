"""A strict Telegram, a strict Slack and databases for real processes that are killed, stopped, starved and misled."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.faults.facts import Facts
from tests.scenarios.slack_house import House as SlackHouse
from tests.scenarios.telegram_house import House

on_postgresql = pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
"""For what takes more than one process: an SQLite file belongs to one."""
on_sqlite = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A test that is through has asked nothing of Telegram that the real one would have refused."""
    with FakeTelegram() as telegram:
        yield telegram
        assert telegram.violations == []


@pytest.fixture
def facts(fresh_database_url: str) -> Facts:
    return Facts(fresh_database_url)


@pytest.fixture
def house(telegram: FakeTelegram, facts: Facts, tmp_path: Path) -> Iterator[House]:
    """By webhook, with nothing running in it yet. What its processes logged is shown when the test fails."""
    house = House(telegram=telegram, url=facts.url, folder=tmp_path, webhook=True)
    yield house
    house.close()
    for process in house.processes:
        sys.stderr.write(f"--- pid {process.popen.pid}\n{process.text[-4000:]}\n")


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """A test that is through has asked nothing of Slack that the real one would have refused."""
    with FakeSlack() as slack:
        yield slack
        assert slack.violations == []


@pytest.fixture
def slack_house(slack: FakeSlack, facts: Facts, tmp_path: Path) -> Iterator[SlackHouse]:
    """An app for many workspaces, with nothing running in it yet."""
    house = SlackHouse(slack=slack, url=facts.url, folder=tmp_path)
    yield house
    house.close()
    sys.stderr.write(f"--- the end of what was logged\n{house.log[-8000:]}\n")
