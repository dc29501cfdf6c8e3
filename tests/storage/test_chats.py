from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.chat_ports import Conversation, Invitation, OutboxRow, Press
from storage.engine import Storage
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

TICK = timedelta(microseconds=1)
TALK = Conversation(
    (
        {"command": "invoice", "raw": {"client": "Ünlü", "lines": "3h “x” @ 7"}},
        {"command": "client add", "raw": {}},
    ),
    ({"command": "paid", "raw": {"number": "2026-007"}},),
)


@pytest.fixture
def chat() -> str:
    """A chat that no other test speaks in."""
    return f"console:{IDS.new()}"


@pytest.fixture
def sender() -> str:
    return f"console:{IDS.new()}"


def presses(count: int) -> list[Press]:
    return [Press(IDS.token(), f"Knopf {n}", f"command {n}", f"argument {n}") for n in range(count)]


async def add(storage: Storage, chat: str, buttons: list[Press]) -> None:
    """A reply with its buttons."""
    row = OutboxRow(IDS.new(), chat, {"blocks": []}, None)
    async with storage.work() as work:
        await work.outbox.add(row, [])
        await work.chats.add_presses(chat, "console:ana", row.id, buttons)


async def test_a_conversation_goes_on_in_another_process(storage: Storage, chat: str, sender: str) -> None:
    async with storage.work() as work:
        await work.chats.keep(chat, sender, TALK)

    async with storage.work() as work:
        assert await work.chats.conversation(chat, sender) == TALK


async def test_a_conversation_belongs_to_one_chat_and_one_sender(
    storage: Storage, chat: str, sender: str
) -> None:
    async with storage.work() as work:
        await work.chats.keep(chat, sender, TALK)

        others = [
            await work.chats.conversation(chat, "console:somebody else"),
            await work.chats.conversation("console:elsewhere", sender),
        ]

    assert others == [Conversation(), Conversation()]


async def test_an_empty_conversation_is_forgotten(storage: Storage, chat: str, sender: str) -> None:
    async with storage.work() as work:
        await work.chats.keep(chat, sender, TALK)
        await work.chats.keep(chat, sender, Conversation())

        assert await work.chats.conversation(chat, sender) == Conversation()


async def test_a_conversation_lives_a_day_from_its_last_step(
    storage: Storage, clock: FixedClock, chat: str, sender: str
) -> None:
    async with storage.work() as work:
        await work.chats.keep(chat, sender, Conversation(({"command": "old"},)))
        clock.advance(timedelta(hours=23))
        await work.chats.keep(chat, sender, TALK)
        clock.advance(timedelta(days=1) - TICK)
        before = await work.chats.conversation(chat, sender)
        clock.advance(TICK)
        after = await work.chats.conversation(chat, sender)

    assert (before, after) == (TALK, Conversation())


async def test_a_button_does_what_it_was_made_for(storage: Storage, chat: str) -> None:
    buttons = presses(3)
    await add(storage, chat, buttons)

    async with storage.work() as work:
        found = [await work.chats.find_press(chat, press.token) for press in buttons]

    assert found == buttons


async def test_a_button_of_another_chat_or_of_nobody_is_unknown(storage: Storage, chat: str) -> None:
    buttons = presses(1)
    await add(storage, chat, buttons)

    async with storage.work() as work:
        found = [
            await work.chats.find_press("console:elsewhere", buttons[0].token),
            await work.chats.find_press(chat, "no such token"),
            await work.chats.find_press(chat, ""),
        ]

    assert found == [None, None, None]


async def test_buttons_live_thirty_days(storage: Storage, clock: FixedClock, chat: str) -> None:
    buttons = presses(2)
    await add(storage, chat, buttons)

    async with storage.work() as work:
        clock.advance(timedelta(days=30) - TICK)
        before = await work.chats.find_press(chat, buttons[0].token), await work.chats.last_presses(chat)
        clock.advance(TICK)
        after = await work.chats.find_press(chat, buttons[0].token), await work.chats.last_presses(chat)

    assert before == (buttons[0], buttons)
    assert after == (None, [])


async def test_the_newest_reply_says_what_a_typed_number_means(storage: Storage, chat: str) -> None:
    older, newer = presses(2), presses(12)
    await add(storage, chat, older)
    await add(storage, chat, newer)
    await add(storage, f"{chat}/other", presses(1))

    async with storage.work() as work:
        assert await work.chats.last_presses(chat) == newer


async def test_a_newer_reply_without_buttons_takes_the_numbers_away(storage: Storage, chat: str) -> None:
    await add(storage, chat, presses(2))
    await add(storage, chat, [])

    async with storage.work() as work:
        assert await work.chats.last_presses(chat) == []


def an_invitation(shop: Shop) -> Invitation:
    return Invitation(shop.id, "admin", datetime(2026, 3, 5, 10, 0, 0, 7, tzinfo=UTC), shop.owner.id)


async def test_an_invitation_is_taken_once(shop: Shop) -> None:
    code, new = IDS.token(), an_invitation(shop)

    async with shop.storage.work() as work:
        await work.chats.invite(code, new)
        first = await work.chats.accept(code, new.expires_at - TICK)
        second = await work.chats.accept(code, new.expires_at - TICK)

    assert (first, second) == (new, None)


async def test_an_invitation_may_be_for_somebody_who_is_a_member_already(shop: Shop) -> None:
    code, new = IDS.token(), replace(an_invitation(shop), member_id=shop.owner.id)

    async with shop.storage.work() as work:
        await work.chats.invite(code, new)
        assert await work.chats.accept(code, new.expires_at - TICK) == new


async def test_an_expired_or_unknown_invitation_is_worth_nothing(shop: Shop) -> None:
    code, new = IDS.token(), an_invitation(shop)

    async with shop.storage.work() as work:
        await work.chats.invite(code, new)
        expired = await work.chats.accept(code, new.expires_at)
        unknown = await work.chats.accept("no such code", new.expires_at - TICK)

    assert (expired, unknown) == (None, None)


async def test_a_chat_can_be_locked_again_and_again(storage: Storage, chat: str) -> None:
    for _turn in range(2):
        async with storage.work() as work:
            await work.chats.lock(chat)
            await work.chats.lock(chat)
