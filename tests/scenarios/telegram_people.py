"""People on Telegram and what each of them sees, with a bot in a real process on SQLite. All of it is synchronous."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.telegram import Chat, FakeTelegram, Person, Shown
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.telegram_house import House, opened

PATIENCE = 20.0
_BUSY = """
SELECT (SELECT count(*) FROM inbox WHERE state = 'new')
     + (SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'pending' AND next_at IS NULL))
"""
NUMBER = re.compile(r"\d{4}-\d{4}")
USERNAME = "studio_bot"


@contextmanager
def open_town(template: Path, folder: Path) -> Iterator[Town]:
    """A bot on a database of its own; nothing that Telegram would refuse may happen in it."""
    database = folder / "town.db"
    shutil.copyfile(template, database)
    with (
        FakeTelegram(username=USERNAME) as telegram,
        opened(House(telegram=telegram, url=f"sqlite:///{database}", folder=folder)) as house,
    ):
        house.serve()
        yield Town(house)
        assert telegram.violations == []


@dataclass(frozen=True, slots=True)
class Town:
    """A bot that is running, and the place where people talk to it."""

    house: House

    @property
    def telegram(self) -> FakeTelegram:
        return self.house.telegram

    def person(self, name: str, language: str = "en") -> Friend:
        return Friend(self, self.telegram.person(name, language_code=language))

    def owner(self, name: str = "Ana") -> Friend:
        """Somebody with a business and a client."""
        friend = self.person(name)
        friend.starts()
        friend.says(STUDIO)
        friend.says(ACME)
        return friend

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.house.url.removeprefix("sqlite:///"), timeout=30)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def settle(self) -> None:
        """Until every update was answered and every answer is where it belongs."""
        self.telegram.drained(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while self.rows(_BUSY) != [(0,)]:
            assert time.monotonic() < deadline, self.rows(
                "SELECT chat, state, error FROM outbox WHERE state <> 'sent'"
            )
            time.sleep(0.01)


@dataclass(frozen=True, slots=True)
class Friend:
    """One person; what they do gives what is new from the bot in the place where they did it."""

    town: Town
    person: Person

    @property
    def name(self) -> str:
        return self.person.first_name

    def starts(self, payload: str | None = None) -> Shown:
        return self._last(None, lambda: self.town.telegram.starts(self.person, payload))

    def says(
        self, text: str, chat: Chat | None = None, thread: int | None = None, reply_to: int | None = None
    ) -> Shown:
        return self._last(
            chat,
            lambda: self.town.telegram.says(self.person, text, chat=chat, thread=thread, reply_to=reply_to),
        )

    def presses(self, label: str, chat: Chat | None = None, message: int | None = None) -> Shown:
        return self._last(
            chat, lambda: self.town.telegram.presses(self.person, label, chat=chat, message=message)
        )

    def taps(self, label: str, chat: Chat | None = None, message: int | None = None) -> str:
        """Presses a button that is only answered in passing; gives the words that appear over the chat."""
        query = self.town.telegram.presses(self.person, label, chat=chat, message=message)
        self.town.settle()
        return self.town.telegram.toast_for(query).text

    def follows(self, label: str, chat: Chat | None = None) -> Shown:
        """Opens an address of a button, which leads to the private chat."""
        return self._last(None, lambda: self.town.telegram.follows(self.person, label, chat=chat))

    def sends_photo(self, content: bytes, caption: str = "") -> Shown:
        return self._last(None, lambda: self.town.telegram.sends_photo(self.person, content, caption=caption))

    def hears_nothing(self, text: str, chat: Chat, thread: int | None = None) -> None:
        """What is said in a group among people stays among them."""
        before = len(self.town.telegram.history(chat))
        self.town.telegram.says(self.person, text, chat=chat, thread=thread)
        self.town.settle()
        news = self.town.telegram.history(chat)[before:]
        assert [one.text for one in news if one.from_bot] == []

    def sees(self, chat: Chat | None = None) -> list[Shown]:
        return self.town.telegram.messages(chat or self.person)

    def _last(self, chat: Chat | None, act: Callable[[], object]) -> Shown:
        place = chat or self.person
        before = len(self.town.telegram.history(place))
        act()
        self.town.settle()
        news = [one for one in self.town.telegram.history(place)[before:] if one.from_bot]
        assert news, f"{self.name} sees nothing new in {[one.text for one in self.sees(chat)]}"
        # Taking the buttons off an older message is no news.
        said = [one for one in news if one.version == 0 or one.rows or len(news) == 1]
        return (said or news)[-1]


def labels(shown: Shown) -> list[str]:
    return [button.label for row in shown.rows for button in row]
