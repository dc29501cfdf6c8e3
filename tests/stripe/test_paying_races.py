"""Several who press Pay or hear of a payment at the same moment, in two processes: it is opened and booked once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.errors import Unavailable
from tests.fakes.clock import FixedClock
from tests.fakes.stripe import FakeStripe
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, opens_a_studio_with_acme
from tests.stripe.paying_office import PayingOffice, ask

WHOLE = 428_40


@pytest.fixture
async def office(postgres_url: str) -> AsyncIterator[PayingOffice]:
    """Two apps on PostgreSQL, where they truly work side by side."""
    clock = FixedClock()
    with FakeStripe(clock=clock.now) as stripe:
        office = PayingOffice(postgres_url, stripe, clock, apps=2)
        yield office
        await office.close()
    assert stripe.troubled == []


@pytest.fixture
async def ana(office: PayingOffice) -> Chat:
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    assert (await office.connects(ana, office.stripe.account("acct_1Ana"))).status == 200
    return ana


async def test_who_press_pay_at_once_come_to_the_same_checkout_and_it_is_booked_once(
    office: PayingOffice, ana: Chat
) -> None:
    number = await bills(ana, "Acme: 3h design @ 120; vat 19%")
    pages = [await office.page_of(ana, number) for _page in range(2)]
    sites = [office.site(app) for app in office.apps]

    answers = await asyncio.gather(
        *(ask(site, "POST", f"{page}/pay") for site in sites for page in pages for _press in range(2))
    )
    led = {answer.headers["location"] for answer in answers if answer.status == 303}
    (checkout,) = {address.rpartition("/")[2].partition("#")[0] for address in led}
    office.stripe.pays(checkout)
    (letter,) = office.stripe.letters(office.stripe.account("acct_1Ana"), "checkout.session.completed")
    path = letter.url.removeprefix("https://bot.example")
    told = await asyncio.gather(
        *(ask(site, "POST", path, letter.body, dict(letter.headers)) for site in sites * 2)
    )
    (event,) = {key for name, key in office.errands.waiting if name == "event"}
    await asyncio.gather(*(_applied(office, place, event) for place in (0, 1, 0, 1)))

    assert {answer.status for answer in answers} <= {303, 503}
    assert [answer.status for answer in told] == [200] * 4
    assert await office.checkouts(number) == [(WHOLE, "paid")]
    assert await office.booked(number) == [(WHOLE, WHOLE, "online")]


async def _applied(office: PayingOffice, place: int, event: str) -> None:
    cashier = office.apps[place].cashier
    assert cashier is not None
    try:
        await cashier.acts["event"](event)
    except Unavailable:
        # Somebody else was at it: the job comes by again.
        await cashier.acts["event"](event)
