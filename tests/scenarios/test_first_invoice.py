"""The first minutes of a freelancer: from nothing to a PDF, whichever way the program runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.conftest import GUIDED, ON_SLACK, UNGUIDED, Anywhere
from tests.scenarios.scenes import STUDIO

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


@pytest.mark.parametrize("way", [*UNGUIDED, *GUIDED, *ON_SLACK], indirect=True)
async def test_a_freelancer_sends_a_first_invoice(anywhere: Anywhere) -> None:
    ana = anywhere.person("ana")
    due = anywhere.today + timedelta(days=14)
    number = f"{anywhere.today:%Y}-0001"

    await ana.says(STUDIO)
    ana.sees(
        "Studio Löwe is ready to send invoices.",
        "EUR",
        "19%",
        "14d",
        number,
        "/invoice Acme: 3h design @ 120",
    )
    ana.can_press("New invoice", "Add a client", "Settings", "Help")

    await ana.says("/invoice Acme: 3h design @ 120, 2 x Hosting @ 49.90; due 14d")
    ana.sees("There is no client named “Acme” yet.", "Add it now")
    await ana.presses("Add Acme")
    ana.sees("(1/2)", "What is the address?")
    await ana.says("Ring 2, 20095 Hamburg")
    ana.sees("(2/2)", "Which country")
    await ana.presses("Germany")
    ana.sees("Acme is now a client.", "Draft for Acme", "Ring 2, 20095 Hamburg", f"{due} (14d)")
    ana.sees("design", "3 h", "120.00", "EUR 360.00", "Hosting", "49.90", "EUR 99.80")
    ana.sees("Net: EUR 459.80", "VAT 19%: EUR 87.36", "Total: EUR 547.16")

    await ana.presses("Issue")
    ana.sees(f"Issued {number} to Acme: EUR 547.16, due {due}.", f"{number}.pdf")
    ana.can_press("Paid", "Show", "Undo")
    pdf = ana.reads_pdf(f"{number}.pdf")
    for part in (number, "Studio Löwe", "Hauptstr. 1", "DE136695976", "Acme", "Ring 2", "design", "Hosting"):
        assert part in pdf
    for part in ("Rechnung", "360,00", "99,80", "459,80", "87,36", "547,16", "DE89 3704 0044 0532 0130 00"):
        assert part in pdf

    first = ana.has_file(f"{number}.pdf")
    await ana.says(f"/pdf {number}")
    assert ana.has_file(f"{number}.pdf") == first

    await ana.says(f"/paid {number}")
    ana.sees(f"Acme paid EUR 547.16 on {number}", f"{number} is paid in full.")
    await ana.says("/invoices")
    ana.sees(number, "Acme", "EUR 547.16", "paid")


async def test_the_example_of_the_welcome_works_as_it_stands(ana: Chat) -> None:
    await ana.says(STUDIO)
    await ana.says("/client add Acme GmbH, Hauptstr. 1, 10115 Berlin, DE")

    await ana.says("/invoice Acme: 3h design @ 120; due 14d")

    ana.sees("Draft for Acme GmbH", "design", "EUR 360.00", "VAT 19%: EUR 68.40", "Total: EUR 428.40")
    ana.can_press("Issue", "Edit", "Discard", "Undo")


async def test_the_pdf_shows_the_due_date_of_the_invoice(ana: Chat) -> None:
    await ana.says(STUDIO)
    await ana.says("/client add Acme GmbH, Hauptstr. 1, 10115 Berlin, DE")

    await ana.says("/invoice Acme: 3h design @ 120; on 2026-03-02; due 2026-04-09; ref PO 4711; note Danke!")
    await ana.presses("Issue")

    ana.sees("due 2026-04-09")
    pdf = ana.reads_pdf("2026-0001.pdf")
    for part in ("PO 4711", "Danke!", "02.03.2026", "09.04.2026"):
        assert part in pdf
