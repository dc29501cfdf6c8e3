"""Slack's Block Kit: what is taken, what is refused and with which words, and what people read of it."""

import copy
import json
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from tests.fakes.slack_blocks import (
    live_marks,
    message_errors,
    readable,
    suggestion_errors,
    text_errors,
    view_errors,
)

Json = dict[str, Any]


def plain(text: str = "Words", **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "Words", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str = "Words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Send", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str, text: str = "Words", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def asking(kind: str, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": {"type": kind, **more}}


def table(*rows: list[str], **more: Any) -> Json:
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows],
        **more,
    }


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def run(*leaves: Json, kind: str = "rich_text_section", **more: Any) -> Json:
    return {"type": kind, "elements": list(leaves), **more}


def leaf(text: str, **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


CONFIRM = {
    "title": plain("t" * 100),
    "text": mrkdwn("t" * 300),
    "confirm": plain("t" * 30),
    "deny": plain("t" * 30),
}
OPTIONS = [option("a"), option("b", description=plain("d" * 75))]
STATIC = {"type": "static_select", "action_id": "pick", "placeholder": plain("p" * 150)}
DIVIDER = {"type": "divider"}

MESSAGES = {
    "nothing": [],
    "as many as fit": [DIVIDER] * 50,
    "texts": [
        section("t" * 3000, expand=True),
        {"type": "section", "fields": [mrkdwn("f" * 200), plain("f", emoji=False)] * 5, "block_id": "b" * 255},
        {"type": "header", "text": plain("t" * 150)},
        {"type": "context", "elements": [mrkdwn(verbatim=True), plain()] * 5},
        {"type": "markdown", "text": "# Title"},
    ],
    "pictures": [
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A", "title": plain("t" * 2000)},
        {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a" * 2000},
        section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"}),
    ],
    "buttons": [
        actions(*[button("t" * 75, action_id=f"{n}", value="v" * 2000) for n in range(25)]),
        actions(
            button(action_id="a" * 255, style="danger", confirm={**CONFIRM, "style": "danger"}),
            button(url="https://example.com/" + "x" * 2980, accessibility_label="l" * 75),
            {"type": "overflow", "options": [option("a", url="https://example.com")] * 5},
        ),
    ],
    "the same action_id in two blocks": [actions(button(action_id="go")), actions(button(action_id="go"))],
    "menus": [
        actions({**STATIC, "options": [option(f"{n}", "o" * 75) for n in range(100)]}),
        actions({**STATIC, "options": OPTIONS, "initial_option": copy.deepcopy(OPTIONS[1])}),
        actions(
            {**STATIC, "option_groups": [{"label": plain(), "options": OPTIONS}], "initial_option": OPTIONS[0]},
            {"type": "multi_static_select", "options": OPTIONS, "initial_options": OPTIONS, "max_selected_items": 1},
            {"type": "external_select", "min_query_length": 0, "initial_option": option("x")},
            {"type": "users_select", "initial_user": "U1"},
            {"type": "conversations_select", "default_to_current_conversation": True, "filter": {"include": ["im"]}},
            {"type": "multi_channels_select", "initial_channels": ["C1"]},
        ),
        actions(
            {"type": "checkboxes", "options": [{"text": mrkdwn(), "value": f"{n}"} for n in range(10)]},
            {"type": "radio_buttons", "options": OPTIONS, "initial_option": OPTIONS[0]},
            {"type": "datepicker", "initial_date": "2024-02-29", "placeholder": plain(), "confirm": CONFIRM},
            {"type": "timepicker", "initial_time": "23:59"},
            {"type": "datetimepicker", "initial_date_time": 1_780_000_000},
        ),
    ],
    "inputs": [asking("plain_text_input", initial_value=""), asking("datepicker"),
               asking("static_select", options=OPTIONS)],
    "a table": [
        table(*[["x"] * 20] * 100, column_settings=[{"align": "right"}, None, {"is_wrapped": True}]),
    ],
    "a table of 10,000": [table(["x" * 9999, "x"])],
    "rich cells": [
        {"type": "table", "rows": [[rich(run(leaf("x"))), {"type": "raw_number", "value": 1.5, "text": "1.5"}]]}
    ],
    "rich text": [
        rich(
            run(
                leaf("bold", style={"bold": True, "code": False}),
                {"type": "link", "url": "https://example.com", "text": "site", "style": {"underline": True}},
                {"type": "user", "user_id": "U1"},
                {"type": "date", "timestamp": 1_780_000_000, "format": "{date}", "fallback": "then"},
                {"type": "emoji", "name": "tada"},
                {"type": "broadcast", "range": "here"},
            ),
            run(run(leaf("one")), kind="rich_text_list", style="ordered", indent=1, offset=2, border=0),
            run(leaf("said"), kind="rich_text_quote"),
            run(leaf("x = 1"), kind="rich_text_preformatted", border=1),
        )
    ],
    "13,200 characters": [section("t" * 2640)] * 5,
}  # fmt: skip


@pytest.mark.parametrize("blocks", MESSAGES.values(), ids=MESSAGES.keys())
def test_what_slack_takes_as_a_message_is_taken(blocks: list[Json]) -> None:
    untouched = copy.deepcopy(blocks)
    assert message_errors(blocks) == []
    assert blocks == untouched


LONG = "must be less than {} characters [json-pointer:/blocks/0/{}]".format
EMPTY = "must be more than 0 characters [json-pointer:/blocks/0/{}]".format
MISSING = "missing required field: {} [json-pointer:/blocks/0{}]".format
UNKNOWN = "invalid additional property: {} [json-pointer:/blocks/0{}]".format
KIND = "unsupported type: {} [json-pointer:/blocks/0{}/type]".format
MANY = "no more than {} items allowed [json-pointer:/blocks/0/{}]".format
FEW = "must provide at least 1 items [json-pointer:/blocks/0/{}]".format
WRONG = "must {} [json-pointer:/blocks/0{}]".format

REFUSED: list[tuple[Any, str]] = [
    # The block itself.
    ("words", WRONG("provide an object", "")),
    ({}, MISSING("type", "")),
    ({"type": 1}, WRONG("provide a string", "/type")),
    ({"type": "carousel"}, KIND("carousel", "")),
    ({**DIVIDER, "text": plain()}, UNKNOWN("text", "")),
    ({**DIVIDER, "block_id": "b" * 256}, LONG(256, "block_id")),
    ({**DIVIDER, "block_id": None}, WRONG("provide a string", "/block_id")),
    # Texts.
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
    ({"type": "section", "text": "Words"}, WRONG("provide an object", "/text")),
    (section("t" * 3001), LONG(3001, "text/text")),
    (section(""), EMPTY("text/text")),
    ({"type": "section", "text": {"type": "mrkdwn"}}, MISSING("text", "/text")),
    ({"type": "section", "text": mrkdwn(emoji=True)}, UNKNOWN("emoji", "/text")),
    ({"type": "section", "text": plain(verbatim=True)}, UNKNOWN("verbatim", "/text")),
    ({"type": "section", "text": plain(emoji="yes")}, WRONG("provide a boolean", "/text/emoji")),
    ({"type": "section", "text": {"type": "markdown", "text": "t"}}, KIND("markdown", "/text")),
    ({"type": "section", "fields": []}, FEW("fields")),
    ({"type": "section", "fields": [mrkdwn()] * 11}, MANY(10, "fields")),
    ({"type": "section", "fields": [mrkdwn("f" * 2001)]}, LONG(2001, "fields/0/text")),
    ({"type": "header", "text": plain("t" * 151)}, LONG(151, "text/text")),
    ({"type": "header", "text": mrkdwn()}, KIND("mrkdwn", "/text")),
    ({"type": "context", "elements": [plain()] * 11}, MANY(10, "elements")),
    ({"type": "context", "elements": []}, FEW("elements")),
    ({"type": "context", "elements": [button()]}, KIND("button", "/elements/0")),
    ({"type": "markdown", "text": "t" * 12_001}, LONG(12_001, "text")),
    # Pictures.
    ({"type": "image", "alt_text": "A"}, "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"),
    ({"type": "image", "image_url": "ftp://a", "alt_text": "A"}, WRONG("be a valid URL", "/image_url")),
    ({"type": "image", "image_url": "https://a", "alt_text": "a" * 2001}, LONG(2001, "alt_text")),
    # Buttons.
    (actions(), FEW("elements")),
    (actions(*[button()] * 26), MANY(25, "elements")),
    (actions(button("t" * 76)), LONG(76, "elements/0/text/text")),
    (actions({"type": "button", "text": mrkdwn()}), KIND("mrkdwn", "/elements/0/text")),
    (actions(button(value="v" * 2001)), LONG(2001, "elements/0/value")),
    (actions(button(url="https://" + "x" * 2993)), LONG(3001, "elements/0/url")),
    (actions(button(url="example.com")), WRONG("be a valid URL", "/elements/0/url")),
    (actions(button(style="default")), WRONG("be one of: primary, danger", "/elements/0/style")),
    (actions(button(style=None)), WRONG("provide a string", "/elements/0/style")),
    (actions(button(disabled=True)), UNKNOWN("disabled", "/elements/0")),
    (actions(button(action_id="a" * 256)), LONG(256, "elements/0/action_id")),
    (actions(button(confirm={**CONFIRM, "title": plain("t" * 101)})), LONG(101, "elements/0/confirm/title/text")),
    (actions(button(confirm={**CONFIRM, "text": plain("t" * 301)})), LONG(301, "elements/0/confirm/text/text")),
    (actions(button(confirm={**CONFIRM, "deny": plain("t" * 31)})), LONG(31, "elements/0/confirm/deny/text")),
    (actions(button(confirm={"title": plain(), "text": plain(), "confirm": plain()})),
     MISSING("deny", "/elements/0/confirm")),
    (actions(button(action_id="go"), button(action_id="go")),
     '`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]'),
    (actions({"type": "plain_text_input"}), KIND("plain_text_input", "/elements/0")),
    (actions({"type": "image", "image_url": "https://a", "alt_text": "A"}), KIND("image", "/elements/0")),
    (section(accessory={"type": "datetimepicker"}), KIND("datetimepicker", "/accessory")),
    # Menus.
    (actions({"type": "overflow", "options": []}), FEW("elements/0/options")),
    (actions({"type": "overflow", "options": [option("a")] * 6}), MANY(5, "elements/0/options")),
    (actions(STATIC), "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"),
    (actions({**STATIC, "options": [option("a")] * 101}), MANY(100, "elements/0/options")),
    (actions({**STATIC, "options": [option("a", "o" * 76)]}), LONG(76, "elements/0/options/0/text/text")),
    (actions({**STATIC, "options": [option("v" * 151)]}), LONG(151, "elements/0/options/0/value")),
    (actions({**STATIC, "options": [option("")]}), EMPTY("elements/0/options/0/value")),
    (actions({**STATIC, "options": [option("a", url="https://a")]}), UNKNOWN("url", "/elements/0/options/0")),
    (actions({**STATIC, "options": [{"text": mrkdwn(), "value": "a"}]}), KIND("mrkdwn", "/elements/0/options/0/text")),
    (actions({**STATIC, "options": OPTIONS, "placeholder": plain("p" * 151)}),
     LONG(151, "elements/0/placeholder/text")),
    (actions({**STATIC, "options": OPTIONS, "initial_option": option("a", "Other")}),
     WRONG("be one of the provided options", "/elements/0/initial_option")),
    (actions({"type": "multi_static_select", "options": OPTIONS, "initial_options": [option("c")]}),
     WRONG("be one of the provided options", "/elements/0/initial_options")),
    (actions({"type": "external_select", "options": OPTIONS}), UNKNOWN("options", "/elements/0")),
    (actions({"type": "external_select", "min_query_length": "1"}),
     WRONG("provide an integer", "/elements/0/min_query_length")),
    (actions({"type": "checkboxes", "options": [option("a")] * 11}), MANY(10, "elements/0/options")),
    (actions({"type": "radio_buttons", "options": OPTIONS, "initial_option": option("c")}),
     WRONG("be one of the provided options", "/elements/0/initial_option")),
    (actions({"type": "datepicker", "initial_date": "2025-02-29"}),
     WRONG("be a date in the format YYYY-MM-DD", "/elements/0/initial_date")),
    (actions({"type": "datepicker", "initial_date": "20250228"}),
     WRONG("be a date in the format YYYY-MM-DD", "/elements/0/initial_date")),
    (actions({"type": "timepicker", "initial_time": "24:00"}),
     WRONG("be a time in the format HH:mm", "/elements/0/initial_time")),
    # Inputs.
    ({"type": "input", "label": plain()}, MISSING("element", "")),
    ({**asking("plain_text_input"), "label": plain("l" * 2001)}, LONG(2001, "label/text")),
    ({**asking("plain_text_input"), "hint": mrkdwn()}, KIND("mrkdwn", "/hint")),
    ({**asking("plain_text_input"), "optional": "true"}, WRONG("provide a boolean", "/optional")),
    (asking("button", text=plain()), KIND("button", "/element")),
    (asking("number_input", is_decimal_allowed=True), KIND("number_input", "/element")),
    (asking("file_input"), KIND("file_input", "/element")),
    (asking("plain_text_input", max_length=3001), WRONG("be between 1 and 3000", "/element/max_length")),
    (asking("plain_text_input", min_length=5, max_length=4),
     WRONG("be less than or equal to 4", "/element/min_length")),
    (asking("plain_text_input", initial_value="v" * 3001), LONG(3001, "element/initial_value")),
    (asking("plain_text_input", initial_value="vv", max_length=1), LONG(2, "element/initial_value")),
    (asking("plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_blur"]}),
     WRONG("be one of: on_enter_pressed, on_character_entered",
           "/element/dispatch_action_config/trigger_actions_on/0")),
    # Tables.
    (table(), FEW("rows")),
    (table(*[["x"]] * 101), MANY(100, "rows")),
    (table(["x"] * 21), MANY(20, "rows/0")),
    (table([""]), EMPTY("rows/0/0/text")),
    ({"type": "table", "rows": [[mrkdwn()]]}, KIND("mrkdwn", "/rows/0/0")),
    ({"type": "table", "rows": [[{"type": "raw_number", "value": "1", "text": "1"}]]},
     WRONG("provide a number", "/rows/0/0/value")),
    (table(["x" * 9999, "xx"]), LONG(10_001, "rows")),
    (table(["x"], column_settings=[{"align": "middle"}]),
     WRONG("be one of: left, center, right", "/column_settings/0/align")),
    (table(["x"], column_settings=[{}] * 21), MANY(20, "column_settings")),
    # Rich text.
    (rich(leaf("x")), KIND("text", "/elements/0")),
    (rich(run(leaf(""))), EMPTY("elements/0/elements/0/text")),
    (rich(run(mrkdwn())), KIND("mrkdwn", "/elements/0/elements/0")),
    (rich(run(leaf("x", style={"big": True}))), UNKNOWN("big", "/elements/0/elements/0/style")),
    (rich(run(run(run(leaf("x")), kind="rich_text_list", style="bullet"), kind="rich_text_list", style="bullet")),
     KIND("rich_text_list", "/elements/0/elements/0")),
    (rich(run({"type": "user", "user_id": "U1"}, kind="rich_text_preformatted")),
     KIND("user", "/elements/0/elements/0")),
    (rich(run({"type": "broadcast", "range": "all"})),
     WRONG("be one of: here, channel, everyone", "/elements/0/elements/0/range")),
]  # fmt: skip


