"""Commands and the forms in progress: what is begun, what is still missing, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.chat_ports import Conversation
from core.errors import N_, NotAllowed, NotFound
from handlers.asking import SENT, next_question, summary, wants_review
from handlers.command import Command
from handlers.context import Context
from handlers.doors import door, may_be_heard
from handlers.forms import Complete, Frame, Missing, advance, forget, split_form
from handlers.kinds import Ask, Detour, Field, Question, Reply
from handlers.replies import merged
from handlers.sheets import with_sheet
from handlers.words import _

MAX_DETOURS = 3


class Running:
    """The forms of one conversation. `conversation` afterwards is what to keep of them."""

    def __init__(self, ctx: Context, commands: Mapping[str, Command], conversation: Conversation) -> None:
        self.ctx = ctx
        self.commands = commands
        self.frames = self._stored(conversation.frames)
        self.parked = self._stored(conversation.parked)
        self.attempted: tuple[Frame, ...] = ()
        """The form that was being worked on: what to go back to when its command refuses."""
        self.left: tuple[Frame, ...] = ()
        """The form that a new command interrupted."""
        self.answered = False
        """What was typed answered the open question."""

    def _stored(self, frames: tuple[dict[str, Any], ...]) -> tuple[Frame, ...]:
        """None of them where a release in between took one of the commands away."""
        read = tuple(Frame.from_json(frame) for frame in frames)
        return read if all(frame.command in self.commands for frame in read) else ()

    @property
    def conversation(self) -> Conversation:
        return Conversation(
            tuple(frame.to_json() for frame in self.frames), tuple(frame.to_json() for frame in self.parked)
        )

    async def start(self, name: str, text: str) -> Reply | Question:
        """Begin a command; a form that was open is parked and offered again."""
        command = self.commands[name]
        elsewhere = await door(self.ctx, command, text)
        if elsewhere is not None:
            return elsewhere
        if command.route and self.ctx.seated:
            other = await command.route(self.ctx, text)
            if other is not None:
                return await self.start(*(other if isinstance(other, tuple) else (other, text)))
        self.left = self.frames if self.frames and self.frames[0].command != name else ()
        if self.left and not self.left[0].worth_keeping:
            self.left = ()
        self.frames, self.parked = (), self.left or self.parked
        self._check(command)
        raw = await self._read(command, text)
        if command.preset and self.ctx.seated:
            raw = {**command.preset(self.ctx), **raw}
        if self.ctx.files:
            raw = {field: value or SENT for field, value in raw.items()}
        frame = Frame(name, raw, full=not text.strip())
        if command.whole and self.ctx.on_screen and [*raw] == [(await self._fields(frame))[0].name]:
            return await self.open((frame,))
        return await self._go((frame,))

    async def _read(self, command: Command, text: str) -> dict[str, str | None]:
        if command.read is not None:
            return command.read(text)
        if command.form is None or not text.strip():
            return {}
        fields = await command.form(self.ctx, {})
        if len(fields) == 1:
            return {fields[0].name: text.strip()}
        return split_form(text, (field.name for field in fields), fields[0].name)

    def _check(self, command: Command) -> None:
        """Checked at every step: a role or a group's permission may change while a form is open, and a detour is
        another command.
        """
        if not may_be_heard(self.ctx, command):
            raise NotAllowed(N_("This is only shown in a private chat."))
        if not self._reaches(command.name):
            raise NotAllowed(
                N_("/{command} is for the role {role} and above; you are {yours}."),
                command=command.name,
                role=command.role,
                yours=self.ctx.desk.member.role,
            )
        if command.sold and not self.ctx.work.plans.sells:
            raise NotAllowed(N_("Everything is included here; there are no plans to choose from."))

    def _reaches(self, name: str) -> bool:
        command = self.commands.get(name)
        if command is None or command.public:
            return True
        return self.ctx.seated is not None and self.ctx.seated.member.role.reaches(command.role)

    async def _fields(self, frame: Frame) -> tuple[Field, ...]:
        form = self.commands[frame.command].form
        return await form(self.ctx, frame.raw) if form else ()

    async def _go(self, frames: tuple[Frame, ...]) -> Reply | Question:
        """Ask what is missing, or run the command of the innermost form."""
        top, self.attempted = frames[-1], frames
        command = self.commands[top.command]
        self._check(command)
        fields = await self._fields(top)
        step = advance(fields, top)
        if isinstance(step, Missing):
            return await self._ask(frames, fields, step)
        if len(frames) == 1 and wants_review(self.ctx, command, top):
            top, question = summary(top, fields, self._title(top))
            self.frames = (*frames[:-1], top)
            return question
        return await self._run(frames, step)

    async def open(self, frames: tuple[Frame, ...]) -> Reply | Question:
        """Show the form, also where nothing is missing any more: nothing is done before it is sent."""
        top = frames[-1]
        self._check(self.commands[top.command])
        fields = await self._fields(top)
        step = advance(fields, top)
        if isinstance(step, Complete):
            first = next((item for item in fields if item.prompt), None)
            if first is None:
                return await self._go(frames)
            step = Missing(first, 1, 1)
        return await self._ask(frames, fields, step)

    async def _run(self, frames: tuple[Frame, ...], step: Complete) -> Reply | Question:
        top = frames[-1]
        outcome = await self.commands[top.command].run(self.ctx, step.answers)
        match outcome:
            case Ask():
                return await self._ask_back(frames, outcome)
            case Detour() if len(frames) < MAX_DETOURS:
                below = replace(top, asking=outcome.field)
                return await self._go(
                    (*frames[:-1], below, Frame(outcome.command, outcome.raw, fills=outcome.field))
                )
            case Detour():
                raise NotFound(N_("This leads too far. Please start again."))
            case Reply():
                pass
        if len(frames) == 1:
            self.frames = ()
            return outcome
        below = frames[-2]
        filled = replace(below, raw={**below.raw, top.fills: outcome.answer})
        return merged(outcome, await self._go((*frames[:-2], filled)))

    async def _ask(self, frames: tuple[Frame, ...], fields: tuple[Field, ...], step: Missing) -> Question:
        wrong = frames[-1]
        top = wrong if step.error is None else forget(wrong, step.field.name)
        top, question = next_question(top, fields, step, self._title(top))
        self.frames = (*frames[:-1], top)
        # A ready answer that the command itself asks for is one press; a form would only be in its way.
        if self.ctx.manners.sheets and not top.choices:
            question = await with_sheet(question, wrong, fields, step)
        return question

    async def _ask_back(self, frames: tuple[Frame, ...], ask: Ask) -> Question:
        """The command wants one of its fields again."""
        top = replace(forget(frames[-1], ask.field), asking=ask.field, prompt=ask.prompt, choices=ask.options)
        fields = await self._fields(top)
        step = advance(fields, top)
        if not isinstance(step, Missing):
            raise NotFound(N_("This leads too far. Please start again."))
        question = await self._ask((*frames[:-1], top), fields, step)
        return replace(question, before=(ask.notice,)) if ask.notice else question

    def _title(self, frame: Frame) -> str:
        return _(self.commands[frame.command].help)
