"""`billhook chat` at a terminal: a prompt with history and completion, and replies in colour."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from bot.cli import version
from bot.console.complete import ChatCompleter
from bot.console.pipe import Chat
from bot.console.receive import chat_of, receive, sender_of
from bot.console.send import Terminal
from bot.naming import Names
from core.errors import InvalidInput, Unavailable
from handlers.command import CONTROLS, told_of
from handlers.kinds import ChatRef
from handlers.registry import COMMANDS
from handlers.words import _, sentence

HISTORY = "history"
TICK_SECONDS = 60.0


def greeting() -> str:
    return _(
        "Billhook {version} · type /start to set up your business, /help for all commands, Ctrl-D to leave",
        version=version(),
    )


def make_session(
    completer: ChatCompleter, history: Path, source: Input | None = None, output: Output | None = None
) -> PromptSession[str]:
    """A prompt whose Enter sends, while a paste of several lines stays one message."""
    session: PromptSession[str] = PromptSession(
        message="› ",
        multiline=True,
        prompt_continuation="… ",
        history=_private_history(history),
        completer=completer,
        complete_while_typing=True,
        reserve_space_for_menu=6,
        key_bindings=_bindings(),
        bottom_toolbar=lambda: _("Enter sends · Alt-Enter: new line · Tab completes · /help · Ctrl-D leaves"),
        input=source,
        output=output,
    )
    return session


def _private_history(path: Path) -> FileHistory:
    """What was typed names clients and amounts: only its owner may read it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    return FileHistory(str(path))


def _bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


async def converse(
    app: Chat, terminal: Terminal, identity: str, session: PromptSession[str], pause: float = TICK_SECONDS
) -> None:
    """One message after the other until Ctrl-D; Ctrl-C only drops the line. What the clock brings comes between."""
    chat = chat_of(identity)
    await _told(terminal, app.catch_up, chat)
    await _told(terminal, app.keep_time, chat)
    timing = asyncio.create_task(_keep_time(app, terminal, chat, pause))
    try:
        await _converse(app, terminal, identity, session)
    finally:
        timing.cancel()


async def _keep_time(app: Chat, terminal: Terminal, chat: ChatRef, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        # Above the line that is being typed.
        async with in_terminal():
            await _told(terminal, app.keep_time, chat)


async def _converse(app: Chat, terminal: Terminal, identity: str, session: PromptSession[str]) -> None:
    completer = session.completer
    while True:
        if isinstance(completer, ChatCompleter):
            completer.forget_names()
        try:
            text = await session.prompt_async()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            update = receive(text, identity, piped=False)
        except InvalidInput as error:
            terminal.say(sentence(error))
            continue
        if update is not None:
            await _told(terminal, app.handle, update)


async def _told(terminal: Terminal, act: Callable[[Any], Awaitable[None]], given: object) -> None:
    """At a terminal a database that does not answer is said, and the person may try again."""
    try:
        await act(given)
    except Unavailable as error:
        terminal.say(sentence(error))


def completer_for(app: Chat, identity: str, sells: bool = False) -> ChatCompleter:
    sender = sender_of(identity)

    async def names() -> Names:
        try:
            return await app.names(sender)
        except Unavailable:
            return Names()

    commands = {command.name: command.help for command in told_of(COMMANDS, sells)}
    return ChatCompleter(names, commands | CONTROLS)