@pytest.mark.parametrize(("block", "error"), REFUSED)
def test_what_slack_refuses_is_refused_in_its_words(block: Json, error: str) -> None:
    assert error in message_errors([block])


def test_one_fault_is_told_once_and_all_faults_together() -> None:
    assert message_errors([section("")]) == [EMPTY("text/text")]
    assert message_errors([section(""), {"type": "x"}]) == [
        EMPTY("text/text"),
        "unsupported type: x [json-pointer:/blocks/1/type]",
    ]


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ("[]", "must provide an array [json-pointer:/blocks]"),
        ([DIVIDER] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        (
            [{**DIVIDER, "block_id": "b"}, {**DIVIDER, "block_id": "b"}],
            '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
        ),
        ([table(["x"]), table(["x"])], "only_one_table_allowed [json-pointer:/blocks/1]"),
        ([section("t" * 2640)] * 5 + [section("t")], "msg_blocks_too_long"),
        ([section("&" * 2640)] * 5 + [section("t")], "msg_blocks_too_long"),
        ([{"type": "section", "text": plain("&" * 2641)}], "msg_blocks_too_long"),
        ([section("t" * 2600)] * 5 + [{"type": "header", "text": plain("t" * 101)}], "msg_blocks_too_long"),
        ([{"type": "markdown", "text": "t" * 6001}] * 2, "msg_blocks_too_long"),
        ([section("t" * 2300), table(["x" * 10_000]), section("t" * 901)], "msg_blocks_too_long"),
    ],
)
def test_what_no_message_holds_together_is_refused(blocks: list[Json], error: str) -> None:
    assert message_errors(blocks) == [error]


