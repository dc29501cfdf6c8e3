"""What a person sees: messages, modals and the Home tab, and the buttons in them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator

from tests.fakes.slack_blocks import readable
from tests.fakes.slack_fields import (
    Placed,
    filled,
    interactive,
    options_of,
    seen,
    text_of,
    value_of,
)
from tests.fakes.slack_values import Field, Impossible, Json, Screen, Shown, ShownButton, ShownFile
from tests.fakes.slack_world import Message, OpenView, World

_MENTION = re.compile(r"@([UW][A-Z0-9]{8,})\b")
FileOf = Callable[[str], ShownFile]


def shown(world: World, message: Message, file_of: FileOf) -> Shown:
    person = world.people.get(message.sender)
    return Shown(
        channel_id=message.channel_id,
        ts=message.ts,
        sender=person.name if person else "Billhook" if message.from_bot else "",
        from_bot=message.from_bot,
        # Where there are blocks the text is only for notifications.
        text=_named(world, readable(message.blocks or message.text)),
        raw_text=message.text,
        blocks=copy.deepcopy(message.blocks),
        buttons=tuple(buttons(message.blocks)),
        files=tuple(file_of(file) for file in message.files),
        ephemeral=message.only_for is not None,
        # The first message of a thread names itself.
        thread_ts=message.thread_ts if message.thread_ts != message.ts else None,
        edited=message.edited_ts is not None,
        unfurls=dict(message.unfurls),
        note=not message.sender,
    )


def _named(world: World, text: str) -> str:
    """With the names of people in place of their ids, as a client shows a mention."""
    return _MENTION.sub(
        lambda found: f"@{world.people[found[1]].name}" if found[1] in world.people else found[0], text
    )


def buttons(blocks: list[Json]) -> Iterator[ShownButton]:
    for placed in interactive(blocks):
        if placed.type == "button":
            element = placed.element
            block_id, action_id = placed.key
            yield ShownButton(
                element["text"]["text"],
                action_id,
                block_id,
                element.get("value", ""),
                element.get("url", ""),
                element.get("style", ""),
                copy.deepcopy(element),
            )


def button(blocks: list[Json], label: str) -> Placed | None:
    for placed in interactive(blocks):
        if placed.type == "button" and placed.element["text"]["text"] == label:
            return placed
    return None


def screen(view: OpenView, depth: int) -> Screen:
    payload = view.payload
    fields = tuple(_fields(view))
    return Screen(
        id=view.id,
        hash=view.hash,
        external_id=view.external_id,
        callback_id=payload.get("callback_id", ""),
        private_metadata=payload.get("private_metadata", ""),
        title=_text(payload, "title"),
        submit=_text(payload, "submit"),
        # A client writes "Cancel" where a modal names no other word.
        close=_text(payload, "close") or ("Cancel" if payload["type"] == "modal" else ""),
        text=readable(payload),
        fields=fields,
        buttons=tuple(buttons(payload["blocks"])),
        blocks=copy.deepcopy(payload["blocks"]),
        errors={field.label: field.error for field in fields if field.error},
        problem=view.problem,
        depth=depth,
    )


def _text(payload: Json, name: str) -> str:
    return str((payload.get(name) or {}).get("text", ""))


def _fields(view: OpenView) -> Iterator[Field]:
    for placed in filled(view.payload["blocks"]):
        block_id, action_id = placed.key
        element = placed.element
        initial = next((element[name] for name in element if name.startswith("initial_")), None)
        options = options_of(element) or view.suggested.get(placed.key, [])
        yield Field(
            label=placed.label,
            block_id=block_id,
            action_id=action_id,
            type=placed.type,
            value=seen(placed, value_of(placed, view.values[block_id][action_id])),
            initial=seen(placed, initial),
            placeholder=_text(element, "placeholder"),
            hint=_text(placed.block, "hint"),
            optional=bool(placed.block.get("optional", False)),
            options=tuple((text_of(option), option["value"]) for option in options),
            error=view.errors.get(block_id, ""),
            multiline=bool(element.get("multiline", False)),
            is_input=placed.is_input,
        )


def field_of(view: OpenView, label: str) -> Placed:
    """The field of that label, or else of that action."""
    known = list(filled(view.payload["blocks"]))
    for placed in known:
        if placed.label == label:
            return placed
    for placed in known:
        if label in placed.key:
            return placed
    raise Impossible(f"there is no field {label!r} among {[placed.label for placed in known]}")
