"""The daily digest as people see it: when it comes, what it says, and that each day has one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.clockwork import ClockworkOffice
from tests.scenarios.scenes import bills, opens_a_studio_with_acme

EVENING = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
"""A Thursday, half past six in Berlin."""


def nine(day: int, minute: int = 0) -> datetime:
    """Nine in the morning in Berlin, of a day in March before the clocks change."""
    return datetime(2026, 3, day, 8, minute, tzinfo=UTC)


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[ClockworkOffice]:
    office = ClockworkOffice(fresh_database_url, EVENING)
    yield office
    await office.close()


@pytest.fixture
def ana(office: ClockworkOffice) -> Chat:
    return office.person("ana")


async def test_the_digest_comes_once_in_the_morning_with_the_totals_first(
    office: ClockworkOffice, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Late @ 100; due 2d")
    await bills(ana, "Acme: Soon @ 200; due 6d")
    await bills(ana, "Acme: Far @ 400; due 60d")
    before = office.count("ana")

    await office.until(nine(9))
    (digest,) = [seen for seen in office.unasked("ana", before) if "2026-03-09" in seen.text.splitlines()[0]]

    assert digest.text.splitlines() == [
        "Studio Löwe, 2026-03-09",
        "EUR: 119.00 EUR late (1), 238.00 EUR due within 7 days (1)",
        "Late: 2026-0001: Acme GmbH, 119.00 EUR, since 2026-03-07 (2 d)",
        "Due: 2026-0002: Acme GmbH, 238.00 EUR, 2026-03-11 (in 2 days)",
    ]
