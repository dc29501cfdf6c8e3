"""VAT across borders: which rule a draft follows, said on its card, changed by a word or a button."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.scenes import opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


async def knows_a_client_in_vienna(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Donau GmbH; address Ring 1, 1010 Wien; country AT; vat-id ATU13585627")


async def test_a_business_in_another_eu_country_accounts_for_the_vat_itself(ana: Chat) -> None:
    await knows_a_client_in_vienna(ana)

    await ana.says("Donau: 3h design @ 120")

    ana.sees(
        "VAT: Reverse charge: the client accounts for the VAT",
        "Reverse charge: EUR 0.00",
        "Total: EUR 360.00",
    )
    await ana.presses("Issue")
    pdf = ana.reads_pdf("2026-0001.pdf")
    assert "ATU13585627" in pdf
    assert "2006/112" in pdf


async def test_goods_are_said_once_and_remembered(ana: Chat) -> None:
    await knows_a_client_in_vienna(ana)
    await ana.says("Donau: 2 x Lamp @ 90")

    await ana.presses("These are goods")
    ana.sees("delivered: A VAT-free supply within the EU says when the goods were delivered")
    await ana.says("2026-03-04")
    ana.sees("Goods to a business in another EU country", "Total: EUR 180.00")

    await ana.says("Donau: Lamp @ 90; period 2026-03-05")
    ana.sees("Goods to a business in another EU country", "Total: EUR 90.00")
    assert "These are services" in ana.seen.buttons


async def test_the_vat_of_a_draft_is_changed_by_buttons(ana: Chat) -> None:
    await knows_a_client_in_vienna(ana)
    await ana.says("Donau: 3h design @ 120")

    await ana.presses("Change VAT")
    ana.can_press(
        "19%",
        "Reverse charge",
        "Supply within the EU",
        "Export",
        "Exempt",
        "No VAT",
        "By the rules",
        "Skip",
        "Cancel",
    )
    await ana.presses("19%")
    ana.sees("VAT 19%: EUR 68.40")
    await ana.says("/edit vat usual")

    ana.sees("Reverse charge: the client accounts for the VAT", "Total: EUR 360.00")


async def test_without_the_clients_vat_id_it_is_charged_as_at_home(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Donau GmbH; address Ring 1, 1010 Wien; country AT; vat-id none")

    await ana.says("Donau: 3h design @ 120")

    ana.sees("VAT: As at home, because no VAT id of Donau GmbH is known", "VAT 19%: EUR 68.40")
    await ana.says("/edit vat reverse")
    ana.sees("vat: Reverse charge needs the client's VAT id. Add it first: /client edit Donau GmbH; vat-id …")

    await ana.says("/client edit Donau; vat-id ATU13585627")
    await ana.says("/edit due 30d")
    await ana.presses("Reverse charge")
    ana.sees("Reverse charge: the client accounts for the VAT", "Total: EUR 360.00")


async def test_what_is_sold_is_said_for_the_whole_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("Acme: Logo @ 900 vat goods")

    ana.sees(
        "lines: ", "is said for the whole invoice, behind a semicolon.", "Example: Logo @ 900; vat goods"
    )


@pytest.mark.parametrize(
    ("line", "sums"),
    [
        (
            "Acme: Course @ 100 vat exempt, Book @ 20 vat 7%",
            ("VAT 7% on EUR 20.00", "Exempt on EUR 100.00", "121.40"),
        ),
        ("Acme: Course @ 100; vat exempt", ("VAT: Exempt", "Exempt: EUR 0.00", "Total: EUR 100.00")),
        ("Acme: Course @ 100; vat 0", ("VAT 0%: EUR 0.00", "Total: EUR 100.00")),
        ("Acme: Course @ 100; vat none", ("VAT: No VAT", "Total: EUR 100.00")),
    ],
)
async def test_words_stand_for_a_rate(ana: Chat, line: str, sums: tuple[str, ...]) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says(line)

    ana.sees(*sums)


async def test_a_client_changed_to_one_abroad_changes_the_vat(ana: Chat) -> None:
    await knows_a_client_in_vienna(ana)
    await ana.says("Acme: 3h design @ 120")
    ana.sees("VAT 19%: EUR 68.40")

    await ana.says("/edit client Donau")

    ana.sees("Draft for Donau GmbH", "Reverse charge: the client accounts for the VAT", "Total: EUR 360.00")


async def test_a_small_business_says_so_once_and_its_invoices_name_the_law(ana: Chat) -> None:
    await ana.says(
        "/start Kiosk; country DE; address Kai 3, 24103 Kiel; vat-id tax number 20/123/45678; terms 14d"
    )
    await ana.says("/client add Acme GmbH, Ring 2, 20095 Hamburg, DE")
    await ana.says("/settings vat exempt")
    ana.sees("vat: exempt: small business")

    await ana.says("Acme: 3h design @ 120")
    ana.sees("VAT: Small business: no VAT is charged", "Total: EUR 360.00")
    await ana.presses("Issue")

    assert "§ 19 UStG" in ana.reads_pdf("2026-0001.pdf")


async def test_the_setup_offers_the_exemption_for_small_businesses(ana: Chat) -> None:
    await ana.says("/start Kiosk; country DE; address Kai 3, 24103 Kiel; vat-id none; iban none; terms 14d")

    await ana.presses("Small business, no VAT")

    ana.sees("Saved.", "vat: exempt: small business")
    await ana.says("/settings vat-id DE136695976")
    ana.sees("vat: exempt: small business")
    await ana.says("/settings vat reverse")
    ana.sees("vat: That hangs on the client. What is usual is a rate, exempt, or none.", "Example: 19%")
    await ana.says("19%")
    ana.sees("vat: 19%")


async def test_a_sales_tax_is_called_tax_and_may_not_apply_abroad(ana: Chat) -> None:
    await ana.says(
        "/start Ida Inc; country US; address 5 Main St, Portland OR 97201; vat-id none; iban none; terms 14d"
    )
    await ana.says("/settings vat 8.25%")
    await ana.says("/client add Acme Inc, 7 Main St, Portland OR 97201, US")
    await ana.says("/client add Nord Ltd; address 1 King St, Toronto M5H 1A1; country CA; vat-id none")

    await ana.says("Acme: Logo @ 100")
    ana.sees("Tax", "Tax 8.25%: USD 8.25", "Total: USD 108.25")
    await ana.says("Nord: Logo @ 100")
    ana.sees("Tax: Please check: Nord Ltd is abroad, and the tax may not apply there", "Total: USD 108.25")
    await ana.presses("No VAT")

    ana.sees("Total: USD 100.00")
