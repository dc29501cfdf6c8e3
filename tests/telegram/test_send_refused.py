"""What it means for a message when Telegram refuses it, and when nobody knows what Telegram did."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.telegram.address import chat_ref
from bot.telegram.client import make_bot
from bot.telegram.render import Part
from bot.telegram.send import Telegram
from core.errors import Unavailable
from handlers.kinds import Attachment
from handlers.platform import ChatGone, ChatMoved, Lost, Throttled, Undeliverable
from tests.fakes.telegram import FakeTelegram, HangUp, Person, Refusal, ServerError, Slow, TooMany

HELLO = Part("<b>Hello</b> &amp; welcome", "Hello & welcome")
DONE = Part("Done", "Done")
PDF = Attachment("2026-0007.pdf", "application/pdf", b"%PDF-1.7\x00\xff")
PATIENCE = 0.25
"""Seconds in which a hasty client wants its answer."""


async def shown(adapter: Telegram, ana: Person, part: Part = HELLO) -> str:
    return await adapter.send(chat_ref(ana.id), part)


@pytest.fixture
async def hasty(telegram: FakeTelegram) -> AsyncIterator[Telegram]:
    request = HTTPXRequest(read_timeout=PATIENCE)
    yield Telegram(Bot(telegram.token, telegram.base_url, telegram.base_file_url, request))
    await request.shutdown()


# -- who is not there any more ---------------------------------------------------------------------------


async def test_a_group_that_became_a_supergroup_is_told_with_its_new_address(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    group = telegram.group("Büro", ana)
    new = telegram.upgrades(ana, group)

    with pytest.raises(ChatMoved) as moved:
        await adapter.send(chat_ref(group.id), HELLO)

    assert moved.value.address == str(new.id)
    assert [message for message in telegram.messages(new) if message.from_bot] == []


async def test_who_blocked_the_bot_is_gone(telegram: FakeTelegram, adapter: Telegram, ana: Person) -> None:
    telegram.blocks(ana)

    with pytest.raises(ChatGone, match="bot was blocked by the user"):
        await shown(adapter, ana)


async def test_who_left_telegram_is_gone(telegram: FakeTelegram, adapter: Telegram, ana: Person) -> None:
    telegram.deactivates(ana)

    with pytest.raises(ChatGone, match="user is deactivated"):
        await shown(adapter, ana)


async def test_a_group_that_put_the_bot_out_is_gone(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    group = telegram.group("Büro", ana)
    telegram.removes_bot(ana, group)

    with pytest.raises(ChatGone, match="bot was kicked from the group chat"):
        await adapter.send(chat_ref(group.id), HELLO)


async def test_a_chat_that_never_was_is_gone(adapter: Telegram) -> None:
    with pytest.raises(ChatGone, match="hat not found"):
        await adapter.send(chat_ref(-4_000_000_091), HELLO)


async def test_who_is_gone_is_gone_for_a_change_too(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana)
    telegram.blocks(ana)

    with pytest.raises(ChatGone):
        await shown(adapter, ana, Part("Done", "Done", replaces=old))


@pytest.mark.parametrize("method", ["sendMessage", "sendDocument", "editMessageText"])
@pytest.mark.parametrize(
    "reason", ["Bad Request: BUTTON_DATA_INVALID", "Bad Request: not enough rights to send text messages"]
)
async def test_what_no_retry_can_change_is_undeliverable(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, method: str, reason: str
) -> None:
    file, replaces = (PDF if method == "sendDocument" else None), ("7" if method == "editMessageText" else "")
    telegram.trouble(Refusal(400, reason), method)

    with pytest.raises(Undeliverable) as refused:
        await shown(adapter, ana, replace(HELLO, file=file, replaces=replaces))

    assert not isinstance(refused.value, ChatGone)
    assert str(refused.value).lower() == reason.removeprefix("Bad Request: ").lower()
    assert telegram.messages(ana) == []


@pytest.mark.parametrize(
    "reason", ["MESSAGE_ID_INVALID", "message is not modified", "message can't be edited"]
)
async def test_a_new_message_is_never_taken_for_a_changed_one(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, reason: str
) -> None:
    telegram.trouble(Refusal(400, f"Bad Request: {reason}"), "sendMessage")

    with pytest.raises(Undeliverable):
        await shown(adapter, ana)


@pytest.mark.parametrize("replaces", ["", "1"])
async def test_too_many_messages_are_told_with_the_time_to_wait(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, replaces: str
) -> None:
    await shown(adapter, ana)
    telegram.trouble(TooMany(17))

    with pytest.raises(Throttled) as throttled:
        await shown(adapter, ana, Part("Done", "Done", replaces=replaces))

    assert throttled.value.retry_after == 17.0
    assert [message.text for message in telegram.history(ana)] == ["Hello & welcome"]


# -- what nobody knows, and what is certain ------------------------------------------------------------


@pytest.mark.parametrize("file", [None, PDF], ids=["text", "file"])
@pytest.mark.parametrize(
    "fault",
    [HangUp(after_work=True), ServerError(500, after_work=True), ServerError(502, after_work=True)],
    ids=["hang-up", "500", "502"],
)
async def test_a_new_message_without_an_answer_is_lost_and_there_once(
    telegram: FakeTelegram,
    adapter: Telegram,
    ana: Person,
    fault: HangUp | ServerError,
    file: Attachment | None,
) -> None:
    telegram.trouble(fault)

    with pytest.raises(Lost):
        await shown(adapter, ana, replace(HELLO, file=file))

    assert [message.text for message in telegram.messages(ana)] == ["Hello & welcome"]
    assert len(telegram.calls) == 1


@pytest.mark.parametrize(
    "fault", [HangUp(), ServerError(500), ServerError(502)], ids=["hang-up", "500", "502"]
)
async def test_nobody_knows_that_a_message_without_an_answer_never_came(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, fault: HangUp | ServerError
) -> None:
    telegram.trouble(fault)

    with pytest.raises(Lost):
        await shown(adapter, ana)

    assert telegram.messages(ana) == []


async def test_a_new_message_whose_answer_is_late_is_lost_and_there_once(
    telegram: FakeTelegram, hasty: Telegram, ana: Person
) -> None:
    telegram.trouble(Slow(PATIENCE * 3), "sendMessage")

    with pytest.raises(Lost):
        await shown(hasty, ana)

    assert [message.text for message in telegram.messages(ana)] == ["Hello & welcome"]


@pytest.mark.parametrize(
    "fault",
    [HangUp(after_work=True), ServerError(500, after_work=True), HangUp(), ServerError(502)],
    ids=["hang-up-after", "500-after", "hang-up", "502"],
)
async def test_a_change_without_an_answer_may_be_repeated(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, fault: HangUp | ServerError
) -> None:
    old = await shown(adapter, ana)
    telegram.trouble(fault, "editMessageText")

    with pytest.raises(Unavailable) as unavailable:
        await shown(adapter, ana, replace(DONE, replaces=old))
    again = await shown(adapter, ana, replace(DONE, replaces=old))

    assert unavailable.value.retry_after == 5.0
    assert again == old
    assert [message.text for message in telegram.history(ana)] == ["Hello & welcome", "Done"]


async def test_a_change_whose_answer_is_late_may_be_repeated(
    telegram: FakeTelegram, hasty: Telegram, ana: Person
) -> None:
    old = await shown(hasty, ana)
    telegram.trouble(Slow(PATIENCE * 3), "editMessageText")

    with pytest.raises(Unavailable):
        await shown(hasty, ana, replace(DONE, replaces=old))
    again = await shown(hasty, ana, replace(DONE, replaces=old))

    assert again == old
    assert [message.text for message in telegram.history(ana)] == ["Hello & welcome", "Done"]


@pytest.mark.parametrize("replaces", ["", "1"])
async def test_without_a_connection_it_is_certain_that_nothing_was_sent(
    telegram: FakeTelegram, ana: Person, replaces: str
) -> None:
    adapter = Telegram(make_bot(telegram.token, telegram.url))
    await asyncio.to_thread(telegram.stop)

    with pytest.raises(Unavailable) as unavailable:
        await shown(adapter, ana, replace(HELLO, replaces=replaces))

    assert not isinstance(unavailable.value, Throttled)
    await adapter.close()


async def test_after_an_outage_messages_arrive_again(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    await shown(adapter, ana)
    await asyncio.to_thread(telegram.stop)
    with pytest.raises(Unavailable):
        await shown(adapter, ana, DONE)
    telegram.start()

    await shown(adapter, ana, DONE)

    assert [message.text for message in telegram.messages(ana)] == ["Hello & welcome", "Done"]


async def test_a_token_that_telegram_refuses_may_be_mended(telegram: FakeTelegram, ana: Person) -> None:
    adapter = Telegram(make_bot("7000001:another-token", telegram.url))

    with pytest.raises(Unavailable) as unavailable:
        await shown(adapter, ana)

    assert unavailable.value.retry_after == 60.0
    await adapter.close()
