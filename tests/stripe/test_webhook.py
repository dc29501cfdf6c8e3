"""What Stripe posts, and what only claims to come from there: nothing of that is stored, or makes any work."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from bot.stripe.webhook import MAX_BODY
from core.pay_ports import EVENT_JOB, PayAccount
from storage.tables import stripe_event
from tests.fakes.stripe import WEBHOOK_SECRET, Letter, sign
from tests.stripe.till import HOOK, Till

THEIR_SECRET = "whsec_of-one-business-only"  # scan: allow
OTHER_SECRET = "whsec_of-another-business"  # scan: allow


@pytest.fixture
async def subscription(till: Till) -> str:
    """One that was bought, and of which nobody told us."""
    return await till.buys(await till.opens())


def letter(till: Till, subscription: str, kind: str = "customer.subscription.created") -> Letter:
    return next(one for one in till.stripe.letters(type=kind) if subscription.encode() in one.body)


async def stored(till: Till) -> int:
    async with till.storage.connection() as connection:
        return (await connection.execute(sa.select(sa.func.count()).select_from(stripe_event))).scalar_one()


def signed(till: Till, body: bytes, secret: str = WEBHOOK_SECRET, age: int = 0) -> dict[str, str]:
    return {"Stripe-Signature": sign(body, secret, int(till.clock.now().timestamp()) - age)}


async def test_an_event_is_stored_with_the_job_that_applies_it(till: Till, subscription: str) -> None:
    told = letter(till, subscription)

    status = await till.brings(told)

    assert status == 200
    assert (EVENT_JOB, told.event_id) in till.errands.waiting
    async with till.storage.work() as work:
        found = await work.provider_events.get(told.event_id)
    assert found is not None
    assert (found.type, found.object_id, found.business_id) == (told.type, subscription, None)


async def test_an_event_that_comes_twice_makes_one_job(till: Till, subscription: str) -> None:
    told = letter(till, subscription)

    answers = [await till.brings(told), await till.brings(told)]

    assert answers == [200, 200]
    assert till.errands.waiting.count((EVENT_JOB, told.event_id)) == 1


async def test_a_secret_that_is_going_out_is_taken_as_well(till: Till, subscription: str) -> None:
    told = letter(till, subscription)

    answer = await till.web.post(
        "/stripe/webhook", content=told.body, headers=signed(till, told.body, "whsec_old")
    )

    assert answer.status_code == 200


Change = Callable[[Till, Letter], Letter]


def written_anew(till: Till, told: Letter) -> Letter:
    return replace(told, body=json.dumps(json.loads(told.body)).encode())


def with_headers(headers: Callable[[Till, Letter], dict[str, str]]) -> Change:
    return lambda till, told: replace(told, headers=headers(till, told))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda till, told: till.stripe.forged(told, type="invoice.paid"), id="another event"),
        pytest.param(written_anew, id="written anew"),
        pytest.param(
            with_headers(lambda till, told: signed(till, told.body, THEIR_SECRET)), id="another secret"
        ),
        pytest.param(with_headers(lambda till, told: signed(till, told.body, age=301)), id="replayed later"),
        pytest.param(
            with_headers(lambda till, told: signed(till, told.body, age=-301)), id="from the future"
        ),
        pytest.param(with_headers(lambda _till, _told: {}), id="not signed"),
        pytest.param(with_headers(lambda _till, _told: {"Stripe-Signature": ""}), id="signed with nothing"),
    ],
)
async def test_what_stripe_did_not_sign_changes_nothing(
    till: Till, subscription: str, change: Change
) -> None:
    before, forged = await stored(till), change(till, letter(till, subscription))

    status = await till.brings(forged)

    assert status == 400
    assert await stored(till) == before
    assert not [key for name, key in till.errands.waiting if name == EVENT_JOB and key == forged.event_id]


async def test_two_signatures_in_two_headers_are_one_too_many(till: Till, subscription: str) -> None:
    told = letter(till, subscription)
    headers = httpx.Headers(
        [*signed(till, told.body, THEIR_SECRET).items(), *signed(till, told.body).items()]
    )

    answer = await till.web.post("/stripe/webhook", content=told.body, headers=headers)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'{"id": "evt_1"}', "\ufeff{}".encode(), b"\xff\xfe",
        b'{"id": 1, "type": "invoice.paid", "created": 1, "data": {"object": {"id": "in_1"}}}',
        b'{"id": "evt_1", "type": "invoice.paid", "created": 1e99, "data": {"object": {"id": "in_1"}}}',
        b'{"id": "evt_1", "type": "invoice.paid", "created": 99999999999999999, "data": {"object": {"id": "in_1"}}}',
        b'{"id": "evt_1", "type": "invoice.paid", "created": true, "data": {"object": {"id": "in_1"}}}',
        b'{"id": "evt_1", "type": "invoice.paid", "created": 1, "data": []}',
        b"[" * 100_000,
    ],
)  # fmt: skip
async def test_what_is_signed_and_no_event_is_refused(till: Till, body: bytes) -> None:
    before = await stored(till)

    answer = await till.web.post("/stripe/webhook", content=body, headers=signed(till, body))

    assert answer.status_code == 400
    assert await stored(till) == before


async def test_what_is_too_large_is_not_read_to_its_end(till: Till) -> None:
    body = b" " * (MAX_BODY + 1)

    answer = await till.web.post("/stripe/webhook", content=body, headers=signed(till, body))

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "event",
    [
        {"type": "customer.created", "data": {"object": {"object": "customer", "id": "cus_1"}}},
        {"type": "invoice.paid", "data": {"object": {"object": "invoice", "id": "in_1", "parent": None}}},
        {"type": "checkout.session.completed",
         "data": {"object": {"object": "checkout.session", "id": "cs_1", "subscription": None}}},
    ],
    ids=lambda event: event["type"],
)  # fmt: skip
async def test_what_nobody_applies_is_acknowledged_and_forgotten(
    till: Till, event: dict[str, object]
) -> None:
    body, before = json.dumps({"id": "evt_of_no_use", "created": 1, **event}).encode(), await stored(till)

    answer = await till.web.post("/stripe/webhook", content=body, headers=signed(till, body))

    assert answer.status_code == 200
    assert await stored(till) == before


async def test_the_page_behind_a_checkout_says_nothing_and_is_not_kept(till: Till) -> None:
    answer = await till.web.get("/paid", headers={"Accept-Language": "fr-CH, en;q=0.5"})

    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


# -- the account of a business -----------------------------------------------------------------------


@pytest.fixture
async def ana(till: Till) -> UUID:
    return await connected(till, THEIR_SECRET)


async def connected(till: Till, secret: str) -> UUID:
    business_id = await till.opens()
    account = PayAccount("rk_test_1", (secret,), "acct_1", till.clock.now(), live=False)  # scan: allow
    async with till.storage.work() as work:
        await work.enter(business_id)
        await work.pay_accounts.save(account)
    return business_id


def refund(name: str) -> bytes:
    found = {"object": "refund", "id": "re_1"}
    return json.dumps(
        {"id": name, "created": 1, "type": "refund.created", "data": {"object": found}}
    ).encode()


async def test_an_event_of_a_business_is_stored_as_its_own(till: Till, ana: UUID) -> None:
    body = refund("evt_1Ana")

    answer = await till.web.post(
        f"/stripe/webhook/{ana.hex}", content=body, headers=signed(till, body, THEIR_SECRET)
    )

    assert answer.status_code == 200
    async with till.storage.work() as work:
        found = await work.provider_events.get(f"{ana.hex}:evt_1Ana")
        assert await work.provider_events.get("evt_1Ana") is None
    assert found is not None
    assert (found.business_id, found.object_id) == (ana, "re_1")


@pytest.mark.parametrize("secret", [WEBHOOK_SECRET, OTHER_SECRET, ""], ids=["ours", "another's", "none"])
async def test_only_its_own_secret_speaks_for_a_business(till: Till, ana: UUID, secret: str) -> None:
    await connected(till, OTHER_SECRET)
    body, before = refund("evt_forged"), await stored(till)

    answer = await till.web.post(
        f"/stripe/webhook/{ana.hex}", content=body, headers=signed(till, body, secret)
    )

    assert answer.status_code == 400
    assert await stored(till) == before


@pytest.mark.parametrize("name", ["0" * 32, "nobody", "%00", "019cbd5f", "٠" * 32])
async def test_a_business_that_takes_no_payments_looks_like_one_with_another_secret(
    till: Till, name: str
) -> None:
    body, before = refund("evt_forged"), await stored(till)

    answer = await till.web.post(
        f"/stripe/webhook/{name}", content=body, headers=signed(till, body, THEIR_SECRET)
    )

    assert answer.status_code == 400
    assert await stored(till) == before


def test_the_address_is_the_one_that_stripe_is_told() -> None:
    assert HOOK.endswith("/stripe/webhook")