VIEWS = {
    "a loading view": {"type": "modal", "title": plain("t" * 24), "blocks": [section()]},
    "a full modal": modal(
        *[DIVIDER] * 99,
        asking("number_input", is_decimal_allowed=True, initial_value="-1.5", min_value="-2", max_value="3"),
        close=plain("c" * 24),
        private_metadata="m" * 3000,
        callback_id="c" * 255,
        external_id="e" * 255,
        clear_on_close=True,
        notify_on_close=False,
    ),
    "what only a modal asks": modal(
        asking("email_text_input", focus_on_load=True),
        asking("url_text_input", initial_value=""),
        {**asking("file_input", filetypes=["pdf"], max_files=10), "dispatch_action": False},
        asking("rich_text_input", action_id="r", initial_value=rich(run(leaf("x")))),
        {**asking("external_select", min_query_length=1), "dispatch_action": True, "hint": plain("h" * 2000)},
        asking("multi_users_select", initial_users=["U1"]),
    ),
    "a home": home(
        section(), asking("plain_text_input", multiline=True), private_metadata="", external_id="e"
    ),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_what_slack_takes_as_a_view_is_taken(view: Json) -> None:
    assert view_errors(view) == []


AT = "{} [json-pointer:/view{}]".format


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (None, AT("must provide an object", "")),
        ({"type": "dialog"}, AT("unsupported type: dialog", "/type")),
        ({"type": "modal", "blocks": [DIVIDER]}, AT("missing required field: title", "")),
        ({"type": "modal", "title": plain()}, AT("missing required field: blocks", "")),
        (modal(DIVIDER, title=plain("t" * 25)), AT("must be less than 25 characters", "/title/text")),
        (modal(DIVIDER, title=mrkdwn()), AT("unsupported type: mrkdwn", "/title/type")),
        (modal(DIVIDER, submit=plain("t" * 25)), AT("must be less than 25 characters", "/submit/text")),
        (modal(DIVIDER, submit=None), AT("must provide an object", "/submit")),
        (modal(DIVIDER, close=plain("")), AT("must be more than 0 characters", "/close/text")),
        (modal(), AT("must provide at least 1 items", "/blocks")),
        (modal(*[DIVIDER] * 101), AT("no more than 100 items allowed", "/blocks")),
        (modal(DIVIDER, private_metadata="m" * 3001), AT("must be less than 3001 characters", "/private_metadata")),
        (modal(DIVIDER, callback_id="c" * 256), AT("must be less than 256 characters", "/callback_id")),
        (modal(DIVIDER, external_id="c" * 256), AT("must be less than 256 characters", "/external_id")),
        (modal(DIVIDER, notify_on_close="yes"), AT("must provide a boolean", "/notify_on_close")),
        (modal(DIVIDER, hash="1"), AT("invalid additional property: hash", "")),
        (modal(DIVIDER, submit_disabled=True), AT("invalid additional property: submit_disabled", "")),
        (
            {"type": "modal", "title": plain(), "blocks": [DIVIDER, asking("datepicker")]},
            AT("must define `submit` to use an `input` block in modals", "/blocks/1/input"),
        ),
        (modal(table(["x"])), AT("unsupported type: table", "/blocks/0/type")),
        (modal({"type": "markdown", "text": "t"}), AT("unsupported type: markdown", "/blocks/0/type")),
        (
            modal({**asking("file_input"), "dispatch_action": True}),
            AT("unsupported type: file_input", "/blocks/0/element/type"),
        ),
        (
            modal(asking("number_input")),
            AT("missing required field: is_decimal_allowed", "/blocks/0/element"),
        ),
        (
            modal(asking("number_input", is_decimal_allowed=False, initial_value="1.5")),
            AT("must be a whole number", "/blocks/0/element/initial_value"),
        ),
        (
            modal(asking("number_input", is_decimal_allowed=True, initial_value="1,5")),
            AT("must be a number", "/blocks/0/element/initial_value"),
        ),
        (
            modal(asking("number_input", is_decimal_allowed=True, min_value="2", max_value="1.9")),
            AT("must be less than or equal to `max_value`", "/blocks/0/element/min_value"),
        ),
        (
            modal({**asking("datepicker"), "block_id": "b"}, {**asking("datepicker"), "block_id": "b"}),
            AT('`block_id` "b" already exists', "/blocks/1/block_id"),
        ),
        (
            modal(asking("datepicker", focus_on_load=True), asking("datepicker", focus_on_load=True)),
            AT("only one element can have focus_on_load", "/blocks/1/element/focus_on_load"),
        ),
        (modal(*[section("é" * 3000)] * 14), "view_too_large"),
        (home(DIVIDER, title=plain()), AT("invalid additional property: title", "")),
        (home(DIVIDER, submit=plain()), AT("invalid additional property: submit", "")),
        (home(DIVIDER, close=plain()), AT("invalid additional property: close", "")),
        (home(DIVIDER, notify_on_close=True), AT("invalid additional property: notify_on_close", "")),
        (home(table(["x"])), AT("unsupported type: table", "/blocks/0/type")),
        (home(asking("email_text_input")), AT("unsupported type: email_text_input", "/blocks/0/element/type")),
        (home(actions({"type": "datetimepicker"})),
         AT("unsupported type: datetimepicker", "/blocks/0/elements/0/type")),
    ],
)  # fmt: skip
def test_what_slack_refuses_of_a_view_is_refused(view: Json, error: str) -> None:
    assert view_errors(view) == [error]


