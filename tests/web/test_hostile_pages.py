"""What may be tried with a page: nothing that is written there is more than text, and nothing that is guessed opens."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from bot.web.html_pages import html_page
from core.invoice import Document
from core.party import Address, Party
from core.usecases.hosted import Shown, find
from handlers.hosted_page import page_of
from handlers.words import speak
from storage.tables import invoice_link
from tests.builders.core import a_business, a_client, a_full_draft, a_payment, an_issued_invoice
from tests.scenarios.scenes import bills, opens_a_studio_with_acme
from tests.web.office import Answer, WebOffice

BUSINESS, CLIENT = a_business(), a_client()
INVOICE = an_issued_invoice(BUSINESS, CLIENT, "2026-0042", a_full_draft(CLIENT.id))
GUESSES = int(os.environ.get("BILLHOOK_GUESSES", "3000"))
PARTS = ("", "/invoice.pdf", "/logo")
PAYLOADS = (
    "<script>alert(1)</script>", "</title><script>alert(1)</script>", "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>", '" onmouseover="alert(1)', "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "<a href=https://evil.example>Pay here</a>", "https://evil.example/pay",
    "<iframe src=//evil.example>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0;//evil.example>",
    "<form action=//evil.example><button>Pay</button></form>", "<!--", "-->", "<![CDATA[", "&lt;script&gt;",
    "&#60;b&#62;",
    "{{7*7}}", "{% raw %}", "${7*7}", "%(x)s", "{0.__class__}", "\\u003cscript\\u003e", "</p></main></body></html>",
    "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "+49 30 1234567", "mail@evil.example",
    "<link rel=stylesheet href=//evil.example>", "<style>*{display:none}</style>", "expression(alert(1))",
    "<math><mi xlink:href=javascript:alert(1)>", "<template>", "<noscript><p title='</noscript><img src=x>'>",
    "<\x00script>", "<scr\u200bipt>", "\u202e<b>", "＜script＞", "<textarea>",
)  # fmt: skip


def filled(text: str) -> Document:
    """Every text of the document is that one."""
    document = INVOICE.issued
    party = Party(text, Address(text, text, text, text, text), text, text, text)
    lines = tuple(replace(line, description=text, unit=text) for line in document.totals.lines)
    return replace(
        document, number=text, terms=text, seller=party, buyer=replace(party, address=Address("DE")),
        totals=replace(document.totals, lines=lines), reference=text, note=text, iban=text, bic=text, footer=text,
        accent=text, tax_note=text, branded=True, logo=UUID(int=7),
    )  # fmt: skip


def drawn(text: str) -> Answer:
    """The page of such an invoice, as a browser gets it."""
    speak("en")
    invoice = replace(INVOICE, document=filled(text))
    shown = Shown(BUSINESS, CLIENT, invoice, (a_payment(invoice),))
    page = page_of(shown, date(2026, 3, 9), pays=True, reports_to="abuse@host.example")
    values = {"page": replace(page, warning=text), "token": "t", "code": None, "language": page.language}
    response = html_page("invoice.html", values, accent=page.accent)
    return Answer(response.status_code, dict(response.headers), bytes(response.body))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_stands_in_a_text_is_only_text(payload: str) -> None:
    plain, hostile = drawn("word"), drawn(payload)

    assert [(tag, [*attributes]) for tag, attributes in hostile.page.elements] == [
        (tag, [*attributes]) for tag, attributes in plain.page.elements
    ]
    addresses = [
        str(attributes[name])
        for _tag, attributes in hostile.page.elements
        for name in ("href", "src", "action")
        if name in attributes
    ]
    assert {address.split("/")[1] if address[0] == "/" else address.split("?")[0] for address in addresses} == {
        "i", "mailto:abuse@host.example",
    }  # fmt: skip
    assert hostile.headers["content-security-policy"] == plain.headers["content-security-policy"]


def test_what_looks_like_a_template_is_printed_as_it_is() -> None:
    assert drawn("{{7*7}} {0.__class__}").page.text.count("{{7*7}} {0.__class__}") > 20


# -- from the chat to the page, and guessing --------------------------------------------------------


@pytest.fixture(scope="module")
async def office(own_url: str) -> AsyncIterator[WebOffice]:
    office = WebOffice(own_url)
    yield office
    await office.close()


async def test_what_was_typed_in_a_chat_arrives_on_the_page_as_it_was_typed(office: WebOffice) -> None:
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings footer <b>Bold & “Söhne”</b>")
    await ana.says("/client add <img src=x onerror=alert(1)>, Ring 2, 20095 Hamburg, DE")
    number = await bills(
        ana, '<img: <script>alert(2)</script> @ 100; note <i>{{7*7}}</i>; ref "><svg onload=a>'
    )

    page = (await office.browser()(f"/i/{await office.hands_out(ana, number)}")).page

    for said in (
        "<b>Bold & “Söhne”</b>", "<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "<i>{{7*7}}</i>",
        '"><svg onload=a>',
    ):  # fmt: skip
        assert said in page.text
    assert {"b", "img", "script", "i"}.isdisjoint(tag for tag, _attributes in page.elements)


async def test_only_a_hash_of_a_token_is_kept_with_the_invoice(office: WebOffice) -> None:
    zoe = office.person("zoe")
    await opens_a_studio_with_acme(zoe)
    number = await bills(zoe, "Acme: Work @ 100")
    token = await office.hands_out(zoe, number)

    async with office.app.storage.work() as work:
        kept = (await work.connection.execute(sa.select(invoice_link.c.token_hash))).scalars().all()

    assert hashlib.sha256(token.encode()).hexdigest() in kept
    assert token not in kept


async def test_guessing_finds_nothing(office: WebOffice) -> None:
    """A hundred thousand are guessed when `BILLHOOK_GUESSES` says so; pages of this office are there to be found."""
    async with office.app.storage.reading() as work:
        found = {await find(work, office.clock, secrets.token_urlsafe(16)) for _guess in range(GUESSES)}

    assert found == {None}


async def test_who_guesses_is_told_the_same_each_time(office: WebOffice) -> None:
    browser = office.browser()

    answers = [
        await browser(f"/i/{secrets.token_urlsafe(16)}{part}") for part in PARTS for _guess in range(100)
    ]

    assert {(answer.status, answer.content) for answer in answers} == {(404, answers[0].content)}
