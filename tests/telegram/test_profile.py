"""What people see of the bot before they talk to it, and whether our table of limits is Telegram's own."""

from __future__ import annotations

import re

import pytest
from telegram import constants

from bot.telegram import limits
from bot.telegram.limits import utf16
from bot.telegram.profile import set_profile
from bot.telegram.send import Telegram
from core.errors import BillhookError, Unavailable
from core.language import SPOKEN
from handlers.command import CONTROLS, Where, headlines, told_of
from handlers.platform import Throttled
from handlers.registry import COMMANDS
from handlers.words import language
from tests.fakes.telegram import FakeTelegram, Refusal, ServerError, TooMany

PRIVATE, GROUPS = "all_private_chats", "all_group_chats"
CODES = ["" if language == "en" else language for language in SPOKEN]
"""English is what everybody sees whose language has no words of its own."""
ONLY_IN_PRIVATE = {command.name.replace(" ", "_") for command in COMMANDS if command.where is Where.PRIVATE}


def names(telegram: FakeTelegram, scope: str, code: str) -> list[str]:
    return [command["command"] for command in telegram.commands(scope, code)]


async def test_every_language_has_a_menu_in_private_and_in_groups(
    telegram: FakeTelegram, adapter: Telegram
) -> None:
    await set_profile(adapter.bot)

    listed = {
        command.name.replace(" ", "_") for command in headlines(told_of(COMMANDS, False)) if command.group
    } | set(CONTROLS)
    for code in CODES:
        assert set(names(telegram, PRIVATE, code)) == listed
        assert set(names(telegram, GROUPS, code)) == listed - ONLY_IN_PRIVATE
    assert CODES == ["", "de", "fr", "es"]


async def test_plans_stand_in_the_menu_only_where_they_are_sold(
    telegram: FakeTelegram, adapter: Telegram
) -> None:
    await set_profile(adapter.bot)
    assert not {"plan", "upgrade", "billing"} & set(names(telegram, PRIVATE, "de"))

    await set_profile(adapter.bot, sells=True)

    assert {"plan", "upgrade", "billing"} <= set(names(telegram, PRIVATE, "de"))
    assert {"plan"} <= set(names(telegram, GROUPS, "de"))


async def test_what_is_used_most_stands_on_top(telegram: FakeTelegram, adapter: Telegram) -> None:
    await set_profile(adapter.bot)

    assert names(telegram, PRIVATE, "de")[:6] == [
        "invoice", "invoices", "overdue", "paid", "clients", "client_add",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["invite", "deliveries"])
async def test_what_is_only_said_in_private_is_not_offered_in_a_group(
    telegram: FakeTelegram, adapter: Telegram, name: str
) -> None:
    await set_profile(adapter.bot)

    assert [name in names(telegram, PRIVATE, code) for code in CODES] == [True] * 4
    assert [name in names(telegram, GROUPS, code) for code in CODES] == [False] * 4


async def test_each_language_has_words_of_its_own(telegram: FakeTelegram, adapter: Telegram) -> None:
    await set_profile(adapter.bot)

    helps = [
        tuple(command["description"] for command in telegram.commands(scope, code))
        for code in CODES
        for scope in (PRIVATE, GROUPS)
    ]
    texts = [telegram.description(code, short=short) for code in CODES for short in (False, True)]
    assert len(set(helps)) == len(helps) == 8
    assert len(set(texts)) == len(texts) == 8


async def test_every_word_is_as_short_as_telegram_wants_it(telegram: FakeTelegram, adapter: Telegram) -> None:
    await set_profile(adapter.bot)

    for code in CODES:
        for scope in (PRIVATE, GROUPS):
            commands = telegram.commands(scope, code)
            assert len(commands) <= limits.MAX_COMMANDS
            assert all(re.fullmatch("[a-z0-9_]{1,32}", command["command"]) for command in commands)
            lengths = [utf16(command["description"]) for command in commands]
            assert 0 < min(lengths) <= max(lengths) <= limits.MAX_COMMAND_DESCRIPTION
        assert 0 < utf16(telegram.description(code)) <= limits.MAX_DESCRIPTION
        assert 0 < utf16(telegram.description(code, short=True)) <= limits.MAX_SHORT_DESCRIPTION


