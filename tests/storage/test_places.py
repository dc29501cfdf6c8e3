"""Chats as places: what a group works for, whether somebody is there, where it moved, and doors between two chats."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.chat_ports import Conversation, InboxRow, Link, OutboxRow, Place, Press, Speaker
from core.notify import Kind, Preference, WaitingNotice
from storage.engine import Storage
from storage.housekeeping import stranded
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock
from tests.storage.shop import Shop


@pytest.fixture
def group() -> str:
    return f"telegram:-{IDS.new().int % 10**12}"


async def test_a_new_chat_works_for_nobody_and_is_reachable(storage: Storage, group: str) -> None:
    async with storage.work() as work:
        assert await work.chats.lock(group) == Place(None, False, True)


async def test_a_group_works_for_the_business_it_was_bound_to_last(
    shop: Shop, neighbour: Shop, group: str
) -> None:
    seen = []
    for place in (Place(shop.id, True), Place(neighbour.id), Place()):
        async with shop.storage.work() as work:
            await work.chats.bind(group, "Team", place)
            seen.append(await work.chats.lock(group))

    assert seen == [Place(shop.id, True, True), Place(neighbour.id, False, True), Place(None, False, True)]


async def test_a_group_may_be_about_one_client_and_is_asked_for_without_a_lock(
    shop: Shop, group: str
) -> None:
    about = Place(shop.id, client_id=shop.client.id)
    async with shop.storage.work() as work:
        unknown = await work.chats.place(group)
        await work.chats.bind(group, "Acme", about)
        seen = [await work.chats.place(group), await work.chats.lock(group)]
        await work.chats.move(group, f"{group}00")
        seen.append(await work.chats.place(f"{group}00"))
        left = await work.chats.place(group)
        await work.chats.bind(f"{group}00", "Acme", Place(shop.id))
        seen.append(await work.chats.place(f"{group}00"))

    assert (unknown, left) == (Place(), Place())
    assert seen == [about, about, about, Place(shop.id)]


async def test_a_chat_that_blocked_the_bot_is_reachable_when_it_lets_it_in_again(
    storage: Storage, group: str
) -> None:
    seen = []
    for reachable in (False, True):
        async with storage.work() as work:
            await work.chats.set_reachable(group, reachable)
            seen.append((await work.chats.lock(group)).reachable)

    assert seen == [False, True]


async def test_everything_of_a_chat_follows_it_to_its_new_address(shop: Shop, group: str) -> None:
    new, row = f"{group}00", OutboxRow(IDS.new(), group, {}, None)
    press = Press(IDS.token(), "Issue", "issue", "7")
    async with shop.storage.work() as work:
        await work.chats.bind(group, "Team", Place(shop.id, True))
        await work.chats.keep(group, "telegram:7", Conversation(({"command": "invoice"},)))
        await work.outbox.add(row, [])
        await work.chats.add_presses(group, "telegram:7", row.id, [press])
        await work.inbox.store("telegram", InboxRow(IDS.token(), group, {"typed": "x"}), MORNING)
        await work.enter(shop.id)
        await work.notices.add(WaitingNotice(IDS.new(), group, Kind.DIGEST, MORNING, {}))
        await work.notices.set_preference(group, Preference(zone="Asia/Kathmandu"))
        await work.notices.set_preference(new, Preference())
        # The new chat was heard of first, and somebody has begun a form there.
        await work.chats.lock(new)
        await work.chats.keep(new, "telegram:7", Conversation(({"command": "paid"},)))

    async with shop.storage.work() as work:
        await work.chats.move(group, new)

    async with shop.storage.work() as work:
        assert await work.chats.lock(new) == Place(shop.id, True, True)
        assert await work.chats.conversation(new, "telegram:7") == Conversation(({"command": "invoice"},))
        assert [one.id for one in await work.outbox.list_pending(new, 9)] == [row.id]
        assert await work.chats.find_press(new, press.token) == press
        assert [one.payload for one in await work.inbox.list_unhandled("telegram", new, 9)] == [
            {"typed": "x"}
        ]
        assert await work.outbox.list_pending(group, 9) == []
    async with shop.work() as work:
        assert [one.chat for one in await work.notices.list_waiting(9)] == [new]
        assert await work.notices.preference(new) == Preference(zone="Asia/Kathmandu")
        assert await work.notices.preference(group) is None


async def test_a_chat_nobody_heard_of_may_move_too(storage: Storage, group: str) -> None:
    async with storage.work() as work:
        await work.chats.move(group, f"{group}00")
        assert await work.chats.lock(f"{group}00") == Place()


async def test_a_link_opens_once_in_its_time_and_for_its_sender(
    storage: Storage, clock: FixedClock, group: str
) -> None:
    link = Link("telegram:7", "invoices", "open", clock.at + timedelta(minutes=10))
    hashes = [f"{group}/{place}" for place in range(3)]
    async with storage.work() as work:
        for each in hashes:
            await work.chats.add_link(each, link)

    async with storage.work() as work:
        found = [
            await work.chats.follow(hashes[0], "telegram:8", clock.at),
            await work.chats.follow(hashes[0], "telegram:7", clock.at),
            await work.chats.follow(hashes[0], "telegram:7", clock.at),
            await work.chats.follow(hashes[1], "telegram:7", link.expires_at),
            await work.chats.follow("unknown", "telegram:7", clock.at),
        ]

    assert found == [None, link, None, None, None]


async def test_wrong_codes_are_counted_since_a_moment(
    storage: Storage, clock: FixedClock, group: str
) -> None:
    async with storage.work() as work:
        for _guess in range(3):
            await work.chats.count_wrong_code(group, clock.at)
        counts = [
            await work.chats.wrong_codes(group, clock.at - timedelta(seconds=1)),
            await work.chats.wrong_codes(group, clock.at),
            await work.chats.wrong_codes(f"{group}0", clock.at - timedelta(days=1)),
        ]

    assert counts == [3, 0, 0]


async def test_a_language_is_kept_beside_the_count_of_wrong_codes(
    storage: Storage, clock: FixedClock, group: str
) -> None:
    async with storage.work() as work:
        nobody = await work.chats.speaker(group)
        await work.chats.count_wrong_code(group, clock.at)
        await work.chats.choose_language(group, "fr")
        await work.chats.choose_language(group, "de")
        await work.chats.count_wrong_code(group, clock.at)
        somebody = await work.chats.speaker(group)
        wrong = await work.chats.wrong_codes(group, clock.at - timedelta(seconds=1))

    assert (nobody, somebody, wrong) == (Speaker(None, ""), Speaker(None, "de"), 2)


async def test_stranded_is_what_has_waited_long_enough_and_is_due(
    fresh_database_url: str, clock: FixedClock
) -> None:
    storage = Storage(fresh_database_url, clock)
    async with storage.work() as work:
        await work.inbox.store("telegram", InboxRow("1", "telegram:1", {}), clock.at)
        await work.outbox.add(OutboxRow(IDS.new(), "telegram:2", {}, None), [])
        await work.inbox.store("telegram", InboxRow("2", "telegram:3", {}), clock.at)
        await work.inbox.claim("telegram", "2")
    young, old = clock.at - timedelta(seconds=1), clock.at

    async with storage.work() as work:
        found = [await stranded(work.connection, before, 9) for before in (young, old)]
        few = await stranded(work.connection, old, 1)

    assert found == [{}, {"telegram:1": True, "telegram:2": False}]
    assert few == {"telegram:1": True, "telegram:2": False}
    await storage.close()
