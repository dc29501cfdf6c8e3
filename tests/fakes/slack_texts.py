"""How Slack judges the small parts of a payload, and how a person reads its mrkdwn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

Object = Mapping[str, Any]

Check = Callable[[Any, str], Iterator[str]]
"""What is wrong with a value that stands at a JSON pointer."""

Rule = Callable[[dict[str, Any], str], Iterator[str]]
"""What is wrong between the fields of an object whose fields are each right."""


def fault(what: str, at: str) -> str:
    """In Slack's own words, where they are known: a developer searches for them."""
    return f"{what} [json-pointer:{at}]"


def string(most: int | None = None, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must provide a string", at)
        elif len(value) < least:
            yield fault(f"must be more than {least - 1} characters", at)
        elif most is not None and len(value) > most:
            yield fault(f"must be less than {most + 1} characters", at)

    return check


def flag(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield fault("must provide a boolean", at)


def integer(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield fault("must provide an integer", at)
        elif not least <= value <= most:
            yield fault(f"must be between {least} and {most}", at)

    return check


def number(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield fault("must provide a number", at)


def one_of(*words: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must provide a string", at)
        elif value not in words:
            yield fault(f"must be one of: {', '.join(words)}", at)

    return check


def matching(pattern: str, what: str, most: int | None = None) -> Check:
    sized = string(most)

    def check(value: Any, at: str) -> Iterator[str]:
        wrong = list(sized(value, at))
        yield from wrong
        if not wrong and not re.fullmatch(pattern, value):
            yield fault(f"must be {what}", at)

    return check


def day(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield fault("must provide a string", at)
        return
    try:
        known = date.fromisoformat(value).isoformat() == value
    except ValueError:
        known = False
    if not known:
        yield fault("must be a date in the format YYYY-MM-DD", at)


def many(check: Check, most: int | None = None, least: int = 1) -> Check:
    def check_all(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must provide an array", at)
            return
        if len(value) < least:
            yield fault(f"must provide at least {least} items", at)
        if most is not None and len(value) > most:
            yield fault(f"no more than {most} items allowed", at)
        for place, item in enumerate(value):
            yield from check(item, f"{at}/{place}")

    return check_all


def structure(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Rule
) -> Check:
    """An object with these fields and no others; an explicit null is no way to leave one out."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", at)
            return
        wrong = [fault(f"missing required field: {name}", at) for name in required if name not in value]
        for name, part in value.items():
            if name in known:
                wrong += known[name](part, f"{at}/{name}")
            else:
                wrong.append(fault(f"invalid additional property: {name}", at))
        yield from wrong
        if not wrong:
            for rule in rules:
                yield from rule(value, at)

    return check


def kinds(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says which fields it has."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", at)
        elif "type" not in value:
            yield fault("missing required field: type", at)
        elif not isinstance(value["type"], str):
            yield fault("must provide a string", f"{at}/type")
        elif value["type"] not in table:
            yield fault(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            fields = {name: part for name, part in value.items() if name != "type"}
            yield from table[value["type"]](fields, at)

    return check


def text_kinds(most: int) -> dict[str, Check]:
    return {
        "plain_text": structure({"text": string(most)}, {"emoji": flag}),
        "mrkdwn": structure({"text": string(most)}, {"verbatim": flag}),
    }


def plain(most: int) -> Check:
    return kinds({"plain_text": text_kinds(most)["plain_text"]})


def text(most: int = 3000) -> Check:
    return kinds(text_kinds(most))


# A mark stands at the edge of a word run: "*Paid*", and neither "5*3*2" nor "* note *".
_EMPHASIS = [
    re.compile(rf"(?<![^\W_]){sign}(?=\S)([^{sign}\n]+)(?<=\S){sign}(?![^\W_])") for sign in (r"\*", "_", "~")
]
_CODE = re.compile(r"```\n?(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
_CONTROL = re.compile(r"<([^<>\n]+)>")
_HELD = re.compile("\0([0-9]+)\0")


def controls(mrkdwn: str) -> list[str]:
    """Every `<…>` that Slack acts on: in escaped text there is none."""
    return [found[0] for found in _CONTROL.finditer(mrkdwn)]


def flat(mrkdwn: str) -> str:
    """What a person reads: live markup as its label, code and emphasis without their marks, then unescaped.

    The marks * _ ~ go when they come as a pair around a run of words on one line; what stands in code or in
    a label keeps its marks. Quotes, lists and :emoji: codes stay as they are.
    """
    held: list[str] = []

    def hold(shown: str) -> str:
        held.append(shown)
        return f"\0{len(held) - 1}\0"

    mrkdwn = _CONTROL.sub(lambda found: hold(_label(found[1])), mrkdwn.replace("\0", ""))
    mrkdwn = _CODE.sub(lambda found: hold(found[1] or found[2]), mrkdwn)
    for emphasis in _EMPHASIS:
        mrkdwn = emphasis.sub(r"\1", mrkdwn)
    while _HELD.search(mrkdwn):
        mrkdwn = _HELD.sub(lambda found: held[int(found[1])], mrkdwn)
    return mrkdwn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _label(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:]).removeprefix(target[0])
    if target.startswith("!"):
        return label or "@" + target[1:].removeprefix("subteam^")
    return label or target.removeprefix("mailto:")


MARKS = {
    "link": ("url", ""),
    "user": ("user_id", "@"),
    "channel": ("channel_id", "#"),
    "usergroup": ("usergroup_id", "!subteam^"),
    "team": ("team_id", "!"),
    "broadcast": ("range", "!"),
    "date": ("timestamp", "!date^"),
}
"""Of each live element of rich text: the field with its target, and how mrkdwn begins it."""


def mark(leaf: Object) -> str:
    """The control sequence that a live element of rich text stands for."""
    field, sign = MARKS[leaf["type"]]
    target = f"{sign}{leaf[field]}"
    if leaf["type"] == "date":
        target += f"^{leaf['format']}"
    label = leaf.get("text") or leaf.get("fallback")
    return f"<{target}|{label}>" if label else f"<{target}>"


def rich(part: Object) -> str:
    """What a person reads of one part of a rich_text block; in it, no character has a meaning of its own."""
    if part["type"] != "rich_text_list":
        return "".join(map(_rich_leaf, part["elements"]))
    first = part.get("offset", 0) + 1
    numbers = [f"{number}." for number in range(first, first + len(part["elements"]))]
    signs = numbers if part["style"] == "ordered" else ["•"] * len(numbers)
    return "\n".join(f"{sign} {rich(item)}" for sign, item in zip(signs, part["elements"], strict=True))


def _rich_leaf(leaf: Object) -> str:
    match leaf["type"]:
        case "text":
            return str(leaf["text"])
        case "link":
            return str(leaf.get("text") or leaf["url"])
        case "date":
            return str(leaf.get("fallback") or leaf["timestamp"])
        case "emoji":
            return f":{leaf['name']}:"
        case "color":
            return str(leaf["value"])
        case "channel":
            return f"#{leaf['channel_id']}"
        case kind:
            return f"@{leaf[MARKS[kind][0]]}"
