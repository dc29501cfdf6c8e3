"""Scenarios over Telegram: real processes, and people who see what the strict Bot API server shows them."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.kinds import Attachment
from tests.fakes.telegram import FakeTelegram, Person, Shown
from tests.scenarios.answers import Answers
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.telegram_house import House

_TIME = re.compile(r"\b10:\d\d\b")
"""Scenarios name the minute at which the clock stands still; over Telegram it runs on."""


class TelegramWay:
    """tests.scenarios.chat.Way. Everybody has a private chat of their own with the bot."""

    def __init__(self, house: House, answers: Answers) -> None:
        self._house = house
        self._answers = answers
        self._people: dict[str, Person] = {}

    @classmethod
    def open(cls, url: str, folder: Path, *, webhook: bool) -> TelegramWay:
        """By polling with the real command and its real pace; by webhook in two processes that share the database."""
        # Tests share their database, so that each has a bot of its own.
        number = uuid.uuid4().int % 10**9
        telegram = FakeTelegram(f"{number}:not-a-real-token").start()
        house = House(telegram=telegram, url=url, folder=folder, webhook=webhook)
        try:
            if webhook:
                house.serve()
            house.serve(real=not webhook, anew=not webhook)
        except BaseException:
            house.close()
            telegram.stop()
            raise
        return cls(house, Answers(url))

    @property
    def today(self) -> date:
        begun = self._house.begin
        now = datetime.now(UTC) if begun == "now" else datetime.fromisoformat(begun)
        return now.astimezone(ZoneInfo("Europe/Berlin")).date()

    def person(self, name: str) -> Chat:
        return Chat(name, self)

    async def close(self) -> None:
        await self._answers.close()
        await asyncio.to_thread(self._house.close)
        await asyncio.to_thread(self._house.telegram.stop)
        assert self._house.telegram.violations == []

    def someone(self, name: str) -> Person:
        if name not in self._people:
            own = 10**10 + uuid.uuid4().int % 10**12
            self._people[name] = self._house.telegram.person(name, id=own, started=True)
        return self._people[name]

    async def send(self, name: str, text: str, files: tuple[Attachment, ...] = ()) -> Seen:
        person, telegram = self.someone(name), self._house.telegram

        def act() -> None:
            if not files:
                telegram.says(person, text)
            for file in files:
                telegram.sends_document(person, file.filename, file.content, file.media_type, caption=text)

        return await self._after(person, act)

    async def press(self, name: str, seen: Seen, label: str) -> Seen:
        message, _, version = seen.tokens[seen.buttons.index(label)].partition("/")
        person = self.someone(name)
        return await self._after(
            person,
            lambda: self._house.telegram.presses(person, label, message=int(message), version=int(version)),
        )

    async def _after(self, person: Person, act: Callable[[], object]) -> Seen:
        """What is new to be seen once the one answer to an act has arrived."""
        telegram = self._house.telegram
        before, toasts = len(telegram.history(person)), len(telegram.toasts)
        chat = f"telegram:{person.id}"
        arrived = await self._answers.count(chat)
        act()
        await self._answers.more_than(arrived, chat)
        shown = [one for one in telegram.history(person)[before:] if one.from_bot]
        said = [
            toast.text for toast in telegram.toasts[toasts:] if toast.text and toast.person_id == person.id
        ]
        return _seen(shown, said)


def _seen(shown: list[Shown], toasts: list[str]) -> Seen:
    """Taking the buttons off a message shows nothing new."""
    fresh = [one for one in shown if one.version == 0 or one.rows or len(shown) == 1]
    files = {one.document.name: one.document.content for one in fresh if one.document}
    texts = [*(one.text for one in fresh), *toasts, *(f"[file] {name}" for name in files)]
    last = next((one for one in reversed(fresh) if one.rows), None)
    labels = tuple(button.label for row in last.rows for button in row) if last else ()
    tokens = tuple(f"{last.message_id}/{last.version}" for _label in labels) if last else ()
    said = "\n".join(text for text in texts if text)
    return Seen(_TIME.sub("10:41", said), labels, files, tokens)
