"""Old buttons live for ever: what they did is done once, and what they asked is no longer open."""

from __future__ import annotations

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


async def test_issue_pressed_twice_issues_once(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    draft = await ana.says("/invoice Acme: 3h design @ 120")
    await ana.presses("Issue", on=draft)
    before = await office.snapshot("ana")

    await ana.presses("Issue", on=draft)

    ana.sees("2026-0001 is issued already: ana, 10:41.")
    assert await office.snapshot("ana") == before


async def test_paid_pressed_twice_records_one_payment(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    issued = ana.seen
    await ana.presses("Paid", on=issued)
    before = await office.snapshot("ana")

    await ana.presses("Paid", on=issued)

    ana.sees("2026-0001 is paid already: ana, 10:41.")
    assert await office.snapshot("ana") == before


async def test_every_button_of_an_old_draft_says_what_became_of_it(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    draft = await ana.says("/invoice Acme: 3h design @ 120")
    menu = await ana.presses("Edit")
    await ana.presses("Issue", on=draft)
    before = await office.snapshot("ana")

    for label, on in (("Issue", draft), ("Edit", draft), ("Discard", draft), ("Due", menu), ("Line 1", menu)):
        await ana.presses(label, on=on)
        ana.sees("2026-0001 is issued already")
    await ana.presses("Undo", on=draft)

    ana.sees("It was changed again since")
    assert await office.snapshot("ana") == before


async def test_a_discarded_draft_is_gone_for_its_buttons(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    draft = await ana.says("/invoice Acme: 3h design @ 120")
    await ana.presses("Discard", on=draft)

    for label in ("Issue", "Edit", "Discard"):
        await ana.presses(label, on=draft)
        ana.sees("There is no such invoice.")


async def test_an_answered_question_takes_no_second_answer(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    question = await ana.says("/invoice")
    await ana.presses("Acme GmbH", on=question)

    await ana.presses("Acme GmbH", on=question)
    ana.sees("That question is no longer open.")
    await ana.presses("Cancel", on=question)
    ana.sees("That question is no longer open.")
    await ana.says("3h design @ 120")

    ana.sees("Draft for Acme GmbH", "EUR 428.40")


async def test_an_old_answer_does_not_reach_another_command_s_question(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    question = await ana.says("/client archive")
    await ana.presses("Cancel", on=question)
    await ana.says("/invoice")
    before = await office.snapshot("ana")

    await ana.presses("Acme GmbH", on=question)

    ana.sees("That question is no longer open.")
    assert await office.snapshot("ana") == before


async def test_a_finished_form_s_buttons_lead_nowhere(ana: Chat) -> None:
    question = await ana.says("/start")
    await ana.says("Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id none; iban -; terms 14d")
    ana.sees("Löwe is ready")

    await ana.presses("Cancel", on=question)

    ana.sees("That question is no longer open.")


async def test_a_button_lives_for_thirty_days(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    draft = await ana.says("/invoice Acme: 3h design @ 120")
    office.wait(days=29)
    await ana.presses("Edit", on=draft)
    ana.sees("What do you want to change?")

    office.wait(days=2)
    await ana.presses("Edit", on=draft)

    ana.sees("This button is too old. Ask again for what you need, or see /help.")


async def test_a_form_left_for_a_day_is_forgotten_kindly(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    question = await ana.says("/invoice")
    office.wait(days=1, seconds=1)

    await ana.presses("Acme GmbH", on=question)
    ana.sees("That question is no longer open.")
    await ana.says("Acme")

    ana.sees("I did not understand that.", "Acme: 3h design @ 120")
    ana.can_press("New invoice", "Help")
