from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.chat_ports import InboxRow, OutboxFile, OutboxRow, Settled
from storage.engine import Storage
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock
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


async def test_a_reply_is_taken_once_and_settled_once(storage: Storage, chat: str) -> None:
    row = outbound(chat)

    async with storage.work() as work:
        await work.outbox.add(row, [])
        taken = [await work.outbox.take(row), await work.outbox.take(row)]
        settled = [await work.outbox.settle(row.id, Settled(state)) for state in ("sent", "failed")]

    assert (taken, settled) == ([True, False], [True, False])
    assert await pending(storage, chat) == []


async def test_a_part_that_somebody_else_sent_meanwhile_is_not_taken(storage: Storage, chat: str) -> None:
    row = outbound(chat)

    async with storage.work() as work:
        await work.outbox.add(row, [])
        await work.outbox.take(row)
        await work.outbox.settle(row.id, Settled("pending", done=1, ref="77"))
        taken = [await work.outbox.take(row), await work.outbox.take(replace(row, done=1))]

    assert taken == [False, True]


async def test_a_reply_that_waits_holds_back_what_is_behind_it(
    storage: Storage, chat: str, clock: FixedClock
) -> None:
    first, second = outbound(chat), outbound(chat)
    async with storage.work() as work:
        for row in (first, second):
            await work.outbox.add(row, [])
        until = clock.at + timedelta(seconds=7)
        await work.outbox.settle(first.id, Settled("pending", attempts=2, next_at=until, error="away"))

    early = await pending(storage, chat)
    clock.advance(timedelta(seconds=7))

    assert early == []
    assert await pending(storage, chat) == [replace(first, attempts=2), second]


async def test_what_was_put_off_cannot_be_taken_before_its_time(storage: Storage, chat: str) -> None:
    row = outbound(chat)
    now = storage.clock.now()

    async with storage.work() as work:
        await work.outbox.add(row, [])
        await work.outbox.settle(row.id, Settled("pending", next_at=now + timedelta(seconds=7)))
        early = await work.outbox.take(row)
        await work.outbox.settle(row.id, Settled("pending", next_at=now))
        due = await work.outbox.take(row)

    assert (early, due) == (False, True)


async def test_a_reply_with_the_key_of_another_is_not_written(storage: Storage, chat: str) -> None:
    first, second = outbound(chat), outbound(chat)
    key = f"digest:{chat}"

    async with storage.work() as work:
        added = [await work.outbox.add(row, [], dedupe_key=key) for row in (first, second)]

    assert added == [True, False]
    assert await pending(storage, chat) == [first]


async def test_trouble_is_what_has_not_arrived_and_only_the_business_s_own(
    storage: Storage, chat: str, shop: Shop, neighbour: Shop
) -> None:
    rows = {state: replace(outbound(chat), business_id=shop.id) for state in ("sent", "failed", "uncertain")}
    other = replace(outbound(chat), business_id=neighbour.id)
    async with storage.work() as work:
        for state, row in rows.items():
            await work.outbox.add(row, [])
            await work.outbox.settle(row.id, Settled(state, error="blocked"))
        await work.outbox.add(other, [])
        await work.outbox.settle(other.id, Settled("failed"))

    async with storage.work() as work:
        found = await work.outbox.list_recent(shop.id, ("failed", "uncertain", "pending"), 9)
        strangers = await work.outbox.send_again(neighbour.id, rows["failed"].id)
        again = [await work.outbox.send_again(shop.id, rows[state].id) for state in rows]

    assert [(one.id, one.state) for one in found] == [
        (rows["uncertain"].id, "uncertain"), (rows["failed"].id, "failed")
    ]  # fmt: skip
    assert strangers is None
    assert again == [None, chat, chat]
    assert [row.id for row in await pending(storage, chat)] == [rows["failed"].id, rows["uncertain"].id]


async def test_the_open_question_is_the_newest_thing_a_sender_was_sent(storage: Storage, chat: str) -> None:
    kinds = ("question", "reply", "question")
    rows = [replace(outbound(chat), sender="telegram:7", payload={"kind": kind}) for kind in kinds]
    seen = []

    for place, row in enumerate(rows):
        async with storage.work() as work:
            await work.outbox.add(row, [])
            await work.outbox.settle(row.id, Settled("sent", done=1, ref=str(40 + place)))
            seen.append(await work.outbox.open_question(chat, "telegram:7"))
    async with storage.work() as work:
        other = await work.outbox.open_question(chat, "telegram:8")

    assert seen == ["40", "", "42"]
    assert other == ""


async def test_what_a_dead_process_was_sending_becomes_uncertain(
    storage: Storage, chat: str, clock: FixedClock
) -> None:
    sending, waiting, elsewhere = outbound(chat), outbound(chat), outbound(f"{chat}/other")
    async with storage.work() as work:
        for row in (sending, waiting, elsewhere):
            await work.outbox.add(row, [])
        await work.outbox.take(sending)
        await work.outbox.take(elsewhere)

    async with storage.work() as work:
        moments = (clock.at - timedelta(seconds=1), clock.at, clock.at)
        lost = [await work.outbox.give_up_lost(chat, moment, clock.at) for moment in moments]
        late = [await work.outbox.settle(row.id, Settled("sent")) for row in (sending, elsewhere)]

    assert lost == [[], [("uncertain", sending)], []]
    assert late == [False, True]
    assert await pending(storage, chat) == [waiting]


async def test_a_letter_that_a_dead_process_was_sending_goes_out_once_more_and_no_more(
    storage: Storage, chat: str, clock: FixedClock
) -> None:
    letter = replace(outbound(chat), kind="invoice")
    again = clock.at + timedelta(minutes=10)
    async with storage.work() as work:
        await work.outbox.add(letter, [])
        await work.outbox.take(letter)
        first = await work.outbox.give_up_lost(chat, clock.at, again)

    early = await pending(storage, chat)
    clock.at = again
    async with storage.work() as work:
        (repeated,) = await work.outbox.list_pending(chat, 9)
        await work.outbox.take(repeated)
        second = await work.outbox.give_up_lost(chat, clock.at, again)

    assert [(state, row.id) for state, row in first] == [("pending", letter.id)]
    assert early == []
    assert repeated == replace(letter, repeats=1)
    assert second == [("uncertain", repeated)]


async def test_whoever_settles_late_does_not_hide_that_a_letter_was_repeated(
    storage: Storage, chat: str, clock: FixedClock
) -> None:
    letter = replace(outbound(chat), kind="invoice")
    async with storage.work() as work:
        await work.outbox.add(letter, [])
        await work.outbox.take(letter)
        await work.outbox.give_up_lost(chat, clock.at, clock.at)
        await work.outbox.settle(letter.id, Settled("pending", repeats=letter.repeats))

    assert [row.repeats for row in await pending(storage, chat)] == [1]


async def test_an_unknown_state_is_refused(storage: Storage, chat: str) -> None:
    row = outbound(chat)
    async with storage.work() as work:
        await work.outbox.add(row, [])

    with pytest.raises(Exception, match="Somebody else changed this"):
        async with storage.work() as work:
            await work.outbox.settle(row.id, Settled("lost"))
