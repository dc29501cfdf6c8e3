"""Products: added on one line or step by step, used by name or code in a line, changed, archived, brought back."""

from __future__ import annotations

from bot.naming import Names
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import invites, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

HOSTING = "/product add Hosting @ 49.90 / month vat 7%; code HOST-1"


async def test_a_product_is_a_whole_line_by_name_or_code(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(HOSTING)
    ana.sees("Hosting is now a product.", "EUR 49.90 / mo", "HOST-1", "7%")

    await ana.says("/invoice Acme: 3 month hosting, host-1 @ 40, 1h talk @ 80; due 14d")

    ana.sees("Draft for Acme GmbH", "3 mo", "7%", "149.70", "40.00", "talk", "19%")

    await ana.says("/edit add 2 x Hosting vat 19%")
    ana.sees("99.80")
    await ana.says("/edit line 1: HOST-1")
    ana.sees("49.90")
    ana.sees_nothing_of("149.70")


async def test_products_are_a_press_away_where_lines_are_asked_for(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(HOSTING)

    await ana.says("/invoice Acme")
    await ana.presses("Hosting")

    ana.sees("Draft for Acme GmbH", "Hosting", "49.90")


async def test_an_unknown_name_without_a_price_asks_for_the_price(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(HOSTING)

    await ana.says("/invoice Acme: 2 x Hostin")
    ana.sees("There is no price; write it behind an @.")
    await ana.says("2 x Hosting")

    ana.sees("Draft for Acme GmbH", "99.80")


async def test_without_a_slash_a_line_that_bills_a_product_is_an_invoice_and_chat_stays_chat(
    ana: Chat,
) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(HOSTING)

    for chat in (
        "Meeting: 2 x coffee",
        "Reminder: hosting",
        "Acme: hosting, when?",
        "ACM: HOSTING IS DOWN",
        "2 x Hosting",
    ):
        await ana.says(chat)
        ana.sees("I did not understand")
    await ana.says("Acme: 2 x Hosting; due 14d")
    ana.sees("Draft for Acme GmbH", "99.80")
    await ana.says("acme: hosting")
    ana.sees("Draft for Acme GmbH", "49.90")
    await ana.says("Acme\n2 x Hosting, 3h design")
    ana.sees("There is no price; write it behind an @.")
    await ana.says("/cancel")
    await ana.says("Beta AG: 3 month Hosting")
    ana.sees("There is no client named “Beta AG” yet.")
    await ana.says("/cancel")

    await ana.says("quote Acme: 3h design @ 120")
    ana.sees("Draft quote for Acme GmbH", "360.00")
    await ana.says("Settings Ltd: 3h design @ 120")
    ana.sees("There is no client named “Settings Ltd” yet.")


async def test_a_product_is_added_step_by_step(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/product add")
    await ana.says("Logo, large")
    ana.sees("cannot be named in a line")
    await ana.says("Logo")
    await ana.says("900 CHF")
    await ana.presses("Skip")
    await ana.presses("Skip")

    ana.sees("Logo is now a product.", "CHF 900.00", "as the invoice says")


async def test_a_product_is_changed_archived_and_brought_back(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(HOSTING)

    await ana.says("/product edit host-1 @ 55 / day")
    ana.sees("Hosting is changed", "EUR 55.00 / d")
    await ana.says("/product edit Hosting; vat -; code -; unit -")
    ana.sees("EUR 55.00\n", "as the invoice says")
    ana.sees_nothing_of("HOST-1")
    await ana.presses("Undo")
    ana.sees("Taken back: Hosting is as before.")
    await ana.says("/product archive Hosting")
    ana.sees("Hosting is archived")
    await ana.says("/invoice Acme: Hosting")
    ana.sees("There is no price")
    await ana.says("/cancel")
    await ana.says("/product restore Hosting")
    ana.sees("Hosting is back.", "HOST-1")


async def test_no_two_products_answer_to_one_name(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says(HOSTING)

    await ana.says("/product add host-1 @ 5")
    ana.sees("There is a product called host-1 already.")
    await ana.says("/product add Mail @ 5; code hosting")
    ana.sees("There is a product called hosting already.")


async def test_products_are_listed_and_shown_also_to_who_only_reads(office: Office, ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/products")
    ana.sees("There are no products yet.")
    for number in range(10):
        await ana.says(f"/product add Product {number} @ {number}.50")
    ben = office.person("ben")
    await invites(ana, ben, "accountant")

    await ben.says("/products")
    ben.sees("Product 0", "EUR 7.50")
    ben.sees_nothing_of("Product 8")
    await ben.presses("More ›")
    ben.sees("Product 8", "Product 9")
    await ben.presses("Product 9")
    ben.sees("EUR 9.50")
    await ben.says("/product show product 3")
    ben.sees("EUR 3.50")
    await ben.says("/product add Mine @ 5")
    ben.sees("is for the role")


async def test_a_price_in_another_currency_is_told(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/product add Import @ 90 CHF")

    await ana.says("/invoice Acme: Import, 1h talk @ 80 EUR")

    ana.sees("A price is in EUR, but the invoice is in CHF")


async def test_a_terminal_completes_names_and_codes_of_the_own_business(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(HOSTING)
    await ana.says("/product add Logo @ 900")

    known = await office.app.names(office.sender_of("ana"))
    strange = await office.app.names(office.sender_of("eve"))

    assert known == Names(("Acme GmbH",), (("Hosting", "HOST-1"), ("Logo", "")))
    assert strange == Names()
