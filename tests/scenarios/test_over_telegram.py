"""Every scenario that one person plays, played once more over Telegram, many at a time as in real life."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.telegram import FakeTelegram
from tests.scenarios.telegram_house import House, opened
from tests.scenarios.telegram_way import TelegramWay

BEGIN = "2026-03-05T09:41:07+00:00"
"""As tests/fakes/clock.py has it; here the time goes on."""
AT_ONCE = 12
ONLY_IN_A_TERMINAL = {
    # Telegram lets nobody send more than 4,096 characters at a time.
    "test_a_message_that_is_too_long_does_not_lose_the_form",
    # They compare a whole question, or its order, and a chat shows what is wrong below the question's number.
    "test_what_a_business_cannot_do_without_cannot_be_skipped",
    "test_one_line_needs_no_terms_and_says_which_field_is_wrong",
}
MODULES = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    play: Any
    values: dict[str, Any]


def scenarios() -> Iterator[Scenario]:
    """All that need nothing but Ana and their own values."""
    for module in MODULES:
        if module == "test_over_telegram":
            continue
        found = importlib.import_module(f"tests.scenarios.{module}")
        for name, function in vars(found).items():
            if name.startswith("test_") and inspect.iscoroutinefunction(function):
                yield from _cases(module, name, function)


def _cases(module: str, name: str, function: Any) -> Iterator[Scenario]:
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    columns = []
    for mark in marks:
        names = (
            [part.strip() for part in mark.args[0].split(",")]
            if isinstance(mark.args[0], str)
            else list(mark.args[0])
        )
        rows = [row if len(names) > 1 else (row,) for row in mark.args[1]]
        columns.append([dict(zip(names, row, strict=True)) for row in rows])
    taken = set(inspect.signature(function).parameters)
    given = {key for column in columns for key in column[0]}
    if taken - given != {"ana"} or name in ONLY_IN_A_TERMINAL:
        return
    for place, combination in enumerate(itertools.product(*columns)):
        values = {key: value for part in combination for key, value in part.items()}
        yield Scenario(f"{module}.{name}{place or ''}", function, values)


SCENARIOS = list(scenarios())


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
        balancing = asyncio.create_task(_in_turns(house))
        results = await _all(house)
        balancing.cancel()
        yield dict(zip((scenario.name for scenario in SCENARIOS), results, strict=True))
        assert telegram.violations == []


async def _in_turns(house: House) -> None:
    """As behind a load balancer without any sticky sessions."""
    for process in itertools.cycle(house.processes):
        house.lead_to(process)
        await asyncio.sleep(0.05)


async def _all(house: House) -> list[BaseException | None]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def play(scenario: Scenario) -> BaseException | None:
        async with gate:
            try:
                await scenario.play(ana=TelegramWay(house).person("ana"), **scenario.values)
            except Exception as error:
                return error
        return None

    return await asyncio.gather(*map(play, SCENARIOS))


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
async def test_it_is_played_over_telegram_as_in_the_terminal(
    played: dict[str, BaseException | None], name: str
) -> None:
    error = played[name]
    if error is not None:
        raise error
