"""Money that is under way when a business parts with its account, or connects another one: it is booked still."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.clock import FixedClock
from tests.fakes.stripe import Account, FakeStripe
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, opens_a_studio_with_acme
from tests.stripe.paying_office import PayingOffice
from tests.stripe.paying_scene import ONLINE, WHOLE

FREE_TO_DELETE = "is left for good: you can delete its key there."


@pytest.fixture(scope="module")
async def office(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PayingOffice]:
    """For the whole file: each test has a business and an account of its own."""
    clock, file = FixedClock(), tmp_path_factory.mktemp("leaving") / "leaving.db"
    shutil.copyfile(sqlite_template, file)
    with FakeStripe(clock=clock.now) as stripe:
        office = PayingOffice(f"sqlite:///{file}", stripe, clock)
        yield office
        await office.close()
    assert stripe.troubled == []


@dataclass(frozen=True, slots=True)
class Scene:
    office: PayingOffice
    owner: Chat
    account: Account
    number: str
    page: str
    checkout: str

    async def disconnects(self) -> None:
        await self.owner.says("/payments disconnect")
        await self.office.errands.work_off(self.office.app)

    async def looks_after(self) -> None:
        """What the clock does every five minutes."""
        assert self.office.app.cashier is not None
        await self.office.app.cashier.acts["catch_up"]("")
        await self.office.errands.work_off(self.office.app)

    @property
    def told(self) -> str:
        return "\n".join(seen.text for seen in self.office.unasked(self.owner.name))

    @property
    def webhooks(self) -> int:
        return len(list(self.account.all("webhook_endpoint")))


@pytest.fixture
async def scene(office: PayingOffice, request: pytest.FixtureRequest) -> Scene:
    """A client is on the page of Stripe on which an invoice is paid."""
    name = request.node.name[-40:]
    owner, account = office.person(name), office.stripe.account(f"acct_1{abs(hash(name))}")
    await opens_a_studio_with_acme(owner)
    await office.connects(owner, account)
    number = await bills(owner, "Acme: 3h design @ 120; vat 19%")
    page = await office.page_of(owner, number)
    return Scene(office, owner, account, number, page, await office.opens_checkout(page))


async def test_a_direct_debit_is_booked_when_it_comes_after_the_account_was_left(scene: Scene) -> None:
    scene.office.stripe.promises(scene.checkout)
    await scene.disconnects()
    scene.owner.sees("a direct debit that is under way is booked when its money comes")
    await scene.looks_after()
    kept = (scene.webhooks, FREE_TO_DELETE in scene.told)

    scene.office.stripe.pays_late(scene.checkout)
    await scene.office.hears(scene.account)
    await scene.looks_after()

    assert kept == (1, False)
    assert await scene.office.booked(scene.number) == [ONLINE]
    assert (scene.webhooks, FREE_TO_DELETE in scene.told) == (0, True)


async def test_a_direct_debit_of_which_nobody_tells_is_found_in_an_account_that_was_left(
    scene: Scene,
) -> None:
    scene.office.stripe.promises(scene.checkout)
    await scene.disconnects()
    scene.office.wait(days=4)
    scene.office.stripe.pays_late(scene.checkout)

    await scene.looks_after()
    await scene.looks_after()

    assert await scene.office.booked(scene.number) == [ONLINE]
    assert scene.webhooks == 0


async def test_an_account_is_left_when_a_direct_debit_has_failed(scene: Scene) -> None:
    scene.office.stripe.promises(scene.checkout)
    await scene.disconnects()
    scene.office.stripe.fails_late(scene.checkout)

    await scene.looks_after()
    await scene.looks_after()

    assert await scene.office.booked(scene.number) == []
    assert f"for {scene.number} did not go through" in scene.told
    assert (scene.webhooks, FREE_TO_DELETE in scene.told) == (0, True)


async def test_a_direct_debit_in_a_checkout_that_another_followed_is_waited_for(scene: Scene) -> None:
    scene.office.stripe.promises(scene.checkout)
    scene.office.wait(hours=25)
    await scene.office.presses_pay(scene.page)
    await scene.disconnects()
    kept = scene.webhooks

    scene.office.stripe.pays_late(scene.checkout)
    await scene.looks_after()

    assert kept == 1
    assert await scene.office.booked(scene.number) == [ONLINE]


async def test_whose_key_was_deleted_too_early_is_told_to_look_at_stripe(scene: Scene) -> None:
    scene.office.stripe.promises(scene.checkout)
    await scene.disconnects()
    for key in list(scene.account.keys):
        scene.account.revoke(key)

    await scene.looks_after()

    assert f"Stripe refuses the key of the account {scene.account.id}, which was left." in scene.told
    assert await scene.office.checkouts(scene.number) == [(WHOLE, "ended")]


async def test_what_was_paid_and_not_told_yet_is_booked_on_leaving(scene: Scene) -> None:
    scene.office.stripe.pays(scene.checkout)

    await scene.disconnects()

    assert await scene.office.booked(scene.number) == [ONLINE]
    assert f"paid {scene.number}, EUR 428.40." in scene.told
    assert scene.webhooks == 0


async def test_what_is_told_before_the_account_is_taken_leave_of_is_booked_once(scene: Scene) -> None:
    scene.office.stripe.pays(scene.checkout)
    await scene.owner.says("/payments disconnect")

    await scene.office.hears(scene.account, "checkout.session.completed")
    await scene.looks_after()

    assert await scene.office.booked(scene.number) == [ONLINE]


async def test_another_amount_than_was_asked_for_books_nothing_on_leaving(scene: Scene) -> None:
    scene.office.stripe.pays(scene.checkout, amount=WHOLE - 1)

    await scene.disconnects()

    assert await scene.office.booked(scene.number) == []
    assert "A payment at Stripe needs a look" in scene.told


async def test_a_direct_debit_in_an_account_that_another_took_the_place_of_is_booked(scene: Scene) -> None:
    office, second = scene.office, scene.office.stripe.account(f"{scene.account.id}2")
    office.stripe.promises(scene.checkout)
    await office.connects(scene.owner, second)
    other = await bills(scene.owner, "Acme: 3h design @ 120; vat 19%")
    office.stripe.pays(await office.opens_checkout(await office.page_of(scene.owner, other)))
    await office.hears(second)
    kept = scene.webhooks

    office.stripe.pays_late(scene.checkout)
    await office.hears(scene.account)
    await scene.looks_after()

    assert [await office.booked(each) for each in (scene.number, other)] == [[ONLINE], [ONLINE]]
    assert (kept, scene.webhooks, len(list(second.all("webhook_endpoint")))) == (1, 0, 1)


async def test_who_comes_back_to_the_account_that_was_left_keeps_what_is_under_way(scene: Scene) -> None:
    scene.office.stripe.promises(scene.checkout)
    await scene.disconnects()
    scene.office.wait(seconds=1)

    await scene.office.connects(scene.owner, scene.account)
    scene.office.stripe.pays_late(scene.checkout)
    await scene.office.hears(scene.account)
    await scene.looks_after()

    assert await scene.office.booked(scene.number) == [ONLINE]
    assert (scene.webhooks, FREE_TO_DELETE in scene.told) == (1, False)
