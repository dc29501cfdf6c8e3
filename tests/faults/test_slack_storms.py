"""429, 500, hang-ups and slowness of Slack: acknowledgements do not care, and everything arrives once or is shown."""

from __future__ import annotations

import time
from functools import partial

import pytest

from tests.fakes.slack import Ack, FakeSlack, HangUp, Rates, ServerError, Slow, TooMany
from tests.fakes.slack_faults import Fault
from tests.faults.conftest import on_postgresql, on_sqlite
from tests.faults.facts import Facts
from tests.faults.slack_crowd import (
    BILL,
    all_is_done,
    asks,
    at_once,
    files_of,
    fills_in,
    heard,
    key_of,
    let_in_by,
    open_studios,
    opens_a_studio,
    people,
    repeated,
    taking_turns,
    tell,
)
from tests.scenarios.slack_house import House

PROMPT = 1.0
"""Seconds in which everything is acknowledged here; bench/ measures how fast it really is."""
STORM = 3.0
LOST = pytest.mark.parametrize("fault", [HangUp(after_work=True), ServerError(500, after_work=True)],
                               ids=["hang-up", "500"])  # fmt: skip


def all_prompt(acks: list[Ack]) -> bool:
    return all(ack.ok and ack.seconds < PROMPT for ack in acks)


@on_postgresql
def test_in_a_storm_everybody_is_acknowledged_and_afterwards_answered_once_and_in_order(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    teams = [slack.team("T0LOEWE"), slack.team("T0BAER")]
    let_in_by(slack_house, *teams)
    crowd = [person for team in teams for person in people(team, 5)]
    offices = {team.id: team.channel("office", people(team, 5)) for team in teams}
    acts = [
        *[partial(person.slash, "/invoice", BILL, offices[person.workspace.id]) for person in crowd],
        *[partial(person.slash, "/invoice") for person in crowd],
        *[partial(person.say, "/word1") for person in crowd],
        *[partial(person.open_home) for person in crowd],
    ]

    with taking_turns(slack_house):
        open_studios(crowd)
        slack.fail_always("*", TooMany(1))
        began = time.monotonic()
        acks = at_once(acts)
        acks += at_once(partial(person.say, "/word2") for person in crowd)
        time.sleep(STORM - (time.monotonic() - began))
        slack.calm()
        all_is_done(slack, facts)

    assert all_prompt(acks)
    assert facts.rows("SELECT count(*), count(DISTINCT business_id) FROM invoice") == [
        (len(crowd), len(crowd))
    ]
    assert facts.states("outbox").keys() == {"sent"}
    for person in crowd:
        said = heard(person, offices[person.workspace.id])
        assert sum(text.startswith("Draft for") for text in said) == 1
        words = [text.split("/")[1].split(".")[0] for text in said if "/word" in text]
        assert words == ["word1", "word2"]
        assert repeated(person) == []
        assert person.home is not None


@on_sqlite
def test_an_app_that_starts_while_slack_refuses_everything_takes_everything_in(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    slack_house.team = slack.team("T0LOEWE")
    (ana,) = people(slack_house.team, 1)
    slack.fail_always("*", TooMany(1))
    slack_house.serve()

    acks = [ana.say("/word1"), ana.slash("/billhook", "word2"), ana.say("/word3")]
    slack.drained()
    attempts = [delivery.attempt for delivery in slack.deliveries]
    slack.calm()
    all_is_done(slack, facts)

    assert all_prompt(acks)
    assert attempts == [1, 1, 1]
    # Commands and messages come in by two queues, and neither waits for the other.
    words = sorted(text.split("/")[1].split(".")[0] for text in heard(ana) if "/word" in text)
    assert words == ["word1", "word2", "word3"]


@LOST
@on_sqlite
def test_a_message_whose_answer_was_lost_is_there_once_and_listed_as_uncertain(
    slack: FakeSlack, slack_house: House, facts: Facts, fault: Fault
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    (ana,) = people(team, 1)
    slack_house.serve()
    opens_a_studio(ana)
    asks(ana, f"/invoice {BILL}")
    slack.fail_next("files.completeUploadExternal", fault)
    ana.press("Issue", ana.dm)
    facts.becomes("SELECT count(*) FROM outbox WHERE state = 'uncertain'", [(1,)])
    slack.fail_next("chat.postMessage", fault)
    ana.say(f"/invoice {BILL}")
    facts.becomes("SELECT count(*) FROM outbox WHERE state = 'uncertain'", [(2,)])
    slack.fail_next("response_url", fault)
    office = team.channel("office", [ana])
    ana.slash("/invoice", BILL, office)
    facts.becomes("SELECT count(*) FROM outbox WHERE state = 'uncertain'", [(3,)])

    listed = asks(ana, "/deliveries")

    assert listed.text.count("uncertain") == 3
    assert files_of(ana) == ["2026-0001.pdf"]
    assert sum(text.startswith("Draft for") for text in heard(ana)) == 1
    assert sum(text.startswith("Draft for") for text in [shown.text for shown in ana.sees(office)]) == 1


@on_sqlite
def test_what_slack_cannot_open_comes_as_a_message_and_a_file_waits_its_turn(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    (ana,) = people(team, 1)
    slack_house.serve()
    opens_a_studio(ana)
    draft = asks(ana, f"/invoice {BILL}")

    slack.fail_next("views.open", HangUp(), times=2)
    ana.slash("/invoice")
    asked = ana.wait_for("Who is it for?", ana.dm)
    ana.press("Cancel", message=asked)
    ana.wait_for("Cancelled", ana.dm)
    fills_in(ana, ana.dm)
    for method in ("upload", "files.getUploadURLExternal"):
        slack.fail_next(method, TooMany(1))
    ana.press("Issue", message=draft)
    ana.submit()
    all_is_done(slack, facts)

    assert facts.states("outbox").keys() == {"sent"}
    assert files_of(ana) == ["2026-0001.pdf"]
    assert sum(text.startswith("Draft for") for text in heard(ana)) == 1


@on_sqlite
def test_a_slow_slack_slows_no_acknowledgement_and_nobody_elses_chat(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, 12)
    slack_house.serve()
    open_studios(crowd)
    slack.fail_always("*", Slow(4))

    began = time.monotonic()
    acks = at_once([partial(person.say, "/word1") for person in crowd])
    acks += at_once([partial(person.slash, "/invoice") for person in crowd])
    for person in crowd:
        person.wait_for("/word1", person.dm)
    seen = time.monotonic() - began
    slack.calm()
    all_is_done(slack, facts)

    assert all_prompt(acks)
    assert seen < 4
    assert facts.states("outbox").keys() == {"sent"}
    assert [repeated(person) for person in crowd] == [[]] * len(crowd)


@on_postgresql
def test_two_workers_together_stay_below_the_rate_of_every_channel(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, 10)
    office = team.channel("office", crowd)
    shared = f"slack:{team.id}/{office.id}"
    slack.rates = Rates()
    slack_house.pace = "real"
    slack_house.worker(), slack_house.worker()

    tell(slack_house, [*[shared] * 5, *[key_of(person) for person in crowd for _message in range(3)]])
    facts.settles(40)

    assert slack.over_the_limit == []
    in_channel = [shown.text for shown in crowd[0].sees(office) if shown.from_bot]
    assert in_channel == [f"Digest {number}" for number in range(5)]
    assert facts.states("outbox") == {"sent": 5 + 3 * len(crowd)}
