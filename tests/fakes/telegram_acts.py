"""What every act of a person comes down to: being there, leaving a message, and whether the bot hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fakes.telegram_json import message_json
from tests.fakes.telegram_text import utf16_slice
from tests.fakes.telegram_values import Impossible, Person, Place
from tests.fakes.telegram_world import Content, Message, Room, World


class Acts:
    _world: World

    def _present(self, person: Person, chat: Place | None) -> Room:
        room = self._world.room_of(person if chat is None else chat)
        name = person.first_name
        if room.deactivated or room.migrated_to is not None:
            raise Impossible(f"nobody can do anything in {room.chat} any more")
        if not room.is_private:
            if room.members.get(person.id) is None:
                raise Impossible(f"{name} is not in {room.chat.title!r}")
        elif room.chat.id != person.id:
            raise Impossible(f"{name} is not in the private chat {room.chat.id}")
        elif room.bot != "member":
            raise Impossible(
                f"{name} has {'blocked the bot' if room.bot == 'kicked' else 'not pressed Start'}"
            )
        return room

    def _post(
        self,
        room: Room,
        sender: Person | None,
        content: Content,
        thread: int | None = None,
        reply_to: int | None = None,
        forwarded_from: Person | None = None,
    ) -> Message:
        world = self._world
        now = world.now()
        message = Message(
            id=world.next_id(room),
            sender=sender,
            date=now,
            versions=[replace(content, at=now)],
            thread=thread,
            reply_to=reply_to,
            forwarded_from=forwarded_from,
        )
        world.add(room, message)
        if self._hears(room, message):
            self._tell("message", room, message_json(world, room, message))
        world.changed.notify_all()
        return message

    def _tell(self, kind: str, room: Room, body: dict[str, Any]) -> None:
        self._world.mail.put(kind, f"chat {room.chat.id}", body)

    def _hears(self, room: Room, message: Message) -> bool:
        """Privacy mode: in a group the bot gets commands for it, replies to it, and events."""
        world, content = self._world, message.content
        if room.is_private:
            return True
        if room.bot not in {"member", "administrator"}:
            return False
        if not world.profile.privacy or room.bot == "administrator" or content.service:
            return True
        original = room.messages.get(message.reply_to or 0)
        if original is not None and original.sender is None and not original.content.service:
            return True
        commands = (e for e in content.entities if e.type == "bot_command" and e.offset == 0)
        command = next(commands, None)
        if command is None:
            return False
        _, _, addressed = utf16_slice(content.text, 0, command.length).partition("@")
        return not addressed or addressed.lower() == world.bot.username.lower()
