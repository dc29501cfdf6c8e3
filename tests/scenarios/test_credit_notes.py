"""Credit notes, refunds and client credit, as a person goes through them."""

from __future__ import annotations

import io

import pikepdf

from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""tests/core/usecases/test_credit_note.py plays the money on both."""


async def test_a_part_is_credited_step_by_step_and_what_was_paid_pays_the_next_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number} 400")

    await ana.says(f"/credit {number}")
    ana.sees("(1/2)", "How much shall be credited, VAT included?")
    ana.can_press("All of it, EUR 428.40", "Cancel")
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


def _data(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        found = file.attachments.get("factur-x.xml")
        return found.get_file().read_bytes() if found else b""
