from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit import Action, Entry
from core.chat_ports import Seat
from core.errors import Conflict, NotAllowed, NotFound
from core.party import Member, Role
from core.usecases.business import (
    change_role,
    change_settings,
    invite,
    join,
    open_business,
    remove_member,
)
from core.usecases.desk import Desk
from storage.engine import Storage
from tests.builders.core import IDS, a_business
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop


async def invited(shop: Shop, role: Role = Role.MEMBER, by: Member | None = None) -> str:
    async with shop.desk(by) as desk:
        return await invite(desk, role)


async def joined(storage: Storage, code: str, name: str = "Ben") -> tuple[Desk, Entry, str]:
    sender = f"telegram:{IDS.new()}"
    async with storage.work() as work:
        desk, entry = await join(work, storage.clock, IDS, code, sender, name)
    return desk, entry, sender


async def test_a_new_business_has_its_first_member_seated_as_owner(
    storage: Storage, clock: FixedClock
) -> None:
    business, sender = a_business(), f"telegram:{IDS.new()}"

    async with storage.work() as work:
        desk, entry = await open_business(work, clock, IDS, business, sender, "Ana")

    async with storage.work() as work:
        assert (await work.chats.speaker(sender)).seat == Seat(business.id, desk.member.id)
        await work.enter(business.id)
        assert await work.businesses.get() == business
        assert await work.members.list() == [Member(desk.member.id, "Ana", Role.OWNER, clock.at)]
        assert await work.audit.get(entry.id) == entry
    assert (entry.action, entry.label) == (Action.BUSINESS_CREATED, business.name)


async def test_changed_settings_leave_what_they_were_in_the_trail(shop: Shop) -> None:
    async with shop.desk() as desk:
        saved, entry = await change_settings(desk, replace(desk.business, footer="new"))

    assert (saved.footer, entry.before, entry.version) == ("new", shop.business, 1)


async def test_who_brings_the_code_gets_the_role_that_was_offered(shop: Shop, clock: FixedClock) -> None:
    code = await invited(shop, Role.ADMIN)
    clock.advance(timedelta(minutes=10) - timedelta(microseconds=1))

    desk, entry, sender = await joined(shop.storage, f" {code} ")

    assert (desk.business, desk.member.name, desk.member.role) == (shop.business, "Ben", Role.ADMIN)
    assert (entry.action, entry.subject_id) == (Action.MEMBER_JOINED, desk.member.id)
    async with shop.work() as work:
        assert (await work.chats.speaker(sender)).seat == Seat(shop.id, desk.member.id)
        assert await work.members.list() == [shop.owner, desk.member]


async def test_a_code_works_once_and_for_ten_minutes(shop: Shop, clock: FixedClock) -> None:
    used, expired = await invited(shop), await invited(shop)
    await joined(shop.storage, used)
    clock.advance(timedelta(minutes=10))

    for code in (used, expired, "no such code"):
        with pytest.raises(NotFound, match="does not exist or has expired"):
            await joined(shop.storage, code)


async def test_nobody_gives_more_rights_than_they_have(shop: Shop) -> None:
    admin = await shop.hire(Role.ADMIN, "Ada")

    with pytest.raises(NotAllowed):
        await invited(shop, Role.OWNER, by=admin)

    assert await invited(shop, Role.ADMIN, by=admin)


async def test_an_invitation_ends_with_the_membership_of_who_wrote_it(shop: Shop) -> None:
    admin = await shop.hire(Role.ADMIN, "Ada")
    code = await invited(shop, Role.MEMBER, by=admin)
    async with shop.desk() as desk:
        await remove_member(desk, admin)

    with pytest.raises(NotFound, match="does not exist or has expired"):
        await joined(shop.storage, code)


async def test_an_invitation_gives_no_more_than_its_writer_may_give_by_then(shop: Shop) -> None:
    admin = await shop.hire(Role.ADMIN, "Ada")
    code = await invited(shop, Role.ADMIN, by=admin)
    async with shop.desk() as desk:
        await change_role(desk, admin, Role.ACCOUNTANT)

    with pytest.raises(NotFound, match="does not exist or has expired"):
        await joined(shop.storage, code)


async def test_a_role_is_changed_and_a_member_removed(shop: Shop, clock: FixedClock) -> None:
    member = await shop.hire(Role.MEMBER, "Ben")

    async with shop.desk() as desk:
        promoted, changed = await change_role(desk, member, Role.ADMIN)
        removed, left = await remove_member(desk, promoted)

    assert (promoted.role, removed.left_at, removed.role) == (Role.ADMIN, clock.at, Role.ADMIN)
    assert [entry.before for entry in (changed, left)] == [member, promoted]


async def test_the_last_owner_neither_leaves_nor_steps_down(shop: Shop) -> None:
    with pytest.raises(Conflict, match="needs an owner"):
        async with shop.desk() as desk:
            await change_role(desk, shop.owner, Role.ADMIN)
    with pytest.raises(Conflict, match="needs an owner"):
        async with shop.desk() as desk:
            await remove_member(desk, shop.owner)


async def test_an_owner_who_left_does_not_count_as_one(shop: Shop) -> None:
    other = await shop.hire(Role.OWNER, "Olga")
    async with shop.desk() as desk:
        await remove_member(desk, other)

    with pytest.raises(Conflict, match="needs an owner"):
        async with shop.desk() as desk:
            await change_role(desk, shop.owner, Role.MEMBER)


@pytest.mark.parametrize(("role", "wanted"), [(Role.OWNER, Role.MEMBER), (Role.MEMBER, Role.OWNER)])
async def test_an_admin_neither_unseats_nor_makes_an_owner(shop: Shop, role: Role, wanted: Role) -> None:
    admin, other = await shop.hire(Role.ADMIN, "Ada"), await shop.hire(role, "Olga")

    with pytest.raises(NotAllowed):
        async with shop.desk(admin) as desk:
            await change_role(desk, other, wanted)


async def test_a_role_includes_those_before_it() -> None:
    reach = {role: [needed.value for needed in Role if role.reaches(needed)] for role in Role}

    assert reach == {
        Role.ACCOUNTANT: ["accountant"],
        Role.MEMBER: ["accountant", "member"],
        Role.ADMIN: ["accountant", "member", "admin"],
        Role.OWNER: ["accountant", "member", "admin", "owner"],
    }
