"""Messages on their way to Telegram, and what each of its refusals means."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.telegram.address import chat_ref
from bot.telegram.render import Key, Part
from bot.telegram.send import Telegram
from handlers.kinds import Attachment
from handlers.platform import Undeliverable
from tests.fakes.telegram import FakeTelegram, Person, Refusal, TooMany

HELLO = Part("<b>Hello</b> &amp; welcome", "Hello & welcome")
KEYS = ((Key("Issue", "token3", tone="primary"), Key("Help", url="https://billhook.example/help")),)
PDF = Attachment("2026-0007.pdf", "application/pdf", b"%PDF-1.7\x00\xff")


async def shown(adapter: Telegram, ana: Person, part: Part = HELLO) -> str:
    return await adapter.send(chat_ref(ana.id), part)


# -- what arrives --------------------------------------------------------------------------------------


async def test_a_text_arrives_with_its_markup_and_its_buttons(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    name = await shown(adapter, ana, replace(HELLO, keys=KEYS))

    (message,) = telegram.messages(ana)
    assert (str(message.message_id), message.text) == (name, "Hello & welcome")
    assert [(entity.type, entity.offset, entity.length) for entity in message.entities] == [("bold", 0, 5)]
    assert [(button.label, button.data, button.url, button.style) for button in message.buttons] == [
        ("Issue", "token3", "", "primary"),
        ("Help", "", "https://billhook.example/help", ""),
    ]


async def test_a_link_in_a_text_opens_no_preview(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    name = await shown(adapter, ana, Part("https://acme.example", "https://acme.example"))
    await shown(adapter, ana, Part("https://acme.example!", "https://acme.example!", replaces=name))

    calls = telegram.calls_of("sendMessage") + telegram.calls_of("editMessageText")
    assert [call.params["link_preview_options"] for call in calls] == [{"is_disabled": True}] * 2


async def test_a_file_arrives_under_its_name_with_its_caption_and_its_buttons(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    file = Attachment("Übersicht März.csv", "text/csv", "a;ä\r\n".encode())

    await shown(adapter, ana, replace(HELLO, file=file, keys=KEYS))

    (message,) = telegram.messages(ana)
    assert message.document is not None
    assert (message.document.name, message.document.content) == ("Übersicht März.csv", b"a;\xc3\xa4\r\n")
    assert (message.text, message.labels) == ("Hello & welcome", (("Issue", "Help"),))


async def test_in_a_topic_text_and_file_stay_in_the_topic(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    forum = telegram.supergroup("Büro", ana, forum=True)
    topic = telegram.topic(ana, forum, "Rechnungen")

    for part in (HELLO, Part(file=PDF)):
        await adapter.send(chat_ref(forum.id, topic), part)

    assert [message.thread for message in telegram.messages(forum) if message.from_bot] == [topic, topic]


async def test_an_answer_in_a_group_refers_to_what_it_answers(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    group = telegram.group("Büro", ana)
    question = telegram.says(ana, "/help", chat=group)

    await adapter.send(chat_ref(group.id), replace(HELLO, reply_to=str(question)))

    assert telegram.messages(group)[-1].reply_to == question


async def test_an_answer_to_what_is_gone_arrives_all_the_same(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    question = telegram.says(ana, "/help")
    telegram.deletes(ana, question)

    await shown(adapter, ana, replace(HELLO, reply_to=str(question)))

    assert [(message.text, message.reply_to) for message in telegram.messages(ana)] == [
        ("Hello & welcome", None)
    ]


async def test_a_question_in_a_group_opens_a_reply_for_whom_it_asks_and_for_nobody_else(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    group = telegram.group("Büro", ana, telegram.person("Ben"))
    typed = telegram.says(ana, "/client_add", chat=group)
    mention = f'<a href="tg://user?id={ana.id}">Ana</a>'

    await adapter.send(chat_ref(group.id), Part("Name?", "Name?", reply_to=str(typed), placeholder="Name?"))
    await adapter.send(chat_ref(group.id), Part(mention, "Ana", placeholder="Name?"))

    asked = [message for message in telegram.messages(group) if message.from_bot]
    assert [(message.asked, message.placeholder) for message in asked] == [((ana.id,), "Name?")] * 2


# -- messages that change ------------------------------------------------------------------------------


async def test_a_part_takes_the_place_of_a_message(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana, replace(HELLO, keys=KEYS))

    new = await shown(adapter, ana, Part("Done &amp; dusted", "Done & dusted", replaces=old))

    (message,) = telegram.messages(ana)
    assert (new, message.text, message.labels) == (old, "Done & dusted", ())


async def test_a_message_that_says_it_already_counts_as_changed(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana)

    new = await shown(adapter, ana, replace(HELLO, replaces=old))

    assert new == old
    assert "message is not modified" in telegram.calls_of("editMessageText")[0].description
    assert len(telegram.history(ana)) == 1


@pytest.mark.parametrize(
    "reason",
    [
        "message to edit not found",
        "message can't be edited",
        "there is no text in the message to edit",
        "MESSAGE_ID_INVALID",
    ],
)
async def test_what_cannot_change_any_more_is_said_anew_and_what_was_typed_stays(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, reason: str
) -> None:
    old = await shown(adapter, ana, Part("Name?", "Name?"))
    typed = telegram.says(ana, "Acme")
    telegram.trouble(Refusal(400, f"Bad Request: {reason}"), "editMessageText")

    new = await shown(adapter, ana, replace(HELLO, replaces=old, removes=str(typed)))

    assert new not in (old, "")
    assert [message.text for message in telegram.messages(ana)] == ["Name?", "Acme", "Hello & welcome"]
    assert telegram.calls_of("deleteMessage") == []


async def test_below_a_file_a_text_is_said_anew(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana, Part("Here:", "Here:", file=PDF))

    new = await shown(adapter, ana, replace(HELLO, replaces=old))

    assert new != old
    assert [message.text for message in telegram.messages(ana)] == ["Here:", "Hello & welcome"]


async def test_a_typed_answer_goes_once_the_form_shows_it(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana, Part("Name?", "Name?"))
    typed = telegram.says(ana, "Acme")

    await shown(adapter, ana, replace(HELLO, replaces=old, removes=str(typed)))

    assert [message.text for message in telegram.messages(ana)] == ["Hello & welcome"]
    assert [call.method for call in telegram.calls][-2:] == ["editMessageText", "deleteMessage"]


async def test_an_answer_that_cannot_be_taken_away_stays_and_all_is_well(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana, Part("Name?", "Name?"))
    typed = telegram.says(ana, "Acme")
    telegram.trouble(Refusal(400, "Bad Request: message can't be deleted for everyone"), "deleteMessage")

    new = await shown(adapter, ana, replace(HELLO, replaces=old, removes=str(typed)))

    assert new == old
    assert [message.text for message in telegram.messages(ana)] == ["Hello & welcome", "Acme"]


async def test_a_message_only_loses_its_buttons(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana, replace(HELLO, keys=KEYS))

    name = await shown(adapter, ana, Part(strips=old))

    (message,) = telegram.messages(ana)
    assert (name, message.text, message.labels) == (old, "Hello & welcome", ())


async def test_the_last_message_loses_its_buttons_when_the_next_one_is_there(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana, replace(HELLO, keys=KEYS))

    new = await shown(adapter, ana, Part("Next?", "Next?", keys=KEYS, strips=old))

    assert new != old
    assert [message.labels for message in telegram.messages(ana)] == [(), (("Issue", "Help"),)]


async def test_buttons_that_cannot_be_taken_off_are_nobodys_trouble(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    telegram.trouble(TooMany(7), "editMessageReplyMarkup")

    new = await shown(adapter, ana, replace(HELLO, strips="4099"))

    assert [str(message.message_id) for message in telegram.messages(ana)] == [new]


# -- what Telegram did not like about a message ----------------------------------------------------------


async def test_refused_markup_is_sent_as_plain_text_once_and_is_an_error_in_the_log(
    telegram: FakeTelegram, adapter: Telegram, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Part("<b>Löwe &amp; <Söhne", "Löwe & <Söhne", keys=KEYS)

    await shown(adapter, ana, broken)

    assert [(message.text, message.labels) for message in telegram.messages(ana)] == [
        ("Löwe & <Söhne", (("Issue", "Help"),))
    ]
    assert [call.status for call in telegram.calls_of("sendMessage")] == [400, 200]
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "markup was refused" in errors[0]


async def test_refused_markup_of_a_caption_and_of_a_change_is_left_out_too(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    await shown(adapter, ana, Part("<b>1", "<b>1", file=PDF))
    old = await shown(adapter, ana)
    await shown(adapter, ana, Part("</b>2", "</b>2", replaces=old))

    assert [message.text for message in telegram.messages(ana)] == ["<b>1", "</b>2"]


async def test_refused_markup_is_not_tried_a_third_time(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    telegram.trouble(
        Refusal(400, "Bad Request: can't parse entities: whatever it is"), "sendMessage", times=None
    )

    with pytest.raises(Undeliverable, match="parse entities"):
        await shown(adapter, ana)

    assert len(telegram.calls_of("sendMessage")) == 2


async def test_refused_markup_for_a_message_that_is_gone_is_said_anew(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    await shown(adapter, ana, Part("<i>Löwe", "<i>Löwe", replaces="4099"))

    assert [message.text for message in telegram.messages(ana)] == ["<i>Löwe"]


async def test_refused_markup_that_is_shown_already_counts_as_changed(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    old = await shown(adapter, ana, Part("<i>Löwe", "<i>Löwe"))

    new = await shown(adapter, ana, Part("<i>Löwe", "<i>Löwe", replaces=old))

    assert new == old
    assert len(telegram.history(ana)) == 1


async def test_what_was_said_in_a_topic_that_is_gone_is_said_outside_of_it(
    telegram: FakeTelegram, adapter: Telegram, ana: Person
) -> None:
    forum = telegram.supergroup("Büro", ana, forum=True)
    topic = telegram.topic(ana, forum, "Rechnungen")
    telegram.deletes_topic(ana, forum, topic)

    await adapter.send(chat_ref(forum.id, topic), replace(HELLO, file=PDF))
    await adapter.send(chat_ref(forum.id, topic), Part("<b>broken", "<b>broken"))

    sent = [message for message in telegram.messages(forum) if message.from_bot]
    assert [(message.text, message.thread) for message in sent] == [
        ("Hello & welcome", None),
        ("<b>broken", None),
    ]
