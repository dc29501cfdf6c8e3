"""The response_url of a command or an interaction: a way to answer without a token, a few times."""

from __future__ import annotations

import json

from tests.fakes.slack_calls import flag
from tests.fakes.slack_chat import check_thread
from tests.fakes.slack_checks import check_message
from tests.fakes.slack_messages import change, leave, take_away
from tests.fakes.slack_values import Json, Refused, Violation
from tests.fakes.slack_world import Message, ResponseUrl, World

_KNOWN = frozenset(
    "text blocks response_type replace_original delete_original unfurl_links unfurl_media thread_ts mrkdwn".split()
)


def reply(world: World, path: str, body: bytes) -> tuple[int, Json]:
    """The status and what is told; {} is "ok"."""
    address = world.response_urls.get(path)
    try:
        if address is None or not world.workspaces[address.team_id].installed:
            raise Refused("no_service")
        if world.now() - address.at > world.settings.response_url_seconds:
            raise Refused("expired_url")
        if address.uses >= world.settings.response_url_uses:
            raise Refused("used_url")
        _act(world, address, _read(body))
        address.uses += 1
    except Violation as refused:
        world.violate(refused.problem)
        return 400, {"ok": False, "error": refused.error}
    except Refused as refused:
        return 404, {"ok": False, "error": refused.error}
    return 200, {}


def _read(body: bytes) -> Json:
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Violation("invalid_payload", f"response_url: no JSON object: {body[:200]!r}")
    unknown = sorted(told.keys() - _KNOWN)
    if unknown:
        raise Violation("invalid_payload", f"response_url: unknown fields {unknown}")
    return told


def _act(world: World, address: ResponseUrl, told: Json) -> None:
    original = _original(world, address)
    if flag(told.get("delete_original")):
        if original is None:
            raise Violation("invalid_payload", "response_url: there is no message to delete")
        take_away(world, original)
        return
    check_message(world, "response_url", told)
    if flag(told.get("replace_original")) and original is not None:
        change(world, original, {"text": told.get("text", ""), "blocks": told.get("blocks") or []})
        return
    channel = world.channels[address.channel_id]
    check_thread(world, channel, told)
    public = told.get("response_type") == "in_channel"
    workspace = world.workspaces[address.team_id]
    leave(world, workspace, channel, told, only_for=None if public else address.user_id)


def _original(world: World, address: ResponseUrl) -> Message | None:
    """The bot's message that the interaction came from. A command has none."""
    message = world.message(address.channel_id, address.message_ts) if address.message_ts else None
    return message if message is not None and message.from_bot else None
