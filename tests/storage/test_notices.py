"""What waits to be told, and which chats hear what by themselves."""

from datetime import time, timedelta
from typing import Any

from core.chat_ports import Place, Seat
from core.notify import Kind, Listener, Preference, WaitingNotice
from core.party import Member, Role
from core.quiet import Quiet
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop


def a_notice(
    chat: str = "telegram:7", kind: Kind = Kind.PREVIEW, minutes: int = 0, **payload: Any
) -> WaitingNotice:
    return WaitingNotice(IDS.new(), chat, kind, MORNING + timedelta(minutes=minutes), payload)


async def seated(shop: Shop, member: Member, *senders: str) -> None:
    """The last one was used last."""
    clock = shop.storage.clock
    assert isinstance(clock, FixedClock)
    for sender in senders:
        clock.advance(timedelta(minutes=1))
        async with shop.storage.work() as work:
            await work.chats.sit(sender, Seat(shop.id, member.id))


async def heard(shop: Shop, kind: Kind) -> list[str]:
    async with shop.work() as work:
        return [listener.chat for listener in await work.notices.listeners(kind)]


async def test_what_is_due_is_taken_once_by_chat_and_kind_and_age(shop: Shop, neighbour: Shop) -> None:
    notices = [
        a_notice("telegram:9", minutes=-1, text="ä"), a_notice(minutes=0), a_notice(kind=Kind.DIGEST),
        a_notice(minutes=-5), a_notice(minutes=1),
    ]  # fmt: skip
    async with shop.work() as work:
        for notice in notices:
            await work.notices.add(notice)

    async with neighbour.work() as work:
        theirs = await work.notices.take_due(MORNING, 9)
    async with shop.work() as work:
        waiting = await work.notices.list_waiting(9)
        taken = await work.notices.take_due(MORNING, 9)
        left = await work.notices.take_due(MORNING, 9), await work.notices.list_waiting(9)

    assert theirs == []
    assert waiting == [notices[place] for place in (3, 0, 1, 2, 4)]
    assert taken == [notices[place] for place in (2, 1, 3, 0)]
    assert left == ([], [notices[4]])


async def test_the_oldest_are_taken_first_and_no_more_than_asked_for(shop: Shop) -> None:
    notices = [a_notice(minutes=-place) for place in range(3)]
    async with shop.work() as work:
        for notice in notices:
            await work.notices.add(notice)
        taken = await work.notices.take_due(MORNING, 2)

    assert {notice.id for notice in taken} == {notices[1].id, notices[2].id}


async def test_something_newer_takes_the_place_of_what_waits_in_a_chat(shop: Shop) -> None:
    other, kept = a_notice("telegram:9", Kind.DIGEST), a_notice()
    async with shop.work() as work:
        for notice in (a_notice(kind=Kind.DIGEST), a_notice(kind=Kind.DIGEST, minutes=3), other, kept):
            await work.notices.add(notice)
        removed = await work.notices.remove("telegram:7", Kind.DIGEST)
        left = await work.notices.list_waiting(9)

    assert (removed, left) == (2, [other, kept])


async def test_who_runs_the_business_hears_it_in_the_chat_they_used_last(shop: Shop) -> None:
    who = f"telegram:{IDS.token()}"
    admin, member = await shop.hire(Role.ADMIN, "Bo"), await shop.hire(Role.MEMBER, "Cy")
    await seated(shop, shop.owner, f"{who}old", f"{who}owner")
    await seated(shop, admin, f"{who}admin")
    await seated(shop, member, f"{who}member")

    seen = [await heard(shop, kind) for kind in Kind]

    assert seen == [[f"{who}owner", f"{who}admin"]] * len(Kind)


async def test_a_chat_that_shut_the_bot_out_is_passed_over_for_the_one_before(shop: Shop) -> None:
    who = f"telegram:{IDS.token()}"
    await seated(shop, shop.owner, f"{who}a", f"{who}b")
    async with shop.storage.work() as work:
        await work.chats.set_reachable(f"{who}b", False)

    seen = [await heard(shop, Kind.DIGEST)]
    async with shop.storage.work() as work:
        await work.chats.set_reachable(f"{who}a", False)
    seen.append(await heard(shop, Kind.DIGEST))

    assert seen == [[f"{who}a"], []]


async def test_who_left_hears_nothing_any_more(shop: Shop) -> None:
    admin = await shop.hire(Role.ADMIN, "Bo")
    await seated(shop, admin, f"telegram:{IDS.token()}")
    async with shop.work() as work:
        left = Member(admin.id, admin.name, admin.role, admin.created_at, MORNING)
        await work.members.save(left)

    assert await heard(shop, Kind.DIGEST) == []


async def test_a_group_hears_the_digest_if_it_may_show_data_and_is_not_about_one_client(
    shop: Shop, neighbour: Shop
) -> None:
    group = f"telegram:-{IDS.token()}"
    async with shop.storage.work() as work:
        await work.chats.bind(f"{group}a", "Team", Place(shop.id, shows_data=True))
        await work.chats.bind(f"{group}b", "Quiet", Place(shop.id))
        await work.chats.bind(f"{group}c", "Acme", Place(shop.id, shows_data=True, client_id=shop.client.id))
        await work.chats.bind(f"{group}d", "Theirs", Place(neighbour.id, shows_data=True))

    assert [await heard(shop, kind) for kind in (Kind.DIGEST, Kind.PREVIEW)] == [[f"{group}a"], []]


async def test_what_somebody_chose_goes_before_the_usual(shop: Shop) -> None:
    who = f"telegram:{IDS.token()}"
    member = await shop.hire(Role.MEMBER, "Cy")
    await seated(shop, shop.owner, f"{who}owner")
    await seated(shop, member, f"{who}member")
    curious = Preference(quiet=Quiet(time(21, 15), time(6), weekends=True), zone="Asia/Kathmandu")
    deaf = Preference(frozenset({Kind.DIGEST, Kind.PROMISE}))
    async with shop.work() as work:
        await work.notices.set_preference(f"member:{member.id.hex}", Preference())
        await work.notices.set_preference(f"member:{member.id.hex}", curious)
        await work.notices.set_preference(f"member:{shop.owner.id.hex}", deaf)
        digest = await work.notices.listeners(Kind.DIGEST)
        stored = await work.notices.preference(f"member:{member.id.hex}")
        unknown = await work.notices.preference("telegram:7")

    assert digest == [Listener(f"{who}member", f"{who}member", member.id, curious)]
    assert (stored, unknown) == (curious, None)
    assert await heard(shop, Kind.PREVIEW) == [f"{who}owner", f"{who}member"]
