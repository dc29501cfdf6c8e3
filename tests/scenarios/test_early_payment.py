"""Early-payment discounts: offered, taken, shown everywhere, and gone with the payment that earned them."""

from __future__ import annotations

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


async def test_who_pays_early_owes_no_more_and_the_books_say_so(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings early 2% 10d")
    ana.sees("early: 2% 10d")
    await ana.says("/invoice Acme: Talk @ 100, Book @ 100 vat 7%")
    ana.sees("Early payment: EUR 221.48 until 2026-03-15 (2% 10d)")
    await ana.presses("Issue")
    assert "2 % Skonto bei Zahlung bis 15.03.2026: EUR 221,48 statt 226,00." in ana.reads_pdf("2026-0001.pdf")

    await ana.says("/paid")
    await ana.presses("2026-0001 Acme GmbH, EUR 226.00")
    await ana.presses("EUR 221.48")

    ana.sees(
        "Acme GmbH paid EUR 221.48 on 2026-0001", "the discount of EUR 4.52 is taken off", "is paid in full"
    )
    paid = ana.seen
    await ana.says("/invoice 2026-0001")
    ana.sees(
        "Status: paid",
        "Paid: EUR 221.48",
        "Early-payment discount: EUR 4.52",
        "Balance: EUR 0.00",
        "transfer",
    )
    ana.sees_nothing_of("Credited")
    await ana.says("/statement Acme")
    ana.sees(
        "Invoiced: EUR 226.00",
        "Received: EUR 221.48",
        "Early-payment discount: EUR 4.52",
        "Owed at the end: EUR 0",
    )
    await ana.says("/report")
    ana.sees(
        "Invoiced: EUR 221.48",
        "Received: EUR 221.48",
        "19%",
        "98.00",
        "18.62",
        "116.62",
        "7%",
        "98.00",
        "6.86",
    )
    ana.sees_nothing_of("Rounding")

    await ana.presses("Undo", on=paid)
    await ana.says("/invoice 2026-0001")
    ana.sees("Status: open")
    ana.sees_nothing_of("discount of", "221.48\n")
    await ana.says("/report")
    ana.sees("Invoiced: EUR 226.00", "Received: EUR 0.00")


async def test_too_late_or_too_little_is_a_part_payment_like_any_other(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: Talk @ 100; early 2% 10d")
    await ana.says(f"/paid {number} 116.61")
    ana.sees("Balance: EUR 2.39.")
    await ana.presses("Undo")
    office.wait(days=11)

    await ana.says(f"/paid {number} 116.62")

    ana.sees("Balance: EUR 2.38.")
    ana.sees_nothing_of("discount")


async def test_a_client_s_own_terms_and_currency_go_before_the_usual_ones(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings early 2% 10d")
    await ana.says("/client edit Acme; early 3% 7d; currency chf")
    ana.sees("Currency: CHF", "Early payment: 3% 7d")

    await ana.says("/invoice Acme: Talk @ 100; vat 0")
    ana.sees("Early payment: CHF 97.00 until 2026-03-12 (3% 7d)", "Total: CHF 100.00")
    await ana.says("/edit early -")
    ana.sees_nothing_of("Early payment")
    await ana.says("/client edit Acme; early none; currency -")
    await ana.says("/invoice Acme: Talk @ 100")
    ana.sees("EUR 119.00")
    ana.sees_nothing_of("Early payment")
    await ana.says("/client edit Acme; early -")
    await ana.says("/invoice Acme: Talk @ 100")
    ana.sees("(2% 10d)")
    # What would be given after the due date is not offered by itself.
    await ana.says("/invoice Acme: Talk @ 100; due 5d")
    ana.sees_nothing_of("Early payment")


async def test_totals_are_rounded_to_the_smallest_coin_where_that_is_set(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/settings country CH; vat-id CHE-123.456.788 MWST; currency CHF; vat 8.1%")
    await ana.says("/settings cash-rounding 0.05")
    ana.sees("cash-rounding: CHF 0.05")

    number = await bills(ana, "Acme: Talk @ 99.99; vat 8.1%")
    await ana.says(f"/invoice {number}")
    ana.sees("CHF 8.10", "Rounding: CHF 0.01", "Total: CHF 108.10")
    await ana.says(f"/paid {number}")
    ana.sees("paid CHF 108.10", "is paid in full")
    await ana.says("/report")
    ana.sees("Invoiced: CHF 108.10", "Rounding", "0.01")
    await ana.says("/settings cash-rounding -")
    ana.sees("cash-rounding: –")
