"""The chat through a pipe: each line in, its answer out, whatever the lines are."""

import asyncio
import io
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from bot.console.pipe import run_piped
from bot.console.send import PlainScreen, Terminal
from core.errors import Unavailable
from handlers.kinds import Attachment, ChatRef, Question, Reply, Text
from handlers.updates import Update
from tests.console.people import Echo
from tests.contracts.platform import show

OWNER = ChatRef("terminal", "owner")


async def piped(lines: bytes | BinaryIO, files: Path = Path("unused")) -> tuple[str, Echo]:
    out = io.StringIO()
    terminal = Terminal(PlainScreen(out), files)
    app = Echo(terminal)
    stream = io.BytesIO(lines) if isinstance(lines, bytes) else lines
    await run_piped(app, terminal, "owner", stream)
    return out.getvalue(), app


async def test_a_blank_line_stands_between_two_replies_and_nowhere_else() -> None:
    out, app = await piped(b"/help\n/invoices\n")

    assert out == "/help\n\n/invoices\n"
    assert app.heard == ["/help", "/invoices"]


async def test_empty_lines_are_skipped_and_the_last_line_needs_no_end() -> None:
    out, _app = await piped(b"\n  \r\n/help\r\n\n7")

    assert out == "/help\n\n7\n"


async def test_nothing_in_gives_nothing_out() -> None:
    assert (await piped(b""))[0] == ""


async def test_a_line_that_is_no_utf8_is_answered_and_the_next_one_is_heard() -> None:
    out, app = await piped(b"L\xf6we\n/help\n")

    assert out == "This is not UTF-8 text, so nothing was sent.\n\n/help\n"
    assert app.heard == ["/help"]


async def test_a_file_that_is_not_there_is_answered_and_the_next_line_is_heard() -> None:
    out, app = await piped(b"/logo file:nowhere.png\n/help\n")

    assert out.startswith("This file cannot be read (No such file or directory), so nothing was sent.\n\n")
    assert app.heard == ["/help"]


@pytest.mark.parametrize("length", [20_001, 88_192, 88_193, 1_000_000])
async def test_a_line_that_is_too_long_is_answered_once_and_the_next_one_is_heard(length: int) -> None:
    out, app = await piped(b"x" * length + b"\n/help\n")

    assert out == "This is longer than 20000 characters, so nothing was sent.\n\n/help\n"
    assert app.heard == ["/help"]


async def test_a_line_is_answered_before_the_next_one_is_read() -> None:
    reading, writing = os.pipe()
    source = os.fdopen(reading, "rb")

    class Prompting(io.StringIO):
        """Writes the second line only when the first was answered."""

        def write(self, text: str) -> int:
            if text == "first\n":
                os.write(writing, b"second\n")
                os.close(writing)
            return super().write(text)

    out = Prompting()
    terminal = Terminal(PlainScreen(out), Path("unused"))
    os.write(writing, b"first\n")

    with source:
        await run_piped(Echo(terminal), terminal, "owner", source)

    assert out.getvalue() == "first\n\nsecond\n"


async def test_a_database_that_does_not_answer_ends_the_run() -> None:
    out = io.StringIO()
    terminal = Terminal(PlainScreen(out), Path("unused"))
    app = Echo(terminal)
    app.failing = Unavailable("The database does not answer.", 1)

    with pytest.raises(Unavailable):
        await run_piped(app, terminal, "owner", cast("BinaryIO", io.BytesIO(b"/help\n/invoices\n")))

    assert app.heard == []


async def test_ctrl_c_ends_the_chat_although_what_it_cut_off_was_seen_to() -> None:
    class Stubborn(Echo):
        """As a delivery whose database fails in its own words, and which then goes on."""

        async def handle(self, update: Update) -> None:
            with suppress(asyncio.CancelledError):
                await super().handle(update)
                at_work.set()
                await asyncio.sleep(60)

    at_work, terminal = asyncio.Event(), Terminal(PlainScreen(io.StringIO()), Path("unused"))
    app = Stubborn(terminal)
    chat = asyncio.create_task(run_piped(app, terminal, "owner", io.BytesIO(b"/help\n/invoices\n")))
    await at_work.wait()

    chat.cancel()

    with pytest.raises(asyncio.CancelledError):
        await chat
    assert app.heard == ["/help"]


async def test_what_arrives_is_saved_and_announced_by_the_name_it_got(tmp_path: Path) -> None:
    out = io.StringIO()
    terminal = Terminal(PlainScreen(out), tmp_path / "files")
    replies = [Reply((Text(name),), attachments=(Attachment("7.pdf", "application/pdf", name.encode()),))
               for name in ("one", "two")]  # fmt: skip

    for reply in replies:
        await show(terminal, OWNER, reply)

    assert out.getvalue() == (
        "one\n[file] 7.pdf (application/pdf, 3 bytes)\n\ntwo\n[file] 7-2.pdf (application/pdf, 3 bytes)\n"
    )
    assert (tmp_path / "files" / "7-2.pdf").read_bytes() == b"two"


async def test_a_file_that_cannot_be_saved_is_told_in_the_reply(tmp_path: Path) -> None:
    out = io.StringIO()
    (tmp_path / "files").write_bytes(b"in the way")
    terminal = Terminal(PlainScreen(out), tmp_path / "files")

    await show(terminal, OWNER, Reply((Text("Here."),), attachments=(Attachment("7.pdf", "x/y", b""),)))

    assert out.getvalue() == f"Here.\n7.pdf could not be saved in {tmp_path / 'files'} (File exists).\n"


async def test_a_question_is_shown_like_a_reply() -> None:
    out = io.StringIO()
    terminal = Terminal(PlainScreen(out), Path("unused"))

    await show(terminal, OWNER, Question("Add a client", "name", "What is the name?", 1, 6))

    assert out.getvalue() == "(1/6) What is the name?\n"
