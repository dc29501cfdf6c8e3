"""Reports in the chat and as files: who owes what since when, a client's account, revenue with its VAT."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, knows_rates, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is read is proven on both in tests/storage/test_reports.py."""


@pytest.fixture(scope="module")
async def books(shared_office: Office) -> Chat:
    """Three weeks in which Acme was billed in two currencies and paid a part."""
    ana = shared_office.person("ana")
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add =Bär, Kai 3, 24103 Kiel, DE")
    await knows_rates(ana)
    await bills(ana, "Acme: Late @ 100; due 3d")
    await bills(ana, "Acme: Books @ 50; vat 7; due 60d")
    await bills(ana, "Acme: Talk @ 200 CHF; due 60d")
    await bills(ana, "=Bär: Photo @ 10; due 60d")
    await ana.says("/paid 2026-0001 19")
    shared_office.wait(days=20)
    return ana


def sheet(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


async def test_debts_are_shown_by_age_with_the_largest_first(books: Chat) -> None:
    await books.says("/aging")

    books.sees("Owed in CHF on 2026-03-25", "Acme GmbH", "238.00", "Owed in EUR on 2026-03-25", "1-30 days",
               "Acme GmbH", "53.50", "100.00", "153.50", "=Bär", "11.90", "All clients", "65.40", "165.40")  # fmt: skip
    books.can_press("CSV", "XLSX", "In EUR", "Overdue")
    shown = books.seen
    await books.presses("CSV")
    lines = books.has_file("aging-2026-03-25.csv").decode("utf-8-sig").split("\r\n")
    assert lines[1:] == [
        "Acme GmbH,CHF,238.00,0.00,0.00,0.00,0.00,238.00", "Acme GmbH,EUR,53.50,100.00,0.00,0.00,0.00,153.50",
        "'=Bär,EUR,11.90,0.00,0.00,0.00,0.00,11.90", "",
    ]  # fmt: skip
    await books.presses("XLSX", on=shown)
    assert "<v>153.50</v>" in sheet(books.has_file("aging-2026-03-25.xlsx"))


async def test_a_statement_tells_each_currency_s_account_and_comes_as_pdf(books: Chat) -> None:
    await books.says("/statement Acme")

    books.sees("Account of Acme GmbH from 2026-01-01 to 2026-12-31", "CHF", "Owed at the end: CHF 238.00", "EUR",
               "Owed before: EUR 0.00", "Invoiced: EUR 172.50", "Received: EUR 19.00",
               "Owed at the end: EUR 153.50")  # fmt: skip
    read = books.reads_pdf("statement-2026-01-01-2026-12-31.pdf")
    assert [part in read for part in ("Kontoauszug", "Acme GmbH", "2026-0001", "EUR 153,50")] == [True] * 4
    await books.presses("CSV")
    assert b"EUR,2026-03-05,Payment for 2026-0001,2026-0001,,-19.00," in books.has_file(
        "statement-2026-01-01-2026-12-31.csv"
    )


async def test_a_statement_of_another_time_goes_on_from_what_was_owed_before(books: Chat) -> None:
    await books.says("/statement Acme GmbH 2026-04")
    books.sees("from 2026-04-01 to 2026-04-30", "Owed before: EUR 153.50", "Invoiced: EUR 0.00")
    await books.says("/statement Acme last year")

    books.sees("from 2025-01-01 to 2025-12-31", "Nothing was invoiced or paid in this time")
    books.can_press("Invoices")


async def test_a_statement_that_no_font_can_print_says_which_letter_it_is(books: Chat) -> None:
    await books.says("/client edit Acme; name Acme 漢")

    await books.says("/statement Acme")

    books.sees("Owed at the end: EUR 153.50", "“漢” (U+6F22) cannot be printed on an invoice.")
    assert books.seen.files == {}


async def test_revenue_is_told_by_rate_and_currency_with_a_picture(books: Chat) -> None:
    await books.says("/report 2026-Q1")

    books.sees("Revenue and VAT from 2026-01-01 to 2026-03-31", "CHF", "Invoiced: CHF 238.00", "Received: CHF 0.00",
               "EUR", "Invoiced: EUR 184.40", "Received: EUR 19.00", "19%", "110.00", "20.90", "130.90", "7%", "50.00",
               "3.50", "53.50")  # fmt: skip
    books.can_press("CSV", "XLSX", "Chart", "In EUR")
    shown = books.seen
    await books.presses("CSV")
    assert b"2026-03-01,2026-03-31,EUR,Invoiced,S,7,50.00,3.50,53.50" in books.has_file(
        "revenue-2026-01-01-2026-03-31.csv"
    )
    await books.presses("Chart", on=shown)
    with Image.open(io.BytesIO(books.has_file("revenue-2026-01-01-2026-03-31.png"))) as picture:
        assert picture.size == (1200, 1212)


async def test_an_accountant_reads_them(shared_office: Office, books: Chat) -> None:
    eva = shared_office.person("eva")
    await invites(books, eva, "accountant")

    for said in ("/aging", "/statement Acme", "/report"):
        await eva.says(said)
        eva.sees_nothing_of("is for the role")
        eva.sees("EUR")


async def test_who_has_billed_nothing_reads_so(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/aging csv")
    ana.sees("Nobody owes you anything.")
    await ana.says("/report")
    ana.sees("Nothing was invoiced or received in this time.")
    await ana.says("/statement")
    ana.sees("There are no clients yet.")
