"""Modals and the Home tab: the methods of the Web API, and what becomes of the views on a person's screen."""

from __future__ import annotations

import copy

from tests.fakes.slack_chat import Caller
from tests.fakes.slack_checks import check_view, normalised
from tests.fakes.slack_fields import fresh_values
from tests.fakes.slack_values import Json, Refused, Violation
from tests.fakes.slack_world import OpenView, Trigger, World

STACK = 3
"""Views of one modal."""


def view_json(world: World, view: OpenView, *, state: bool = True) -> Json:
    """As the Web API and payloads have it."""
    payload = view.payload
    workspace = world.workspaces[view.team_id]
    told: Json = {
        "id": view.id,
        "team_id": view.team_id,
        "type": payload["type"],
        "blocks": copy.deepcopy(payload["blocks"]),
        "private_metadata": payload.get("private_metadata", ""),
        "callback_id": payload.get("callback_id", ""),
        "state": {"values": copy.deepcopy(view.values) if state else {}},
        "hash": view.hash,
        "title": payload.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": payload.get("clear_on_close", False),
        "notify_on_close": payload.get("notify_on_close", False),
        "close": payload.get("close"),
        "submit": payload.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": world.app_id,
        "external_id": view.external_id,
        "app_installed_team_id": view.team_id,
        "bot_id": workspace.bot_id,
    }
    return told


# The Web API.


def views_open(world: World, caller: Caller, given: Json) -> Json:
    trigger = _trigger(world, caller, given)
    _check(world, caller, "views.open", given["view"], "modal")
    trigger.used = True
    # Whatever modal of the app was on this screen gives way.
    stack = world.stacks[trigger.user_id] = []
    view = _new(world, caller.workspace.id, trigger.user_id, given["view"])
    stack.append(view)
    world.changed.notify_all()
    return {"view": view_json(world, view, state=False)}


def views_push(world: World, caller: Caller, given: Json) -> Json:
    trigger = _trigger(world, caller, given)
    stack = world.stacks.get(trigger.user_id, [])
    if trigger.view_id is None or not any(view.id == trigger.view_id for view in stack):
        raise Violation(
            "invalid_trigger_id", "views.push: the trigger does not come from a modal that is open"
        )
    _check(world, caller, "views.push", given["view"], "modal")
    view = push(world, stack, given["view"])
    trigger.used = True
    return {"view": view_json(world, view, state=False)}


def views_update(world: World, caller: Caller, given: Json) -> Json:
    if ("view_id" in given) == ("external_id" in given):
        raise Violation("invalid_arguments", "views.update: either view_id or external_id")
    view = _find(world, caller, given)
    if view is None:
        raise Refused("not_found")
    if given.get("hash") and given["hash"] != view.hash:
        raise Refused("hash_conflict")
    _check(world, caller, "views.update", given["view"], view.payload["type"], view)
    replace(world, view, given["view"])
    return {"view": view_json(world, view, state=False)}


def views_publish(world: World, caller: Caller, given: Json) -> Json:
    person = world.person(given["user_id"], caller.workspace)
    view = world.homes.get(person.id)
    if given.get("hash") and (view is None or given["hash"] != view.hash):
        raise Refused("hash_conflict")
    _check(world, caller, "views.publish", given["view"], "home", view)
    if view is None:
        view = world.homes[person.id] = _new(world, caller.workspace.id, person.id, given["view"])
        world.changed.notify_all()
    else:
        replace(world, view, given["view"])
    return {"view": view_json(world, view, state=False)}


def _trigger(world: World, caller: Caller, given: Json) -> Trigger:
    trigger = world.triggers.get(given.get("trigger_id", ""))
    if trigger is None or trigger.team_id != caller.workspace.id:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if world.now() - trigger.at > world.settings.trigger_seconds:
        raise Refused("expired_trigger_id")
    return trigger


def _check(
    world: World, caller: Caller, method: str, payload: Json, kind: str, own: OpenView | None = None
) -> None:
    check_view(world, method, payload, kind)
    external_id = payload.get("external_id")
    if external_id and external_id_taken(world, caller.workspace.id, external_id, own):
        raise Refused("duplicate_external_id")


def external_id_taken(world: World, team_id: str, external_id: str, own: OpenView | None) -> bool:
    views = [*world.homes.values(), *(view for stack in world.stacks.values() for view in stack)]
    return any(
        view.external_id == external_id and view.team_id == team_id and view is not own for view in views
    )


def _find(world: World, caller: Caller, given: Json) -> OpenView | None:
    views = [*world.homes.values(), *(view for stack in world.stacks.values() for view in stack)]
    for view in views:
        named = view.id == given.get("view_id") or view.external_id == given.get("external_id", " ")
        if named and view.team_id == caller.workspace.id:
            return view
    return None


# The screen.


def _new(world: World, team_id: str, user_id: str, payload: Json, below: OpenView | None = None) -> OpenView:
    name = world.id("V")
    kept = {**payload, "blocks": normalised(world, payload["blocks"])}
    view = OpenView(name, team_id, user_id, kept, world.new_hash(), below.root_id if below else name)
    view.previous_id = below.id if below else None
    view.values = fresh_values(kept["blocks"], {})
    return view


def push(world: World, stack: list[OpenView], payload: Json) -> OpenView:
    """A view on top of the others, which was checked before."""
    if len(stack) >= STACK:
        raise Refused("push_limit_reached")
    view = _new(world, stack[-1].team_id, stack[-1].user_id, payload, stack[-1])
    stack.append(view)
    world.changed.notify_all()
    return view


def replace(world: World, view: OpenView, payload: Json) -> None:
    """The same view with other content, which was checked before. What was typed stays where it can."""
    view.payload = {**payload, "blocks": normalised(world, payload["blocks"])}
    view.values = fresh_values(view.payload["blocks"], view.values)
    view.hash = world.new_hash()
    view.errors = {}
    view.problem = ""
    world.changed.notify_all()
