"""Whose turn it is inside one process, and what passes those who wait."""

from __future__ import annotations

import asyncio

import pytest

from core.chat_ports import InboxRow
from storage.engine import Storage
from storage.turns import Turns
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock


async def test_turns_are_taken_in_the_order_of_asking_and_per_key() -> None:
    turns, order = Turns(1), list[str]()

    async def take(key: str, name: str) -> None:
        async with turns.of(key):
            order.append(name)
            await asyncio.sleep(0)

    async with turns.of("a"):
        waiting = [asyncio.create_task(take("a", f"a{number}")) for number in range(3)]
        await take("b", "b")

    await asyncio.gather(*waiting)
    assert order == ["b", "a0", "a1", "a2"]


async def test_no_more_have_their_turn_at_once_than_there_are_places() -> None:
    turns, inside, most = Turns(2), 0, 0

    async def take() -> None:
        nonlocal inside, most
        async with turns.of("a"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*[take() for _number in range(7)])

    assert most == 2


async def test_what_comes_first_passes_those_who_wait_and_not_each_other() -> None:
    turns, order = Turns(1), list[str]()

    async def take(name: str, first: bool) -> None:
        async with turns.of("a", first):
            order.append(name)

    async with turns.of("a"):
        waiting = [
            asyncio.create_task(take(name, name.startswith("first")))
            for name in ("1", "first1", "2", "first2")
        ]
        await asyncio.sleep(0)

    await asyncio.gather(*waiting)
    assert order == ["first1", "first2", "1", "2"]


async def test_a_turn_that_was_given_up_goes_to_the_next() -> None:
    turns, order = Turns(1), list[str]()

    async def take(name: str) -> None:
        async with turns.of("a"):
            order.append(name)

    async with turns.of("a"):
        one, two, three = [asyncio.create_task(take(name)) for name in ("1", "2", "3")]
        await asyncio.sleep(0)
        one.cancel()
        await asyncio.sleep(0)
    # It is let in by now, and gives up at the same moment.
    two.cancel()

    await asyncio.gather(one, two, three, return_exceptions=True)
    assert order == ["3"]
    async with asyncio.timeout(5), turns.of("a"):
        order.append("4")


@pytest.mark.parametrize("first", [True, False])
async def test_what_a_platform_waits_for_passes_a_process_that_is_busy(
    postgres_url: str, first: bool
) -> None:
    storage = Storage(postgres_url, FixedClock(), pool_size=1)
    row = InboxRow(str(IDS.new()), f"console:{IDS.new()}", {})

    async def stored() -> bool:
        async with storage.work(first=first) as work:
            return await work.inbox.store("console", row, storage.clock.now())

    try:
        async with storage.work() as busy:
            await busy.begin()
            storing = asyncio.create_task(stored())
            done, _waiting = await asyncio.wait((storing,), timeout=2 if first else 0.2)
            assert bool(done) is first
        assert await storing
    finally:
        await storage.close()
