"""One update's conversation: which command is meant, what is asked, and what leads back to what."""

from __future__ import annotations

import pytest

from core.chat_ports import Conversation, Press
from core.errors import NotFound
from handlers.asking import MAX_OPTIONS
from handlers.command import Command
from handlers.context import Context
from handlers.exchange import MAX_TEXT
from handlers.kinds import Field, Raw
from handlers.running import MAX_DETOURS
from tests.handlers.talk import COMMANDS, SIZES, Talk, order, read


async def test_nothing_is_asked_when_all_is_there() -> None:
    talk = Talk()

    await talk.says("/order chairs; count 3")

    assert talk.text == "what chairs, count 3"
    assert talk.kept == Conversation()


async def test_only_what_is_missing_is_asked_and_then_the_command_runs() -> None:
    talk = Talk()

    await talk.says("/order chairs; note soon")
    assert (talk.question.field, talk.question.step, talk.question.steps) == ("count", 1, 1)
    await talk.says("3")

    assert talk.text == "what chairs, count 3, note soon"


async def test_step_by_step_optional_fields_are_asked_too() -> None:
    talk = Talk()

    await talk.says("/order")
    assert (talk.question.field, talk.question.steps, talk.labels) == ("what", 3, ["Cancel"])
    await talk.says("chairs")
    await talk.says("3")
    assert (talk.question.field, talk.question.step, talk.labels) == ("colour", 3, ["Skip", "Back", "Cancel"])
    await talk.presses("Skip")

    assert talk.text == "what chairs, count 3"


async def test_a_wrong_value_is_told_with_its_field_and_example_and_the_rest_is_kept() -> None:
    talk = Talk()

    await talk.says("/order chairs; count many; note soon")
    assert talk.question.error == "count: “many” is no number. Example: 7"
    await talk.says("3")

    assert talk.text == "what chairs, count 3, note soon"


async def test_the_ready_answers_are_as_many_as_can_be_read() -> None:
    talk = Talk()

    await talk.says("/order chairs")

    assert talk.labels == [option.label for option in SIZES[:MAX_OPTIONS]] + ["Cancel"]


@pytest.mark.parametrize(("typed", "meant"), [("3", "3"), ("Size 7", "7"), ("size 7", "7"), ("99", "99")])
async def test_in_a_terminal_the_number_or_the_label_chooses(typed: str, meant: str) -> None:
    talk = Talk()
    await talk.says("/order chairs")

    await talk.says(typed, by_number=True)

    assert talk.text == f"what chairs, count {meant}"


async def test_elsewhere_a_number_is_only_an_answer() -> None:
    talk = Talk()
    await talk.says("/order chairs")

    await talk.says("13")

    assert talk.text == "what chairs, count 13"


async def test_a_line_that_says_more_than_was_asked_is_taken_whole() -> None:
    talk = Talk()
    await talk.says("/order")

    await talk.says("chairs; count 3; colour red")

    assert talk.text == "what chairs, count 3, colour red"


async def test_the_longer_of_two_names_is_the_command() -> None:
    talk = Talk()

    await talk.says("/make room chairs; count 3")
    assert talk.text == "what chairs, count 3"
    await talk.says("/MAKE noise")

    assert talk.text == "Made noise."


async def test_a_command_may_be_typed_without_its_slash_while_nothing_is_open() -> None:
    talk = Talk()

    await talk.says("make noise")

    assert talk.text == "Made noise."


async def test_a_price_begins_an_invoice() -> None:
    talk = Talk()

    await talk.says("3h design @ 120")

    assert (talk.question.title, talk.question.field) == ("Write an invoice", "count")


async def test_the_command_asks_back_and_the_answer_goes_on() -> None:
    talk = Talk()

    await talk.says("/order unknown; count 3")
    assert (talk.text, talk.question.prompt) == ("Nobody has that.", "Make it, or another?")
    assert talk.labels == ["Make unknown", "Cancel"]
    await talk.says("chairs")

    assert talk.text == "what chairs, count 3"


async def test_a_detour_asks_for_its_own_fields_and_fills_the_form_below() -> None:
    talk = Talk()
    await talk.says("/order unknown; count 3")

    await talk.presses("Make unknown")
    assert (talk.question.title, talk.question.prompt) == ("Make a thing", "Which thing?")
    await talk.says("sofas")

    assert talk.text == "Made sofas. / what sofas, count 3"
    assert talk.kept == Conversation()


