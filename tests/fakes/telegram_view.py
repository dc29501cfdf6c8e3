"""What people see, what the bot did, and waiting for either."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.fakes.telegram_files import File
from tests.fakes.telegram_markup import shown_rows
from tests.fakes.telegram_text import utf16_slice
from tests.fakes.telegram_values import Call, Delivery, Impossible, Place, Shown, ShownFile, Toast
from tests.fakes.telegram_world import Message, Room, World

T = TypeVar("T")
_LAST_CALLS = 5


class View:
    """May be asked from any thread. A wait blocks its thread: inside an event loop, give it one of its own."""

    _world: World

    @property
    def calls(self) -> list[Call]:
        with self._world.changed:
            return list(self._world.calls)

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def violations(self) -> list[str]:
        """What the real server would have let pass, or never been asked. A test ends with none."""
        with self._world.changed:
            return list(self._world.violations)

    @property
    def toasts(self) -> list[Toast]:
        with self._world.changed:
            return list(self._world.toasts)

    @property
    def deliveries(self) -> list[Delivery]:
        with self._world.changed:
            return list(self._world.deliveries)

    @property
    def pending(self) -> int:
        """How many updates the bot has not accepted yet."""
        with self._world.changed:
            return len(self._world.mail)

    def messages(self, place: Place) -> list[Shown]:
        """The chat as it looks now."""
        with self._world.changed:
            room = self._world.room_of(place)
            kept = (message for message in room.messages.values() if not message.deleted)
            return [self._shown(room, message, len(message.versions) - 1) for message in kept]

    def message(self, place: Place, message_id: int) -> Shown:
        with self._world.changed:
            room = self._world.room_of(place)
            message = room.messages.get(message_id)
            if message is None:
                raise Impossible(f"there is no message {message_id} in {place}")
            return self._shown(room, message, len(message.versions) - 1)

    def history(self, place: Place, since: int = 0) -> list[Shown]:
        """Every version of every message in the order of their coming, the deleted ones too; the first ones
        left out on demand.
        """
        with self._world.changed:
            room = self._world.room_of(place)
            return [self._shown(room, message, version) for message, version in room.timeline[since:]]

    def arrived(self, place: Place) -> int:
        """How many versions have come there so far."""
        with self._world.changed:
            return len(self._world.room_of(place).timeline)

    def _shown(self, room: Room, message: Message, version: int) -> Shown:
        content = message.versions[version]
        sender = message.sender or self._world.bot
        return Shown(
            chat_id=room.chat.id,
            message_id=message.id,
            version=version,
            sender=sender.first_name,
            from_bot=message.sender is None,
            text=content.text,
            html=content.html,
            entities=content.entities,
            rows=shown_rows(content.keyboard),
            document=content.document.shown() if content.document else None,
            photo=_largest(content.photo),
            reply_to=message.reply_to,
            thread=message.thread,
            at=content.at,
            superseded=version < len(message.versions) - 1,
            deleted=message.deleted,
            asked=self._asked(room, message),
            placeholder=message.prompt.get("input_field_placeholder", ""),
            service=next(iter(content.service), ""),
        )

    def _asked(self, room: Room, message: Message) -> tuple[int, ...] | None:
        """A selective prompt opens only for whom the text mentions and for whom it replies to."""
        if not message.prompt.get("force_reply"):
            return None
        if not message.prompt.get("selective"):
            return ()
        content = message.content
        named = {entity.user.id for entity in content.entities if entity.user is not None}
        names = {
            utf16_slice(content.text, entity.offset + 1, entity.length - 1).lower()
            for entity in content.entities
            if entity.type == "mention"
        }
        named |= {person.id for person in self._world.people.values() if person.username.lower() in names}
        original = room.messages.get(message.reply_to or 0)
        if original is not None and original.sender is not None:
            named.add(original.sender.id)
        return tuple(sorted(named))

    # Waiting.

    def wait_for(self, look: Callable[[], T | None], timeout: float = 10.0, what: str = "it") -> T:
        """What `look` finds, as soon as it finds something that counts as true."""
        deadline = time.monotonic() + timeout
        with self._world.changed:
            while True:
                seen = look()
                if seen:
                    return seen
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{what} did not come in {timeout} s; {self._situation()}")
                self._world.changed.wait(left)

    def _situation(self) -> str:
        last = [
            f"{call.method} {call.status} {call.description}" for call in self._world.calls[-_LAST_CALLS:]
        ]
        return (
            f"{len(self._world.mail)} updates are not accepted, the last calls are {last},"
            f" the webhook's last error is {self._world.mail.last_error},"
            f" violations: {self._world.violations}"
        )

    def next_message(self, place: Place, after: int = 0, timeout: float = 10.0) -> Shown:
        """The first message of the bot behind that one; waits until it is there."""

        def look() -> Shown | None:
            room = self._world.room_of(place)
            for number in range(after + 1, len(room.messages) + 1):
                message = room.messages[number]
                if message.sender is None and not message.deleted:
                    return self._shown(room, message, len(message.versions) - 1)
            return None

        return self.wait_for(look, timeout, f"a message in {place} after {after}")

    def next_edit(self, place: Place, message_id: int, after: int = 0, timeout: float = 10.0) -> Shown:
        """The message as soon as it has a version later than that one."""

        def look() -> Shown | None:
            seen = self.message(place, message_id)
            return seen if seen.version > after else None

        return self.wait_for(look, timeout, f"an edit of the message {message_id} in {place}")

    def toast_for(self, query_id: str, timeout: float = 10.0) -> Toast:
        """What a tap was answered with."""

        def look() -> Toast | None:
            return next((toast for toast in self._world.toasts if toast.query_id == query_id), None)

        return self.wait_for(look, timeout, f"an answer to the tap {query_id}")

    def next_call(self, method: str, after: int = 0, timeout: float = 10.0) -> Call:
        """The call number `after` of a method, counted from 0; waits until it was made."""

        def look() -> Call | None:
            made = [call for call in self._world.calls if call.method == method]
            return made[after] if len(made) > after else None

        return self.wait_for(look, timeout, f"call {after} of {method}")

    def drained(self, timeout: float = 10.0) -> None:
        """Waits until the bot has accepted every update."""
        self.wait_for(lambda: len(self._world.mail) == 0, timeout, "the acceptance of every update")


def _largest(sizes: tuple[File, ...]) -> ShownFile | None:
    return sizes[-1].shown() if sizes else None
