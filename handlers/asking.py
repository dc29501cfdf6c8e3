"""Open forms as people see them: the next question with its buttons, and the summary before saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.command import Command
from handlers.context import Context, as_id
from handlers.forms import SEVERAL, Frame, Missing, joined
from handlers.kinds import Asked, Button, Field, Option, Question
from handlers.replies import explain
from handlers.words import _

MAX_OPTIONS = 12
SENT = "(file)"
"""What stands for a value that was sent as a file, not typed."""
REVIEW = ":review"
"""What a form asks for when all its fields are answered: to be saved."""


def question_id(frame: Frame) -> str:
    """Names the open question, so that an old button answers no other one."""
    return f"{frame.command}/{frame.asking}"


def next_question(frame: Frame, fields: Sequence[Field], step: Missing, title: str) -> tuple[Frame, Question]:
    """The frame that waits for the answer, and what to ask."""
    if frame.asking != step.field.name:
        frame = replace(frame, asking=step.field.name, prompt="", choices=(), picked=())
    name = question_id(frame)
    options = (frame.choices or step.field.options)[:MAX_OPTIONS]
    several = step.field.several and not frame.choices
    buttons = [_option(frame, name, option, several) for option in options]
    if several and (picked := joined(options, frame.picked)):
        buttons.append(Button(_("Done"), ":answer", f"{name}={picked}", tone="primary"))
    if step.field.asked is not Asked.REQUIRED:
        buttons.append(Button(_("Skip"), ":skip", name))
    if frame.asked:
        buttons.append(Button(_("Back"), ":back", name))
    buttons.append(Button(_("Cancel"), ":cancel", name))
    return frame, Question(
        title=title,
        field=step.field.name,
        prompt=frame.prompt or step.field.prompt,
        step=step.step,
        steps=step.steps,
        buttons=tuple(buttons),
        error=explain(step.error) if step.error else "",
        choices=len(options),
        given=tuple(pair for pair in given(frame, fields) if pair[0] != step.field.name),
    )


def _option(frame: Frame, question: str, option: Option, several: bool) -> Button:
    if not several:
        return Button(option.label, ":answer", f"{question}={option.value}")
    label = f"✓ {option.label}" if option.value in frame.picked else option.label
    return Button(label, ":pick", f"{question}={option.value}")


def wants_review(ctx: Context, command: Command, frame: Frame) -> bool:
    """Only what was asked for step by step: who wrote everything on one line has seen it already."""
    return ctx.manners.guided and command.review and bool(frame.asked) and not frame.reviewed


def summary(frame: Frame, fields: Sequence[Field], title: str) -> tuple[Frame, Question]:
    """All answers on one card, each with a way to change it."""
    frame = replace(frame, asking=REVIEW, prompt="", choices=())
    name = question_id(frame)
    answers = given(frame, fields)
    changes = [
        Button(_("Edit {field}", field=label), ":change", f"{name}={label}")
        for label in (item.name for item in fields)
        if label in dict(answers)
    ]
    buttons = (
        Button(_("Save"), ":save", name, tone="primary"),
        *changes,
        Button(_("Cancel"), ":cancel", name),
    )
    steps = max(len(frame.asked), 1)
    question = Question(
        title, REVIEW, _("Is everything right?"), steps, steps, buttons, given=answers, typed=False
    )
    return frame, question


def given(frame: Frame, fields: Sequence[Field]) -> tuple[tuple[str, str], ...]:
    """What was answered so far, by the names that the one-line form takes; a ready answer by its label.

    Which draft or client a button meant is known to whoever pressed it, and its id says nothing to anybody.
    """
    pairs = []
    for item in fields:
        raw = frame.raw.get(item.name)
        if raw and item.prompt:
            label = _label(item, raw)
            if as_id(label) is None:
                pairs.append((item.name, label))
    return tuple(pairs)


def _label(item: Field, raw: str) -> str:
    labels = {option.value: option.label for option in item.options}
    parts = raw.split(SEVERAL) if item.several else [raw]
    return SEVERAL.join(labels[part] for part in parts) if all(part in labels for part in parts) else raw
