"""Stands in for the app behind the console: remembers what came and answers with what it is given."""

from bot.console.send import Terminal
from bot.naming import Names
from handlers.kinds import Attachment, ChatRef, Notice, Reply, SenderRef, Text
from handlers.updates import Typed, Update


class Echo:
    """Answers every message with its own text; may be told to fail instead."""

    def __init__(self, terminal: Terminal, clients: tuple[str, ...] = ()) -> None:
        self._terminal = terminal
        self._clients = clients
        self.heard: list[str] = []
        self.caught_up: list[ChatRef] = []
        self.kept_time: list[ChatRef] = []
        self.asked_for_names = 0
        self.failing: Exception | None = None

    async def handle(self, update: Update) -> None:
        assert isinstance(update.input, Typed)
        if self.failing is not None:
            failing, self.failing = self.failing, None
            raise failing
        self.heard.append(update.input.text)
        files = tuple(file for file in update.input.files if isinstance(file, Attachment))
        self._terminal.show(Reply((Text(update.input.text),), attachments=files))

    async def catch_up(self, chat: ChatRef) -> None:
        self.caught_up.append(chat)
        self._terminal.show(Reply((Notice("caught up"),)))

    async def keep_time(self, chat: ChatRef) -> None:
        self.kept_time.append(chat)

    async def names(self, sender: SenderRef) -> Names:
        self.asked_for_names += 1
        return Names(self._clients)
