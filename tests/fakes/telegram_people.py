"""Who is there, and what people decide about the bot and their groups."""

from __future__ import annotations

from typing import Literal

from tests.fakes.telegram_acts import Acts
from tests.fakes.telegram_json import bot_json, bot_member_json, message_json
from tests.fakes.telegram_values import Chat, Impossible, Person, Place
from tests.fakes.telegram_world import Content, Room

_FIRST_PERSON = 5_000_000_000
_FIRST_GROUP = -4_000_000_000
_FIRST_SUPERGROUP = -1_002_000_000_000
"""Ids beyond 32 bits, as real ones are."""


class People(Acts):
    def person(
        self,
        first_name: str,
        *,
        username: str = "",
        language_code: str = "en",
        id: int | None = None,
        started: bool = False,
    ) -> Person:
        """Somebody new. With `started` the person has pressed Start long ago."""
        world = self._world
        with world.changed:
            number = id if id is not None else _FIRST_PERSON + world.number()
            person = Person(number, first_name, username, language_code)
            world.people[number] = person
            world.rooms[number] = Room(Chat(number, "private"), bot="member" if started else "left")
        return person

    def group(self, title: str, *members: Person, bot: bool = True) -> Chat:
        """A basic group. The first member owns it; the bot is in it unless told otherwise."""
        return self._found(title, members, "group", _FIRST_GROUP, bot=bot)

    def supergroup(self, title: str, *members: Person, bot: bool = True, forum: bool = False) -> Chat:
        return self._found(title, members, "supergroup", _FIRST_SUPERGROUP, bot=bot, forum=forum)

    def _found(
        self,
        title: str,
        members: tuple[Person, ...],
        kind: Literal["group", "supergroup"],
        first_id: int,
        *,
        bot: bool,
        forum: bool = False,
    ) -> Chat:
        world = self._world
        with world.changed:
            chat = Chat(first_id - world.number(), kind, title)
            room = Room(chat, forum=forum, bot="member" if bot else "left")
            for member in members:
                room.members[member.id] = "member" if room.members else "creator"
            world.rooms[chat.id] = room
        return chat

    def joins(self, person: Person, chat: Chat) -> None:
        with self._world.changed:
            self._world.room_of(chat).members[person.id] = "member"

    def leaves(self, person: Person, chat: Chat) -> None:
        with self._world.changed:
            self._world.room_of(chat).members.pop(person.id, None)

    # What they decide about the bot.

    def blocks(self, person: Person) -> None:
        self._member(person, person, "kicked")

    def unblocks(self, person: Person) -> None:
        self._member(person, person, "member")

    def deactivates(self, person: Person) -> None:
        """The account is gone. Nobody tells the bot."""
        with self._world.changed:
            self._world.room_of(person).deactivated = True

    def adds_bot(self, person: Person, chat: Chat, *, admin: bool = False) -> None:
        self._member(person, chat, "administrator" if admin else "member")

    def removes_bot(self, person: Person, chat: Chat) -> None:
        self._member(person, chat, "kicked")

    def _member(self, person: Person, place: Place, status: str) -> None:
        world = self._world
        with world.changed:
            room = world.room_of(place)
            if room.bot == status:
                raise Impossible(f"the bot is {status!r} there already")
            if not room.is_private and room.members.get(person.id) is None:
                raise Impossible(f"{person.first_name} is not in {room.chat.title!r}")
            old, room.bot = room.bot, status
            self._tell("my_chat_member", room, bot_member_json(world, room, person, old, status))
            if not room.is_private:
                event = (
                    {"left_chat_member": bot_json(world)}
                    if status == "kicked"
                    else {"new_chat_members": [bot_json(world)]}
                )
                message = self._post(room, person, Content(service=event))
                if status == "kicked":
                    # Its own removal is the last thing that it hears.
                    self._tell("message", room, message_json(world, room, message))
            world.changed.notify_all()

    def upgrades(self, person: Person, chat: Chat, *, forum: bool = False) -> Chat:
        """Makes a supergroup of a group: a new chat with a new id, where the old one ends."""
        world = self._world
        with world.changed:
            old = self._present(person, chat)
            if old.chat.type != "group":
                raise Impossible(f"{chat.title!r} is no basic group")
            new = self.supergroup(chat.title, forum=forum)
            room = world.room_of(new)
            room.members.update(old.members)
            room.bot = old.bot
            self._post(old, person, Content(service={"migrate_to_chat_id": new.id}))
            old.migrated_to = new.id
            self._post(room, person, Content(service={"migrate_from_chat_id": old.chat.id}))
        return new

    def topic(self, person: Person, chat: Chat, name: str) -> int:
        """Opens a topic; its id is that of the message about it."""
        with self._world.changed:
            room = self._present(person, chat)
            if not room.forum:
                raise Impossible(f"{chat.title!r} has no topics")
            event = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
            thread = self._world.next_id(room)
            room.topics[thread] = name
            return self._post(room, person, Content(service=event), thread).id

    def deletes_topic(self, person: Person, chat: Chat, thread: int) -> None:
        """The topic and all that was said in it."""
        with self._world.changed:
            room = self._present(person, chat)
            del room.topics[thread]
            for message in room.messages.values():
                message.deleted = message.deleted or message.thread == thread
            self._world.changed.notify_all()
