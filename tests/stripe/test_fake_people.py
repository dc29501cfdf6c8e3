"""What people do at the fake Stripe has the effects and tells the events that it has at Stripe."""

from __future__ import annotations

import re

import pytest

from tests.fakes.stripe import FakeStripe, Impossible
from tests.fakes.stripe_client import Api
from tests.stripe.fake_shop import api, payment, stripe, upgrade

__all__ = ["api", "stripe"]

SESSIONS = "/v1/checkout/sessions"
DAY = 86400


def opened(api: Api, **more: object) -> str:
    return str(api.post(SESSIONS, **payment(**more))["id"])


def subscribed(api: Api, stripe: FakeStripe, **more: object) -> str:
    return stripe.pays(api.post(SESSIONS, **upgrade(stripe.pro, **more))["id"])


def told(stripe: FakeStripe, count: int) -> list[str]:
    return [event["type"] for event in stripe.own.events[-count:]]


def test_who_pays_completes_the_session(api: Api, stripe: FakeStripe) -> None:
    session = opened(api)

    intent = stripe.pays(session)

    seen = stripe.see(session)
    assert (seen["status"], seen["payment_status"], seen["payment_intent"]) == ("complete", "paid", intent)
    assert stripe.see(intent)["amount_received"] == 119_00
    assert told(stripe, 2) == ["payment_intent.succeeded", "checkout.session.completed"]


@pytest.mark.parametrize("end", ["pays", "lets_expire", "time"])
def test_nobody_pays_at_a_checkout_that_is_over(api: Api, stripe: FakeStripe, end: str) -> None:
    session = opened(api)
    if end == "time":
        stripe.advance(DAY + 120)
    else:
        getattr(stripe, end)(session)

    with pytest.raises(Impossible):
        stripe.pays(session)


def test_an_open_session_can_be_ended_and_a_paid_one_not(api: Api, stripe: FakeStripe) -> None:
    session, paid = opened(api), opened(api)
    stripe.pays(paid)

    ended = api.post(f"{SESSIONS}/{session}/expire")
    refused = api.post(f"{SESSIONS}/{paid}/expire")

    assert (ended["status"], refused.status) == ("expired", 400)
    assert told(stripe, 1) == ["checkout.session.expired"]


def test_a_direct_debit_is_complete_before_it_is_paid(api: Api, stripe: FakeStripe) -> None:
    session = opened(api)

    stripe.promises(session)
    promised = stripe.see(session)["payment_status"]
    stripe.pays_late(session)

    assert (promised, stripe.see(session)["payment_status"]) == ("unpaid", "paid")
    assert told(stripe, 1) == ["checkout.session.async_payment_succeeded"]


def test_a_direct_debit_may_come_back_unpaid(api: Api, stripe: FakeStripe) -> None:
    session = opened(api)
    stripe.promises(session)

    stripe.fails_late(session)

    assert stripe.see(session)["payment_status"] == "unpaid"
    assert told(stripe, 1) == ["checkout.session.async_payment_failed"]


def test_refunds_add_up_to_what_was_paid_and_no_more(api: Api, stripe: FakeStripe) -> None:
    intent = stripe.pays(opened(api))
    stripe.refunds(intent, 19_00)

    rest = stripe.refunds(intent)

    assert stripe.see(rest)["amount"] == 100_00
    assert [one["amount"] for one in api.get("/v1/refunds", payment_intent=intent)["data"]] == [100_00, 19_00]
    with pytest.raises(Impossible):
        stripe.refunds(intent, 1)


def test_a_refund_that_fails_leaves_the_charge_as_it_was(api: Api, stripe: FakeStripe) -> None:
    intent = stripe.pays(opened(api))
    refund = stripe.refunds(intent, 19_00)

    stripe.refund_fails(refund)

    charge = stripe.see(stripe.see(intent)["latest_charge"])
    assert (charge["amount_refunded"], stripe.see(refund)["status"]) == (0, "failed")


@pytest.mark.parametrize(
    ("outcome", "moves", "last"),
    [
        ("wins", [-50_00, 50_00], "charge.dispute.funds_reinstated"),
        ("loses", [-50_00], "charge.dispute.closed"),
    ],
)
def test_a_dispute_takes_the_money_until_it_is_won(
    api: Api, stripe: FakeStripe, outcome: str, moves: list[int], last: str
) -> None:
    dispute = stripe.disputes(stripe.pays(opened(api)), 50_00)

    getattr(stripe, outcome)(dispute)

    assert [one["amount"] for one in stripe.see(dispute)["balance_transactions"]] == moves
    assert told(stripe, 1) == [last]


