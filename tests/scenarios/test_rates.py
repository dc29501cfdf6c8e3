"""Invoices in another currency: the VAT is stated at home too, by a rate that somebody gave."""

from __future__ import annotations

from handlers.kinds import Attachment
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


async def test_vat_in_another_currency_asks_for_the_rate_of_its_day_and_states_it(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/rates")
    ana.sees("No rate of the last 7 days is known.")
    await ana.says("/invoice Acme: Talk @ 1000 USD")
    await ana.presses("Issue")
    ana.sees("rate: The VAT must also be stated in EUR, and there is no rate for USD on 2026-03-05",
             "/rate 1 EUR = 1.0832 USD on 2026-03-05")  # fmt: skip

    await ana.says("/rate USD 1.0832 on 2026-03-04")
    ana.sees("On 2026-03-04, 1 EUR = 1.0832 USD.")
    await ana.says("/issue")

    ana.sees("Issued 2026-0001 to Acme GmbH: USD 1,190.00")
    assert "USt in EUR: 175,41 (1 EUR = 1,0832 USD, 04.03.2026)" in ana.reads_pdf("2026-0001.pdf")
    await ana.says("/rates")
    ana.sees("2026-03-04", "1 EUR = 1.0832 USD", "typed")


async def test_without_vat_or_at_home_no_rate_is_asked_for(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    assert await bills(ana, "Acme: Talk @ 100 CHF; vat 0") == "2026-0001"
    assert await bills(ana, "Acme: Talk @ 100") == "2026-0002"


async def test_a_rate_is_asked_for_step_by_step_and_read_from_a_file(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/rate")
    await ana.says("chf")
    ana.sees("How many CHF is 1 EUR?")
    await ana.says("-1")
    ana.sees("“-1” is not an exchange rate")
    await ana.says("0.9412")
    ana.sees("On 2026-03-05, 1 EUR = 0.9412 CHF.")

    published = b"Date, USD, CHF, \n04 March 2026, 1.0832, 0.95, \n"
    await ana.says("/rate import", Attachment("eurofxref.csv", "text/csv", published))
    ana.sees("Read 2 rates of the ECB, from 2026-03-04 to 2026-03-04.")
    await ana.says("/rates")
    ana.sees("0.9412 CHF", "typed", "0.95 CHF", "ECB")
    await ana.says("/rate import", Attachment("other.csv", "text/csv", b"a,b\n1,2\n"))
    ana.sees("This is not a file of the ECB's reference rates, as CSV, ZIP or XML.")


async def test_reports_in_one_currency_convert_what_has_a_rate_and_name_the_rest(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Talk @ 100; due 30d")
    await bills(ana, "Acme: Dollars @ 50 USD; vat 0; due 30d")
    await ana.says("/rate CHF 0.95")
    await bills(ana, "Acme: Francs @ 95 CHF, Book @ 9.50 CHF vat 7%; due 30d")
    await ana.says("/paid 2026-0003 95")

    await ana.says("/report")
    await ana.presses("In EUR")
    ana.sees(
        "EUR",
        "Invoiced: EUR 248.71",
        "Received: EUR 100.00",
        "19%",
        "200.00",
        "38.00",
        "238.00",
        "7%",
        "10.00",
    )
    ana.sees("Left out, because no rate into EUR is stored with them: 2026-0002 (USD 50.00).")
    ana.sees_nothing_of("CHF")
    await ana.presses("CSV")
    table = ana.has_file("revenue-2026-01-01-2026-12-31-EUR.csv").decode()
    assert "EUR,Invoiced,S,19,200.00,38.00,238.00" in table
    assert 'USD,"Left out, without a rate: 2026-0002",,,,,50.00' in table

    await ana.says("/aging in eur")
    ana.sees("Owed in EUR", "Acme GmbH", "148.71", "Left out", "2026-0002 (USD 50.00)")
    await ana.says("/aging in eur csv")
    assert "Acme GmbH,EUR,148.71" in ana.has_file("aging-2026-03-05-EUR.csv").decode()
    await ana.says("/report in USD")
    ana.sees("USD", "Invoiced: USD 50.00", "Left out, because no rate into USD", "2026-0001 (EUR 119.00)",
             "2026-0003 (CHF 123.22)")  # fmt: skip
