"""What people do in a chat: write, send files, edit, delete, and press buttons."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.fakes.telegram_json import message_json, query_json
from tests.fakes.telegram_markup import shown_rows
from tests.fakes.telegram_people import People
from tests.fakes.telegram_text import find_entities, utf16_length
from tests.fakes.telegram_values import Impossible, Person, Place, Refused, ShownButton, Upload
from tests.fakes.telegram_world import Content, Query, Room

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Writing(People):
    """Every act returns at once, with the update on its way."""

    def starts(self, person: Person, payload: str | None = None) -> int:
        """Presses Start, perhaps behind a link that carries a payload."""
        if payload is not None and not _PAYLOAD.fullmatch(payload):
            raise Impossible(f"a link cannot carry {payload!r}: 1 to 64 characters of A-Za-z0-9_-")
        with self._world.changed:
            room = self._world.room_of(person)
            if room.bot == "kicked":
                self.unblocks(person)
            room.bot = "member"
            return self.says(person, f"/start {payload}" if payload else "/start")

    def says(
        self,
        person: Person,
        text: str,
        *,
        chat: Place | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
        forwarded_from: Person | None = None,
    ) -> int:
        """Writes a message, in the private chat unless another is named; returns its id."""
        return self._writes(person, self._typed(text), chat, thread, reply_to, forwarded_from)

    def edits(self, person: Person, message_id: int, text: str, *, chat: Place | None = None) -> None:
        """Changes an own message; the bot hears of it as an edited message."""
        world = self._world
        with world.changed:
            room = self._present(person, chat)
            message = room.messages.get(message_id)
            if message is None or message.deleted or message.sender != person:
                raise Impossible(f"{person.first_name} has no message {message_id} to edit")
            world.change(room, message, replace(self._typed(text), edited_at=world.now()))
            if self._hears(room, message):
                self._tell("edited_message", room, message_json(world, room, message))
            world.changed.notify_all()

    def sends_document(
        self,
        person: Person,
        name: str,
        content: bytes,
        media_type: str = "application/pdf",
        *,
        caption: str = "",
        chat: Place | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        with self._world.changed:
            if not content:
                raise Impossible("a client sends no empty file")
            document = self._world.files.document(Upload(name, media_type, content))
            sent = Content(caption, caption, find_entities(caption), document=document)
            return self._writes(person, sent, chat, thread, reply_to)

    def sends_photo(
        self,
        person: Person,
        content: bytes,
        *,
        caption: str = "",
        chat: Place | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Sends a picture; the bot is told of its sizes, the largest last."""
        with self._world.changed:
            try:
                sizes = self._world.files.photo(Upload("photo.jpg", "image/jpeg", content))
            except Refused as refused:
                raise Impossible(refused.description) from None
            sent = Content(caption, caption, find_entities(caption), photo=sizes)
            return self._writes(person, sent, chat, thread, reply_to)

    def deletes(self, person: Person, message_id: int, *, chat: Place | None = None) -> None:
        """Takes a message away for everybody. The bot is not told."""
        with self._world.changed:
            room = self._present(person, chat)
            message = room.messages.get(message_id)
            allowed = room.is_private or (message is not None and message.sender == person)
            if message is None or not allowed:
                raise Impossible(f"{person.first_name} cannot delete the message {message_id}")
            message.deleted = True
            self._world.changed.notify_all()

    @staticmethod
    def _typed(text: str) -> Content:
        text = text.strip()
        if not 1 <= utf16_length(text) <= 4096:
            raise Impossible("a client sends 1 to 4096 characters at a time")
        return Content(text, text, find_entities(text))

    def _writes(
        self,
        person: Person,
        content: Content,
        chat: Place | None,
        thread: int | None,
        reply_to: int | None,
        forwarded_from: Person | None = None,
    ) -> int:
        with self._world.changed:
            room = self._present(person, chat)
            if thread is not None and thread not in room.topics:
                raise Impossible(f"there is no topic {thread} in {room.chat.title!r}")
            if reply_to is not None and reply_to not in room.messages:
                raise Impossible(f"there is no message {reply_to} to reply to")
            # In a topic what replies to nothing replies to the topic's first message, as sent to bots.
            return self._post(room, person, content, thread, reply_to or thread, forwarded_from).id

    # What they press.

    def presses(
        self,
        person: Person,
        label: str,
        *,
        chat: Place | None = None,
        message: int | None = None,
        version: int | None = None,
        nth: int = 1,
    ) -> str:
        """Presses a button; returns the id of the query.

        Without a message it is the newest that shows such a button. With a version it is a button that the
        message once had and that a client still shows. `nth` chooses among buttons of the same label.
        """
        with self._world.changed:
            room = self._present(person, chat)
            found, button = self._button(room, label, message, version, nth)
            if not button.data:
                raise Impossible(f"{label!r} sends nothing: it opens {button.url or button.copies!r}")
            return self._taps(person, room, found, button.data)

    def forges(
        self, person: Person, data: str, *, chat: Place | None = None, message: int | None = None
    ) -> str:
        """Sends data that no button has, as a client of one's own making can."""
        with self._world.changed:
            room = self._world.room_of(person if chat is None else chat)
            own = [known.id for known in room.messages.values() if known.sender is None]
            place = message if message is not None else max(own, default=1)
            return self._taps(person, room, place, data)

    def follows(self, person: Person, label: str, *, chat: Place | None = None) -> str:
        """Opens a button's address; one that leads to the bot starts it with the payload."""
        with self._world.changed:
            _, button = self._button(self._present(person, chat), label, None, None, 1)
            start = re.fullmatch(rf"https://t\.me/{self._world.bot.username}\?start=([^&]*)", button.url)
            if start:
                self.starts(person, start[1])
            if not button.url:
                raise Impossible(f"{label!r} opens nothing")
            return button.url

    def _button(
        self, room: Room, label: str, message_id: int | None, version: int | None, nth: int
    ) -> tuple[int, ShownButton]:
        seen: list[str] = []
        for known in reversed(list(room.messages.values())):
            if known.sender is not None or known.id != (message_id or known.id):
                continue
            if known.deleted and version is None:
                continue
            content = known.content if version is None else known.versions[version]
            buttons = [button for row in shown_rows(content.keyboard) for button in row]
            alike = [button for button in buttons if button.label == label]
            if len(alike) >= nth:
                return known.id, alike[nth - 1]
            seen += [button.label for button in buttons]
        raise Impossible(f"there is no button {label!r}{'' if nth == 1 else f' number {nth}'} among {seen}")

    def _taps(self, person: Person, room: Room, message_id: int, data: str) -> str:
        world = self._world
        query = Query(str(9_000_000_000 + world.number()), person, room.chat.id, world.now())
        world.queries[query.id] = query
        world.mail.put("callback_query", f"user {person.id}", query_json(world, query, message_id, data))
        world.changed.notify_all()
        return query.id
