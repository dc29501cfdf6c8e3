"""What is on its way by itself or has not arrived: looked up, cancelled, replaced, and sent again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.chat_ports import OutboxRow, Settled
from storage.engine import Storage
from storage.tables import outbox
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop


@pytest.fixture
def chat() -> str:
    return f"mail:{IDS.new()}"


async def written(shop: Shop, chat: str, state: str = "pending", **changes: Any) -> OutboxRow:
    """A row in that state; `settled` is how it got there."""
    settled = changes.pop("settled", Settled(state))
    row = replace(OutboxRow(IDS.new(), chat, {"kind": "reply"}, shop.id), **changes)
    async with shop.storage.work() as work:
        await work.outbox.add(row, [])
        if state != "pending":
            await work.outbox.settle(row.id, replace(settled, state=state))
    return row


async def states(storage: Storage, *rows: OutboxRow) -> list[str]:
    query = sa.select(outbox.c.id, outbox.c.state).where(outbox.c.id.in_([row.id for row in rows]))
    async with storage.work() as work:
        found = {row.id: row.state for row in await work.connection.execute(query)}
    return [found[row.id] for row in rows]


async def test_a_row_says_what_it_is_and_what_it_is_about(shop: Shop, chat: str) -> None:
    row = await written(shop, chat, kind="reminder", about=IDS.new())

    async with shop.storage.work() as work:
        assert await work.outbox.list_pending(chat, 9) == [row]


async def test_what_nobody_asked_for_and_what_failed_is_listed_newest_first(
    shop: Shop, neighbour: Shop, chat: str
) -> None:
    about = IDS.new()
    letter = await written(shop, chat, "sent", kind="invoice", about=about)
    digest = await written(shop, f"{chat}/2", "cancelled", kind="digest")
    await written(shop, chat, "sent")
    answer = await written(shop, chat, "failed", settled=Settled("failed", error="blocked"))
    waiting = await written(shop, f"{chat}/3", kind="digest")
    await written(neighbour, chat, "sent", kind="digest")
    every = ("sent", "failed", "uncertain", "pending", "cancelled")

    async with shop.storage.work() as work:
        found = [
            [each.id for each in await work.outbox.list_recent(shop.id, wanted, limit)]
            for wanted, limit in ((every, 9), (every, 2), (("failed",), 9), (("sent",), 9))
        ]
        (told,) = await work.outbox.list_recent(shop.id, ("sent",), 9)

    assert found == [
        [waiting.id, answer.id, digest.id, letter.id], [waiting.id, answer.id], [answer.id], [letter.id],
    ]  # fmt: skip
    assert (told.chat, told.state, told.kind, told.about) == (chat, "sent", "invoice", about)


async def test_what_was_cancelled_is_no_trouble(shop: Shop, chat: str) -> None:
    await written(shop, chat, "cancelled", kind="digest")
    failed = await written(shop, chat, "failed")

    async with shop.storage.work() as work:
        found = await work.outbox.list_recent(shop.id, ("failed", "uncertain", "pending"), 9)

    assert [each.id for each in found] == [failed.id]


async def test_a_newer_digest_takes_the_place_of_those_of_which_nothing_left_yet(
    shop: Shop, chat: str
) -> None:
    rows = [await written(shop, chat, kind=kind) for kind in ("digest", "digest", "preview", "")]
    begun = await written(shop, chat, "pending", kind="digest")
    elsewhere = await written(shop, f"{chat}/2", kind="digest")
    async with shop.storage.work() as work:
        await work.outbox.settle(begun.id, Settled("pending", done=1, ref="7"))
        superseded = await work.outbox.supersede(chat, "digest")

    assert superseded == 2
    assert await states(shop.storage, *rows, begun, elsewhere) == [
        "cancelled", "cancelled", "pending", "pending", "pending", "pending",
    ]  # fmt: skip


async def test_the_language_of_a_chat_is_that_of_its_newest_message(shop: Shop, chat: str) -> None:
    seen = []
    async with shop.storage.work() as work:
        seen.append(await work.outbox.language_of(chat))
    for payload in ({"language": "de"}, {"language": "fr"}, {"kind": "question"}):
        await written(shop, chat, payload=payload)
        async with shop.storage.work() as work:
            seen.append(await work.outbox.language_of(chat))

    assert seen == ["", "de", "fr", ""]


async def sent_letter(
    shop: Shop, chat: str, message_id: str, state: str = "sent", kind: str = "invoice"
) -> UUID:
    row = await written(shop, chat, state, settled=Settled(state, done=1, ref=message_id), kind=kind)
    return row.id


async def test_a_letter_that_comes_back_is_found_by_its_message_id(shop: Shop, chat: str) -> None:
    named = f"{IDS.token()}@billhook.example"
    sent = await sent_letter(shop, chat, named)
    await sent_letter(shop, chat, named, "failed")
    await sent_letter(shop, chat, named, "sent", kind="")

    async with shop.storage.work() as work:
        found = await work.outbox.find_sent(named)
        nothing = [await work.outbox.find_sent(each) for each in ("", f"{named}x")]

    assert found is not None
    assert (found.id, found.chat, found.business_id, found.ref) == (sent, chat, shop.id, named)
    assert nothing == [None, None]


async def test_a_letter_comes_back_once(shop: Shop, chat: str) -> None:
    sent = await sent_letter(shop, chat, IDS.token())

    async with shop.storage.work() as work:
        bounced = [await work.outbox.bounce(sent, "550 no such user") for _time in range(2)]
        (trouble,) = await work.outbox.list_recent(shop.id, ("failed",), 9)

    assert bounced == [True, False]
    assert (trouble.id, trouble.state, trouble.error) == (sent, "failed", "550 no such user")


async def test_sending_again_keeps_the_row_and_counts(shop: Shop, chat: str, clock: FixedClock) -> None:
    later = clock.at + timedelta(hours=1)
    failed = Settled("failed", done=0, ref="<a@b>", attempts=8, next_at=later, error="421")
    row = await written(shop, chat, "failed", settled=failed, kind="invoice")

    async with shop.storage.work() as work:
        gave = [await work.outbox.send_again(shop.id, row.id) for _time in range(2)]
        pending = await work.outbox.list_pending(chat, 9)

    assert gave == [chat, None]
    assert pending == [replace(row, ref="<a@b>", attempts=0, repeats=1)]
