"""The Web API's methods around messages, conversations and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.fakes.slack_calls import flag
from tests.fakes.slack_checks import check_message
from tests.fakes.slack_messages import change, leave, message_json, take_away
from tests.fakes.slack_table import CONVERSATION_SCOPES
from tests.fakes.slack_values import Json, Refused, Violation
from tests.fakes.slack_world import Account, Channel, Grant, Message, Workspace, World


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, by its token."""

    workspace: Workspace
    grant: Grant
    token: str


def auth_test(world: World, caller: Caller, given: Json) -> Json:
    workspace = caller.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": "billhook",
        "team_id": workspace.id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
        **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
    }


def auth_revoke(world: World, caller: Caller, given: Json) -> Json:
    if flag(given.get("test")):
        return {"revoked": False}
    caller.grant.ended = "token_revoked"
    return {"revoked": True}


# Messages.


def post_message(world: World, caller: Caller, given: Json) -> Json:
    channel = _writable(world, caller, given["channel"])
    check_thread(world, channel, given)
    check_message(world, "chat.postMessage", given)
    message = leave(world, caller.workspace, channel, given)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(world, message)}


def update(world: World, caller: Caller, given: Json) -> Json:
    message = _own(world, caller, given, "cant_update_message")
    check_message(world, "chat.update", given)
    change(world, message, given)
    told = message_json(world, message)
    return {"channel": message.channel_id, "ts": message.ts, "text": message.text, "message": told}


def delete(world: World, caller: Caller, given: Json) -> Json:
    message = _own(world, caller, given, "cant_delete_message")
    take_away(world, message)
    return {"channel": message.channel_id, "ts": message.ts}


def post_ephemeral(world: World, caller: Caller, given: Json) -> Json:
    channel = _writable(world, caller, given["channel"])
    if given["user"] not in channel.members:
        raise Refused("user_not_in_channel")
    check_thread(world, channel, given)
    check_message(world, "chat.postEphemeral", given)
    message = leave(world, caller.workspace, channel, given, only_for=given["user"])
    return {"message_ts": message.ts}


def _writable(world: World, caller: Caller, name: str) -> Channel:
    """A conversation that the bot may write to, by its id or by the id of a person."""
    if name.startswith("#") or name.startswith("@"):
        raise Violation("channel_not_found", f"{name} is a name, not an id")
    if name.startswith(("U", "W")):
        person = world.people.get(name)
        if person is None or person.workspace is not caller.workspace:
            raise Refused("channel_not_found")
        return world.dm_of(person)
    return member_channel(world, caller, name)


def member_channel(world: World, caller: Caller, name: str) -> Channel:
    """A conversation of that id that the bot is in."""
    channel = _known(world, caller, name)
    if not channel.bot:
        raise Refused("not_in_channel")
    return channel


def _known(world: World, caller: Caller, name: str) -> Channel:
    channel = world.channels.get(name)
    if channel is None or channel.team_id != caller.workspace.id:
        raise Refused("channel_not_found")
    if channel.private and not channel.bot:
        # Slack does not tell of private channels that the bot is not in.
        raise Refused("channel_not_found")
    return channel


def check_thread(world: World, channel: Channel, given: Json) -> None:
    thread = given.get("thread_ts")
    if thread is None:
        return
    parent = world.message(channel.id, thread)
    if parent is None or parent.only_for is not None:
        raise Violation("thread_not_found", f"there is no message {thread} to reply to in {channel.id}")
    if parent.thread_ts not in {None, parent.ts}:
        raise Violation(
            "thread_not_found", f"{thread} is itself a reply: a thread is named by its first message"
        )


def _own(world: World, caller: Caller, given: Json, error: str) -> Message:
    channel = _known(world, caller, given["channel"])
    message = world.message(channel.id, given["ts"])
    if message is None or message.only_for is not None:
        raise Refused("message_not_found")
    if not message.from_bot:
        raise Refused(error)
    return message


# Conversations and people.


def conversations_open(world: World, caller: Caller, given: Json) -> Json:
    if ("users" in given) == ("channel" in given):
        raise Refused("users_list_not_supplied")
    if "channel" in given:
        channel = _known(world, caller, given["channel"])
        if not channel.is_im:
            raise Refused("method_not_supported_for_channel_type")
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    users = given["users"].split(",")
    if len(users) != 1:
        raise Violation("missing_scope", "a direct message with several people needs mpim:write")
    person = world.people.get(users[0])
    if person is None or person.workspace is not caller.workspace:
        raise Refused("user_not_found")
    channel = world.dm_of(person)
    if flag(given.get("return_im")):
        return {"channel": _channel_json(world, channel)}
    return {"channel": {"id": channel.id}}


def conversations_info(world: World, caller: Caller, given: Json) -> Json:
    channel = _readable(world, caller, given["channel"])
    return {"channel": _channel_json(world, channel)}


def conversations_members(world: World, caller: Caller, given: Json) -> Json:
    channel = _readable(world, caller, given["channel"])
    bots = [caller.workspace.bot_user_id] if channel.bot else []
    return {"members": [*sorted(channel.members), *bots], "response_metadata": {"next_cursor": ""}}


def _readable(world: World, caller: Caller, name: str) -> Channel:
    channel = _known(world, caller, name)
    kind = "im" if channel.is_im else "private" if channel.private else "public"
    require_scope(caller.grant, (CONVERSATION_SCOPES[kind],))
    return channel


def require_scope(grant: Grant, needed: tuple[str, ...]) -> None:
    if needed and not grant.scopes.intersection(needed):
        provided = ",".join(sorted(grant.scopes))
        raise Refused("missing_scope", {"needed": ",".join(needed), "provided": provided})


def _channel_json(world: World, channel: Channel) -> Json:
    told: Json = {"id": channel.id, "created": 1700000000, "is_archived": False, "is_im": channel.is_im}
    if channel.is_im:
        return told | {"user": next(iter(channel.members)), "is_open": True}
    return told | {
        "name": channel.name,
        "is_channel": not channel.private,
        "is_private": channel.private,
        "is_group": False,
        "is_mpim": False,
        "is_member": channel.bot,
        "num_members": len(channel.members) + channel.bot,
    }


def users_info(world: World, caller: Caller, given: Json) -> Json:
    person = world.person(given["user"], caller.workspace)
    return {"user": _user_json(person, locale=flag(given.get("include_locale")))}


def _user_json(person: Account, *, locale: bool) -> Json:
    zone = datetime.now(ZoneInfo(person.tz))
    offset = zone.utcoffset()
    assert offset is not None
    told: Json = {
        "id": person.id,
        "team_id": person.workspace.id,
        "name": person.user_name,
        "deleted": False,
        "real_name": person.name,
        "tz": person.tz,
        "tz_label": zone.tzname(),
        "tz_offset": int(offset.total_seconds()),
        "profile": {"real_name": person.name, "display_name": person.name, "team": person.workspace.id},
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 1700000000,
    }
    return told | ({"locale": person.locale} if locale else {})