def test_an_inquiry_takes_no_money(api: Api, stripe: FakeStripe) -> None:
    dispute = stripe.disputes(stripe.pays(opened(api)), inquiry=True)

    stripe.wins(dispute)

    assert (stripe.see(dispute)["status"], stripe.see(dispute)["balance_transactions"]) == (
        "warning_closed",
        [],
    )


# Subscriptions.


def test_an_upgrade_with_a_trial_costs_nothing_yet(api: Api, stripe: FakeStripe) -> None:
    trial = {"trial_period_days": 14, "metadata": {"business": "b1"}}

    subscription = stripe.see(subscribed(api, stripe, subscription_data=trial))

    assert (subscription["status"], subscription["metadata"]) == ("trialing", {"business": "b1"})
    assert subscription["trial_end"] - subscription["trial_start"] == 14 * DAY
    assert stripe.see(subscription["latest_invoice"])["total"] == 0


def test_a_renewal_moves_the_period_and_is_paid(api: Api, stripe: FakeStripe) -> None:
    subscription = subscribed(api, stripe)
    before = stripe.see(subscription)["items"]["data"][0]["current_period_end"]

    stripe.renews(subscription)

    seen = stripe.see(subscription)
    item = seen["items"]["data"][0]
    assert item["current_period_start"] == before
    assert 28 * DAY <= item["current_period_end"] - before <= 31 * DAY
    assert stripe.see(seen["latest_invoice"])["amount_paid"] == 12_00


def test_a_card_that_fails_leaves_the_subscription_past_due(api: Api, stripe: FakeStripe) -> None:
    subscription = subscribed(api, stripe)

    stripe.fails_to_renew(subscription)

    invoice = stripe.see(stripe.see(subscription)["latest_invoice"])
    assert stripe.see(subscription)["status"] == "past_due"
    assert invoice["parent"]["subscription_details"]["subscription"] == subscription
    assert told(stripe, 2) == ["invoice.payment_failed", "customer.subscription.updated"]


@pytest.mark.parametrize("flexible", [False, True])
def test_what_was_cancelled_ends_with_its_period(api: Api, stripe: FakeStripe, flexible: bool) -> None:
    subscription = subscribed(api, stripe)

    stripe.cancels_in_portal(subscription, flexible=flexible)
    seen = stripe.see(subscription)
    stripe.renews(subscription)

    assert (seen["status"], seen["cancel_at_period_end"]) == ("active", not flexible)
    assert seen["cancel_at"] == seen["items"]["data"][0]["current_period_end"]
    assert stripe.see(subscription)["status"] == "canceled"


def test_the_api_cancels_and_takes_it_back(api: Api, stripe: FakeStripe) -> None:
    subscription = subscribed(api, stripe)

    ends = api.post(f"/v1/subscriptions/{subscription}", cancel_at_period_end=True)["cancel_at_period_end"]
    goes_on = api.post(f"/v1/subscriptions/{subscription}", cancel_at_period_end=False)

    assert (ends, goes_on["cancel_at_period_end"], goes_on["cancel_at"]) == (True, False, None)


def test_a_subscription_that_ended_cannot_be_resumed(api: Api, stripe: FakeStripe) -> None:
    subscription = subscribed(api, stripe)
    stripe.ends(subscription)

    answer = api.post(f"/v1/subscriptions/{subscription}", cancel_at_period_end=False)

    assert answer.status == 400
    assert told(stripe, 1) == ["customer.subscription.deleted"]


# Pages.


def test_the_page_of_a_checkout_takes_the_money_and_leads_back(api: Api, stripe: FakeStripe) -> None:
    back = "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}"
    session = api.post(SESSIONS, **payment(success_url=back))

    page = api.page(session["url"])
    paid = api.page(session["url"], {"email": "paula@acme.example"})
    again = api.page(session["url"], {"email": "paula@acme.example"})

    assert "EUR 119.00" in page.text
    assert 'href="https://shop.example/back"' in page.text
    assert (paid.status_code, paid.headers["location"]) == (
        303, f"https://shop.example/thanks?session={session['id']}",
    )  # fmt: skip
    assert again.status_code == 410
    assert stripe.see(session["id"])["customer_details"]["email"] == "paula@acme.example"


def test_the_portal_cancels_what_its_customer_has(api: Api, stripe: FakeStripe) -> None:
    subscription = subscribed(api, stripe)
    portal = api.post(
        "/v1/billing_portal/sessions",
        customer=stripe.see(subscription)["customer"],
        return_url="https://shop.example/back",
    )

    page = api.page(portal["url"])
    button = re.search(r'name=cancel value="([^"]+)"', page.text)
    api.page(portal["url"], {"cancel": button[1] if button else ""})

    assert stripe.see(subscription)["cancel_at"] is not None
    assert "Don't cancel subscription" in api.page(portal["url"]).text
