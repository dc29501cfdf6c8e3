"""`/paylink`, and where else a member or a client comes by the address of an invoice's page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme
from tests.web.office import PUBLIC_URL, WebOffice

LINK = re.compile(re.escape(PUBLIC_URL) + r"/i/[\w-]{16,}")


@pytest.fixture(scope="module")
async def office(own_url: str) -> AsyncIterator[WebOffice]:
    office = WebOffice(own_url)
    yield office
    await office.close()


@pytest.fixture(scope="module")
async def ana(office: WebOffice) -> Chat:
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    return ana


async def test_the_link_comes_with_what_can_be_done_about_it(ana: Chat) -> None:
    number = await bills(ana, "Acme: Work @ 100")

    await ana.says(f"/paylink {number}")

    ana.sees(f"The page of {number} for Acme GmbH; whoever has this link sees it:")
    ana.can_press("See what the client sees", "New link", "Revoke")
    assert len(set(LINK.findall(ana.seen.text))) == 2


async def test_everybody_who_is_given_a_link_has_one_of_their_own(ana: Chat) -> None:
    number = await bills(ana, "Acme: Work @ 100")

    first, second = await ana.says(f"/paylink {number}"), await ana.says(f"/paylink {number}")

    assert LINK.findall(first.text)[0] != LINK.findall(second.text)[0]


async def test_an_issued_invoice_offers_its_link(ana: Chat) -> None:
    number = await bills(ana, "Acme: Work @ 100")
    assert "Pay link" in ana.seen.buttons

    await ana.says(f"/invoice {number}")
    await ana.presses("Pay link")

    ana.sees(f"The page of {number}")


async def test_revoking_is_said_and_leads_on_to_a_new_one(ana: Chat) -> None:
    number = await bills(ana, "Acme: Work @ 100")
    before = await ana.says(f"/paylink {number}")

    await ana.presses("Revoke")
    ana.sees(f"No link leads to {number} any more.")
    await ana.presses("Revoke", on=before)
    ana.sees(f"Nobody has a link to {number}.")
    await ana.presses("New link", on=before)

    ana.sees(f"Every earlier link to {number} leads nowhere now.", f"The page of {number}")


async def test_a_draft_has_no_page(office: WebOffice, ana: Chat) -> None:
    await ana.says("/invoice Acme: Work @ 100")
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of("ana").key)).seat
        assert seat is not None
        await work.enter(seat.business_id)
        draft = await work.audit.last_draft_of(seat.member_id)
    assert draft is not None
    before = await office.snapshot("ana")

    await ana.says(f"/paylink {draft.hex}")

    ana.sees("number: A draft has no page for its client; issue it first.")
    assert await office.snapshot("ana") == before
    await office.leave_forms("ana")


async def test_a_number_that_does_not_exist_is_named_with_one_that_does(office: WebOffice, ana: Chat) -> None:
    await bills(ana, "Acme: Work @ 100")

    await ana.says("/paylink 2026-9999")

    ana.sees("number: ", "There is no invoice 2026-9999.", "Example: 2026-")
    await office.leave_forms("ana")


@pytest.mark.parametrize("command", ["/paylink", "/paylink 2026-0001"])
async def test_without_a_public_address_it_says_who_can_change_that(own_url: str, command: str) -> None:
    office = Office(own_url)
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Work @ 100")
    assert "Pay link" not in ana.seen.buttons

    await ana.says(command)

    ana.sees("Clients cannot reach this install", "PUBLIC_URL", "/pdf")
    await office.close()
