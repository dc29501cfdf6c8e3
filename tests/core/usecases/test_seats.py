"""Who sits where: several businesses of one sender, neighbours, and people whom a member lets in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit import Action
from core.chat_ports import Seat
from core.errors import Conflict, NotAllowed, NotFound
from core.party import Member, Role
from core.ports import Work
from core.usecases.business import change_role, open_business, remove_member
from core.usecases.desk import Desk
from core.usecases.linking import link, offer_link
from core.usecases.seats import (
    MOST_NEIGHBOURS,
    find_member,
    let_in,
    list_desks,
    list_neighbours,
    switch,
)
from core.usecases.undo import undo
from storage.engine import Storage
from tests.builders.core import IDS, a_business
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop


def a_sender(workspace: str = "slack:T1") -> str:
    return f"{workspace}/{IDS.new().hex}"


async def opened(storage: Storage, sender: str, name: str = "Own") -> Desk:
    """A business of the sender's own."""
    async with storage.work() as work:
        desk, _entry = await open_business(work, storage.clock, IDS, a_business(name=name), sender, "Ben")
        return desk


async def has_let_in(shop: Shop, sender: str, role: Role = Role.MEMBER, by: Member | None = None) -> Member:
    async with shop.desk(by) as desk:
        return (await let_in(desk, sender, "Ben", role))[0]


async def names(storage: Storage, work: Work, sender: str, current: Desk | None = None) -> list[str]:
    return [desk.business.name for desk in await list_desks(work, storage.clock, IDS, sender, current)]


async def test_who_is_let_in_is_a_member_and_the_trail_says_by_whom(shop: Shop) -> None:
    sender = a_sender()

    async with shop.desk() as desk:
        member, entry = await let_in(desk, sender, "Ben", Role.ACCOUNTANT)

    async with shop.desk() as desk:
        assert await find_member(desk, sender) == member
        assert (await desk.work.chats.speaker(sender)).seat == Seat(shop.id, member.id)
    assert (member.name, member.role) == ("Ben", Role.ACCOUNTANT)
    assert (entry.action, entry.subject_id, entry.member_id) == (
        Action.MEMBER_JOINED,
        member.id,
        shop.owner.id,
    )


async def test_who_works_elsewhere_goes_on_working_there(shop: Shop) -> None:
    sender = a_sender()
    own = await opened(shop.storage, sender)

    await has_let_in(shop, sender)

    async with shop.desk() as desk:
        assert await names(shop.storage, desk.work, sender, desk) == ["Own", shop.business.name]
        assert await desk.work.businesses.get() == shop.business
        await switch(replace(own, work=desk.work), sender)
        assert await desk.work.businesses.get() == own.business
        await switch(desk, sender)
        assert (await desk.work.chats.seats(sender))[0].business_id == shop.id


async def test_a_seat_that_was_given_up_holds_nobody_back(shop: Shop, neighbour: Shop) -> None:
    sender = a_sender()
    left = await has_let_in(neighbour, sender)
    async with neighbour.desk() as desk:
        await remove_member(desk, left)

    member = await has_let_in(shop, sender)

    async with shop.work() as work:
        assert (await work.chats.speaker(sender)).seat == Seat(shop.id, member.id)
        assert await names(shop.storage, work, sender) == [shop.business.name]


async def test_nobody_is_let_in_twice_and_who_left_may_come_back(shop: Shop) -> None:
    sender = a_sender()
    first = await has_let_in(shop, sender)

    with pytest.raises(Conflict, match="Ben works here already"):
        await has_let_in(shop, sender, Role.ADMIN)
    async with shop.desk() as desk:
        await remove_member(desk, first)
        assert await find_member(desk, sender) is None
    second = await has_let_in(shop, sender, Role.ACCOUNTANT)

    assert second.id != first.id
    async with shop.desk() as desk:
        assert await find_member(desk, sender) == second


