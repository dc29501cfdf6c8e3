"""Forms in progress: cancelled in every state, left for another command, taken up again."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

STATES = {
    "/invoice": "Write an invoice",
    "/invoice Acme": "Write an invoice",
    "/invoice Nobody: 3h design @ 120": "Write an invoice",
    "/invoice Acme: 3h design": "Write an invoice",
    "/client": "Show a client",
    "/client add": "Add a client",
    "/client edit": "Change a client",
    "/client edit Acme; email": "Change a client",
    "/client archive": "Archive a client",
    "/client archive Nobody": "Archive a client",
    "/client restore": "Bring an archived client back",
    "/invoice show": "Show an invoice",
    "/pdf": "Get the PDF of an invoice",
    "/paid": "Record a payment",
    "/paid 2026-0001 0": "Record a payment",
    "/void": "Void an invoice",
    "/void 2026-0001": "Void an invoice",
    "/edit line 1": "Change a draft",
    "/edit note": "Change a draft",
    "/settings iban": "Show or change the settings",
    "/invite": "Invite somebody",
    "/member role": "Change somebody's role",
    "/member remove": "Remove somebody",
}


@pytest.fixture(scope="module")
async def busy(shared_office: Office) -> Chat:
    """Owner of a studio with one of everything; cancelling changes nothing of it."""
    ana = shared_office.person("ana")
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    await ana.says("/client archive Bär")
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/invoice Acme: 5h talk @ 80")
    return ana


@pytest.mark.parametrize("text", STATES)
async def test_cancel_works_in_every_state(shared_office: Office, busy: Chat, text: str) -> None:
    before = await shared_office.snapshot("ana")
    await busy.says(text)
    busy.sees("(1/")

    await busy.says("/cancel")
    busy.sees(f"Cancelled: {STATES[text]}. Nothing was changed.")
    await busy.says("/cancel")
    busy.sees("There is nothing to cancel.")

    assert await shared_office.snapshot("ana") == before


@pytest.mark.parametrize("word", ["cancel", "Cancel", "/CANCEL", "/cancel "])
async def test_cancel_is_understood_however_it_is_written(ana: Chat, word: str) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add")

    await ana.says(word)

    ana.sees("Cancelled: Add a client. Nothing was changed.")


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("/cancel", "There is nothing to cancel."),
        ("/back", "No question is open."),
        ("skip", "No question is open."),
        ("/resume", "There is nothing to go on with."),
    ],
)
async def test_a_steering_word_with_no_form_open_says_so(ana: Chat, word: str, answer: str) -> None:
    await opens_a_studio_with_acme(ana)

    await ana.says(word)

    ana.sees(answer)


async def test_a_form_left_for_another_command_is_offered_again(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add")
    await ana.says("Zimt AG")

    await ana.says("/clients")
    ana.sees("Clients", "Acme GmbH", "Left open: Add a client.")
    assert ana.seen.buttons[-1] == "Resume"
    await ana.presses("Resume")
    ana.sees("(2/5)", "What is the address?")
    await ana.says("Kai 3, 24103 Kiel")
    await ana.presses("Germany")
    await ana.presses("Skip")
    await ana.presses("Skip")

    ana.sees("Zimt AG is now a client.", "Kai 3, 24103 Kiel")


async def test_a_form_left_for_another_form_waits_until_that_one_is_done(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme")

    await ana.says("/settings terms")
    ana.sees("Left open: Write an invoice.", "How long do clients have to pay?")
    await ana.says("30d")
    ana.sees("Saved.")
    await ana.says("/resume")
    ana.sees("What do you bill for?")
    await ana.says("3h design @ 120")

    ana.sees("Draft for Acme GmbH", "(30d)")


async def test_cancelling_the_second_form_offers_the_first_again(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme")
    await ana.says("/settings terms")

    await ana.presses("Cancel")
    ana.sees("Cancelled: Show or change the settings.", "Left open: Write an invoice.")
    ana.can_press("Resume")
    await ana.presses("Resume")

    ana.sees("What do you bill for?")


@pytest.mark.parametrize(
    "text",
    ["/paid 2026-0009", "/client edit name: x; foo", "/issue 99", "/void 2026-0001 x", "/settings accent"],
)
async def test_a_command_that_fails_does_not_lose_the_form_that_was_open(ana: Chat, text: str) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/paid 2026-0001")
    await ana.says("/invoice Acme")

    await ana.says(text)
    ana.sees("Left open: Write an invoice.")
    await ana.presses("Resume")
    await ana.says("Logo @ 900")

    ana.sees("Draft for Acme GmbH", "Logo", "EUR 1,071.00")


@pytest.mark.parametrize("text", ["/paid 2026-9", "/pdf 2026-9", "/invoices nobody", "/client nobody"])
async def test_a_line_of_which_nothing_was_right_is_not_kept_for_later(ana: Chat, text: str) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says(text)
    ana.sees("(1/1)")

    await ana.says("/clients")

    ana.sees("Acme GmbH")
    ana.sees_nothing_of("Left open")


async def test_a_form_just_begun_is_still_there_after_a_look_at_the_help(ana: Chat) -> None:
    await ana.says("/start")

    await ana.says("/help")
    ana.sees("Left open: Set up your business.")
    await ana.presses("Resume")

    ana.sees("(1/6)", "legal name")


async def test_a_slip_of_the_pen_leaves_the_form_open(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme")

    await ana.says("/xyzzy")
    await ana.says("Logo @ 900")

    ana.sees("Draft for Acme GmbH", "Logo")


async def test_a_message_that_is_too_long_does_not_lose_the_form(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme")

    await ana.says("x" * 20_001)
    ana.sees("message: This is longer than 20000 characters.")
    await ana.says("Logo @ 900")

    ana.sees("Draft for Acme GmbH", "Logo")


async def test_the_same_command_again_starts_its_form_anew(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/client add")
    await ana.says("Zimt AG")

    await ana.says("/client add")

    ana.sees("(1/5)", "client's name")
    ana.sees_nothing_of("Left open")


async def test_a_detour_to_another_command_leaves_the_whole_invoice_open(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Zimt: 3h design @ 120")
    await ana.presses("Add Zimt")

    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    ana.sees("Bär is now a client.", "Left open: Write an invoice.")
    await ana.presses("Resume")
    ana.sees("What is the address?")
    await ana.says("Ring 4, 20095 Hamburg")
    await ana.presses("Germany")

    ana.sees("Zimt is now a client.", "Draft for Zimt", "EUR 428.40")


async def test_back_inside_a_detour_stays_in_the_detour(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Zimt: 3h design @ 120")
    await ana.presses("Add Zimt")
    ana.can_press("Cancel")
    await ana.says("Ring 4, 20095 Hamburg")

    await ana.presses("Back")
    ana.sees("(1/2)", "What is the address?")
    await ana.says("Kai 3, 24103 Kiel")
    await ana.presses("Germany")

    ana.sees("Zimt is now a client.", "Kai 3, 24103 Kiel", "Draft for Zimt")


async def test_the_last_answer_of_a_conversation_ends_it(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme")
    await ana.says("3h design @ 120")

    await ana.says("2h talk @ 80")

    ana.sees("Who is it for?")
