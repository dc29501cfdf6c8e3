"""The fake Stripe takes what Stripe takes and refuses what Stripe refuses."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.stripe import PAYING, FakeStripe, HangUp, Slow, TooMany
from tests.fakes.stripe_client import Api
from tests.fakes.stripe_values import Json
from tests.stripe.fake_shop import api, line, payment, strict, stripe, upgrade

__all__ = ["api", "strict", "stripe"]

SESSIONS = "/v1/checkout/sessions"


def test_a_checkout_is_opened_for_the_sum_of_its_lines(api: Api) -> None:
    lines = [line(119_00), {**line(7_01), "quantity": 3}]

    session = api.post(SESSIONS, **payment(line_items=lines, metadata={"invoice": "2026-0007"}))

    assert (session["amount_total"], session["currency"]) == (140_03, "eur")
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    assert session["metadata"] == {"invoice": "2026-0007"}


@pytest.mark.parametrize(
    ("parameters", "code", "param"),
    [
        (payment(colour="red"), "parameter_unknown", "colour"),
        (payment(line_items=[{**line(), "colour": "red"}]), "parameter_unknown", "line_items[0][colour]"),
        (payment(payment_method_types=["card"]), "parameter_unknown", "payment_method_types"),
        (payment(line_items=[]), "parameter_missing", "line_items"),
        (payment(success_url=None), "parameter_missing", "success_url"),
        (payment(success_url="/thanks"), "url_invalid", "success_url"),
        (payment(cancel_url="shop.example"), "url_invalid", "cancel_url"),
        (payment(success_url=""), "parameter_invalid_empty", "success_url"),
        (payment(mode="gift"), "", "mode"),
        (payment(locale="xx"), "", "locale"),
        (payment(expires_at="soon"), "parameter_invalid_integer", "expires_at"),
        (payment(expires_at=17), "", "expires_at"),
        (payment(line_items=[line(49)]), "amount_too_small", "line_items"),
        (payment(line_items=[line(100_000_000)]), "amount_too_large", "line_items"),
        (payment(line_items=[line(100, "eu")]), "", "line_items[0][price_data][currency]"),
        (payment(line_items=[line(1001, "kwd")]), "", "line_items[0][price_data][unit_amount]"),
        (payment(line_items=[line(5050, "isk")]), "", "line_items[0][price_data][unit_amount]"),
        (
            payment(line_items=[line(-1)]),
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        (payment(line_items=[line(), line(currency="usd")]), "", "line_items"),
        (
            payment(line_items=[{"price": "price_none", "quantity": 1}]),
            "resource_missing",
            "line_items[0][price]",
        ),
        (payment(customer="cus_none"), "resource_missing", "customer"),
        (payment(customer_email="ana"), "email_invalid", "customer_email"),
        (payment(client_reference_id="x" * 201), "", "client_reference_id"),
        (payment(metadata={str(n): "x" for n in range(51)}), "", "metadata"),
        (payment(metadata={"x" * 41: "x"}), "", "metadata"),
        (payment(metadata={"x": "x" * 501}), "", "metadata[x]"),
        (payment(payment_intent_data={"metadata": {"x": "x" * 501}}), "", "payment_intent_data[metadata][x]"),
        (payment(subscription_data={"trial_period_days": 14}), "", "subscription_data"),
        (upgrade("price_1ProMonthly", subscription_data={"trial_period_days": 0}), "", "subscription_data"),
        (upgrade("price_1ProMonthly", mode="payment"), "", "line_items[0][price]"),
        (payment(mode="subscription"), "", "line_items"),
    ],
)
def test_what_stripe_does_not_take_is_refused_by_name(
    strict: Api, parameters: Json, code: str, param: str
) -> None:
    answer = strict.post(SESSIONS, **parameters)

    assert answer.error == (400, code, param)
    assert strict.get(SESSIONS)["data"] == []


def test_an_unknown_a_missing_and_a_revoked_key_are_refused(api: Api, stripe: FakeStripe) -> None:
    revoked = stripe.own.add_key()
    stripe.own.revoke(revoked)
    version = {"Stripe-Version": "2026-10-28.endive"}

    answers = [
        api.raw("GET", "/v1/account", {**version, **more})
        for more in (
            {},
            {"Authorization": "Bearer sk_test_unknown"},  # scan: allow
            {"Authorization": f"Bearer {revoked}"},
        )
    ]

    assert [answer.error[:2] for answer in answers] == [(401, ""), (401, ""), (401, "api_key_expired")]
    assert revoked not in str(answers[2].body)


def test_a_key_may_also_stand_where_the_name_of_a_user_does(api: Api, stripe: FakeStripe) -> None:
    basic = base64.b64encode(f"{stripe.own.key}:".encode()).decode()

    answer = api.raw("GET", "/v1/account", {"Authorization": f"Basic {basic}"})

    assert answer["id"] == stripe.own.id


def test_a_restricted_key_may_do_what_it_is_for_and_no_more(stripe: FakeStripe) -> None:
    ana = stripe.account("acct_1Ana")
    with Api(stripe.url, ana.restricted(*PAYING)) as api:
        session = api.post(SESSIONS, **payment())

        portal = api.post("/v1/billing_portal/sessions", customer="cus_1")
        payment_id = stripe.pays(session["id"])
        fees = ["latest_charge.balance_transaction"]
        expanded = api.get(f"/v1/payment_intents/{payment_id}", expand=fees)

    assert portal.status == 403
    assert "Having the 'rak_customer_portal_write' permission" in portal.body["error"]["message"]
    assert "'rak_balance_transaction_read'" in expanded.body["error"]["message"]


def test_accounts_do_not_see_one_another(api: Api, stripe: FakeStripe) -> None:
    ana = stripe.account("acct_1Ana")
    session = api.post(SESSIONS, **payment())

    with Api(stripe.url, ana.key) as hers:
        answer = hers.get(f"{SESSIONS}/{session['id']}")

    assert answer.error == (404, "resource_missing", "session")


def test_a_call_without_a_version_is_refused_and_noted() -> None:
    with FakeStripe() as stripe, Api(stripe.url, stripe.own.key) as api:
        headers = {"Authorization": f"Bearer {stripe.own.key}", "Stripe-Version": ""}

        answer = api.raw("GET", "/v1/account", headers)

        assert answer.status == 400
        assert stripe.troubled == ["GET /v1/account came without a Stripe-Version"]


# Idempotency.


def test_a_key_that_comes_again_gets_the_same_answer(api: Api, stripe: FakeStripe) -> None:
    first = api.post(SESSIONS, key="order-1", **payment())

    second = api.post(SESSIONS, key="order-1", **payment())

    assert second.body == first.body
    assert (first.headers.get("idempotent-replayed"), second.headers["idempotent-replayed"]) == (None, "true")
    assert second.headers["original-request"] == first.headers["request-id"]
    assert len(api.get(SESSIONS)["data"]) == 1


def test_a_key_is_good_for_its_parameters_and_its_endpoint_only(api: Api) -> None:
    api.post(SESSIONS, key="order-1", **payment())

    other_parameters = api.post(SESSIONS, key="order-1", **payment(line_items=[line(50_00)]))
    other_endpoint = api.post("/v1/customers", key="order-1", name="Ana")

    assert [answer.body["error"]["type"] for answer in (other_parameters, other_endpoint)] == [
        "idempotency_error", "idempotency_error",
    ]  # fmt: skip


def test_what_was_refused_may_be_mended_under_the_same_key(api: Api) -> None:
    refused = api.post(SESSIONS, key="order-1", **payment(locale="xx"))

    mended = api.post(SESSIONS, key="order-1", **payment(locale="de"))

    assert (refused.status, mended["locale"]) == (400, "de")


def test_a_key_is_forgotten_after_a_day(api: Api, stripe: FakeStripe) -> None:
    first = api.post(SESSIONS, key="order-1", **payment())
    stripe.advance(24 * 3600 + 1)

    second = api.post(SESSIONS, key="order-1", **payment())

    assert second["id"] != first["id"]


def test_a_key_in_use_is_refused_until_its_answer_has_left(api: Api, stripe: FakeStripe) -> None:
    stripe.trouble(Slow(0.3), f"POST {SESSIONS}")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(api.post, SESSIONS, key="order-1", **payment())
        stripe.wait_until(lambda: stripe.calls_of(f"POST {SESSIONS}"))

        busy = api.post(SESSIONS, key="order-1", **payment())

    assert busy.error[:2] == (409, "idempotency_key_in_use")
    assert api.post(SESSIONS, key="order-1", **payment())["id"] == slow.result()["id"]


def test_an_answer_that_was_lost_is_there_for_the_same_key(api: Api, stripe: FakeStripe) -> None:
    stripe.trouble(HangUp(after_work=True), f"POST {SESSIONS}")
    with pytest.raises(Exception, match="disconnected"):
        api.post(SESSIONS, key="order-1", **payment())

    again = api.post(SESSIONS, key="order-1", **payment())

    assert [one["id"] for one in api.get(SESSIONS)["data"]] == [again["id"]]


def test_too_many_calls_are_told_when_to_come_again(api: Api, stripe: FakeStripe) -> None:
    stripe.trouble(TooMany(7))

    answer = api.get("/v1/account")

    assert (answer.error[:2], answer.headers["retry-after"]) == ((429, "rate_limit"), "7")
    assert api.get("/v1/account")["id"] == stripe.own.id


# Lists.


def test_events_are_listed_in_pages_newest_first(api: Api, stripe: FakeStripe) -> None:
    stripe.pays(api.post(SESSIONS, **payment())["id"])

    first = api.get("/v1/events", limit=3)
    second = api.get("/v1/events", limit=3, starting_after=first["data"][-1]["id"])

    assert [one["type"] for one in first["data"] + second["data"]] == [
        "checkout.session.completed", "payment_intent.succeeded", "charge.succeeded", "payment_intent.created",
    ]  # fmt: skip
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_events_are_listed_by_type_and_time_for_thirty_days(api: Api, stripe: FakeStripe) -> None:
    stripe.pays(api.post(SESSIONS, **payment())["id"])
    before = stripe.world.now()
    stripe.advance(20 * 86400)
    stripe.pays(api.post(SESSIONS, **payment())["id"])

    kinds = ["checkout.session.completed", "charge.refunded"]
    both = api.get("/v1/events", types=kinds)["data"]
    recent = api.get("/v1/events", types=kinds, created={"gte": before + 1})["data"]
    stripe.advance(11 * 86400)
    left = api.get("/v1/events", types=kinds)["data"]

    assert (len(both), len(recent), len(left)) == (2, 1, 1)
    assert api.get(f"/v1/events/{both[1]['id']}").status == 404


def test_pages_have_at_most_a_hundred_rows_and_begin_at_a_known_one(api: Api) -> None:
    too_many = api.get("/v1/events", limit=101)
    nowhere = api.get("/v1/events", starting_after="evt_none")

    assert (too_many.error[2], nowhere.error[2]) == ("limit", "starting_after")


def test_an_id_gives_way_to_its_object_where_that_is_asked_for(api: Api, stripe: FakeStripe) -> None:
    session = api.post(SESSIONS, **payment())["id"]
    stripe.pays(session, email="paula@acme.example")

    seen = api.get(f"{SESSIONS}/{session}", expand=["payment_intent.latest_charge", "line_items"])

    assert seen["payment_intent"]["latest_charge"]["billing_details"]["email"] == "paula@acme.example"
    assert [one["amount_total"] for one in seen["line_items"]["data"]] == [119_00]
