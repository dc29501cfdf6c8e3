"""The closed vocabulary between platforms and commands: updates come in, replies and questions go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Protocol
from uuid import UUID

Answers = Mapping[str, Any]
"""Parsed values by field name; None where a field was skipped."""

Raw = dict[str, str | None]
"""What was typed by field name: None = skipped, empty = named without a value, so it is asked for."""


# -- what is shown ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs, shown below each other."""

    pairs: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A table. `numeric` are the places of the columns aligned to the right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence that stands out."""

    text: str
    level: Literal["success", "info", "warning", "error"] = "info"


Block = Text | Facts | Lines | Notice


@dataclass(frozen=True, slots=True)
class Button:
    """Pressing it runs the command with the argument as its text; a command in `:` steers the open form."""

    label: str
    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class InvoicePdf:
    """The document of an issued invoice. It is rendered after the commit, or taken as it was kept before."""

    invoice_id: UUID
    filename: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers. `answer` goes to the form that made a detour to this command."""

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment | InvoicePdf, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """The next thing a form needs; a platform with modals shows the whole form instead."""

    title: str
    field: str
    prompt: str
    step: int
    steps: int
    buttons: tuple[Button, ...] = ()
    error: str = ""
    before: tuple[Block, ...] = ()
    """What there is to say before asking."""


# -- forms ----------------------------------------------------------------------------------------


class Asked(Enum):
    """When a form asks for a field by itself."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    """Step by step, with Skip; never when the command was typed on one line."""
    SILENT = "silent"
    """Only when it was named without a value."""


@dataclass(frozen=True, slots=True)
class Option:
    """A ready answer: the label is shown, the value is what would have been typed."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a command needs. `parse` is pure and raises InvalidInput."""

    name: str
    prompt: str
    parse: Callable[[str], Any]
    asked: Asked = Asked.REQUIRED
    options: tuple[Option, ...] = ()
    needed: Callable[[Answers], bool] = field(default=lambda answers: True)


@dataclass(frozen=True, slots=True)
class Ask:
    """A command needs a field again, this time with these ready answers."""

    field: str
    prompt: str
    options: tuple[Option, ...]
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Detour:
    """Another command first; what it answers is then the value of `field`."""

    command: str
    raw: Raw
    field: str


Outcome = Reply | Ask | Detour


# -- updates and platforms -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChatRef:
    """A place messages go."""

    platform: str
    address: str

    @property
    def key(self) -> str:
        return f"{self.platform}:{self.address}"


@dataclass(frozen=True, slots=True)
class SenderRef:
    """A platform's identity of a person; `name` is only for showing."""

    platform: str
    identity: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.platform}:{self.identity}"


@dataclass(frozen=True, slots=True)
class Typed:
    """A message. `by_number`: a number or a label in it may choose a button of the last reply."""

    text: str
    files: tuple[Attachment, ...] = ()
    by_number: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    token: str


@dataclass(frozen=True, slots=True)
class Update:
    """One inbound event; `id` is the delivery's own, unique on its platform."""

    platform: str
    id: str
    chat: ChatRef
    sender: SenderRef
    input: Typed | Pressed


class Platform(Protocol):
    """All that the conversation asks of an adapter.

    `tokens` stand for the buttons, in order. Raises Unavailable when it is certain that nothing was sent; any
    other failure leaves the delivery uncertain.
    """

    name: str

    async def deliver(self, chat: ChatRef, reply: Reply, tokens: tuple[str, ...]) -> None: ...
    async def ask(self, chat: ChatRef, question: Question, tokens: tuple[str, ...]) -> None: ...
