"""What the conversation and its delivery ask of a platform's adapter, and how sending to one can fail."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import BillhookError, Unavailable
from handlers.kinds import Attachment, ChatRef, Question, Reply
from handlers.updates import Occasion, RemoteFile, Update


@dataclass(frozen=True, slots=True)
class Manners:
    """How people are talked to on a platform."""

    guided: bool = False
    """People come by pressing Start: they are greeted, and a form's answers are shown before they are saved."""
    link: str = ""
    """The address that opens the private chat; a one-time code is put behind it."""
    pictures: bool = True
    """What somebody sends along can be read."""
    sheets: bool = False
    """A form is shown whole where there is a way to open it; questions then bring their sheet along."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """How letters to clients leave, where mail is switched on."""

    sender: str
    """The bare address they come from, and to which they return when nobody takes them."""
    public_url: str = ""
    """Where people reach this install; empty where they cannot."""

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Rate:
    """At most one message in so many seconds for everything with this key."""

    key: str
    seconds: float


class Platform(Protocol):
    """A reply is rendered into the messages it takes, its parts, and each is sent, counted and settled by itself.

    Rendering is pure: the same reply always gives the same parts, so another process can go on in the middle.
    """

    name: str

    async def manners(self) -> Manners: ...
    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> Sequence[Any]:
        """`tokens` stand for the buttons, in order."""

    def rates(self, chat: ChatRef, part: Any) -> Sequence[Rate]:
        """What sending the part to the chat counts against, the narrowest first; nothing for what is free."""

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        """Shows in the chat that a file is being made and sent, or else that something is being done."""

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        """Tell a pressed button that it was heard; True when that already said everything there is to say."""

    async def send(self, chat: ChatRef, part: Any, before: str = "") -> str:
        """Show one part and give the platform's name of the message; `before` names the part before it.

        Raises Unavailable when it is certain that nothing was sent, Throttled when the platform says how long
        to wait, Lost when nobody knows whether it arrived, ChatMoved, ChatGone and Undeliverable for what no
        retry can change. Anything else is a bug, and leaves the delivery uncertain, too.
        """

    async def introduced(self, update: Update) -> Update:
        """The update with what the platform only tells when asked: the sender's name and language, and the chat in
        which it is answered.
        """

    async def fetch(self, file: RemoteFile) -> Attachment:
        """Raises InvalidInput for a file that is too large, Unavailable when it cannot be had now."""

    async def close(self) -> None: ...


class Throttled(Unavailable):
    """The platform wants no more messages for a while; nothing was sent."""

    code = "throttled"


class Lost(BillhookError):
    """The platform's answer was lost: the message may have arrived, and is not repeated by decision."""

    code = "lost"


class ChatMoved(BillhookError):
    """The chat has another address; nothing was sent to the old one."""

    code = "chat_moved"

    def __init__(self, message: str, address: str) -> None:
        super().__init__(message)
        self.address = address


class Undeliverable(BillhookError):
    """The platform refused the message for good."""

    code = "undeliverable"


class ChatGone(Undeliverable):
    """Nobody is there any more: the bot was blocked or removed."""

    code = "chat_gone"
