"""Blocks and views to build samples of."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Words", **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "Words", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str = "Words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Send", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str, text: str = "Words", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def asking(kind: str, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": {"type": kind, **more}}


def table(*rows: list[str], **more: Any) -> Json:
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows],
        **more,
    }


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def run(*leaves: Json, kind: str = "rich_text_section", **more: Any) -> Json:
    return {"type": kind, "elements": list(leaves), **more}


def leaf(text: str, **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


CONFIRM = {
    "title": plain("t" * 100),
    "text": mrkdwn("t" * 300),
    "confirm": plain("t" * 30),
    "deny": plain("t" * 30),
}
OPTIONS = [option("a"), option("b", description=plain("d" * 75))]
STATIC = {"type": "static_select", "action_id": "pick", "placeholder": plain("p" * 150)}
DIVIDER = {"type": "divider"}
