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
