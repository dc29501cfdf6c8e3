"""Scenarios that one person plays, played once more over Telegram, many at a time as in real life."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest

from tests.fakes.telegram import FakeTelegram
from tests.scenarios.every import ASKED_OTHERWISE, BEGIN, play_all, scenarios, share
from tests.scenarios.telegram_house import House, opened
from tests.scenarios.telegram_way import TelegramWay

SCENARIOS = scenarios(
    # Telegram lets nobody send more than 4,096 characters at a time.
    ASKED_OTHERWISE | {"test_a_message_that_is_too_long_does_not_lose_the_form"}
)


@pytest.fixture(params=["polling, sqlite", "webhook, postgresql, two processes"])
def way(request: pytest.FixtureRequest) -> tuple[bool, str]:
    """Whether Telegram brings its updates, and the database."""
    webhook = request.param.startswith("webhook")
    return webhook, request.getfixturevalue("postgres_url" if webhook else "sqlite_url")


async def test_its_share_of_all_scenarios_is_played_over_telegram_as_in_the_terminal(
    way: tuple[bool, str], tmp_path: Path
) -> None:
    webhook, url = way
    folder = tmp_path
    with (
        # Others leave updates in the same database, and each bot counts its own from the same number.
        FakeTelegram(f"{uuid.uuid4().int % 10**9}:not-a-real-token") as telegram,
        opened(House(telegram=telegram, url=url, folder=folder, begin=BEGIN, webhook=webhook)) as house,
    ):
        for _process in range(2 if webhook else 1):
            await asyncio.to_thread(house.serve, "--unguided")
        played = share(SCENARIOS, 2 + webhook)
        await play_all(played, house, lambda answers: TelegramWay(house, answers).person("ana"))
        assert telegram.violations == []
