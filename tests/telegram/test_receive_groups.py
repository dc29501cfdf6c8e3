"""What is said to us in a group, what only passes by, and what happens to a chat itself."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.receive import read
from handlers.kinds import ChatRef
from handlers.updates import Moved, Reachable, Typed
from tests.telegram.shapes import (
    ANA,
    ANONYMOUS,
    CHANNEL,
    CODE,
    GROUP,
    OTHER_BOT,
    OUR_USER,
    PRIVATE,
    SUPERGROUP,
    TELEGRAM_ITSELF,
    US,
    Json,
    membership,
    message,
    photo,
    said,
    typed,
    update,
)

# -- groups ------------------------------------------------------------------------------------------


def in_group(text: str | None, **more: Any) -> Json:
    return message(text, GROUP, **more)


def answered(sender: Json) -> Json:
    return message("Which name?", GROUP, sender)


def test_in_a_group_its_title_comes_along() -> None:
    found = said(in_group("/help"))

    assert found is not None
    assert (found.chat, found.group) == (ChatRef("telegram", "-4000000019"), "Büro")


@pytest.mark.parametrize(
    ("body", "read_as"),
    [
        (in_group("/client_add@BILLHOOK_test_bot Acme"), "/client add Acme"),
        (in_group("@billhook_test_bot Acme: 3h"), "Acme: 3h"),
        (in_group("@Billhook_Test_Bot\nAcme: 3h\nLogo @ 900"), "Acme: 3h\nLogo @ 900"),
        (in_group("Acme GmbH", reply_to_message=answered(OUR_USER)), "Acme GmbH"),
        (in_group(None, caption="@billhook_test_bot /receipt 7", photo=photo()), "/receipt 7"),
    ],
)
def test_in_a_group_what_is_said_to_us_is_heard(body: Json, read_as: str) -> None:
    assert typed(body).text == read_as


@pytest.mark.parametrize(
    "body",
    [
        in_group("Shall we have lunch?"),
        in_group("Ask @billhook_test_bot about it"),
        in_group("@billhook_test_bot"),
        in_group("@billhook_test_bot2 Acme: 3h"),
        in_group("@other_bot Acme: 3h"),
        in_group("/help@other_bot"),
        in_group("/help@other_bot", reply_to_message=answered(OUR_USER)),
        in_group("Acme GmbH", reply_to_message=answered(OTHER_BOT)),
        in_group("Acme GmbH", reply_to_message=answered(ANA)),
        in_group("Acme GmbH", reply_to_message={"message_id": 3, "chat": GROUP, "date": 0}),
        in_group(None, photo=photo()),
        in_group(None, new_chat_members=[OUR_USER]),
        in_group(None, left_chat_member=OUR_USER),
    ],
)
def test_in_a_group_what_is_not_said_to_us_is_not_heard(body: Json) -> None:
    assert said(body) is None


def test_a_code_in_a_group_opens_nothing() -> None:
    assert typed(in_group(f"/start@billhook_test_bot go_{CODE}")) == Typed(f"/start go_{CODE}")


def test_a_topic_is_a_place_of_its_own() -> None:
    found = said(message("/help", SUPERGROUP, message_thread_id=67, is_topic_message=True))

    assert found is not None
    assert found.chat == ChatRef("telegram", "-1002000000023/67")


def test_a_thread_of_replies_is_no_topic() -> None:
    found = said(message("/help", SUPERGROUP, message_thread_id=67))

    assert found is not None
    assert found.chat == ChatRef("telegram", "-1002000000023")


@pytest.mark.parametrize(
    "body",
    [
        message("/help", GROUP, OTHER_BOT),
        message("/help", SUPERGROUP, ANONYMOUS, sender_chat=SUPERGROUP),
        message("/help", SUPERGROUP, TELEGRAM_ITSELF, sender_chat=CHANNEL, is_automatic_forward=True),
        message("/help", CHANNEL),
        {"message_id": 37, "chat": CHANNEL, "date": 7, "text": "/help"},
        {"message_id": 37, "chat": GROUP, "date": 7, "text": "/help"},
    ],
)
def test_nobody_we_could_know_is_not_heard(body: Json) -> None:
    assert said(body) is None


def test_a_title_is_one_clean_line() -> None:
    found = said(message("/help", GROUP | {"title": "Bü\u202ero\nund\x07Haus"}))

    assert found is not None
    assert found.group == "Bü ro und Haus"


def test_a_group_without_a_title_is_still_a_group() -> None:
    found = said(message("/help", GROUP | {"title": "\u200b"}))

    assert found is not None
    assert found.group == "–"


# -- what happens to the chat itself -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("chat", "status", "more", "reachable"),
    [
        (PRIVATE, "member", {}, True),
        (PRIVATE, "kicked", {"until_date": 0}, False),
        (GROUP, "member", {}, True),
        (GROUP, "left", {}, False),
        (GROUP, "kicked", {"until_date": 0}, False),
        (SUPERGROUP, "administrator", {}, True),
        (SUPERGROUP, "creator", {}, True),
        (SUPERGROUP, "restricted", {"is_member": True, "can_send_messages": False}, True),
        (SUPERGROUP, "restricted", {"is_member": False}, False),
    ],
)
def test_the_bot_is_let_in_or_put_out(chat: Json, status: str, more: Json, reachable: bool) -> None:
    found = read(update("my_chat_member", membership(chat, status, **more)), US)

    assert found is not None
    assert (found.chat, found.input) == (ChatRef("telegram", str(chat["id"])), Reachable(reachable))


def test_a_membership_of_an_unknown_kind_changes_nothing() -> None:
    assert read(update("my_chat_member", membership(GROUP, "guest")), US) is None


@pytest.mark.parametrize("sender", [ANA, ANONYMOUS])
def test_a_group_that_became_a_supergroup_has_moved(sender: Json) -> None:
    found = said(message(None, GROUP, sender, migrate_to_chat_id=-1_002_000_000_089))

    assert found is not None
    assert (found.chat, found.input) == (ChatRef("telegram", "-4000000019"), Moved("-1002000000089"))


def test_the_supergroup_says_nothing_when_it_begins() -> None:
    assert said(message(None, SUPERGROUP, migrate_from_chat_id=-4_000_000_019)) is None
