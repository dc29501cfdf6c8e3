"""The elements that Slack's blocks hold: which stand where, and what each one may carry.

Kinds that this project has no use for (workflow_button, feedback_buttons, icon_button) are refused too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from tests.fakes.slack_texts import (
    Check,
    Rule,
    day,
    fault,
    flag,
    integer,
    kinds,
    many,
    matching,
    number,
    one_of,
    plain,
    string,
    structure,
    text,
)

Surface = Literal["message", "modal", "home"]

URL = matching(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", "a valid URL", 3000)
_IMAGE_URL = matching(r"https?://\S+", "a valid URL", 3000)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

CONFIRM = structure(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

_VALUE = string(150)
_DESCRIPTION = plain(75)
_OPTION = structure({"text": plain(75), "value": _VALUE}, {"description": _DESCRIPTION})
_CHOICE = structure({"text": text(75), "value": _VALUE}, {"description": text(75)})
_OVERFLOW = structure({"text": plain(75), "value": _VALUE}, {"description": _DESCRIPTION, "url": URL})


def _options(least: int = 1) -> dict[str, Check]:
    group = structure({"label": plain(75), "options": many(_OPTION, 100)})
    return {"options": many(_OPTION, 100, least), "option_groups": many(group, 100, least)}


def _either(one: str, other: str) -> Rule:
    def rule(value: dict[str, Any], at: str) -> Iterator[str]:
        if (one in value) == (other in value):
            yield fault(f"must define either `{one}` or `{other}`", at)

    return rule


SUGGESTIONS = structure({}, _options(least=0), _either("options", "option_groups"))
"""What an app answers to a block_suggestion."""


def _offered(value: dict[str, Any], at: str) -> Iterator[str]:
    """An initial option equals one of the options in every field."""
    offered = list(value.get("options", []))
    for group in value.get("option_groups", []):
        offered += group["options"]
    if "initial_option" in value and value["initial_option"] not in offered:
        yield fault("must be one of the provided options", f"{at}/initial_option")
    if any(option not in offered for option in value.get("initial_options", [])):
        yield fault("must be one of the provided options", f"{at}/initial_options")


PICTURED = _either("image_url", "slack_file")
PICTURE: dict[str, Check] = {
    "image_url": _IMAGE_URL,
    "slack_file": structure({}, {"id": string(255), "url": URL}, _either("id", "url")),
}
ALT_TEXT: dict[str, Check] = {"alt_text": string(2000)}

_ID: dict[str, Check] = {"action_id": string(255)}
_CONFIRMED: dict[str, Check] = {"confirm": CONFIRM}
_FOCUSED: dict[str, Check] = {"focus_on_load": flag}
_PLACEHOLDER: dict[str, Check] = {"placeholder": plain(150)}
_MENU = {**_ID, **_CONFIRMED, **_FOCUSED, **_PLACEHOLDER}
_TRIGGERS = many(one_of("on_enter_pressed", "on_character_entered"), 2)
_TYPED: dict[str, Check] = {
    **_ID,
    **_FOCUSED,
    **_PLACEHOLDER,
    "dispatch_action_config": structure({"trigger_actions_on": _TRIGGERS}),
}
_SEVERAL: dict[str, Check] = {"max_selected_items": integer(1, 1000)}
_FILTER = structure(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": flag, "filter": _FILTER}
_RESPONDING: dict[str, Check] = {"response_url_enabled": flag}


def _lengths(value: dict[str, Any], at: str) -> Iterator[str]:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        yield fault(f"must be less than or equal to {most}", f"{at}/min_length")
    if len(value.get("initial_value", "")) > most:
        yield fault(f"must be less than {most + 1} characters", f"{at}/initial_value")


def _numbers(value: dict[str, Any], at: str) -> Iterator[str]:
    found: dict[str, Decimal] = {}
    for name in ("initial_value", "min_value", "max_value"):
        if name not in value:
            continue
        if not _NUMBER.fullmatch(value[name]) or ("." in value[name] and not value["is_decimal_allowed"]):
            wanted = "a number" if value["is_decimal_allowed"] else "a whole number"
            yield fault(f"must be {wanted}", f"{at}/{name}")
        else:
            found[name] = Decimal(value[name])
    for lower, upper in (
        ("min_value", "max_value"),
        ("min_value", "initial_value"),
        ("initial_value", "max_value"),
    ):
        if lower in found and upper in found and found[lower] > found[upper]:
            yield fault(f"must be less than or equal to `{upper}`", f"{at}/{lower}")


_STYLE = structure(
    {},
    dict.fromkeys(
        ["bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"], flag
    ),
)


def _leaf(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return structure(required, {**(optional or {}), "style": _STYLE})


_WORDS = string()
_LEAVES = {
    "text": _leaf({"text": _WORDS}),
    "link": _leaf({"url": URL}, {"text": _WORDS, "unsafe": flag}),
    "user": _leaf({"user_id": _WORDS}),
    "usergroup": _leaf({"usergroup_id": _WORDS}),
    "team": _leaf({"team_id": _WORDS}),
    "channel": _leaf({"channel_id": _WORDS}),
    "emoji": _leaf({"name": _WORDS}, {"skin_tone": integer(1, 6), "unicode": _WORDS}),
    "broadcast": _leaf({"range": one_of("here", "channel", "everyone")}),
    "color": _leaf({"value": _WORDS}),
    "date": _leaf(
        {"timestamp": integer(0, 9_999_999_999), "format": _WORDS}, {"url": URL, "fallback": _WORDS}
    ),
}
_BORDER: dict[str, Check] = {"border": integer(0, 1)}
_RUN: dict[str, Check] = {"elements": many(kinds(_LEAVES), least=0)}
_CODE_RUN = many(kinds({kind: _LEAVES[kind] for kind in ("text", "link")}), least=0)
_SECTION = structure(_RUN)
RICH_TEXT: dict[str, Check] = {
    "elements": many(
        kinds(
            {
                "rich_text_section": _SECTION,
                "rich_text_list": structure(
                    # A deeper level is another list with an indent: lists do not nest.
                    {
                        "style": one_of("bullet", "ordered"),
                        "elements": many(kinds({"rich_text_section": _SECTION})),
                    },
                    {"indent": integer(0, 8), "offset": integer(0, 1_000_000), **_BORDER},
                ),
                "rich_text_quote": structure(_RUN, _BORDER),
                "rich_text_preformatted": structure({"elements": _CODE_RUN}, {**_BORDER, "language": _WORDS}),
            }
        ),
        least=0,
    )
}


def _picked(kind: str, name: str, both: Mapping[str, Check], single: Mapping[str, Check]) -> dict[str, Check]:
    """A menu that Slack fills by itself, for one and for several."""
    several = {**_MENU, **_SEVERAL, **both, f"initial_{name}s": many(_WORDS)}
    return {
        f"{kind}_select": structure({}, {**_MENU, **both, **single, f"initial_{name}": _WORDS}),
        f"multi_{kind}_select": structure({}, several),
    }


_SELECTS: dict[str, Check] = {
    "static_select": structure(
        {}, {**_MENU, **_options(), "initial_option": _OPTION}, _either("options", "option_groups"), _offered
    ),
    "multi_static_select": structure(
        {},
        {**_MENU, **_SEVERAL, **_options(), "initial_options": many(_OPTION, 100)},
        _either("options", "option_groups"),
        _offered,
    ),
    "external_select": structure(
        {}, {**_MENU, "initial_option": _OPTION, "min_query_length": integer(0, 3000)}
    ),
    "multi_external_select": structure(
        {},
        {**_MENU, **_SEVERAL, "initial_options": many(_OPTION, 100), "min_query_length": integer(0, 3000)},
    ),
    **_picked("users", "user", {}, {}),
    **_picked("channels", "channel", {}, _RESPONDING),
    **_picked("conversations", "conversation", _CONVERSATIONS, _RESPONDING),
}
_PICKERS: dict[str, Check] = {
    "checkboxes": structure(
        {"options": many(_CHOICE, 10)},
        {**_ID, **_CONFIRMED, **_FOCUSED, "initial_options": many(_CHOICE, 10)},
        _offered,
    ),
    "radio_buttons": structure(
        {"options": many(_CHOICE, 10)}, {**_ID, **_CONFIRMED, **_FOCUSED, "initial_option": _CHOICE}, _offered
    ),
    "datepicker": structure({}, {**_MENU, "initial_date": day}),
    "timepicker": structure(
        {},
        {**_MENU, "initial_time": matching("([01][0-9]|2[0-3]):[0-5][0-9]", "a time in the format HH:mm"),
         "timezone": _WORDS},
    ),
}  # fmt: skip
_BUTTONS: dict[str, Check] = {
    "button": structure(
        {"text": plain(75)},
        {
            **_ID,
            **_CONFIRMED,
            "value": string(2000),
            "url": URL,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
    ),
    "overflow": structure({"options": many(_OVERFLOW, 5)}, {**_ID, **_CONFIRMED}),
}
_DATETIME: dict[str, Check] = {
    "datetimepicker": structure(
        {}, {**_ID, **_CONFIRMED, **_FOCUSED, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    )
}
_PLAIN_INPUT: dict[str, Check] = {
    "plain_text_input": structure(
        {},
        {
            **_TYPED,
            "multiline": flag,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
            "initial_value": string(3000, least=0),
        },
        _lengths,
    )
}
_RICH_INPUT: dict[str, Check] = {
    "rich_text_input": structure(
        _ID,
        {**{name: part for name, part in _TYPED.items() if name != "action_id"},
         "initial_value": kinds({"rich_text": structure(RICH_TEXT)})},
    )
}  # fmt: skip
_MODAL_INPUTS: dict[str, Check] = {
    "email_text_input": structure({}, {**_TYPED, "initial_value": string(3000, least=0)}),
    "url_text_input": structure({}, {**_TYPED, "initial_value": string(3000, least=0)}),
    "number_input": structure(
        {"is_decimal_allowed": flag},
        {**_TYPED, "initial_value": _WORDS, "min_value": _WORDS, "max_value": _WORDS},
        _numbers,
    ),
    "file_input": structure({}, {**_ID, "filetypes": many(_WORDS), "max_files": integer(1, 10)}),
}
IMAGE: dict[str, Check] = {"image": structure(ALT_TEXT, PICTURE, PICTURED)}

CELL = kinds(
    {
        "raw_text": structure({"text": _WORDS}),
        "raw_number": structure({"value": number, "text": _WORDS}),
        "rich_text": structure(RICH_TEXT),
    }
)


def accessory() -> Check:
    return kinds({**_BUTTONS, **_PICKERS, **_SELECTS, **IMAGE})


def action(surface: Surface) -> Check:
    # A datetimepicker is for modals and messages only.
    return kinds({**_BUTTONS, **_PICKERS, **_SELECTS, **({} if surface == "home" else _DATETIME)})


def entry(surface: Surface) -> Check:
    """What an input block asks with; numbers, addresses and files are for modals only."""
    table = {**_PICKERS, **_SELECTS, **_PLAIN_INPUT}
    if surface != "home":
        table |= _DATETIME
    if surface != "message":
        table |= _RICH_INPUT
    if surface == "modal":
        table |= _MODAL_INPUTS
    return kinds(table)
