"""Files: an address to upload to, the bytes, and the message that shows them a while later."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field

from tests.fakes.slack_chat import Caller, check_thread, member_channel
from tests.fakes.slack_checks import check_message
from tests.fakes.slack_messages import leave
from tests.fakes.slack_values import Json, Refused, ShownFile, Violation
from tests.fakes.slack_world import Channel, Message, World

MAX_UPLOAD = 1024**3


@dataclass(slots=True)
class File:
    id: str
    team_id: str
    name: str
    length: int
    path: str
    """Where its bytes are to be sent."""
    title: str = ""
    content: bytes | None = None
    completed: bool = False
    shares: list[Message] = field(default_factory=list)


class Files:
    """The methods of the Web API, and the place that takes the bytes. Whoever holds the world's lock may use it."""

    def __init__(self, world: World) -> None:
        self.origin = ""
        self.seconds = 0.0
        """How long a file is worked on before people see it."""
        self._world = world
        self._files: dict[str, File] = {}

    def shown(self, file_id: str) -> ShownFile:
        file = self._files[file_id]
        return ShownFile(file.id, file.name, file.title, file.content or b"")

    def upload_url(self, world: World, caller: Caller, given: Json) -> Json:
        if not given["filename"]:
            raise Violation("invalid_arguments", "files.getUploadURLExternal: a file without a name")
        length = str(given["length"])
        if not length.isdecimal() or not 0 < int(length) <= MAX_UPLOAD:
            raise Violation("invalid_arguments", f"files.getUploadURLExternal: a length of {length}")
        name = world.id("F")
        file = File(
            name, caller.workspace.id, given["filename"], int(length), f"/upload/v1/{world.letters(24)}"
        )
        self._files[name] = file
        return {"upload_url": self.origin + file.path, "file_id": name}

    def upload(self, path: str, content: bytes) -> tuple[int, str]:
        """The bytes themselves; the status and what is told."""
        world = self._world
        file = next((file for file in self._files.values() if file.path == path), None)
        if file is None or file.completed:
            return 404, "not found"
        if len(content) != file.length:
            world.violate(f"upload: {len(content)} bytes of {file.name}, which was to have {file.length}")
            return 400, "length mismatch"
        file.content = content
        return 200, f"OK - {len(content)}"

    def complete(self, world: World, caller: Caller, given: Json) -> Json:
        files = [self._uploaded(caller, entry) for entry in given["files"]]
        if not files:
            raise Violation("invalid_arguments", "files.completeUploadExternal: no files")
        channel = member_channel(world, caller, given["channel_id"]) if given.get("channel_id") else None
        payload: Json = {"text": given.get("initial_comment", "")}
        payload |= {name: given[name] for name in ("blocks", "thread_ts") if name in given}
        if channel is not None:
            check_thread(world, channel, payload)
            if payload["text"] or payload.get("blocks"):
                check_message(world, "files.completeUploadExternal", payload)
        for file, entry in zip(files, given["files"], strict=True):
            file.title = entry.get("title") or file.name
            file.completed = True
        if channel is not None:
            world.later(self.seconds, lambda: self._share(caller, channel, files, payload))
        return {"files": [{"id": file.id, "title": file.title} for file in files]}

    def _uploaded(self, caller: Caller, entry: object) -> File:
        known = isinstance(entry, dict) and entry.keys() <= {"id", "title", "highlight_type"}
        if not isinstance(entry, dict) or not known:
            raise Violation("invalid_arguments", f"files.completeUploadExternal: {entry!r} among the files")
        file = self._files.get(entry.get("id", ""))
        if file is None or file.team_id != caller.workspace.id:
            raise Refused("file_not_found")
        if file.content is None or file.completed:
            raise Violation("file_not_found", f"{file.name} was not uploaded, or is completed already")
        return file

    def _share(self, caller: Caller, channel: Channel, files: list[File], payload: Json) -> None:
        world = self._world
        message = leave(world, caller.workspace, channel, payload, files=[file.id for file in files])
        for file in files:
            file.shares.append(message)
            shared = {"channel_id": channel.id, "file_id": file.id, "file": {"id": file.id}}
            told = {"type": "file_shared", **shared, "user_id": message.sender, "event_ts": message.ts}
            world.tell(caller.workspace, told)
        world.changed.notify_all()

    def info(self, world: World, caller: Caller, given: Json) -> Json:
        file = self._files.get(given["file"])
        if file is None or file.team_id != caller.workspace.id or not file.completed:
            raise Refused("file_not_found")
        return {"file": self._json(world, caller, file), "comments": []}

    def _json(self, world: World, caller: Caller, file: File) -> Json:
        # Until it has been worked on, nothing is known of it but its name.
        mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream" if file.shares else ""
        shares: dict[str, dict[str, list[Json]]] = {}
        for message in file.shares:
            channel = world.channels[message.channel_id]
            kind = "private" if channel.private or channel.is_im else "public"
            shares.setdefault(kind, {}).setdefault(channel.id, []).append({"ts": message.ts})
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "mimetype": mimetype,
            "filetype": file.name.rpartition(".")[2] if mimetype else "",
            "user": caller.workspace.bot_user_id,
            "size": file.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": "public" in shares,
            "shares": shares,
        }
