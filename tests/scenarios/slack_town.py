"""A workspace in Slack with real processes behind it, and what its people do there. All of it is synchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.slack import Ack, Channel, FakeSlack, Person, Screen, Shown, Team
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.slack_house import House
from tests.scenarios.slack_way import new_team_id

PATIENCE = 20.0
CLIENT, LINES, RATE = "Who is it for?", "What do you bill for?", "Which VAT rate, in percent?"
"""Fields of the form of an invoice."""
NAME, ADDRESS = "What is the client's name, as it stands on invoices?", "What is the address?"
COUNTRY = "Which country is that in?"
"""Fields of the form of a client."""


@dataclass(frozen=True, slots=True)
class Town:
    """One workspace of many that share the app."""

    slack: FakeSlack
    house: House
    team: Team

    @classmethod
    def found(cls, house: House) -> Town:
        team = house.slack.team(new_team_id())
        asyncio.run(house.let_in_by([team]))
        return cls(house.slack, house, team)

    def person(self, name: str, locale: str = "en-GB") -> Person:
        return self.team.person(name, locale=locale)

    def owner(self, name: str = "Ana") -> Person:
        """Somebody with a business and a client."""
        person = self.person(name)
        tells(person, STUDIO)
        tells(person, ACME)
        return person

    def ends_well(self) -> None:
        """Nothing was sent that Slack refuses or would have to forgive, and nobody was woken by what somebody typed."""
        assert self.slack.violations == []
        assert self.slack.pings == []


def news(person: Person, where: Channel, act: Callable[[], Ack], holding: str = "") -> Shown:
    """What the app says or changes there after an act of theirs, as soon as they see it."""
    before = {shown.ts: shown for shown in person.sees(where)}
    assert act().ok
    return person.wait_for(
        lambda shown: shown.from_bot and holding in shown.text and before.get(shown.ts) != shown,
        where,
        PATIENCE,
    )


def tells(person: Person, text: str, holding: str = "") -> Shown:
    """In their direct conversation."""
    return news(person, person.dm, lambda: person.say(text), holding)


def runs(person: Person, command: str, text: str, where: Channel, holding: str = "") -> Shown:
    return news(person, where, lambda: person.slash(command, text, where), holding)


def presses(person: Person, label: str, where: Channel, holding: str = "") -> Shown:
    return news(person, where, lambda: person.press(label, where), holding)


def form(person: Person, title: str = "") -> Screen:
    """The form on their screen, as soon as it can be filled in."""
    return person.wait_modal(
        lambda screen: screen.fields and screen.title.startswith(title.removesuffix("…")), PATIENCE
    )


def opens_form(person: Person, where: Channel, command: str = "/invoice", text: str = "") -> Screen:
    assert person.slash(command, text, where).ok
    return form(person)


def heard(person: Person, where: Channel) -> list[Shown]:
    """All that the app says there, for whoever looks."""
    return [shown for shown in person.sees(where) if shown.from_bot]
