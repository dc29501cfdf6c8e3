"""Everything the fake Telegram knows: people, chats, messages, files, and what is still to be delivered."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.fakes.telegram_files import File, Files
from tests.fakes.telegram_updates import Mailbox
from tests.fakes.telegram_values import (
    Call,
    Chat,
    Delivery,
    Entity,
    Impossible,
    Params,
    Person,
    Place,
    Refused,
    Toast,
    Violation,
    bad_request,
    chat_id_of,
)


@dataclass(frozen=True, slots=True)
class Content:
    """One version of a message. An event that no one wrote has only `service`."""

    text: str = ""
    html: str = ""
    entities: tuple[Entity, ...] = ()
    keyboard: Params | None = None
    document: File | None = None
    photo: tuple[File, ...] = ()
    extras: Params = field(default_factory=dict)
    """Fields that a message carries as they were given: a link preview, a spoiler, protection."""
    service: Params = field(default_factory=dict)
    at: float = 0.0
    edited_at: float = 0.0
    """When a text or a caption was last changed; a changed keyboard does not count."""

    @property
    def is_text(self) -> bool:
        return self.document is None and not self.photo and not self.service


@dataclass(slots=True)
class Message:
    id: int
    sender: Person | None
    """None is the bot."""
    date: float
    versions: list[Content]
    thread: int | None = None
    reply_to: int | None = None
    forwarded_from: Person | None = None
    prompt: Params = field(default_factory=dict)
    """A ForceReply or a ReplyKeyboardRemove: with one, a message cannot be edited."""
    deleted: bool = False

    @property
    def content(self) -> Content:
        return self.versions[-1]


@dataclass(slots=True)
class Room:
    """A chat and all that happens in it."""

    chat: Chat
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    bot: str = "left"
    """As a chat member's status. A private chat is "left" until Start, and "kicked" while it is blocked."""
    deactivated: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    timeline: list[tuple[Message, int]] = field(default_factory=list)
    """Every version of every message, in the order of their coming."""

    @property
    def is_private(self) -> bool:
        return self.chat.type == "private"


@dataclass(slots=True)
class Query:
    """A tap on a button that waits for its answer."""

    id: str
    person: Person
    chat_id: int
    asked_at: float
    answered: bool = False


@dataclass(slots=True)
class Profile:
    """What the bot has told about itself, and what it may."""

    updates: tuple[str, ...]
    plain_http: bool
    privacy: bool
    commands: dict[tuple[object, ...], Any] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Any] = field(default_factory=dict)


class World:
    """All of it is read and changed only by who holds `changed`, whose waiters wake at every change."""

    def __init__(self, bot: Person, profile: Profile, *, first_update: int, callback_seconds: float) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.bot = bot
        self.profile = profile
        self.callback_seconds = callback_seconds
        self.people: dict[int, Person] = {}
        self.rooms: dict[int, Room] = {}
        self.files = Files()
        self.queries: dict[str, Query] = {}
        self.toasts: list[Toast] = []
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.violations: list[str] = []
        self.mail = Mailbox(first_update, self.now)
        self.on_webhook: Callable[[], None] = lambda: None
        self._ahead = 0.0
        self._numbers = itertools.count(1)

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def number(self) -> int:
        return next(self._numbers)

    # What a person's client knows.

    def room_of(self, place: Place) -> Room:
        room = self.rooms.get(chat_id_of(place))
        if room is None:
            raise Impossible(f"there is no chat {place!r}")
        return room

    def add(self, room: Room, message: Message) -> Message:
        room.messages[message.id] = message
        room.timeline.append((message, 0))
        return message

    def next_id(self, room: Room) -> int:
        return len(room.messages) + 1

    def change(self, room: Room, message: Message, content: Content) -> None:
        message.versions.append(replace(content, at=self.now()))
        room.timeline.append((message, len(message.versions) - 1))

    # What a call is told.

    def reachable(self, chat_id: int | str) -> Room:
        """The chat, if the bot may send there now."""
        room = self.rooms.get(chat_id) if isinstance(chat_id, int) else None
        if room is None:
            raise bad_request("chat not found")
        if room.migrated_to is not None:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": room.migrated_to},
            )
        if room.is_private:
            reason = {
                "left": "bot can't initiate conversation with a user",
                "kicked": "bot was blocked by the user",
            }.get(room.bot)
            if room.deactivated:
                reason = "user is deactivated"
        else:
            reason = {
                "left": f"bot is not a member of the {room.chat.type} chat",
                "kicked": f"bot was kicked from the {room.chat.type} chat",
            }.get(room.bot)
        if reason is not None:
            raise Refused(403, f"Forbidden: {reason}")
        return room

    def existing(self, room: Room, params: Params, what: str) -> Message:
        message = room.messages.get(params["message_id"])
        if message is None or message.deleted:
            raise bad_request(f"message to {what} not found")
        return message

    def violate(self, problem: str) -> None:
        self.violations.append(problem)


def unsupported(what: str) -> Violation:
    return Violation(f"the fake does not act on {what}")
