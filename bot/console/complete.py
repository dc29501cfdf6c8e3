"""What can be completed while a message is typed: commands, client names and the paths of files."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.console.receive import MEDIA_TYPES
from handlers.words import _

_COMMAND = re.compile(r"/[\w ]*")
_CLIENT = re.compile(r"/(?:invoices(?: \w+)?|invoice|client(?: (?!add\b)\w+)?) +(?P<name>[^:;\n]*)")
"""Where a client's name may stand; `/client add` brings a new one."""
_FILE = re.compile(r'(?:^|\s)file:(?P<path>"?[^"\s]*|"[^"]*)$')
_MOST = 50


class ChatCompleter(Completer):
    """`names` is asked at most once per message."""

    def __init__(self, names: Callable[[], Awaitable[Sequence[str]]], commands: Mapping[str, str]) -> None:
        self._names = names
        self._known: Sequence[str] | None = None
        self._commands = commands

    def forget_names(self) -> None:
        self._known = None

    async def known_names(self) -> Sequence[str]:
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
        found = _CLIENT.fullmatch(document.text_before_cursor)
        if found is None:
            return
        for completion in _clients(found["name"], await self.known_names()):
            if completion.text not in seen:
                yield completion

    def _command_names(self, typed: str) -> Iterable[Completion]:
        for name, does in self._commands.items():
            if name.startswith(typed.lower()) and name != typed:
                yield Completion(name, start_position=-len(typed), display=f"/{name}", display_meta=_(does))


def _clients(typed: str, names: Sequence[str]) -> Iterable[Completion]:
    """Names of which any word begins with what was typed."""
    wanted = typed.casefold()
    matching = [name for name in names if f" {name.casefold()}".find(f" {wanted}") >= 0]
    for name in matching[:_MOST]:
        if name != typed:
            yield Completion(name, start_position=-len(typed), display_meta=_("client"))


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
