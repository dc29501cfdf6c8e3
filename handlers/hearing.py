"""Which command a text means: by its name, or by what only one command can mean."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.command import Command
from handlers.reading.lines import has_price

_WITH_LINES = ("invoice", "edit")


def named_command(text: str, commands: Mapping[str, Command]) -> tuple[str, str] | None:
    """The command that the text begins with, and the rest of it."""
    words = text.split(maxsplit=2)
    for count in (2, 1):
        name = " ".join(words[:count]).lower()
        if len(words) >= count and name in commands and commands[name].typed:
            return name, _after(text, count)
    return None


def meant_command(text: str, commands: Mapping[str, Command]) -> tuple[str, str] | None:
    """The command of a text without a slash: what has a price is an invoice."""
    named = named_command(text, commands)
    if has_price(text) and not (named and named[0] in _WITH_LINES):
        # A client may be called like a command, but not like one that takes lines.
        return "invoice", text
    return named


def _after(text: str, count: int) -> str:
    """The text after its first `count` words, line breaks kept."""
    rest = text
    for _word in range(count):
        rest = rest.lstrip()
        rest = rest[len(rest.split(maxsplit=1)[0]) :]
    return rest.strip()
