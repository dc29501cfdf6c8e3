"""Slack's Block Kit in views, and texts: what is taken, what is refused and with which words."""

import json

import pytest

from tests.fakes.slack_blocks import suggestion_errors, text_errors, view_errors
from tests.fakes.slack_samples import (
    DIVIDER,
    OPTIONS,
    Json,
    actions,
    asking,
    home,
    leaf,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
    run,
    section,
    table,
)

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
