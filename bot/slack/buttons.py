"""Buttons as actions blocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from bot.slack.limits import (
    MAX_ACTIONS,
    MAX_BUTTON_LABEL,
    MAX_CONFIRM_LABEL,
    MAX_CONFIRM_TEXT,
    MAX_CONFIRM_TITLE,
)
from bot.slack.parts import Json
from bot.slack.texts import plain_text
from handlers.kinds import Button, Question
from handlers.words import _

_MANY = 5
"""Buttons that a person takes in at a glance; more are put in rows by what they are for."""
_FULL = 10
"""Buttons in one block where nothing groups them, so that even long ones fit a message."""


def reply_actions(buttons: Sequence[Button], tokens: Sequence[str]) -> list[Json]:
    """Many buttons stand in rows: neighbours with the same argument belong to the same thing of a list."""
    breaks: set[int] = set()
    if len(buttons) > _MANY:
        place = 0
        for argument, group in groupby(buttons, lambda button: button.argument):
            size = len(list(group))
            if argument and size > 1:
                breaks |= {place, place + size}
            place += size
    return _actions(buttons, tokens, breaks)


def question_actions(question: Question, tokens: Sequence[str]) -> list[Json]:
    """What answers stands apart from what steers; a summary's Save and Cancel each stand alone."""
    last = len(question.buttons) - 1
    return _actions(question.buttons, tokens, {question.choices} if question.typed else {1, last})


def _actions(buttons: Sequence[Button], tokens: Sequence[str], breaks: Collection[int]) -> list[Json]:
    rows: list[list[Json]] = []
    for place, (button, token) in enumerate(zip(buttons, tokens, strict=True)):
        if not rows or place in breaks or len(rows[-1]) >= min(_FULL, MAX_ACTIONS):
            rows.append([])
        rows[-1].append(_button(button, token, place))
    return [
        {"type": "actions", "block_id": f"buttons{number}", "elements": row}
        for number, row in enumerate(rows)
    ]


def _button(button: Button, token: str, place: int) -> Json:
    shown: Json = {
        "type": "button",
        "text": plain_text(button.label, MAX_BUTTON_LABEL),
        "action_id": f"b{place}",
        **({"url": button.url} if button.url else {"value": token}),
    }
    if button.tone:
        shown["style"] = button.tone
    if button.confirm:
        shown["confirm"] = _confirm(button)
    return shown


def _confirm(button: Button) -> Json:
    asked: Json = {
        "title": plain_text(button.label, MAX_CONFIRM_TITLE),
        "text": plain_text(button.confirm, MAX_CONFIRM_TEXT),
        "confirm": plain_text(button.label, MAX_CONFIRM_LABEL),
        "deny": plain_text(_("Cancel"), MAX_CONFIRM_LABEL),
    }
    return {**asked, "style": "danger"} if button.tone == "danger" else asked
