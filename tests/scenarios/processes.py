"""Scenarios through the real program: every message is a new process, so nothing can live in memory."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.kinds import Attachment
from tests.bot.started import billhook
from tests.scenarios.chat import Chat, Seen

_BUTTONS = re.compile(r"\[\d+\] ")
_FILE = re.compile(r"\[file\] (.+) \([\w/.+-]+, \d+ bytes\)")


class Processes:
    """A way to run scenarios."""

    def __init__(self, url: str, folder: Path) -> None:
        self._folder = folder
        self._files = folder / "received"
        self._settings = {"DATABASE_URL": url}
        # Tests share their database, so everybody has a chat of their own.
        self._suffix = uuid.uuid4().hex[:8]

    @property
    def today(self) -> date:
        return datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin")).date()

    def person(self, name: str) -> Chat:
        return Chat(name, self)

    async def close(self) -> None:
        return None

    async def send(self, name: str, text: str, files: tuple[Attachment, ...] = ()) -> Seen:
        line = text.replace("\n", r"\n")
        for file in files:
            path = self._folder / file.filename
            path.write_bytes(file.content)
            line += f' file:"{path}"'
        done = billhook(
            self._folder, "chat", "--as", f"{name}-{self._suffix}", "--files", str(self._files),
            given=f"{line}\n".encode(), settings=self._settings,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return self._seen(done.stdout)

    async def press(self, name: str, seen: Seen, label: str) -> Seen:
        """By its number: the terminal knows no other buttons than the last ones."""
        return await self.send(name, str(seen.buttons.index(label) + 1))

    def _seen(self, out: str) -> Seen:
        rows = out.rstrip("\n").split("\n")
        labels = [label.strip() for row in rows if _BUTTONS.match(row) for label in _BUTTONS.split(row)[1:]]
        names = [found[1] for row in rows if (found := _FILE.fullmatch(row))]
        files = {name: (self._files / name).read_bytes() for name in names}
        return Seen("\n".join(rows), tuple(labels), files)
