from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from core.ports import InboxRow, OutboxFile, OutboxRow
from storage.engine import Storage
from tests.builders.core import IDS
from tests.fakes.clock import MORNING
from tests.storage.shop import Shop

PAYLOAD: dict[str, Any] = {
    "typed": "“Grüße” 👩‍💻 \\u0000 \\ \"", "by_number": False, "files": [], "n": [1, 2.5, None, {"a": "b"}],
}  # fmt: skip


@pytest.fixture
def chat() -> str:
    return f"telegram:{IDS.new()}"


def inbound(chat: str, **changes: Any) -> InboxRow:
    return InboxRow(IDS.token(), chat, {**PAYLOAD, **changes})


def outbound(chat: str, **changes: Any) -> OutboxRow:
    return OutboxRow(IDS.new(), chat, {**PAYLOAD, **changes}, None)


async def unhandled(
    storage: Storage, chat: str, limit: int = 9, platform: str = "telegram"
) -> list[InboxRow]:
    async with storage.work() as work:
        return list(await work.inbox.list_unhandled(platform, chat, limit))


async def pending(storage: Storage, chat: str, limit: int = 9) -> list[OutboxRow]:
    async with storage.work() as work:
        return list(await work.outbox.list_pending(chat, limit))


async def test_an_update_is_kept_as_it_came_and_once_per_delivery(storage: Storage, chat: str) -> None:
    row = inbound(chat)

    async with storage.work() as work:
        stored = [
            await work.inbox.store("telegram", row, MORNING),
            await work.inbox.store("telegram", InboxRow(row.id, chat, {"another": "text"}), MORNING),
        ]

    assert stored == [True, False]
    assert await unhandled(storage, chat) == [row]


async def test_two_platforms_may_use_the_same_delivery_id(storage: Storage, chat: str) -> None:
    row = inbound(chat)

    async with storage.work() as work:
        stored = [await work.inbox.store(platform, row, MORNING) for platform in ("telegram", "slack")]

    assert stored == [True, True]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\\\x00\\u0000", "\\\N{REPLACEMENT CHARACTER}\\u0000"),
        ("\ud83d alone", "\N{REPLACEMENT CHARACTER} alone"),
        ("ü\udcff", "ü\N{REPLACEMENT CHARACTER}"),
        ("\ud83d\ude00", "\N{GRINNING FACE}"),
    ],
)
async def test_what_no_database_keeps_does_not_stop_an_update(
    storage: Storage, chat: str, sent: str, kept: str
) -> None:
    row = inbound(chat, typed=sent)

    async with storage.work() as work:
        await work.inbox.store("telegram", row, MORNING)

    assert [found.payload["typed"] for found in await unhandled(storage, chat)] == [kept]


async def test_an_update_is_claimed_by_one_transaction(storage: Storage, chat: str) -> None:
    row = inbound(chat)

    async with storage.work() as work:
        await work.inbox.store("telegram", row, MORNING)
        claims = [await work.inbox.claim(platform, row.id) for platform in ("slack", "telegram", "telegram")]

    assert claims == [False, True, False]
    assert await unhandled(storage, chat) == []


async def test_a_claim_that_is_rolled_back_leaves_the_update_for_the_next_try(
    storage: Storage, chat: str
) -> None:
    row = inbound(chat)
    async with storage.work() as work:
        await work.inbox.store("telegram", row, MORNING)

    with suppress(KeyError):
        async with storage.work() as work:
            await work.inbox.claim("telegram", row.id)
            raise KeyError

    assert await unhandled(storage, chat) == [row]


async def test_a_failed_update_is_not_tried_again(storage: Storage, chat: str) -> None:
    row = inbound(chat)

    async with storage.work() as work:
        await work.inbox.store("telegram", row, MORNING)
        await work.inbox.fail("telegram", row.id, "ref-4711")
        claimed = await work.inbox.claim("telegram", row.id)

    assert claimed is False
    assert await unhandled(storage, chat) == []


async def test_what_is_unhandled_comes_in_the_order_it_was_received(storage: Storage, chat: str) -> None:
    rows = [inbound(chat) for _number in range(4)]
    async with storage.work() as work:
        for place in (2, 0, 3, 1):
            await work.inbox.store("telegram", rows[place], MORNING + timedelta(seconds=place))
        await work.inbox.store("telegram", inbound(f"{chat}/other"), MORNING)
        await work.inbox.store("slack", inbound(chat), MORNING)

    assert await unhandled(storage, chat) == rows
    assert await unhandled(storage, chat, limit=3) == rows[:3]


async def test_a_reply_waits_with_its_files_in_order(shop: Shop, chat: str) -> None:
    row = OutboxRow(IDS.new(), chat, PAYLOAD, shop.id)
    files = [OutboxFile(f"{name}.pdf", f"x/{name}", bytes([n]) * 3) for n, name in enumerate("zayb")]

    async with shop.storage.work() as work:
        await work.outbox.add(row, files)
        found = await work.outbox.files_of(row.id)

    assert await pending(shop.storage, chat) == [row]
    assert found == files


async def test_replies_leave_in_the_order_they_were_written(storage: Storage, chat: str) -> None:
    rows = [outbound(chat) for _number in range(3)]
    async with storage.work() as work:
        for row in reversed(rows):
            await work.outbox.add(row, [])
        await work.outbox.add(outbound(f"{chat}/other"), [])

    assert await pending(storage, chat) == rows
    assert await pending(storage, chat, limit=2) == rows[:2]


async def test_a_reply_moves_from_the_state_that_was_seen_only(storage: Storage, chat: str) -> None:
    row = outbound(chat)

    async with storage.work() as work:
        await work.outbox.add(row, [])
        moved = [
            await work.outbox.move(row.id, seen, state)
            for seen, state in (
                ("sending", "sent"),
                ("pending", "sending"),
                ("pending", "sending"),
                ("sending", "sent"),
            )
        ]

    assert moved == [False, True, False, True]
    assert await pending(storage, chat) == []


async def test_what_a_dead_process_was_sending_becomes_uncertain(storage: Storage, chat: str) -> None:
    sending, waiting, elsewhere = outbound(chat), outbound(chat), outbound(f"{chat}/other")
    async with storage.work() as work:
        for row in (sending, waiting, elsewhere):
            await work.outbox.add(row, [])
        await work.outbox.move(sending.id, "pending", "sending")
        await work.outbox.move(elsewhere.id, "pending", "sending")

    async with storage.work() as work:
        lost = [await work.outbox.give_up_lost(chat), await work.outbox.give_up_lost(chat)]
        late = [await work.outbox.move(row.id, "sending", "sent") for row in (sending, elsewhere)]

    assert lost == [1, 0]
    assert late == [False, True]
    assert await pending(storage, chat) == [waiting]


async def test_an_unknown_state_is_refused(storage: Storage, chat: str) -> None:
    row = outbound(chat)
    async with storage.work() as work:
        await work.outbox.add(row, [])

    with pytest.raises(Exception, match="Somebody else changed this"):
        async with storage.work() as work:
            await work.outbox.move(row.id, "pending", "lost")
