"""Approvals that are asked for in a channel, or from one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.chat_ports import Place
from handlers.kinds import Reply
from handlers.updates import Around, Pressed, Update
from tests.scenarios.approval_scenes import DRAFT, opens_with_approval
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.in_process import as_seen
from tests.scenarios.workspace import Corner, Workspace


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Workspace]:
    office = Workspace(database_url)
    yield office
    await office.close()


@pytest.fixture
def ben(office: Workspace) -> Chat:
    return office.person("ben")


@pytest.fixture
def bea(office: Workspace) -> Chat:
    return office.person("bea")


async def bind(office: Workspace, around: Around, shows_data: bool = True) -> None:
    async with office.app.storage.work() as work:
        speaker = await work.chats.speaker(office.sender_of("ana").key)
        assert speaker.seat is not None
        await work.chats.bind(around.chat.key, around.title, Place(speaker.seat.business_id, shows_data))


async def heard_in(office: Workspace, around: Around) -> list[Seen]:
    before = len(office.platform.shown_in(around.chat))
    await office.app.converse(around.chat.key)
    return [as_seen(shown) for shown in office.platform.shown_in(around.chat)[before:]]


async def test_in_a_channel_that_shows_data_everybody_there_reads_the_request(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    around = office.channel("billing")
    await bind(office, around)
    corner = Corner("ben", office, around)

    await corner.says(DRAFT)
    await corner.presses("Ask for approval")
    corner.sees("bea has to approve it. I have asked.")
    (asked,) = await heard_in(office, around)
    assert asked.buttons == ("Approve", "Refuse")
    shown = office.platform.shown_in(around.chat)[-1].shown
    assert isinstance(shown, Reply)
    assert shown.topic == "ben asks for approval: Acme GmbH, EUR 1,428.00"
    assert await office.all_heard(bea) == []

    tap = office.update("bea", Pressed(asked.tokens[0]))
    seen = await office.handle(
        Update(tap.platform, tap.id, around.chat, tap.sender, tap.input, group="billing")
    )
    assert "Issued 2026-0001 to Acme GmbH" in seen.text
    assert "ben asked for it." in seen.text
    # The asker reads that very answer.
    assert await office.all_heard(ben) == []
    assert await heard_in(office, around) == []


async def test_from_a_channel_that_shows_no_data_the_approver_is_asked_in_private(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    around = office.channel("billing")
    await bind(office, around, shows_data=False)
    corner = Corner("ben", office, around)

    await corner.says(DRAFT)
    await corner.presses("Ask for approval")
    assert await heard_in(office, around) == []
    await office.hears(bea)
    await bea.presses("Approve")
    bea.sees("Issued 2026-0001")

    # Not in the corner of the channel, where nothing can be said later.
    await office.hears(ben)
    ben.sees("bea approved it.")


async def test_a_channel_that_may_not_see_data_any_more_is_not_told(
    office: Workspace, ana: Chat, ben: Chat, bea: Chat
) -> None:
    await opens_with_approval(ana, ben, bea)
    around = office.channel("billing")
    await bind(office, around)
    corner = Corner("ben", office, around)
    await corner.says(DRAFT)
    await corner.presses("Ask for approval")
    await heard_in(office, around)
    await bind(office, around, shows_data=False)

    await ana.says("/issue")
    ana.sees("Issued 2026-0001")

    assert await heard_in(office, around) == []
    await office.hears(ben)
    ben.sees("ana approved it.")
