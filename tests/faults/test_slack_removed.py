"""Whoever removes the app, or takes its token back, is left alone at once; nobody else notices, and all can return."""

from __future__ import annotations

import time

from tests.fakes.slack import Channel, FakeSlack, Team
from tests.fakes.slack_values import Call
from tests.faults.conftest import on_postgresql, on_sqlite
from tests.faults.facts import Facts
from tests.faults.slack_crowd import all_is_done, asks, heard, key_of, let_in_by, opens_a_studio, people, tell
from tests.scenarios.slack_house import House

WAITING, OFFICES = 30, 3
ON_THE_WAY = 0.3
"""Seconds in which a call may arrive whose token was looked up before the acknowledgement. It opens nothing."""


def offices_of(team: Team) -> list[Channel]:
    return [team.channel(f"office {number}", people(team, 2)) for number in range(OFFICES)]


def tell_all(house: House, *offices: Channel) -> None:
    """So many deliveries for each team that they go on for a while at the pace of the house."""
    keys = [f"slack:{office.team_id}/{office.id}" for office in offices]
    tell(house, [key for key in keys for _message in range(WAITING // OFFICES)])


def told(slack: FakeSlack, offices: list[Channel]) -> list[Call]:
    """What was said, or was to be said, in these channels."""
    ids = {office.id for office in offices}
    return [call for call in slack.calls_of("chat.postMessage") if call.arguments["channel"] in ids]


@on_postgresql
def test_whoever_removes_the_app_in_the_middle_of_many_deliveries_gets_none_of_them_any_more(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    leaving, staying = slack.team("T0LOEWE"), slack.team("T0BAER")
    let_in_by(slack_house, leaving, staying)
    left, others = offices_of(leaving), offices_of(staying)
    slack_house.pace = "0.2"
    slack_house.serve(), slack_house.serve()
    tell_all(slack_house, *left, *others)
    slack.wait_until(lambda: len(told(slack, left)) >= 2 * OFFICES)

    acks = leaving.uninstall()
    removed = time.monotonic()
    facts.settles()

    calls = told(slack, left)
    assert [ack.status for ack in acks] == [200, 200]
    assert [call for call in calls if call.at > removed and (call.ok or call.at > removed + ON_THE_WAY)] == []
    assert 2 * OFFICES <= sum(call.ok for call in calls) < WAITING
    assert facts.rows(
        f"SELECT state, count(*) FROM outbox WHERE chat LIKE 'slack:{staying.id}/%' GROUP BY 1"
    ) == [("sent", WAITING)]
    assert len(told(slack, others)) == WAITING
    assert facts.rows(
        f"SELECT count(*) FROM outbox WHERE chat LIKE 'slack:{leaving.id}/%' AND state = 'failed'"
    ) == [(WAITING - sum(call.ok for call in calls),)]
    assert facts.rows("SELECT tenant FROM installation WHERE token <> ''") == [(staying.id,)]


@on_postgresql
def test_a_workspace_that_installs_the_app_again_is_served_again_and_its_old_messages_stay_unsent(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    process = slack_house.serve()
    (ana,) = people(team, 1)
    opens_a_studio(ana)
    office = team.channel("office", [ana])
    team.uninstall("app_uninstalled")
    tell(slack_house, [key_of(ana)])
    facts.settles()
    unsent = facts.states("outbox")["failed"]

    page = slack.install(team, ana, f"http://127.0.0.1:{process.port}")
    ana.wait_for("is set up. What would you like to do?", ana.dm)
    clients = asks(ana, "/clients")
    tell(slack_house, [key_of(ana), f"slack:{team.id}/{office.id}"])
    all_is_done(slack, facts)

    assert page.status == 200
    assert unsent == 1
    assert "Acme GmbH" in clients.text
    assert heard(ana)[-1] == "Digest 0"
    assert sum("Digest" in text for text in heard(ana)) == 1
    assert ana.wait_for("Digest 1", office).from_bot


@on_postgresql
def test_a_token_that_was_taken_back_is_found_out_by_one_message_and_then_nothing_is_sent(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    leaving, staying = slack.team("T0LOEWE"), slack.team("T0BAER")
    let_in_by(slack_house, leaving, staying)
    left, others = offices_of(leaving), offices_of(staying)
    slack_house.pace = "0.2"
    slack_house.serve(), slack_house.serve()
    tell_all(slack_house, *left, *others)
    slack.wait_until(lambda: len(told(slack, left)) >= OFFICES)

    with slack.world.changed:
        slack.world.grants[leaving.bot_token].ended = "token_revoked"
    facts.settles()

    refused = [call for call in told(slack, left) if not call.ok]
    # One in each channel may be under way before the first is refused.
    assert 1 <= len(refused) <= OFFICES
    assert len(told(slack, others)) == WAITING
    assert facts.rows("SELECT tenant FROM installation WHERE token <> ''") == [(staying.id,)]


@on_sqlite
def test_the_one_workspace_that_removes_the_app_is_left_alone_until_it_starts_with_another_token(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack_house.team = slack.team("T0LOEWE")
    offices = offices_of(team)
    slack_house.pace = "0.2"
    process = slack_house.serve()
    (ana,) = people(team, 1)
    opens_a_studio(ana)
    tell_all(slack_house, *offices)
    slack.wait_until(lambda: len(told(slack, offices)) >= OFFICES)

    team.uninstall()
    removed = time.monotonic()
    facts.settles()
    calls = told(slack, offices)
    process.stop()
    team.install()
    slack_house.lead_to(slack_house.serve())
    listed = asks(ana, "/clients")

    assert [call for call in calls if call.at > removed and (call.ok or call.at > removed + ON_THE_WAY)] == []
    assert told(slack, offices) == calls
    assert "Acme GmbH" in listed.text
