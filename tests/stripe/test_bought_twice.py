"""A business that pays for two plans, which only a hand at Stripe can bring about, is told so and loses neither."""

from __future__ import annotations

from uuid import UUID

import pytest

from core.pay_ports import EVENT_JOB
from core.plan import Plan, Standing
from handlers.kinds import Notice
from tests.stripe.telling import applies, failure, told
from tests.stripe.till import Till


@pytest.fixture
async def ana(till: Till) -> UUID:
    return await till.opens()


async def pays_twice(till: Till, ana: UUID) -> tuple[str, str]:
    """The first one is known here."""
    first = await till.buys(ana)
    await told(till, first)
    return first, till.sells_by_hand(ana, (await till.plan(ana)).customer, till.stripe.business)


async def hears(till: Till, ana: UUID) -> list[str]:
    """The notices about its two plans."""
    return [
        block.text for reply in await till.told(ana) for block in reply.blocks
        if isinstance(block, Notice) and "zahlt für zwei Tarife" in block.text
    ]  # fmt: skip


async def test_a_plan_that_was_bought_twice_is_set_aside_for_the_operator(till: Till, ana: UUID) -> None:
    first, second = await pays_twice(till, ana)

    await applies(till, second, "evt_twice")

    assert (await till.plan(ana)).provider_id == first
    said = await failure(till, "evt_twice")
    assert first in said
    assert second in said


async def test_a_business_is_told_once_that_it_pays_for_two_plans(till: Till, ana: UUID) -> None:
    _first, second = await pays_twice(till, ana)

    await applies(till, second, "evt_twice_created")
    await applies(till, second, "evt_twice_paid")

    assert await hears(till, ana) == [
        "Wäscherei Krüger & Töchter zahlt für zwei Tarife: Es gilt Pro, und daneben wurde Business gekauft. Bitte"
        " kündigen Sie einen davon."
    ]
    assert [button.label for button in (await till.told(ana))[-1].buttons] == ["Abrechnung"]


@pytest.mark.parametrize("heard", [False, True], ids=["nobody heard of the other", "the other was set aside"])
async def test_when_the_one_that_counts_ends_the_other_one_counts(till: Till, ana: UUID, heard: bool) -> None:
    first, second = await pays_twice(till, ana)
    if heard:
        await applies(till, second, "evt_set_aside")

    till.stripe.ends(first)
    await applies(till, first, f"evt_the_end_{heard}")

    found = await till.plan(ana)
    assert (found.plan, found.standing, found.provider_id) == (Plan.BUSINESS, Standing.ACTIVE, second)
    assert found.trialed
    assert await failure(till, f"evt_the_end_{heard}") == ""


async def test_when_the_other_one_ends_the_first_one_goes_on(till: Till, ana: UUID) -> None:
    first, second = await pays_twice(till, ana)
    before = await till.plan(ana)

    till.stripe.ends(second)
    for letter in till.stripe.letters(type="customer.subscription.deleted"):
        if second.encode() in letter.body:
            await till.brings(letter)
    await till.does(EVENT_JOB)

    assert before.provider_id == first
    assert await till.plan(ana) == before


async def test_a_plan_beside_it_at_an_unknown_price_does_not_keep_the_end_from_being_told(
    till: Till, ana: UUID
) -> None:
    first, second = await pays_twice(till, ana)
    till.stripe.changes_price(second, till.stripe.price("price_1Unknown", 800))

    till.stripe.ends(first)
    await applies(till, first, "evt_the_end_beside")

    found = await till.plan(ana)
    assert (found.provider_id, found.standing) == (first, Standing.CANCELED)
