"""Drafts: understood, changed field by field or line by line, discarded, issued."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

PASTED = """Acme:
- 3h design @ 120
- Logo, in three sizes @ 900
2 x Hosting @ 49,90 vat 7%
; due 30d; ref PO 4711"""


async def test_a_pasted_invoice_of_several_lines_is_understood(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says(PASTED)

    ana.sees("Draft for Acme GmbH", "2026-04-04 (30d)", "Reference: PO 4711")
    ana.sees(
        "design",
        "3 h",
        "19%",
        "EUR 360.00",
        "Logo, in three sizes",
        "EUR 900.00",
        "Hosting",
        "7%",
        "EUR 99.80",
    )
    ana.sees("VAT 19% on EUR 1,260.00: EUR 239.40", "VAT 7% on EUR 99.80: EUR 6.99", "Total: EUR 1,606.19")


async def test_step_by_step_the_invoice_asks_for_client_and_lines_only(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("/invoice")
    ana.sees("(1/2)", "Who is it for?")
    ana.can_press("Acme GmbH", "Cancel")
    await ana.presses("Acme GmbH")
    ana.sees("(2/2)", "What do you bill for?")
    await ana.says("3h design @ 120, Logo @ 900")

    ana.sees("Draft for Acme GmbH", "Total: EUR 1,499.40")


@pytest.mark.parametrize("answer", ["Acme: 3h design @ 120; due 30d", "Acme\n3h design @ 120\n; due 30d"])
async def test_a_whole_line_may_answer_who_it_is_for(ana: Chat, answer: str) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice")

    await ana.says(answer)

    ana.sees("Draft for Acme GmbH", "(30d)", "EUR 428.40")


async def test_options_may_follow_the_lines_where_lines_are_asked_for(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme")

    await ana.says("3h design @ 120; due 30d; discount 10%")

    ana.sees("Draft for Acme GmbH", "(30d)", "Discount 10%: EUR -36.00", "EUR 385.56")


async def test_a_wrong_line_typed_again_in_full_is_not_doubled(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design")
    ana.sees("lines: ", "There is no price; write it behind an @.", "Example: 2 x Hosting @ 49.90")

    await ana.says("Acme: 3h design @ 120")

    ana.sees("Draft for Acme GmbH")
    ana.sees_nothing_of("Acme: 3h")


async def test_lines_without_a_client_ask_for_the_client(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says("3h design @ 120")
    ana.sees("Who is it for?")
    await ana.says("2h talk @ 80")
    ana.sees("client: This reads like what you bill for; first write who it is for. Example: Acme")
    await ana.presses("Acme GmbH")

    ana.sees("Draft for Acme GmbH", "design", "EUR 428.40")


@pytest.mark.parametrize(
    "text", ["invoice acme: 3h design @ 120", "Invoice Acme: 3h design @ 120", "ACME: 3h design @ 120"]
)
async def test_an_invoice_needs_no_slash(ana: Chat, text: str) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says(text)

    ana.sees("Draft for Acme GmbH", "design", "EUR 428.40")


async def test_a_client_may_be_called_like_a_command(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Paid Media GmbH, Kai 3, 24103 Kiel, DE")

    await ana.says("Paid Media: 3h design @ 120")

    ana.sees("Draft for Paid Media GmbH", "EUR 428.40")


async def test_a_field_is_changed_by_its_button(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120, Logo @ 900")

    await ana.presses("Edit")
    ana.sees("Draft for Acme GmbH", "What do you want to change?")
    await ana.presses("Due")
    ana.sees("(1/1)", "When is it due?")
    await ana.says("soonish")
    ana.sees("due: “soonish” is neither a time to pay nor a date. Example: 14d")
    await ana.says("30d eom")

    ana.sees("Due: 2026-04-30 (30d eom)")
    ana.can_press("Issue", "Edit", "Discard", "Undo")


async def test_a_line_is_changed_by_its_button(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120, Logo @ 900")
    await ana.presses("Edit")

    await ana.presses("Line 2")
    ana.sees("How shall line 2 read?")
    await ana.says("2 x Logo @ 850")

    ana.sees("design", "EUR 360.00", "Logo", "EUR 1,700.00", "Total: EUR 2,451.40")


async def test_lines_are_added_and_removed_by_their_buttons(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120, Logo @ 900")

    await ana.presses("Edit")
    await ana.presses("Add a line")
    await ana.says("2h talk @ 80, Train @ 99")
    ana.sees("design", "Logo", "talk", "Train")
    await ana.presses("Edit")
    await ana.presses("Remove a line")
    ana.can_press("1 design", "2 Logo", "3 talk", "4 Train", "Skip", "Cancel")
    await ana.presses("2 Logo")

    ana.sees("1  design", "2  talk", "3  Train")
    ana.sees_nothing_of("Logo")


async def test_the_client_of_a_draft_is_changed_to_a_new_one(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    await ana.presses("Edit")

    await ana.presses("Client")
    ana.can_press("Acme GmbH", "Skip", "Cancel")
    await ana.says("Zimt AG")
    await ana.presses("Add Zimt AG")
    await ana.says("Kai 3, 24103 Kiel")
    await ana.presses("Germany")

    ana.sees("Zimt AG is now a client.", "Draft for Zimt AG", "EUR 428.40")


async def test_several_things_are_changed_on_one_line(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120, Logo @ 900")

    await ana.says("/edit line 1: 4h design @ 125; remove 2; add 2h talk @ 80; due 3d; vat 7%; note Danke!")

    ana.sees(
        "(3d)", "Note: Danke!", "4 h", "EUR 500.00", "talk", "EUR 160.00", "VAT 7%: EUR 46.20", "EUR 706.20"
    )


async def test_what_was_set_is_taken_out_again_with_a_dash(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120; discount 10%; ref PO 1; note Danke!")
    ana.sees("PO 1", "Danke!", "Discount")

    await ana.says("/edit discount -; ref -; note -")

    ana.sees("Total: EUR 428.40")
    ana.sees_nothing_of("PO 1", "Danke!", "Discount")


@pytest.mark.parametrize("change", ["Line 1", "Due", "Remove a line", "Client"])
async def test_skipping_a_change_leaves_the_draft_as_it_is(office: Office, ana: Chat, change: str) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120, Logo @ 900")
    await ana.presses("Edit")
    before = await office.snapshot("ana")

    await ana.presses(change)
    await ana.presses("Skip")

    ana.sees("Draft for Acme GmbH", "What do you want to change?")
    assert await office.snapshot("ana") == before


async def test_done_goes_back_to_the_draft(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    await ana.presses("Edit")

    await ana.presses("Done")

    ana.sees("Draft for Acme GmbH", "EUR 428.40")
    ana.can_press("Issue", "Edit", "Discard")


async def test_a_discarded_draft_leaves_no_gap_in_the_numbers(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")

    await ana.presses("Discard")
    ana.sees("The draft for Acme GmbH over EUR 428.40 is gone.")
    await ana.says("/invoices draft")
    ana.sees("Drafts: none.")

    assert await bills(ana, "Acme: Logo @ 900") == "2026-0001"


async def test_typed_commands_mean_the_draft_written_last(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120")
    await ana.says("/invoice Acme: Logo @ 900")

    await ana.says("/issue")
    ana.sees("Issued 2026-0001 to Acme GmbH: EUR 1,071.00")
    await ana.says("/discard")
    ana.sees("The draft for Acme GmbH over EUR 428.40 is gone.")

    await ana.says("/issue")
    ana.sees("There is no draft. Write one: /invoice Acme: 3h design @ 120")


async def test_an_issued_invoice_is_shown_and_not_edited(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    number = await bills(ana, "Acme: 3h design @ 120; period february; ref PO 1")
    before = await office.snapshot("ana")

    await ana.says(f"/issue {number}")
    ana.sees(f"{number} is issued already: ana, 10:41.")
    await ana.says(f"/invoice show {number}")

    ana.sees(
        f"Invoice {number}", "Status: open", "Acme GmbH", "2026-02-01 – 2026-02-28", "PO 1", "EUR 428.40"
    )
    ana.can_press("PDF", "Paid", "Credit note", "Void")
    assert await office.snapshot("ana") == before
