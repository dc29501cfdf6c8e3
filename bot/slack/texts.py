"""Text as Slack takes it: escaped where its markup is read, without markup everywhere else."""

from __future__ import annotations

import re

from bot.slack.parts import Json
from bot.text import safe_line

_JOINER = "\u2060"
_LOOKALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
# A mark between two letters or digits formats nothing, as in an address; one between two blanks neither.
_MARKS = re.compile(r"`|(?:(?<![^\W_])[*_~]|[*_~](?![^\W_]))(?:(?<!\s.)|(?!\s))")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_QUOTE = re.compile(r"^(?=[ \t]*>)", re.MULTILINE)


def escaped(text: str) -> str:
    """The three characters that begin an entity or a `<…>`; Slack decodes no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def weight(text: str) -> int:
    """Characters that a text takes of Slack's limits: escaped, wherever it stands."""
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def inert(text: str) -> str:
    """For a place that Slack reads as mrkdwn: it looks the same, and nothing in it is formatted or linked.

    Nothing escapes a formatting mark in mrkdwn, so those that could be read as one are drawn by signs that
    look alike; an address, an emoji's code and a quote are broken by a character without a width.
    """
    text = _MARKS.sub(lambda found: found.group().translate(_LOOKALIKES), text)
    text = text.replace("://", f":{_JOINER}//")
    return escaped(_QUOTE.sub(_JOINER, _EMOJI.sub(f":{_JOINER}", text)))


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def plain_text(text: str, most: int) -> Json:
    """On one line, or an ellipsis: Slack refuses an empty one. Codes such as `:smile:` stay what they are."""
    return {"type": "plain_text", "text": shortened(safe_line(text), most) or "…", "emoji": False}
