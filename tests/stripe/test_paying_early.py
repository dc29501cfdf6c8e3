"""A client who pays online in time is asked for the discounted amount, and for all of it afterwards."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.stripe import Account
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills
from tests.stripe.paying_office import PayingOffice, ask
from tests.stripe.paying_scene import said

WHOLE, LESS = 428_40, 419_83
"""Of an invoice over EUR 428.40, 2 % of which are off for ten days."""


async def test_the_page_and_the_checkout_ask_for_the_discounted_amount_until_the_last_day(
    office: PayingOffice, ana: Chat, account: Account
) -> None:
    early = "Acme: 3h design @ 120; vat 19%; due 30d; early 2% 10d"
    first, second = await bills(ana, early), await bills(ana, early)
    pages = [await office.page_of(ana, number) for number in (first, second)]

    shown = await ask(office.site(), "GET", pages[0])
    checkout = await office.opens_checkout(pages[0])
    office.stripe.pays(checkout)
    told = await said(office, account)

    assert "EUR 419,83 online bezahlen" in shown.text
    assert "2\N{NO-BREAK SPACE}% Skonto, wenn Sie bis zum" in shown.text
    assert (
        f"Acme GmbH paid {first}, EUR 419.83. It came early, so the discount of EUR 8.57 is taken off."
        in told
    )
    assert await office.booked(first) == [(LESS, LESS, "online")]
    assert await office.checkouts(first) == [(LESS, "paid")]
    await ana.says(f"/invoice {first}")
    ana.sees("paid", "Early-payment discount: EUR 8.57")

    await office.opens_checkout(pages[1])
    office.clock.advance(timedelta(days=11))
    late = await ask(office.site(), "GET", pages[1])
    office.stripe.pays(await office.opens_checkout(pages[1]))
    told = await said(office, account)

    assert "Skonto" not in late.text
    assert f"Acme GmbH paid {second}, EUR 428.40." in told
    assert await office.booked(second) == [(WHOLE, WHOLE, "online")]
    assert sorted(await office.checkouts(second)) == [(LESS, "ended"), (WHOLE, "paid")]
