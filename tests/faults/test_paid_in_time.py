"""A payment in the seconds before a reminder leaves stops it, in real processes and with a mail server that dawdles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.smtp import FakeSmtp
from tests.fakes.telegram import FakeTelegram, Person
from tests.faults.crowd import asks, people, sees
from tests.faults.facts import Facts
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.telegram_house import House

DATABASES = ("postgresql",)
"""What is proven is the same on either; here the worker may be a process of its own."""

FIRST_DAY = "2026-03-02T08:00:00+00:00"
THIRD_DAY_LATE = "2026-03-12T12:00:30+00:00"
"""A little past one in Berlin, when reminders leave."""
BUSY = "451 4.3.2 Please try again later"
RULES = "/reminders steps 3; preview off; quiet off; weekends off; holidays off"
LETTERS = "SELECT state FROM outbox WHERE kind = 'reminder' ORDER BY id"


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    with FakeSmtp() as smtp:
        yield smtp
        assert smtp.wrongs == []


@pytest.fixture
def ana(telegram: FakeTelegram, house: House, smtp: FakeSmtp) -> Person:
    """Her client has an invoice that was due three days ago, and nothing runs since the day it was sent."""
    house.settings = {"SMTP_URL": smtp.url, "MAIL_FROM": "billing@studio.example"}
    house.begin = FIRST_DAY
    process = house.serve()
    (ana,) = people(telegram, 1)
    for text in (STUDIO, f"{ACME}; email books@acme.example", "/digest off", RULES):
        asks(telegram, ana, text)
    asks(telegram, ana, "/invoice Acme: Work @ 100; due 7d")
    telegram.presses(ana, "Issue")
    sees(telegram, ana, "Issued 2026-0001")
    asks(telegram, ana, "/send 2026-0001 now")
    smtp.wait_for(1)
    process.stop()
    house.begin = THIRD_DAY_LATE
    return ana


def test_what_is_paid_while_the_mail_server_is_busy_is_not_sent(
    telegram: FakeTelegram, house: House, facts: Facts, smtp: FakeSmtp, ana: Person
) -> None:
    smtp.fails("rcpt", BUSY, times=1)
    house.lead_to(house.serve())
    facts.becomes("SELECT attempts FROM outbox WHERE kind = 'reminder'", [(1,)])

    asks(telegram, ana, "/paid 2026-0001")
    facts.becomes(LETTERS, [("cancelled",)], 30)

    assert [letter.message["Subject"] for letter in smtp.letters] == ["Rechnung 2026-0001 von Studio Löwe"]
    assert facts.column("SELECT state FROM reminder") == ["stopped"]
