"""Setting a business up step by step: progress, Back, Skip, Cancel and what is filled in by itself."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.conftest import Anywhere
from tests.scenarios.in_process import Office

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""
WAYS = ("postgresql, two apps in turn", "sqlite, a process per message", "postgresql, slack over http")
"""A form in the making is kept nowhere but in the database."""


@pytest.mark.parametrize("way", WAYS, indirect=True)
async def test_six_questions_set_a_business_up(anywhere: Anywhere) -> None:
    ana = anywhere.person("ana")

    await ana.says("/start")
    ana.sees("(1/6)", "legal name")
    ana.can_press("Cancel")
    await ana.says("Löwe & Söhne")
    ana.sees("(2/6)", "Which country")
    await ana.presses("Germany")
    ana.sees("(3/6)", "address")
    await ana.says("Hauptstr. 1, 10115 Berlin")
    ana.sees("(4/6)", "VAT id")
    ana.can_press("Not VAT registered", "Back", "Cancel")
    await ana.says("DE123")
    ana.sees("vat-id: ", "Example: DE136695976")
    ana.sees("(4/6)")
    await ana.presses("Not VAT registered")
    ana.sees("(5/6)", "IBAN")
    await ana.presses("Skip")
    ana.sees("(6/6)", "How long do clients have to pay?")
    await ana.presses("30 days, end of month")

    ana.sees("Löwe & Söhne is ready", "EUR", "not registered", "30d eom", "Europe/Berlin", "-0001")


async def test_back_asks_the_question_before_again(ana: Chat) -> None:
    await ana.says("/start")
    await ana.says("Löwe")
    await ana.presses("France")

    await ana.presses("Back")
    ana.sees("(2/6)", "Which country")
    await ana.presses("Back")
    ana.sees("(1/6)", "legal name")
    await ana.says("/back")
    ana.sees("(1/6)", "legal name")

    await ana.says("Bär")
    await ana.presses("Austria")
    await ana.says("Ring 1, 1010 Wien")
    await ana.says("ATU13585627")
    await ana.says("skip")
    await ana.says("/skip")
    ana.sees("Bär is ready", "20%", "14d", "Europe/Vienna")


async def test_a_country_with_several_zones_asks_for_the_zone(ana: Chat) -> None:
    await ana.says("/start")
    await ana.says("Bär")

    await ana.presses("United States")
    ana.sees("(3/7)", "time zone")
    await ana.says("Chicago")
    await ana.says("1 Main St, Springfield, IL 62701")
    await ana.says("none")
    await ana.presses("Skip")
    await ana.presses("At once")

    ana.sees("Bär is ready", "USD", "0d", "America/Chicago")


@pytest.mark.parametrize("question", ["name", "country", "address", "vat-id"])
async def test_what_a_business_cannot_do_without_cannot_be_skipped(ana: Chat, question: str) -> None:
    await ana.says("/start")
    answers = {"name": "Löwe", "country": "DE", "address": "Hauptstr. 1, 10115 Berlin"}
    for name, answer in answers.items():
        if name == question:
            break
        await ana.says(answer)
    asked = ana.seen.text

    await ana.says("/skip")

    ana.sees(f"{question}: This is needed and cannot be left out.", asked)


async def test_cancel_leaves_no_business_behind(ana: Chat) -> None:
    await ana.says("/start")
    await ana.says("Löwe")

    await ana.presses("Cancel")
    ana.sees("Cancelled: Set up your business. Nothing was changed.")

    await ana.says("/invoices")
    ana.sees("You have no business here yet. Set one up first: /start")
    ana.can_press("Set up my business")


async def test_a_whole_line_may_answer_the_first_question(ana: Chat) -> None:
    await ana.says("/start")

    await ana.says("Studio 54; country DE; address Hauptstr. 1, 10115 Berlin; vat-id none; iban -; terms 30d")

    ana.sees("Studio 54 is ready", "30d")


async def test_a_number_in_the_name_is_only_a_name(ana: Chat) -> None:
    await ana.says("/start")

    await ana.says("Studio 54")

    ana.sees("(2/6)", "Which country")


async def test_one_line_needs_no_terms_and_says_which_field_is_wrong(ana: Chat) -> None:
    await ana.says("/start Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695977")
    ana.sees("vat-id: ", "check digits are wrong", "Example: DE136695976", "(1/1)")

    await ana.says("tax number 12/345/67890")

    ana.sees("Löwe is ready", "19%", "14d")


async def test_start_twice_changes_nothing_and_says_what_comes_next(office: Office, ana: Chat) -> None:
    await ana.says("/start Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id none")
    before = await office.snapshot("ana")

    await ana.says("/start Zwei; country FR; address Rue 1, 75001 Paris; vat-id none")

    ana.sees("Löwe is set up. What would you like to do?")
    ana.can_press("New invoice", "Add a client", "Settings", "Help")
    assert await office.snapshot("ana") == before


async def test_somebody_new_who_just_says_hello_learns_what_this_is(ana: Chat) -> None:
    await ana.says("hello")
    ana.sees("Hello! You write one line, I make the invoice")
    ana.can_press("Set up my business", "Help")

    await ana.presses("Set up my business")

    ana.sees("(1/6)", "legal name")


async def test_a_price_from_somebody_new_leads_to_the_setup(ana: Chat) -> None:
    await ana.says("Acme: 3h design @ 120")
    ana.sees("You have no business here yet. Set one up first: /start")

    await ana.presses("Set up my business")

    ana.sees("(1/6)", "legal name")
