"""The page of an invoice, asked for as browsers, mail scanners and strangers do."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator

import pytest

from handlers.kinds import Attachment
from tests.builders.documents import a_logo
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import STUDIO, bills, opens_a_studio_with_acme
from tests.storage.till import an_account
from tests.web.office import WebOffice

UNKNOWN = "k3Jd0aQ9x-_Zr81b7Tg2Pw"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1"
)
WORK = "Acme: 3h design @ 120, Hosting @ 49.90; vat 19%; due 14d; note Danke!"


@pytest.fixture(scope="module")
async def office(own_url: str) -> AsyncIterator[WebOffice]:
    """What a page shows does not depend on the database; that every statement works on both is shown elsewhere."""
    office = WebOffice(own_url)
    yield office
    await office.close()


@pytest.fixture(scope="module")
async def ana(office: WebOffice) -> Chat:
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    await ana.says("/client edit Acme; language en")
    return ana


@pytest.fixture(scope="module")
async def token(office: WebOffice, ana: Chat) -> str:
    return await office.hands_out(ana, await bills(ana, WORK))


async def test_whoever_has_the_link_sees_the_invoice(office: WebOffice, token: str) -> None:
    answer = await office.browser()(f"/i/{token}")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for said in (
        "Studio Löwe",
        "Acme GmbH",
        "design",
        "360.00",
        "EUR 487.78",
        "DE89 3704 0044 0532 0130 00",
        "Danke!",
    ):
        assert said in answer.page.text
    assert answer.page.all("html")[0]["lang"] == "en"


async def test_the_client_s_language_counts_and_not_the_browser_s(office: WebOffice, ana: Chat) -> None:
    await ana.says("/client add Bär; address Kai 3, 24103 Kiel; country DE")
    token = await office.hands_out(ana, await bills(ana, "Bär: Work @ 100"))

    answer = await office.browser()(f"/i/{token}", language="fr")

    assert answer.page.all("html")[0]["lang"] == "de"
    assert "So bezahlen Sie per Überweisung" in answer.page.text


async def test_a_page_runs_nothing_loads_nothing_and_is_kept_nowhere(office: WebOffice, token: str) -> None:
    answer = await office.browser()(f"/i/{token}")

    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.headers["content-security-policy"].split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "img-src 'self'", "form-action 'self' https:",
        "base-uri 'none'", "frame-ancestors 'none'",
    ]  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["strict-transport-security"] == "max-age=63072000"
    assert "set-cookie" not in answer.headers
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _attributes in answer.page.elements}


async def test_whoever_cannot_see_it_finds_their_way_by_headings_and_labels(
    office: WebOffice, token: str
) -> None:
    page = (await office.browser()(f"/i/{token}")).page

    headings = [tag for tag, _attributes in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    assert [len(page.all(landmark)) for landmark in ("header", "main", "footer")] == [1, 1, 1]
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    labelled = [section["aria-labelledby"] for section in page.all("section")]
    assert set(labelled) <= {heading.get("id") for heading in page.all("h2")}
    assert all(picture["role"] == "img" and picture["aria-label"] for picture in page.all("svg"))


# -- what leads nowhere ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/i/{UNKNOWN}", "/i/", "/i/0", f"/i/{'x' * 5000}", "/i/..", "/i/../..", f"/i/{UNKNOWN}/", "/i/Löwe",
        f"/i/{UNKNOWN}/..", f"/i/{UNKNOWN}/invoice.pdf", f"/i/{UNKNOWN}/logo", f"/i/{UNKNOWN}\x00",
        f"/i/{UNKNOWN}/invoice.xml", "/i/' OR 1=1 --", f"/i/{UNKNOWN} ",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("token")
async def test_every_link_that_names_nothing_gets_the_same_page(office: WebOffice, path: str) -> None:
    browser = office.browser()

    answer, other = await browser(path), await browser(f"/i/{UNKNOWN[::-1]}")

    assert answer.status == 404
    assert (answer.content, answer.headers) == (other.content, other.headers)
    assert "Löwe" not in answer.text


@pytest.mark.parametrize("language", ["de-AT,de;q=0.9", "fr", "es", "en", "it", "pl", "sv", "'\"><script>"])
async def test_it_is_told_in_the_reader_s_language(office: WebOffice, language: str) -> None:
    said = {
        "de": "Nicht gefunden", "fr": "Introuvable", "es": "No encontrado", "it": "Non trovato", "pl": "Nie znaleziono",
    }.get(language[:2], "Not found")  # fmt: skip

    answer = await office.browser()(f"/i/{UNKNOWN}", language=language)

    assert said in answer.page.text
    assert "script" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
async def test_nothing_else_can_be_done_to_a_page(office: WebOffice, token: str, method: str) -> None:
    browser = office.browser()

    known, unknown = await browser(f"/i/{token}", method), await browser(f"/i/{UNKNOWN}", method)

    assert known.status in (404, 405)
    assert (known.status, known.content) == (unknown.status, unknown.content)


async def test_revoked_links_and_their_documents_are_gone_and_a_new_one_works(
    office: WebOffice, ana: Chat
) -> None:
    number, browser = await bills(ana, WORK), office.browser()
    old = [await office.hands_out(ana, number), await office.hands_out(ana, number)]

    await ana.presses("New link")
    new = re.findall(r"/i/([\w-]+)", ana.seen.text)[0]

    gone = [await browser(f"/i/{token}{part}") for token in old for part in ("", "/invoice.pdf", "/logo")]
    assert {answer.status for answer in gone} == {404}
    assert (await browser(f"/i/{new}")).status == 200


async def test_a_page_is_shown_for_ninety_days_after_it_was_paid(office: WebOffice, ana: Chat) -> None:
    number, browser = await bills(ana, WORK), office.browser()
    token, before = await office.hands_out(ana, number), office.clock.at
    await ana.says(f"/paid {number}")

    office.wait(days=89, hours=23)
    still = await browser(f"/i/{token}")
    office.wait(hours=2)
    gone = [await browser(f"/i/{token}{part}") for part in ("", "/invoice.pdf")]
    office.clock.at = before

    assert "Paid in full. Thank you." in still.page.text
    assert [answer.status for answer in gone] == [404, 404]


async def test_a_page_tells_what_was_credited(office: WebOffice, ana: Chat) -> None:
    number, browser = await bills(ana, WORK), office.browser()
    token = await office.hands_out(ana, number)
    await ana.says(f"/credit {number} 100 late")
    some = await browser(f"/i/{token}")
    await ana.says(f"/credit {number} all reason cancelled")
    whole = await browser(f"/i/{token}")

    assert "Credited" in some.page.text
    assert "Still to pay" in some.page.text
    assert "Credited in full. There is nothing to pay." in whole.page.text
    assert "IBAN" not in whole.page.text


async def test_one_business_s_link_shows_nothing_of_another(office: WebOffice, ana: Chat, token: str) -> None:
    zoe = office.person("zoe")
    await zoe.says(STUDIO.replace("Studio Löwe", "Zimt & Zucker"))
    await zoe.says("/client add Canary Ltd, Kai 4, 24103 Kiel, DE")
    foreign = await office.hands_out(zoe, await bills(zoe, "Canary: Secret work @ 77"))
    browser = office.browser()

    hers, his = await browser(f"/i/{foreign}"), await browser(f"/i/{token}")

    assert "Canary" in hers.text
    assert "Löwe" not in hers.text
    assert not {"Canary", "Zimt", "Secret"} & set(re.findall(r"\w+", his.text))


# -- who has looked at it --------------------------------------------------------------------------


async def test_the_owner_is_told_once_that_it_was_opened(office: WebOffice, ana: Chat) -> None:
    number = await bills(ana, WORK)
    token = await office.hands_out(ana, number)

    for agent in (PHONE, PHONE, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0"):
        assert (await office.browser(agent)(f"/i/{token}")).status == 200
    await office.tick()

    told = [
        seen
        for seen in office.unasked("ana")
        if f"{number} has been opened online by Acme GmbH." in seen.text
    ]
    assert len(told) == 1
    await ana.says(f"/paylink {number}")
    ana.sees("It was first opened on 2026-03-05.")


async def test_who_looks_at_the_own_page_has_not_opened_it_for_the_client(
    office: WebOffice, ana: Chat
) -> None:
    theirs, own = await office.links_to(ana, await bills(ana, WORK))
    before = await office.snapshot("ana")

    answer = await office.browser(PHONE)(f"/i/{own}")
    after = await office.snapshot("ana")
    await office.browser(PHONE)(f"/i/{theirs}")

    assert (answer.status, "EUR 487.78" in answer.page.text) == (200, True)
    assert after == before
    assert await office.snapshot("ana") != before


@pytest.mark.parametrize(
    ("agent", "given"),
    [
        ("TelegramBot (like TwitterBot)", {}),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", {}),
        ("WhatsApp/2.23.20.0 A", {}),
        ("facebookexternalhit/1.1", {}),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", {}),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 BingPreview/1.0b", {}),
        ("Mozilla/5.0 (compatible; Barracuda Sentinel)", {}),
        ("python-httpx/0.28.1", {}),
        ("", {}),
        (PHONE, {"sec_purpose": "prefetch;prerender"}),
        (PHONE, {"purpose": "prefetch"}),
        (PHONE, {"method": "HEAD"}),
    ],
)
async def test_who_only_fetches_it_has_not_seen_it(
    office: WebOffice, ana: Chat, agent: str, given: dict[str, str]
) -> None:
    token = await office.hands_out(ana, await bills(ana, WORK))
    before = await office.snapshot("ana")

    answer = await office.browser(agent)(f"/i/{token}", **given)

    assert answer.status == 200
    assert await office.snapshot("ana") == before


# -- how it can be paid ----------------------------------------------------------------------------


class Forgetful(WebOffice):
    """It has lost the keys to what others entrusted to it."""

    keys = ()


async def test_it_can_be_paid_online_where_the_business_takes_that(office: WebOffice, own_url: str) -> None:
    ida = office.person("ida")
    await opens_a_studio_with_acme(ida)
    await ida.says("/client edit Acme; language en")
    path = f"/i/{await office.hands_out(ida, await bills(ida, WORK))}"
    before = await office.browser()(path)
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of("ida").key)).seat
        assert seat is not None
        await work.enter(seat.business_id)
        await work.pay_accounts.save(an_account())

    answer = await office.browser()(path)
    forgetful = Forgetful(own_url)
    without_keys = await forgetful.browser()(path)
    await forgetful.close()

    assert before.page.all("form") == []
    assert answer.page.all("form") == [{"method": "post", "action": f"{path}/pay"}]
    assert "Pay EUR 487.78 online" in answer.page.text
    assert (without_keys.status, without_keys.page.all("form")) == (200, [])


# -- what can be taken along -----------------------------------------------------------------------


async def test_the_document_is_the_one_that_is_kept(office: WebOffice, ana: Chat) -> None:
    number = await bills(ana, WORK)
    kept = ana.seen.files[f"{number}.pdf"]
    token = await office.hands_out(ana, number)

    answer = await office.browser()(f"/i/{token}/invoice.pdf")

    assert (answer.status, answer.content) == (200, kept)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"{number}.pdf\"; filename*=UTF-8''{number}.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_the_data_can_be_taken_along_where_they_suffice(office: WebOffice, ana: Chat) -> None:
    number = await bills(ana, WORK)
    token = await office.hands_out(ana, number)
    browser = office.browser()

    page = await browser(f"/i/{token}")
    answer = await browser(f"/i/{token}/invoice.xml")

    assert "Download XML" in page.page.text
    assert (answer.status, answer.headers["content-type"]) == (200, "application/xml")
    assert f'filename="{number}.xml"' in answer.headers["content-disposition"]
    assert f"<ram:ID>{number}</ram:ID>".encode() in answer.content


async def test_of_a_void_invoice_it_is_the_marked_one(office: WebOffice, ana: Chat) -> None:
    number = await bills(ana, WORK)
    token = await office.hands_out(ana, number)
    await ana.says(f"/void {number} wrong amount")

    page = await office.browser()(f"/i/{token}")
    answer = await office.browser()(f"/i/{token}/invoice.pdf")
    data = await office.browser()(f"/i/{token}/invoice.xml")

    assert "This invoice is void. Please do not pay it." in page.page.text
    assert ("Download XML" in page.page.text, data.status) == (False, 404)
    assert f"{number}-void.pdf" in answer.headers["content-disposition"]


async def test_the_logo_is_the_one_on_the_invoice(office: WebOffice, ana: Chat, token: str) -> None:
    await ana.says("/settings logo", Attachment("logo.jpg", "image/jpeg", a_logo()))
    with_logo = await office.hands_out(ana, await bills(ana, WORK))
    browser = office.browser()

    page = await browser(f"/i/{with_logo}")
    (picture,) = page.page.all("img")
    logo, without = await browser(str(picture["src"])), await browser(f"/i/{token}/logo")

    assert picture == {"class": "logo", "src": f"/i/{with_logo}/logo", "alt": "Logo of Studio Löwe"}
    assert (logo.status, logo.headers["content-type"], logo.content[:3]) == (
        200,
        "image/jpeg",
        b"\xff\xd8\xff",
    )
    assert without.status == 404
