"""Views: a whole form on the person's screen, what comes back from it, and what is said there instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.slack.compose import SYMBOLS, Line, paragraphs, plain, units_of
from bot.slack.limits import (
    MAX_INPUT_LABEL,
    MAX_INPUT_TEXT,
    MAX_METADATA,
    MAX_OPTION_TEXT,
    MAX_OPTION_VALUE,
    MAX_OPTIONS,
    MAX_PLACEHOLDER,
    MAX_VIEW_BLOCKS,
    MAX_VIEW_BYTES,
    MAX_VIEW_TITLE,
)
from bot.slack.packing import clipped, in_json
from bot.slack.parts import Json
from bot.slack.texts import plain_text
from bot.slack.words import in_slack
from bot.text import safe
from handlers.forms import SEVERAL
from handlers.kinds import Box, ChatRef, Entry, Option, Question
from handlers.updates import Occasion
from handlers.words import _

FORM = "form"
"""The callback_id of a view that can be sent."""
ORIGINAL = "original"
"""In the place of a message's name: the one that was pressed, which only its response_url can change."""
_NAME = "Billhook"
_VALUE = "value"
_CHOSEN = ("value", "selected_date")
"""Where the state of an element keeps what stands in it, if it is text."""
_NOWHERE = Occasion()


# -- shown ---------------------------------------------------------------------------------------------


def modal(question: Question, tokens: Sequence[str], chat: ChatRef, occasion: Occasion = _NOWHERE) -> Json:
    """The question's whole form, which knows what it began with. Raises ValueError where it has none."""
    sheet = question.sheet
    if sheet is None:
        raise ValueError("no form to show")
    inputs = [block for entry in sheet.entries for block in _entry(entry, sheet.form)]
    lead = units_of(question.before, tables=False) + (
        paragraphs([_error(sheet.error)]) if sheet.error else []
    )
    room = MAX_VIEW_BLOCKS - len(inputs), MAX_VIEW_BYTES - in_json(inputs)
    return {
        **_framed(
            sheet.title, [*clipped(lead, *room), *inputs], chat, tokens[-1] if tokens else "", occasion
        ),
        "callback_id": FORM,
        "submit": plain_text(sheet.save, MAX_VIEW_TITLE),
        "close": plain_text(_("Cancel"), MAX_VIEW_TITLE),
        "notify_on_close": True,
    }


def waiting(title: str, external_id: str, chat: ChatRef) -> Json:
    """Shown at once, while there is time, and replaced, by the name it is given, as soon as there is more to show."""
    blocks = [block for unit in paragraphs([plain("⏳ " + _("One moment …"))]) for block in unit]
    return {**_framed(title, blocks, chat), **({"external_id": external_id} if external_id else {})}


def said(blocks: list[Json], chat: ChatRef) -> Json:
    """A view with nothing to fill in."""
    return {**_framed(_NAME, blocks, chat), "close": plain_text(_("Close"), MAX_VIEW_TITLE)}


def _framed(
    title: str, blocks: list[Json], chat: ChatRef, token: str = "", occasion: Occasion = _NOWHERE
) -> Json:
    # A message that only its response_url changes has no name that would still be good when the form is sent.
    message = "" if occasion.replaces == ORIGINAL else occasion.replaces
    told = {"token": token, "message": message, "thread": occasion.thread}
    metadata = {"chat": chat.address, **{name: value for name, value in told.items() if value}}
    return {
        "type": "modal",
        "title": plain_text(title, MAX_VIEW_TITLE),
        "private_metadata": json.dumps(metadata, separators=(",", ":")),
        "blocks": blocks,
    }


def _error(text: str) -> Line:
    return plain(f"{SYMBOLS['error']} {safe(text)}")


def _entry(entry: Entry, form: str) -> list[Json]:
    """The input, and above it what is wrong with what stands in it."""
    errors = paragraphs([_error(entry.error)]) if entry.error else []
    above = [
        {**block, "block_id": f"error:{entry.name}" if not place else f"error:{entry.name}:{place}"}
        for place, unit in enumerate(errors)
        for block in unit
    ]
    too_long = len(entry.value) > MAX_INPUT_TEXT
    # The question is the label; what a step by step form says behind it, such as an example, helps below.
    question, asks, hint = entry.prompt.replace("\n", " ").partition("? ")
    if too_long:
        hint = _("What you wrote is too long to show here. It stays as it is unless you write something new.")
    shown: Json = {
        "type": "input",
        # Slack keeps what was typed by these names, also when another form takes the place of this one.
        "block_id": f"{form.replace(' ', '_')}:{entry.name}" if form else entry.name,
        "label": plain_text(question + asks.rstrip(), MAX_INPUT_LABEL),
        "optional": entry.optional or too_long,
        "element": {**_element(entry), "action_id": _VALUE},
    }
    if hint:
        shown["hint"] = plain_text(hint, MAX_INPUT_LABEL)
    if entry.guides:
        shown["dispatch_action"] = True
    return [*above, shown]


def choices(options: Iterable[Option]) -> list[Json]:
    """Ready answers as a menu offers them; one whose value is too long for a menu has to be typed."""
    return [_option(option) for option in options if 0 < len(option.value) <= MAX_OPTION_VALUE]