@pytest.mark.parametrize(
    "payload",
    [
        {"channel": "C1", "text": "t" * 40_000, "unfurl_links": False},
        {"channel": "C1", "blocks": [DIVIDER]},
        {"channel": "C1", "text": "", "blocks": json.dumps([DIVIDER]), "unfurl_media": "false"},
        {"channel": "C1", "ts": "1.2", "text": "é" * 2000},
        {"delete_original": True},
        {"text": "Done", "response_type": "in_channel", "replace_original": True},
    ],
)
def test_what_slack_takes_as_a_text_is_taken(payload: Json) -> None:
    assert text_errors(payload) == []


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"channel": "C1"}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": 5}, "must provide a string [json-pointer:/text]"),
        ({"text": "t" * 40_001}, "msg_too_long [json-pointer:/text]"),
        ({"ts": "1.2", "text": "é" * 2001}, "msg_too_long [json-pointer:/text]"),
        ({"text": "t", "blocks": "[{]"}, "invalid_blocks_format [json-pointer:/blocks]"),
        ({"text": "t", "blocks": {"type": "divider"}}, "invalid_blocks_format [json-pointer:/blocks]"),
        ({"text": "t", "blocks": ["words"]}, "invalid_blocks_format [json-pointer:/blocks]"),
        ({"text": "t", "unfurl_links": None}, "must provide a boolean [json-pointer:/unfurl_links]"),
        (
            {"text": "t", "response_type": "all"},
            "must be one of: ephemeral, in_channel [json-pointer:/response_type]",
        ),
    ],
)
def test_what_slack_refuses_of_a_text_is_refused(payload: Json, error: str) -> None:
    assert text_errors(payload) == [error]


