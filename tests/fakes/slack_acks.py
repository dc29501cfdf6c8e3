"""What an app's answer to a command, a press, a search or a submission does."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.slack_blocks import suggestion_errors
from tests.fakes.slack_checks import check_message, check_view
from tests.fakes.slack_fields import options_of
from tests.fakes.slack_messages import leave
from tests.fakes.slack_values import Ack, Json, Refused, Violation
from tests.fakes.slack_views import external_id_taken, push, replace
from tests.fakes.slack_world import Account, Channel, OpenView, World

TROUBLE = "We had some trouble connecting. Try again?"


_FIELDS = {"errors": {"errors"}, "update": {"view"}, "push": {"view"}, "clear": set[str]()}
"""What each response_action carries."""


def _object(world: World, ack: Ack, what: str) -> Json | None:
    """The body if it is a JSON object; anything else but nothing is a violation."""
    try:
        told = json.loads(ack.body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        world.violate(f"the answer to {what} is no JSON object: {ack.body[:200]!r}")
        return None
    return told


def violated(world: World, refused: Refused) -> None:
    problem = refused.problem if isinstance(refused, Violation) else refused.error
    world.violate(problem)


def after_command(world: World, person: Account, channel: Channel, name: str, ack: Ack) -> None:
    if ack.problem:
        world.note(channel, person, f'{name} failed with the error "{ack.problem}"')
        return
    if not ack.body:
        return
    told: Json | None = {"text": ack.body}
    if ack.headers.get("Content-Type", "").startswith("application/json"):
        told = _object(world, ack, name)
    if not told:
        return
    try:
        check_message(world, f"the answer to {name}", told)
    except Refused as refused:
        violated(world, refused)
        world.note(channel, person, f'{name} failed with the error "{refused.error}"')
        return
    public = told.get("response_type") == "in_channel"
    leave(world, person.workspace, channel, told, only_for=None if public else person.id)


def after_action(
    world: World, person: Account, ack: Ack, channel: Channel | None, view: OpenView | None
) -> None:
    if ack.problem:
        if channel is not None:
            world.note(channel, person, f'The action failed with the error "{ack.problem}"')
        if view is not None:
            view.problem = TROUBLE
            world.changed.notify_all()
        return
    if view is not None:
        view.problem = ""
    if ack.body:
        # Nothing of it is ever shown: that is what response_url and the Web API are for.
        world.violate(f"the answer to a block action is not empty: {ack.body[:200]!r}")


def after_shortcut(
    world: World, person: Account, ack: Ack, channel: Channel | None, callback_id: str
) -> None:
    if ack.problem:
        place = channel or world.dm_of(person)
        world.note(place, person, f'The shortcut {callback_id} failed with the error "{ack.problem}"')
    elif ack.body:
        world.violate(f"the answer to the shortcut {callback_id} is not empty: {ack.body[:200]!r}")


def suggested(world: World, ack: Ack) -> list[Json]:
    """The options that a search found; none if it failed."""
    if ack.problem:
        return []
    told = _object(world, ack, "a block_suggestion")
    if told is None:
        return []
    problems = suggestion_errors(told)
    if problems:
        world.violate(f"the answer to a block_suggestion: {'; '.join(problems)}")
        return []
    return options_of(told)


def after_submission(world: World, view: OpenView, ack: Ack) -> None:
    stack = world.stacks.get(view.user_id, [])
    if view not in stack:
        # The app has closed it meanwhile by opening another.
        return
    view.errors = {}
    view.problem = ""
    world.changed.notify_all()
    if ack.problem:
        view.problem = TROUBLE
        return
    if ack.body in {"", "{}"}:
        stack.remove(view)
        return
    told = _object(world, ack, "a view_submission")
    try:
        if told is None:
            raise Refused("invalid_body")
        _respond(world, stack, view, told)
    except Refused as refused:
        view.problem = TROUBLE
        if told is not None:
            violated(world, refused)


def _respond(world: World, stack: list[OpenView], view: OpenView, told: Json) -> None:
    action: Any = told.get("response_action")
    if action not in _FIELDS:
        raise _wrong(f"response_action {action!r}")
    if told.keys() - {"response_action"} != _FIELDS[action]:
        raise _wrong(f"{action} with the fields {sorted(told)}")
    if action == "errors":
        view.errors = _errors(view, told["errors"])
    elif action == "clear":
        stack.clear()
    elif action == "update":
        _check_view(world, view.team_id, told["view"], view)
        replace(world, view, told["view"])
    else:
        _check_view(world, view.team_id, told["view"], None)
        push(world, stack, told["view"])


def _check_view(world: World, team_id: str, payload: Any, own: OpenView | None) -> None:
    if not isinstance(payload, dict):
        raise _wrong("a view that is no object")
    check_view(world, "the answer to a view_submission", payload, "modal")
    external_id = payload.get("external_id")
    if external_id and external_id_taken(world, team_id, external_id, own):
        raise _wrong(f"a second view with the external_id {external_id!r}")


def _errors(view: OpenView, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise _wrong("errors without an error")
    for block_id, text in errors.items():
        if block_id not in inputs:
            raise _wrong(f"an error for {block_id!r}, which is not among the input blocks {sorted(inputs)}")
        if not isinstance(text, str) or not text:
            raise _wrong(f"an empty error for {block_id!r}")
    return dict(errors)


def _wrong(what: str) -> Violation:
    return Violation(
        "invalid_response", f"We had some trouble connecting: the answer to a view_submission has {what}"
    )
