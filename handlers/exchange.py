"""One update's conversation: which command it means, what its form still needs, and what to answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.chat_ports import Conversation
from core.errors import N_, BillhookError, InvalidInput, NotAllowed, NotFound
from handlers.asking import REVIEW, SENT, next_question, question_id, summary, wants_review
from handlers.command import CONTROLS, Command
from handlers.context import Context
from handlers.doors import door, followed, may_be_heard, out_of_place
from handlers.forms import (
    Complete,
    Frame,
    Missing,
    advance,
    answer,
    answer_all,
    back,
    choice,
    forget,
    split_form,
)
from handlers.hearing import meant_command, named_command
from handlers.kinds import (
    Ask,
    Button,
    Detour,
    Field,
    Notice,
    Opened,
    Pressed,
    Question,
    Raw,
    RemoteFile,
    Reply,
    Typed,
)
from handlers.replies import (
    aside,
    explain,
    hello,
    merged,
    no_command,
    not_understood,
    notice,
    unasked_picture,
    unfetched,
    with_resume,
)
from handlers.words import _

MAX_TEXT = 20_000
MAX_DETOURS = 3
_ANOTHER = re.compile("[0-9;]")
"""No text without one of these is more than one answer; `Ana Maria` is not a member and her role."""


class Exchange:
    """Answers one update. `conversation` afterwards is what to keep of it."""

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

    # -- what came in ------------------------------------------------------------------------------

    async def respond(self, given: Typed | Pressed | Opened) -> Reply | Question:
        match given:
            case Typed():
                return self._finished(await self._typed(given))
            case Opened(code):
                link = await followed(self.ctx, code)
                return self._finished(link if isinstance(link, Reply) else await self.start(*link))
            case Pressed(token):
                press = await self.ctx.work.chats.find_press(self.ctx.chat.key, token)
                if press is None:
                    return aside(_("This button is too old. Ask again for what you need, or see /help."))
                return self._finished(await self.press(press.command, press.argument))

    def _finished(self, shown: Reply | Question) -> Reply | Question:
        """Without the buttons that this member's role does not reach, and with the way back to what was left."""
        if self.ctx.seated:
            shown = replace(
                shown, buttons=tuple(button for button in shown.buttons if self._reaches(button.command))
            )
        return with_resume(shown, self._title(self.left[0])) if self.left else shown

    async def _typed(self, given: Typed) -> Reply | Question:
        if len(given.text) > MAX_TEXT:
            raise InvalidInput(
                "message", N_("This is longer than {most} characters."), "/help", most=MAX_TEXT
            )
        for file in given.files:
            if isinstance(file, RemoteFile):
                raise unfetched(file)
        text = given.text.strip()
        chosen = await self._numbered(text) if given.by_number else None
        if chosen is not None:
            return await self.press(*chosen)
        if text == "/start" and self.ctx.manners.guided and not (self.ctx.seated or self.ctx.group):
            return hello()
        if text.startswith("/"):
            return await self._command(text[1:])
        if text.casefold() in CONTROLS:
            return await self._control(text.casefold())
        if self.frames:
            return await self._answered(text)
        meant = meant_command(text, self.commands)
        if meant is not None:
            return await self.start(*meant)
        return self._unheard()

    def _unheard(self) -> Reply:
        """An answer to what is neither a command nor an answer."""
        if self.ctx.files:
            return unasked_picture()
        if self.ctx.seated:
            return not_understood()
        return out_of_place(self.ctx) if self.ctx.group else hello()

    async def _numbered(self, text: str) -> tuple[str, str] | None:
        """The button of the last reply that a number or a label means."""
        if not text or len(text) > 100:
            return None
        presses = await self.ctx.work.chats.last_presses(self.ctx.chat.key)
        for place, press in enumerate(presses, start=1):
            label = press.label.casefold()
            if text == str(place) or text.casefold() in (label, label.strip("‹ ›")):
                return press.command, press.argument
        return None

    async def press(self, command: str, argument: str) -> Reply | Question:
        match command:
            case ":answer":
                question, _equals, value = argument.partition("=")
                return await self._steer(question, lambda frame: answer(frame, value))
            case ":skip":
                return await self._steer(argument, lambda frame: answer(frame, None))
            case ":back":
                return await self._steer(argument, back)
            case ":save":
                return await self._steer(argument, lambda frame: replace(frame, reviewed=True))
            case ":change":
                question, _equals, name = argument.partition("=")
                return await self._steer(question, lambda frame: forget(frame, name))
            case ":cancel":
                return self.cancel(argument)
            case ":resume":
                return await self.resume()
            case _ if command in self.commands:
                return await self.start(command, argument)
            case _:
                raise NotFound(N_("This button no longer leads anywhere."))

    async def _command(self, text: str) -> Reply | Question:
        named = named_command(text, self.commands)
        if named is not None:
            return await self.start(*named)
        first, _blank, rest = text.partition(" ")
        if first.lower() in CONTROLS and not rest.strip():
            return await self._control(first.lower())
        return no_command(first.lower(), rest.strip(), self.commands)

    async def _control(self, word: str) -> Reply | Question:
        self.answered = bool(self.frames)
        return await self.press(f":{word}", question_id(self.frames[-1]) if self.frames else "")

    # -- commands and their forms ------------------------------------------------------------------

    async def start(self, name: str, text: str) -> Reply | Question:
        """Begin a command; a form that was open is parked and offered again."""
        command = self.commands[name]
        elsewhere = await door(self.ctx, command, text)
        if elsewhere is not None:
            return elsewhere
        if command.route and self.ctx.seated:
            other = await command.route(self.ctx, text)
            if other is not None:
                return await self.start(other, text)
        self.left = self.frames if self.frames and self.frames[0].command != name else ()
        if self.left and not self.left[0].worth_keeping:
            self.left = ()
        self.frames, self.parked = (), self.left or self.parked
        self._check(command)
        raw = await self._read(command, text)
        if self.ctx.files:
            raw = {field: value or SENT for field, value in raw.items()}
        return await self._go((Frame(name, raw, full=not text.strip()),))

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
            return self._ask(frames, fields, step)
        if len(frames) == 1 and wants_review(self.ctx, command, top):
            top, question = summary(top, fields, self._title(top))
            self.frames = (*frames[:-1], top)
            return question
        return await self._run(frames, step)

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

    def _ask(self, frames: tuple[Frame, ...], fields: tuple[Field, ...], step: Missing) -> Question:
        top = frames[-1] if step.error is None else forget(frames[-1], step.field.name)
        top, question = next_question(top, fields, step, self._title(top))
        self.frames = (*frames[:-1], top)
        return question

    async def _ask_back(self, frames: tuple[Frame, ...], ask: Ask) -> Question:
        """The command wants one of its fields again."""
        top = replace(forget(frames[-1], ask.field), asking=ask.field, prompt=ask.prompt, choices=ask.options)
        fields = await self._fields(top)
        step = advance(fields, top)
        if not isinstance(step, Missing):
            raise NotFound(N_("This leads too far. Please start again."))
        question = self._ask((*frames[:-1], top), fields, step)
        return replace(question, before=(ask.notice,)) if ask.notice else question

    # -- an open form ------------------------------------------------------------------------------

    async def _answered(self, text: str) -> Reply | Question:
        top, self.answered = self.frames[-1], True
        if top.asking == REVIEW:
            return await self._reviewed(top, text)
        item = next((item for item in await self._fields(top) if item.name == top.asking), None)
        if item is not None and not self.ctx.files:
            text = choice(top, item, text)
        text = text or (SENT if self.ctx.files else "")
        more = self._more(top, text)
        return await self._go((*self.frames[:-1], answer_all(top, more) if more else answer(top, text)))

    async def _reviewed(self, top: Frame, text: str) -> Reply | Question:
        """Typed to a summary: the word on its button saves, anything else leaves it open."""
        saves = text.casefold() in ("save", _("Save").casefold())
        shown = await self._go((*self.frames[:-1], replace(top, reviewed=saves)))
        if saves or not isinstance(shown, Question):
            return shown
        return replace(shown, error=_("Press Save, or choose what to change."))

    def _more(self, top: Frame, text: str) -> Raw:
        """What a whole line says that was typed where one answer was asked for: `Acme: 3h design @ 120` to
        “Who is it for?”. Empty where it is just the one answer.
        """
        read = self.commands[top.command].read
        if read is None or not _ANOTHER.search(text):
            return {}
        try:
            raw = read(text)
        except InvalidInput:
            return {}
        again = all(top.raw.get(name) in (None, "", raw[name]) for name in raw)
        return raw if top.asking in raw and len(raw) > 1 and again else {}

    async def _steer(self, question: str, change: Callable[[Frame], Frame]) -> Reply | Question:
        if not question:
            return notice(_("No question is open."))
        if not self.frames or question_id(self.frames[-1]) != question:
            return self._closed()
        return await self._go((*self.frames[:-1], change(self.frames[-1])))

    def _closed(self) -> Reply:
        """In a group, the question may be open for somebody else."""
        if self.ctx.group:
            return aside(_("That question is not open for you."))
        return aside(_("That question is no longer open."))

    def cancel(self, question: str) -> Reply:
        """Works in every state, also when nothing is open; an old button does not cancel another question."""
        if question and (not self.frames or question_id(self.frames[-1]) != question):
            return self._closed()
        gone, self.frames = self.frames, ()
        if not gone:
            gone, self.parked = self.parked, ()
        if not gone:
            return notice(_("There is nothing to cancel."))
        self.left = self.parked
        return notice(_("Cancelled: {title}. Nothing was changed.", title=self._title(gone[0])))

    async def resume(self) -> Reply | Question:
        if not self.parked:
            return notice(_("There is nothing to go on with."))
        self.frames, self.parked = self.parked, ()
        return await self._go(self.frames)

    async def refuse(self, error: BillhookError, failed: Exchange | None) -> Reply | Question:
        """Say why nothing was changed; a wrong field is asked for again where the form has it."""
        attempted: tuple[Frame, ...] = ()
        if failed and (failed.attempted or failed.left):
            attempted, self.left = failed.attempted, failed.left
            self.frames, self.parked = (), failed.parked
        if isinstance(error, InvalidInput) and attempted:
            question = await self._asked_again(error, attempted)
            if question is not None:
                return self._finished(question)
        buttons = () if self.ctx.seated else (Button(_("Set up my business"), "start"),)
        return self._finished(Reply((Notice(explain(error), "error"),), buttons, aside=not buttons))

    async def _asked_again(self, error: InvalidInput, frames: tuple[Frame, ...]) -> Question | None:
        """None where the form has no such field, or cannot be filled any more."""
        top = forget(frames[-1], error.field)
        try:
            fields = await self._fields(top)
        except BillhookError:
            return None
        step = advance(fields, top)
        if not isinstance(step, Missing) or step.field.name != error.field:
            return None
        return self._ask((*frames[:-1], top), fields, replace(step, error=error))

    def _title(self, frame: Frame) -> str:
        return _(self.commands[frame.command].help)