def test_suggestions_are_options_or_groups_of_them() -> None:
    assert suggestion_errors({"options": []}) == []
    assert suggestion_errors({"option_groups": [{"label": plain(), "options": OPTIONS}]}) == []
    assert suggestion_errors({"options": [option("a")] * 101}) == [
        "no more than 100 items allowed [json-pointer:/options]"
    ]
    assert suggestion_errors({}) == ["must define either `options` or `option_groups` [json-pointer:]"]


def test_what_slacks_own_library_builds_is_taken() -> None:
    message = [
        sdk.HeaderBlock(text="Invoices"),
        sdk.SectionBlock(text="*Acme*", fields=["a", "b"], accessory=sdk.ButtonElement(text="Open", action_id="o")),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="2/5")]),
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(
                    text="Void", action_id="v", style="danger", confirm=sdk.ConfirmObject(title="Void?", text="Sure?")
                ),
                sdk.OverflowMenuElement(options=[sdk.Option(value="a", label="A")], action_id="w"),
            ]
        ),
        sdk.TableBlock(rows=[[{"type": "raw_text", "text": "A"}]], column_settings=[{"align": "right"}]),
        sdk.RichTextBlock(elements=[sdk.RichTextSectionElement(elements=[sdk.RichTextElementParts.Text(text="A")])]),
    ]  # fmt: skip
    assert message_errors([block.to_dict() for block in message]) == []
    view = View(
        type="modal",
        title="New invoice",
        submit="Save",
        blocks=[
            sdk.InputBlock(
                label="Client", element=sdk.ExternalDataSelectElement(action_id="c", min_query_length=1)
            ),
            sdk.InputBlock(
                label="Due", element=sdk.DatePickerElement(initial_date="2026-03-05"), optional=True
            ),
        ],
    )
    assert view_errors(view.to_dict()) == []


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("Fish &amp; Chips &lt;b&gt; &amp;lt;", "Fish & Chips <b> &lt;"),
        ("*Paid* by _Ana_, ~not~ `INV-1`", "Paid by Ana, not INV-1"),
        ("*_both_* (*x*) *two words*", "both (x) two words"),
        ("5*3*2, snake_case_name, * note *, a ~ b ~ c", "5*3*2, snake_case_name, * note *, a ~ b ~ c"),
        ("*not\nclosed*", "*not\nclosed*"),
        ("```\n*kept* &lt;\n``` `_kept_`", "*kept* < _kept_"),
        ("*<https://a.example/x_y_|Open *it*>*", "Open *it*"),
        ("<https://a.example> <mailto:a@b.example|a@b.example> <mailto:c@d.example>",
         "https://a.example a@b.example c@d.example"),
        ("<@U1|ana> <@U2> <#C1|general> <!here> <!subteam^S1|@team>", "@ana @U2 #general @here @team"),
        ("due <!date^1780000000^{date_short}|5 Mar 2026>", "due 5 Mar 2026"),
        ("a < b > c", "a  b  c"),
    ],
)  # fmt: skip
def test_mrkdwn_reads_as_people_see_it(source: str, read: str) -> None:
    assert readable(source) == read
    assert readable([section(source)]) == read


