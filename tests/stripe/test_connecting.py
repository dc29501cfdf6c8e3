"""A business lets its clients pay online: the page on which its key is entered, and parting with the account."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.clock import FixedClock
from tests.fakes.stripe import PAYING, FakeStripe, ServerError
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme
from tests.stripe.paying_office import PayingOffice, ask


@pytest.fixture(scope="module")
async def office(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PayingOffice]:
    """For the whole file: each test has a business and an account of its own."""
    clock, file = FixedClock(), tmp_path_factory.mktemp("connecting") / "connecting.db"
    shutil.copyfile(sqlite_template, file)
    with FakeStripe(clock=clock.now) as stripe:
        office = PayingOffice(f"sqlite:///{file}", stripe, clock)
        yield office
        await office.close()
    assert stripe.troubled == []


@pytest.fixture
async def owner(office: PayingOffice, request: pytest.FixtureRequest) -> Chat:
    owner = office.person(request.node.name.strip("]").replace("[", "-")[-40:])
    await opens_a_studio_with_acme(owner)
    return owner


async def test_a_key_is_entered_once_on_a_page_of_its_own(office: PayingOffice, owner: Chat) -> None:
    account = office.stripe.account("acct_1Once")
    page, key = await office.key_page_of(owner), account.restricted(*PAYING)

    asked = await ask(office.site(), "GET", page)
    entered = await office.enters(page, key)
    again = await office.enters(page, key)

    assert "Checkout Sessions: write" in asked.text
    assert "Clients can pay" not in entered.text
    assert "connected in test mode" in entered.text
    assert key not in entered.text
    assert (asked.status, entered.status, again.status) == (200, 200, 404)
    assert "acct_1Once" in office.unasked(owner.name)[-1].text
    await owner.says("/payments")
    owner.sees("acct_1Once")
    owner.sees("test: no real money moves")


async def test_a_key_that_may_not_do_enough_is_refused_with_the_page_still_good(
    office: PayingOffice, owner: Chat
) -> None:
    account = office.stripe.account("acct_1Few")
    page = await office.key_page_of(owner)

    refusals = [
        await office.enters(page, key)
        for key in ("", "sk_live_7", "rk_test_of-nobody", account.restricted("event_read"))
    ]
    good = await office.enters(page, account.restricted(*PAYING))

    assert [answer.status for answer in refusals] == [422, 422, 422, 422]
    assert good.status == 200


async def test_a_provider_that_does_not_answer_uses_no_page_up(office: PayingOffice, owner: Chat) -> None:
    account = office.stripe.account("acct_1Slow")
    page, key = await office.key_page_of(owner), account.restricted(*PAYING)
    office.stripe.trouble(ServerError(), times=None)

    down = await office.enters(page, key)
    office.stripe.calm()
    up = await office.enters(page, key)

    assert (down.status, up.status) == (503, 200)


async def test_a_page_is_good_for_a_quarter_of_an_hour(office: PayingOffice, owner: Chat) -> None:
    page = await office.key_page_of(owner)

    office.wait(minutes=16)
    late = await office.enters(page, office.stripe.account("acct_1Late").restricted(*PAYING))
    guessed = await ask(office.site(), "GET", "/stripe/key/AAAAAAAAAAAAAAAAAAAAAA")

    assert (late.status, guessed.status) == (404, 404)


async def test_another_key_takes_the_place_of_the_first_one(office: PayingOffice, owner: Chat) -> None:
    first, second = office.stripe.account("acct_1First"), office.stripe.account("acct_1Second")
    await office.connects(owner, first)

    await office.connects(owner, second)

    assert list(first.all("webhook_endpoint")) == []
    assert len(list(second.all("webhook_endpoint"))) == 1


async def test_parting_ends_what_is_open_and_takes_the_webhook_down(
    office: PayingOffice, owner: Chat
) -> None:
    account = office.stripe.account("acct_1Parting")
    await office.connects(owner, account)
    page = await office.page_of(owner, await bills(owner, "Acme: 3h design @ 120; vat 19%"))
    checkout = await office.opens_checkout(page)

    await owner.says("/payments disconnect")
    await office.tick()

    owner.sees("Clients can no longer pay online")
    assert office.stripe.see(checkout)["status"] == "expired"
    assert list(account.all("webhook_endpoint")) == []
    assert (await office.presses_pay(page)).headers["location"] == page
    await owner.says("/payments disconnect")
    owner.sees("No Stripe account is connected.")


async def test_a_key_in_a_chat_is_refused_with_a_warning(office: PayingOffice, owner: Chat) -> None:
    await owner.says("/payments connect rk_live_not-a-key")  # scan: allow

    owner.sees("A key has no place in a chat")


async def test_only_the_owner_connects(office: PayingOffice, owner: Chat) -> None:
    admin = office.person(f"{owner.name}-admin")
    await invites(owner, admin, "admin")

    await admin.says("/payments connect")
    admin.sees("/payments connect is for the role owner")
    await admin.says("/payments")
    admin.sees("Clients cannot pay online yet.")


@pytest.mark.parametrize("change", ["remove", "role"])
async def test_who_is_no_owner_any_more_connects_nothing(
    office: PayingOffice, owner: Chat, change: str
) -> None:
    bob = office.person(f"{owner.name}-bob")
    await invites(owner, bob, "owner")
    account = office.stripe.account(f"acct_1Bob{change}")
    path, key = await office.key_page_of(bob), account.restricted(*PAYING)
    removed = {"remove": f"/member remove {bob.name}", "role": f"/member role {bob.name} admin"}
    await owner.says(removed[change])

    shown = await ask(office.site(), "GET", path)
    entered = await office.enters(path, key)

    assert (shown.status, entered.status) == (404, 404)
    assert list(account.all("webhook_endpoint")) == []
    await owner.says("/payments")
    owner.sees("Clients cannot pay online yet.")


async def test_who_is_removed_while_the_key_is_checked_connects_nothing(
    office: PayingOffice, owner: Chat
) -> None:
    bob, account = office.person(f"{owner.name}-bob"), office.stripe.account("acct_1Checked")
    await invites(owner, bob, "owner")
    token = (await office.key_page_of(bob)).rpartition("/")[2]
    assert office.app.cashier is not None
    found = await office.app.cashier.keys.find(token, ["en"])
    assert found is not None
    await owner.says(f"/member remove {bob.name}")

    connected = await office.app.cashier.keys.connect(token, found[0], account.restricted(*PAYING))

    assert connected is None
    assert list(account.all("webhook_endpoint")) == []


async def test_a_forged_old_or_rewritten_event_of_a_business_changes_nothing(
    office: PayingOffice, owner: Chat
) -> None:
    account, other = office.stripe.account("acct_1Forged"), office.stripe.account("acct_1Other")
    neighbour = office.person(f"{owner.name}-2")
    await opens_a_studio_with_acme(neighbour)
    await office.connects(owner, account)
    await office.connects(neighbour, other)
    page = await office.page_of(owner, await bills(owner, "Acme: 3h design @ 120; vat 19%"))
    office.stripe.pays(await office.opens_checkout(page))
    (real,) = office.stripe.letters(account, "checkout.session.completed")
    before = await office.snapshot(owner.name)

    office.stripe.deliver.forged = True
    (forged,) = office.stripe.letters(account, "checkout.session.completed")
    office.stripe.deliver.forged, office.stripe.deliver.seconds_old = False, 301
    (old,) = office.stripe.letters(account, "checkout.session.completed")
    office.stripe.deliver.seconds_old, office.stripe.deliver.reencoded = 0, True
    (rewritten,) = office.stripe.letters(account, "checkout.session.completed")
    office.stripe.deliver.reencoded = False
    statuses = [
        await office.brings(letter)
        for letter in (forged, old, rewritten, office.stripe.forged(real, id="evt_other"))
    ]
    neighbours = next(iter(other.all("webhook_endpoint")))["url"]
    crossed = await ask(
        office.site(), "POST", neighbours.removeprefix("https://bot.example"), real.body, dict(real.headers)
    )

    assert [*statuses, crossed.status] == [400, 400, 400, 400, 400]
    assert await office.snapshot(owner.name) == before


async def test_another_account_takes_over_what_was_open_in_the_first_one(
    office: PayingOffice, owner: Chat
) -> None:
    first, second = office.stripe.account("acct_1Before"), office.stripe.account("acct_1After")
    await office.connects(owner, first)
    number = await bills(owner, "Acme: 3h design @ 120; vat 19%")
    page = await office.page_of(owner, number)
    old = await office.opens_checkout(page)

    await office.connects(owner, second)
    new = await office.opens_checkout(page)
    office.stripe.pays(new)
    await office.hears(second)

    assert office.stripe.see(old)["status"] == "expired"
    assert await office.booked(number) == [(428_40, 428_40, "online")]


async def test_what_was_paid_while_the_key_was_refused_is_booked_with_the_next_one(
    office: PayingOffice, owner: Chat
) -> None:
    account = office.stripe.account("acct_1Revoked")
    await office.connects(owner, account)
    number = await bills(owner, "Acme: 3h design @ 120; vat 19%")
    page = await office.page_of(owner, number)
    checkout = await office.opens_checkout(page)
    for key in list(account.keys):
        account.revoke(key)
    office.stripe.pays(checkout)

    await office.hears(account)
    await owner.says(f"/paid {number} 100 cash")
    refused = await office.presses_pay(page)
    told = [seen.text for seen in office.unasked(owner.name) if "refuses the key" in seen.text]
    account.add_key()
    office.wait(seconds=1)
    await office.connects(owner, account)
    assert office.app.cashier is not None
    office.wait(seconds=1)
    await office.app.cashier.sweep(timedelta(0))
    await office.errands.work_off(office.app)

    assert refused.status == 503
    assert len(told) == 1
    assert await office.booked(number) == [(100_00, 100_00, "cash"), (428_40, 328_40, "online")]


async def test_who_comes_back_from_paying_finds_the_invoice_again(office: PayingOffice, owner: Chat) -> None:
    await office.connects(owner, office.stripe.account("acct_1Back"))
    page = await office.page_of(owner, await bills(owner, "Acme: 3h design @ 120; vat 19%"))
    pressed = await office.presses_pay(page)
    cookie = {"cookie": pressed.headers["set-cookie"].partition(";")[0]}

    thanks = await ask(office.site(), "GET", "/pay/thanks", headers=cookie)
    back = await ask(office.site(), "GET", "/pay/back", headers=cookie)
    stranger = await ask(office.site(), "GET", "/pay/thanks")
    forged = await ask(office.site(), "GET", "/pay/back", headers={"cookie": "billhook_page=//evil.example"})

    assert "HttpOnly" in pressed.headers["set-cookie"]
    assert "Your payment is being confirmed." in thanks.text
    assert f'href="{page}"' in thanks.text
    assert (back.status, back.headers["location"]) == (303, page)
    assert "href" not in stranger.text
    assert (forged.status, "evil" in forged.text) == (200, False)


@pytest.mark.parametrize("whose", ["owner", "neighbour"])
async def test_a_checkout_that_copies_the_names_of_anothers_books_nothing_there(
    office: PayingOffice, owner: Chat, whose: str
) -> None:
    """Somebody who knows every name of it makes one like it in an account of their own, and pays it there."""
    account = office.stripe.account(f"acct_1Copied{whose}")
    thief = office.stripe.account(f"acct_1Thief{whose}")
    neighbour = office.person(f"{owner.name}-{whose}-2")
    await opens_a_studio_with_acme(neighbour)
    await office.connects(neighbour, thief)
    await office.connects(owner, account)
    page = await office.page_of(owner, await bills(owner, "Acme: 3h design @ 120; vat 19%"))
    real = office.stripe.see(await office.opens_checkout(page))
    if whose == "neighbour":
        real["metadata"]["business"] = next(iter(thief.all("webhook_endpoint")))["url"].rpartition("/")[2]
    copy = thief.make(
        "checkout.session", "cs", metadata=real["metadata"], amount_total=real["amount_total"], currency="eur",
        payment_status="paid", status="complete",
    )  # fmt: skip
    thief.emit("checkout.session.completed", copy)
    before = await office.snapshot(owner.name)

    await office.hears(thief)

    assert await office.snapshot(owner.name) == before
    looks = "needs a look" in office.unasked(neighbour.name)[-1].text
    assert looks == (whose == "neighbour")
