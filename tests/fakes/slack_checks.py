"""What an app may not show: the rules of Block Kit applied to messages and views, and live markup noted."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from tests.fakes.slack_blocks import live_marks, message_errors, text_errors, view_errors
from tests.fakes.slack_calls import refused_blocks
from tests.fakes.slack_values import Json
from tests.fakes.slack_world import World

_WITH_ACTION = frozenset(
    "button overflow datepicker timepicker datetimepicker checkboxes radio_buttons plain_text_input"
    " number_input email_text_input url_text_input rich_text_input file_input static_select external_select"
    " users_select conversations_select channels_select multi_static_select multi_external_select"
    " multi_users_select multi_conversations_select multi_channels_select".split()
)
_NAMED = ("no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks_format")
"""Errors with a name of their own."""


def check_message(world: World, method: str, payload: Json) -> None:
    """Raises Refused for a text or blocks that Slack would not take; notes what is live in them."""
    blocks = payload.get("blocks") or []
    problems = text_errors(payload) or (message_errors(blocks) if blocks else [])
    if problems:
        told = " ".join(problems)
        error = next((name for name in _NAMED if name in told), "invalid_blocks")
        raise refused_blocks(method, error, problems)
    note_pings(world, payload.get("text") or "", blocks)


def check_view(world: World, method: str, view: Json, kind: str) -> None:
    """Raises Refused for a view that Slack would not take there."""
    if view.get("type") != kind:
        raise refused_blocks(method, "invalid_arguments", [f"a view of the type {view.get('type')!r}"])
    problems = view_errors(view)
    if problems:
        too_large = "view_too_large" in problems
        raise refused_blocks(method, "view_too_large" if too_large else "invalid_arguments", problems)
    note_pings(world, "", view.get("blocks", []))


def note_pings(world: World, text: str, blocks: list[Json]) -> None:
    """Everything live that was sent, formatted dates apart."""
    marks = [*live_marks(text), *live_marks(blocks)]
    world.pings += [mark for mark in marks if not mark.startswith("<!date")]


def normalised(world: World, blocks: Iterable[Json]) -> list[Json]:
    """As Slack keeps blocks: each with an id, each text with its defaults."""
    kept = copy.deepcopy(list(blocks))
    for block in kept:
        block.setdefault("block_id", world.letters(5))
    _complete(world, kept)
    return kept


def _complete(world: World, part: Any) -> None:
    if isinstance(part, list):
        for item in part:
            _complete(world, item)
    elif isinstance(part, dict):
        match part.get("type"):
            case "plain_text" if isinstance(part.get("text"), str):
                part.setdefault("emoji", True)
            case "mrkdwn" if isinstance(part.get("text"), str):
                part.setdefault("verbatim", False)
            case str(name) if name in _WITH_ACTION:
                part.setdefault("action_id", world.letters(5))
        for item in part.values():
            _complete(world, item)
