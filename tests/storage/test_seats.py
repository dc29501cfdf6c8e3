"""Who a sender is: seats in several businesses, the identities of one member, and who is in a workspace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.chat_ports import Seat, Speaker
from core.errors import Conflict
from core.party import Role
from storage.engine import Storage
from storage.seats import MAX_NEIGHBOURS
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop


@pytest.fixture
def workspace() -> str:
    return f"slack:T{IDS.new().int % 10**12}"


@pytest.fixture
def sender(workspace: str) -> str:
    return f"{workspace}/U0ANA"


def seat_of(shop: Shop) -> Seat:
    return Seat(shop.id, shop.owner.id)


async def sit(storage: Storage, sender: str, *seats: Seat) -> None:
    for seat in seats:
        async with storage.work() as work:
            await work.chats.sit(sender, seat)


async def test_a_sender_speaks_from_the_seat_taken_last_though_the_clock_stands_still(
    shop: Shop, neighbour: Shop, sender: str
) -> None:
    mine, theirs = seat_of(shop), seat_of(neighbour)
    seen = []
    for seat in (mine, theirs, mine, theirs, theirs, mine):
        await sit(shop.storage, sender, seat)
        async with shop.storage.work() as work:
            seen.append(((await work.chats.speaker(sender)).seat, await work.chats.seats(sender)))

    assert seen == [
        (mine, [mine]),
        (theirs, [theirs, mine]),
        (mine, [mine, theirs]),
        (theirs, [theirs, mine]),
        (theirs, [theirs, mine]),
        (mine, [mine, theirs]),
    ]


async def test_a_seat_taken_last_wins_though_the_clock_went_back(
    shop: Shop, neighbour: Shop, sender: str, clock: FixedClock
) -> None:
    await sit(shop.storage, sender, seat_of(shop))
    clock.advance(timedelta(hours=-1))
    await sit(shop.storage, sender, seat_of(neighbour))

    async with shop.storage.work() as work:
        assert (await work.chats.speaker(sender)).seat == seat_of(neighbour)


async def test_a_sender_has_one_seat_in_each_business(shop: Shop, sender: str) -> None:
    colleague = await shop.hire(Role.MEMBER, "Bo")

    await sit(shop.storage, sender, seat_of(shop), Seat(shop.id, colleague.id))

    async with shop.storage.work() as work:
        assert await work.chats.seats(sender) == [Seat(shop.id, colleague.id)]
        assert await work.chats.senders_of(seat_of(shop)) == []


async def test_a_language_comes_with_the_seat_taken_last(shop: Shop, neighbour: Shop, sender: str) -> None:
    await sit(shop.storage, sender, seat_of(shop), seat_of(neighbour))

    async with shop.storage.work() as work:
        await work.chats.choose_language(sender, "fr")
        assert await work.chats.speaker(sender) == Speaker(seat_of(neighbour), "fr")


async def test_a_member_is_found_under_every_identity_the_last_used_first(
    shop: Shop, neighbour: Shop, sender: str, clock: FixedClock
) -> None:
    phone, stranger = f"telegram:{IDS.new()}", f"telegram:{IDS.new()}"
    await sit(shop.storage, sender, seat_of(shop))
    clock.advance(timedelta(minutes=1))
    await sit(shop.storage, phone, seat_of(shop), seat_of(neighbour))
    await sit(shop.storage, stranger, seat_of(neighbour))
    async with shop.storage.work() as work:
        before = await work.chats.senders_of(seat_of(shop))
    clock.advance(timedelta(minutes=1))
    await sit(shop.storage, sender, seat_of(shop))

    async with shop.storage.work() as work:
        assert (before, await work.chats.senders_of(seat_of(shop))) == ([phone, sender], [sender, phone])


async def test_neighbours_are_everybody_in_the_workspace_and_nobody_of_another(
    shop: Shop, neighbour: Shop, workspace: str
) -> None:
    colleague = await shop.hire(Role.MEMBER, "Bo")
    hired = Seat(shop.id, colleague.id)
    await sit(shop.storage, f"{workspace}/U1", seat_of(shop), seat_of(neighbour))
    await sit(shop.storage, f"{workspace}/Uß", seat_of(shop))
    await sit(shop.storage, f"{workspace}/a", hired)
    for other in (f"{workspace}0/U1", f"{workspace}-/U1", f"{workspace}", workspace.upper() + "/U1"):
        await sit(shop.storage, other, Seat(shop.id, (await shop.hire(Role.MEMBER, "Cy")).id))

    async with shop.storage.work() as work:
        found = await work.chats.neighbours(workspace)

    assert len(found) == 3
    assert set(found) == {seat_of(shop), seat_of(neighbour), hired}


async def test_of_a_large_workspace_so_many_neighbours_are_known(shop: Shop, workspace: str) -> None:
    members = [await shop.hire(Role.MEMBER, f"M{number}") for number in range(MAX_NEIGHBOURS + 1)]
    async with shop.storage.work() as work:
        for number, member in enumerate(members):
            await work.chats.sit(f"{workspace}/U{number:04}", Seat(shop.id, member.id))

        found = await work.chats.neighbours(workspace)

    assert found == [Seat(shop.id, member.id) for member in members[:MAX_NEIGHBOURS]]


async def test_nobody_sits_on_another_businesss_member(shop: Shop, neighbour: Shop, sender: str) -> None:
    with pytest.raises(Conflict):
        await sit(shop.storage, sender, Seat(shop.id, neighbour.owner.id))
