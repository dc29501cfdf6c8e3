"""Every scenario that one person plays, played once more over Telegram, many at a time as in real life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.fakes.telegram import FakeTelegram
from tests.scenarios.every import ASKED_OTHERWISE, BEGIN, all_played, scenarios
from tests.scenarios.telegram_house import House, opened
from tests.scenarios.telegram_way import TelegramWay

SCENARIOS = scenarios(
    # Telegram lets nobody send more than 4,096 characters at a time.
    ASKED_OTHERWISE | {"test_a_message_that_is_too_long_does_not_lose_the_form"}
)


@pytest.fixture(scope="module", params=["polling, sqlite", "webhook, postgresql, two processes"])
def way(request: pytest.FixtureRequest) -> tuple[bool, str]:
    """Whether Telegram brings its updates, and the database."""
    webhook = request.param.startswith("webhook")
    return webhook, request.getfixturevalue("postgres_url" if webhook else "sqlite_url")


@pytest.fixture(scope="module")
async def played(
    way: tuple[bool, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, BaseException | None]]:
    """What came of each of them."""
    webhook, url = way
    folder = tmp_path_factory.mktemp("telegram")
    with (
        FakeTelegram() as telegram,
        opened(House(telegram=telegram, url=url, folder=folder, begin=BEGIN, webhook=webhook)) as house,
    ):
        for _process in range(2 if webhook else 1):
            await asyncio.to_thread(house.serve, "--unguided")
        yield await all_played(SCENARIOS, house, lambda answers: TelegramWay(house, answers).person("ana"))
        assert telegram.violations == []


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
async def test_it_is_played_over_telegram_as_in_the_terminal(
    played: dict[str, BaseException | None], name: str
) -> None:
    error = played[name]
    if error is not None:
        raise error
