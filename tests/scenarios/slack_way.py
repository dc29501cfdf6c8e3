"""Scenarios over Slack: real processes, and people who see what the strict Slack shows them."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from handlers.kinds import Attachment
from tests.fakes.slack import FakeSlack, Person, Shown, Team
from tests.scenarios.answers import Answers
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.slack_house import House

OPEN = "Open the form"
"""The button that only platforms with forms have."""
NO_FORMS = 0.0
"""Seconds in which a form can be opened by what was pressed: everything is asked in messages."""
_TIME = re.compile(r"\b10:\d\d\b")
"""Scenarios name the minute at which the clock stands still; over Slack it runs on."""
_BEHIND = re.compile(r"/billhook (?=[a-z])")
"""Where a command stands that has no name of its own in Slack."""


@dataclass(frozen=True, slots=True)
class _Pressable:
    shown: Shown
    label: str


class SlackWay:
    """tests.scenarios.chat.Way. Everybody writes in their direct conversation with the app, in one workspace."""

    def __init__(self, house: House, team: Team, answers: Answers) -> None:
        self._house = house
        self._answers = answers
        self._team = team
        self._seen: list[_Pressable] = []

    @classmethod
    def open(cls, url: str, folder: Path, *, socket_mode: bool) -> Self:
        """In socket mode with the real command and its real pace; over HTTP in two processes that share a database."""
        slack = FakeSlack(trigger_seconds=NO_FORMS)
        slack.start()
        team = slack.team(new_team_id())
        house = House(slack=slack, team=team, url=url, folder=folder, socket_mode=socket_mode)
        try:
            if not socket_mode:
                house.serve()
            house.serve(real=socket_mode, anew=socket_mode)
        except BaseException:
            house.close()
            slack.stop()
            raise
        return cls(house, team, Answers(url))

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
        await asyncio.to_thread(self._house.slack.stop)
        assert self._house.slack.violations == []

    async def send(self, name: str, text: str, files: tuple[Attachment, ...] = ()) -> Seen:
        assert not files, "the app reads no files in Slack"
        person = self._team.person(name)
        return await self._after(person, lambda: person.say(text))

    async def press(self, name: str, seen: Seen, label: str) -> Seen:
        pressed = self._seen[int(seen.tokens[seen.buttons.index(label)])]
        person = self._team.person(name)
        return await self._after(person, lambda: person.press(pressed.label, message=pressed.shown))

    async def _after(self, person: Person, act: Callable[[], object]) -> Seen:
        """What is new to be seen once the one answer to an act has arrived."""
        chat = f"slack:{self._team.id}/{person.id}"
        before = {shown.ts: shown for shown in person.sees(person.dm)}
        arrived = await self._answers.count(chat)
        await asyncio.to_thread(act)
        await self._answers.more_than(arrived, chat)
        news = [shown for shown in person.sees(person.dm) if shown.from_bot and is_news(shown, before)]
        return self._as_seen(news)

    def _as_seen(self, news: list[Shown]) -> Seen:
        files = {file.name: file.content for shown in news for file in shown.files}
        said = "\n".join(
            [*(shown.text for shown in news if shown.text), *(f"[file] {name}" for name in files)]
        )
        last = next((shown for shown in reversed(news) if labels(shown)), None)
        pressable = [_Pressable(last, label) for label in labels(last)] if last else []
        first = len(self._seen)
        self._seen += pressable
        return Seen(
            _TIME.sub("10:41", _BEHIND.sub("/", said)),
            tuple(_BEHIND.sub("/", one.label) for one in pressable),
            files,
            tuple(str(first + place) for place in range(len(pressable))),
        )


def new_team_id() -> str:
    """Tests share their database, so that each has a workspace of its own."""
    return f"T{uuid.uuid4().hex[:10].upper()}"


def is_news(shown: Shown, before: dict[str, Shown]) -> bool:
    """Taking the buttons off a message shows nothing new."""
    old = before.get(shown.ts)
    return old is None or shown.text != old.text or bool(shown.labels and shown.labels != old.labels)


def labels(shown: Shown) -> tuple[str, ...]:
    """As on platforms without forms."""
    return tuple(label for label in shown.labels if label != OPEN)
