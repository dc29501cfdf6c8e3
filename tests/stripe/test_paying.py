"""A client pays online: pressing Pay, what the provider then tells, and what is booked and said about it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bot.stripe.calls import Calls
from bot.stripe.client_payments import ClientPayments
from core.errors import Unavailable
from core.money import Money
from core.pay_ports import PayAccount, PaySession
from tests.fakes.stripe import PAYING, Account, HangUp, Refusal, ServerError, Slow
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills
from tests.stripe.paying_office import PayingOffice
from tests.stripe.paying_scene import ONLINE, PART, WHOLE, said

BY_HAND = (PART, PART, "cash")


# -- paying -----------------------------------------------------------------------------------------


async def test_a_payment_is_booked_and_told_when_the_provider_says_so(
    office: PayingOffice, ana: Chat, account: Account, number: str, page: str
) -> None:
    office.stripe.pays(await office.opens_checkout(page))
    unheard = await office.booked(number)

    told = await said(office, account)

    assert unheard == []
    assert await office.booked(number) == [ONLINE]
    assert f"Acme GmbH paid {number}, EUR 428.40." in told
    assert await office.checkouts(number) == [(WHOLE, "paid")]


async def test_pressed_twice_on_two_pages_it_is_the_same_checkout(
    office: PayingOffice, ana: Chat, number: str, page: str
) -> None:
    other = await office.page_of(ana, number)

    first, again, elsewhere = [await office.opens_checkout(at) for at in (page, page, other)]

    assert first == again == elsewhere
    assert await office.checkouts(number) == [(WHOLE, "open")]


async def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(
    office: PayingOffice, number: str, page: str
) -> None:
    office.stripe.trouble(HangUp(after_work=True), "POST /v1/checkout/sessions")

    lost = await office.presses_pay(page)
    found = await office.opens_checkout(page)

    opened = [
        call for call in office.stripe.calls_of("POST /v1/checkout/sessions") if call.status in (0, 200)
    ]
    assert lost.status == 503
    assert "Das Bezahlen im Internet geht gerade nicht." in lost.text
    assert "DE89" in lost.text
    assert opened[-1].replayed
    assert opened[-1].response["id"] == found
    assert await office.checkouts(number) == [(WHOLE, "open")]


async def test_an_amount_that_the_provider_refuses_leaves_the_other_ways_to_pay(
    office: PayingOffice, number: str, page: str
) -> None:
    office.stripe.trouble(Refusal("amount_too_small"), "POST /v1/checkout/sessions")

    refused = await office.presses_pay(page)
    calls = len(office.stripe.calls)
    again = await office.presses_pay(page)

    assert (refused.status, again.status) == (409, 409)
    assert len(office.stripe.calls) == calls
    assert "Dieser Betrag kann nicht online bezahlt werden." in refused.text
    assert "DE89" in refused.text
    assert await office.checkouts(number) == [(WHOLE, "ended")]


async def test_there_is_nothing_to_pay_on_a_paid_invoice(
    office: PayingOffice, ana: Chat, number: str, page: str
) -> None:
    await ana.says(f"/paid {number} cash")

    answer = await office.presses_pay(page)

    assert (answer.status, answer.headers["location"]) == (303, page)
    assert await office.checkouts(number) == []


async def test_a_guessed_page_leads_nowhere(office: PayingOffice, ana: Chat) -> None:
    calls = len(office.stripe.calls)

    answer = await office.presses_pay("/i/AAAAAAAAAAAAAAAAAAAAAA")

    assert answer.status == 404
    assert len(office.stripe.calls) == calls


# -- what is owed changes ---------------------------------------------------------------------------


async def test_a_payment_by_hand_ends_the_checkout_over_the_whole(
    office: PayingOffice, ana: Chat, number: str, page: str
) -> None:
    first = await office.opens_checkout(page)

    await ana.says(f"/paid {number} 100 cash")
    await office.tick()
    second = await office.opens_checkout(page)

    assert office.stripe.see(first)["status"] == "expired"
    assert office.stripe.see(second)["amount_total"] == WHOLE - PART
    assert await office.checkouts(number) == [(WHOLE, "ended"), (WHOLE - PART, "open")]


async def test_what_is_taken_back_or_void_ends_the_checkout_too(
    office: PayingOffice, ana: Chat, number: str, page: str
) -> None:
    await ana.says(f"/paid {number} 100 cash")
    rest = await office.opens_checkout(page)
    await ana.says("/undo")
    await office.tick()
    whole = await office.opens_checkout(page)

    await ana.says(f"/void {number} wrong")
    await office.tick()

    assert [office.stripe.see(one)["status"] for one in (rest, whole)] == ["expired", "expired"]


async def test_a_checkout_over_the_whole_that_is_paid_all_the_same_leaves_a_credit(
    office: PayingOffice, ana: Chat, account: Account, number: str, page: str
) -> None:
    whole = await office.opens_checkout(page)
    await ana.says(f"/paid {number} 100 cash")
    office.stripe.pays(whole)
    before = office.count("ana")

    await office.errands.work_off(office.app)
    told = "\n".join(seen.text for seen in office.unasked("ana", before))

    assert await said(office, account) == ""
    assert await office.booked(number) == [BY_HAND, (WHOLE, WHOLE - PART, "online")]
    assert f"paid {number}, EUR 428.40. EUR 100.00 of it is more than was owed" in told


async def test_what_is_paid_although_it_is_void_is_a_credit(
    office: PayingOffice, ana: Chat, account: Account, number: str, page: str
) -> None:
    office.stripe.pays(await office.opens_checkout(page))
    await ana.says(f"/void {number} wrong")

    told = await said(office, account)

    assert await office.booked(number) == [(WHOLE, 0, "online")]
    assert f"paid {number}, EUR 428.40, which is void" in told


# -- what the provider tells, and how ---------------------------------------------------------------


async def test_an_event_that_comes_twice_books_once(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    office.stripe.pays(await office.opens_checkout(page))
    await office.hears(account)

    again = office.stripe.letters(account, "checkout.session.completed")[-1]
    status = await office.brings(again)

    assert status == 200
    assert await office.booked(number) == [ONLINE]


async def test_what_was_never_told_is_found_by_asking(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    office.stripe.pays(await office.opens_checkout(page))

    office.wait(minutes=6)
    assert office.app.cashier is not None
    await office.app.cashier.tick()
    await office.errands.work_off(office.app)

    assert await office.booked(number) == [ONLINE]


async def test_a_direct_debit_is_booked_when_its_money_comes(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    session = await office.opens_checkout(page)
    office.stripe.promises(session)
    await office.hears(account)
    promised = await office.booked(number)

    office.stripe.pays_late(session)
    await office.hears(account)

    assert promised == []
    assert await office.booked(number) == [ONLINE]


async def test_a_direct_debit_that_fails_is_told_and_can_be_paid_anew(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    session = await office.opens_checkout(page)
    office.stripe.promises(session)
    office.stripe.fails_late(session)

    told = await said(office, account)

    assert f"The payment of Acme GmbH for {number} did not go through." in told
    assert await office.booked(number) == []
    assert await office.opens_checkout(page) != session


async def test_a_checkout_that_expired_can_be_opened_anew(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    first = await office.opens_checkout(page)
    office.stripe.lets_expire(first)
    await office.hears(account)

    second = await office.opens_checkout(page)

    assert second != first
    assert await office.checkouts(number) == [(WHOLE, "ended"), (WHOLE, "open")]


@pytest.mark.parametrize(("amount", "currency"), [(1, ""), (WHOLE + 1, ""), (None, "usd")])
async def test_another_amount_or_currency_than_was_asked_for_books_nothing(
    office: PayingOffice, account: Account, number: str, page: str, amount: int | None, currency: str
) -> None:
    office.stripe.pays(await office.opens_checkout(page), amount=amount, currency=currency)

    told = await said(office, account)

    assert await office.booked(number) == []
    assert "A payment at Stripe needs a look, and nothing was booked" in told
    assert "EUR 428.40 was asked for" in (await office.failed())[-1]


async def test_a_sale_of_the_business_that_is_none_of_ours_is_left_alone(
    office: PayingOffice, account: Account, number: str
) -> None:
    failed = await office.failed()
    account.emit("checkout.session.completed", account.make("checkout.session", "cs", payment_status="paid"))

    told = await said(office, account)

    assert told == ""
    assert await office.failed() == failed


async def test_a_provider_that_is_slow_keeps_nobody_waiting(
    office: PayingOffice, account: Account, number: str
) -> None:
    calls = Calls(office.stripe.url, hurry=0.05)
    payments = ClientPayments(calls, office.clock, "")
    theirs = PayAccount(account.restricted(*PAYING), (), account.id, office.clock.now(), live=False)
    session = PaySession(UUID(int=7), UUID(int=11), Money(WHOLE, "EUR"), office.clock.now())
    await calls.client(theirs.key)
    office.stripe.trouble(Slow(0.3), "POST /v1/checkout/sessions")

    with pytest.raises(Unavailable):
        await payments.open_payment(theirs, session, UUID(int=13), "Invoice", "", "https://bot.example/pay")

    await calls.close()


async def test_a_provider_that_is_down_is_asked_again_later(
    office: PayingOffice, account: Account, number: str, page: str
) -> None:
    office.stripe.pays(await office.opens_checkout(page))
    letter = office.stripe.letters(account, "checkout.session.completed")[-1]
    office.stripe.trouble(ServerError(), "GET /v1/checkout/sessions/{id}", times=None)
    with pytest.raises(Unavailable):
        await office.brings(letter)

    office.stripe.calm()
    assert office.app.cashier is not None
    office.wait(seconds=1)
    await office.app.cashier.sweep(timedelta(0))
    await office.errands.work_off(office.app)

    assert await office.booked(number) == [ONLINE]


@pytest.mark.parametrize(
    ("currency", "asked", "own"), [("JPY", 3570, 3570), ("ISK", 3570_00, 3570), ("KWD", 3570_000, 3570_000)]
)
async def test_currencies_with_other_places_are_paid_exactly(
    office: PayingOffice, ana: Chat, account: Account, currency: str, asked: int, own: int
) -> None:
    await ana.says(f"/rate {currency} 7.5")
    number = await bills(ana, f"Acme: 3h design @ 1000; vat 19%; currency {currency}")
    checkout = await office.opens_checkout(await office.page_of(ana, number))
    office.stripe.pays(checkout)

    await office.hears(account)

    assert office.stripe.see(checkout)["amount_total"] == asked
    assert await office.booked(number) == [(own, own, "online")]
