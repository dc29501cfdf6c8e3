"""Answers that are lost after the work was done, and a Telegram that is away: nothing is said twice."""

from __future__ import annotations

import pytest

from tests.fakes.telegram import FakeTelegram, HangUp, ServerError
from tests.faults.conftest import on_postgresql, on_sqlite
from tests.faults.crowd import INVOICE, all_is_done, answers, asks, opens_a_studio, people, repeated, sees
from tests.faults.facts import Facts
from tests.scenarios.telegram_house import House

LOST = pytest.mark.parametrize(
    "fault", [HangUp(after_work=True), ServerError(502, after_work=True)], ids=["hang-up", "502"]
)


@LOST
@on_sqlite
def test_a_message_whose_answer_was_lost_is_there_once_and_listed_as_uncertain(
    telegram: FakeTelegram, house: House, facts: Facts, fault: HangUp | ServerError
) -> None:
    (ana,) = people(telegram, 1)
    house.serve()
    opens_a_studio(telegram, ana)

    telegram.trouble(fault, "sendDocument")
    telegram.presses(ana, "Issue")
    sees(telegram, ana, "Issued ")
    telegram.trouble(fault, "sendMessage")
    asks(telegram, ana, INVOICE)
    facts.becomes("SELECT count(*) FROM outbox WHERE state = 'uncertain'", [(2,)])
    listed = asks(telegram, ana, "/deliveries")

    assert listed.text.count("uncertain") == 2
    assert [label for label in listed.labels[0] if label.startswith("Send ")] != []
    # The first draft was said before the fault, the second one with it: each of them once.
    assert [text.startswith("Draft for") for text in answers(telegram, ana)].count(True) == 2
    assert sum(text.startswith("✅ Issued ") for text in answers(telegram, ana)) == 1


@LOST
@on_sqlite
def test_a_change_whose_answer_was_lost_is_made_again_and_is_never_uncertain(
    telegram: FakeTelegram, house: House, facts: Facts, fault: HangUp | ServerError
) -> None:
    (ana,) = people(telegram, 1)
    house.serve()
    opens_a_studio(telegram, ana)
    listed = asks(telegram, ana, "/clients")
    telegram.trouble(fault, "editMessageText")

    telegram.presses(ana, "Acme GmbH", message=listed.message_id)
    shown = telegram.next_edit(ana, listed.message_id)

    assert "Ring 2, 20095 Hamburg" in shown.text
    facts.becomes("SELECT count(*) FROM outbox WHERE state = 'uncertain'", [(0,)])
    assert repeated(telegram, ana) == []


@on_postgresql
def test_what_was_said_while_telegram_was_away_is_answered_in_order_when_it_is_back(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd = people(telegram, 6)
    process = house.serve("--no-worker")
    for person in crowd:
        for number in range(3):
            telegram.says(person, f"/word{number}")
    telegram.drained(20)

    telegram.stop()
    worker = house.worker()
    telegram.start()
    all_is_done(telegram, facts, 60)

    for person in crowd:
        words = [answer.split("/")[1].split(".")[0] for answer in answers(telegram, person)]
        assert words == ["word0", "word1", "word2"]
    assert facts.states("outbox") == {"sent": 18}
    assert [process.popen.poll(), worker.popen.poll()] == [None, None]
