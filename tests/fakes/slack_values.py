"""The values that the fake Slack and its tests hand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Impossible(AssertionError):
    """No person can do this in a real client."""


class Refused(Exception):
    """The answer to a call is an error; `more` are further fields of the answer."""

    def __init__(self, error: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.more = dict(more or {})


class Violation(Refused):
    """Refused, and nothing that a careful app ever asks for."""

    def __init__(self, error: str, problem: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(error, more)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app took what Slack sent. Status 0 is none: the time ran out, or nobody answered."""

    status: int
    body: str
    seconds: float
    problem: str = ""
    """What the person is told, such as "operation_timeout"; empty if all is well."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button as it is seen. `raw` is the element."""

    label: str
    action_id: str
    block_id: str
    value: str = ""
    url: str = ""
    style: str = ""
    raw: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownFile:
    id: str
    name: str
    title: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as one person sees it now. Without a sender it is a note of Slack's own."""

    channel_id: str
    ts: str
    sender: str
    from_bot: bool
    text: str
    raw_text: str
    blocks: list[Json]
    buttons: tuple[ShownButton, ...]
    files: tuple[ShownFile, ...]
    ephemeral: bool
    thread_ts: str | None
    edited: bool
    unfurls: Mapping[str, bool | None] = field(default_factory=dict)
    note: bool = False
    """Slack's own word to one person, such as that a command has failed."""

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.label for button in self.buttons)


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in: an input block, or a select that stands elsewhere."""

    label: str
    block_id: str
    action_id: str
    type: str
    value: Any
    """As a person sees it: text, the texts of chosen options, a date."""
    initial: Any
    placeholder: str
    hint: str
    optional: bool
    options: tuple[tuple[str, str], ...]
    error: str
    multiline: bool
    is_input: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """A modal or the Home tab as a person sees it now."""

    id: str
    hash: str
    external_id: str
    callback_id: str
    private_metadata: str
    title: str
    submit: str
    close: str
    text: str
    fields: tuple[Field, ...]
    buttons: tuple[ShownButton, ...]
    blocks: list[Json]
    errors: Mapping[str, str]
    """By the label of the field."""
    problem: str
    """The banner "We had some trouble connecting", or nothing."""
    depth: int
    """1 for a root view; Home has 0."""

    def field(self, label: str) -> Field:
        for known in self.fields:
            if known.label == label:
                return known
        raise Impossible(f"there is no field {label!r} among {[known.label for known in self.fields]}")

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.label for button in self.buttons)


@dataclass(frozen=True, slots=True)
class Confirm:
    """A dialog that a button asked before it did anything."""

    title: str
    text: str
    confirm: str
    deny: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method, without its token. Status 0: the connection broke before an answer."""

    method: str
    arguments: Mapping[str, Any]
    response: Mapping[str, Any]
    status: int
    team_id: str
    at: float
    """The monotonic clock at its arrival."""

    @property
    def ok(self) -> bool:
        return self.response.get("ok") is True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to hand something to the app."""

    kind: str
    """"command", an interaction's type, or an event's type."""
    id: str
    """An event's id, otherwise the trigger or the view."""
    attempt: int
    status: int
    problem: str
    at: float


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was accepted, on the monotonic clock."""

    at: float
    channel_id: str
    method: str


@dataclass(frozen=True, slots=True)
class Overrun:
    """A message that came too soon after another one in its channel."""

    channel_id: str
    method: str
    seconds_after: float
    """The distance to the message before."""


@dataclass(frozen=True, slots=True)
class Impatient:
    """A call that came although an earlier 429 had asked to wait longer."""

    method: str
    seconds_early: float
