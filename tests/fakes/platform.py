"""A platform that keeps what it was given, and refuses what a real one would."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import assert_never

from handlers.kinds import Attachment, Block, Button, ChatRef, Facts, Lines, Notice, Question, Reply, Text
from handlers.platform import Manners, Rate
from handlers.updates import Occasion, RemoteFile, Update

MAX_BUTTONS = 100
MAX_LABEL = 64
MAX_TOKEN = 64
"""Bytes: Telegram's callback_data."""


class Refused(AssertionError):
    """The platform would not have shown this."""


class Killed(BaseException):
    """The process ends here: nothing may catch it."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one chat was shown once. `tokens` stand for the buttons, in order."""

    chat: ChatRef
    shown: Reply | Question
    tokens: tuple[str, ...]

    def token(self, label: str) -> str:
        """What a press of that button sends."""
        labels = [button.label for button in self.shown.buttons]
        if label not in labels:
            raise Refused(f"there is no button {label!r} among {labels}")
        return self.tokens[labels.index(label)]


class FakePlatform:
    """handlers.platform.Platform that shows everything at once, as a terminal does."""

    def __init__(self, name: str = "fake", manners: Manners | None = None) -> None:
        self.name = name
        self.delivered: list[Delivered] = []
        self.failing: BaseException | None = None
        """What the next delivery ends with, in place of being shown."""
        self._manners = manners or Manners()

    async def manners(self) -> Manners:
        return self._manners

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> list[Delivered]:
        return [Delivered(chat, shown, tokens)]

    def rates(self, chat: ChatRef, part: Delivered) -> list[Rate]:
        return []

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        return False

    async def introduced(self, update: Update) -> Update:
        return update

    async def fetch(self, file: RemoteFile) -> Attachment:
        raise Refused("nothing lies on this platform")

    async def close(self) -> None:
        return None

    async def send(self, chat: ChatRef, part: Delivered, before: str = "") -> str:
        if isinstance(part.shown, Question):
            _check_question(part.shown)
        else:
            _check_reply(part.shown)
        self._keep(part)
        return str(len(self.delivered))

    def _keep(self, delivered: Delivered) -> None:
        _check_buttons(delivered.shown.buttons, delivered.tokens)
        if self.failing is not None:
            failing, self.failing = self.failing, None
            raise failing
        self.delivered.append(delivered)

    def shown_in(self, chat: ChatRef) -> list[Delivered]:
        return [delivered for delivered in self.delivered if delivered.chat == chat]


def _check_reply(reply: Reply) -> None:
    if not reply.blocks and not reply.attachments:
        raise Refused("a reply says something or brings a file")
    for block in reply.blocks:
        _check_block(block)
    for attachment in reply.attachments:
        if not isinstance(attachment, Attachment):
            raise Refused("a document is rendered before it is delivered")
        _check_file(attachment)


def _check_question(question: Question) -> None:
    if not question.prompt.strip() or not question.title.strip() or not question.field:
        raise Refused("a question has a title, a field and a prompt")
    if not 1 <= question.step <= question.steps:
        raise Refused(f"step {question.step} of {question.steps} is no progress")
    for block in question.before:
        _check_block(block)


def _check_buttons(buttons: tuple[Button, ...], tokens: tuple[str, ...]) -> None:
    sent = [token for button, token in zip(buttons, tokens, strict=False) if not button.url]
    if len(buttons) != len(tokens) or len(set(sent)) != len(sent):
        raise Refused("every button has a token of its own")
    if len(buttons) > MAX_BUTTONS:
        raise Refused(f"{len(buttons)} buttons are more than {MAX_BUTTONS}")
    for button, token in zip(buttons, tokens, strict=True):
        if not button.label.strip() or len(button.label) > MAX_LABEL or "\n" in button.label:
            raise Refused(f"{button.label!r} is no label")
        if not button.url and not 0 < len(token.encode()) <= MAX_TOKEN:
            raise Refused(f"{token!r} is no token")


def _check_block(block: Block) -> None:
    match block:
        case Text(text) | Notice(text):
            if not text.strip():
                raise Refused("an empty paragraph")
        case Facts(pairs):
            if not pairs or not all(label.strip() and value.strip() for label, value in pairs):
                raise Refused(f"facts with nothing in them: {pairs}")
        case Lines(header, rows, numeric):
            if not rows or any(len(row) != len(header) for row in rows):
                raise Refused("every row of a table is as wide as its header")
            if not all(0 <= place < len(header) for place in numeric):
                raise Refused(f"no column has the place {numeric}")
        case _:
            assert_never(block)


def _check_file(attachment: Attachment) -> None:
    if not attachment.content or "/" not in attachment.media_type:
        raise Refused(f"{attachment.filename!r} is empty or of no kind")
    if not attachment.filename or set(attachment.filename) & set('/\\\n"'):
        raise Refused(f"{attachment.filename!r} is no name of a file")
