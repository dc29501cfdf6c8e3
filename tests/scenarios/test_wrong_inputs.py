"""What is typed wrong: one clear sentence with the field and an example, and nothing is changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.registry import COMMANDS
from tests.scenarios import wrong_documents, wrong_parties, wrong_reminders
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, meant, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

FIELDS = wrong_documents.FIELDS | wrong_reminders.FIELDS | wrong_parties.FIELDS
SENTENCES = wrong_documents.SENTENCES | wrong_reminders.SENTENCES | wrong_parties.SENTENCES

TAKES_NOTHING = {"clients", "export", "home", "overdue", "members", "payments", "products", "rates"}


@pytest.fixture(scope="module")
async def studio(shared_office: Office) -> Chat:
    """A studio with an issued invoice, a draft, a colleague, and a quote in each state."""
    ana = shared_office.person("ana")
    await opens_a_studio_with_acme(ana)
    await invites(ana, shared_office.person("ben"), "member")
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/product add Care @ 49.90 / month")
    await ana.says("/quote Acme: Offer @ 500")
    await ana.says("/quote issue")
    for text in ("accept Q2026-0002", "decline Q2026-0003", "withdraw Q2026-0004", "accept Q2026-0005"):
        await ana.says(f"/quote Acme: {text} @ 700")
        await ana.says("/quote issue")
        await ana.says(f"/quote {text}")
    await ana.says("/quote convert Q2026-0002")
    await ana.presses("Issue")
    await ana.says("/paid 2026-0002")
    await ana.says("/quote Acme: Plan @ 600")
    await ana.says("/invoice Acme: 5h talk @ 80")
    # The places of texts are shown in braces, as whoever writes one types them.
    await ana.says("/reminders text final fr {client} {number} {amount} {currency} {due} {days}")
    await ana.says("/reminders text final fr {client} {number} {amount} {due} {days}")
    return ana


@pytest.fixture
async def busy(shared_office: Office, studio: Chat) -> AsyncIterator[Chat]:
    yield studio
    await shared_office.leave_forms(studio.name)


@pytest.mark.parametrize("text", FIELDS)
async def test_a_wrong_value_is_named_with_its_field_and_a_good_example(
    shared_office: Office, busy: Chat, text: str
) -> None:
    field, said, example = FIELDS[text]
    before = await shared_office.snapshot("ana")

    await busy.says(text)

    busy.sees(f"{field}: ", said, "Example: ")
    assert example in busy.seen.text.split("Example: ", 1)[1].split("\n", 1)[0]
    assert await shared_office.snapshot("ana") == before


@pytest.mark.parametrize("text", SENTENCES)
async def test_what_cannot_be_done_is_one_sentence_that_helps(
    shared_office: Office, busy: Chat, text: str
) -> None:
    before = await shared_office.snapshot("ana")

    await busy.says(text)

    busy.sees(SENTENCES[text])
    assert await shared_office.snapshot("ana") == before


def test_every_command_that_takes_something_is_given_something_wrong() -> None:
    tried = {meant(text.removeprefix("/")) for text in (*FIELDS, *SENTENCES)}

    assert [
        command.name for command in COMMANDS if command.typed and command.name not in tried | TAKES_NOTHING
    ] == []


async def test_the_command_that_was_meant_is_a_button_and_takes_the_rest_along(busy: Chat) -> None:
    await busy.says("/invoics open Acme")

    await busy.presses("/invoices")

    busy.sees("Open invoices of Acme GmbH", "2026-0001")


async def test_the_value_is_asked_for_again_and_the_rest_is_kept(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120; due soonish; note Danke!")
    ana.sees("When is it due?")

    await ana.says("30d")

    ana.sees("Draft for Acme GmbH", "(30d)", "Danke!", "EUR 428.40")


@pytest.mark.parametrize(
    "typed",
    [
        "{name}", "{0}", "%s %(x)s", "<b>fett</b>", "'; DROP TABLE client; --", "日本語 株式会社", "Ünlü & Çelik",
        "🦁" * 40, "a\u0301" * 20, "x" * 200,
    ],
)  # fmt: skip
async def test_odd_names_are_only_names(ana: Chat, typed: str) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(f"/client {typed}")
    await ana.says("/client add")
    await ana.says(typed)
    await ana.says("Ring 2, 20095 Hamburg")
    await ana.says("DE")
    await ana.says("/skip")

    await ana.says("/skip")

    ana.sees("is now a client.")
