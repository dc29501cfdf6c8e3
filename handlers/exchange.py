"""One update's conversation: which command it means, what its form still needs, and what to answer."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace

from core.errors import N_, BillhookError, InvalidInput, NotAllowed, NotFound
from core.ports import Conversation
from handlers.command import CONTROLS, Command
from handlers.context import Context
from handlers.forms import Complete, Frame, Missing, advance, answer, back, choice, forget
from handlers.kinds import Ask, Asked, Button, Detour, Field, Notice, Pressed, Question, Reply, Typed
from handlers.reading.fields import split_fields
from handlers.words import _, sentence

MAX_TEXT = 20_000
MAX_DETOURS = 3
MAX_OPTIONS = 12
SENT = "(file)"
"""What stands for a value that was sent as a file, not typed."""


class Exchange:
    """Answers one update. `conversation` afterwards is what to keep of it."""

    def __init__(self, ctx: Context, commands: Mapping[str, Command], conversation: Conversation) -> None:
        self.ctx = ctx
        self.commands = commands
        self.frames = tuple(Frame.from_json(frame) for frame in conversation.frames)
        self.parked = tuple(Frame.from_json(frame) for frame in conversation.parked)
        self.attempted: tuple[Frame, ...] = ()
        """The frames whose command was about to run: what to go back to when it refuses."""

    @property
    def conversation(self) -> Conversation:
        return Conversation(
            tuple(frame.to_json() for frame in self.frames), tuple(frame.to_json() for frame in self.parked)
        )

    # -- what came in ------------------------------------------------------------------------------

    async def respond(self, given: Typed | Pressed) -> Reply | Question:
        if isinstance(given, Pressed):
            press = await self.ctx.work.chats.find_press(self.ctx.chat.key, given.token)
            if press is None:
                return _notice(_("This button is too old. Ask again for what you need, or see /help."))
            return await self.press(press.command, press.argument)
        if len(given.text) > MAX_TEXT:
            raise InvalidInput(
                "message", N_("This is longer than {most} characters."), "/help", most=MAX_TEXT
            )
        text = given.text.strip()
        if given.by_number:
            chosen = await self._numbered(text)
            if chosen is not None:
                return await self.press(*chosen)
        if text.startswith("/"):
            return await self._command(text[1:])
        if self.frames:
            return await self._answered(text)
        if ":" in text and "@" in text:
            return await self.start("invoice", text)
        named = self._named(text)
        if named is not None:
            return await self.start(*named)
        return _lost(_("I did not understand that."))

    async def _numbered(self, text: str) -> tuple[str, str] | None:
        """The button of the last reply that a number or a label means."""
        if not text or len(text) > 100:
            return None
        presses = await self.ctx.work.chats.last_presses(self.ctx.chat.key)
        for place, press in enumerate(presses, start=1):
            if text == str(place) or text.casefold() == press.label.casefold():
                return press.command, press.argument
        return None

    async def press(self, command: str, argument: str) -> Reply | Question:
        match command:
            case ":answer":
                name, _equals, value = argument.partition("=")
                return await self._steer(name, lambda frame: answer(frame, value))
            case ":skip":
                return await self._steer(argument, lambda frame: answer(frame, None))
            case ":back":
                return await self._steer(argument, back)
            case ":cancel":
                return self.cancel(argument)
            case ":resume":
                return await self.resume()
            case _ if command in self.commands:
                return await self.start(command, argument)
            case _:
                raise NotFound(N_("This button no longer leads anywhere."))

    async def _command(self, text: str) -> Reply | Question:
        named = self._named(text)
        if named is not None:
            return await self.start(*named)
        words = text.split(maxsplit=2)
        control = words[0].lower() if words else ""
        if control in CONTROLS and len(words) == 1:
            return await self.press(f":{control}", self.frames[-1].asking if self.frames else "")
        close = difflib.get_close_matches(control, [*self.commands, *CONTROLS], 1)
        if close:
            return _lost(
                _("There is no /{command}. Did you mean /{other}?", command=control[:40], other=close[0])
            )
        return _lost(_("There is no /{command}.", command=control[:40]))

    def _named(self, text: str) -> tuple[str, str] | None:
        """The command that the text begins with, and the rest of it."""
        words = text.split(maxsplit=2)
        for count in (2, 1):
            name = " ".join(words[:count]).lower()
            if len(words) >= count and name in self.commands:
                return name, _after(text, count)
        return None

    # -- commands and their forms ------------------------------------------------------------------

    async def start(self, name: str, text: str) -> Reply | Question:
        """Begin a command; a form that was open is parked and offered again."""
        command = self.commands[name]
        if command.route and self.ctx.seated:
            other = await command.route(self.ctx, text)
            if other is not None:
                return await self.start(other, text)
        self._check(command)
        left = self.frames if self.frames and self.frames[-1].command != name else ()
        self.frames = ()
        self.parked = left or self.parked
        raw = await self._read(command, text)
        if self.ctx.files:
            raw = {field: value or SENT for field, value in raw.items()}
        frame = Frame(name, raw, full=not text.strip())
        shown = await self._go((frame,))
        return _and_resume(shown, self._title(left[0])) if left else shown

    async def _read(self, command: Command, text: str) -> dict[str, str | None]:
        if command.read is not None:
            return command.read(text)
        if command.form is None or not text.strip():
            return {}
        fields = await command.form(self.ctx, {})
        if len(fields) == 1:
            return {fields[0].name: text.strip()}
        return {**split_fields(text, tuple(field.name for field in fields), fields[0].name)}

    def _check(self, command: Command) -> None:
        if command.public:
            return
        member = self.ctx.desk.member
        if not member.role.reaches(command.role):
            raise NotAllowed(
                N_("/{command} is for the role {role} and above; you are {yours}."),
                command=command.name,
                role=command.role.value,
                yours=member.role.value,
            )

    async def _fields(self, frame: Frame) -> tuple[Field, ...]:
        form = self.commands[frame.command].form
        return await form(self.ctx, frame.raw) if form else ()

    async def _go(self, frames: tuple[Frame, ...]) -> Reply | Question:
        """Ask what is missing, or run the command of the innermost form."""
        top = frames[-1]
        step = advance(await self._fields(top), top)
        if isinstance(step, Missing):
            return self._ask(frames, step)
        return await self._run(frames, step)

    async def _run(self, frames: tuple[Frame, ...], step: Complete) -> Reply | Question:
        top = frames[-1]
        self.attempted = frames
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
        return _merge(outcome, await self._go((*frames[:-2], filled)))

    def _ask(self, frames: tuple[Frame, ...], step: Missing) -> Question:
        top = frames[-1]
        if step.error is not None:
            top = forget(top, step.field.name)
        if top.asking != step.field.name:
            top = replace(top, asking=step.field.name, prompt="", choices=())
        self.frames = (*frames[:-1], top)
        options = (top.choices or step.field.options)[:MAX_OPTIONS]
        name = step.field.name
        buttons = [Button(option.label, ":answer", f"{name}={option.value}") for option in options]
        if step.field.asked is not Asked.REQUIRED:
            buttons.append(Button(_("Skip"), ":skip", name))
        if top.asked:
            buttons.append(Button(_("Back"), ":back", name))
        buttons.append(Button(_("Cancel"), ":cancel", name))
        return Question(
            title=self._title(top),
            field=name,
            prompt=top.prompt or step.field.prompt,
            step=step.step,
            steps=step.steps,
            buttons=tuple(buttons),
            error=explain(step.error) if step.error else "",
        )

    async def _ask_back(self, frames: tuple[Frame, ...], ask: Ask) -> Question:
        """The command wants one of its fields again."""
        top = replace(forget(frames[-1], ask.field), asking=ask.field, prompt=ask.prompt, choices=ask.options)
        step = advance(await self._fields(top), top)
        if not isinstance(step, Missing):
            raise NotFound(N_("This leads too far. Please start again."))
        question = self._ask((*frames[:-1], top), step)
        return replace(question, before=(ask.notice,)) if ask.notice else question

    # -- an open form ------------------------------------------------------------------------------

    async def _answered(self, text: str) -> Reply | Question:
        top = self.frames[-1]
        item = next((item for item in await self._fields(top) if item.name == top.asking), None)
        if item is not None and not self.ctx.files:
            text = choice(top, item, text)
        text = text or (SENT if self.ctx.files else "")
        return await self._go((*self.frames[:-1], answer(top, text)))

    async def _steer(self, name: str, change: Callable[[Frame], Frame]) -> Reply | Question:
        if not self.frames or self.frames[-1].asking != name:
            return _notice(_("That question is no longer open."))
        return await self._go((*self.frames[:-1], change(self.frames[-1])))

    def cancel(self, name: str) -> Reply:
        """Works in every state, also when nothing is open; an old button does not cancel another question."""
        if name and (not self.frames or self.frames[-1].asking != name):
            return _notice(_("That question is no longer open."))
        frames, self.frames, self.parked = self.frames or self.parked, (), ()
        if not frames:
            return _notice(_("There is nothing to cancel."))
        return _notice(_("Cancelled: {title}. Nothing was changed.", title=self._title(frames[0])))

    async def resume(self) -> Reply | Question:
        if not self.parked:
            return _notice(_("There is nothing to go on with."))
        self.frames, self.parked = self.parked, ()
        return await self._go(self.frames)

    async def refuse(self, error: BillhookError, attempted: tuple[Frame, ...]) -> Reply | Question:
        """Say why nothing was changed; a wrong field is asked for again where the form has it."""
        self.frames = ()
        if isinstance(error, InvalidInput) and attempted:
            top = forget(attempted[-1], error.field)
            step = advance(await self._fields(top), top)
            if isinstance(step, Missing) and step.field.name == error.field:
                return self._ask((*attempted[:-1], top), replace(step, error=error))
        buttons = () if self.ctx.seated else (Button(_("Set up"), "start"),)
        return Reply((Notice(explain(error), "error"),), buttons)

    def _title(self, frame: Frame) -> str:
        command = self.commands.get(frame.command)
        return _(command.help) if command else frame.command


def explain(error: BillhookError) -> str:
    """One sentence: the field, what is wrong, and a good example."""
    said = sentence(error)
    if not isinstance(error, InvalidInput):
        return said
    if error.example:
        return _("{field}: {said} Example: {example}", field=error.field, said=said, example=error.example)
    return _("{field}: {said}", field=error.field, said=said)


def _after(text: str, count: int) -> str:
    """The text after its first `count` words, line breaks kept."""
    rest = text
    for _word in range(count):
        rest = rest.lstrip()
        rest = rest[len(rest.split(maxsplit=1)[0]) :]
    return rest.strip()


def _notice(text: str) -> Reply:
    return Reply((Notice(text),))


def _lost(text: str) -> Reply:
    return Reply((Notice(text, "warning"),), (Button(_("Help"), "help"),))


def _merge(first: Reply, then: Reply | Question) -> Reply | Question:
    """What a detour said, followed by what the form below goes on with."""
    if isinstance(then, Question):
        return replace(then, before=(*first.blocks, *then.before))
    return replace(
        then, blocks=(*first.blocks, *then.blocks), attachments=(*first.attachments, *then.attachments)
    )


def _and_resume(shown: Reply | Question, title: str) -> Reply | Question:
    left = Notice(_("Left open: {title}.", title=title))
    button = Button(_("Resume"), ":resume")
    if isinstance(shown, Question):
        return replace(shown, before=(left, *shown.before), buttons=(*shown.buttons, button))
    return replace(shown, blocks=(left, *shown.blocks), buttons=(*shown.buttons, button))
