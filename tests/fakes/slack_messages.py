"""The bot's messages: left, changed and taken away, as payloads tell of them, and the app's echo of them."""

from __future__ import annotations

import copy

from tests.fakes.slack_checks import normalised
from tests.fakes.slack_values import Json
from tests.fakes.slack_world import Channel, Message, Workspace, World

WITHOUT_TEXT = "This content can't be displayed."


def message_json(world: World, message: Message) -> Json:
    """As the Web API and payloads have it."""
    workspace = world.workspaces[world.channels[message.channel_id].team_id]
    told: Json = {"type": "message", "user": message.sender, "ts": message.ts, "text": message.text}
    told["team"] = workspace.id
    if message.from_bot:
        told |= {
            "bot_id": workspace.bot_id,
            "app_id": world.app_id,
            "bot_profile": {
                "id": workspace.bot_id,
                "app_id": world.app_id,
                "name": "Billhook",
                "deleted": False,
                "team_id": workspace.id,
            },
        }
    if message.blocks:
        told["blocks"] = copy.deepcopy(message.blocks)
    if message.thread_ts is not None:
        told["thread_ts"] = message.thread_ts
    if message.edited_ts is not None:
        told["edited"] = {"user": message.sender, "ts": message.edited_ts}
    if message.files:
        told["files"] = [{"id": file} for file in message.files]
    return told


def leave(
    world: World,
    workspace: Workspace,
    channel: Channel,
    payload: Json,
    *,
    only_for: str | None = None,
    files: list[str] | None = None,
) -> Message:
    """The bot writes a message that was checked before."""
    blocks = normalised(world, payload.get("blocks") or [])
    message = Message(
        channel.id,
        world.ts(),
        workspace.bot_user_id,
        True,
        payload.get("text") or (WITHOUT_TEXT if blocks else ""),
        blocks,
        payload.get("thread_ts"),
        only_for,
        files or [],
        unfurls={name: payload.get(name) for name in ("unfurl_links", "unfurl_media")},
    )
    world.add(message)
    if only_for is None:
        world.open_thread(message)
        subtype = {"subtype": "file_share"} if files else {}
        _echo(world, channel, message_json(world, message) | subtype)
    return message


def change(world: World, message: Message, payload: Json) -> None:
    """What is not given stays: a new text alone leaves the blocks, which are all that is seen."""
    channel = world.channels[message.channel_id]
    before = message_json(world, message)
    if "text" in payload:
        message.text = payload["text"]
    if "blocks" in payload:
        message.blocks = normalised(world, payload["blocks"] or [])
        if "text" not in payload:
            message.text = WITHOUT_TEXT
    message.edited_ts = world.ts()
    world.changed.notify_all()
    if message.only_for is None:
        after = message_json(world, message)
        told = {"subtype": "message_changed", "message": after, "previous_message": before, "hidden": True}
        _echo(world, channel, {"type": "message", "ts": message.edited_ts, **told})


def take_away(world: World, message: Message) -> None:
    message.deleted = True
    world.changed.notify_all()
    if message.only_for is None:
        told = {"subtype": "message_deleted", "deleted_ts": message.ts, "hidden": True}
        told["previous_message"] = message_json(world, message)
        _echo(world, world.channels[message.channel_id], {"type": "message", "ts": world.ts(), **told})


def _echo(world: World, channel: Channel, told: Json) -> None:
    """In direct messages an app hears of what it did itself; channels:history was never asked for."""
    if not channel.is_im or not world.settings.echo:
        return
    event = {**told, "channel": channel.id, "event_ts": told["ts"], "channel_type": "im"}
    world.tell(world.workspaces[channel.team_id], event)
