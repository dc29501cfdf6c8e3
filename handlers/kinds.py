"""The closed vocabulary between commands and platforms: what is shown, what is asked, and whom it is for.

What comes in is in handlers/updates.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from typing import Any, Literal
from uuid import UUID

from core.einvoice.profiles import Profile
from core.einvoice.terms import NOTHING_ADDED, Added
from core.invoice import Kind
from core.reminder_letter import LetterText

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
    """Pressing it runs the command with the argument as its text; a command in `:` steers the open form.

    With a `url` it opens that instead. `tone` tells what it is about where a platform can show that.
    """

    label: str
    command: str = ""
    argument: str = ""
    url: str = ""
    tone: Literal["", "primary", "danger"] = ""
    confirm: str = ""
    """What a platform that can asks back before it is pressed: the object, the amount and the recipient."""


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DocumentPdf:
    """An issued document as a file. It is rendered after the commit, or taken as it was kept before."""

    subject_id: UUID
    """The invoice, or what else the kind says, that it is the document of."""
    filename: str
    kind: Kind = Kind.INVOICE


@dataclass(frozen=True, slots=True)
class PaidPdf:
    """A copy of an issued invoice that is marked as paid. It is rendered after the commit; nothing of it is kept."""

    invoice_id: UUID
    filename: str


@dataclass(frozen=True, slots=True)
class DocumentXml:
    """The data of an issued document as a file. They are written after the commit; nothing of them is kept."""

    subject_id: UUID
    filename: str
    profile: Profile
    added: Added = NOTHING_ADDED
    kind: Kind = Kind.INVOICE


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the business, such as a receipt, which delivery loads."""

    file_id: UUID
    filename: str
    media_type: str


class ReportKind(StrEnum):
    AGING = "aging"
    STATEMENT = "statement"
    SUMMARY = "summary"
    EXPORT = "export"
    """Everything the business has."""


class FileForm(StrEnum):
    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"
    PNG = "png"
    ZIP = "zip"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileForm.PDF: "application/pdf",
    FileForm.CSV: "text/csv",
    FileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileForm.PNG: "image/png",
    FileForm.ZIP: "application/zip",
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report as a file. It is read and made after the commit; nothing of it is kept."""

    report: ReportKind
    form: FileForm
    filename: str
    start: date
    end: date
    """Of debts by age, the day they are told by."""
    language: str
    client_id: UUID | None = None
    currency: str = ""
    """All of it in that one; empty: each currency for itself."""


@dataclass(frozen=True, slots=True)
class ReminderPdf:
    """A reminder on paper, with the words and sums that were shown. It is drawn after the commit; nothing is kept."""

    filename: str
    text: LetterText


Enclosed = Attachment | DocumentPdf | DocumentXml | PaidPdf | ReminderPdf | ReportFile | StoredFile
"""All that may come with a reply; what is no Attachment yet is made, or fetched, when it is delivered."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message by mail has besides its text, its links and its files."""

    subject: str
    message_id: str
    """Without angle brackets; the same however often it is sent, so that a mailbox shows it once."""
    sender: str
    """The name people know: the business's."""
    reply_to: str = ""
    unsubscribe: str = ""
    """The address behind which one press ends such letters; empty where that does not fit."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers. `answer` goes to the form that made a detour to this command."""

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Enclosed, ...] = ()
    answer: str = ""
    aside: bool = False
    """Said in passing to whoever pressed a button: what is on the screen stays as it is."""
    elsewhere: tuple[tuple[ChatRef, Reply], ...] = ()
    """What other chats are told at the same moment."""
    topic: str = ""
    """A headline of its own; where a platform has threads, the rest stands in the thread below it."""
    language: str = ""
    """What it is written in, where that is not the speaker's: the one that another chat's person chose."""
    letter: Letter | None = None
    """Set where it goes to a client by mail."""


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
    given: tuple[tuple[str, str], ...] = ()
    """What was answered so far, for platforms on which the answers do not stand above the question."""
    typed: bool = True
    """Whether something is to be typed; a summary only has buttons."""
    choices: int = 0
    """How many of the buttons are ready answers; they come first."""
    sheet: Sheet | None = None
    """The whole form, for platforms that show it at once; the last button, `:form`, opens it and names it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form as it stands on a sheet. `value` is what would have been typed, `shown` its label."""

    name: str
    prompt: str
    box: Box
    value: str = ""
    shown: str = ""
    options: tuple[Option, ...] = ()
    optional: bool = False
    searched: bool = False
    """Ready answers are looked for while somebody types; `options` are only the first ones."""
    guides: bool = False
    """Other fields hang on it, so the sheet is shown anew when it changes."""
    error: str = ""
    several: bool = False
    """Any number of the options together, with a comma between them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form with all its fields at once."""

    title: str
    save: str
    """The label of what sends it."""
    entries: tuple[Entry, ...]
    error: str = ""
    """What is wrong with none of its fields alone."""
    form: str = ""
    """What tells its fields from those of another form that takes its place: its command."""


# -- forms ----------------------------------------------------------------------------------------


class Asked(Enum):
    """When a form asks for a field by itself."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    """Step by step, with Skip; never when the command was typed on one line."""
    SILENT = "silent"
    """Only when it was named without a value."""


class Box(Enum):
    """What a field is filled in with where a platform shows the whole form."""

    LINE = "line"
    TEXT = "text"
    """Several lines."""
    DAY = "day"
    """A calendar; the value is an ISO date."""
    MAIL = "mail"
    CHOICE = "choice"
    """One of the options and nothing else."""


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
    box: Box = Box.LINE
    search: Callable[[str], Awaitable[Sequence[Option]]] | None = None
    """Finds ready answers for the beginning of one, where a platform asks while somebody types."""
    guides: bool = False
    """Other fields of the form hang on this one."""
    start: str = ""
    """What a whole form is filled in with where nothing was typed yet."""
    several: bool = False
    """Any number of the options together are an answer, with a comma between them."""


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


# -- places and people ------------------------------------------------------------------------------


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
    language: str = ""
    """The language the platform says the person has, as an IETF tag; empty where it says nothing."""
    workspace: str = ""
    """Whose people know each other, as `platform:tenant`; empty where strangers meet."""

    @property
    def key(self) -> str:
        return f"{self.platform}:{self.identity}"
