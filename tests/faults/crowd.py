"""What people do in these tests, and what they must find in their chats afterwards."""

from __future__ import annotations

from collections import Counter

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram_values import Place, Shown
from tests.faults.facts import Facts
from tests.scenarios.scenes import ACME, STUDIO

INVOICE = "/invoice Acme: 3h design @ 120"


def people(telegram: FakeTelegram, count: int) -> list[Person]:
    return [telegram.person(f"Person {number}", started=True) for number in range(1, count + 1)]


def asks(telegram: FakeTelegram, person: Person, text: str) -> Shown:
    """Says something and waits for the answer."""
    return telegram.next_message(person, telegram.says(person, text))


def opens_a_studio(telegram: FakeTelegram, person: Person) -> None:
    """With a client, and a draft that waits to be issued."""
    for text in (STUDIO, ACME, INVOICE):
        asks(telegram, person, text)


def answers(telegram: FakeTelegram, place: Place) -> list[str]:
    """What the bot wrote there, in the order it stands there."""
    return [shown.text for shown in telegram.messages(place) if shown.from_bot]


def repeated(telegram: FakeTelegram, place: Place) -> list[str]:
    """What the bot said more than once."""
    return [text for text, count in Counter(answers(telegram, place)).items() if count > 1]


def sees(telegram: FakeTelegram, place: Place, text: str, seconds: float = 15.0) -> Shown:
    """Waits for a message of the bot that holds the text."""

    def look() -> Shown | None:
        found = (shown for shown in telegram.messages(place) if shown.from_bot and text in shown.text)
        return next(found, None)

    return telegram.wait_for(look, seconds, f"{text!r} in the chat of {place}")


def has_button(telegram: FakeTelegram, place: Place, label: str) -> bool:
    return any(label in row for shown in telegram.messages(place) if shown.from_bot for row in shown.labels)


def all_is_done(telegram: FakeTelegram, facts: Facts, seconds: float = 30.0) -> None:
    """Waits until everything that people did has come in, was answered, and the answers are delivered."""
    telegram.drained(seconds)
    facts.settles(seconds)
