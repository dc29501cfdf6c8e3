"""A conversation without a database: four made-up commands, and a talk that goes through what would be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from core.chat_ports import Conversation, Press
from core.errors import BillhookError, Conflict, InvalidInput
from core.ports import Work
from handlers.command import Command
from handlers.context import Context
from handlers.exchange import Exchange
from handlers.forms import split_form
from handlers.kinds import (
    Answers,
    Ask,
    Asked,
    ChatRef,
    Detour,
    Field,
    Notice,
    Option,
    Outcome,
    Question,
    Raw,
    Reply,
    SenderRef,
    Text,
)
from handlers.updates import Pressed, Typed
from storage.plans import Unlimited
from tests.fakes.clock import FixedClock, SequentialIds

SIZES = tuple(Option(f"Size {size}", str(size)) for size in range(1, 20))


def number(text: str) -> int:
    if not text.isdigit():
        raise InvalidInput("count", "“{value}” is no number.", "7", value=text)
    return int(text)


async def form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (
        Field("what", "What do you want?", str.strip),
        Field("count", "How many?", number, options=SIZES),
        Field("colour", "Which colour?", str.strip, Asked.OPTIONAL),
        Field("note", "Which note?", str.strip, Asked.SILENT),
    )


async def order(ctx: Context, answers: Answers) -> Outcome:
    what: str = answers["what"]
    if what == "unknown":
        option = Option("Make unknown", "made:unknown")
        return Ask("what", "Make it, or another?", (option,), Notice("Nobody has that."))
    if what.startswith("made:"):
        return Detour("make", {}, "what")
    if what == "sold out":
        raise Conflict("It is sold out.")
    if what == "broken":
        raise InvalidInput("what", "“{value}” is broken.", "chairs", value=what)
    said = ", ".join(f"{name} {value}" for name, value in answers.items() if value is not None)
    return Reply((Text(said),))


async def make_form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    return (Field("thing", "Which thing?", str.strip),)


async def make(ctx: Context, answers: Answers) -> Outcome:
    if answers["thing"] == "for ever":
        return Detour("make", {"thing": "for ever"}, "thing")
    return Reply((Text(f"Made {answers['thing']}."),), answer=answers["thing"])


def read(text: str) -> Raw:
    return split_form(text, ("what", "count", "colour", "note"), "what") if text.strip() else {}


COMMANDS = {
    command.name: command
    for command in (
        Command("order", "Order things", order, form=form, read=read, public=True),
        Command("make", "Make a thing", make, form=make_form, public=True),
        Command("make room", "Make room", order, form=form, read=read, public=True),
        Command("invoice", "Write an invoice", order, form=form, read=read, public=True),
        Command("private", "Work", order, form=form),
    )
}


class Buttons:
    """core.ports.Chats, as far as buttons go: the last answer's, kept by their labels."""

    def __init__(self) -> None:
        self.last: Sequence[Press] = ()

    async def last_presses(self, chat: str) -> Sequence[Press]:
        return self.last

    async def find_press(self, chat: str, token: str) -> Press | None:
        return next((press for press in self.last if press.token == token), None)


class OnlyButtons:
    """The part of a unit of work that a conversation itself touches."""

    def __init__(self) -> None:
        self.chats = Buttons()
        self.plans = Unlimited()


class Talk:
    """A conversation whose every step goes through what would be stored."""

    def __init__(self, commands: Mapping[str, Command] = COMMANDS) -> None:
        self.commands = commands
        self.kept = Conversation()
        self.work = OnlyButtons()
        self.shown: Reply | Question = Reply(())

    async def says(self, text: str, by_number: bool = False) -> Reply | Question:
        return await self._takes(Typed(text, by_number=by_number))

    async def presses(self, label: str) -> Reply | Question:
        (token,) = [press.token for press in self.work.chats.last if press.label == label]
        return await self.presses_token(token)

    async def presses_token(self, token: str) -> Reply | Question:
        return await self._takes(Pressed(token))

    async def _takes(self, given: Typed | Pressed) -> Reply | Question:
        exchange = self._exchange()
        try:
            answer = await exchange.respond(given)
            assert answer is not None
            self.shown = answer
        except BillhookError as error:
            failed, exchange = exchange, self._exchange()
            self.shown = await exchange.refuse(error, failed)
        self.kept = exchange.conversation
        self.work.chats.last = [
            Press(f"token{place}", button.label, button.command, button.argument)
            for place, button in enumerate(self.shown.buttons)
        ]
        return self.shown

    def _exchange(self) -> Exchange:
        chat, sender = ChatRef("fake", "ana"), SenderRef("fake", "ana", "ana")
        ctx = Context(cast(Work, self.work), FixedClock(), SequentialIds(), chat, sender)
        return Exchange(ctx, self.commands, self.kept)

    @property
    def question(self) -> Question:
        assert isinstance(self.shown, Question), self.shown
        return self.shown

    @property
    def text(self) -> str:
        blocks = self.shown.before if isinstance(self.shown, Question) else self.shown.blocks
        return " / ".join(block.text for block in blocks if isinstance(block, Text | Notice))

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.shown.buttons]
