"""What comes in: one event of a platform, what somebody said or did with it, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.kinds import Attachment, ChatRef, SenderRef


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that came with a message and lies on the platform until it is fetched; `size` in bytes, 0 unknown."""

    reference: str
    filename: str
    media_type: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Typed:
    """A message. `by_number`: a number or a label in it may choose a button of the last reply."""

    text: str
    files: tuple[Attachment | RemoteFile, ...] = ()
    by_number: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    token: str
    shown: str = ""
    """The address of the chat that shows the button, where it is answered in another one."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A sheet that was filled in and sent: what stands in each field by its name, empty where nothing does."""

    token: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A sheet that was changed or closed and not sent."""

    token: str
    values: Mapping[str, str]
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """Ready answers are wanted for a field of a sheet, for what was typed there so far. It is never stored."""

    token: str
    values: Mapping[str, str]
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A link with a one-time code was followed into the private chat."""

    code: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The person opened their standing overview, whose chat is a board; `again`: it has to be shown anew."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class Reachable:
    """The bot was let into the chat again, or blocked and removed."""

    reachable: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another address from now on."""

    address: str


Said = Typed | Pressed | Submitted | Kept | Opened | Looked
"""What somebody wants an answer to."""
Input = Said | Reachable | Moved


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an answer refers to, in the words of the platform that receives and answers it."""

    message: str = ""
    """The message that was typed, or whose button was pressed."""
    press: str = ""
    """What names the pressing itself, where it waits for an answer of its own."""
    replaces: str = ""
    """The message whose place the answer takes."""
    answered: bool = False
    """What was typed answered the open question, so the answer stands in the form's own message."""
    who: str = ""
    """The name of who pressed, where others see it and wonder."""
    whose: str = ""
    """What the platform calls them by."""
    way: str = ""
    """The address that takes answers to this one event, for a while."""
    opens: str = ""
    """What opens a sheet on the person's screen, while it is fresh."""
    form: str = ""
    """The sheet on the person's screen that the answer takes the place of."""
    thread: str = ""
    """The message below whose others this was said."""
    aloud: bool = False
    """The group around it may see what comes of it."""


@dataclass(frozen=True, slots=True)
class Around:
    """The group around a corner in which only one person reads."""

    chat: ChatRef
    title: str


@dataclass(frozen=True, slots=True)
class Update:
    """One inbound event; `id` is the delivery's own, unique on its platform."""

    platform: str
    id: str
    chat: ChatRef
    sender: SenderRef
    input: Input
    occasion: Occasion = Occasion()
    group: str = ""
    """The title of the group, where others read along; empty in a private chat."""
    around: Around | None = None
    """The group in which somebody speaks to us alone; the chat itself is then their own corner of it."""
