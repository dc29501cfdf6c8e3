"""Where an answer goes: over what was pressed, to one person alone, into a thread, or onto their screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack.parts import Home, Message, Modal, Part, Upload
from handlers.kinds import Button, ChatRef, Notice, Reply, Text
from handlers.updates import Occasion
from tests.slack.rendering import (
    BY_ANA,
    COMMANDED,
    CORNER,
    DIRECT,
    HOME,
    ON_SCREEN,
    OPEN,
    PDF,
    PRESSED,
    PRESSED_ALONE,
    TABLE,
    TYPED,
    labels,
    message,
    read,
    shown_in,
    view_of,
)

DONE = Reply((Notice("Paid 2026-0007.", "success"),), (Button("Undo", "undo", "7"),))
LONG = Reply((Text("x" * 8000), Text("y" * 8000)), (Button("Undo", "undo", "7"),))
ASIDE = Reply((Notice("That question is no longer open."),), aside=True)


def where(part: Part) -> tuple[str, str, bool]:
    shown = message(part)
    return shown.replaces, shown.way, shown.original


# -- the direct conversation and the open channel ------------------------------------------------------


@pytest.mark.parametrize("chat", [DIRECT, OPEN])
def test_a_text_takes_the_place_of_what_was_pressed(chat: ChatRef) -> None:
    (part,) = shown_in(chat, DONE, PRESSED)

    assert where(part) == ("29.03", "", False)
    assert labels(part) == [["Undo"]]


@pytest.mark.parametrize("chat", [DIRECT, OPEN])
def test_only_the_first_of_several_messages_takes_a_place(chat: ChatRef) -> None:
    found = shown_in(chat, LONG, PRESSED)

    assert [where(part)[0] for part in found] == ["29.03", ""]


@pytest.mark.parametrize("occasion", [TYPED, COMMANDED])
def test_what_was_typed_is_answered_by_a_new_message(occasion: Occasion) -> None:
    (part,) = shown_in(DIRECT, DONE, occasion)

    assert where(part) == ("", "", False)


def test_a_typed_answer_stands_above_what_comes_of_it() -> None:
    (part,) = shown_in(DIRECT, DONE, replace(TYPED, replaces="29.03", answered=True))

    assert message(part).replaces == ""


def test_said_in_passing_in_private_it_is_a_new_message() -> None:
    (part,) = shown_in(DIRECT, ASIDE, replace(PRESSED, way="https://hooks.slack.com/7"))

    assert where(part) == ("", "", False)


def test_said_in_passing_in_a_channel_only_who_pressed_sees_it() -> None:
    (part,) = shown_in(OPEN, ASIDE, replace(BY_ANA, way="https://hooks.slack.com/7"))

    assert where(part) == ("", "https://hooks.slack.com/7", False)
    assert "Ana" not in read(part)


def test_a_result_in_a_channel_says_who_did_it() -> None:
    (part,) = shown_in(OPEN, DONE, BY_ANA)

    assert read(part) == "✅ Paid 2026-0007.\n— Ana <3"


# -- the corner ----------------------------------------------------------------------------------------


def test_a_command_is_answered_by_its_own_way() -> None:
    (part,) = shown_in(CORNER, DONE, COMMANDED)

    assert where(part) == ("", COMMANDED.way, False)


def test_a_press_on_what_one_person_sees_replaces_it() -> None:
    first, second = shown_in(CORNER, LONG, PRESSED_ALONE)

    assert where(first) == ("", PRESSED_ALONE.way, True)
    assert where(second) == ("", PRESSED_ALONE.way, False)


def test_said_in_passing_it_leaves_what_one_person_sees() -> None:
    (part,) = shown_in(CORNER, ASIDE, PRESSED_ALONE)

    assert where(part) == ("", PRESSED_ALONE.way, False)


def test_a_press_on_a_message_that_others_see_is_answered_beside_it() -> None:
    (part,) = shown_in(CORNER, DONE, replace(PRESSED, way="https://hooks.slack.com/7"))

    assert where(part) == ("", "https://hooks.slack.com/7", False)


def test_without_a_way_a_corner_is_still_answered() -> None:
    (part,) = shown_in(CORNER, DONE, Occasion())

    assert where(part) == ("", "", False)


# -- threads and topics --------------------------------------------------------------------------------


@pytest.mark.parametrize("chat", [DIRECT, OPEN, CORNER])
@pytest.mark.parametrize("reply", [DONE, LONG, replace(DONE, attachments=(PDF,))])
def test_what_was_said_in_a_thread_is_answered_there(chat: ChatRef, reply: Reply) -> None:
    found = shown_in(chat, reply, replace(TYPED, thread="17.02"))

    placed = [part for part in found if not isinstance(part, Modal | Home)]
    assert placed
    assert all(isinstance(part, Message | Upload) and part.thread == "17.02" for part in placed)


@pytest.mark.parametrize("chat", [DIRECT, OPEN])
def test_what_belongs_to_a_topic_stands_below_it(chat: ChatRef) -> None:
    reply = replace(LONG, topic="Tuesday", attachments=(PDF,))

    first, *rest = shown_in(chat, reply)

    assert read(first) == "Tuesday"
    assert not message(first).below
    assert rest
    assert all(isinstance(part, Message | Upload) and part.below for part in rest)


def test_a_corner_has_no_threads_so_the_topic_is_a_headline() -> None:
    (part,) = shown_in(CORNER, replace(DONE, topic="Tuesday"), COMMANDED)

    assert read(part) == "Tuesday\n✅ Paid 2026-0007."
    assert not message(part).below


# -- the home tab --------------------------------------------------------------------------------------


def test_the_home_tab_shows_the_whole_reply_at_once() -> None:
    (part,) = shown_in(HOME, replace(DONE, topic="Studio Löwe"), TYPED)

    assert isinstance(part, Home)
    assert view_of(part)["type"] == "home"
    assert read(part) == "Studio Löwe\n✅ Paid 2026-0007."
    assert labels(part) == [["Undo"]]


# -- the person's screen -------------------------------------------------------------------------------


@pytest.mark.parametrize("chat", [DIRECT, OPEN, CORNER])
def test_a_short_answer_stands_where_the_form_was(chat: ChatRef) -> None:
    (part,) = shown_in(chat, DONE, ON_SCREEN)

    assert isinstance(part, Modal)
    assert part.form == "id V7 1.a"
    assert read(part) == "Billhook\n✅ Paid 2026-0007."
    assert labels(part) == [["Undo"]]
    assert part.view["private_metadata"] == f'{{"chat":"{chat.address}"}}'
    assert part.view["close"]["text"] == "Close"
    assert "submit" not in part.view


def test_a_short_answer_goes_to_the_chat_where_the_form_was_closed() -> None:
    (part,) = shown_in(DIRECT, DONE, replace(ON_SCREEN, replaces="29.03", answered=True))

    assert isinstance(part, Modal)
    (instead,) = part.instead
    assert where(instead) == ("29.03", "", False)
    assert labels(instead) == [["Undo"]]


@pytest.mark.parametrize(
    "reply",
    [
        Reply((*DONE.blocks, TABLE), DONE.buttons),
        replace(DONE, attachments=(PDF,)),
        Reply((*DONE.blocks, *LONG.blocks)),
        replace(DONE, topic="Tuesday"),
    ],
)
def test_a_longer_answer_goes_to_the_chat_and_the_form_says_so(reply: Reply) -> None:
    first, *rest = shown_in(DIRECT, reply, ON_SCREEN)

    assert isinstance(first, Modal)
    assert first.instead == ()
    assert read(first) == "Billhook\n✅ Paid 2026-0007.\nYou find it in the chat."
    assert rest == shown_in(DIRECT, reply, replace(ON_SCREEN, form=""))


def test_an_answer_by_a_fresh_trigger_alone_opens_nothing() -> None:
    (part,) = shown_in(CORNER, DONE, COMMANDED)

    assert isinstance(part, Message)
