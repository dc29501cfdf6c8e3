"""The values that the fake Telegram and its tests hand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Params = Mapping[str, Any]
"""What a call was given, read into the types that the Bot API names."""


class Impossible(AssertionError):
    """No person can do this in a real client."""


class Refused(Exception):
    """The answer to a call is an error."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = dict(parameters or {})


class Violation(Refused):
    """Refused here although the real server lets it pass, or for a reason that it never has."""

    def __init__(self, problem: str) -> None:
        super().__init__(400, f"Bad Request: {problem}")


def bad_request(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    first_name: str
    username: str = ""
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    id: int
    type: Literal["private", "group", "supergroup"]
    title: str = ""


Place = Person | Chat | int
"""A chat, the person of a private chat, or the id of either."""


def chat_id_of(place: Place) -> int:
    return place if isinstance(place, int) else place.id


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text that is shown in another way; offset and length count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    user: Person | None = None
    custom_emoji_id: str = ""
    unix_time: int | None = None
    date_time_format: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a call brought it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as a person can save it. Only a picture has a width and a height."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    file_id: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button under a message. `data` goes to the bot, `url` is opened, `copies` goes to the clipboard."""

    label: str
    data: str = ""
    url: str = ""
    copies: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands in the chat, or as it once stood there."""

    chat_id: int
    message_id: int
    version: int
    """0 as it was sent, one more with each edit."""
    sender: str
    from_bot: bool
    text: str
    html: str
    entities: tuple[Entity, ...]
    rows: tuple[tuple[ShownButton, ...], ...]
    document: ShownFile | None
    photo: ShownFile | None
    reply_to: int | None
    thread: int | None
    at: float
    """Unix time at which this version came."""
    superseded: bool = False
    deleted: bool = False
    asked: tuple[int, ...] | None = None
    """Whose client opens a reply to this message: ids of people, () for everybody, None for nobody."""
    placeholder: str = ""
    service: str = ""
    """The kind of an event that no one wrote, such as "new_chat_members"."""

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(button.label for button in row) for row in self.rows)

    @property
    def buttons(self) -> tuple[ShownButton, ...]:
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True, slots=True)
class Toast:
    """What a tap was answered with. Without a text the client only stops its spinner."""

    query_id: str
    person_id: int
    chat_id: int
    text: str
    alert: bool
    url: str
    at: float


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method. Without a status the connection broke before an answer."""

    method: str
    params: Params
    status: int | None
    answer: Mapping[str, Any]
    chat_id: int | None
    at: float
    """The monotonic clock at its arrival."""

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def description(self) -> str:
        return str(self.answer.get("description", ""))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to hand an update to the webhook. Without a status nobody answered."""

    update_id: int
    queue: str
    attempt: int
    status: int | None
    at: float


@dataclass(frozen=True, slots=True)
class Sent:
    """A send or an edit that was accepted, on the monotonic clock."""

    at: float
    chat_id: int
    method: str


@dataclass(frozen=True, slots=True)
class Impatient:
    """A call that came although an earlier 429 had asked to wait longer."""

    method: str
    chat_id: int | None
    seconds_early: float
