"""A chat as its people live it: what they say, press and see, whichever way the program runs."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pypdf

from handlers.kinds import Attachment

WRONG_WORDS = re.compile(
    r"Traceback|\bNone\b|<\w[\w.]* object|<class |\b(?:Decimal|UUID|datetime|date|Money|InvalidInput)\("
    r"|\{[a-z_]+\}|\bb'|Error\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-"
)
"""What no sentence may hold: a value as Python writes it, a trace, a place that was not filled, an id."""


PAY_LINK = "Pay link"


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer as it was shown. `tokens` are what its buttons send, where the way knows them."""

    text: str
    buttons: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    tokens: tuple[str, ...] = ()


class Way(Protocol):
    """How the program runs; `name` is who speaks."""

    @property
    def today(self) -> date:
        """The calendar day in Berlin."""

    async def send(self, name: str, text: str, files: tuple[Attachment, ...] = ()) -> Seen: ...
    async def press(self, name: str, seen: Seen, label: str) -> Seen: ...


class Chat:
    """One person's chat with Billhook."""

    def __init__(self, name: str, way: Way) -> None:
        self.name = name
        self.way = way
        self.seen = Seen("")
        self._typed = ""

    def continued(self, way: Way) -> Chat:
        """The same person, who goes on elsewhere."""
        other = Chat(self.name, way)
        other._typed = self._typed
        return other

    async def says(self, text: str, *files: Attachment) -> Seen:
        return self._read(await self.way.send(self.name, text, files), text)

    async def presses(self, label: str, on: Seen | None = None) -> Seen:
        """Choose a button of the last answer, or of an older one."""
        seen = on or self.seen
        assert label in seen.buttons, f"there is no button {label!r} in:\n{seen.text}\n{seen.buttons}"
        return self._read(await self.way.press(self.name, seen, label), label)

    def sees(self, *parts: str) -> None:
        """All of it stands in the last answer, in this order."""
        place = 0
        for part in parts:
            found = self.seen.text.find(part, place)
            assert found >= 0, f"{self.name} does not see {part!r} (there) in:\n{self.seen.text}"
            place = found + len(part)

    def sees_nothing_of(self, *parts: str) -> None:
        for part in parts:
            assert part not in self.seen.text, f"{self.name} sees {part!r} in:\n{self.seen.text}"

    def can_press(self, *labels: str) -> None:
        """These buttons and no others, but for the link that is only offered where clients can reach the install."""
        assert tuple(label for label in self.seen.buttons if label in labels or label != PAY_LINK) == labels

    def has_file(self, name: str) -> bytes:
        assert name in self.seen.files, f"{self.name} got {list(self.seen.files)}, no {name}"
        return self.seen.files[name]

    def reads_pdf(self, name: str) -> str:
        """The text of a PDF that came with the last answer, on one line."""
        pages = pypdf.PdfReader(io.BytesIO(self.has_file(name))).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def _read(self, seen: Seen, typed: str) -> Seen:
        # What a person typed is quoted back to them and may hold anything.
        self._typed += f"{typed}\n"
        said = "\n".join((seen.text, *seen.buttons))
        wrong = [found[0] for found in WRONG_WORDS.finditer(said) if found[0] not in self._typed]
        assert wrong == [], f"{wrong} in:\n{seen.text}"
        assert seen.text.strip(), f"no answer to {typed!r}"
        self.seen = seen
        return seen
