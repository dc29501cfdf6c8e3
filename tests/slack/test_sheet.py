"""Forms as modals: what each field is filled in with, where Slack's limits are, and what comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.parts import Json
from bot.slack.sheet import choices, field_errors, modal, read_metadata, replaced, said, values, waiting
from handlers.kinds import Box, Button, Entry, Lines, Notice, Option, Question, Sheet, Text
from tests.fakes.slack_blocks import live_marks, readable, suggestion_errors, view_errors
from tests.slack.rendering import CORNER, COUNTRY, DIRECT, ENTRIES, HOSTILE, WHOLE, tokens_of

TOO_LONG = "What you wrote is too long to show here. It stays as it is unless you write something new."
GERMANY, AUSTRIA = Option("Germany", "DE"), Option("Austria", "AT")


def opened(question: Question) -> Json:
    """The form's modal, which Slack takes as it is and in which nothing is live."""
    view = modal(question, tokens_of(question), CORNER)
    assert view_errors(view) == []
    assert live_marks(view) == []
    return view


def block_of(entry: Entry) -> Json:
    view = opened(replace(WHOLE, sheet=Sheet("Add a client", "Save", (entry,))))
    found: Json = view["blocks"][-1]
    return found


def element_of(entry: Entry) -> Json:
    found: Json = block_of(entry)["element"]
    return found


def option(label: str, value: str) -> Json:
    return {"text": {"type": "plain_text", "text": label, "emoji": False}, "value": value}


# -- the whole form ------------------------------------------------------------------------------------


def test_a_form_says_what_it_is_and_how_it_is_sent() -> None:
    view = opened(WHOLE)

    assert view["title"]["text"] == "Add a client"
    assert (view["submit"]["text"], view["close"]["text"]) == ("Save", "Cancel")
    assert (view["callback_id"], view["notify_on_close"]) == ("form", True)
    assert read_metadata(view["private_metadata"]) == (CORNER.address, "token2")
    assert [block["block_id"] for block in view["blocks"]] == ["name", "country", "email"]


def test_a_long_title_is_shortened_to_what_slack_shows() -> None:
    sheet = Sheet("x" * 25, "y" * 25, (Entry("name", "Name?", Box.LINE),))

    view = opened(replace(WHOLE, sheet=sheet))

    assert view["title"]["text"] == "x" * 23 + "…"
    assert view["submit"]["text"] == "y" * 23 + "…"


def test_what_is_to_be_said_before_stands_above_the_fields() -> None:
    question = replace(
        WHOLE,
        before=(Notice("Not Acme.", "warning"), Lines(("A", "B"), (("1", "2"),))),
        sheet=Sheet("Title", "Save", (Entry("name", "Name?", Box.LINE),), error="Nobody has both. /undo"),
    )

    view = opened(question)

    assert readable(view) == "Title\n⚠️ Not Acme.\nA  B\n1  2\n❌ Nobody has both. /undo\nName?"


def test_what_there_is_no_room_for_above_the_fields_is_counted() -> None:
    view = opened(replace(WHOLE, before=tuple(Text(f"{number}.") for number in range(200))))

    assert len(view["blocks"]) == 100
    assert "… and 104 more lines" in readable(view)
    assert [block["block_id"] for block in view["blocks"][-3:]] == ["name", "country", "email"]


def test_a_question_without_a_form_has_no_modal() -> None:
    with pytest.raises(ValueError, match="no form"):
        modal(COUNTRY, tokens_of(COUNTRY), DIRECT)


def test_what_is_wrong_with_a_field_stands_above_it() -> None:
    entries = (
        Entry("name", "Name?", Box.LINE),
        Entry("iban", "IBAN?", Box.LINE, "DE1", error="iban: <too short>"),
    )

    view = opened(replace(WHOLE, sheet=Sheet("Title", "Save", entries)))

    assert [block["block_id"] for block in view["blocks"]] == ["name", "error:iban", "iban"]
    assert readable(view["blocks"][1]) == "❌ iban: <too short>"


def test_fields_of_two_forms_that_follow_each_other_have_different_names() -> None:
    view = opened(replace(WHOLE, sheet=Sheet("Title", "Save", ENTRIES, form="client add")))

    assert [block["block_id"] for block in view["blocks"]] == [
        "client_add:name",
        "client_add:country",
        "client_add:email",
    ]


