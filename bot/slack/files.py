"""Files in Slack: an address is asked for, takes the bytes, and then the file is shown in a conversation."""

from __future__ import annotations

from dataclasses import replace

from bot.slack.address import Spot
from bot.slack.calls import Calls
from bot.slack.client import Web, reason
from bot.slack.messages import NOT_THERE
from bot.slack.parts import Upload
from bot.slack.people import People
from handlers.platform import Undeliverable
from handlers.words import _


class Files:
    def __init__(self, web: Web, calls: Calls, people: People) -> None:
        self._web = web
        self._calls = calls
        self._people = people

    async def send(self, place: Spot, upload: Upload, before: str) -> str:
        """A file has no name as a message: Slack shows it a moment later and does not tell which (CHAT.md 2.3)."""
        thread = before if upload.below else upload.thread
        if place.is_open or (place.is_corner and upload.aloud):
            try:
                await self._shared(place.team, place.channel, upload, thread)
            except Undeliverable as error:
                if not place.user or reason(error) not in NOT_THERE:
                    raise
                upload, thread = _elsewhere(upload), ""
            else:
                return before if upload.below else ""
        if place.is_corner:
            thread = ""
        await self._shared(place.team, await self._people.direct(place.team, place.user), upload, thread)
        return before if upload.below else ""

    async def _shared(self, team: str, channel: str, upload: Upload, thread: str) -> None:
        """Nothing is seen before the last step, so only that one is not repeated."""
        file = upload.file
        ticket = await self._calls(
            team,
            lambda client: client.files_getUploadURLExternal(
                filename=file.filename, length=len(file.content)
            ),
            again=True,
        )
        await self._web.upload(str(ticket["upload_url"]), file.content)
        await self._calls(
            team,
            lambda client: client.files_completeUploadExternal(
                files=[{"id": str(ticket["file_id"]), "title": file.filename}], channel_id=channel,
                initial_comment=upload.comment or None, thread_ts=thread or None,
            ),
        )  # fmt: skip


def _elsewhere(upload: Upload) -> Upload:
    """Nothing of ours is shown in a channel that we are not in, so the file itself says why it is not there."""
    said = _(
        "I am not in that channel, so the file is in our direct conversation. Invite me with /invite @Billhook."
    )
    return replace(upload, comment=f"{upload.comment}\n\n{said}" if upload.comment else said)