def test_plain_text_reads_as_it_is() -> None:
    assert readable([{"type": "section", "text": plain("*a* &amp; <b>")}]) == "*a* &amp; <b>"


def test_a_message_reads_in_its_order_without_its_buttons() -> None:
    message = [
        {"type": "header", "text": plain("Invoices")},
        section("*Acme*", fields=[mrkdwn("One"), plain("Two")], accessory=button("Open")),
        DIVIDER,
        actions(button("Send"), {**STATIC, "options": OPTIONS}),
        table(["No.", "Total"], ["1", "2.00"]),
        {"type": "image", "image_url": "https://a.example", "alt_text": "A chart"},
        {"type": "context", "elements": [mrkdwn("2/5"), plain("more")]},
        {"type": "markdown", "text": "**Note**"},
    ]
    assert message_errors(message) == []
    assert readable(message).split("\n") == [
        "Invoices", "Acme", "One", "Two", "No.  Total", "1  2.00", "A chart", "2/5", "more", "Note",
    ]  # fmt: skip
    assert readable(message[0]) == "Invoices"


def test_a_view_reads_from_its_title_down() -> None:
    view = modal({**asking("plain_text_input", initial_value="typed"), "hint": plain("Hint")}, section("End"))
    assert readable(view) == "Title\nLabel\nHint\nEnd"
    assert readable(home(section("Here"))) == "Here"


