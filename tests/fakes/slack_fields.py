"""What can be filled in: each element's state as Slack tells it, and what a client lets people type."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.fakes.slack_blocks import readable
from tests.fakes.slack_values import Impossible, Json
from tests.fakes.slack_world import OpenView

_STATES: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
}
"""For each element: where its value stands, where its first value comes from, and what none is."""

TEXTS = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
EXTERNAL = frozenset({"external_select", "multi_external_select"})
_MOMENTS: dict[str, Callable[[Any], Any]] = {
    "datepicker": lambda value: date.fromisoformat(value).isoformat(),
    "timepicker": lambda value: time.fromisoformat(value).strftime("%H:%M"),
    "datetimepicker": lambda value: int(value.timestamp() if isinstance(value, datetime) else value),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """An element with a state, and the block that it stands in."""

    block: Json
    element: Json

    @property
    def type(self) -> str:
        return str(self.element["type"])

    @property
    def key(self) -> tuple[str, str]:
        return self.block["block_id"], self.element["action_id"]

    @property
    def is_input(self) -> bool:
        return bool(self.block["type"] == "input")

    @property
    def label(self) -> str:
        """What a person calls it: its label, the text beside it, or its placeholder."""
        if self.is_input:
            return str(self.block["label"]["text"])
        if self.block["type"] == "section" and "text" in self.block:
            return readable([{"type": "section", "text": self.block["text"]}])
        return str(self.element.get("placeholder", {}).get("text", self.element["action_id"]))

    @property
    def dispatches(self) -> bool:
        return not self.is_input or self.block.get("dispatch_action") is True


def interactive(blocks: list[Json]) -> Iterator[Placed]:
    """Every element that can be pressed, chosen or filled in."""
    for block in blocks:
        if block["type"] == "input":
            yield Placed(block, block["element"])
        elif block["type"] == "actions":
            for element in block["elements"]:
                yield Placed(block, element)
        elif block["type"] == "section" and block.get("accessory", {}).get("type", "image") != "image":
            yield Placed(block, block["accessory"])


def filled(blocks: list[Json]) -> Iterator[Placed]:
    return (placed for placed in interactive(blocks) if placed.type in _STATES)


def value_of(placed: Placed, state: Json) -> Any:
    return state[_STATES[placed.type][0]]


def state_of(placed: Placed, value: Any) -> Json:
    return {"type": placed.type, _STATES[placed.type][0]: value}


def fresh_values(blocks: list[Json], before: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """The state of a view: what was typed where block and action are the same as before, else the initial."""
    values: dict[str, dict[str, Json]] = {}
    for placed in filled(blocks):
        block_id, action_id = placed.key
        kept = before.get(block_id, {}).get(action_id)
        if kept is None or kept["type"] != placed.type:
            _, initial, empty = _STATES[placed.type]
            kept = state_of(placed, copy.deepcopy(placed.element.get(initial, empty)) or empty)
        values.setdefault(block_id, {})[action_id] = kept
    return values


def options_of(element: Json) -> list[Json]:
    options: list[Json] = list(element.get("options", []))
    for group in element.get("option_groups", []):
        options += group["options"]
    return options


def text_of(option: Json) -> str:
    return str(option["text"]["text"])


def seen(placed: Placed, value: Any) -> Any:
    """A value as a person sees it: options by their text."""
    if isinstance(value, dict):
        return text_of(value)
    if isinstance(value, list):
        return [text_of(item) if isinstance(item, dict) else item for item in value]
    return value


# What a client lets through.


def entered(placed: Placed, value: Any, options: list[Json]) -> Any:
    """What the state holds after a person has put this in; raises Impossible if no client lets them."""
    kind = placed.type
    empty = _STATES[kind][2]
    if value in (None, "", []):
        return copy.deepcopy(empty)
    if kind in TEXTS:
        return _typed(placed, value)
    if kind in _MOMENTS:
        return _moment(placed, value)
    if kind.startswith(("users", "channels", "conversations", "multi_users")):
        return [_id_of(item) for item in value] if isinstance(empty, list) else _id_of(value)
    if isinstance(empty, list):
        return [_option(placed, item, options) for item in ([value] if isinstance(value, str) else value)]
    return _option(placed, value, options)


def _id_of(value: Any) -> Any:
    """The id of a person or a channel."""
    return getattr(value, "id", value)


def _typed(placed: Placed, value: Any) -> str:
    if not isinstance(value, str):
        raise Impossible(f"{placed.label!r} takes text, not {value!r}")
    longest = placed.element.get("max_length", 3000)
    if placed.type == "plain_text_input" and len(value) > longest:
        raise Impossible(f"{placed.label!r} takes {longest} characters at most, not {len(value)}")
    if "\n" in value and not placed.element.get("multiline"):
        raise Impossible(f"{placed.label!r} has one line only")
    return value


def _moment(placed: Placed, value: Any) -> Any:
    try:
        return _MOMENTS[placed.type](value)
    except (ValueError, TypeError):
        raise Impossible(f"nobody can choose {value!r} in {placed.label!r}") from None


def _option(placed: Placed, wanted: Any, options: list[Json]) -> Json:
    for option in options:
        if wanted in (text_of(option), option["value"]):
            return copy.deepcopy(option)
    raise Impossible(f"{placed.label!r} offers no {wanted!r} but {[text_of(option) for option in options]}")


def complaints(view: OpenView) -> list[str]:
    """Why a client does not even send this view."""
    told: list[str] = []
    for placed in filled(view.payload["blocks"]):
        if placed.is_input:
            block_id, action_id = placed.key
            value = value_of(placed, view.values[block_id][action_id])
            told += [f"{placed.label}: {problem}" for problem in _complaints(placed, value)]
    return told


def _complaints(placed: Placed, value: Any) -> Iterator[str]:
    if value in (None, []):
        if not placed.block.get("optional"):
            yield "please complete this required field"
        return
    element = placed.element
    match placed.type:
        case "plain_text_input":
            if len(value) < element.get("min_length", 0):
                yield f"please enter at least {element['min_length']} characters"
        case "email_text_input":
            if not _EMAIL.fullmatch(value):
                yield "please enter a valid email address"
        case "url_text_input":
            if not re.match(r"https?://\S+", value):
                yield "please enter a valid URL"
        case "number_input":
            yield from _number(element, value)
        case _:
            pass


def _number(element: Json, value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        yield "please enter a number"
        return
    if not element.get("is_decimal_allowed") and number != int(number):
        yield "please enter a whole number"
    if "min_value" in element and number < Decimal(str(element["min_value"])):
        yield f"please enter a number of {element['min_value']} or more"
    if "max_value" in element and number > Decimal(str(element["max_value"])):
        yield f"please enter a number of {element['max_value']} or less"


# What a press or a choice tells the app.


def action_of(placed: Placed, ts: str, state: Json | None = None, option: Json | None = None) -> Json:
    """The entry in a payload's `actions`; `option` is what was chosen in an overflow menu."""
    block_id, action_id = placed.key
    told: Json = {"type": placed.type, "block_id": block_id, "action_id": action_id, "action_ts": ts}
    if placed.type == "button":
        told["text"] = placed.element["text"]
        told |= {name: placed.element[name] for name in ("value", "style") if name in placed.element}
        return told
    if option is not None:
        return told | {"selected_option": option}
    for name in ("placeholder", _STATES[placed.type][1]):
        if name in placed.element and placed.type not in TEXTS:
            told[name] = placed.element[name]
    return told | {name: value for name, value in (state or {}).items() if name != "type"}