async def test_the_button_beside_the_field_opens_the_commands(
    telegram: FakeTelegram, adapter: Telegram
) -> None:
    await set_profile(adapter.bot)

    assert telegram.menu_button() == {"type": "commands"}


async def test_a_second_time_changes_nothing(telegram: FakeTelegram, adapter: Telegram) -> None:
    await set_profile(adapter.bot)
    before = [telegram.commands(scope, code) for scope in (PRIVATE, GROUPS) for code in CODES]

    await set_profile(adapter.bot)

    assert [telegram.commands(scope, code) for scope in (PRIVATE, GROUPS) for code in CODES] == before
    assert all(call.ok for call in telegram.calls)


async def test_a_short_flood_is_waited_out(telegram: FakeTelegram, adapter: Telegram) -> None:
    telegram.trouble(TooMany(1), ("setMyCommands", "setMyDescription"))

    await set_profile(adapter.bot)

    refused, repeated = telegram.calls_of("setMyCommands")[:2]
    assert (refused.status, repeated.status) == (429, 200)
    assert repeated.at - refused.at > 0.9
    assert [len(names(telegram, PRIVATE, code)) > 20 for code in CODES] == [True] * 4


async def test_a_long_flood_is_told_and_not_waited_out(telegram: FakeTelegram, adapter: Telegram) -> None:
    telegram.trouble(TooMany(31), "setMyShortDescription")

    with pytest.raises(Throttled) as throttled:
        await set_profile(adapter.bot)

    assert throttled.value.retry_after == 31.0


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Refusal(401, "Unauthorized"), Unavailable), (ServerError(502), BillhookError),
     (Refusal(400, "Bad Request: BOT_COMMAND_INVALID"), BillhookError)],
)  # fmt: skip
async def test_what_telegram_does_not_take_is_an_error_of_ours(
    telegram: FakeTelegram,
    adapter: Telegram,
    fault: Refusal | ServerError,
    kind: type[BillhookError],
) -> None:
    telegram.trouble(fault, "setMyCommands")

    with pytest.raises(kind):
        await set_profile(adapter.bot)


async def test_afterwards_answers_are_in_english_again(adapter: Telegram) -> None:
    await set_profile(adapter.bot)

    assert language() == "en"


def test_our_limits_are_those_of_the_bot_api() -> None:
    ours = {
        name: value for name, value in vars(limits).items() if name.startswith("MAX_") and name != "MAX_BODY"
    }

    assert ours == {
        "MAX_TEXT": constants.MessageLimit.MAX_TEXT_LENGTH,
        "MAX_CAPTION": constants.MessageLimit.CAPTION_LENGTH,
        "MAX_BUTTONS": constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER,
        "MAX_ROW": constants.InlineKeyboardMarkupLimit.BUTTONS_PER_ROW,
        "MAX_CALLBACK_BYTES": constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA,
        "MAX_TOAST": constants.CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH,
        "MAX_PLACEHOLDER": constants.ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER,
        "MAX_COMMANDS": constants.BotCommandLimit.MAX_COMMAND_NUMBER,
        "MAX_COMMAND_DESCRIPTION": constants.BotCommandLimit.MAX_DESCRIPTION,
        "MAX_DESCRIPTION": constants.BotDescriptionLimit.MAX_DESCRIPTION_LENGTH,
        "MAX_SHORT_DESCRIPTION": constants.BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH,
        # A logo or a receipt needs less than the 20 MB that Telegram hands out.
        "MAX_DOWNLOAD": 5 * 1024 * 1024,
    }
    assert limits.MAX_DOWNLOAD < constants.FileSizeLimit.FILESIZE_DOWNLOAD


def test_our_pace_is_slower_than_the_rates_of_the_bot_api() -> None:
    pace = limits.Pace()

    assert pace.bot * constants.FloodLimit.MESSAGES_PER_SECOND > 1
    assert pace.chat > 1 / constants.FloodLimit.MESSAGES_PER_SECOND_PER_CHAT
    assert pace.group > 60 / constants.FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 2), ("🧾", 2), ("👩🏽\u200d💻", 7)]
)
def test_a_text_is_as_long_as_telegram_counts_it(text: str, units: int) -> None:
    assert utf16(text) == units
