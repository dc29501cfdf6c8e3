"""Money that came in: in full, in parts, too much; and invoices that are void."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme


async def test_parts_add_up_until_the_invoice_is_paid(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")

    await ana.says(f"/paid {number} 128,40 yesterday cash")
    ana.sees("Acme GmbH paid EUR 128.40 on 2026-0001, received 2026-03-04.", "Balance: EUR 300.00.")
    await ana.says(f"/invoice {number}")
    ana.sees(
        "Status: partly paid", "Paid: EUR 128.40", "Balance: EUR 300.00", "2026-03-04", "cash", "EUR 128.40"
    )
    ana.can_press("PDF", "Paid", "Credit note")
    await ana.presses("Paid")
    ana.sees("paid EUR 300.00 on 2026-0001, received 2026-03-05.", "2026-0001 is paid in full.")
    await ana.presses("Show")

    ana.sees("Status: paid", "Balance: EUR 0.00", "Payments", "cash", "EUR 128.40", "transfer", "EUR 300.00")
    ana.can_press("PDF", "Credit note", "PDF, paid")


async def test_an_overpayment_is_kept_as_the_clients_credit(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")

    await ana.says(f"/paid {number} 500")
    ana.sees(
        f"{number} is paid in full.", "EUR 71.60 is more than was owed and is kept as credit of Acme GmbH."
    )
    await ana.says(f"/invoice {number}")
    ana.sees("Status: paid", "Balance: EUR 0.00", "EUR 500.00")
    await ana.says("/client Acme")

    ana.sees("Credit: EUR 71.60")


async def test_the_counter_alone_names_this_year_s_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")

    await ana.says("/invoice 1")
    ana.sees("Invoice 2026-0001")
    await ana.says("/paid 1 28,40 today cash")
    ana.sees("paid EUR 28.40 on 2026-0001", "Balance: EUR 400.00.")
    await ana.says("/pdf 2")

    ana.sees("number: There is no invoice 2. Example: 2026-0001")


async def test_step_by_step_the_whole_balance_is_offered(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await bills(ana, "Acme: Logo @ 900")

    await ana.says("/paid")
    ana.sees("(1/2)", "Which invoice?")
    ana.can_press("2026-0002 Acme GmbH, EUR 1,071.00", "2026-0001 Acme GmbH, EUR 428.40", "Cancel")
    await ana.presses("2026-0001 Acme GmbH, EUR 428.40")
    ana.sees("(2/2)", "How much came in?")
    ana.can_press("EUR 428.40", "Skip", "Back", "Cancel")
    await ana.presses("EUR 428.40")

    ana.sees("Acme GmbH paid EUR 428.40 on 2026-0001", "2026-0001 is paid in full.")


async def test_back_from_the_amount_chooses_another_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await bills(ana, "Acme: Logo @ 900")
    await ana.says("/paid")
    await ana.presses("2026-0001 Acme GmbH, EUR 428.40")

    await ana.presses("Back")
    ana.sees("(1/2)", "Which invoice?")
    await ana.presses("2026-0002 Acme GmbH, EUR 1,071.00")
    await ana.says("71")

    ana.sees("Acme GmbH paid EUR 71.00 on 2026-0002", "Balance: EUR 1,000.00.")


async def test_what_was_typed_wrong_is_asked_again_and_nothing_is_recorded(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    before = await office.snapshot("ana")

    await ana.says(f"/paid {number} 10 USD")
    ana.sees(f"amount: {number} is in EUR; USD is another currency.", "How much came in?")
    assert await office.snapshot("ana") == before
    await ana.says("10 eur")

    ana.sees("paid EUR 10.00", "Balance: EUR 418.40.")


async def test_what_is_paid_in_full_has_a_copy_that_says_so(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    original = ana.has_file(f"{number}.pdf")

    await ana.says(f"/paid {number} 400 2026-03-03")
    await ana.says(f"/pdf {number} paid")
    ana.sees("2026-0001 is not paid in full: EUR 28.40 is open.")
    await ana.says(f"/paid {number} 2026-03-04")
    await ana.says(f"/invoice {number}")
    await ana.presses("PDF, paid")
    ana.sees("2026-0001 to Acme GmbH, marked as paid")
    copy = ana.reads_pdf(f"{number}-paid.pdf")
    for part in ("BEZAHLT", "04.03.2026", "428,40", "Kopie"):
        assert part in copy

    await ana.says(f"/pdf {number} payed")
    ana.sees("Only the word paid may stand behind the number.")
    await ana.says("/cancel")
    await ana.says(f"/pdf {number}")
    assert ana.has_file(f"{number}.pdf") == original


async def test_nothing_to_pay_is_said_at_once(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number}")

    await ana.says("/paid")
    ana.sees("No invoice is open: nothing is owed to you. See /invoices")
    await ana.says(f"/paid {number} 5")

    ana.sees(f"{number} is paid already: ana, 10:41.")


async def test_a_void_invoice_keeps_its_number_and_a_marked_pdf(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")

    await ana.says(f"/void {number}")
    ana.sees("Why is it void?")
    await ana.says("wrong client")
    ana.sees(f"{number} to Acme GmbH over EUR 428.40 is void. Its number and document stay, marked.")
    await ana.presses("PDF")

    assert number in ana.reads_pdf(f"{number}-void.pdf")
    assert "storniert" in ana.reads_pdf(f"{number}-void.pdf").lower()
    await ana.says(f"/invoice {number}")
    ana.sees("Status: void: wrong client")
    ana.can_press("PDF")
    assert await bills(ana, "Acme: Logo @ 900") == "2026-0002"


async def test_an_invoice_with_payments_is_not_voided_and_no_reason_is_asked_for(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number} 5")

    await ana.says(f"/void {number}")

    ana.sees(f"{number} has payments of EUR 5.00, so it cannot be voided.")


@pytest.mark.parametrize("command", ["/pdf", "/invoice show"])
async def test_choosing_an_invoice_offers_open_ones_first(ana: Chat, command: str) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await bills(ana, "Acme: Logo @ 900")
    await ana.says("/paid 2026-0002")

    await ana.says(command)

    ana.can_press("2026-0001 Acme GmbH, EUR 428.40", "2026-0002 Acme GmbH, EUR 1,071.00", "Cancel")
