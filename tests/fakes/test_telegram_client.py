"""The client library that the product uses understands the fake Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fakes.telegram import FakeTelegram, HangUp

library = pytest.importorskip("telegram", reason="the client library is not installed")
errors: Any = pytest.importorskip("telegram.error")


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as telegram:
        yield telegram
        assert telegram.violations == []


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Any]:
    bot = library.Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url)
    async with bot:
        yield bot


async def test_a_message_with_markup_and_buttons_is_sent_and_edited(telegram: FakeTelegram, bot: Any) -> None:
    ana = telegram.person("Ana", started=True)
    buttons = [[library.InlineKeyboardButton("Go", callback_data="x")]]

    sent = await bot.send_message(
        ana.id, "<b>Hi</b> 😀 @ana", "HTML", reply_markup=library.InlineKeyboardMarkup(buttons)
    )
    edited = await bot.edit_message_text("Bye", chat_id=ana.id, message_id=sent.message_id)

    assert sent.parse_entities() == {sent.entities[0]: "Hi", sent.entities[1]: "@ana"}
    assert (edited.text, edited.reply_markup) == ("Bye", None)
    assert [shown.text for shown in telegram.history(ana)] == ["Hi 😀 @ana", "Bye"]


async def test_a_document_goes_up_and_comes_down(telegram: FakeTelegram, bot: Any) -> None:
    ana = telegram.person("Ana", started=True)

    sent = await bot.send_document(
        ana.id, b"%PDF-1.7", caption="<i>a</i>", parse_mode="HTML", filename="é.pdf"
    )
    file = await bot.get_file(sent.document.file_id)

    assert (sent.document.file_name, sent.document.mime_type, sent.caption) == (
        "é.pdf",
        "application/pdf",
        "a",
    )
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7"


async def test_updates_are_fetched_and_taps_answered(telegram: FakeTelegram, bot: Any) -> None:
    ana = telegram.person("Ana")
    telegram.starts(ana, "abc")
    polled = asyncio.create_task(bot.get_updates(offset=1001, timeout=10))
    await asyncio.to_thread(telegram.wait_for, lambda: telegram.polls)

    query = telegram.forges(ana, "tap")
    (update,) = await polled
    await update.callback_query.answer("Done")

    assert update.callback_query.data == "tap"
    assert (await asyncio.to_thread(telegram.toast_for, query)).text == "Done"


async def test_every_other_call_of_the_product_is_understood(telegram: FakeTelegram, bot: Any) -> None:
    ana = telegram.person("Ana", started=True)
    scope = library.BotCommandScopeChat(ana.id)
    prompt = await bot.send_message(ana.id, "Name?", reply_markup=library.ForceReply(selective=True))

    await bot.set_my_commands([("new", "Write an invoice")], scope=scope, language_code="de")
    await bot.set_my_description("a", "de")
    await bot.set_my_short_description("a")
    await bot.set_chat_menu_button(ana.id, library.MenuButtonCommands())
    await bot.set_webhook("https://bot.example.com/hook", secret_token="s", allowed_updates=["message"])
    await bot.delete_webhook()
    await bot.send_chat_action(ana.id, "typing")
    await bot.delete_message(ana.id, prompt.message_id)

    assert (await bot.get_my_commands(scope, "de"))[0].command == "new"
    assert (await bot.get_webhook_info()).url == ""
    assert (await bot.get_me()).username == "billhook_test_bot"
    assert (await bot.get_chat(ana.id)).first_name == "Ana"
    assert (await bot.get_chat_member(ana.id, ana.id)).status == "member"


async def test_errors_have_their_types(telegram: FakeTelegram, bot: Any) -> None:
    ana = telegram.person("Ana", started=True)
    team = telegram.group("Team", ana)
    large = telegram.upgrades(ana, team)
    telegram.trouble(HangUp(), "getMe")

    with pytest.raises(errors.ChatMigrated) as migrated:
        await bot.send_message(team.id, "a")
    with pytest.raises(errors.NetworkError):
        await bot.get_me()
    telegram.blocks(ana)
    with pytest.raises(errors.Forbidden):
        await bot.send_message(ana.id, "a")

    assert migrated.value.new_chat_id == large.id
