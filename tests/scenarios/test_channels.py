"""Channels: bound by an admin, about one client, and open or quiet for the others in them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.chat_ports import Place
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import invites, opens_a_studio_with_acme
from tests.scenarios.workspace import Corner, Workspace

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Workspace]:
    office = Workspace(database_url)
    yield office
    await office.close()


@pytest.fixture
async def corner(office: Workspace, ana: Chat) -> Corner:
    """Ana's corner of a channel that works for nobody yet."""
    await opens_a_studio_with_acme(ana)
    return Corner("ana", office, office.channel("acme"))


async def place_of(office: Workspace, corner: Corner) -> Place:
    async with office.app.storage.work() as work:
        return await work.chats.place(corner.around.chat.key)


async def test_a_channel_is_set_up_step_by_step(office: Workspace, corner: Corner) -> None:
    await corner.says("/channel")
    corner.sees("Which client is this channel about?")
    await corner.presses("Acme GmbH")
    corner.sees("Who sees what I answer there?")
    await corner.presses("Everybody here sees the invoices that are issued")

    corner.sees("acme", "Works for: Studio Löwe", "Client: Acme GmbH", "everybody in the channel sees them")
    place = await place_of(office, corner)
    assert (place.shows_data, place.client_id is not None) == (True, True)


async def test_a_channel_may_be_about_no_client(office: Workspace, corner: Corner) -> None:
    await corner.says("/channel")
    await corner.presses("Skip")
    await corner.presses("Only I see what you answer me")

    corner.sees("Works for: Studio Löwe", "Client: –", "only whoever asks sees them")
    place = await place_of(office, corner)
    assert (place.business_id is not None, place.shows_data, place.client_id) == (True, False, None)


async def test_said_again_it_shows_what_the_channel_is_and_how_to_change_it(corner: Corner) -> None:
    await corner.says("/channel Acme; show open")

    await corner.says("/channel")
    corner.sees("Works for: Studio Löwe", "Client: Acme GmbH")
    corner.can_press("Choose the client", "Show results only to me", "No client", "Work for nobody here")
    await corner.presses("Show results only to me")
    corner.sees("Client: Acme GmbH", "only whoever asks sees them")
    await corner.presses("Show results to everybody")
    corner.sees("Client: Acme GmbH", "everybody in the channel sees them")
    await corner.presses("No client")
    corner.sees("Client: –", "everybody in the channel sees them")
    await corner.presses("Choose the client")
    await corner.presses("Acme GmbH")

    corner.sees("Client: Acme GmbH", "everybody in the channel sees them")


async def test_a_channel_is_released(office: Workspace, corner: Corner) -> None:
    await corner.says("/channel Acme; show open")

    await corner.presses("Work for nobody here")

    corner.sees("“acme” works for no business any more.")
    assert await place_of(office, corner) == Place()


async def test_a_channel_of_another_business_is_not_taken_from_it(
    office: Workspace, ana: Chat, corner: Corner
) -> None:
    await corner.says("/channel Acme; show open")
    before = await place_of(office, corner)
    eve = Corner("eve", office, corner.around)
    await office.person("eve").says("/start Eve; country DE; address Kai 3, 24103 Kiel; vat-id none")

    for text in ("/channel -; show open", "/channel Acme; show quiet", "/channel -; show off"):
        await eve.says(text)
        eve.sees("This channel works for another business; its owner has to release it first.")
        eve.sees_nothing_of("Studio", "GmbH")

    assert await place_of(office, corner) == before


@pytest.mark.parametrize("role", ["member", "accountant"])
async def test_only_an_admin_sets_a_channel_up(
    office: Workspace, ana: Chat, corner: Corner, role: str
) -> None:
    await invites(ana, office.person("ben"), role)
    ben = Corner("ben", office, corner.around)

    await ben.says("/channel Acme; show open")

    ben.sees(f"/channel is for the role admin and above; you are {role}.")
    assert await place_of(office, corner) == Place()


async def test_a_private_chat_is_no_channel(ana: Chat, corner: Corner) -> None:
    await ana.says("/channel Acme; show open")

    ana.sees("channel: Say this in the channel that it is about.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/channel Zimt; show open", "There is no client named “Zimt”."),
        ("/channel Acme; show everything", "show: It is one of: quiet, open, off."),
        ("/channel show", "Who sees what I answer there?"),
        ("/channel client", "Which client is this channel about?"),
    ],
)
async def test_what_is_wrong_or_missing_is_asked_for(
    office: Workspace, corner: Corner, text: str, said: str
) -> None:
    await corner.says(text)

    corner.sees(said)
    assert await place_of(office, corner) == Place()


async def test_a_channel_is_about_no_client_who_is_archived(
    office: Workspace, ana: Chat, corner: Corner
) -> None:
    await ana.says("/client archive Acme")

    await corner.says("/channel Acme; show open")

    corner.sees("Acme GmbH is archived.")
    assert await place_of(office, corner) == Place()


async def test_a_client_who_is_gone_is_shown_as_none(ana: Chat, corner: Corner) -> None:
    await ana.says("/client add Bär, Kai 3, 24103 Kiel, DE")
    await corner.says("/channel Bär; show open")
    await ana.says("/undo")

    await corner.says("/channel")

    corner.sees("Works for: Studio Löwe", "Client: –")


async def test_another_business_s_client_is_none_of_ours(
    office: Workspace, ana: Chat, corner: Corner
) -> None:
    await corner.says("/channel Acme; show open")
    client_id = (await place_of(office, corner)).client_id
    assert client_id is not None
    await office.person("eve").says("/start Eve; country DE; address Kai 3, 24103 Kiel; vat-id none")
    eve = Corner("eve", office, office.channel("eve"))

    await eve.says(f"/channel {client_id.hex}; show open")

    eve.sees("There is no such client.")
    assert await place_of(office, eve) == Place()
