"""Somebody in a chat: writes, presses, waits for the answer, and knows what they were told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram_values import Impossible
from tests.faults.driver.record import Office, Record, Told

_LOOK_EVERY = 0.02
_ALARMING = re.compile(
    "something went wrong on our side|Somebody else changed this|given under an earlier pattern"
)
"""Nothing that happens in a run gives anybody a reason to be told this."""
CHANGED = "Somebody else changed this"
"""Two may give a client an address at the same moment: then one of them is told so, and nothing is changed."""
TOO_LATE = re.compile(r"10 minutes")
"""Days pass fast here: what was done a moment ago may be too old to be taken back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an act."""

    told: Told
    text: str = ""
    message: int = 0
    found: re.Match[str] | None = None


@dataclass(slots=True)
class Talker:
    """One person in their private chat."""

    telegram: FakeTelegram
    person: Person
    office: Office
    record: Record
    patience: float
    is_over: Callable[[], bool]
    focus: tuple[str, ...] = ()

    def says(self, text: str, done: str, refused: str | None = None) -> Answer:
        """Waits for an answer that fits. One that should not be, by all that happened before, is a surprise."""
        since = self.telegram.arrived(self.person)
        self.telegram.says(self.person, text)
        return self.hears(text, since, "", done, refused)

    def presses(self, label: str, message: int, done: str, refused: str | None = None) -> Answer:
        since = self.telegram.arrived(self.person)
        try:
            query = self.telegram.presses(self.person, label, message=message)
        except Impossible:
            # The answer that carried the buttons has lost them meanwhile, or its message never came.
            return Answer(Told.UNKNOWN)
        return self.hears(f"[{label}]", since, query, done, refused)

    def hears(self, act: str, since: int, query: str, done: str, refused: str | None) -> Answer:
        wanted, unwanted = re.compile(done), re.compile(refused) if refused else None
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline and not self.is_over():
            said = [
                (shown.text, shown.message_id)
                for shown in self.telegram.history(self.person, since)
                if shown.from_bot
            ]
            if query:
                said += [(toast.text, 0) for toast in self.telegram.toasts if toast.query_id == query]
            for text, message in said:
                found = wanted.search(text)
                if found:
                    return self._counted(act, Answer(Told.DONE, text, message, found))
                if unwanted and unwanted.search(text):
                    return self._counted(act, Answer(Told.REFUSED, text, message))
                if _ALARMING.search(text):
                    self.record.surprise(f"{act!r} was answered {text!r}")
                    return Answer(Told.UNKNOWN)
            time.sleep(_LOOK_EVERY)
        return self._counted(act, Answer(Told.UNKNOWN))

    def _counted(self, act: str, answer: Answer) -> Answer:
        self.record.count(act.split(maxsplit=1)[0], answer.told)
        return answer


def people(telegram: FakeTelegram, office: Office, count: int) -> list[Person]:
    made = [
        telegram.person(f"{name} {office.mark}", started=True)
        for name in ("Ana", "Ben", "Cem", "Dana", "Ed", "Fay")[:count]
    ]
    office.chats += [person.id for person in made]
    return made
