"""One person on Slack and on Telegram, served by one process: linked, they are one member with one overview."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram, Person
from tests.scenarios.slack_house import House, opened
from tests.scenarios.slack_town import PATIENCE, Town, runs, tells

DATABASES = ("sqlite",)
"""What Slack is shown does not depend on the database."""


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A bot of its own: tests share their database."""
    with FakeTelegram(f"{uuid.uuid4().int % 10**9}:not-a-real-token") as telegram:
        yield telegram
        assert telegram.violations == []


@pytest.fixture
def town(
    database_url: str, telegram: FakeTelegram, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    both = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
    folder = tmp_path_factory.mktemp("both")
    with (
        FakeSlack() as slack,
        opened(House(slack=slack, url=database_url, folder=folder, settings=both)) as house,
    ):
        process = house.serve()
        house.wait(process, lambda: "polling Telegram for updates" in process.text, "polling")
        town = Town.found(house)
        yield town
        town.ends_well()


@pytest.fixture
def phone(telegram: FakeTelegram) -> Person:
    """Ana's, on which she has started the bot."""
    return telegram.person("Ana", id=10**10 + uuid.uuid4().int % 10**12, started=True)


def says(telegram: FakeTelegram, person: Person, text: str, holding: str) -> str:
    """What the bot answers there."""
    before = len(telegram.history(person))
    telegram.says(person, text)
    found = telegram.wait_for(
        lambda: [
            shown for shown in telegram.history(person)[before:] if shown.from_bot and holding in shown.text
        ],
        PATIENCE,
    )
    return found[-1].text


def test_a_code_from_slack_makes_the_telegram_chat_the_same_member(
    town: Town, telegram: FakeTelegram, phone: Person
) -> None:
    ana = town.owner()
    assert ana.open_home().ok
    ana.wait_home("Drafts: 0", PATIENCE)
    code = tells(ana, "/link").text.partition("link ")[2].split()[0]

    says(telegram, phone, f"/link {code}", "Studio Löwe")
    says(telegram, phone, "/invoice Acme: 3h design @ 120", "Draft for Acme GmbH")

    ana.wait_home("Drafts: 1", PATIENCE)
    drafts = runs(ana, "/invoices", "draft", ana.dm).text
    assert "Acme GmbH" in drafts


def test_a_code_from_telegram_makes_the_slack_conversation_the_same_member(
    town: Town, telegram: FakeTelegram, phone: Person
) -> None:
    says(
        telegram,
        phone,
        "/start Atelier; country DE; address Kai 3, 24103 Kiel; vat-id none",
        "Atelier is ready",
    )
    code = says(telegram, phone, "/link", "link ").partition("link ")[2].split()[0]
    ana = town.person("Ana")

    assert "Atelier" in tells(ana, f"/link {code}").text
    assert "Atelier" in tells(ana, "/home").text
    says(telegram, phone, "/members", "Ana")
