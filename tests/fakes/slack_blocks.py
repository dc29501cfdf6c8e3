"""Slack's Block Kit as the real Slack judges it: what it refuses of messages and views, and what people read.

Errors end with the JSON pointer of the place, as Slack's do. Kinds of blocks that this project has no use for
(video, file, card, data_table …) are refused too. Limits count characters; where Slack's own count is not
known for sure, the stricter reading stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.fakes.slack_elements import (
    ALT_TEXT,
    CELL,
    IMAGE,
    PICTURE,
    PICTURED,
    RICH_TEXT,
    SUGGESTIONS,
    Surface,
    accessory,
    action,
    entry,
)
from tests.fakes.slack_texts import (
    MARKS,
    Check,
    Object,
    controls,
    fault,
    flag,
    flat,
    kinds,
    many,
    mark,
    one_of,
    plain,
    rich,
    string,
    structure,
    text,
    text_kinds,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 13_200
"""Not documented; where posts with many characters in their blocks were seen to fail (bolt-js#2509)."""
HEADER_CHARACTERS = 100
"""What each header was measured to cost of them, beside its text."""
TABLE_CHARACTERS = 10_000
MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000
TEXT_CHARACTERS = 40_000
"""Slack cuts a longer text and says so in a warning: here it is an error, for something was lost."""
UPDATE_BYTES = 4_000
"""Of the text of a chat.update, in UTF-8: measured, and documented as characters."""

_FLAGS = ("unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast", "link_names", "replace_original",
          "delete_original")  # fmt: skip


def _text_or_fields(value: dict[str, Any], at: str) -> Iterator[str]:
    if "text" not in value and "fields" not in value:
        yield fault("must define either `text` or `fields`", f"{at}/type")


def _no_dispatched_file(value: dict[str, Any], at: str) -> Iterator[str]:
    if value["element"]["type"] == "file_input" and value.get("dispatch_action"):
        yield fault("unsupported type: file_input", f"{at}/element/type")


def _table_characters(value: dict[str, Any], at: str) -> Iterator[str]:
    if _characters(value["rows"]) > TABLE_CHARACTERS:
        yield fault(f"must be less than {TABLE_CHARACTERS + 1} characters", f"{at}/rows")


def _nullable(check: Check) -> Check:
    def check_unless_null(value: Any, at: str) -> Iterator[str]:
        return iter(()) if value is None else check(value, at)

    return check_unless_null


def _block(surface: Surface) -> Check:
    name: dict[str, Check] = {"block_id": string(255)}
    column = structure({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})
    table = {
        "section": structure(
            {},
            {
                **name,
                "text": text(3000),
                "fields": many(text(2000), 10),
                "accessory": accessory(),
                "expand": flag,
            },
            _text_or_fields,
        ),
        "header": structure({"text": plain(150)}, name),
        "divider": structure({}, name),
        "context": structure({"elements": many(kinds({**text_kinds(3000), **IMAGE}), 10)}, name),
        "actions": structure({"elements": many(action(surface), 25)}, name),
        "image": structure(ALT_TEXT, {**PICTURE, **name, "title": plain(2000)}, PICTURED),
        "rich_text": structure(RICH_TEXT, name),
        "input": structure(
            {"label": plain(2000), "element": entry(surface)},
            {**name, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
            _no_dispatched_file,
        ),
    }
    if surface == "message":
        table["markdown"] = structure({"text": string(MARKDOWN_CHARACTERS)}, name)
        table["table"] = structure(
            {"rows": many(many(CELL, 20), 100)},
            {**name, "column_settings": many(_nullable(column), 20)},
            _table_characters,
        )
    return kinds(table)


_MESSAGE = many(_block("message"), MESSAGE_BLOCKS, least=0)
_NAMED: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_VIEW = kinds(
    {
        "modal": structure(
            {"title": plain(24), "blocks": many(_block("modal"), VIEW_BLOCKS)},
            {
                **_NAMED,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
            },
        ),
        "home": structure({"blocks": many(_block("home"), VIEW_BLOCKS)}, _NAMED),
    }
)


def message_errors(blocks: list[dict[str, Any]]) -> list[str]:
    """Why Slack would refuse these as the blocks of one message: [] when it would take them."""
    errors = list(_MESSAGE(blocks, "/blocks"))
    if errors:
        return errors
    errors += _repeated(blocks, "/blocks")
    tables = [place for place, block in enumerate(blocks) if block["type"] == "table"]
    errors += [fault("only_one_table_allowed", f"/blocks/{place}") for place in tables[1:]]
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    headers = sum(block["type"] == "header" for block in blocks)
    characters = _characters(blocks) + headers * HEADER_CHARACTERS
    if markdown > MARKDOWN_CHARACTERS or characters > MESSAGE_CHARACTERS:
        errors.append("msg_blocks_too_long")
    return errors


def view_errors(view: dict[str, Any]) -> list[str]:
    """Why Slack would refuse this modal or home view."""
    errors = list(_VIEW(view, "/view"))
    if errors:
        return errors
    blocks = view["blocks"]
    errors += _repeated(blocks, "/view/blocks")
    if view["type"] == "modal" and "submit" not in view:
        errors += [
            fault("must define `submit` to use an `input` block in modals", f"/view/blocks/{place}/input")
            for place, block in enumerate(blocks)
            if block["type"] == "input"
        ]
    # Slack writes every character outside ASCII as an escape.
    if len(json.dumps(view)) > VIEW_BYTES:
        errors.append("view_too_large")
    return errors


def text_errors(payload: dict[str, Any]) -> list[str]:
    """Why Slack would refuse these arguments of a chat.* call, or this body for a response_url.

    Blocks may come as a list or as its JSON; here they are only recognised: message_errors judges them.
    A `ts` among the arguments makes it a chat.update, whose text may be far shorter.
    """
    errors: list[str] = []
    words = payload.get("text", "")
    if not isinstance(words, str):
        errors.append(fault("must provide a string", "/text"))
    elif len(words) > TEXT_CHARACTERS or ("ts" in payload and len(words.encode()) > UPDATE_BYTES):
        errors.append(fault("msg_too_long", "/text"))
    blocks = payload.get("blocks", [])
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            blocks = None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        errors.append(fault("invalid_blocks_format", "/blocks"))
    if not words and not blocks and not payload.get("attachments") and not payload.get("delete_original"):
        errors.append("no_text")
    # A form has no booleans, only their words.
    errors += [
        fault("must provide a boolean", f"/{name}")
        for name in _FLAGS
        if name in payload and str(payload[name]).lower() not in {"true", "false", "1", "0"}
    ]
    if payload.get("response_type", "ephemeral") not in {"ephemeral", "in_channel"}:
        errors.append(fault("must be one of: ephemeral, in_channel", "/response_type"))
    return errors


def suggestion_errors(body: dict[str, Any]) -> list[str]:
    """Why Slack would show nothing for this answer to a block_suggestion; an empty list of options is fine."""
    return list(SUGGESTIONS(body, ""))


def readable(shown: Object | Sequence[Object] | str) -> str:
    """Everything that a person can read there, in order: one line for each text, item and table row.

    Buttons, menus and what stands in fields are not text. A string is read as mrkdwn.
    """
    if isinstance(shown, str):
        return flat(shown)
    if not isinstance(shown, Mapping):
        return _lines(shown)
    title = [_read(shown["title"])] if shown.get("type") == "modal" else []
    blocks = shown.get("blocks", [shown])
    return "\n".join([*title, *filter(None, map(_read, blocks))])


def live_marks(shown: Any) -> list[str]:
    """Every control sequence `<…>` that Slack acts on, in order: dates too.

    What rich text holds as elements is written as mrkdwn would write it. A string is read as mrkdwn.
    """
    if isinstance(shown, str):
        return controls(shown)
    if isinstance(shown, Mapping):
        kind = shown.get("type")
        if kind in {"mrkdwn", "markdown"}:
            return controls(shown["text"])
        if kind in MARKS and MARKS[kind][0] in shown:
            return [mark(shown)]
        shown = shown.values()
    elif not isinstance(shown, Sequence):
        return []
    return [found for part in shown if not isinstance(part, str) for found in live_marks(part)]


def _repeated(blocks: list[dict[str, Any]], at: str) -> list[str]:
    """A block_id or action_id that another one has taken, and a second element that wants the focus."""
    errors: list[str] = []
    taken: set[str] = set()
    focused = False
    for place, block in enumerate(blocks):
        name = block.get("block_id")
        if name in taken:
            errors.append(fault(f'`block_id` "{name}" already exists', f"{at}/{place}/block_id"))
        elif name is not None:
            taken.add(name)
        actions: set[str] = set()
        for where, element in _elements(block):
            name = element.get("action_id")
            if name in actions:
                errors.append(
                    fault(f'`action_id` "{name}" already exists', f"{at}/{place}/{where}/action_id")
                )
            elif name is not None:
                actions.add(name)
            if element.get("focus_on_load"):
                if focused:
                    errors.append(
                        fault(
                            "only one element can have focus_on_load", f"{at}/{place}/{where}/focus_on_load"
                        )
                    )
                focused = True
    return errors


def _elements(block: Object) -> Iterator[tuple[str, Object]]:
    if block["type"] == "actions":
        for place, element in enumerate(block["elements"]):
            yield f"elements/{place}", element
    for name in ("element", "accessory"):
        if name in block:
            yield name, block[name]


def _characters(part: Any) -> int:
    """As Slack counts them over a message: every text, with & < > as the entities that it stores."""
    if isinstance(part, list):
        return sum(map(_characters, part))
    if not isinstance(part, dict):
        return 0
    total = sum(map(_characters, part.values()))
    for name in ("text", "alt_text", "fallback"):
        if isinstance(words := part.get(name), str):
            total += len(words)
            if part.get("type") != "mrkdwn":
                total += 4 * words.count("&") + 3 * (words.count("<") + words.count(">"))
    return total


def _lines(parts: Iterable[Object]) -> str:
    return "\n".join(filter(None, map(_read, parts)))


def _read_section(block: Object) -> str:
    texts = [block["text"]] if "text" in block else []
    pictures = [block["accessory"]] if block.get("accessory", {}).get("type") == "image" else []
    return _lines([*texts, *block.get("fields", []), *pictures])


def _read_image(block: Object) -> str:
    return _read(block["title"]) if "title" in block else str(block["alt_text"])


def _read_as_is(words: Object) -> str:
    return str(words["text"])


_READ: dict[str, Callable[[Object], str]] = {
    "plain_text": _read_as_is,
    "raw_text": _read_as_is,
    "raw_number": _read_as_is,
    "mrkdwn": lambda words: flat(words["text"]),
    "markdown": lambda block: flat(block["text"].replace("**", "*")),
    "section": _read_section,
    "header": lambda block: _read(block["text"]),
    "context": lambda block: _lines(block["elements"]),
    "image": _read_image,
    "input": lambda block: _lines([block["label"], *([block["hint"]] if "hint" in block else [])]),
    "table": lambda block: "\n".join("  ".join(map(_read, row)) for row in block["rows"]),
    "rich_text": lambda block: "\n".join(map(rich, block["elements"])),
}
"""How each block, and each thing that a block holds, reads; of any other there is nothing to read."""


def _read(part: Object) -> str:
    reading = _READ.get(part["type"])
    return reading(part) if reading else ""
