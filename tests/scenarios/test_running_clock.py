"""Reminders by a clock that goes on while they are worked on, as real ones do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.wiring import App
from tests.fakes.clock import FixedClock
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Chat
from tests.scenarios.postal import BEGIN, PostalOffice, berlin, delivers, opens


class RunningClock(FixedClock):
    """A little later each time that somebody looks at it."""

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


class RunningOffice(PostalOffice):
    def new_app(self, platform: FakePlatform | None = None) -> App:
        self.clock = RunningClock(self.clock.at)
        return super().new_app(platform)


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[RunningOffice]:
    office = RunningOffice(fresh_database_url, BEGIN)
    yield office
    await office.close()


@pytest.fixture
def ana(office: RunningOffice) -> Chat:
    return office.person("ana")


async def test_a_reminder_whose_moment_has_come_leaves(office: RunningOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    for moment in (berlin(3, 6, 9, 1), berlin(3, 6, 13, 2)):
        office.clock.at = moment
        await office.tick()

    assert [mail.subject for mail in office.letters] == ["Rechnung 2026-0001 ist am 9. März 2026 fällig"]
