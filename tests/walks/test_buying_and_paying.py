"""Whole ways through a real process and a real browser: a plan is bought, and a client pays an invoice."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from tests.fakes.stripe import PAYING
from tests.scenarios.telegram_people import NUMBER, Friend
from tests.walks.browser import (
    barriers,
    is_too_wide,
    needed_chromium,
    opened_browser,
    opened_page,
    take_picture,
)
from tests.walks.street import Street, link_in, open_street


@pytest.fixture(scope="module")
def chromium() -> str:
    return needed_chromium()


@pytest.fixture(scope="module")
def street(
    chromium: str, module_postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    """Before the browser, for the database is made and dropped with asyncio."""
    with open_street(module_postgres_url, tmp_path_factory.mktemp("street")) as one:
        yield one


@pytest.fixture(scope="module")
def browser(street: Street, chromium: str) -> Iterator[Browser]:
    with opened_browser(chromium) as one:
        yield one


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    with opened_page(browser) as page:
        yield page


@pytest.fixture(scope="module")
def ana(street: Street) -> Friend:
    """She has a business and a client, who reads English."""
    owner = street.owner("Ana")
    owner.says("/client edit Acme; language en")
    return owner


@pytest.fixture(scope="module")
def seller(street: Street, browser: Browser, ana: Friend) -> Friend:
    """Ana, whose clients can pay online: she has entered a restricted key on the page for it."""
    key = street.stripe.account("acct_1Ana", "Studio Löwe").restricted(*PAYING)
    offered = ana.says("/payments connect")
    with opened_page(browser, phone=False) as page:
        page.goto(link_in(offered, "/stripe/key/"))
        take_picture(page, "stripe-key", of="main")
        assert barriers(page) == []
        page.fill("#key", key)
        page.click("button")
        page.wait_for_selector("form", state="detached")
    return ana


@pytest.fixture(scope="module")
def bill(seller: Friend) -> tuple[str, str]:
    """One that stays unpaid."""
    return issued(seller, "1h advice @ 91")


def issued(ana: Friend, text: str) -> tuple[str, str]:
    """An invoice's number, and the address of its page."""
    ana.says(f"/invoice Acme: {text}")
    ana.presses("Issue")
    number = max(NUMBER.findall("\n".join(one.text for one in ana.sees())))
    return number, re.findall(r"https?://\S+/i/[\w-]+", ana.says(f"/paylink {number}").text)[0]


@pytest.fixture(scope="module")
def mia(street: Street) -> Friend:
    """She has a business of her own."""
    return street.owner("Mia")


def test_an_upgrade_is_bought_on_the_page_that_the_chat_links_to(
    street: Street, mia: Friend, phone: Page
) -> None:
    mia.says("/upgrade pro monthly")
    phone.goto(link_in(street.hears(mia, "Here you buy Pro"), "/c/pay/"))

    phone.click("#pay")
    phone.wait_for_url("**/paid**")

    assert barriers(phone) == []
    assert "It is free until" in street.hears(mia, "is on the plan Pro").text
    assert "Free trial until" in mia.says("/plan").text


def test_what_was_bought_is_cancelled_on_the_page_for_it(street: Street, mia: Friend, phone: Page) -> None:
    mia.says("/billing")
    phone.goto(link_in(street.hears(mia, "Here you change your plan"), "/p/session/"))

    phone.click("#cancel")

    assert "goes on until 2026-03-19" in street.hears(mia, "is cancelled").text
    phone.click("#return")
    assert barriers(phone) == []


def test_a_client_pays_on_a_phone_and_the_owner_sees_it_in_the_chat(
    street: Street, seller: Friend, phone: Page
) -> None:
    number, link = issued(seller, "3h design @ 120; due 14d")

    phone.goto(link)
    seen = phone.inner_text("main")
    problems, wide = barriers(phone), is_too_wide(phone)
    take_picture(phone, "page-phone")
    phone.click("form button")
    phone.wait_for_url("**/c/pay/**")
    asked = phone.inner_text("#amount")
    phone.click("#pay")
    phone.wait_for_url(f"{street.house.given(street.house.processes[0].port)['PUBLIC_URL']}/**")

    assert (problems, wide, asked) == ([], False, "EUR 428.40")
    assert number in seen
    assert f"Acme GmbH paid {number}" in street.hears(seller, f"paid {number}").text
    phone.goto(link)
    assert "Paid in full" in phone.inner_text("main")
    assert phone.query_selector("form") is None
    take_picture(phone, "page-paid")
    assert barriers(phone) == []


def test_who_opens_the_page_is_noted(seller: Friend, bill: tuple[str, str], phone: Page) -> None:
    number, link = bill
    before = seller.says(f"/paylink {number}").text

    phone.goto(link)

    assert "first opened" not in before
    assert "It was first opened on 2026-03-05" in seller.says(f"/paylink {number}").text


def test_the_pdf_is_the_invoice(bill: tuple[str, str], phone: Page) -> None:
    number, link = bill
    phone.goto(link)

    with phone.expect_download() as coming:
        phone.click("a[download]")

    path = Path(coming.value.path())
    assert coming.value.suggested_filename == f"{number}.pdf"
    assert number in pypdf.PdfReader(path).pages[0].extract_text()


def test_the_page_pays_without_scripts(street: Street, seller: Friend, browser: Browser) -> None:
    number, link = issued(seller, "1h advice @ 92")

    with opened_page(browser, scripts=False, phone=False) as page:
        page.goto(link)
        page.click("form button")
        page.wait_for_url("**/c/pay/**")
        page.click("#cancel")
        page.wait_for_url(link)
        page.click("form button")
        page.wait_for_url("**/c/pay/**")
        page.click("#pay")

    assert f"paid {number}" in street.hears(seller, f"paid {number}").text


def test_on_paper_the_page_is_the_invoice_alone(bill: tuple[str, str], browser: Browser) -> None:
    number, link = bill

    with opened_page(browser, phone=False) as page:
        page.goto(link)
        paper = pypdf.PdfReader(io.BytesIO(page.pdf()))
        page.emulate_media(media="print")
        buttons = [page.is_visible(one) for one in ("form button", "a[download]")]

    text = "\n".join(one.extract_text() for one in paper.pages)
    assert number in text
    assert (len(paper.pages), buttons) == (1, [False, False])


def test_a_link_that_was_revoked_shows_nothing(seller: Friend, phone: Page) -> None:
    _number, link = issued(seller, "1h advice @ 94")
    seller.presses("Revoke")

    answer = phone.request.get(link)

    assert (answer.status, "Acme" in answer.text()) == (404, False)
