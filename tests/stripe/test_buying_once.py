"""No business is sold a second plan, or a second trial, however late Stripe's news of the first one are."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from core.errors import Conflict
from core.plan import Offer, Plan, Standing
from core.plan_ports import ORDER_JOB, OrderKind
from handlers.kinds import Notice, Reply
from tests.fakes import stripe_checkout as sessions
from tests.fakes.stripe import Slow
from tests.fakes.stripe_values import Json
from tests.stripe.till import Till

OPENING, LISTING = "POST /v1/checkout/sessions", "GET /v1/checkout/sessions"


@pytest.fixture
async def ana(till: Till) -> UUID:
    return await till.opens()


def notices(reply: Reply) -> str:
    return " ".join(block.text for block in reply.blocks if isinstance(block, Notice))


def pages(till: Till, business_id: UUID) -> list[Json]:
    """On which the business could buy a plan now."""
    return [
        session for session in till.stripe.own.all("checkout.session")
        if session["status"] == "open" and session["client_reference_id"] == business_id.hex
    ]  # fmt: skip


def bought(till: Till, business_id: UUID) -> list[Json]:
    return [
        sold
        for sold in till.stripe.own.all("subscription")
        if sold["metadata"]["business"] == business_id.hex
    ]


async def test_whoever_has_paid_is_sold_no_second_plan_before_stripe_tells_of_the_first(
    till: Till, ana: UUID
) -> None:
    subscription = await till.buys(ana)

    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.BUSINESS))
    await till.does(ORDER_JOB)

    found = await till.plan(ana)
    assert "Sie haben schon einen Tarif" in notices((await till.told(ana))[-1])
    assert pages(till, ana) == []
    assert (found.plan, found.standing, found.provider_id) == (Plan.PRO, Standing.TRIALING, subscription)


async def test_whoever_pays_while_another_page_is_opened_is_sold_one_plan(till: Till, ana: UUID) -> None:
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)
    first, opened = till.checkout(ana)["id"], len(till.stripe.calls_of(OPENING))
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.BUSINESS))
    till.stripe.trouble(Slow(0.3), OPENING)

    opening = asyncio.create_task(till.does(ORDER_JOB))
    await asyncio.to_thread(
        till.stripe.wait_until, lambda: len(till.stripe.calls_of(OPENING)) > opened, what="the second page"
    )
    subscription = till.stripe.pays(first)
    await opening

    assert pages(till, ana) == []
    assert not (await till.told(ana))[-1].buttons
    assert (await till.plan(ana)).provider_id == subscription


async def test_of_two_orders_at_the_same_time_one_page_stays_open(till: Till, ana: UUID) -> None:
    orders = [await till.orders(ana, OrderKind.UPGRADE, Offer(plan)) for plan in (Plan.PRO, Plan.BUSINESS)]
    till.stripe.trouble(Slow(0.2), OPENING, times=2)

    await asyncio.gather(*(till.cashier.acts[ORDER_JOB](f"{ana.hex}:{order.id.hex}") for order in orders))

    [open_one] = pages(till, ana)
    links = [button.url for reply in await till.told(ana) for button in reply.buttons]
    assert open_one["metadata"]["order"] == orders[1].id.hex
    assert links == [open_one["url"]]


async def test_what_else_the_customer_is_about_to_pay_in_the_account_stays_open(
    till: Till, ana: UUID
) -> None:
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)
    with till.stripe.world.changed:
        course = sessions.create(till.stripe.own, {
            "mode": "payment", "customer": till.checkout(ana)["customer"], "success_url": "https://shop.example",
            "line_items": [
                {"price_data": {"currency": "eur", "unit_amount": 900, "product_data": {"name": "A course"}},
                 "quantity": 1}
            ],
        })  # fmt: skip

    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.BUSINESS))
    await till.does(ORDER_JOB)

    assert till.stripe.see(course["id"])["status"] == "open"


async def test_whoever_changes_the_address_between_two_orders_keeps_one_name_and_one_page(
    till: Till, ana: UUID
) -> None:
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)
    first = till.checkout(ana)["customer"]
    async with till.storage.work() as work:
        await work.enter(ana)
        await work.businesses.save(replace(await work.businesses.get(), email="neu@krueger.example"))

    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)

    [page] = pages(till, ana)
    assert page["customer"] == first == (await till.plan(ana)).customer


async def test_a_trial_that_ended_before_stripe_told_of_it_is_not_given_again(till: Till, ana: UUID) -> None:
    till.stripe.ends(await till.buys(ana))

    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)

    assert "trial_period_days" not in till.stripe.calls_of(OPENING)[-1].parameters["subscription_data"]
    till.stripe.pays(till.checkout(ana)["id"])
    assert [sold["status"] for sold in bought(till, ana)] == ["active", "canceled"]


async def test_whom_stripe_does_not_know_any_more_is_named_there_anew(till: Till, ana: UUID) -> None:
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)
    with till.stripe.world.changed:
        gone = till.checkout(ana)["customer"]
        del till.stripe.own.objects[gone]
        till.stripe.own.kept.clear()

    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)

    named = (await till.plan(ana)).customer
    assert named != gone
    assert named in [page["customer"] for page in pages(till, ana)]


async def test_a_name_at_stripe_alone_opens_no_portal(till: Till, ana: UUID) -> None:
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)

    with pytest.raises(Conflict):
        await till.orders(ana, OrderKind.PORTAL)
