"""What a member orders about the plan, carried out at Stripe and answered in the chat."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bot.stripe.calls import API_VERSION
from bot.stripe.catching_up import CATCH_UP_JOB
from core.errors import Unavailable
from core.pay_ports import EVENT_JOB
from core.plan import Offer, Plan
from core.plan_ports import ORDER_JOB, OrderKind
from handlers.kinds import Notice, Reply, Text
from tests.fakes.stripe import HangUp, Refusal, ServerError
from tests.stripe.till import ORIGIN, Till

CHECKOUT, PORTAL = "POST /v1/checkout/sessions", "POST /v1/billing_portal/sessions"


@pytest.fixture
async def ana(till: Till) -> UUID:
    return await till.opens()


async def bought(till: Till, business_id: UUID) -> str:
    subscription = await till.buys(business_id)
    for letter in till.stripe.letters(type="customer.subscription.created"):
        if subscription.encode() in letter.body:
            await till.brings(letter)
    await till.does(EVENT_JOB)
    return subscription


def words(reply: Reply) -> str:
    return " ".join(block.text for block in reply.blocks if isinstance(block, Text | Notice))


async def test_an_upgrade_is_answered_with_the_page_on_which_it_is_bought(till: Till, ana: UUID) -> None:
    order = await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO, yearly=True))

    await till.does(ORDER_JOB)

    session, call = till.checkout(ana), till.stripe.calls_of(CHECKOUT)[-1]
    [said] = await till.told(ana)
    assert [(button.label, button.url) for button in said.buttons] == [("Pro kaufen", session["url"])]
    assert f"telegram:{ana.hex}" in till.chats
    assert (call.idempotency_key, call.version) == (order.id.hex, API_VERSION)
    assert call.parameters == {
        "mode": "subscription",
        "line_items": {"0": {"price": till.stripe.pro_yearly, "quantity": "1"}},
        "client_reference_id": ana.hex,
        "metadata": {"business": ana.hex, "order": order.id.hex},
        "subscription_data": {"metadata": {"business": ana.hex}, "trial_period_days": "14"},
        "customer": session["customer"],
        "success_url": f"{ORIGIN}/paid",
        "cancel_url": f"{ORIGIN}/paid",
    }


async def test_a_business_has_one_name_at_stripe_and_one_page_at_a_time(till: Till, ana: UUID) -> None:
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    await till.does(ORDER_JOB)
    first = till.checkout(ana)
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.BUSINESS))
    await till.does(ORDER_JOB)
    second = till.checkout(ana)

    assert second["id"] != first["id"]
    assert second["customer"] == first["customer"]
    assert till.stripe.see(first["id"])["status"] == "expired"
    named = till.stripe.see(first["customer"])
    assert (named["email"], named["metadata"]) == ("post@krueger.example", {"business": ana.hex})


async def test_whoever_had_a_trial_pays_at_once_under_the_same_name(till: Till, ana: UUID) -> None:
    subscription = await bought(till, ana)
    till.stripe.ends(subscription)
    await till.cashier.acts[CATCH_UP_JOB]("")
    await till.does(EVENT_JOB)

    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.BUSINESS))
    await till.does(ORDER_JOB)

    asked = till.stripe.calls_of(CHECKOUT)[-1].parameters
    assert "trial_period_days" not in asked["subscription_data"]
    assert asked["customer"] == (await till.plan(ana)).customer
    assert "customer_email" not in asked


async def test_billing_is_answered_with_the_portal(till: Till, ana: UUID) -> None:
    await bought(till, ana)

    await till.orders(ana, OrderKind.PORTAL)
    await till.does(ORDER_JOB)

    call = till.stripe.calls_of(PORTAL)[-1]
    said = (await till.told(ana))[-1]
    assert said.buttons[0].url == call.response["url"]
    assert call.parameters == {
        "customer": (await till.plan(ana)).customer, "return_url": f"{ORIGIN}/paid",
    }  # fmt: skip


async def test_a_cancelled_plan_ends_with_its_period_and_goes_on_when_resumed(till: Till, ana: UUID) -> None:
    await bought(till, ana)

    await till.orders(ana, OrderKind.CANCEL)
    await till.does(ORDER_JOB)
    cancelled = await till.plan(ana)
    await till.orders(ana, OrderKind.RESUME)
    await till.does(ORDER_JOB)
    resumed = await till.plan(ana)

    assert cancelled.ends_at == cancelled.renews_at
    assert cancelled.ends_at is not None
    assert resumed.ends_at is None


async def test_what_was_cancelled_in_the_portal_is_resumed_in_the_chat(till: Till, ana: UUID) -> None:
    subscription = await bought(till, ana)
    till.stripe.cancels_in_portal(subscription, flexible=True)
    await till.cashier.acts[CATCH_UP_JOB]("")
    await till.does(EVENT_JOB)

    await till.orders(ana, OrderKind.RESUME)
    await till.does(ORDER_JOB)

    assert (await till.plan(ana)).ends_at is None
    assert till.stripe.see(subscription)["cancel_at"] is None


@pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(after_work=True)], ids=repr)
async def test_a_lost_answer_is_asked_for_again_and_nothing_is_opened_twice(
    till: Till, ana: UUID, fault: HangUp | ServerError
) -> None:
    order = await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    till.stripe.trouble(fault, CHECKOUT)
    key = f"{ana.hex}:{order.id.hex}"

    with pytest.raises(Unavailable):
        await till.cashier.acts[ORDER_JOB](key)
    await till.cashier.acts[ORDER_JOB](key)
    await till.cashier.acts[ORDER_JOB](key)

    opened = [one for one in till.stripe.own.all("checkout.session") if one["client_reference_id"] == ana.hex]
    assert len(opened) == 1
    assert [reply.buttons[0].url for reply in await till.told(ana)] == [opened[0]["url"]]
    asked = [outcome for name, outcome in till.heard if name == "checkout.create"]
    assert asked[-2:] == ["unavailable", "ok"]


async def test_what_stripe_refuses_is_said_in_the_chat_without_a_secret(till: Till, ana: UUID) -> None:
    order = await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    till.stripe.trouble(Refusal(f"the key {till.stripe.own.key} may not"), CHECKOUT)

    await till.does(ORDER_JOB)
    await till.cashier.acts[ORDER_JOB](f"{ana.hex}:{order.id.hex}")

    [said] = await till.told(ana)
    assert words(said).startswith("Die Seite konnte nicht geöffnet werden. ")
    assert till.stripe.own.key not in words(said)
    assert not said.buttons


async def test_after_a_day_without_an_answer_the_order_is_given_up(till: Till, ana: UUID) -> None:
    order = await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    till.stripe.trouble(HangUp(), CHECKOUT, times=None)
    till.clock.advance(timedelta(hours=24))

    await till.does(ORDER_JOB)
    till.stripe.calm()
    await till.cashier.acts[ORDER_JOB](f"{ana.hex}:{order.id.hex}")

    assert "Stripe" in words((await till.told(ana))[0])
    assert not [
        one for one in till.stripe.own.all("checkout.session") if one["client_reference_id"] == ana.hex
    ]


async def test_orders_that_nobody_carried_out_are_found_again(till: Till, ana: UUID) -> None:
    await till.orders(ana, OrderKind.UPGRADE, Offer(Plan.PRO))
    till.errands.waiting.clear()
    till.clock.advance(timedelta(minutes=16))

    await till.cashier.sweep(timedelta(minutes=15))
    await till.does(ORDER_JOB)

    assert len(await till.told(ana)) == 1


@pytest.mark.parametrize("key", ["", "nothing", "00" * 16, f"{'00' * 16}:{'00' * 16}", "a:b:c"])
async def test_a_job_for_an_order_of_nobody_does_nothing(till: Till, key: str) -> None:
    before = len(till.stripe.calls)

    await till.cashier.acts[ORDER_JOB](key)

    assert len(till.stripe.calls) == before
