"""What is sold to a business at Stripe, told in whatever order and however often, and what is known of it then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from bot.stripe.events import OURS
from core.errors import Unavailable
from core.money import Money
from core.pay_ports import EVENT_JOB
from core.plan import Plan, Standing
from core.ports import BUSINESS_JOB
from tests.fakes.stripe import HangUp, Slow
from tests.stripe.telling import applies, failure, letters, told
from tests.stripe.till import Till


@pytest.fixture
async def ana(till: Till) -> UUID:
    return await till.opens()


async def test_a_bought_plan_begins_with_its_trial(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana, Plan.PRO)

    await told(till, subscription)

    found, now = await till.plan(ana), till.clock.now().replace(microsecond=0)
    assert (found.plan, found.standing, found.yearly) == (Plan.PRO, Standing.TRIALING, False)
    assert found.price == Money(1200, "EUR")
    assert found.trial_ends_at == found.renews_at
    assert found.trial_ends_at is not None
    assert abs(found.trial_ends_at - now - timedelta(days=14)) < timedelta(minutes=1)
    assert found.trialed
    assert found.provider_id == subscription
    assert found.customer.startswith("cus_")
    assert (BUSINESS_JOB, ana.hex) in till.errands.waiting


async def test_told_backwards_and_twice_it_is_the_same_plan(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana, Plan.BUSINESS)
    till.stripe.cancels_in_portal(subscription)
    till.stripe.resumes_in_portal(subscription)
    news, before = letters(till, subscription), await till.plan(ana)

    for letter in [*news[::-1], *news]:
        assert await till.brings(letter) == 200
    applied = await till.does(EVENT_JOB)

    assert applied == sum(letter.type in OURS for letter in news)
    found = await till.plan(ana)
    assert (found.plan, found.standing, found.ends_at) == (Plan.BUSINESS, Standing.TRIALING, None)
    assert found.version == before.version + 1


@pytest.mark.parametrize("flexible", [False, True])
async def test_a_plan_that_was_cancelled_in_the_portal_goes_on_until_its_end(
    till: Till, ana: UUID, flexible: bool
) -> None:
    subscription = await till.buys(ana)

    till.stripe.cancels_in_portal(subscription, flexible=flexible)
    await told(till, subscription)

    found = await till.plan(ana)
    assert found.standing is Standing.TRIALING
    assert found.ends_at == found.renews_at


async def test_a_plan_that_ended_is_over(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    await told(till, subscription)

    till.stripe.ends(subscription)
    await told(till, subscription)

    found = await till.plan(ana)
    assert found.standing is Standing.CANCELED
    assert found.trialed


async def test_a_failed_payment_counts_from_when_it_was_first_heard_of(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    await told(till, subscription)
    till.stripe.fails_to_renew(subscription)
    await told(till, subscription)
    first = await till.plan(ana)

    till.clock.advance(timedelta(days=2))
    till.stripe.fails_to_renew(subscription)
    await told(till, subscription)

    second = await till.plan(ana)
    assert (first.standing, second.standing) == (Standing.PAST_DUE, Standing.PAST_DUE)
    assert first.past_due_since is not None
    assert second.past_due_since == first.past_due_since


async def test_a_payment_that_comes_after_all_ends_the_grace(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    till.stripe.fails_to_renew(subscription)
    await told(till, subscription)

    till.stripe.renews(subscription)
    await told(till, subscription)

    found = await till.plan(ana)
    assert (found.standing, found.past_due_since) == (Standing.ACTIVE, None)


async def test_another_price_is_another_plan(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    await told(till, subscription)

    till.stripe.changes_price(subscription, till.stripe.pro_yearly)
    await told(till, subscription)

    found = await till.plan(ana)
    assert (found.plan, found.yearly, found.price) == (Plan.PRO, True, Money(12000, "EUR"))


@pytest.fixture
async def dearer(till: Till) -> AsyncIterator[Till]:
    """The same install after its operator named another price for the plan Pro."""
    made = Till(till.url, till.stripe, till.clock, pro=till.stripe.price("price_1ProDearer", 1500))
    yield made
    await made.close()


async def test_what_an_earlier_price_bought_is_followed_to_its_end(
    till: Till, dearer: Till, ana: UUID
) -> None:
    subscription = await till.buys(ana)
    await told(till, subscription)

    till.stripe.fails_to_renew(subscription)
    await told(dearer, subscription)
    late = await till.plan(ana)
    till.stripe.ends(subscription)
    await told(dearer, subscription)
    over = await till.plan(ana)

    assert (late.plan, late.standing, late.price) == (Plan.PRO, Standing.PAST_DUE, Money(1200, "EUR"))
    assert late.past_due_since is not None
    assert (over.plan, over.standing) == (Plan.PRO, Standing.CANCELED)


async def test_news_of_an_old_subscription_leave_the_new_one_alone(till: Till, ana: UUID) -> None:
    old = await till.buys(ana)
    await told(till, old)
    till.stripe.ends(old)
    await told(till, old)
    new = await till.buys(ana, Plan.BUSINESS)
    await told(till, new)

    await applies(till, old, "evt_of_the_old_one")

    found = await till.plan(ana)
    assert (found.plan, found.provider_id, found.standing) == (Plan.BUSINESS, new, Standing.ACTIVE)
    assert await failure(till, "evt_of_the_old_one") == ""


async def test_a_new_subscription_counts_before_the_end_of_the_old_one_was_told(
    till: Till, ana: UUID
) -> None:
    old = await till.buys(ana)
    await told(till, old)
    till.stripe.ends(old)
    new = till.sells_by_hand(ana, (await till.plan(ana)).customer, till.stripe.business)

    await applies(till, new, "evt_of_the_new_one")

    found = await till.plan(ana)
    assert (found.plan, found.provider_id) == (Plan.BUSINESS, new)


def of_somebody_else(till: Till, subscription: str) -> None:
    """It names no business of ours, and neither is it paid for by one."""
    with till.stripe.world.changed:
        till.stripe.world.owner(subscription)[1].update(metadata={}, customer="cus_of_somebody_else")


async def test_a_subscription_of_nobody_here_changes_nothing(till: Till, ana: UUID) -> None:
    subscription, before = await till.buys(ana), await till.plan(ana)
    of_somebody_else(till, subscription)

    await told(till, subscription)

    assert await till.plan(ana) == before


async def test_a_subscription_that_stripe_does_not_know_is_set_aside(till: Till) -> None:
    await applies(till, "sub_of_nobody", "evt_of_nobody")

    assert "sub_of_nobody" in await failure(till, "evt_of_nobody")
    async with till.storage.work() as work:
        assert await work.provider_events.get("evt_of_nobody") is None


async def test_a_price_of_no_plan_is_set_aside(till: Till, ana: UUID) -> None:
    subscription, before = await till.buys(ana), await till.plan(ana)
    other = till.stripe.price("price_1Other", 700)
    till.stripe.changes_price(subscription, other)

    await applies(till, subscription, "evt_of_another_price")

    assert "price_1Other" in await failure(till, "evt_of_another_price")
    assert await till.plan(ana) == before


async def test_whatever_else_is_sold_in_the_account_is_no_failure(till: Till, ana: UUID) -> None:
    subscription, before = await till.buys(ana), await till.plan(ana)
    till.stripe.changes_price(subscription, till.stripe.price("price_1Course", 900))
    of_somebody_else(till, subscription)

    await applies(till, subscription, "evt_of_a_course")

    assert await failure(till, "evt_of_a_course") == ""
    async with till.storage.work() as work:
        assert await work.provider_events.get("evt_of_a_course") is None
    assert await till.plan(ana) == before


async def test_what_was_told_before_an_install_stopped_selling_waits(till: Till, ana: UUID) -> None:
    subscription, before = await till.buys(ana), await till.plan(ana)
    stopped = Till(till.url, till.stripe, till.clock, sells=False)

    await applies(stopped, subscription, "evt_before_it_stopped")
    await stopped.close()

    assert await till.plan(ana) == before
    async with till.storage.work() as work:
        assert await work.provider_events.get("evt_before_it_stopped") is not None


async def test_with_a_key_that_stripe_does_not_know_the_event_waits(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    with till.stripe.world.changed:
        kept = dict(till.stripe.own.keys)
        till.stripe.own.keys.clear()

    with pytest.raises(Unavailable):
        await applies(till, subscription, "evt_between_two_keys")
    with till.stripe.world.changed:
        till.stripe.own.keys.update(kept)
    await till.cashier.acts[EVENT_JOB]("evt_between_two_keys")

    assert (await till.plan(ana)).provider_id == subscription


async def test_where_stripe_does_not_answer_the_event_waits(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    till.stripe.trouble(HangUp(), "GET /v1/subscriptions/{id}", times=None)

    with pytest.raises(Unavailable):
        await applies(till, subscription, "evt_later")
    till.stripe.calm()
    await till.cashier.acts[EVENT_JOB]("evt_later")

    assert (await till.plan(ana)).provider_id == subscription


async def test_what_was_read_before_somebody_else_saved_is_read_again(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    seen = len(till.stripe.calls_of("GET /v1/subscriptions/{id}"))
    till.stripe.trouble(Slow(0.2), "GET /v1/subscriptions/{id}", times=2)

    slow = asyncio.create_task(applies(till, subscription, "evt_slow"))
    await asyncio.to_thread(
        till.stripe.wait_until, lambda: len(till.stripe.calls_of("GET /v1/subscriptions/{id}")) >= seen + 2
    )
    till.stripe.cancels_in_portal(subscription)
    await applies(till, subscription, "evt_quick")
    ended = (await till.plan(ana)).ends_at
    await slow

    assert ended is not None
    assert (await till.plan(ana)).ends_at == ended
