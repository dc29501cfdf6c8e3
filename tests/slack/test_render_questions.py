"""Questions: one at a time as messages, and the whole form where there is a way to open it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack.parts import Home, Message, Modal
from handlers.kinds import Button, ChatRef, Lines, Notice, Question
from tests.slack.rendering import (
    BY_ANA,
    COMMANDED,
    CORNER,
    COUNTRY,
    DIRECT,
    HOME,
    HOSTILE,
    ON_SCREEN,
    OPEN,
    PLACES,
    PRESSED,
    PRESSED_ALONE,
    TYPED,
    WHOLE,
    labels,
    message,
    read,
    shown_in,
)

HINT = "Press a button, or open the form."


def test_a_question_shows_how_far_one_is_and_what_was_said_so_far() -> None:
    (part,) = shown_in(
        DIRECT, replace(COUNTRY, error="country: no such country", before=(Notice("Not Acme."),))
    )

    assert read(part) == (
        "ℹ️ Not Acme.\nAdd a client (3/7)\nname: Löwe & Söhne\n❌ country: no such country\n"
        "Which country?\nWhere it sits."
    )
    elements = message(part).blocks[1]["elements"][0]["elements"]
    assert elements[0] == {"type": "text", "text": "Add a client", "style": {"italic": True}}
    asked = message(part).blocks[2]["elements"][0]["elements"]
    assert {"type": "text", "text": "Which country?", "style": {"bold": True}} in asked


def test_ready_answers_stand_apart_from_what_steers_the_form() -> None:
    (part,) = shown_in(DIRECT, COUNTRY)

    assert labels(part) == [["Germany", "Austria"], ["Back", "Cancel"]]


def test_at_the_end_of_a_form_saving_and_leaving_stand_alone() -> None:
    buttons = (
        Button("Save", ":save"),
        Button("Edit name", ":change"),
        Button("Edit iban", ":change"),
        COUNTRY.buttons[-1],
    )

    (part,) = shown_in(DIRECT, replace(COUNTRY, buttons=buttons, choices=0, typed=False))

    assert labels(part) == [["Save"], ["Edit name", "Edit iban"], ["Cancel"]]


def test_what_was_said_so_far_is_not_repeated_where_others_read_along() -> None:
    (part,) = shown_in(OPEN, COUNTRY)

    assert "Löwe" not in read(part)


@pytest.mark.parametrize(("chat", "hinted"), [(DIRECT, False), (OPEN, True), (CORNER, True)])
def test_where_nothing_can_be_typed_the_question_says_what_to_do(chat: ChatRef, hinted: bool) -> None:
    (part,) = shown_in(chat, WHOLE)

    assert read(part).endswith(HINT) is hinted


def test_a_question_with_nothing_to_type_or_to_open_gives_no_such_hint() -> None:
    found = [*shown_in(CORNER, replace(WHOLE, typed=False)), *shown_in(CORNER, COUNTRY)]

    assert HINT not in "".join(map(read, found))


def test_the_next_question_takes_the_place_of_what_was_pressed() -> None:
    (pressed,) = shown_in(DIRECT, COUNTRY, PRESSED)
    (alone,) = shown_in(CORNER, COUNTRY, PRESSED_ALONE)
    (in_channel,) = shown_in(OPEN, COUNTRY, BY_ANA)

    assert message(pressed).replaces == message(in_channel).replaces == "29.03"
    assert (message(alone).way, message(alone).original) == (PRESSED_ALONE.way, True)


def test_a_typed_answer_is_followed_by_the_next_question_below() -> None:
    (part,) = shown_in(DIRECT, COUNTRY, replace(TYPED, replaces="29.03", answered=True, thread="17.02"))

    assert message(part).replaces == ""
    assert message(part).thread == "17.02"


def test_commands_in_a_question_are_named_as_they_are_typed_in_slack() -> None:
    (part,) = shown_in(DIRECT, replace(COUNTRY, prompt="Which one? See /help", error="no: /join …"))

    assert "See /billhook help" in read(part)
    assert "no: /billhook join …" in read(part)


# -- the whole form ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chat", [DIRECT, OPEN, CORNER])
def test_a_form_opens_where_there_is_a_trigger(chat: ChatRef) -> None:
    (part,) = shown_in(chat, WHOLE, COMMANDED)

    assert isinstance(part, Modal)
    assert (part.opens, part.form) == (COMMANDED.opens, "")
    assert part.view["callback_id"] == "form"
    assert list(part.instead) == shown_in(chat, WHOLE, replace(COMMANDED, opens=""))


def test_a_form_takes_the_place_of_the_one_on_the_screen() -> None:
    (part,) = shown_in(DIRECT, WHOLE, replace(ON_SCREEN, replaces="29.03"))

    assert isinstance(part, Modal)
    assert (part.opens, part.form) == ("", "id V7 1.a")
    (instead,) = part.instead
    assert instead.replaces == "29.03"


def test_a_form_that_cannot_be_opened_is_asked_question_by_question() -> None:
    (part,) = shown_in(DIRECT, WHOLE, PRESSED)

    assert isinstance(part, Message)
    assert labels(part) == [["Back", "Cancel", "Open the form"]]


def test_a_question_without_a_form_says_on_the_screen_that_it_is_in_the_chat() -> None:
    first, second = shown_in(DIRECT, COUNTRY, ON_SCREEN)

    assert isinstance(first, Modal)
    assert read(first).endswith("You find it in the chat.")
    assert read(second).startswith("Add a client")


def test_the_home_tab_opens_a_form_or_shows_the_question() -> None:
    (opened,) = shown_in(HOME, WHOLE, COMMANDED)
    (shown,) = shown_in(HOME, WHOLE, TYPED)

    assert isinstance(opened, Modal)
    assert opened.instead == ()
    assert isinstance(shown, Home)
    assert "What is it called?" in read(shown)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("chat", PLACES)
def test_what_people_typed_commands_nothing_in_a_question(chat: ChatRef, name: str) -> None:
    question = Question(
        f"Title {name}", "name", f"Prompt {name}", 1, 2, (Button(name, ":answer", name),), error=name,
        before=(Notice(name), Lines(("A",), ((name,),))), given=(("name", name),), choices=1,
    )  # fmt: skip

    found = shown_in(chat, question)

    assert "Prompt" in "".join(map(read, found))
