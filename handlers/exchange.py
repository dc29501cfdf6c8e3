"""One update's conversation: which command it means, what its form still needs, and what to answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.chat_ports import Press
from core.errors import N_, BillhookError, InvalidInput, NotFound, PlanLimit
from handlers.asking import REVIEW, SENT, question_id
from handlers.command import CONTROLS, told_of
from handlers.doors import followed, out_of_place
from handlers.forms import Frame, Missing, advance, answer, answer_all, back, choice, forget, pick
from handlers.hearing import meant_command, named_command
from handlers.kinds import Button, ChatRef, Notice, Option, Question, Raw, Reply
from handlers.replies import (
    aside,
    explain,
    hello,
    no_command,
    not_understood,
    notice,
    unasked_picture,
    unfetched,
    with_resume,
)
from handlers.running import Running
from handlers.selling import plan_is_full
from handlers.sheets import FORM, filled, is_untouched
from handlers.updates import Kept, Looked, Offer, Opened, Pressed, RemoteFile, Said, Submitted, Typed
from handlers.words import _

MAX_TEXT = 20_000
MOST_TYPED = 200
"""Characters of what is looked for while somebody types."""
_ANOTHER = re.compile("[0-9;]")
"""No text without one of these is more than one answer; `Ana Maria` is not a member and her role."""


class Exchange(Running):
    """Answers one update."""

    # -- what came in ------------------------------------------------------------------------------

    async def respond(self, given: Said) -> Reply | Question | None:
        """None where there is nothing to say."""
        match given:
            case Typed():
                return self._finished(await self._typed(given))
            case Looked():
                return self._finished(await self.start("home", "") if self.ctx.seated else hello())
            case Opened(code):
                link = await followed(self.ctx, code)
                return self._finished(link if isinstance(link, Reply) else await self.start(*link))
            case Pressed(token, shown):
                press = await self._pressed(token, shown)
                if press is None:
                    return aside(_("This button is too old. Ask again for what you need, or see /help."))
                return self._finished(await self.press(press.command, press.argument))
            case Submitted() | Kept():
                return await self._sheet(given)

    async def _sheet(self, given: Submitted | Kept) -> Reply | Question | None:
        press = await self._pressed(given.token)
        known = press is not None and press.command == FORM
        if isinstance(given, Kept):
            return await self._keep(press.argument, given) if press and known else None
        if press is None or not known:
            return notice(_("This form is too old. Please open it again."))
        return self._finished(await self.submit(press.argument, given.values))

    async def _pressed(self, token: str, shown: str = "") -> Press | None:
        """What the button means; `shown` where another chat than this one shows it."""
        chat = ChatRef(self.ctx.chat.platform, shown) if shown else self.ctx.chat
        return await self.ctx.work.chats.find_press(chat.key, token)

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
                raise unfetched(file, self.ctx.manners.pictures)
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
        meant = await meant_command(self.ctx, text, self.commands)
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
        if command in self.commands:
            return await self.start(command, argument)
        match command:
            case ":cancel":
                return self.cancel(argument)
            case ":resume":
                return await self.resume()
            case _ if command == FORM:
                return await self.open(self._form(argument))
            case _:
                return await self._steer(command, argument)

    async def _command(self, text: str) -> Reply | Question:
        named = named_command(text, self.commands)
        if named is not None:
            return await self.start(*named)
        first, _blank, rest = text.partition(" ")
        if first.lower() in CONTROLS and not rest.strip():
            return await self._control(first.lower())
        known = told_of(self.commands.values(), self.ctx.work.plans.sells)
        return no_command(first.lower(), rest.strip(), {command.name: command for command in known})

    async def _control(self, word: str) -> Reply | Question:
        self.answered = bool(self.frames)
        return await self.press(f":{word}", question_id(self.frames[-1]) if self.frames else "")

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

    async def _steer(self, command: str, argument: str) -> Reply | Question:
        """What steers the open question; it is named before the `=`, so that an old button answers no other one."""
        question, _equals, value = argument.partition("=")
        changes: dict[str, Callable[[Frame], Frame]] = {
            ":answer": lambda frame: answer(frame, value),
            ":pick": lambda frame: pick(frame, value),
            ":skip": lambda frame: answer(frame, None),
            ":back": back,
            ":save": lambda frame: replace(frame, reviewed=True),
            ":change": lambda frame: forget(frame, value),
        }
        if command not in changes:
            raise NotFound(N_("This button no longer leads anywhere."))
        if not question:
            return notice(_("No question is open."))
        if not self.frames or question_id(self.frames[-1]) != question:
            return self._closed()
        return await self._go((*self.frames[:-1], changes[command](self.frames[-1])))

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
        return await (self.open if self.ctx.on_screen else self._go)(self.frames)

    # -- a whole form ------------------------------------------------------------------------------

    def _form(self, command: str) -> tuple[Frame, ...]:
        """The form of that command that is open or was left; an empty one where it is over already."""
        if self.frames and self.frames[-1].command == command:
            return self.frames
        if self.parked and self.parked[-1].command == command:
            parked, self.parked = self.parked, ()
            return parked
        if command not in self.commands:
            raise NotFound(N_("This button no longer leads anywhere."))
        return (Frame(command, full=True),)

    def _has_begun(self, command: str) -> bool:
        return any(frames and frames[-1].command == command for frames in (self.frames, self.parked))

    async def submit(self, command: str, values: Mapping[str, str]) -> Reply | Question:
        """All answers of a form at once."""
        frames = self._form(command)
        self.frames, self.answered = (), True
        fields = await self._fields(frames[-1])
        return await self._go((*frames[:-1], filled(frames[-1], values, fields)))

    async def offered(self, asked: Offer) -> Sequence[Option]:
        """What the form offers for one of its fields while somebody types there."""
        press = await self._pressed(asked.token)
        if press is None or press.command != FORM or not self._reaches(press.argument):
            return ()
        top = self._form(press.argument)[-1]
        top = filled(top, asked.values, await self._fields(top))
        item = next((item for item in await self._fields(top) if item.name == asked.name), None)
        if item is None:
            return ()
        return await item.search(asked.text[:MOST_TYPED]) if item.search else item.options

    async def _keep(self, command: str, given: Kept) -> Reply | Question | None:
        """What stands in a form that was not sent is not lost; closed, it is left open and offered again."""
        late = not given.closed and not self._has_begun(command)
        if late or not self._reaches(command):
            # It was sent or cancelled meanwhile, and is not opened once more.
            return None
        frames = self._form(command)
        begun, fields = frames[-1], await self._fields(frames[-1])
        top = filled(begun, given.values, fields)
        frames = (*frames[:-1], top)
        if not given.closed:
            return await self.open(frames)
        # What only showed how things are is no work that could get lost.
        looked = await is_untouched(begun, given.values, fields) and (
            self.commands[command].whole or not any(begun.raw.values())
        )
        self.frames, self.parked = (), () if looked else frames
        if not self.parked:
            return None
        self.left = frames
        return self._finished(Reply((), (Button(_("Discard"), ":cancel"),)))

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
        if isinstance(error, PlanLimit) and self.ctx.seated:
            return self._finished(await plan_is_full(self.ctx, error))
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
        return await self._ask((*frames[:-1], top), fields, replace(step, error=error))
