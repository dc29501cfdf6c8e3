"""A strict Telegram for each test, and our adapter as its client."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.telegram.client import make_bot
from bot.telegram.send import Telegram
from tests.fakes.telegram import TOKEN, FakeTelegram, Person

_FORMAT = logging.Formatter()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """It ends with nothing that the real one would have let pass, or never been asked."""
    async with FakeTelegram() as telegram:
        yield telegram
        assert telegram.violations == []


@pytest.fixture
async def adapter(telegram: FakeTelegram) -> AsyncIterator[Telegram]:
    adapter = Telegram(make_bot(telegram.token, telegram.url))
    yield adapter
    await adapter.close()


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person("Ana", username="ana_k", started=True)


@pytest.fixture(autouse=True)
def _no_token_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, our own log never tells the token."""
    caplog.set_level(logging.DEBUG, "bot")
    yield
    logged = [_FORMAT.format(record) for record in caplog.get_records("call")]
    assert [line for line in logged if TOKEN.partition(":")[2] in line] == []
