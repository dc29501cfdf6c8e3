"""Shows replies and questions to whoever sits at the terminal or the pipe, and saves the files that come along."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TextIO

from bot.console.files import save
from bot.console.receive import PLATFORM
from bot.console.render import plain_question, plain_reply
from core.errors import N_, InvalidInput
from handlers.kinds import Attachment, ChatRef, Enclosed, Notice, Question, Reply
from handlers.platform import Manners, Rate
from handlers.updates import Occasion, RemoteFile, Update
from handlers.words import _


class Screen(Protocol):
    """Where things are shown; `saved` says for each attachment where it lies."""

    def reply(self, reply: Reply, saved: Sequence[Path | None]) -> None: ...
    def question(self, question: Question) -> None: ...


class Terminal:
    """handlers.platform.Platform for the person in front of this process."""

    name = PLATFORM

    def __init__(self, screen: Screen, files: Path) -> None:
        self._screen = screen
        self._files = files

    async def manners(self) -> Manners:
        return Manners()

    def parts(
        self, chat: ChatRef, shown: Reply | Question, tokens: tuple[str, ...], occasion: Occasion
    ) -> Sequence[Reply | Question]:
        """A terminal takes everything at once."""
        return (shown,)

    def rates(self, chat: ChatRef, part: Reply | Question) -> Sequence[Rate]:
        return ()

    def busy(self, chat: ChatRef, sending: bool = True) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def answer_press(self, occasion: Occasion, shown: Reply | Question) -> bool:
        return False

    async def send(self, chat: ChatRef, part: Reply | Question, before: str = "") -> str:
        if isinstance(part, Question):
            self._screen.question(part)
        else:
            self.show(part)
        return ""

    async def introduced(self, update: Update) -> Update:
        return update

    async def fetch(self, file: RemoteFile) -> Attachment:
        raise InvalidInput("file", N_("This is not a file, so nothing was sent."), "file:logo.png")

    async def close(self) -> None:
        return None

    def show(self, reply: Reply) -> None:
        """A file that cannot be saved is told in the reply itself: asking again is up to the person."""
        blocks, attachments = list(reply.blocks), list(reply.attachments)
        saved: list[Path | None] = []
        for attachment in reply.attachments:
            try:
                saved.append(self._save(attachment))
            except OSError as error:
                attachments.remove(attachment)
                blocks.append(_unsaved(attachment.filename, self._files, error))
        self._screen.reply(replace(reply, blocks=tuple(blocks), attachments=tuple(attachments)), saved)

    def _save(self, attachment: Enclosed) -> Path | None:
        """None for a document that is still to be made; delivery makes it before it comes here."""
        if not isinstance(attachment, Attachment):
            return None
        return save(self._files, attachment.filename, attachment.content)

    def say(self, text: str) -> None:
        """One sentence of the terminal's own, such as why a line was not sent."""
        self.show(Reply((Notice(text, "error"),)))


def _unsaved(filename: str, folder: Path, error: OSError) -> Notice:
    said = _(
        "{file} could not be saved in {folder} ({reason}).",
        file=filename,
        folder=folder,
        reason=error.strerror or "?",
    )
    return Notice(said, "error")


class PlainScreen:
    """Plain lines for pipes and files, flushed per reply, with a blank line between two replies."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._started = False

    def reply(self, reply: Reply, saved: Sequence[Path | None]) -> None:
        self._write(plain_reply(reply, [path.name if path else "" for path in saved]))

    def question(self, question: Question) -> None:
        self._write(plain_question(question))

    def _write(self, lines: list[str]) -> None:
        if self._started:
            self._out.write("\n")
        self._started = True
        self._out.write("".join(f"{line}\n" for line in lines))
        self._out.flush()
