"""A strict mail server for each test, and our adapter as its client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.mail.client import Client, server_of
from bot.mail.send import Mail, Pace
from tests.fakes.clock import FixedClock
from tests.fakes.smtp import FakeSmtp

SENDER = "billing@billhook.example"


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    """It ends with nothing that a real one would have refused."""
    with FakeSmtp() as smtp:
        yield smtp
    assert smtp.wrongs == []


@pytest.fixture
def client(smtp: FakeSmtp) -> Client:
    return Client(server_of(smtp.url), SENDER)


@pytest.fixture
def mail(client: Client) -> Mail:
    return Mail(client, FixedClock(), Pace(0.001, 0.001, 0.001))
