"""Slack away, and the database away: what can come again comes again, and people are told what cannot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import pytest

from tests.fakes.slack import FakeSlack
from tests.faults.conftest import on_postgresql
from tests.faults.facts import Facts
from tests.faults.slack_crowd import (
    BILL,
    all_is_done,
    at_once,
    fills_in,
    heard,
    let_in_by,
    open_studios,
    people,
    repeated,
)
from tests.faults.slack_line import Line
from tests.scenarios.slack_house import House

TOLD = "I cannot be reached just now. Nothing was changed; please try again in a minute."
FAST = ("tests.faults.slack_worker", str(time.time()), "30", "3")
AGAIN = 0.5
"""By their clock the ten seconds have passed after which it is tried again."""


@pytest.fixture
def line(facts: Facts) -> Iterator[Line]:
    with Line(facts.url) as line:
        yield line


@on_postgresql
def test_what_was_said_while_slack_was_away_is_answered_in_order_when_it_is_back(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    crowd = people(team, 5)
    web = slack_house.serve("--no-worker")
    for number in range(3):
        at_once(partial(person.say, f"/word{number}") for person in crowd)
    slack.drained()

    slack.stop()
    worker = slack_house.worker(*FAST)
    facts.becomes("SELECT count(*) FROM outbox WHERE attempts > 0", [(len(crowd),)])
    slack.start()
    time.sleep(AGAIN)
    at_once(partial(person.say, "/word3") for person in crowd)
    all_is_done(slack, facts)

    for person in crowd:
        words = [text.split("/")[1].split(".")[0] for text in heard(person)]
        assert words == ["word0", "word1", "word2", "word3"]
    assert facts.states("outbox") == {"sent": 4 * len(crowd)}
    assert [web.popen.poll(), worker.popen.poll()] == [None, None]


@pytest.mark.parametrize("how", ["cut", "held"])
@on_postgresql
def test_while_the_database_is_away_events_come_again_and_people_are_told(
    slack: FakeSlack, slack_house: House, facts: Facts, line: Line, how: str
) -> None:
    slack_house.url = line.url
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    ana, ben, eve = people(team, 3)
    office = team.channel("office", [ana, ben, eve])
    # A worker notices a line that was cut within half its heartbeat.
    processes = [slack_house.serve("--no-worker"), slack_house.worker(*FAST)]
    open_studios([ana, ben, eve])
    assert ben.slash("/invoice", BILL, office).ok
    draft = ben.wait_for("Draft for", office)
    fills_in(eve, eve.dm)
    slack.deliver.pauses = (0.2, 1.0, 3.0)

    with line.broken(how):
        acks = at_once(
            [
                partial(ana.say, "/word"),
                partial(ana.slash, "/invoice", BILL, office),
                partial(ben.press, "Issue", office, draft),
                eve.submit,
            ]
        )
        told = ben.wait_for(TOLD, office)
        eve_told = eve.modal
    all_is_done(slack, facts)
    eve.submit()
    all_is_done(slack, facts)

    assert [ack.status for ack in acks] == [503, 200, 200, 200]
    assert max(ack.seconds for ack in acks) < slack.ack_seconds
    assert [text for text in heard(ana, office) if "/word" in text or TOLD in text] == [
        ana.wait_for("/word", ana.dm).text, TOLD
    ]  # fmt: skip
    assert told.ephemeral
    assert eve_told is not None
    assert TOLD in eve_told.errors.values()
    assert sum("Draft for" in text for text in heard(eve)) == 1
    assert facts.rows("SELECT state, count(*) FROM invoice GROUP BY state") == [("draft", 2)]
    assert [repeated(person, office) for person in (ana, ben, eve)] == [[], [], []]
    assert [process.popen.poll() for process in processes] == [None, None]
