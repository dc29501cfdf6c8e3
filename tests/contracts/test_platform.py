"""The platform contract, kept by the fake and by the terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from bot.console.receive import chat_of, receive
from bot.console.render import plain_question, plain_reply
from bot.console.send import PlainScreen, Terminal
from handlers.kinds import (
    Attachment,
    Button,
    ChatRef,
    DocumentPdf,
    Facts,
    Lines,
    Notice,
    Question,
    Reply,
    Text,
)
from handlers.platform import Platform
from handlers.updates import Pressed, Typed
from tests.builders.core import IDS
from tests.contracts.platform import PlatformContract, Stage, show
from tests.fakes.platform import FakePlatform, Refused

CHAT = ChatRef("fake", "ana")
ROW_OF_BUTTONS = re.compile(r"\[\d+\] ")


class FakeStage:
    def __init__(self) -> None:
        self.fake = FakePlatform()
        self.chat = CHAT

    @property
    def platform(self) -> Platform:
        return self.fake

    def seen(self) -> str:
        rows = [
            plain_question(one.shown) if isinstance(one.shown, Question) else plain_reply(one.shown)
            for one in self.fake.delivered
        ]
        return "\n".join(row for lines in rows for row in lines)

    def labels(self) -> list[str]:
        return [button.label for button in self.fake.delivered[-1].shown.buttons]

    def files(self) -> dict[str, bytes]:
        return {
            item.filename: item.content
            for one in self.fake.delivered
            if isinstance(one.shown, Reply)
            for item in one.shown.attachments
            if isinstance(item, Attachment)
        }

    def press(self, place: int) -> Typed | Pressed:
        return Pressed(self.fake.delivered[-1].tokens[place])


class TerminalStage:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._out = io.StringIO()
        self.terminal = Terminal(PlainScreen(self._out), folder)
        self.chat = chat_of("ana")

    @property
    def platform(self) -> Platform:
        return self.terminal

    def seen(self) -> str:
        return self._out.getvalue()

    def labels(self) -> list[str]:
        last = self.seen().rsplit("\n\n", 1)[-1]
        rows = [row for row in last.split("\n") if ROW_OF_BUTTONS.match(row)]
        return [label.strip() for row in rows for label in ROW_OF_BUTTONS.split(row)[1:]]

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self._folder.iterdir()}

    def press(self, place: int) -> Typed | Pressed:
        update = receive(f"{place + 1}\n", "ana", piped=True)
        assert update is not None
        assert isinstance(update.input, Typed)
        return update.input


class TestFakePlatform(PlatformContract):
    @pytest.fixture
    def stage(self) -> Stage:
        return FakeStage()


class TestTerminal(PlatformContract):
    @pytest.fixture
    def stage(self, tmp_path: Path) -> Stage:
        return TerminalStage(tmp_path)


PDF = Attachment("a.pdf", "application/pdf", b"%PDF")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(()),
        Reply((Text(" "),)),
        Reply((Notice(""),)),
        Reply((Facts((("Net", ""),)),)),
        Reply((Lines(("a", "b"), (("1",),)),)),
        Reply((Lines(("a",), (("1",),), (1,)),)),
        Reply((Text("x"),), (Button("", "help"),)),
        Reply((Text("x"),), (Button("x" * 65, "help"),)),
        Reply((Text("x"),), tuple(Button(str(place), "help") for place in range(101))),
        Reply((Text("x"),), attachments=(Attachment("a/b.pdf", "application/pdf", b"%PDF"),)),
        Reply((Text("x"),), attachments=(Attachment("a.pdf", "application/pdf", b""),)),
        Reply((Text("x"),), attachments=(DocumentPdf(IDS.new(), "a.pdf"),)),
    ],
)
async def test_the_fake_refuses_what_no_platform_would_show(reply: Reply) -> None:
    fake = FakePlatform()

    with pytest.raises(Refused):
        await show(fake, CHAT, reply, tuple(f"t{place}" for place in range(len(reply.buttons))))

    assert fake.delivered == []


@pytest.mark.parametrize(("step", "steps"), [(0, 3), (4, 3)])
async def test_the_fake_refuses_a_progress_that_makes_no_sense(step: int, steps: int) -> None:
    fake = FakePlatform()

    with pytest.raises(Refused):
        await show(fake, CHAT, Question("Add a client", "name", "Which name?", step, steps))

    assert fake.delivered == []


async def test_the_fake_refuses_two_buttons_with_one_token() -> None:
    fake = FakePlatform()
    reply = Reply((Text("x"),), (Button("Yes", "help"), Button("No", "help")), (PDF,))

    with pytest.raises(Refused):
        await show(fake, CHAT, reply, ("same", "same"))

    assert fake.delivered == []