# -- fields --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "element"),
    [
        (Entry("a", "A?", Box.LINE), {"type": "plain_text_input", "multiline": False, "max_length": 3000}),
        (Entry("a", "A?", Box.LINE, "7"),
         {"type": "plain_text_input", "multiline": False, "max_length": 3000, "initial_value": "7"}),
        (Entry("a", "A?", Box.LINE, "7\n11"),
         {"type": "plain_text_input", "multiline": True, "max_length": 3000, "initial_value": "7\n11"}),
        (Entry("a", "A?", Box.TEXT), {"type": "plain_text_input", "multiline": True, "max_length": 3000}),
        (Entry("a", "A?", Box.DAY), {"type": "datepicker"}),
        (Entry("a", "A?", Box.DAY, "2026-03-07"), {"type": "datepicker", "initial_date": "2026-03-07"}),
        (Entry("a", "A?", Box.DAY, "20260307"), {"type": "datepicker"}),
        (Entry("a", "A?", Box.DAY, "tomorrow"), {"type": "datepicker"}),
        (Entry("a", "A?", Box.MAIL), {"type": "email_text_input"}),
        (Entry("a", "A?", Box.MAIL, "a@b.example"), {"type": "email_text_input", "initial_value": "a@b.example"}),
        (Entry("a", "A?", Box.CHOICE, "", "", (GERMANY, AUSTRIA)),
         {"type": "static_select", "options": [option("Germany", "DE"), option("Austria", "AT")]}),
        (Entry("a", "A?", Box.CHOICE, "AT", "", (GERMANY, AUSTRIA)),
         {"type": "static_select", "options": [option("Germany", "DE"), option("Austria", "AT")],
          "initial_option": option("Austria", "AT")}),
        (Entry("a", "A?", Box.CHOICE), {"type": "plain_text_input", "multiline": False, "max_length": 3000}),
        (Entry("a", "A?", Box.LINE, "", "", (GERMANY,), searched=True),
         {"type": "external_select", "min_query_length": 0}),
        (Entry("a", "A?", Box.LINE, "id7", "Acme", (GERMANY,), searched=True),
         {"type": "external_select", "min_query_length": 0, "initial_option": option("Acme", "id7")}),
        (Entry("a", "A?", Box.LINE, "AT, DE", "", (GERMANY, AUSTRIA), several=True),
         {"type": "multi_static_select", "options": [option("Germany", "DE"), option("Austria", "AT")],
          "initial_options": [option("Austria", "AT"), option("Germany", "DE")]}),
        (Entry("a", "A?", Box.LINE, "", "", (GERMANY,), several=True),
         {"type": "multi_static_select", "options": [option("Germany", "DE")]}),
        (Entry("a", "A?", Box.LINE, "DE, Mars", "", (GERMANY,), several=True),
         {"type": "plain_text_input", "multiline": False, "max_length": 3000, "initial_value": "DE, Mars",
          "placeholder": {"type": "plain_text", "text": "DE", "emoji": False}}),
        (Entry("a", "A?", Box.LINE, "Acme", searched=True),
         {"type": "external_select", "min_query_length": 0, "initial_option": option("Acme", "Acme")}),
    ],
)  # fmt: skip
def test_a_field_is_filled_in_with_what_its_box_says(entry: Entry, element: Json) -> None:
    assert element_of(entry) == {**element, "action_id": "value"}


def test_free_text_with_ready_answers_names_them() -> None:
    options = (Option("14 days", "14d"), Option("30 days", "30d"), Option("End of month", "30d eom"))

    element = element_of(Entry("terms", "How long?", Box.LINE, options=options))

    assert element["placeholder"]["text"] == "14d, 30d, 30d eom"


def test_only_whole_answers_are_named() -> None:
    options = tuple(Option(str(number), f"{number:046}") for number in range(4))

    element = element_of(Entry("terms", "How long?", Box.LINE, options=options))

    assert element["placeholder"]["text"] == ", ".join(value.value for value in options[:3])


@pytest.mark.parametrize("box", [Box.LINE, Box.TEXT, Box.MAIL])
@pytest.mark.parametrize(("length", "fits"), [(3000, True), (3001, False)])
def test_what_is_too_long_to_show_stays_as_it_is(box: Box, length: int, fits: bool) -> None:
    block = block_of(Entry("note", "Note?", box, "x" * length))

    assert block["element"].get("initial_value") == ("x" * length if fits else None)
    assert block["optional"] is not fits
    assert block.get("hint", {}).get("text") == (None if fits else TOO_LONG)


@pytest.mark.parametrize(("length", "kind"), [(150, "external_select"), (151, "plain_text_input")])
def test_a_value_that_no_menu_holds_is_typed(length: int, kind: str) -> None:
    element = element_of(Entry("client", "Who?", Box.LINE, "x" * length, searched=True))

    assert element["type"] == kind
    assert "x" * length in json.dumps(element)


def test_a_menu_is_as_long_as_slack_allows_and_has_the_chosen_answer() -> None:
    options = tuple(Option("x" * 76, f"{number:03}{'y' * 147}") for number in range(101))

    element = element_of(Entry("zone", "Zone?", Box.CHOICE, options[-1].value, options=options))

    assert len(element["options"]) == 100
    assert element["initial_option"] == option("x" * 74 + "…", options[-1].value)


def test_an_answer_too_long_for_a_menu_is_not_in_it() -> None:
    options = (Option("Long", "x" * 151), Option("None", ""), GERMANY)

    assert choices(options) == [option("Germany", "DE")]
    assert suggestion_errors({"options": choices(options)}) == []


def test_a_field_on_which_others_hang_tells_when_it_changes() -> None:
    assert block_of(Entry("country", "Country?", Box.CHOICE, options=(GERMANY,), guides=True))[
        "dispatch_action"
    ]
    assert "dispatch_action" not in block_of(Entry("name", "Name?", Box.LINE))


