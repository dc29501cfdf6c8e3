"""Forms as pure steps: what is asked next, how far along one is, and what Back and Skip do."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from handlers.forms import (
    Complete,
    Frame,
    Missing,
    advance,
    answer,
    answer_all,
    back,
    choice,
    forget,
    joined,
    pick,
    split_form,
    whole,
)
from handlers.kinds import Asked, Field, Option, Raw


def number(text: str) -> int:
    if not text.isdigit():
        raise InvalidInput("digits", "“{value}” is no number.", "7", value=text)
    return int(text)


WHAT = Field("what", "What?", str.upper)
COUNT = Field("count", "How many?", number)
COLOUR = Field("colour", "Which colour?", str.lower, Asked.OPTIONAL, (Option("Sky blue", "#abcdef"),))
NOTE = Field("note", "Which note?", str.strip, Asked.SILENT)
FORM = (WHAT, COUNT, COLOUR, NOTE)
STEP_BY_STEP = Frame("order", full=True)


def asked(fields: Sequence[Field], frame: Frame) -> Missing:
    """The next question of a form that is not complete."""
    step = advance(fields, frame)
    assert isinstance(step, Missing)
    return step


def asking(fields: Sequence[Field], frame: Frame) -> Frame:
    """The frame as it is kept while the next question is open."""
    step = asked(fields, frame)
    return Frame(frame.command, frame.raw, frame.full, step.field.name, frame.asked)


def answered(fields: Sequence[Field], frame: Frame, *values: str | None) -> Frame:
    for value in values:
        frame = answer(asking(fields, frame), value)
    return frame


def test_nothing_is_asked_when_all_that_is_required_is_there() -> None:
    step = advance(FORM, Frame("order", {"what": "chairs", "count": "3"}))

    assert step == Complete({"what": "CHAIRS", "count": 3, "colour": None, "note": None})


def test_a_required_field_that_is_missing_is_asked_for() -> None:
    step = asked(FORM, Frame("order", {"what": "chairs"}))

    assert (step.field, step.step, step.steps, step.error) == (COUNT, 1, 1, None)


def test_an_optional_field_is_asked_for_only_step_by_step() -> None:
    raw: Raw = {"what": "chairs", "count": "3"}

    assert isinstance(advance(FORM, Frame("order", raw)), Complete)
    assert asked(FORM, Frame("order", raw, full=True)).field is COLOUR


def test_a_silent_field_is_asked_for_only_when_it_was_named() -> None:
    raw = {"what": "chairs", "count": "3"}

    step = asked(FORM, Frame("order", {**raw, "note": ""}))

    assert (step.field, step.step, step.steps) == (NOTE, 1, 1)


def test_the_progress_counts_what_was_asked_and_what_is_left() -> None:
    frame, seen = STEP_BY_STEP, []
    for value in ("chairs", "3", None):
        step = asked(FORM, frame)
        seen.append((step.field.name, step.step, step.steps))
        frame = answered(FORM, frame, value)

    assert seen == [("what", 1, 3), ("count", 2, 3), ("colour", 3, 3)]
    assert isinstance(advance(FORM, frame), Complete)


def test_a_wrong_answer_is_asked_again_at_the_same_step_under_the_form_s_own_name() -> None:
    frame = answered(FORM, STEP_BY_STEP, "chairs", "three")

    step = asked(FORM, frame)

    assert (step.field, step.step, step.steps) == (COUNT, 2, 3)
    assert step.error is not None
    assert (step.error.field, str(step.error)) == ("count", "“three” is no number.")


def test_the_first_wrong_field_is_told_before_later_ones() -> None:
    fields = (WHAT, COUNT, Field("weight", "How heavy?", number))

    step = asked(fields, Frame("order", {"what": "x", "count": "a", "weight": "b"}))

    assert (step.field, step.steps) == (COUNT, 2)


def test_a_skipped_optional_field_is_none() -> None:
    frame = answered(FORM, STEP_BY_STEP, "chairs", "3", None)

    step = advance(FORM, frame)

    assert step == Complete({"what": "CHAIRS", "count": 3, "colour": None, "note": None})


def test_a_required_field_cannot_be_skipped() -> None:
    frame = answered(FORM, STEP_BY_STEP, None)

    step = asked(FORM, frame)

    assert step.field is WHAT
    assert step.error is not None
    assert str(step.error) == "This is needed and cannot be left out."


def test_a_field_that_is_not_needed_is_neither_asked_nor_read() -> None:
    weight = Field("weight", "How heavy?", number, needed=lambda answers: answers["count"] > 1)
    fields = (COUNT, weight)

    assert advance(fields, Frame("order", {"count": "1", "weight": "heavy"})) == Complete(
        {"count": 1, "weight": None}
    )
    assert asked(fields, Frame("order", {"count": "2"})).field is weight


def test_back_asks_the_last_question_again_and_keeps_the_others() -> None:
    frame = answered(FORM, STEP_BY_STEP, "chairs", "3")

    frame = back(frame)

    assert (asked(FORM, frame).field, asked(FORM, frame).step) == (COUNT, 2)
    assert advance(FORM, answered(FORM, frame, "4", None)) == Complete(
        {"what": "CHAIRS", "count": 4, "colour": None, "note": None}
    )


def test_back_twice_asks_both_questions_again() -> None:
    frame = back(back(answered(FORM, STEP_BY_STEP, "chairs", "3")))

    assert asked(FORM, frame).field is WHAT
    assert asked(FORM, answered(FORM, frame, "tables")).field is COUNT


def test_back_never_asks_for_what_was_typed_on_the_line() -> None:
    frame = answered(FORM, Frame("order", {"count": "3"}), "chairs")

    frame = back(back(frame))

    assert asked(FORM, frame).field is WHAT
    assert frame.raw["count"] == "3"


def test_a_line_that_answers_more_than_was_asked_is_one_step_to_go_back() -> None:
    frame = answer_all(asking(FORM, STEP_BY_STEP), {"what": "chairs", "count": "3"})

    assert asked(FORM, frame).field is COLOUR
    assert asked(FORM, back(frame)).field is WHAT


def test_forgetting_an_answer_asks_for_it() -> None:
    frame = forget(Frame("order", {"what": "chairs", "count": "3"}), "what")

    assert asked(FORM, frame).field is WHAT


@pytest.mark.parametrize("typed", ["Sky blue", "SKY BLUE", " sky blue "])
def test_the_label_of_a_ready_answer_may_be_typed(typed: str) -> None:
    assert choice(STEP_BY_STEP, COLOUR, typed) == "#abcdef"


def test_the_answers_a_command_asked_for_stand_before_the_field_s_own() -> None:
    frame = Frame("order", choices=(Option("Sky blue", "#000001"),))

    assert choice(frame, COLOUR, "sky blue") == "#000001"
    assert choice(frame, COLOUR, "green") == "green"


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("Acme; email", {"name": "Acme", "email": ""}),
        ("Acme; email a@b.example; vat-id", {"name": "Acme", "email": "a@b.example", "vat-id": ""}),
        (";email", {"email": ""}),
        ("Acme", {"name": "Acme"}),
    ],
)
def test_a_field_that_is_named_alone_is_empty(text: str, raw: dict[str, str]) -> None:
    assert split_form(text, ("name", "email", "vat-id"), "name") == raw


@pytest.mark.parametrize(("text", "raw"), [("  2026-0001 ", {"number": "2026-0001"}), (" ", {})])
def test_a_command_of_one_field_takes_the_whole_text(text: str, raw: dict[str, str]) -> None:
    assert whole("number")(text) == raw


def test_a_frame_survives_being_stored() -> None:
    frame = Frame(
        "client add", {"name": "Löwe", "email": None, "note": ""}, True, "note", ("name", "email"), "Which?",
        (Option("A", "1"), Option("B", "2")), "client",
    )  # fmt: skip

    stored = json.loads(json.dumps(frame.to_json()))

    assert Frame.from_json(stored) == frame


VALUES = st.sampled_from(["chairs", "3", "17", "", None])


@given(st.lists(st.one_of(VALUES, st.just("back")), max_size=25), st.booleans())
def test_however_somebody_steps_the_progress_makes_sense_and_the_end_is_reached(
    moves: list[str | None], full: bool
) -> None:
    frame = Frame("order", full=full)
    for move in moves:
        step = advance(FORM, frame)
        if isinstance(step, Complete):
            return
        assert 1 <= step.step <= step.steps <= len(FORM)
        frame = back(frame) if move == "back" else answer(asking(FORM, frame), move)

    for value in ("chairs", "3", "blue"):
        if isinstance(advance(FORM, frame), Missing):
            frame = answer(asking(FORM, frame), "3" if asked(FORM, frame).field is COUNT else value)

    assert isinstance(advance(FORM, frame), Complete)


@given(st.lists(VALUES, max_size=6))
def test_back_undoes_the_last_answer_whatever_came_before(values: list[str | None]) -> None:
    frame = STEP_BY_STEP
    for value in values:
        if isinstance(advance(FORM, frame), Complete):
            return
        frame = answer(asking(FORM, frame), value)
    if not isinstance(advance(FORM, frame), Missing):
        return
    before = asked(FORM, frame).field

    after = back(answer(asking(FORM, frame), "3"))

    assert asked(FORM, after).field is before


def test_options_that_are_an_answer_together_are_chosen_and_left_again_in_any_order() -> None:
    options = tuple(Option(word, word) for word in ("red", "green", "blue"))

    frame = pick(pick(pick(Frame("order", asking="colour"), "blue"), "red"), "green")
    fewer = pick(frame, "red")

    assert joined(options, frame.picked) == "red, green, blue"
    assert joined(options, fewer.picked) == "green, blue"
    assert Frame.from_json(json.loads(json.dumps(frame.to_json()))) == frame
    assert answer(frame, "red, blue").picked == forget(frame, "colour").picked == ()


def test_a_form_that_was_stored_before_several_could_be_picked_is_read() -> None:
    stored = {name: value for name, value in STEP_BY_STEP.to_json().items() if name != "picked"}

    assert Frame.from_json(stored) == STEP_BY_STEP
