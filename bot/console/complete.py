"""What can be completed while a message is typed: commands, names of clients and products, the paths of files."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.console.receive import MEDIA_TYPES
from bot.naming import Names
from core.product import key
from core.units import UNITS
from handlers.words import _

_COMMAND = re.compile(r"/[\w ]*")
_CLIENT = re.compile(
    r"/(?:invoices(?: \w+)?|invoice|client(?: (?!add\b)\w+)?|quotes?|recurring(?: \w+)?|statement) +(?P<name>[^:;\n]*)"
)
"""Where a client's name may stand; `/client add` brings a new one."""
_PRODUCT = re.compile(r"/product(?: (?!add\b)\w+)? +(?P<name>[^:;@\n]*)")
_BILLED = re.compile(
    r"(?:/(?:invoice|quote|recurring(?: edit| new)?|credit)\b[^:;\n]*|[^/:;\n][^:;\n]*):(?P<lines>[^;]*)"
)
"""Where lines are typed: behind a colon, the command before it or not."""
_CHANGED = re.compile(
    r"/(?:quote |recurring )?edit\b(?:[^;]*;)*[^;]*?\b(?:add|line +\d+)\s*:?\s(?P<lines>[^;]*)", re.IGNORECASE
)
_PARTING = re.compile(r",(?=\s)|\n")
_BULLET = re.compile(r"\s*(?:[-*\u2022\u2013\u2014]\s+)?")
_COUNT = re.compile(r"\d[\d.,'\u2019]*\s*")
_WORD = re.compile(r"(?P<word>[^\s\d]\S*?)\.?\s+")
_TIMES = frozenset("x×*")
_FILE = re.compile(r'(?:^|\s)file:(?P<path>"?[^"\s]*|"[^"]*)$')
_MOST = 50


class ChatCompleter(Completer):
    """`names` is asked at most once per message."""

    def __init__(self, names: Callable[[], Awaitable[Names]], commands: Mapping[str, str]) -> None:
        self._names = names
        self._known: Names | None = None
        self._commands = commands

    def forget_names(self) -> None:
        self._known = None

    async def known_names(self) -> Names:
        if self._known is None:
            self._known = await self._names()
        return self._known

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Everything that needs no database."""
        text = document.text_before_cursor
        found = _FILE.search(text)
        if found:
            return _paths(found["path"])
        if _COMMAND.fullmatch(text):
            return self._command_names(text[1:])
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        seen = set()
        for completion in self.get_completions(document, complete_event):
            seen.add(completion.text)
            yield completion
        for completion in await self._named(document.text_before_cursor):
            if completion.text not in seen:
                seen.add(completion.text)
                yield completion

    async def _named(self, text: str) -> Sequence[Completion]:
        if _FILE.search(text):
            return ()
        if readings := _products_in(text):
            products = (await self.known_names()).products
            return tuple(one for typed in readings for one in _products(typed, products))
        found = _CLIENT.fullmatch(text)
        return tuple(_clients(found["name"], (await self.known_names()).clients)) if found else ()

    def _command_names(self, typed: str) -> Iterable[Completion]:
        for name, does in self._commands.items():
            if name.startswith(typed.lower()) and name != typed:
                yield Completion(name, start_position=-len(typed), display=f"/{name}", display_meta=_(does))


def _products_in(text: str) -> Sequence[str]:
    """What may have been typed of a product's name; nothing where none can be named."""
    if found := _PRODUCT.fullmatch(text):
        return (found["name"],)
    lines = _BILLED.fullmatch(text) or _CHANGED.fullmatch(text)
    return () if lines is None else _of_line(_PARTING.split(lines["lines"])[-1])


def _of_line(text: str) -> Sequence[str]:
    """What follows the quantity and its unit, or all of it, for a name may begin with a number; nothing behind an @,
    where the price stands.
    """
    if "@" in text:
        return ()
    whole = _BULLET.sub("", text, count=1)
    counted = _COUNT.match(whole)
    if counted is None:
        return (whole,)
    rest = whole[counted.end() :]
    for known in (UNITS, _TIMES):
        word = _WORD.match(rest)
        if word and word["word"].lower() in known:
            rest = rest[word.end() :]
    # What stands right behind the last digit is still a unit, or the name.
    return (rest, whole) if text[: len(text) - len(rest)][-1:].isspace() else (whole,)


def _clients(typed: str, names: Sequence[str]) -> Iterable[Completion]:
    matching = [name for name in names if _begins_a_word(name, typed)]
    for name in matching[:_MOST]:
        if name != typed:
            yield Completion(name, start_position=-len(typed), display_meta=_("client"))


def _products(typed: str, products: Sequence[tuple[str, str]]) -> Iterable[Completion]:
    """By name, and by code once something of it was typed."""
    found = [(name, _("product")) for name, _code in products if _begins_a_word(name, typed)]
    if typed:
        found += [(code, name) for name, code in products if code and key(code).startswith(key(typed))]
    for text, told in found[:_MOST]:
        if text != typed:
            yield Completion(text, start_position=-len(typed), display_meta=told)


def _begins_a_word(name: str, typed: str) -> bool:
    return f" {name.casefold()}".find(f" {typed.casefold()}") >= 0


def _paths(typed: str) -> Iterable[Completion]:
    """Folders and the kinds of files that can be sent; a path with a space in it gets quotes."""
    bare = typed.lstrip('"')
    folder, slash, start = bare.rpartition("/")
    place = Path(folder + slash or ".").expanduser()
    try:
        entries = sorted(place.iterdir(), key=lambda entry: entry.name)
    except OSError:
        return
    shown = 0
    for entry in entries:
        if not entry.name.startswith(start) or (entry.name.startswith(".") and not start):
            continue
        is_folder = entry.is_dir()
        if not is_folder and entry.suffix.lower() not in MEDIA_TYPES:
            continue
        path = f"{folder}{slash}{entry.name}"
        quoted = f'"{path}' + ("" if is_folder else '"') if " " in path or typed.startswith('"') else path
        yield Completion(
            quoted + ("/" if is_folder else ""),
            start_position=-len(typed),
            display=entry.name + "/" * is_folder,
        )
        shown += 1
        if shown >= _MOST:
            return