def test_a_long_prompt_is_one_line_that_slack_takes() -> None:
    assert block_of(Entry("name", "Which\none?", Box.LINE))["label"]["text"] == "Which one?"
    assert len(block_of(Entry("name", "x" * 2001, Box.LINE))["label"]["text"]) == 2000


def test_what_stands_behind_the_question_helps_below_its_field() -> None:
    block = block_of(Entry("address", "What is the address?\nFor example: Ring 2, 20095 Hamburg", Box.LINE))

    assert block["label"]["text"] == "What is the address?"
    assert block["hint"]["text"] == "For example: Ring 2, 20095 Hamburg"


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("box", list(Box))
@pytest.mark.parametrize("searched", [False, True])
def test_what_people_typed_commands_nothing_on_a_form(name: str, box: Box, searched: bool) -> None:
    options = (Option(name, name), GERMANY)
    entry = Entry("a", f"Prompt {name}", box, name, name, options, searched=searched, error=name)

    view = opened(replace(WHOLE, sheet=Sheet(name, name, (entry,), name), before=(Notice(name),)))

    assert "Prompt" in readable(view)


# -- other views ---------------------------------------------------------------------------------------


def test_a_view_says_to_wait_while_the_form_is_made() -> None:
    view = waiting("Add a client", "wait-7", DIRECT)

    assert view_errors(view) == []
    assert readable(view) == "Add a client\n⏳ One moment …"
    assert view["external_id"] == "wait-7"
    assert read_metadata(view["private_metadata"]) == (DIRECT.address, "")
    assert "external_id" not in waiting("Add a client", "", DIRECT)


def test_an_answer_on_the_screen_can_only_be_closed() -> None:
    blocks = opened(replace(WHOLE, before=(Text("Saved."),)))["blocks"][:1]

    view = said(blocks, DIRECT)

    assert view_errors(view) == []
    assert set(view) == {"type", "title", "close", "private_metadata", "blocks"}


def test_an_error_stands_below_the_field_that_it_is_about() -> None:
    view = opened(replace(WHOLE, sheet=Sheet("Title", "Save", ENTRIES, form="client add")))

    body = field_errors(view, {"email": "email: no <address>", "other": "What?"})

    assert body == {"response_action": "errors", "errors": {"client_add:email": "email: no <address>"}}


def test_an_error_that_belongs_to_no_field_is_said_below_the_first_one() -> None:
    body = field_errors(opened(WHOLE), {"other": "Not now."})

    assert body == {"response_action": "errors", "errors": {"name": "Not now."}}


def test_another_view_can_take_the_place_of_a_form_that_was_sent() -> None:
    view = waiting("Title", "", DIRECT)

    assert replaced(view) == {"response_action": "update", "view": view}


# -- what comes back -----------------------------------------------------------------------------------


def test_what_stands_in_each_field_is_read_by_its_name() -> None:
    state = {
        "name": {"value": {"type": "plain_text_input", "value": "Löwe"}},
        "note": {"value": {"type": "plain_text_input", "value": None}},
        "email": {"value": {"type": "email_text_input", "value": "a@b.example"}},
        "on": {"value": {"type": "datepicker", "selected_date": "2026-03-07"}},
        "due": {"value": {"type": "datepicker", "selected_date": None}},
        "again:country": {"value": {"type": "static_select", "selected_option": option("Austria", "AT")}},
        "client": {"value": {"type": "external_select", "selected_option": None}},
        "lines": {
            "value": {
                "type": "multi_static_select",
                "selected_options": [option("Logo", "#3"), option("A", "#1")],
            }
        },
        "none": {"value": {"type": "multi_static_select", "selected_options": []}},
    }

    assert values({"id": "V7", "state": {"values": state}}) == {
        "name": "Löwe",
        "note": "",
        "email": "a@b.example",
        "on": "2026-03-07",
        "due": "",
        "country": "AT",
        "client": "",
        "lines": "#3, #1",
        "none": "",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=7),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["state", "values", "value", "selected_option", "selected_date", "a:b"]),
            inner,
            max_size=4,
        )
    ),
)


@given(JSON)
def test_whatever_a_view_is_its_values_are_texts(view: Any) -> None:
    for found in (values(view), values({"state": view}), values({"state": {"values": view}})):
        assert all(isinstance(text, str) for pair in found.items() for text in pair)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "null", "{}", '{"chat":7}', '{"chat":""}', '{"chat":"T/U","token":7}', "[" * 2999, None, 7,
     '{"chat":"T/U"}' + " " * 3000],
)  # fmt: skip
def test_metadata_that_is_not_ours_says_nothing(text: Any) -> None:
    assert read_metadata(text) is None


@given(JSON)
def test_whatever_the_metadata_holds_it_is_read_or_refused(data: Any) -> None:
    found = read_metadata(json.dumps(data))

    assert found is None or all(isinstance(part, str) for part in found)


def test_the_last_button_names_the_form() -> None:
    question = replace(WHOLE, buttons=(*WHOLE.buttons, Button("Open the form", ":form", "7")))

    assert read_metadata(opened(question)["private_metadata"]) == (CORNER.address, "token3")
