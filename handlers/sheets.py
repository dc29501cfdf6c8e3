"""Whole forms: the fields of a form in progress as they stand on one sheet, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.errors import InvalidInput
from handlers.forms import Frame, Missing, Standing, standings
from handlers.kinds import Asked, Box, Button, Entry, Field, Option, Question, Raw, Sheet
from handlers.replies import explain_beside
from handlers.words import _

FORM = ":form"
"""Opens the form again, and names it when it is sent; its argument is the form's command."""
NOTHING = "-"
"""How a person takes something out again."""
MOST_SHOWN = 3000
"""Characters that fit one field of a sheet; what is longer stays as it was typed unless it is written anew."""


async def with_sheet(question: Question, frame: Frame, fields: Sequence[Field], step: Missing) -> Question:
    """The question with the whole form beside it, where the form has anything to fill in."""
    standing = [one for one in standings(fields, frame) if one.field.prompt]
    entries = [await _entry(one, frame) for one in standing]
    if not entries:
        return question
    sheet = Sheet(question.title, _("Save"), tuple(entries), form=frame.command)
    if step.error is not None:
        # A use case may refuse what its field could read.
        wrong = explain_beside(step.error)
        sheet = replace(
            sheet,
            entries=tuple(
                replace(entry, error=wrong) if entry.name == step.field.name else entry for entry in entries
            ),
        )
    return replace(
        question, sheet=sheet, buttons=(*question.buttons, Button(_("Open the form"), FORM, frame.command))
    )


async def _entry(standing: Standing, frame: Frame) -> Entry:
    item = standing.field
    typed = frame.raw.get(item.name) or ""
    value = typed or ("" if item.name in frame.raw else item.start)
    if item.box is Box.DAY and isinstance(standing.value, date):
        value = standing.value.isoformat()
    return Entry(
        name=item.name,
        prompt=item.prompt,
        box=item.box,
        value=value,
        shown=await _label(item, value),
        options=item.options,
        optional=item.asked is not Asked.REQUIRED,
        searched=item.search is not None,
        guides=item.guides,
        error=explain_beside(standing.error) if standing.error else "",
        several=item.several,
    )


async def _label(item: Field, value: str) -> str:
    """What a ready answer is called; an id says nothing to anybody."""
    if not value:
        return ""
    known: Sequence[Option] = item.options
    if item.search is not None and not any(option.value == value for option in known):
        known = await item.search(value)
    return next((option.label for option in known if option.value == value), value)


async def is_untouched(frame: Frame, values: Mapping[str, str], fields: Sequence[Field]) -> bool:
    """Nothing on the sheet was written, chosen or taken out."""
    entries = [await _entry(one, frame) for one in standings(fields, frame) if one.field.prompt]
    return all(values.get(entry.name, entry.value) == entry.value for entry in entries)


def filled(frame: Frame, values: Mapping[str, str], fields: Sequence[Field]) -> Frame:
    """The frame with what stands on the sheet; an optional field that stands empty is skipped."""
    raw: Raw = dict(frame.raw)
    for item in fields:
        given = values.get(item.name)
        if given is None:
            continue
        if not given and len(frame.raw.get(item.name) or "") > MOST_SHOWN:
            continue
        raw[item.name] = given if given.strip() else _emptied(item)
    asked = tuple(item.name for item in fields if raw.get(item.name))
    return replace(frame, raw=raw, asked=asked, prompt="", choices=())


def _emptied(item: Field) -> str | None:
    """What stood there is to be taken out, where that is possible; else the field is left out, or asked for."""
    if item.asked is Asked.REQUIRED:
        return ""
    try:
        # A reader for which both are the same knows them; for any other one they are words like others.
        clears = item.parse(NOTHING) == item.parse("none")
    except InvalidInput:
        return None
    return NOTHING if item.start and clears else None
