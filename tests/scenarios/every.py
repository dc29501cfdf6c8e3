"""Every scenario that one person plays, found in its module, and played many at a time as in real life."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from tests.scenarios.answers import Answers
from tests.scenarios.chat import Chat
from tests.scenarios.house import House

BEGIN = "2026-03-05T09:41:07+00:00"
"""As tests/fakes/clock.py has it; here the time goes on."""
AT_ONCE = 12
WAYS = 4
"""Telegram that is asked or that brings, and Slack to one process or two."""
ASKED_OTHERWISE = frozenset(
    {
        "test_what_a_business_cannot_do_without_cannot_be_skipped",
        "test_one_line_needs_no_terms_and_says_which_field_is_wrong",
    }
)
"""They compare a whole question, or its order, and a chat shows what is wrong below the question's number."""
_PLAYED_HERE = "test_over_"
"""How the modules begin that play the scenarios of the others."""


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    play: Any
    values: dict[str, Any]


def scenarios(without: frozenset[str]) -> list[Scenario]:
    """All that need nothing but Ana and their own values; `without` are tests that make sense elsewhere only. An Ana
    of a module's own has something already, and an office that sells plans (SELLS) is not the one that is started.
    """
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
    modules = {
        name: vars(importlib.import_module(f"tests.scenarios.{name}"))
        for name in names
        if not name.startswith(_PLAYED_HERE)
    }
    return [
        scenario
        for module, found in modules.items()
        if not {"ana", "SELLS"} & found.keys()
        for name, function in found.items()
        if name.startswith("test_") and inspect.iscoroutinefunction(function) and name not in without
        for scenario in _cases(module, name, function)
    ]


def share(found: Sequence[Scenario], way: int) -> list[Scenario]:
    """What is played in that one of the four ways over a platform: all in each would take minutes more."""
    return [scenario for scenario in found if crc32(scenario.name.encode()) % WAYS == way]


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
    if taken - given != {"ana"}:
        return
    for place, combination in enumerate(itertools.product(*columns)):
        values = {key: value for part in combination for key, value in part.items()}
        yield Scenario(f"{module}.{name}{place or ''}", function, values)


async def play_all(found: Sequence[Scenario], house: House, ana: Callable[[Answers], Chat]) -> None:
    """Every scenario has an Ana of its own, and what is brought goes to the processes in turn.

    Raises what went wrong in any of them, under its name. It is one test, for among several workers a test for each
    scenario would have every worker play all of them.
    """
    gate = asyncio.Semaphore(AT_ONCE)
    answers = Answers(house.url)
    balancing = asyncio.create_task(_in_turns(house))

    async def play(scenario: Scenario) -> Exception | None:
        async with gate:
            try:
                await scenario.play(ana=ana(answers), **scenario.values)
            except Exception as error:
                error.add_note(f"in {scenario.name}")
                return error
        return None

    try:
        results = await asyncio.gather(*map(play, found))
    finally:
        balancing.cancel()
        await answers.close()
    failed = [error for error in results if error is not None]
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(found)} scenarios", failed)


async def _in_turns(house: House) -> None:
    """As behind a load balancer without any sticky sessions."""
    for process in itertools.cycle(house.processes):
        house.lead_to(process)
        await asyncio.sleep(0.05)
