"""The offices scenarios play in: one app on either database, or any way there is to run the program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.processes import Processes
from tests.scenarios.slack_house import House as SlackHouse
from tests.scenarios.slack_house import opened
from tests.scenarios.slack_town import Town
from tests.scenarios.slack_way import SlackWay
from tests.scenarios.telegram_way import TelegramWay

UNGUIDED = (
    "sqlite, one app", "postgresql, one app", "postgresql, two apps in turn", "sqlite, a process per message",
    "postgresql, a process per message",
)  # fmt: skip
GUIDED = ("sqlite, telegram by polling", "postgresql, telegram by webhook")
"""Where people come by pressing Start, and see a form's answers before they are saved."""
ON_SLACK = ("sqlite, slack in socket mode", "postgresql, slack over http")
Anywhere = Office | Processes | TelegramWay | SlackWay


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """One app, on both databases in turn."""
    office = Office(database_url)
    yield office
    await office.close()


@pytest.fixture(scope="module")
async def shared_office(database_url: str) -> AsyncIterator[Office]:
    """An office for all tests of a file that prove that nothing is changed: opening it takes most of their time."""
    office = Office(database_url)
    yield office
    await office.close()


@pytest.fixture
def ana(office: Office) -> Chat:
    return office.person("ana")


@pytest.fixture
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    """How the program runs, and the database it runs on."""
    database, _, how = request.param.partition(", ")
    return how, request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url")


@pytest.fixture
async def anywhere(way: tuple[str, str], tmp_path: Path) -> AsyncIterator[Anywhere]:
    """A way to run the program: what a person sees must not depend on it."""
    how, url = way
    found: Anywhere
    if how == "a process per message":
        found = Processes(url, tmp_path)
    elif how.startswith("telegram"):
        found = await asyncio.to_thread(TelegramWay.open, url, tmp_path, webhook=how.endswith("webhook"))
    elif how.startswith("slack"):
        found = await asyncio.to_thread(SlackWay.open, url, tmp_path, socket_mode=how.endswith("socket mode"))
    else:
        found = Office(url, apps=2 if how == "two apps in turn" else 1)
    yield found
    await found.close()


@pytest.fixture(scope="module")
def slack_house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackHouse]:
    """One process for all workspaces of a file's tests, on both databases in turn."""
    folder = tmp_path_factory.mktemp("slack")
    with (
        FakeSlack() as slack,
        opened(SlackHouse(slack=slack, url=database_url, folder=folder)) as house,
    ):
        house.serve()
        yield house


@pytest.fixture
def town(slack_house: SlackHouse) -> Iterator[Town]:
    """A workspace of its own, in which nothing goes wrong unseen."""
    town = Town.found(slack_house)
    yield town
    town.ends_well()
