"""What Slack sends to the app: the fields of commands, interactions and events."""

from __future__ import annotations

from tests.fakes.slack_fields import Placed
from tests.fakes.slack_messages import message_json
from tests.fakes.slack_values import Json
from tests.fakes.slack_views import view_json
from tests.fakes.slack_world import Account, Channel, Message, OpenView, Workspace, World

VERIFICATION_TOKEN = "a-verification-token-of-old"


def command(
    world: World, person: Account, channel: Channel, name: str, text: str, origin: str
) -> dict[str, str]:
    """The fields of a form."""
    workspace = person.workspace
    enterprise = workspace.enterprise_id
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        **({"enterprise_id": enterprise, "enterprise_name": "The Enterprise"} if enterprise else {}),
        "channel_id": channel.id,
        "channel_name": channel.told_name,
        "user_id": person.id,
        "user_name": person.user_name,
        "command": name,
        "text": text,
        "api_app_id": world.app_id,
        "is_enterprise_install": "false",
        "response_url": origin + world.new_response_url(person, channel),
        "trigger_id": world.new_trigger(person),
    }


def _from(world: World, kind: str, person: Account) -> Json:
    workspace = person.workspace
    enterprise = (
        {"id": workspace.enterprise_id, "name": "The Enterprise"} if workspace.enterprise_id else None
    )
    team = {"id": workspace.id, "domain": workspace.domain}
    if workspace.enterprise_id:
        team |= {"enterprise_id": workspace.enterprise_id, "enterprise_name": "The Enterprise"}
    return {
        "type": kind,
        "team": team,
        "user": {
            "id": person.id,
            "username": person.user_name,
            "name": person.user_name,
            "team_id": workspace.id,
        },
        "api_app_id": world.app_id,
        "token": VERIFICATION_TOKEN,
        "enterprise": enterprise,
        "is_enterprise_install": False,
    }


def message_action(
    world: World, person: Account, message: Message, told: Json, action: Json, origin: str
) -> Json:
    """A press on something in a message, which the person saw as it is `told`."""
    channel = world.channels[message.channel_id]
    ephemeral = message.only_for is not None
    payload = _from(world, "block_actions", person) | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        },
        "trigger_id": world.new_trigger(person),
        "channel": {"id": channel.id, "name": channel.told_name},
        "state": {"values": {}},
        "response_url": origin + world.new_response_url(person, channel, message),
        "actions": [action],
    }
    # Slack keeps no ephemeral message, so it cannot send one along.
    return payload if ephemeral else payload | {"message": told}


def view_action(world: World, person: Account, view: OpenView, action: Json) -> Json:
    return _from(world, "block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.new_trigger(person, view.id),
        "view": view_json(world, view),
        "actions": [action],
    }


def submission(world: World, person: Account, view: OpenView) -> Json:
    return _from(world, "view_submission", person) | {
        "trigger_id": world.new_trigger(person, view.id),
        "view": view_json(world, view),
        "response_urls": [],
    }


def closing(world: World, person: Account, view: OpenView, *, cleared: bool) -> Json:
    told = view_json(world, view, state=world.settings.closed_views_tell_state)
    return _from(world, "view_closed", person) | {"view": told, "is_cleared": cleared}


def suggestion(world: World, person: Account, view: OpenView, placed: Placed, typed: str) -> Json:
    block_id, action_id = placed.key
    return _from(world, "block_suggestion", person) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(world, view),
        "block_id": block_id,
        "action_id": action_id,
        "value": typed,
    }


def message_shortcut(world: World, person: Account, message: Message, callback_id: str, origin: str) -> Json:
    channel = world.channels[message.channel_id]
    ts = world.ts()
    return _from(world, "message_action", person) | {
        "callback_id": callback_id,
        "trigger_id": world.new_trigger(person),
        "response_url": origin + world.new_response_url(person, channel, message),
        "action_ts": ts,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.told_name},
        "message": message_json(world, message),
    }


def global_shortcut(world: World, person: Account, callback_id: str) -> Json:
    """Neither a channel nor a response_url: it was called from nowhere."""
    return _from(world, "shortcut", person) | {
        "callback_id": callback_id,
        "trigger_id": world.new_trigger(person),
        "action_ts": world.ts(),
    }


def event(world: World, workspace: Workspace, inner: Json, *, authorized: bool = True) -> Json:
    wrapped: Json = {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "api_app_id": world.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": world.id("Ev"),
        "event_time": int(world.now()),
    }
    if workspace.enterprise_id:
        wrapped["enterprise_id"] = workspace.enterprise_id
    if not authorized:
        return wrapped
    return wrapped | {
        "context_team_id": workspace.id,
        "context_enterprise_id": workspace.enterprise_id,
        "authorizations": [
            {
                "enterprise_id": workspace.enterprise_id,
                "team_id": workspace.id,
                "user_id": workspace.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{world.letters(40)}",
    }