async def test_two_admins_at_the_same_moment_let_somebody_in_once(shop: Shop) -> None:
    ada, sender = await shop.hire(Role.ADMIN, "Ada"), a_sender()

    results = await asyncio.gather(
        *(has_let_in(shop, sender, by=admin) for admin in (shop.owner, ada)), return_exceptions=True
    )

    assert [type(result) for result in results if not isinstance(result, Member)] == [Conflict]
    async with shop.work() as work:
        assert sorted(member.name for member in await work.members.list()) == sorted(
            ["Ada", "Ben", shop.owner.name]
        )


async def test_nobody_lets_anybody_in_above_their_own_role(shop: Shop) -> None:
    admin, sender = await shop.hire(Role.ADMIN, "Ada"), a_sender()

    with pytest.raises(NotAllowed):
        await has_let_in(shop, sender, Role.OWNER, by=admin)

    async with shop.desk() as desk:
        assert await find_member(desk, sender) is None
    assert (await has_let_in(shop, sender, Role.ADMIN, by=admin)).role is Role.ADMIN


async def test_neighbours_are_the_businesses_of_people_who_still_work_there(
    shop: Shop, neighbour: Shop
) -> None:
    workspace = f"slack:T{IDS.new().hex}"
    await has_let_in(shop, a_sender(workspace))
    await has_let_in(shop, a_sender(workspace))
    left = await has_let_in(neighbour, a_sender(workspace))
    await has_let_in(neighbour, a_sender(f"{workspace}0"))
    async with neighbour.desk() as desk:
        await remove_member(desk, left)

    async with shop.storage.work() as work:
        found = await list_neighbours(work, shop.storage.clock, IDS, workspace)

    assert found == (shop.business,)


async def test_only_a_few_neighbours_are_looked_at(shop: Shop) -> None:
    workspace = f"slack:T{IDS.new().hex}"
    for _place in range(MOST_NEIGHBOURS + 1):
        await opened(shop.storage, a_sender(workspace))

    async with shop.storage.work() as work:
        found = await list_neighbours(work, shop.storage.clock, IDS, workspace)

    assert len({business.id for business in found}) == MOST_NEIGHBOURS


async def linked(storage: Storage, code: str, sender: str) -> Desk:
    async with storage.work() as work:
        return (await link(work, storage.clock, IDS, code, sender))[0]


async def test_a_linked_sender_is_the_same_member_with_the_role_of_now(shop: Shop) -> None:
    member, phone = await shop.hire(Role.MEMBER, "Ben"), a_sender("phone:1")
    async with shop.desk(member) as desk:
        code = await offer_link(desk)
    async with shop.desk() as desk:
        await change_role(desk, member, Role.ACCOUNTANT)

    desk = await linked(shop.storage, code, phone)

    assert (desk.member.id, desk.member.role) == (member.id, Role.ACCOUNTANT)
    async with shop.desk() as desk:
        assert await desk.work.chats.senders_of(Seat(shop.id, member.id)) == [phone]
        entry = await desk.work.audit.last_of(member.id)
        assert entry is not None
        assert (entry.action, entry.label, entry.before) == (Action.MEMBER_LINKED, "Ben", None)
        with pytest.raises(Conflict):
            await undo(desk, entry)


async def test_a_link_ends_with_the_membership_and_after_ten_minutes(shop: Shop, clock: FixedClock) -> None:
    member = await shop.hire(Role.MEMBER, "Ben")
    async with shop.desk(member) as desk:
        code = await offer_link(desk)
    async with shop.desk() as desk:
        expired = await offer_link(desk)
        await remove_member(desk, member)

    with pytest.raises(NotFound):
        await linked(shop.storage, code, a_sender())
    clock.advance(timedelta(minutes=10))
    with pytest.raises(NotFound):
        await linked(shop.storage, expired, a_sender())


async def test_a_member_of_the_business_links_nobody_else_over_their_own_seat(shop: Shop) -> None:
    sender = a_sender()
    member = await has_let_in(shop, sender)
    async with shop.desk() as desk:
        code = await offer_link(desk)

    with pytest.raises(Conflict, match="You already work for"):
        await linked(shop.storage, code, sender)

    async with shop.desk() as desk:
        assert await find_member(desk, sender) == member
    assert (await linked(shop.storage, code, a_sender())).member.id == shop.owner.id
