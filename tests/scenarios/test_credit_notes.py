"""Credit notes, refunds and client credit, as a person goes through them."""

from __future__ import annotations

import io

import pikepdf

from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, opens_a_studio_with_acme
from tests.scenarios.test_imports import bills_of

DATABASES = ("sqlite",)
"""tests/core/usecases/test_credit_note.py plays the money on both."""


async def test_a_part_is_credited_step_by_step_and_what_was_paid_pays_the_next_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number} 400")

    await ana.says(f"/credit {number}")
    ana.sees("(1/2)", "How much shall be credited, VAT included?")
    ana.can_press("All of it, EUR 428.40", "Cancel")
    ana.sees_nothing_of("Some lines")
    await ana.says("128,40")
    ana.sees("(2/2)", "Why?")
    await ana.says("late delivery")
    ana.sees(
        "CN2026-0001 to Acme GmbH credits EUR 128.40 of 2026-0001.", "Nothing is owed on 2026-0001 any more.",
        "EUR 100.00 of it was paid already and is credit of Acme GmbH now",
    )  # fmt: skip
    assert _data(ana.has_file("CN2026-0001.pdf")).count(b"<ram:TypeCode>381</ram:TypeCode>") == 1
    await ana.says(f"/invoice {number}")
    ana.sees("Status: paid", "Credited: EUR 128.40", "Balance: EUR 0.00", "CN2026-0001", "late delivery")

    await bills(ana, "Acme: Logo @ 50")
    ana.sees("Acme GmbH has EUR 100.00 of credit.")
    await ana.presses("Use EUR 59.50 of credit")
    ana.sees("EUR 59.50 of Acme GmbH's credit is used for 2026-0002.", "2026-0002 is paid in full.")
    await ana.presses("Undo")
    ana.sees("Taken back: no credit is used for 2026-0002.")
    await ana.says("/refund 1 60 transfer on yesterday")
    ana.sees("EUR 60.00 of 2026-0001 went back to Acme GmbH, 2026-03-04.")
    await ana.says("/refund 1 60")
    ana.sees("Only EUR 40.00 of what was paid on 2026-0001 is credit. Make a credit note first")
    await ana.says("/cancel")
    await ana.says("/client Acme")
    ana.sees("Credit: EUR 40.00")


async def test_a_credit_note_is_looked_up_by_its_number_like_an_invoice_and_voided(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/credit {number}: 1h design @ 120; reason less work")
    ana.sees("CN2026-0001 to Acme GmbH credits EUR 142.80 of 2026-0001.", "Balance: EUR 285.60.")
    await ana.says(f"/void {number} wrong")
    ana.sees("2026-0001 has a credit note, so it cannot be voided.")

    await ana.says("/invoice cn2026-0001")
    ana.sees(
        "Credit note CN2026-0001", "Status: valid", "Invoice: 2026-0001", "Reason: less work", "EUR 142.80"
    )
    await ana.says("/credit CN2026-0001")
    ana.sees("Credit note CN2026-0001", "Status: valid")
    await ana.says("/credit show CN2026-0001 pdf")
    ana.has_file("CN2026-0001.pdf")
    await ana.says("/xml CN2026-0001")
    ana.sees("CN2026-0001 lacks what this format demands")
    await ana.says("/invoice cn2026-0001 void it was right after all")
    ana.sees("CN2026-0001 over EUR 142.80 is void.", "Balance: EUR 428.40.")
    await ana.says("/pdf CN2026-0001")
    assert not _data(ana.has_file("CN2026-0001-void.pdf"))
    await ana.says(f"/credit {number} all reason cancelled")
    ana.sees("CN2026-0002", "credits EUR 428.40", "2026-0001 is credited in full.")
    await ana.says("/invoices")
    ana.sees("credited")
    await ana.says(f"/paid {number}")
    ana.sees("Nothing is owed on 2026-0001.")
    await ana.says("/settings credit-pattern GS{YY}-{NNN}")
    ana.sees("credit-pattern: GS{YY}-{NNN}")


async def test_lines_are_picked_by_buttons_and_what_is_left_of_each_is_offered(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120, 2 x Hosting @ 50 vat 7%, Logo @ 10; discount 10%")
    design, hosting, logo = ("#1 3 h design, EUR 385.56", "#2 2 Hosting, EUR 96.30", "#3 1 Logo, EUR 10.71")

    await ana.says(f"/credit {number}")
    await ana.presses("Some lines")
    ana.sees("Which lines shall be credited?", "2 x #3")
    ana.can_press(design, hosting, logo, "Back", "Cancel")
    await ana.presses(design)
    await ana.presses(hosting)
    ana.can_press(f"✓ {design}", f"✓ {hosting}", logo, "Done", "Back", "Cancel")
    await ana.presses(f"✓ {design}")
    ana.can_press(design, f"✓ {hosting}", logo, "Done", "Back", "Cancel")
    await ana.presses("Done")
    ana.sees("EUR 96.30 will be credited. Why?")
    await ana.says("switched off")
    ana.sees("CN2026-0001 to Acme GmbH credits EUR 96.30 of 2026-0001.", "Balance: EUR 396.27.")
    await ana.presses("Show")
    ana.sees("Hosting", "Discount 10%: EUR -10.00", "EUR 96.30")

    await ana.says(f"/credit {number} 2 x #1 reason less work")
    ana.sees("CN2026-0002 to Acme GmbH credits EUR 257.04 of 2026-0001.")
    await ana.says(f"/credit {number} lines")
    ana.can_press("#1 1 h design, EUR 128.52", "#3 1 Logo, EUR 10.71", "Cancel")
    await ana.says("2 x #1")
    ana.sees("Of line 1 of 2026-0001, only 1 is left to credit.")
    await ana.says("#1, #3")
    ana.sees("EUR 139.23 will be credited.")
    await ana.says("cancelled")
    ana.sees("CN2026-0003", "2026-0001 is credited in full.")
    await ana.presses("Undo")
    await ana.says("/void CN2026-0001 still used")
    await ana.says(f"/credit {number} #2 all the same")
    ana.sees("CN2026-0004 to Acme GmbH credits EUR 96.30 of 2026-0001.")


async def test_what_cannot_be_credited_is_not_offered(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    first = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/credit {first} all reason cancelled")
    await ana.says("/import", bills_of("OLD-7,Acme GmbH,2026-01-05,2026-01-19,119.00,119.00,EUR"))
    await ana.presses("Import")

    await ana.says("/credit")
    ana.sees("No invoice can be credited: each is credited in full, or comes from another program.")
    await bills(ana, "Acme: Logo @ 10")
    await ana.says("/credit")
    ana.can_press("2026-0002 Acme GmbH, EUR 11.90", "Cancel")
    ana.sees_nothing_of("2026-0001", "OLD-7")


def _data(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        found = file.attachments.get("factur-x.xml")
        return found.get_file().read_bytes() if found else b""
