"""What Stripe could not tell us is asked for, and what was stored and left lying is taken up again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from bot.stripe.catching_up import CATCH_UP_JOB
from core.pay_ports import EVENT_JOB, PayAccount, ProviderEvent
from core.plan import Standing
from storage.tables import rate_slot
from tests.fakes.stripe import PAYING, HangUp
from tests.stripe.till import Till


@pytest.fixture
async def ana(till: Till) -> UUID:
    return await till.opens()


async def catches_up(till: Till) -> None:
    await till.cashier.acts[CATCH_UP_JOB]("")


async def test_a_plan_that_nobody_told_of_is_found_and_counts(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)

    await catches_up(till)
    await till.does(EVENT_JOB)

    found = await till.plan(ana)
    assert (found.provider_id, found.standing) == (subscription, Standing.TRIALING)


async def test_what_is_known_is_asked_for_again_and_not_done_again(till: Till, ana: UUID) -> None:
    await till.buys(ana)
    await catches_up(till)
    await till.does(EVENT_JOB)

    await catches_up(till)

    assert await till.does(EVENT_JOB) == 0
    asked = [call.parameters["created"] for call in till.stripe.calls_of("GET /v1/events")]
    now = till.clock.now()
    assert asked[0]["gte"] == str(int((now - timedelta(days=30)).timestamp()))
    assert asked[-1] == {"gte": str(int((now - timedelta(hours=1)).timestamp()))}


async def test_what_was_missed_is_found_although_something_newer_was_told(till: Till, ana: UUID) -> None:
    await catches_up(till)
    subscription = await till.buys(ana)
    till.clock.advance(timedelta(hours=5))
    newer = ProviderEvent("evt_newer", "invoice.paid", "sub_of_others", till.clock.now())
    async with till.storage.work() as work:
        await work.provider_events.store(newer, till.clock.now())

    await catches_up(till)
    await till.does(EVENT_JOB)

    assert (await till.plan(ana)).provider_id == subscription


async def test_a_process_that_begins_asks_since_any_of_them_asked_last(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    await catches_up(till)
    await till.does(EVENT_JOB)
    till.clock.advance(timedelta(hours=1))
    till.stripe.ends(subscription)
    till.clock.advance(timedelta(days=4))
    other = Till(till.url, till.stripe, till.clock)

    await catches_up(other)
    await other.does(EVENT_JOB)
    await other.close()

    assert (await till.plan(ana)).standing is Standing.CANCELED


async def test_after_a_long_pause_what_happened_is_stored_day_by_day(till: Till, ana: UUID) -> None:
    await catches_up(till)
    till.clock.advance(timedelta(days=2, hours=12))
    subscription = await till.buys(ana)
    begun = len(till.stripe.calls_of("GET /v1/events"))

    await catches_up(till)
    await till.does(EVENT_JOB)

    asked = [call.parameters["created"] for call in till.stripe.calls_of("GET /v1/events")[begun:]]
    assert [sorted(one) for one in asked] == [["gte", "lte"], ["gte", "lte"], ["gte"]]
    assert [one["lte"] for one in asked[:2]] == [one["gte"] for one in asked[1:]]
    assert (await till.plan(ana)).provider_id == subscription


async def test_a_plan_whose_time_passed_without_a_word_is_read_again(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    await catches_up(till)
    await till.does(EVENT_JOB)
    till.stripe.ends(subscription)
    till.clock.advance(timedelta(days=32))
    async with till.storage.work() as work:
        await work.connection.execute(sa.delete(rate_slot).where(rate_slot.c.key == "lapsed_plans"))

    await catches_up(till)

    assert await till.does(EVENT_JOB) == 0
    assert (await till.plan(ana)).standing is Standing.CANCELED


async def test_where_stripe_does_not_answer_it_is_asked_the_next_time(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    till.stripe.trouble(HangUp(), "GET /v1/events", times=None)
    await catches_up(till)
    till.stripe.calm()

    await catches_up(till)
    await till.does(EVENT_JOB)

    assert (await till.plan(ana)).provider_id == subscription


async def test_events_of_a_business_are_asked_for_with_its_own_key(till: Till, ana: UUID) -> None:
    theirs = till.stripe.account("acct_1Ana")
    account = PayAccount(theirs.restricted(*PAYING), (), theirs.id, till.clock.now(), live=False)
    async with till.storage.work() as work:
        await work.enter(ana)
        await work.pay_accounts.save(account)
    with till.stripe.world.changed:
        theirs.emit("refund.created", {"object": "refund", "id": "re_1Ana"})

    await catches_up(till)

    jobs = [key for name, key in till.errands.waiting if name == EVENT_JOB and key.startswith(ana.hex)]
    assert len(jobs) == 1
    async with till.storage.work() as work:
        found = await work.provider_events.get(jobs[0])
    till.errands.waiting.clear()
    assert found is not None
    assert (found.business_id, found.object_id) == (ana, "re_1Ana")


async def test_an_event_that_was_left_lying_is_taken_up_again(till: Till, ana: UUID) -> None:
    subscription = await till.buys(ana)
    await catches_up(till)
    till.errands.waiting.clear()
    till.clock.advance(timedelta(minutes=16))

    await till.cashier.sweep(timedelta(minutes=15))
    await till.does(EVENT_JOB)

    assert (await till.plan(ana)).provider_id == subscription


async def test_what_waits_for_stripe_has_one_job_however_often_somebody_looks(till: Till, ana: UUID) -> None:
    await till.buys(ana)
    await catches_up(till)
    stored = [job for job in till.errands.waiting if job[0] == EVENT_JOB]
    till.errands.waiting.clear()
    till.clock.advance(timedelta(seconds=3))

    for _look in range(3):
        await till.cashier.sweep(timedelta(seconds=2))
    found = [job for job in till.errands.waiting if job in stored]
    till.clock.advance(timedelta(minutes=16))
    await till.cashier.sweep(timedelta(seconds=2))

    assert sorted(found) == sorted(stored)
    assert len([job for job in till.errands.waiting if job in stored]) == 2 * len(stored)
    await till.does(EVENT_JOB)


async def test_the_clock_leaves_it_to_one_job_in_five_minutes(till: Till) -> None:
    await till.cashier.tick()
    await till.cashier.tick()

    assert till.errands.waiting.count((CATCH_UP_JOB, "")) == 1


async def test_more_than_one_page_of_events_is_read_to_its_end(till: Till, ana: UUID) -> None:
    begin = till.clock.now() - timedelta(seconds=1)
    subscription = await till.buys(ana)
    for _time in range(51):
        till.stripe.cancels_in_portal(subscription)
        till.stripe.resumes_in_portal(subscription)
    asked = len(till.stripe.calls_of("GET /v1/events"))

    found = await till.at_stripe.plans.list_events(begin)

    assert len(till.stripe.calls_of("GET /v1/events")) == asked + 2
    mine = [event for event in found if event.object_id == subscription]
    assert len({event.id for event in mine}) == len(mine) > 102
    assert mine == sorted(mine, key=lambda event: event.created_at)