def _element(entry: Entry) -> Json:
    options = choices(entry.options)
    # A menu cannot hold a long value, and what was typed must not get lost.
    if entry.searched and len(entry.value) <= MAX_OPTION_VALUE:
        chosen = _option(Option(entry.shown or entry.value, entry.value)) if entry.value else None
        return {"type": "external_select", "min_query_length": 0, **_starting("initial_option", chosen)}
    if entry.several and 0 < len(options) <= MAX_OPTIONS:
        known = {option["value"]: option for option in options}
        chosen_parts = [part for part in entry.value.split(SEVERAL) if part]
        if all(part in known for part in chosen_parts):
            picked = [known[part] for part in chosen_parts]
            return {"type": "multi_static_select", "options": options, **_starting("initial_options", picked)}
    if entry.box is Box.CHOICE and options:
        return _menu(options, entry.value)
    if entry.box is Box.DAY:
        return {"type": "datepicker", **_starting("initial_date", _iso_day(entry.value))}
    typed = _starting("initial_value", entry.value if len(entry.value) <= MAX_INPUT_TEXT else "")
    if entry.box is Box.MAIL:
        return {"type": "email_text_input", **typed}
    examples = "" if entry.searched else _examples(entry.options)
    return {
        "type": "plain_text_input",
        "multiline": entry.box is Box.TEXT or "\n" in entry.value,
        "max_length": MAX_INPUT_TEXT,
        **typed,
        **({"placeholder": plain_text(examples, MAX_PLACEHOLDER)} if examples else {}),
    }


def _starting(name: str, value: str | Json | list[Json] | None) -> Json:
    return {name: value} if value else {}


def _menu(options: Sequence[Json], value: str) -> Json:
    """The chosen option is among those that fit."""
    chosen = next((option for option in options if option["value"] == value), None)
    shown = list(options[:MAX_OPTIONS])
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    return {"type": "static_select", "options": shown, **_starting("initial_option", chosen)}


def _option(option: Option) -> Json:
    return {"text": plain_text(option.label, MAX_OPTION_TEXT), "value": option.value}


def _examples(options: Sequence[Option]) -> str:
    """As many whole values as fit: half of one would be taken for a value."""
    text = ""
    for option in options:
        longer = f"{text}, {option.value}" if text else option.value
        if len(longer) > MAX_PLACEHOLDER:
            break
        text = longer
    return text


def _iso_day(value: str) -> str:
    try:
        return value if date.fromisoformat(value).isoformat() == value else ""
    except ValueError:
        return ""


# -- answered ------------------------------------------------------------------------------------------


def read_metadata(text: Any) -> tuple[str, str] | None:
    """The chat's address and the token that sends the form, which is empty where there is none."""
    found = _metadata(text)
    chat, token = found.get("chat"), found.get("token", "")
    return (chat, token) if isinstance(chat, str) and chat and isinstance(token, str) else None


def read_beginning(text: Any) -> tuple[Any, Any]:
    """The message whose button led to the form, and the first one of its thread; each is empty where there is none."""
    found = _metadata(text)
    return found.get("message", ""), found.get("thread", "")


def _metadata(text: Any) -> Json:
    if not isinstance(text, str) or len(text) > MAX_METADATA:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def values(view: Any) -> dict[str, str]:
    """What stands in each input of a view, by its field; whatever the view is, this raises nothing."""
    state = view.get("state") if isinstance(view, dict) else None
    blocks = state.get("values") if isinstance(state, dict) else None
    if not isinstance(blocks, dict):
        return {}
    return {
        block_id.rpartition(":")[2]: _standing(elements)
        for block_id, elements in blocks.items()
        if isinstance(block_id, str)
    }


def _standing(elements: Any) -> str:
    element = elements.get(_VALUE) if isinstance(elements, dict) else None
    if not isinstance(element, dict):
        return ""
    several = element.get("selected_options")
    if isinstance(several, list):
        chosen = [option.get("value") for option in several if isinstance(option, dict)]
        return SEVERAL.join(value for value in chosen if isinstance(value, str))
    option = element.get("selected_option")
    found = [option.get("value") if isinstance(option, dict) else None, *map(element.get, _CHOSEN)]
    return next((value for value in found if isinstance(value, str)), "")


def field_errors(view: Any, errors: Mapping[str, str]) -> Json:
    """The body that leaves the form open and says below each field what is wrong with it."""
    inputs = [block for block in view["blocks"] if block.get("type") == "input"]
    names = {block["block_id"].rpartition(":")[2]: block["block_id"] for block in inputs}
    told = {names[name]: _beside(text) for name, text in errors.items() if name in names}
    if not told:
        # An error has to belong to a field, or Slack takes the answer for a broken one.
        told[inputs[0]["block_id"]] = _beside(next(iter(errors.values())))
    return {"response_action": "errors", "errors": told}


def _beside(text: str) -> str:
    return safe(in_slack(text))


def replaced(view: Json) -> Json:
    """The body that shows another view in the form's place."""
    return {"response_action": "update", "view": view}
