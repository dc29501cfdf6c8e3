"""kill -9 between Slack's act and our answer: whoever is left finishes it, once, and what nobody knows is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from tests.fakes.slack import Ack, FakeSlack, Person, Shown, Slow, TooMany
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
    later_than_lost,
    let_in_by,
    open_studios,
    opens_a_studio,
    people,
    repeated,
    share,
)
from tests.scenarios.slack_house import House, Process

SPEED, HEARTBEAT = "30", "5"
"""A minute passes in two seconds. A dead worker is noticed after half of HEARTBEAT at the soonest: later than what it
was sending is in doubt, or nobody would look at that again before the next minute.
"""
EACH = 5
"""So many people of each kind."""
STEPS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")


def doomed_and_spare(house: House, facts: Facts) -> tuple[list[Process], Callable[[], None]]:
    """The processes that will be killed, and what lets others take over."""
    if facts.is_sqlite:
        # One process at a time owns the file.
        doomed = [house.serve()]

        def begin() -> None:
            house.begin = later_than_lost()
            house.lead_to(house.serve())

        return doomed, begin
    fast = ("tests.faults.slack_worker", str(time.time()), SPEED, HEARTBEAT)
    doomed = [house.serve("--no-worker"), house.worker(*fast)]
    other, _worker = house.serve("--no-worker"), house.worker(*fast)
    return doomed, lambda: house.lead_to(other)


def test_whoever_was_acknowledged_before_a_kill_is_answered_once_and_numbers_have_no_gap(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    ana, *crowd = people(team, 1 + 4 * EACH)
    office = team.channel("office", crowd)
    doomed, others_take_over = doomed_and_spare(slack_house, facts)
    opens_a_studio(ana)
    share(slack_house, ana, crowd)
    typing, sending, speaking, issuing = (crowd[EACH * kind : EACH * (kind + 1)] for kind in range(4))
    for person in issuing:
        asks(person, f"/invoice {BILL}")
    for person in sending:
        fills_in(person, office)
    acts: list[Callable[[], Ack]] = [
        *[partial(person.slash, "/invoice", BILL, office) for person in typing],
        *[person.submit for person in sending],
        *[partial(person.say, f"/invoice {BILL}") for person in speaking],
        *[partial(person.press, "Issue", person.dm) for person in issuing],
    ]

    acks = at_once(acts)
    for process in doomed:
        process.kill()
    others_take_over()
    all_is_done(slack, facts)

    assert [ack.ok for ack in acks] == [True] * len(crowd)
    numbers = facts.rows("SELECT state, substr(number, 6), count(*) FROM invoice GROUP BY 1, 2 ORDER BY 1, 2")
    assert numbers == [
        ("draft", None, 3 * EACH), *[("issued", f"{number:04d}", 1) for number in range(1, EACH + 1)]
    ]  # fmt: skip
    assert facts.states("inbox").keys() == {"done"}
    assert facts.states("outbox").keys() <= {"sent", "uncertain"}
    uncertain = set(facts.column("SELECT chat FROM outbox WHERE state = 'uncertain'"))
    for person in typing + sending + speaking:
        drafts = sum(text.startswith("Draft for") for text in heard(person, office))
        assert drafts == 1 or (drafts == 0 and is_uncertain(person, uncertain))
    for person in issuing:
        assert len(files_of(person)) == 1 or is_uncertain(person, uncertain)
        assert repeated(person) == []


@on_postgresql
def test_an_answer_that_waits_for_its_turn_in_another_conversation_outlives_who_wrote_it(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    (ana,) = people(team, 1)
    slack_house.serve("--no-worker")
    fast = ("tests.faults.slack_worker", str(time.time()), SPEED, HEARTBEAT)
    doomed = slack_house.worker(*fast, "2.9")
    asks(ana, "/word0")
    facts.becomes("SELECT id FROM pgqueuer", [])
    # It comes from a corner of the direct conversation, and is answered in the conversation itself.
    assert ana.slash("/billhook", "word1").ok
    facts.becomes("SELECT state FROM outbox WHERE state <> 'sent'", [("pending",)])

    doomed.kill()
    slack_house.worker(*fast)
    all_is_done(slack, facts)

    assert [text for text in heard(ana) if "/word1" in text] == [ana.wait_for("/word1", ana.dm).text]


def is_uncertain(person: Person, chats: set[str]) -> bool:
    return any(key_of(person) == chat or chat.endswith(f"/{person.id}") for chat in chats)


@on_sqlite
def test_what_waited_comes_once_and_what_was_on_its_way_is_shown_and_sent_again_on_demand(
    slack: FakeSlack, slack_house: House, facts: Facts
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    ana, ben = people(team, 2)
    doomed = slack_house.serve()
    open_studios([ana, ben])
    slack.fail_next("chat.postMessage", TooMany(2))
    ben.say("/word")
    facts.becomes("SELECT state FROM outbox WHERE next_at IS NOT NULL", [("pending",)])
    slack.fail_next("chat.postMessage", Slow(60))
    arrived = asks(ana, f"/invoice {BILL}")

    doomed.kill()
    slack_house.begin = later_than_lost()
    slack_house.lead_to(slack_house.serve())
    listed = asks(ana, "/deliveries")
    uncertain = facts.rows("SELECT chat, done FROM outbox WHERE state = 'uncertain'")
    ana.press(again(listed), message=listed)
    ana.wait_for("It is sent again.", ana.dm)
    all_is_done(slack, facts)

    assert uncertain == [(key_of(ana), 0)]
    assert "uncertain" in listed.text
    assert [text for text in heard(ben) if "/word" in text] == [ben.wait_for("/word", ben.dm).text]
    assert repeated(ana) == [arrived.text]
    assert facts.states("outbox").keys() == {"sent"}


def again(listed: Shown) -> str:
    (label,) = (label for label in listed.labels if label.startswith("Send "))
    return label


@pytest.mark.parametrize("step", STEPS)
@on_sqlite
def test_a_file_that_was_being_uploaded_is_there_once_or_uncertain_and_never_twice(
    slack: FakeSlack, slack_house: House, facts: Facts, step: str
) -> None:
    team = slack.team("T0LOEWE")
    let_in_by(slack_house, team)
    (ana,) = people(team, 1)
    doomed = slack_house.serve()
    opens_a_studio(ana)
    asks(ana, f"/invoice {BILL}")
    slack.fail_next(step, Slow(60))
    ana.press("Issue", ana.dm)
    slack.next_call(step)

    doomed.kill()
    slack_house.begin = later_than_lost()
    slack_house.lead_to(slack_house.serve())
    listed = asks(ana, "/deliveries")
    before = files_of(ana)
    all_is_done(slack, facts)

    assert "uncertain" in listed.text
    assert before == (["2026-0001.pdf"] if step == STEPS[-1] else [])
    assert files_of(ana) == before
    ana.press(again(listed), message=listed)
    all_is_done(slack, facts)
    assert len(files_of(ana)) == len(before) + 1
