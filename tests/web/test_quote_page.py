"""A client opens the page of a quote, and answers it once; the business is told, and told when one has expired."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.scenarios.chat import Chat, Seen
from tests.scenarios.scenes import opens_a_studio_with_acme
from tests.web.office import PUBLIC_URL, WebOffice

DATABASES = ("sqlite",)
LINK = re.compile(re.escape(PUBLIC_URL) + r"/i/([\w-]+)")
YES = b"name=Ada+King&answer=yes"


@pytest.fixture
async def office(own_url: str) -> AsyncIterator[WebOffice]:
    office = WebOffice(own_url)
    yield office
    await office.close()


@pytest.fixture
async def ana(office: WebOffice) -> Chat:
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    return ana


async def offers(ana: Chat, line: str = "Work @ 100", valid: str = "10d") -> str:
    """The token of the page of a new quote; its client reads English."""
    await ana.says(f"/quote Acme: {line}; valid {valid}")
    await ana.presses("Issue")
    await ana.presses("Link for the client")
    return str(LINK.findall(ana.seen.text)[0])


async def news(office: WebOffice) -> list[Seen]:
    """What Ana is told without having asked, as the clock comes by now."""
    before = office.count("ana")
    office.wait(minutes=2)
    await office.tick()
    return office.unasked("ana", before)


async def test_a_client_sees_a_quote_and_accepts_it_once_under_their_name(
    office: WebOffice, ana: Chat
) -> None:
    await ana.says("/client edit Acme; language en")
    token, browser = await offers(ana), office.browser()

    seen = await browser(f"/i/{token}")
    unsigned = await browser.posts(f"/i/{token}/answer", b"name=+&answer=yes")
    neither = await browser.posts(f"/i/{token}/answer", b"name=Ada&answer=perhaps")
    accepted = await browser.posts(f"/i/{token}/answer", YES)
    again = await browser.posts(f"/i/{token}/answer", b"name=Eve&answer=no")
    after = await browser(f"/i/{token}")
    file = await browser(f"/i/{token}/quote.pdf")

    assert (seen.status, "Quote Q2026-0001" in seen.page.text, "EUR 119.00" in seen.page.text) == (
        200,
        True,
        True,
    )
    assert [button["value"] for button in seen.page.all("button")] == ["yes", "no"]
    # The first one is what Enter in the field would press: it must order nothing.
    assert [("disabled" in one, one.get("name")) for one in seen.page.all("input")] == [
        (True, None),
        (False, "name"),
    ]
    assert "form-action 'self'" in seen.headers["content-security-policy"]
    assert (unsigned.status, "Please write your name." in unsigned.page.text, neither.status) == (
        422,
        True,
        422,
    )
    assert [(one.status, one.headers["location"]) for one in (accepted, again)] == [(303, f"/i/{token}")] * 2
    assert "Accepted by Ada King on" in after.page.text
    assert after.page.all("button") == []
    assert (file.status, file.content[:5]) == (200, b"%PDF-")
    told = await news(office)
    assert [one.text.partition("\n")[0] for one in told] == [
        "Acme GmbH accepted Q2026-0001 over EUR 119.00 online, signed by Ada King."
    ]
    await ana.presses("Bill all of it", on=told[0])
    ana.sees("Draft for Acme GmbH", "Quote: Q2026-0001")


async def test_nobody_answers_a_quote_that_is_over_or_another_token(office: WebOffice, ana: Chat) -> None:
    token, browser = await offers(ana), office.browser()
    wrong = [
        await browser(f"/i/{'x' * 22}{path}", method) for path, method in (("", "GET"), ("/answer", "POST"))
    ]
    await ana.says("/quote withdraw Q2026-0001")
    withdrawn = await browser.posts(f"/i/{token}/answer", YES)
    page = await browser(f"/i/{token}")
    await ana.says("/quote Q2026-0001")

    assert [answer.status for answer in wrong] == [404, 404]
    assert (withdrawn.status, page.page.all("button")) == (303, [])
    ana.sees("Status: withdrawn")


async def test_no_link_to_a_quote_opens_once_they_are_revoked(office: WebOffice, ana: Chat) -> None:
    token, browser = await offers(ana), office.browser()
    handed_out = ana.seen
    await ana.presses("New link")
    ana.sees("Every earlier link to Q2026-0001 leads nowhere now.", "The page of Q2026-0001 for Acme GmbH")
    (newer,) = LINK.findall(ana.seen.text)
    answers = [await browser(f"/i/{token}"), await browser(f"/i/{newer}")]
    await ana.says("/quote decline Q2026-0001")
    declined = ana.seen

    await ana.presses("Revoke", on=handed_out)
    ana.sees("No link leads to Q2026-0001 any more.")
    answers += [await browser(f"/i/{newer}"), await browser.posts(f"/i/{newer}/answer", YES)]
    await ana.presses("Revoke", on=handed_out)
    ana.sees("Nobody has a link to Q2026-0001.")
    await ana.presses("Undo", on=declined)

    assert [answer.status for answer in answers] == [404, 200, 404, 404]
    ana.sees("Taken back: Q2026-0001 is not declined any more.")


async def test_a_quote_that_ends_is_announced_and_said_to_have_expired_once(
    office: WebOffice, ana: Chat
) -> None:
    token = await offers(ana, valid="2d")
    await ana.says("/tomorrow")
    ana.sees("quote Q2026-0001 to Acme GmbH over EUR 119.00 expires: 2026-03-07 is its last day")
    office.wait(days=1)
    await ana.says("/digest now")
    ana.sees("Quote Q2026-0001", "valid until 2026-03-07 (tomorrow)")

    office.wait(days=2)
    said = "Q2026-0001 to Acme GmbH over EUR 119.00 has expired: it was valid until 2026-03-07."
    told = [one for one in await news(office) if said in one.text]
    refused = await office.browser().posts(f"/i/{token}/answer", YES)
    await ana.presses("Accepted after all", on=told[0])

    assert refused.status == 303
    ana.sees("Acme GmbH accepted Q2026-0001.")
    assert (len(told), [one for one in await news(office) if said in one.text]) == (1, [])
