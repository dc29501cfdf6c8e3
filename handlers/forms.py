"""Forms: pure steps from what was typed so far to the next question or the parsed answers.

Only the command's name and raw strings are ever stored. Everything is parsed again at each step, so any
process can take the next one, and a form that changed in between asks again for what no longer fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.errors import N_, InvalidInput
from handlers.kinds import Answers, Asked, Field, Option, Raw
from handlers.reading.fields import split_fields

SEVERAL = ", "
"""Between options that are one answer together."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A form in progress."""

    command: str
    raw: Raw = field(default_factory=dict)
    full: bool = False
    """Asks for optional fields, too: the command was typed without anything."""
    asking: str = ""
    asked: tuple[str, ...] = ()
    """What was answered by being asked, oldest first; Back goes the other way."""
    prompt: str = ""
    choices: tuple[Option, ...] = ()
    """Prompt and ready answers that the command itself asked for, in place of the field's own."""
    fills: str = ""
    """The field of the form below that waits for what this one answers."""
    reviewed: bool = False
    """The person looked at all answers and wants them saved."""
    picked: tuple[str, ...] = ()
    """Of the open question's options, where several together are an answer: those that were pressed so far."""

    @property
    def worth_keeping(self) -> bool:
        """Not for one line of which nothing was right: `/paid 2026-9` is sooner typed again than resumed."""
        return self.full or any(self.raw.values())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Frame:
        choices = tuple(Option(option["label"], option["value"]) for option in data["choices"])
        picked = tuple(data.get("picked", ()))
        return cls(**{**data, "asked": tuple(data["asked"]), "choices": choices, "picked": picked})


@dataclass(frozen=True, slots=True)
class Missing:
    """The next field to ask for, and where in the form that is."""

    field: Field
    step: int
    steps: int
    error: InvalidInput | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    answers: Answers


def whole(name: str) -> Callable[[str], Raw]:
    """How a command's text is read when all of it answers one field."""
    return lambda text: {name: text.strip()} if text.strip() else {}


def word_and_rest(first: str, then: str) -> Callable[[str], Raw]:
    """How a command's text is read when its first word, a number or an id, answers one field and the rest another."""

    def read(text: str) -> Raw:
        word, _blank, rest = text.strip().partition(" ")
        return {name: said for name, said in ((first, word), (then, rest.strip())) if said}

    return read


def split_form(text: str, names: Iterable[str], first: str) -> Raw:
    """A form on one line. A field that is named alone is empty, so that it is asked for: `Acme; email`."""
    names = tuple(names)
    head, *parts = text.split(";")
    alone = {name for part in parts if (name := part.strip().lower()) in names}
    rest = [part for part in parts if part.strip().lower() not in alone]
    return {**dict.fromkeys(alone, ""), **split_fields(";".join((head, *rest)), names, first)}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a field that the form needs stands: its value, or that it is still open, and what is wrong with it."""

    field: Field
    value: Any = None
    open: bool = False
    error: InvalidInput | None = None


def standings(fields: Sequence[Field], frame: Frame) -> list[Standing]:
    """Parse what is there, field by field; later ones may hang on the values of earlier ones."""
    answers: dict[str, Any] = {}
    found = []
    for item in fields:
        answers[item.name] = None
        if item.needed(answers):
            found.append(_standing(item, frame))
            answers[item.name] = found[-1].value
    return found


def _standing(item: Field, frame: Frame) -> Standing:
    raw = frame.raw.get(item.name, "" if _asks(item, frame) else None)
    if raw is None:
        if item.asked is not Asked.REQUIRED:
            return Standing(item)
        missing = InvalidInput(item.name, N_("This is needed and cannot be left out."))
        return Standing(item, open=True, error=missing)
    if not raw:
        return Standing(item, open=True)
    try:
        return Standing(item, item.parse(raw))
    except InvalidInput as wrong:
        # A reader names the field it was written for; people know the form's own name.
        wrong.field = item.name
        return Standing(item, open=True, error=wrong)


def advance(fields: Sequence[Field], frame: Frame) -> Missing | Complete:
    """Find the first field that is missing or wrong, or have all answers."""
    found = standings(fields, frame)
    missing = [standing for standing in found if standing.open]
    if not missing:
        answers = dict.fromkeys((item.name for item in fields), None)
        return Complete({**answers, **{one.field.name: one.value for one in found}})
    first = missing[0]
    done = len([name for name in frame.asked if name != first.field.name])
    return Missing(first.field, done + 1, done + len(missing), first.error)


def _asks(item: Field, frame: Frame) -> bool:
    if item.asked is Asked.REQUIRED:
        return True
    return item.asked is Asked.OPTIONAL and frame.full


def answer(frame: Frame, value: str | None) -> Frame:
    """The frame with the asked field answered; None skips it."""
    asked = (*(name for name in frame.asked if name != frame.asking), frame.asking)
    return replace(
        frame, raw={**frame.raw, frame.asking: value}, asked=asked, prompt="", choices=(), picked=()
    )


def answer_all(frame: Frame, raw: Raw) -> Frame:
    """The frame with the asked field answered, and others that the same line named."""
    answered = answer(frame, raw[frame.asking])
    return replace(answered, raw={**answered.raw, **raw})


def forget(frame: Frame, name: str) -> Frame:
    """The frame without its answer for that field, so that it is asked for."""
    asked = tuple(other for other in frame.asked if other != name)
    return replace(frame, raw={**frame.raw, name: ""}, asked=asked, reviewed=False, picked=())


def pick(frame: Frame, value: str) -> Frame:
    """The frame with one more option of the open question chosen, or one less."""
    others = tuple(other for other in frame.picked if other != value)
    return replace(frame, picked=others if value in frame.picked else (*others, value))


def joined(options: Iterable[Option], picked: Iterable[str]) -> str:
    """Several options as one answer, in the order in which they are offered."""
    chosen = frozenset(picked)
    return SEVERAL.join(option.value for option in options if option.value in chosen)


def back(frame: Frame) -> Frame:
    """One question back; at the first one there is nothing to go back to."""
    if not frame.asked:
        return frame
    return replace(forget(frame, frame.asked[-1]), prompt="", choices=())


def choice(frame: Frame, item: Field, text: str) -> str:
    """The value behind a typed label, or the text itself."""
    wanted = text.strip().casefold()
    for option in frame.choices or item.options:
        if option.label.casefold() == wanted:
            return option.value
    return text
