"""Money that goes back to a client: refunds and disputes, as the provider tells of them."""

from __future__ import annotations

from tests.fakes.stripe import Account
from tests.scenarios.chat import Chat
from tests.stripe.paying_office import PayingOffice
from tests.stripe.paying_scene import ONLINE, PART, WHOLE, said


async def test_a_refund_is_owed_again(office: PayingOffice, account: Account, number: str, page: str) -> None:
    payment = office.stripe.pays(await office.opens_checkout(page))
    await office.hears(account)
    office.stripe.refunds(payment, PART)

    told = await said(office, account)

    assert await office.booked(number) == [ONLINE, (-PART, -PART, "refund")]
    assert await office.paid(number) == WHOLE - PART
    assert f"EUR 100.00 of {number} went back to Acme GmbH. EUR 100.00 is open again." in told


async def test_a_refund_of_what_was_paid_too_much_takes_the_credit_alone(
    office: PayingOffice, ana: Chat, account: Account, number: str, page: str
) -> None:
    payment = office.stripe.pays(await office.opens_checkout(page))
    await ana.says(f"/paid {number} 100 cash")
    await office.hears(account)
    office.stripe.refunds(payment, PART)

    told = await said(office, account)

    assert (await office.booked(number))[-1] == (-PART, 0, "refund")
    assert await office.paid(number) == WHOLE
    assert "out of the credit" in told


async def test_a_refund_that_is_told_before_its_payment_books_both(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    office.stripe.refunds(office.stripe.pays(await office.opens_checkout(page)))

    await office.hears(account, "refund.created")
    await office.hears(account, backwards=True)

    assert await office.booked(number) == [ONLINE, (-WHOLE, -WHOLE, "refund")]


async def test_a_refund_that_fails_is_the_sellers_again(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    payment = office.stripe.pays(await office.opens_checkout(page))
    refund = office.stripe.refunds(payment, pending=True)
    await office.hears(account)
    office.stripe.refund_fails(refund)

    told = await said(office, account)

    assert await office.booked(number) == [
        ONLINE, (-WHOLE, -WHOLE, "refund"), (WHOLE, WHOLE, "refund_failed")
    ]  # fmt: skip
    assert f"The refund of EUR 428.40 to Acme GmbH for {number} failed" in told


async def test_a_dispute_takes_the_money_until_it_is_won(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    payment = office.stripe.pays(await office.opens_checkout(page))
    await office.hears(account)

    dispute = office.stripe.disputes(payment)
    opened, while_open = await said(office, account), await office.paid(number)
    office.stripe.wins(dispute)
    won = await said(office, account)

    assert f"Acme GmbH disputes the payment of {number}" in opened
    assert while_open == 0
    assert f"The dispute about {number} is won: EUR 428.40 is back." in won
    assert await office.booked(number) == [
        ONLINE, (-WHOLE, -WHOLE, "dispute"), (WHOLE, WHOLE, "dispute_won")
    ]  # fmt: skip


async def test_a_dispute_that_is_lost_is_told_and_moves_nothing_more(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    payment = office.stripe.pays(await office.opens_checkout(page))
    dispute = office.stripe.disputes(payment)
    await office.hears(account)
    office.stripe.loses(dispute)

    told = await said(office, account)

    assert told.count(f"The dispute about {number} is lost: Acme GmbH keeps EUR 428.40.") == 1
    assert await office.booked(number) == [ONLINE, (-WHOLE, -WHOLE, "dispute")]


async def test_what_the_provider_booked_cannot_be_taken_back_here(
    office: PayingOffice, ana: Chat, account: Account, number: str, page: str
) -> None:
    payment = office.stripe.pays(await office.opens_checkout(page))
    await office.hears(account)
    office.stripe.refunds(payment, PART)
    await office.hears(account)

    await ana.says(f"/invoice {number}")
    shown = ana.seen.text
    await ana.says("/undo")

    assert "online" in shown
    assert "refund" in shown
    assert await office.booked(number) == [ONLINE, (-PART, -PART, "refund")]


async def test_what_was_recorded_by_hand_as_well_can_be_taken_back(
    office: PayingOffice, ana: Chat, account: Account, number: str, page: str
) -> None:
    office.stripe.pays(await office.opens_checkout(page))
    await ana.says(f"/paid {number} transfer")
    await office.hears(account)
    twice = await office.booked(number)

    await ana.says("/undo")
    ana.sees(f"Taken back: the payment on {number}. It stays paid")
    await ana.says(f"/paid {number}")

    ana.sees(f"{number} is paid already: online")
    assert twice == [(WHOLE, WHOLE, "transfer"), (WHOLE, 0, "online")]
    assert await office.booked(number) == [ONLINE]
    assert await office.paid(number) == WHOLE


async def test_a_refund_of_the_first_of_two_payments_leaves_the_second_one_to_settle(
    office: PayingOffice, ana: Chat, account: Account, number: str, page: str
) -> None:
    checkout = await office.opens_checkout(page)
    await ana.says(f"/paid {number} 100 cash")
    office.stripe.promises(checkout)
    office.stripe.pays(await office.opens_checkout(page))
    first = office.stripe.pays_late(checkout)
    await office.hears(account)
    twice = await office.paid(number)
    office.stripe.refunds(first)

    told = await said(office, account)

    assert (twice, await office.paid(number)) == (WHOLE, WHOLE)
    assert "is open again" not in told
    assert "out of the credit" in told
