"""The fake Stripe signs its events and brings them as orderly as it is told to."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest
import stripe as library

from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe_client import Api
from tests.stripe.fake_shop import api, payment, stripe
from tests.stripe.listening import Ear

__all__ = ["api", "stripe"]

SESSIONS = "/v1/checkout/sessions"
COMPLETED = "checkout.session.completed"


@pytest.fixture
def ear() -> Iterator[Ear]:
    """An endpoint that accepts everything."""
    with Ear() as one:
        yield one


def paid(api: Api, stripe: FakeStripe) -> str:
    return stripe.pays(api.post(SESSIONS, **payment())["id"])


def test_an_event_is_signed_as_the_official_library_checks_it(api: Api, stripe: FakeStripe, ear: Ear) -> None:
    secret = stripe.own.listen(ear.url, COMPLETED)

    paid(api, stripe)
    stripe.drained()

    body, headers = ear.heard[0]
    event = library.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
    assert (event.type, len(ear.heard)) == (COMPLETED, 1)


def test_an_endpoint_made_by_the_api_hears_what_it_asked_for_until_it_is_gone(
    api: Api, stripe: FakeStripe, ear: Ear
) -> None:
    made = api.post("/v1/webhook_endpoints", url=ear.url, enabled_events=[COMPLETED, "charge.succeeded"])

    paid(api, stripe)
    stripe.drained()
    listed = api.get("/v1/webhook_endpoints")["data"]
    api.delete(f"/v1/webhook_endpoints/{made['id']}")
    paid(api, stripe)
    stripe.drained()

    assert sorted(ear.types) == ["charge.succeeded", COMPLETED]
    assert made["secret"].startswith("whsec_")
    assert ["secret" in one for one in listed] == [False]


@pytest.mark.parametrize("habit", ["forged", "reencoded", "seconds_old"])
def test_a_wrong_signature_is_refused_by_the_official_library(
    api: Api, stripe: FakeStripe, ear: Ear, habit: str
) -> None:
    secret = stripe.own.listen(ear.url, COMPLETED)
    setattr(stripe.deliver, habit, 301 if habit == "seconds_old" else True)

    paid(api, stripe)
    stripe.drained()

    body, headers = ear.heard[0]
    with pytest.raises(library.SignatureVerificationError):
        library.Webhook.construct_event(body, headers["Stripe-Signature"], secret)


def test_events_come_twice_and_backwards_when_they_are_told_to(
    api: Api, stripe: FakeStripe, ear: Ear
) -> None:
    stripe.own.listen(ear.url, COMPLETED, "charge.succeeded", "charge.refunded")
    stripe.deliver.held = stripe.deliver.twice = True
    stripe.refunds(paid(api, stripe))

    stripe.release(backwards=True)

    assert ear.types == [
        "charge.refunded", "charge.refunded", COMPLETED, COMPLETED, "charge.succeeded", "charge.succeeded",
    ]  # fmt: skip


def test_events_that_are_not_brought_are_still_listed(api: Api, stripe: FakeStripe, ear: Ear) -> None:
    stripe.own.listen(ear.url)
    stripe.deliver.off = True

    paid(api, stripe)
    stripe.drained()

    assert ear.heard == []
    assert [one["type"] for one in api.get("/v1/events", type=COMPLETED)["data"]] == [COMPLETED]


def test_an_event_is_brought_again_until_it_is_accepted(api: Api, stripe: FakeStripe, ear: Ear) -> None:
    stripe.own.listen(ear.url, COMPLETED)
    ear.answers = [500, 302]

    paid(api, stripe)
    stripe.drained()

    assert [(one.status, one.attempt) for one in stripe.deliveries] == [(500, 1), (302, 2), (200, 3)]


def test_an_event_can_be_sent_once_more_by_hand(api: Api, stripe: FakeStripe, ear: Ear) -> None:
    stripe.own.listen(ear.url, COMPLETED)
    paid(api, stripe)
    stripe.drained()

    stripe.send_again(stripe.deliveries[0].event_id)
    stripe.drained()

    assert [one.event_id for one in stripe.deliveries] == [stripe.deliveries[0].event_id] * 2


def test_a_public_address_leads_to_where_it_is_served(api: Api, stripe: FakeStripe, ear: Ear) -> None:
    stripe.routes["https://bot.example"] = ear.url
    stripe.own.listen("https://bot.example/stripe/webhook", COMPLETED)

    paid(api, stripe)
    stripe.drained()

    assert ear.paths == ["/stripe/webhook"]


def test_letters_are_signed_for_a_test_that_posts_them_itself(api: Api, stripe: FakeStripe) -> None:
    secret = stripe.own.listen("https://bot.example/stripe/webhook")
    stripe.deliver.off = True
    paid(api, stripe)

    letter = stripe.letters(type=COMPLETED)[0]
    forged = stripe.forged(letter, type="charge.refunded")

    at = letter.headers["Stripe-Signature"].split(",")[0].removeprefix("t=")
    right = hmac.new(secret.encode(), f"{at}.".encode() + letter.body, hashlib.sha256).hexdigest()
    assert f"v1={right}" in letter.headers["Stripe-Signature"]
    assert json.loads(forged.body)["type"] == "charge.refunded"
    assert forged.headers == letter.headers


def test_an_endpoint_needs_an_address_that_can_be_reached(api: Api) -> None:
    answers = [
        api.post("/v1/webhook_endpoints", url=url, enabled_events=["*"]) for url in ("bot.example", "/stripe")
    ]

    assert [answer.error for answer in answers] == [(400, "url_invalid", "url")] * 2
