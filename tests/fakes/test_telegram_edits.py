"""Messages that change or go, and chats that cannot be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.telegram import Chat, FakeTelegram, Person
from tests.fakes.telegram_client import Api
from tests.fakes.telegram_values import Upload

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
GO = {"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]]}


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(specification=False) as telegram:
        yield telegram
        assert telegram.violations == []


@pytest.fixture
def api(telegram: FakeTelegram) -> Api:
    return Api(telegram)


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person("Ana", started=True)


@pytest.fixture
def team(telegram: FakeTelegram, ana: Person) -> Chat:
    return telegram.group("Team", ana)


def sent(api: Api, chat_id: int, text: str = "old", **params: Any) -> dict[str, int]:
    """Where a new message is, as an edit names it."""
    _, message = api("sendMessage", chat_id=chat_id, text=text, **params)
    return {"chat_id": chat_id, "message_id": message["message_id"]}


def test_an_edit_shows_the_new_text_and_history_keeps_the_old(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    place = sent(api, ana.id, reply_markup=GO)
    telegram.says(ana, "between")

    status, edited = api("editMessageText", **place, text="<b>new</b>", parse_mode="HTML")

    assert (status, edited["text"], "edit_date" in edited) == (200, "new", True)
    assert [(shown.text, shown.labels) for shown in telegram.messages(ana)] == [
        ("new", ()), ("between", ())
    ]  # fmt: skip
    assert [(shown.text, shown.version, shown.superseded) for shown in telegram.history(ana)] == [
        ("old", 0, True),
        ("between", 0, False),
        ("new", 1, False),
    ]


def test_an_edit_that_changes_nothing_is_refused(api: Api, ana: Person) -> None:
    place = sent(api, ana.id, "<b>a</b>", parse_mode="HTML", reply_markup=GO)

    answers = [
        api("editMessageText", **place, text=" <strong>a</strong>", parse_mode="HTML", reply_markup=GO),
        api("editMessageReplyMarkup", **place, reply_markup=GO),
    ]

    assert answers == [(400, NOT_MODIFIED)] * 2


def test_an_edit_of_the_markup_alone_is_an_edit(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    place = sent(api, ana.id, "a", reply_markup=GO)

    bold, _ = api("editMessageText", **place, text="<b>a</b>", parse_mode="HTML", reply_markup=GO)
    status, edited = api("editMessageReplyMarkup", **place)

    assert (bold, status, "reply_markup" in edited) == (200, 200, False)
    assert telegram.message(ana, place["message_id"]).version == 2


def test_only_a_message_that_is_there_can_be_edited(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    place = sent(api, ana.id)
    telegram.deletes(ana, place["message_id"])

    answers = [api("editMessageText", **at, text="a") for at in (place, place | {"message_id": 99})]

    assert answers == [(400, "Bad Request: message to edit not found")] * 2


def test_an_edit_names_a_message(api: Api, ana: Person) -> None:
    answer = api("editMessageText", chat_id=ana.id, text="a")

    assert answer == (400, "Bad Request: message identifier is not specified")


def test_what_another_wrote_and_what_asks_for_a_reply_cannot_be_edited(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    theirs = {"chat_id": ana.id, "message_id": telegram.says(ana, "mine")}
    prompt = sent(api, ana.id, reply_markup={"force_reply": True})

    answers = [api("editMessageText", **place, text="a") for place in (theirs, prompt)]

    assert answers == [(400, "Bad Request: message can't be edited")] * 2


def test_texts_and_captions_are_edited_by_methods_of_their_own(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    text = sent(api, ana.id)
    _, message = api("sendDocument", chat_id=ana.id, document=Upload("a.pdf", "application/pdf", b"%PDF"))
    document = {"chat_id": ana.id, "message_id": message["message_id"]}

    answers = [
        api("editMessageText", **document, text="a"),
        api("editMessageCaption", **text, caption="a"),
        api("editMessageCaption", **document, caption="Paid"),
    ]

    assert answers[0] == (400, "Bad Request: there is no text in the message to edit")
    assert answers[1] == (400, "Bad Request: there is no caption in the message to edit")
    assert (answers[2][0], answers[2][1]["caption"]) == (200, "Paid")
    shown = telegram.message(ana, document["message_id"])
    assert shown.document is not None
    assert (shown.text, shown.document.name) == ("Paid", "a.pdf")


def test_in_a_private_chat_messages_of_both_can_be_deleted(
    telegram: FakeTelegram, api: Api, ana: Person
) -> None:
    place = sent(api, ana.id)
    telegram.says(ana, "mine")

    answers = [
        api("deleteMessage", chat_id=ana.id, message_id=number) for number in (place["message_id"], 2, 2)
    ]

    assert answers == [(200, True), (200, True), (400, "Bad Request: message to delete not found")]
    assert telegram.messages(ana) == []
    assert [shown.deleted for shown in telegram.history(ana)] == [True, True]


def test_in_a_group_only_own_messages_can_be_deleted(
    telegram: FakeTelegram, api: Api, ana: Person, team: Chat
) -> None:
    theirs = telegram.says(ana, "mine", chat=team)
    own = sent(api, team.id)

    answers = [api("deleteMessage", chat_id=team.id, message_id=theirs), api("deleteMessage", **own)]

    assert answers == [(400, "Bad Request: message can't be deleted"), (200, True)]


def test_after_two_days_a_message_stays(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    place = sent(api, ana.id)
    telegram.advance(48 * 3600 + 1)

    answer = api("deleteMessage", **place)

    assert answer == (400, "Bad Request: message can't be deleted for everyone")


def nobody(telegram: FakeTelegram, ana: Person, team: Chat) -> int:
    return 12345


def never_started(telegram: FakeTelegram, ana: Person, team: Chat) -> int:
    return telegram.person("Ben").id


def blocked(telegram: FakeTelegram, ana: Person, team: Chat) -> int:
    telegram.blocks(ana)
    return ana.id


def deactivated(telegram: FakeTelegram, ana: Person, team: Chat) -> int:
    telegram.deactivates(ana)
    return ana.id


def removed(telegram: FakeTelegram, ana: Person, team: Chat) -> int:
    telegram.removes_bot(ana, team)
    return team.id


def removed_from_supergroup(telegram: FakeTelegram, ana: Person, team: Chat) -> int:
    large = telegram.supergroup("Large", ana)
    telegram.removes_bot(ana, large)
    return large.id


def never_added(telegram: FakeTelegram, ana: Person, team: Chat) -> int:
    return telegram.supergroup("Large", ana, bot=False).id


@pytest.mark.parametrize(
    ("happens", "answer"),
    [
        (nobody, (400, "Bad Request: chat not found")),
        (never_started, (403, "Forbidden: bot can't initiate conversation with a user")),
        (blocked, (403, "Forbidden: bot was blocked by the user")),
        (deactivated, (403, "Forbidden: user is deactivated")),
        (removed, (403, "Forbidden: bot was kicked from the group chat")),
        (removed_from_supergroup, (403, "Forbidden: bot was kicked from the supergroup chat")),
        (never_added, (403, "Forbidden: bot is not a member of the supergroup chat")),
    ],
)
def test_a_chat_that_cannot_be_reached_says_why(
    telegram: FakeTelegram,
    api: Api,
    ana: Person,
    team: Chat,
    happens: Callable[[FakeTelegram, Person, Chat], int],
    answer: tuple[int, str],
) -> None:
    chat_id = happens(telegram, ana, team)

    answers = [
        api("sendMessage", chat_id=chat_id, text="a"),
        api("sendDocument", chat_id=chat_id, document=Upload("a", "text/plain", b"a")),
        api("sendChatAction", chat_id=chat_id, action="typing"),
        api("editMessageText", chat_id=chat_id, message_id=1, text="a"),
        api("deleteMessage", chat_id=chat_id, message_id=1),
        api("getChat", chat_id=chat_id),
    ]

    assert answers == [answer] * 6


def test_who_unblocks_can_be_written_to_again(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    telegram.blocks(ana)

    telegram.unblocks(ana)

    assert api("sendMessage", chat_id=ana.id, text="a")[0] == 200


def test_an_upgraded_group_says_where_it_went(
    telegram: FakeTelegram, api: Api, ana: Person, team: Chat
) -> None:
    large = telegram.upgrades(ana, team)

    status, body, _ = api.raw("sendMessage", chat_id=team.id, text="a")

    assert status == 400
    assert b'"Bad Request: group chat was upgraded to a supergroup chat"' in body
    assert b'"parameters": {"migrate_to_chat_id": %d}' % large.id in body
    assert api("sendMessage", chat_id=large.id, text="a")[0] == 200


def test_a_topic_that_vanished_takes_no_messages(telegram: FakeTelegram, api: Api, ana: Person) -> None:
    forum = telegram.supergroup("Forum", ana, forum=True)
    thread = telegram.topic(ana, forum, "Invoices")
    _, inside = api("sendMessage", chat_id=forum.id, message_thread_id=thread, text="a")

    telegram.deletes_topic(ana, forum, thread)

    assert inside["message_thread_id"] == thread
    assert api("sendMessage", chat_id=forum.id, message_thread_id=thread, text="a") == (
        400,
        "Bad Request: message thread not found",
    )
    assert telegram.messages(forum) == []


def test_a_bot_that_left_is_no_member(api: Api, team: Chat) -> None:
    left = api("leaveChat", chat_id=team.id)

    assert left == (200, True)
    assert api("sendMessage", chat_id=team.id, text="a") == (
        403,
        "Forbidden: bot is not a member of the group chat",
    )


def test_members_of_a_chat_are_known_by_their_standing(
    telegram: FakeTelegram, api: Api, ana: Person, team: Chat
) -> None:
    ben = telegram.person("Ben")
    telegram.joins(ben, team)
    telegram.leaves(ben, team)

    answers = [api("getChatMember", chat_id=team.id, user_id=who) for who in (ana.id, ben.id, 7000001, 5)]

    assert [told["status"] for _, told in answers[:3]] == ["creator", "left", "member"]
    assert answers[3] == (400, "Bad Request: user not found")