async def test_detours_of_detours_end() -> None:
    talk = Talk()

    await talk.says("/make for ever")

    assert talk.text == "This leads too far. Please start again."
    assert MAX_DETOURS == 3


async def test_what_a_command_refuses_by_field_is_asked_again() -> None:
    talk = Talk()

    await talk.says("/order broken; count 3")
    assert talk.question.error == "what: “broken” is broken. Example: chairs"
    await talk.says("chairs")

    assert talk.text == "what chairs, count 3"


async def test_what_a_command_refuses_for_good_ends_the_form() -> None:
    talk = Talk()
    await talk.says("/order sold out")

    await talk.says("3")

    assert talk.text == "It is sold out."
    assert talk.kept == Conversation()


async def test_a_refusal_keeps_the_form_that_another_command_interrupted() -> None:
    talk = Talk()
    await talk.says("/order chairs")

    await talk.says("/make room sold out; count 3")
    assert talk.text == "It is sold out. / Left open: Order things."
    await talk.presses("Resume")
    await talk.says("3")

    assert talk.text == "what chairs, count 3"


async def test_an_old_button_answers_no_other_command_s_question() -> None:
    talk = Talk()
    await talk.says("/order chairs")
    old = talk.work.chats.last
    await talk.says("/make room chairs")
    new, talk.work.chats.last = talk.work.chats.last, old

    await talk.presses("Size 3")

    assert talk.text == "That question is no longer open."
    talk.work.chats.last = new
    await talk.presses("Size 4")
    assert talk.text == "what chairs, count 4"


async def test_a_token_nobody_knows_is_too_old() -> None:
    talk = Talk()

    await talk.presses_token("forged")

    assert talk.text == "This button is too old. Ask again for what you need, or see /help."


async def test_a_button_of_a_command_that_is_gone_leads_nowhere() -> None:
    talk = Talk()
    talk.work.chats.last = [Press("token1", "Go", "retired", "")]

    await talk.presses("Go")

    assert talk.text == "This button no longer leads anywhere."


async def test_a_form_of_a_command_that_is_gone_is_forgotten() -> None:
    talk = Talk()
    await talk.says("/order chairs")
    talk.commands = {"make": COMMANDS["make"]}

    await talk.says("3")

    assert talk.text.startswith("Hello!")
    assert talk.kept == Conversation()


@pytest.mark.parametrize(
    ("typed", "said", "button"),
    [
        ("/ordr chairs; count 3", "There is no /ordr. Did you mean /order?", "/order"),
        ("/inv chairs; count 3", "There is no /inv. Did you mean /invoice?", "/invoice"),
    ],
)
async def test_the_command_that_was_meant_takes_the_rest_along(typed: str, said: str, button: str) -> None:
    talk = Talk()

    await talk.says(typed)
    assert talk.text == said
    await talk.presses(button)

    assert talk.text == "what chairs, count 3"


@pytest.mark.parametrize("typed", ["/cancle", "/xyzzy", "/"])
async def test_what_is_no_command_is_answered_with_the_way_to_the_help(typed: str) -> None:
    talk = Talk()

    await talk.says(typed)

    assert talk.labels[-1] == "Help"


async def test_a_message_of_any_length_is_answered() -> None:
    talk = Talk()

    await talk.says("x" * (MAX_TEXT + 1))
    assert talk.text == f"message: This is longer than {MAX_TEXT} characters. Example: /help"
    await talk.says("x" * MAX_TEXT)

    assert talk.text.startswith("Hello!")


async def test_somebody_without_a_business_is_told_so_and_not_asked_anything() -> None:
    talk = Talk()

    await talk.says("/private chairs")

    assert talk.text == "You have no business here yet. Set one up first: /start"
    assert talk.labels == ["Set up my business"]


async def test_not_found_in_a_form_ends_it() -> None:
    async def gone(ctx: Context, raw: Raw) -> tuple[Field, ...]:
        raise NotFound("There is nothing to choose from.")

    talk = Talk({"order": Command("order", "Order things", order, form=gone, read=read, public=True)})

    await talk.says("/order")

    assert talk.text == "There is nothing to choose from."
    assert talk.kept == Conversation()
