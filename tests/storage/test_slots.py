"""Rate slots: moments handed out one after the other, to whoever asks, by the database's clock."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from storage.engine import Storage


@pytest.fixture
def key() -> str:
    return f"telegram:{uuid.uuid4().hex}"


async def reserved(storage: Storage, key: str, seconds: float, patience: float = 60) -> tuple[bool, float]:
    async with storage.work() as work:
        return await work.slots.reserve(key, seconds, patience)


async def test_the_first_moment_is_now_and_the_next_ones_follow_at_their_distance(
    storage: Storage, key: str
) -> None:
    waits = [await reserved(storage, key, 7) for _ask in range(3)]

    assert all(granted for granted, _wait in waits)
    assert [round(wait) for _granted, wait in waits] == [0, 7, 14]


async def test_a_moment_too_far_away_is_not_taken(storage: Storage, key: str) -> None:
    await reserved(storage, key, 7)

    refused = [await reserved(storage, key, 7, patience=3) for _ask in range(2)]
    later = await reserved(storage, key, 7)

    assert [(granted, round(wait)) for granted, wait in refused] == [(False, 7), (False, 7)]
    assert (later[0], round(later[1])) == (True, 7)


async def test_a_key_that_is_held_gives_no_moment_before(storage: Storage, key: str) -> None:
    async with storage.work() as work:
        await work.slots.hold(key, 40)
        await work.slots.hold(key, 20)

    granted, wait = await reserved(storage, key, 1)

    assert (granted, round(wait)) == (True, 40)


async def test_keys_do_not_wait_for_each_other(storage: Storage, key: str) -> None:
    await reserved(storage, key, 30)

    assert (await reserved(storage, f"{key}/other", 30))[1] < 1


async def test_many_who_ask_at_once_get_moments_of_their_own(storage: Storage, key: str) -> None:
    waits = await asyncio.gather(*(reserved(storage, key, 5) for _ask in range(12)))

    assert sorted(round(wait / 5) for _granted, wait in waits) == list(range(12))
