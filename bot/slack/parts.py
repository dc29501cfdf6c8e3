"""What is sent to Slack: one message, one file, one modal, or the home tab."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from handlers.kinds import Attachment

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A message, or a change to one. Where it goes, the chat and these say."""

    text: str
    """For notifications and screen readers, already escaped for mrkdwn."""
    blocks: tuple[Json, ...] = ()
    replaces: str = ""
    """The message (ts) whose place it takes, where it still can."""
    way: str = field(default="", repr=False)
    """The response_url that takes it; without one it is posted. Whoever knows it can write there."""
    original: bool = False
    """By `way`, the message that was pressed is replaced."""
    thread: str = ""
    """The message (ts) below which it is posted."""
    below: bool = False
    """It is posted in the thread of the part before it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with its text. From a corner it goes to the channel where that was allowed, else to the person."""

    file: Attachment
    comment: str = ""
    """Escaped for mrkdwn."""
    aloud: bool = False
    thread: str = ""
    below: bool = False


@dataclass(frozen=True, slots=True)
class Modal:
    """A view on the person's screen."""

    view: Json
    form: str = ""
    """The view whose place it takes: `id ID HASH` or `external ID`; `only ID HASH` where it has no other place."""
    opens: str = ""
    """The trigger that opens it where there is none: `SECONDS TRIGGER`, the first being when it was received."""
    instead: tuple[Message, ...] = ()
    """What is shown when the person closed the form, or the trigger is too old."""


@dataclass(frozen=True, slots=True)
class Home:
    view: Json


@dataclass(frozen=True, slots=True)
class Nothing:
    """A reply that leaves nothing to show; its delivery is complete all the same."""

    why: str = field(default="")


Part = Message | Upload | Modal | Home | Nothing
