"""Who somebody is: their name and language, which Slack tells only when asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack.address import direct
from bot.slack.calls import Calls
from bot.slack.client import Web
from bot.slack.people import People
from bot.slack.workspaces import OneWorkspace
from handlers.kinds import SenderRef
from handlers.updates import Occasion, Typed, Update
from tests.fakes.slack import FakeSlack, HangUp, Person, Refusal, ServerError, Team
from tests.fakes.slack_faults import Fault
from tests.slack.conftest import Sent


def said(person: Person, **changes: str) -> Update:
    identity = f"T0LOEWE/{person.id}"
    sender = replace(SenderRef("slack", identity, "ana.loewe", "", "slack:T0LOEWE"), **changes)
    return Update("slack", "1", direct("T0LOEWE", person.id), sender, Typed("/help"))


async def test_the_name_and_the_language_are_asked_for_once(sent: Sent) -> None:
    updates = [await sent.adapter.introduced(said(sent.ana)) for _time in range(3)]

    assert {(update.sender.name, update.sender.language) for update in updates} == {("Ana Löwe", "de-DE")}
    assert len(sent.slack.calls_of("users.info")) == 1


async def test_who_pressed_is_named_as_people_know_them(sent: Sent) -> None:
    pressed = replace(said(sent.ana), occasion=Occasion(who="ana.loewe", whose="T0LOEWE/U0ANA"))

    update = await sent.adapter.introduced(pressed)

    assert (update.occasion.who, update.occasion.whose) == ("Ana Löwe", "T0LOEWE/U0ANA")


@pytest.mark.parametrize("changes", [{"language": "fr"}, {"workspace": ""}])
async def test_nobody_is_asked_about_strangers_or_what_is_known(sent: Sent, changes: dict[str, str]) -> None:
    update = said(sent.ana, **changes)

    assert await sent.adapter.introduced(update) == update
    assert sent.methods() == []


@pytest.mark.parametrize("fault", [HangUp(), ServerError(500), Refusal("user_not_found")])
async def test_what_slack_does_not_say_changes_nothing_and_is_not_asked_again_at_once(
    sent: Sent, fault: Fault
) -> None:
    sent.slack.fail_always("users.info", fault)

    first = await sent.adapter.introduced(said(sent.ana))
    asked = len(sent.slack.calls)
    second = await sent.adapter.introduced(said(sent.ana))

    assert (first, second) == (said(sent.ana), said(sent.ana))
    assert len(sent.slack.calls) == asked


async def test_a_name_is_one_clean_line(sent: Sent, team: Team) -> None:
    eve = team.person("Eve\u202e\n\u200bgnp.exe " + "x" * 90)

    update = await sent.adapter.introduced(said(eve))

    assert update.sender.name.startswith("Eve gnp.exe xxx")
    assert len(update.sender.name) == 60


async def test_only_those_who_were_there_last_are_remembered(slack: FakeSlack, team: Team) -> None:
    web = Web(slack.api_url)
    people = People(Calls(web, OneWorkspace(team.bot_token, web)), most=2)
    ana, bea, cleo = (team.person(name) for name in ("Ana", "Bea", "Cleo"))

    for person in (ana, bea, ana, cleo, ana, bea):
        await people.direct(team.id, person.id)
        await people.introduced(said(person))

    assert [call.arguments["users"] for call in slack.calls_of("conversations.open")] == [
        ana.id, bea.id, cleo.id, bea.id,
    ]  # fmt: skip
    assert len(slack.calls_of("users.info")) == 4
    await web.close()
