"""The chat through a pipe: one message per line in, plain text out."""

from __future__ import annotations

import asyncio
import threading
from typing import BinaryIO, Protocol

from bot.console.receive import MAX_TEXT, decoded, receive
from bot.console.send import Terminal
from bot.naming import Names
from core.errors import InvalidInput
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Update
from handlers.words import _, sentence

MAX_LINE = 4 * MAX_TEXT + 8_192
"""Bytes: the longest message in four-byte characters, and room for the path of a file."""


class Chat(Protocol):
    """What the console needs of bot.wiring.App."""

    async def handle(self, update: Update) -> None: ...
    async def catch_up(self, chat: ChatRef) -> None: ...
    async def keep_time(self, chat: ChatRef) -> None: ...
    async def names(self, sender: SenderRef) -> Names: ...


class LineReader:
    """Reads lines in a thread of its own, one when it is asked for, so that the event loop stays free.

    The thread is a daemon: Ctrl-C must not wait for a line that never comes.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._wanted = threading.Semaphore(0)
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.Future[bytes] = self._loop.create_future()
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    async def next(self) -> bytes:
        """The next line; longer ones come cut off at MAX_LINE + 1 bytes; empty at the end of the stream."""
        self._next = self._loop.create_future()
        self._wanted.release()
        return await self._next

    def _read(self) -> None:
        while True:
            self._wanted.acquire()
            line = _bounded(self._stream)
            try:
                self._loop.call_soon_threadsafe(self._hand_over, line)
            except RuntimeError:
                # The loop is closed: nobody waits for this line any more.
                return

    def _hand_over(self, line: bytes) -> None:
        if not self._next.done():
            self._next.set_result(line)


def _bounded(stream: BinaryIO) -> bytes:
    """One line of bounded memory: what is too long is read away to its end."""
    try:
        line = stream.readline(MAX_LINE + 1)
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
    except OSError:
        return b""
    return line


async def run_piped(app: Chat, terminal: Terminal, identity: str, stream: BinaryIO) -> None:
    """Answer every line in turn until the stream ends. Raises Unavailable when the database does not answer."""
    reader = LineReader(stream)
    while line := await reader.next():
        try:
            if len(line) > MAX_LINE:
                terminal.say(_("This is longer than {most} characters, so nothing was sent.", most=MAX_TEXT))
                continue
            update = receive(decoded(line), identity, piped=True)
        except InvalidInput as error:
            terminal.say(sentence(error))
            continue
        if update is not None:
            await app.handle(update)
            _end_if_interrupted()


def _end_if_interrupted() -> None:
    """Ctrl-C cancels the task, once; a database that it cuts off may fail in its own words, which are seen to like any
    other failure. Then nothing would be left of it but to wait for the next line. Raises CancelledError.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
