"""Slack's Block Kit in messages: what is taken, what is refused and with which words."""

import copy
from typing import Any

import pytest

from tests.fakes.slack_blocks import message_errors
from tests.fakes.slack_samples import (
    CONFIRM,
    DIVIDER,
    OPTIONS,
    STATIC,
    Json,
    actions,
    asking,
    button,
    leaf,
    mrkdwn,
    option,
    plain,
    rich,
    run,
    section,
    table,
)

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
