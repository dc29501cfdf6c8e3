"""Questions as messages: what a form shows in a private chat, and how it is filled in where others read along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.telegram.limits import MAX_PLACEHOLDER, MAX_TEXT, utf16
from bot.telegram.render import Part, question_parts
from handlers.kinds import Button, Notice, Question, Text
from handlers.updates import Occasion
from tests.fakes.telegram_html import parse_html
from tests.fakes.telegram_values import Person

STEERING = (Button("Back", ":back"), Button("Cancel", ":cancel", tone="danger"))
READY = (Button("Germany", ":choose", "DE"), Button("Austria", ":choose", "AT"))
NAME = Question("Add a client", "name", "What is the client's name?", 1, 7, STEERING)
COUNTRY = Question(
    "Add a client", "country", "Which country?\nWhere it sits.", 3, 7, READY + STEERING, choices=2
)
SUMMARY = Question(
    "Add a client", "", "Is everything right?", 7, 7, (Button("Save", ":save"), *STEERING),
    given=(("name", "Löwe & Söhne"), ("address", "Ring 2\n20095 Hamburg")), typed=False,
)  # fmt: skip
TYPED = Occasion(message="31")
PRESSED = Occasion(message="29", press="9000000047", replaces="29")
ANSWERED = Occasion(message="31", replaces="29", answered=True)
PRESSED_BY_ANA = replace(PRESSED, who="Ana <3", whose="5000000017")


def asked(question: Question, occasion: Occasion = TYPED, group: bool = False) -> list[Part]:
    tokens = tuple(f"token{place}" for place in range(len(question.buttons)))
    return question_parts(question, tokens, occasion, group)


def labels(part: Part) -> list[str]:
    return [key.label for row in part.keys for key in row]


# -- in private ----------------------------------------------------------------------------------------


def test_a_question_shows_how_far_one_is_and_what_is_asked() -> None:
    (part,) = asked(COUNTRY)

    assert part.html == "<i>Add a client</i> (3/7)\n\n<b>Which country?</b>\n<b>Where it sits.</b>"
    assert labels(part) == ["Germany", "Austria", "Back", "Cancel"]


def rows(part: Part) -> list[list[str]]:
    return [[key.label for key in row] for row in part.keys]


def test_ready_answers_stand_apart_from_what_steers_the_form() -> None:
    (part,) = asked(COUNTRY)

    assert rows(part) == [["Germany", "Austria"], ["Back", "Cancel"]]


def test_at_the_end_of_a_form_saving_and_leaving_stand_alone() -> None:
    editing = (Button("Edit name", ":edit", "name"), Button("Edit address", ":edit", "address"))

    (part,) = asked(
        replace(SUMMARY, buttons=(Button("Save", ":save"), *editing, Button("Cancel", ":cancel")))
    )

    assert rows(part) == [["Save"], ["Edit name", "Edit address"], ["Cancel"]]


def test_what_was_answered_so_far_stands_above_the_question() -> None:
    (part,) = asked(SUMMARY)

    assert part.plain == (
        "Add a client (7/7)\nname: Löwe & Söhne\naddress: Ring 2 / 20095 Hamburg\n\nIs everything right?"
    )
    assert parse_html(part.html)[0] == part.plain


def test_what_was_wrong_stands_between_the_answers_and_the_question() -> None:
    question = replace(COUNTRY, given=(("name", "Acme"),), error="country: “Lummer\nland” is <not> one.")

    (part,) = asked(question)

    assert part.plain == (
        "Add a client (3/7)\nname: Acme\n❌ country: “Lummer / land” is <not> one.\n\nWhich country?\nWhere it sits."
    )


def test_what_there_is_to_say_before_comes_first() -> None:
    (part,) = asked(replace(NAME, before=(Notice("Acme is not there yet."), Text("It needs a name."))))

    assert part.plain.split("\n\n") == [
        "ℹ️ Acme is not there yet.", "It needs a name.", "Add a client (1/7)", "What is the client's name?",
    ]  # fmt: skip


def test_after_a_command_it_is_a_new_message() -> None:
    (part,) = asked(NAME)

    assert (part.replaces, part.removes, part.reply_to, part.placeholder) == ("", "", "", "")


def test_after_a_press_it_takes_the_place_of_what_was_pressed() -> None:
    (part,) = asked(NAME, PRESSED)

    assert (part.replaces, part.removes, part.strips) == ("29", "", "")


def test_after_an_answer_it_takes_the_place_of_the_last_question_and_the_answer_goes() -> None:
    (part,) = asked(NAME, ANSWERED)

    assert (part.replaces, part.removes, part.strips) == ("29", "31", "")


def test_an_answer_to_a_question_that_nobody_finds_any_more_stays() -> None:
    (part,) = asked(NAME, replace(ANSWERED, replaces=""))

    assert (part.replaces, part.removes) == ("", "")


def test_a_question_longer_than_a_message_ends_with_its_buttons() -> None:
    question = replace(SUMMARY, before=(Text("x" * 4001),), prompt="y" * 4001)

    found = asked(question, ANSWERED)

    assert [(part.replaces, part.removes, labels(part)) for part in found] == [
        ("29", "31", []),
        ("", "", ["Save", "Back", "Cancel"]),
    ]
    assert all(utf16(part.plain) <= MAX_TEXT for part in found)


# -- in a group, where only replies get through ----------------------------------------------------------


def test_a_question_without_ready_answers_opens_a_reply_and_says_what_steers_it() -> None:
    (part,) = asked(NAME, group=True)

    assert part == Part(
        "<i>Add a client</i> (1/7)\n\n<b>What is the client's name?</b>\n"
        "Reply to this message, please. Also possible: /skip /back /cancel",
        "Add a client (1/7)\n\nWhat is the client's name?\n"
        "Reply to this message, please. Also possible: /skip /back /cancel",
        reply_to="31",
        placeholder="What is the client's name?",
    )


def test_a_question_after_a_press_mentions_who_pressed_so_that_only_they_are_asked() -> None:
    (part,) = asked(NAME, PRESSED_BY_ANA, group=True)

    ana = Person(5_000_000_017, "Ana <3")
    text, entities = parse_html(part.html, {ana.id: ana})
    assert text == part.plain
    assert [entity.user for entity in entities if entity.type == "text_mention"] == [ana]
    assert (part.reply_to, part.replaces, part.strips) == ("", "", "29")


@pytest.mark.parametrize("prompt", ["x" * 211, "🧾" * 211, "  Which\nname?", "\u202e"])
def test_the_words_in_the_field_are_never_too_long_and_never_missing(prompt: str) -> None:
    (part,) = asked(replace(NAME, prompt=prompt), group=True)

    assert 1 <= utf16(part.placeholder) <= MAX_PLACEHOLDER
    assert "\n" not in part.placeholder


def test_a_question_with_ready_answers_has_buttons_and_can_be_answered_by_a_reply() -> None:
    (part,) = asked(COUNTRY, group=True)

    assert labels(part) == ["Germany", "Austria", "Back", "Cancel"]
    assert part.plain.endswith("\nPress a button, or reply to this message.")
    assert (part.placeholder, part.reply_to) == ("", "31")


def test_a_summary_in_a_group_only_has_buttons() -> None:
    (part,) = asked(SUMMARY, group=True)

    assert labels(part) == ["Save", "Back", "Cancel"]
    assert "reply" not in part.plain
    assert "name: Löwe & Söhne" in part.plain


def test_answers_that_stand_above_in_the_group_are_not_repeated() -> None:
    (part,) = asked(replace(COUNTRY, given=(("name", "Acme"),)), group=True)

    assert "Acme" not in part.plain


@pytest.mark.parametrize("question", [NAME, COUNTRY, SUMMARY])
def test_the_next_question_stands_below_the_answer_and_the_last_one_loses_its_buttons(
    question: Question,
) -> None:
    (part,) = asked(question, ANSWERED, group=True)

    assert (part.replaces, part.removes, part.reply_to, part.strips) == ("", "", "31", "29")


@pytest.mark.parametrize("question", [COUNTRY, SUMMARY])
def test_in_a_group_a_press_changes_the_question_in_its_place(question: Question) -> None:
    (part,) = asked(question, PRESSED_BY_ANA, group=True)

    assert (part.replaces, part.reply_to, part.strips) == ("29", "", "")


def test_the_last_message_of_a_long_question_is_the_one_to_reply_to() -> None:
    found = asked(replace(NAME, before=(Text("x" * 4001), Text("y" * 4001))), ANSWERED, group=True)

    assert [(part.placeholder != "", part.strips) for part in found] == [
        (False, ""),
        (False, ""),
        (True, "29"),
    ]
