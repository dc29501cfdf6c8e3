"""How a message gets to its place: posted, said to one person alone, sent by its own way, or put over another."""

from __future__ import annotations

from typing import Any

from bot.slack.address import Spot
from bot.slack.calls import Calls
from bot.slack.client import Web, reason
from bot.slack.parts import Message
from bot.slack.people import People
from handlers.platform import Undeliverable

NOT_THERE = frozenset({"not_in_channel", "user_not_in_channel", "channel_not_found"})
"""We, or the person, cannot write or read in the channel: the direct conversation is left."""
_UNCHANGEABLE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found", "not_in_channel"}
)
_THREAD_IS_GONE = frozenset({"thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"})


class Messages:
    """Whatever takes the place of a message or a way that is gone comes as a new message."""

    def __init__(self, web: Web, calls: Calls, people: People) -> None:
        self._web = web
        self._calls = calls
        self._people = people

    async def send(self, place: Spot, message: Message, before: str) -> str:
        """The name (ts) of the message; of its thread's first one where it was posted below that."""
        thread = before if message.below else message.thread
        if message.way and await self._by_way(message, thread):
            return ""
        if message.replaces and not place.is_corner and await self._changed(place, message):
            return message.replaces
        if place.is_corner:
            await self._alone(place, message, thread)
            return ""
        channel = place.channel or await self._people.direct(place.team, place.user)
        sent = await self._posted(place.team, channel, message, thread)
        return before if message.below and before else sent

    async def _by_way(self, message: Message, thread: str) -> bool:
        payload: dict[str, Any] = {
            "response_type": "ephemeral", "replace_original": message.original, "text": message.text,
            "blocks": list(message.blocks),
        }  # fmt: skip
        if thread and not message.original:
            payload["thread_ts"] = thread
        return await self._web.answer(message.way, payload, again=message.original)

    async def _changed(self, place: Spot, message: Message) -> bool:
        """False when that message cannot be changed any more. An empty list takes its old blocks away."""
        channel = place.channel or await self._people.direct(place.team, place.user)
        try:
            await self._calls(
                place.team,
                lambda client: client.chat_update(
                    channel=channel, ts=message.replaces, text=message.text, blocks=list(message.blocks)
                ),
                again=True,
            )
        except Undeliverable as error:
            if reason(error) not in _UNCHANGEABLE:
                raise
            return False
        return True

    async def _alone(self, place: Spot, message: Message, thread: str) -> None:
        try:
            await self._calls(
                place.team,
                lambda client: client.chat_postEphemeral(
                    channel=place.channel, user=place.user, text=message.text,
                    blocks=list(message.blocks) or None, thread_ts=thread or None,
                ),
            )  # fmt: skip
        except Undeliverable as error:
            if reason(error) not in NOT_THERE:
                raise
            await self._posted(place.team, await self._people.direct(place.team, place.user), message, "")

    async def _posted(self, team: str, channel: str, message: Message, thread: str) -> str:
        try:
            answer = await self._calls(
                team,
                lambda client: client.chat_postMessage(
                    channel=channel, text=message.text, blocks=list(message.blocks) or None,
                    thread_ts=thread or None, unfurl_links=False, unfurl_media=False, mrkdwn=False,
                ),
            )  # fmt: skip
        except Undeliverable as error:
            if not thread or reason(error) not in _THREAD_IS_GONE:
                raise
            return await self._posted(team, channel, message, "")
        return str(answer["ts"])
