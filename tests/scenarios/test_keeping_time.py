"""`billhook chat` without any server: what the clock brings comes while somebody has it open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage.tables import agenda, notice, reminder
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, opens_a_studio_with_acme


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[Office]:
    office = Office(fresh_database_url)
    office.clock.at = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
    yield office
    await office.close()


@pytest.fixture
async def ana(office: Office) -> Chat:
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")
    return ana


async def opens_it_at(office: Office, moment: datetime) -> list[str]:
    """What Ana finds when she opens the chat then."""
    before = len(office.texts_of("ana"))
    office.clock.at = moment
    await office.app.keep_time(office.chat_of("ana"))
    return [text.splitlines()[0] for text in office.texts_of("ana")[before:]]


@pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
async def test_the_digest_and_reminders_to_forward_come_while_it_is_open(office: Office, ana: Chat) -> None:
    saturday = await opens_it_at(office, datetime(2026, 3, 7, 9, 0, tzinfo=UTC))
    again = await opens_it_at(office, datetime(2026, 3, 7, 9, 1, tzinfo=UTC))
    monday = await opens_it_at(office, datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    at_noon = await opens_it_at(office, datetime(2026, 3, 9, 12, 1, tzinfo=UTC))

    assert saturday == ["Studio Löwe, 2026-03-07"]
    assert again == []
    assert monday == ["Studio Löwe, 2026-03-09"]
    assert len(at_noon) == 2


@pytest.mark.parametrize("fresh_database_url", ["postgresql"], indirect=True)
async def test_on_postgresql_that_is_the_worker_s_business(office: Office, ana: Chat) -> None:
    found = await opens_it_at(office, datetime(2026, 3, 7, 9, 0, tzinfo=UTC))

    assert found == []


@pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_read_keeps_nothing_else_back(office: Office, ana: Chat) -> None:
    """A notice that a newer release wrote before it was taken back."""
    now = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of("ana").key)).seat
        assert seat is not None
        await work.connection.execute(
            sa.insert(notice).values(
                business_id=seat.business_id, id=office.ids.new(), chat=office.chat_of("ana").key, kind="promise",
                due_at=now - timedelta(hours=1), payload='{"of": "tomorrow"}',
            )
        )  # fmt: skip
        await work.enter(seat.business_id)
        await work.agendas.wake(now)

    found = await opens_it_at(office, now)
    async with office.app.storage.work() as work:
        left = (await work.connection.execute(sa.select(notice.c.id))).all()

    assert found == ["Studio Löwe, 2026-03-07"]
    assert left == []


@pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
async def test_a_reminder_that_cannot_be_read_stops_neither_the_digest_nor_the_clock(
    office: Office, ana: Chat
) -> None:
    await opens_it_at(office, datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    async with office.app.storage.work() as work:
        await work.connection.execute(sa.update(reminder).values(tone="sarcastic"))

    found = await opens_it_at(office, datetime(2026, 3, 10, 9, 0, tzinfo=UTC))
    async with office.app.storage.work() as work:
        awake = (await work.connection.execute(sa.select(agenda.c.woken_at))).scalars().all()

    assert found == ["Studio Löwe, 2026-03-10"]
    assert awake == [None]
