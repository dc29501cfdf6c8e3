"""What a plan includes is taken and given back with the transaction that uses it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import PlanLimit
from core.plan import Feature, Plan
from core.usecases.plan import full, give_back, take, used_of
from storage.engine import Storage
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop


async def used(shop: Shop) -> int:
    async with shop.desk() as desk:
        return (await used_of(desk, Feature.INVOICES)).used


async def take_and_fail(shop: Shop) -> None:
    async with shop.desk() as desk:
        await take(desk, Feature.INVOICES)
        raise ZeroDivisionError


async def test_a_transaction_that_fails_gives_back_what_it_took(selling: Storage, shop: Shop) -> None:
    async with shop.desk() as desk:
        await take(desk, Feature.INVOICES)

    with pytest.raises(ZeroDivisionError):
        await take_and_fail(shop)

    assert await used(shop) == 1


async def test_what_was_taken_last_month_is_given_back_to_last_month(
    selling: Storage, shop: Shop, clock: FixedClock
) -> None:
    async with shop.desk() as desk:
        await take(desk, Feature.INVOICES)
    clock.advance(timedelta(days=31))
    async with shop.desk() as desk:
        await take(desk, Feature.INVOICES)

    async with shop.desk() as desk:
        await give_back(desk, Feature.INVOICES, MORNING)

    assert await used(shop) == 1
    clock.advance(-timedelta(days=31))
    assert await used(shop) == 0


async def test_the_sixth_of_a_month_is_refused_with_what_a_chat_needs_to_say(
    selling: Storage, shop: Shop
) -> None:
    async with shop.desk() as desk:
        for _count in range(5):
            await take(desk, Feature.INVOICES)

    with pytest.raises(PlanLimit) as refused:
        async with shop.desk() as desk:
            await take(desk, Feature.INVOICES)

    assert (refused.value.feature, refused.value.most, refused.value.offer) == ("invoices", 5, "pro")
    assert str(refused.value.resets_on) == "2026-04-01"


async def test_every_feature_has_words_for_being_full(selling: Storage, shop: Shop) -> None:
    async with shop.desk() as desk:
        said = {str(full(desk, Plan.FREE, feature)) for feature in Feature}

    assert len(said) == len(Feature)
    assert all("Free" in sentence for sentence in said)
