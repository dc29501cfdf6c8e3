"""E-invoices: what is inside the PDF, what is missing for one, and the data as a file."""

from __future__ import annotations

import io

import pikepdf

from tests.scenarios.chat import Chat
from tests.scenarios.scenes import bills, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What a file holds does not depend on the database."""
UNREGISTERED = "/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id none; terms 14d"
AUTHORITY = "/client add Bauamt; address Ring 2, 20095 Hamburg; country DE; email rechnung@bauamt.example"
ABROAD = "/client add Bauhof; address Ring 2, 5020 Salzburg; country AT; email rechnung@bauhof.example"
LEITWEG_ID = "04011000-12345-03"


def inside(content: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(content)) as file:
        return list(file.attachments)


async def test_the_pdf_holds_the_data_where_they_suffice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    number = await bills(ana, "Acme: 3h design @ 120")

    ana.sees_nothing_of("e-invoice")
    assert inside(ana.has_file(f"{number}.pdf")) == ["factur-x.xml"]


async def test_what_is_missing_is_said_with_a_button_to_fill_it_in(ana: Chat) -> None:
    await ana.says(UNREGISTERED)
    await ana.says("/client add Acme GmbH, Ring 2, 20095 Hamburg, DE")

    number = await bills(ana, "Acme: 3h design @ 120")
    ana.sees("The PDF is an ordinary one, not an e-invoice. Missing: your VAT id or tax number.")
    assert inside(ana.has_file(f"{number}.pdf")) == []
    await ana.presses("Fill in: your VAT id or tax number")
    await ana.says("tax number 21/815/08150")
    ana.sees("Saved.")
    number = await bills(ana, "Acme: 3h design @ 120")

    assert inside(ana.has_file(f"{number}.pdf")) == ["factur-x.xml"]


async def test_the_data_come_as_a_file_for_peppol(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says(ABROAD)
    number = await bills(ana, "Bauhof: 3h design @ 120; ref PO 4711")

    await ana.says(f"/invoice {number} xml")

    ana.sees(f"{number} to Bauhof for Peppol (UBL). It is only a file: your access point sends it.")
    content = ana.has_file(f"{number}-peppol.xml").decode()
    for part in ("poacc:billing:3.0", f"<cbc:ID>{number}</cbc:ID>", "PO 4711", "DE136695976", ">428.40<"):
        assert part in content


async def test_an_authority_gets_an_xrechnung_with_somebody_to_call(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/settings email ana@loewe.example")
    await ana.says(AUTHORITY)
    number = await bills(ana, f"Bauamt: 3h design @ 120; ref {LEITWEG_ID}")

    await ana.says(f"/xml {number}")
    ana.sees("Which phone number can the client call with questions?")
    await ana.says("later")
    ana.sees("“later” is no phone number.", "+49 30 901820")
    await ana.says("+49 30 123456")
    ana.sees(f"{number} to Bauamt as XRechnung (CII).")
    content = ana.has_file(f"{number}-xrechnung.xml").decode()
    assert "xrechnung_3.0" in content
    assert LEITWEG_ID in content
    assert "+49 30 123456" in content
    await ana.presses("Keep +49 30 123456 for all invoices")
    ana.sees("Saved.", "phone: +49 30 123456")
    await ana.says(f"/xml {number} peppol")

    assert b"+49 30 123456" in ana.has_file(f"{number}-peppol.xml")


async def test_what_the_settings_and_the_client_say_stands_in_the_next_invoice(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/settings email ana@loewe.example; contact Mara Lind; phone +49 30 901820; "
                   "register HRB 12345, Amtsgericht Charlottenburg")  # fmt: skip
    await ana.says("/settings phone call me")
    ana.sees("“call me” is no phone number.")
    await ana.says("/cancel")
    await ana.says(f"{AUTHORITY}; reference {LEITWEG_ID}")
    ana.sees(f"Reference: {LEITWEG_ID}")

    number = await bills(ana, "Bauamt: 3h design @ 120; order 4500012345; delivered 2026-03-03")
    await ana.says(f"/xml {number}")

    ana.sees(f"{number} to Bauamt as XRechnung (CII).")
    content = ana.has_file(f"{number}-xrechnung.xml").decode()
    for part in ("Mara Lind", "+49 30 901820", ">HRB 12345<", "Amtsgericht Charlottenburg", LEITWEG_ID, "4500012345",
                 ">20260303<"):  # fmt: skip
        assert part in content
    await ana.says(f"/invoice {number}")
    ana.sees("Delivered: 2026-03-03", f"Reference: {LEITWEG_ID}", "Order: 4500012345")


async def test_goods_to_another_state_ask_for_the_day_of_delivery(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says(f"{ABROAD}; vat-id ATU13585627; sold goods")
    ana.sees("Usually sold: Goods")

    await ana.says("/invoice Bauhof: 3 x Lamp @ 120")
    ana.sees("delivered: A VAT-free supply within the EU says when", "On which day was it delivered?")
    await ana.says("2026-03-03")
    ana.sees("Delivered: ")
    await ana.presses("Issue")

    ana.sees_nothing_of("ordinary")
    assert inside(ana.has_file("2026-0001.pdf")) == ["factur-x.xml"]


async def test_a_reference_that_came_later_is_asked_for(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says(ABROAD)
    number = await bills(ana, "Bauhof: 3h design @ 120")

    await ana.says(f"/xml {number}")
    ana.sees("Which reference did the client name")
    await ana.says("PO-48213")

    assert b"PO-48213" in ana.has_file(f"{number}-peppol.xml")


async def test_what_no_form_can_ask_for_is_said(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120; ref PO 4711")

    await ana.says(f"/xml {number}")
    ana.sees(f"{number} lacks what this format demands: the client's e-mail address.")
    await ana.presses("Fill in: the client's e-mail address")
    await ana.says("books@acme.example")
    ana.sees("books@acme.example")


async def test_a_void_invoice_has_no_data_to_hand_out(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120; ref PO 4711")
    await ana.says(f"/void {number} wrong amount")

    await ana.says(f"/xml {number}")

    ana.sees(f"{number} is void. Whoever reads its data would book it all the same.")
    await ana.says(f"/pdf {number}")
    assert inside(ana.has_file(f"{number}-void.pdf")) == []
