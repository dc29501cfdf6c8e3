"""Clients: added on one line, step by step or on the way to an invoice; found, changed, archived, brought back."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is found and kept is asked of both databases (tests/storage/test_clients.py)."""


async def test_a_client_is_added_step_by_step(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.presses("Add a client")
    ana.sees("(1/5)", "client's name")
    await ana.says("Müller, Meier & Partner")
    ana.sees("(2/5)", "address")
    await ana.says("Ring 2, 20095 Hamburg")
    await ana.presses("Germany")
    ana.sees("(4/5)", "VAT id")
    await ana.presses("Skip")
    await ana.says("Books@Acme.Example")

    ana.sees(
        "Müller, Meier & Partner is now a client.", "Ring 2, 20095 Hamburg, Germany", "Books@acme.example"
    )
    ana.can_press("New invoice", "Edit", "Undo")


async def test_a_pasted_address_may_answer_the_question_for_the_name(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/client add")

    await ana.says("Müller GmbH, Ring 2, 20095 Hamburg, DE")
    ana.sees("VAT id")
    await ana.says("/skip")
    await ana.says("/skip")

    ana.sees("Müller GmbH is now a client.", "Ring 2, 20095 Hamburg, Germany")


@pytest.mark.parametrize(
    "line",
    [
        "Acme GmbH; address Ring 2, 20095 Hamburg; country DE; vat-id DE136695976; email books@acme.example",
        "Acme GmbH, Ring 2, 20095 Hamburg, DE, DE136695976, books@acme.example",
        "Acme GmbH\nRing 2\n20095 Hamburg\nGermany\nDE136695976\nbooks@acme.example",
    ],
)
async def test_nothing_is_asked_when_all_is_there(ana: Chat, line: str) -> None:
    await opens_a_studio(ana)

    await ana.says(f"/client add {line}")

    ana.sees(
        "Acme GmbH is now a client.", "Ring 2, 20095 Hamburg, Germany", "DE136695976", "books@acme.example"
    )


async def test_an_unknown_client_is_added_and_the_invoice_goes_on(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("/invoice Müller: 3h design @ 120; due 30d; note Danke")
    ana.sees("There is no client named “Müller” yet.", "Add it now, or write another name.")
    ana.can_press("Add Müller", "Cancel")
    await ana.presses("Add Müller")
    await ana.says("Ring 2, 20095 Hamburg")
    await ana.presses("Germany")

    ana.sees("Müller is now a client.", "Draft for Müller", "(30d)", "Danke", "design", "EUR 428.40")


async def test_the_address_may_stand_behind_the_unknown_name(ana: Chat) -> None:
    await opens_a_studio(ana)

    await ana.says("Müller & Co., Ring 2, 20095 Hamburg, DE: 3h design @ 120")
    await ana.presses("Add Müller & Co.")

    ana.sees("Müller & Co. is now a client.", "Draft for Müller & Co.", "Ring 2, 20095 Hamburg")


async def test_another_name_instead_of_adding_goes_on_with_that_client(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Amce: 3h design @ 120")

    await ana.says("acme")

    ana.sees("Draft for Acme GmbH", "EUR 428.40")


async def test_two_matches_ask_which_one(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Acme Nord AG, Kai 3, 24103 Kiel, DE")

    await ana.says("/invoice acme: 3h design @ 120")
    ana.sees("Several clients match “acme”.", "Which one do you mean?")
    ana.can_press("Acme GmbH, Hamburg", "Acme Nord AG, Kiel", "Cancel")
    await ana.presses("Acme Nord AG, Kiel")

    ana.sees("Draft for Acme Nord AG", "24103 Kiel")


async def test_the_exact_name_is_enough_where_a_longer_one_exists(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Acme GmbH & Co. KG, Kai 3, 24103 Kiel, DE")

    await ana.says("/invoice ACME gmbh: 3h design @ 120")

    ana.sees("Draft for Acme GmbH", "20095 Hamburg")


async def test_a_client_is_shown_with_what_can_be_done(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")
    await ana.says(f"/paid {number} 500")

    await ana.says("/client acm")
    ana.sees("Acme GmbH", "Ring 2, 20095 Hamburg", "Credit: EUR 71.60")
    ana.can_press("New invoice", "Invoices", "Edit", "Reminders", "Archive")
    await ana.presses("Invoices")
    ana.sees("Invoices of Acme GmbH", number)
    await ana.says("/client")
    await ana.presses("Acme GmbH")
    await ana.presses("New invoice")
    ana.sees("(1/1)", "What do you bill for?")
    await ana.says("Logo @ 900")

    ana.sees("Draft for Acme GmbH", "EUR 1,071.00")


async def test_one_field_of_a_client_is_changed_by_a_button(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/client edit Acme")
    ana.sees("What do you want to change?")
    ana.can_press(
        "Name",
        "Address",
        "Country",
        "VAT id",
        "E-mail",
        "Reference",
        "Goods or services",
        "Currency",
        "Early payment",
        "Language",
        "Time zone",
    )
    await ana.presses("E-mail")
    ana.sees("(1/1)", "Which e-mail address")
    await ana.says("books(at)acme")
    ana.sees("email: “books(at)acme” is not an e-mail address. Example: books@acme.example")
    await ana.says("books@acme.example")
    ana.sees("Acme GmbH is changed.", "books@acme.example")

    await ana.says("/client edit Acme email -")
    ana.sees("Acme GmbH is changed.")
    ana.sees_nothing_of("books@acme.example")


async def test_several_fields_of_a_client_are_changed_on_one_line(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/client edit Acme; name Acme AG; address Kai 3, 24103 Kiel; vat-id DE136695976")

    ana.sees("Acme AG is changed.", "Kai 3, 24103 Kiel, Germany", "DE136695976")


async def test_who_moves_abroad_brings_a_vat_id_of_there_or_none(ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/client add Acme GmbH, Ring 2, 20095 Hamburg, DE; vat-id DE136695976")

    await ana.says("/client edit Acme; country FR; address 1 rue Haute, 75001 Paris")
    ana.sees("vat-id: DE136695976 is of another country; write the new one along, or none.", "VAT id?")
    await ana.says("FR23334175221")
    ana.sees("Acme GmbH is changed.", "75001 Paris, France", "VAT id: FR23334175221")
    await ana.says("/client edit Acme; country MC")

    ana.sees("75001 Paris, Monaco", "VAT id: FR23334175221")


async def test_an_issued_invoice_keeps_the_client_as_it_was(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120")

    await ana.says("/client edit Acme name Zimt AG")
    await ana.says(f"/pdf {number}")

    assert "Acme GmbH" in ana.reads_pdf(f"{number}.pdf")
    assert "Zimt AG" not in ana.reads_pdf(f"{number}.pdf")


async def test_an_archived_client_is_offered_back_on_the_way_to_an_invoice(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client archive Acme")
    ana.sees("Acme GmbH is archived: its invoices stay, and it is no longer offered.")

    await ana.says("/invoice Acme: 3h design @ 120")
    ana.sees("“Acme” is archived.", "Bring the client back, or write another name.")
    await ana.presses("Bring Acme GmbH back")

    ana.sees("Acme GmbH is back.", "Draft for Acme GmbH", "EUR 428.40")


async def test_archived_clients_leave_the_list_and_can_be_restored(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client archive")
    await ana.presses("Acme GmbH")

    await ana.says("/clients")
    ana.sees("There are no clients yet.")
    await ana.says("/client Acme")
    ana.can_press("Invoices", "Bring back")
    await ana.says("/client restore")
    await ana.presses("Acme GmbH")
    ana.sees("Acme GmbH is back.")

    await ana.says("/client restore Acme")
    ana.sees("No client is archived.")


async def test_a_client_with_a_very_long_name_still_has_buttons(office: Office, ana: Chat) -> None:
    long = "Donaudampfschifffahrtsgesellschaft " * 5
    await opens_a_studio(ana)
    await ana.says(f"/client add {long}; address Kai 3, 24103 Kiel; country DE")

    await ana.says("/clients")
    ana.sees(long.strip())
    label = next(label for label in ana.seen.buttons if label.startswith("Donau"))
    assert len(label) <= 64
    await ana.presses(label)

    ana.sees(long.strip(), "24103 Kiel")
