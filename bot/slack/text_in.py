"""Text as Slack encodes it, turned back into what the person typed."""

from __future__ import annotations

import re

MAX_TEXT = 20_001
"""One more than the conversation takes, so that it is the conversation that says what is too long."""
_SEQUENCE = re.compile("<([^<>]*)>")
_ENTITY = re.compile("&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_PERSON = re.compile("@([UW][A-Z0-9]{1,30})")
_SCHEME = re.compile("https?://", re.IGNORECASE)
_SPACES = re.compile("[\t\u00a0\u2007\u202f]")
# Half a surrogate pair is no character, and no database keeps it.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Slack's editors curl straight quotes the English way; a low one is only ever typed on purpose, with its other half.
_QUOTES = re.compile("„[^„“”\n]*[“”]|‚[^‚‘’\n]*[‘’]|[“”‘’]")
_STRAIGHT = {"“": '"', "”": '"', "‘": "'", "’": "'"}


def plain(text: str, team: str) -> str:
    """What was typed. A person that is mentioned is `@TEAM/USER`, the team being the one that heard it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", _SPACES.sub(" ", text))
    text = _SEQUENCE.sub(lambda found: _typed(found[1], team), text)
    # Whoever types one of these is heard as `&lt;`, so what is left belongs to no sequence that Slack made.
    text = text.replace("<", "").replace(">", "")
    text = _QUOTES.sub(lambda found: _STRAIGHT.get(found[0], found[0]), text)
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text).strip()[:MAX_TEXT]


def _typed(sequence: str, team: str) -> str:
    """Of a link the address, unless its label is the address as well: a label can say anything."""
    target, _bar, label = sequence.partition("|")
    match target[:1]:
        case "@":
            person = _PERSON.fullmatch(target)
            return f"@{team}/{person[1]}" if person else f"@{label or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return _special(target[1:], label)
        case _:
            return _address(target, label)


def _special(target: str, label: str) -> str:
    """`!here`, a group of people as `!subteam^ID`, or a moment as `!date^SECONDS^FORMAT`."""
    kind, _hat, rest = target.partition("^")
    if kind == "date":
        return label
    return f"@{(label or rest or kind).removeprefix('@')}"


def _address(target: str, label: str) -> str:
    if target.startswith("mailto:"):
        return target.removeprefix("mailto:").partition("?")[0]
    if target.startswith("tel:"):
        number = target.removeprefix("tel:")
        return label if label and _digits(label) == _digits(number) else number
    return label if label and _bare(label) == _bare(target) else target


def _digits(text: str) -> str:
    return re.sub(r"[^+0-9]", "", text)


def _bare(address: str) -> str:
    return _SCHEME.sub("", address, count=1).rstrip("/").casefold()