def test_rich_text_reads_without_meaning_in_its_characters() -> None:
    block = rich(
        run(
            leaf("*a* &amp; <b> "),
            {"type": "link", "url": "https://a.example"},
            leaf(" "),
            {"type": "link", "url": "https://a.example", "text": "site"},
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "tada"},
            {"type": "color", "value": "#fff"},
            {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
        ),
        run(run(leaf("one")), run(leaf("two")), kind="rich_text_list", style="bullet"),
        run(run(leaf("three")), kind="rich_text_list", style="ordered", offset=2),
    )
    assert message_errors([block]) == []
    assert readable([block]).split("\n") == [
        "*a* &amp; <b> https://a.example site@U1#C1@here:tada:#fffthen", "• one", "• two", "3. three",
    ]  # fmt: skip


def test_live_markup_is_found_wherever_it_is_live() -> None:
    assert live_marks("&lt;!here&gt; <!channel> <https://a.example|A> <@U1>") == [
        "<!channel>", "<https://a.example|A>", "<@U1>",
    ]  # fmt: skip
    blocks = [
        {"type": "header", "text": plain("<!here>")},
        section("<@U1>", fields=[mrkdwn("<!date^1^{date}|then>"), plain("<@U9>")]),
        actions(button("<!here>", url="https://a.example", confirm={**CONFIRM, "text": mrkdwn("<#C1>")})),
        table(["<!here>"]),
        {"type": "markdown", "text": "<!everyone>"},
        rich(
            run(
                leaf("<!here>"),
                {"type": "link", "url": "https://a.example", "text": "A"},
                {"type": "user", "user_id": "U2"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "broadcast", "range": "channel"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
            )
        ),
    ]
    assert message_errors(blocks) == []
    expected = [
        "<@U1>", "<!date^1^{date}|then>", "<#C1>", "<!everyone>", "<https://a.example|A>", "<@U2>", "<!subteam^S1>",
        "<!channel>", "<!date^1^{date}|then>",
    ]  # fmt: skip
    assert live_marks(blocks) == expected
    assert live_marks(home(*blocks)) == expected
