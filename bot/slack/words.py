"""Which words have a slash command of their own in Slack, and how sentences name the others.

Slack keeps names such as /invite and /join for itself, so everything else is typed as `/billhook NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from handlers.command import CONTROLS, Command
from handlers.kinds import Block, Button, Entry, Facts, Lines, Notice, Question, Reply, Sheet, Text
from handlers.registry import COMMANDS

Shown = TypeVar("Shown", Reply, Question)
_PREFIX = "/billhook "


def slash_names(commands: Iterable[Command]) -> frozenset[str]:
    """The commands that the manifest registers by their own names."""
    return frozenset(command.name for command in commands if command.slash)


def prefixed_names(commands: Collection[Command]) -> frozenset[str]:
    """The first words that only work behind /billhook."""
    words = {command.name.partition(" ")[0] for command in commands}
    return frozenset({*words, *CONTROLS} - slash_names(commands))


PREFIXED = prefixed_names(COMMANDS)


def renamed(text: str, names: frozenset[str]) -> str:
    """`/settings vat-id …` as `/billhook settings vat-id …`, for these names; doing it twice changes nothing."""
    return _pattern(names).sub(rf"{_PREFIX}\1", text) if names and "/" in text else text


@lru_cache(maxsize=8)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))
    return re.compile(rf"(?<![\w/.:-])/({words})(?![\w/-])")


def reworded(shown: Shown) -> Shown:
    """The reply or question as it is said in Slack. Tables and other facts hold people's own words and stay."""
    if isinstance(shown, Question):
        sheet = _sheet(shown.sheet) if shown.sheet else None
        return replace(
            shown,
            prompt=in_slack(shown.prompt),
            error=in_slack(shown.error),
            before=tuple(map(_block, shown.before)),
            buttons=tuple(map(_button, shown.buttons)),
            sheet=sheet,
        )
    return replace(shown, blocks=tuple(map(_block, shown.blocks)), buttons=tuple(map(_button, shown.buttons)))


def in_slack(text: str) -> str:
    """A sentence with the commands in it as they are typed here."""
    return renamed(text, PREFIXED)


def _if_command(text: str) -> str:
    return in_slack(text) if text.startswith("/") else text


def _block(block: Block) -> Block:
    match block:
        case Text(text):
            return Text(in_slack(text))
        case Notice(text, level):
            return Notice(in_slack(text), level)
        case Facts(pairs, title):
            shown = tuple((_if_command(label), _if_command(value)) for label, value in pairs)
            return Facts(shown, _if_command(title))
        case Lines():
            return block


def _button(button: Button) -> Button:
    return replace(button, label=_if_command(button.label))


def _sheet(sheet: Sheet) -> Sheet:
    return replace(sheet, error=in_slack(sheet.error), entries=tuple(map(_entry, sheet.entries)))


def _entry(entry: Entry) -> Entry:
    return replace(entry, prompt=in_slack(entry.prompt), error=in_slack(entry.error))
