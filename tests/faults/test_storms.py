"""429: everybody who was told to wait waits, nobody else does, and afterwards everything arrives once."""

from __future__ import annotations

import time
from collections import Counter

from tests.fakes.telegram import FakeTelegram, TooMany
from tests.fakes.telegram_values import Place
from tests.faults.conftest import on_postgresql
from tests.faults.crowd import all_is_done, answers, people, sees
from tests.faults.facts import Facts
from tests.scenarios.telegram_house import House

STORM = 5.0
SENDING = {"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup"}
WORDS = ("one", "two", "three", "four")


def words(telegram: FakeTelegram, place: Place) -> list[str]:
    """The words of which the bot said that they are no commands."""
    return [answer.split("/")[1].split(".")[0] for answer in answers(telegram, place)]


@on_postgresql
def test_after_a_storm_everything_arrives_once_and_in_order(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd = people(telegram, 12)
    first, second = house.serve(), house.serve()
    for word in WORDS:
        house.lead_to((first, second)[WORDS.index(word) % 2])
        for person in crowd:
            telegram.says(person, f"/{word}")
    telegram.wait_for(lambda: len(telegram.sent) >= 12, 10)

    began = time.monotonic()
    telegram.storm(STORM)
    for person in crowd:
        telegram.says(person, "/last")
    all_is_done(telegram, facts)

    refused = [call for call in telegram.calls if call.status == 429 and call.method in SENDING]
    assert [words(telegram, person) for person in crowd] == [[*WORDS, "last"]] * len(crowd)
    assert facts.states("outbox") == {"sent": 5 * len(crowd)}
    assert [process.popen.poll() for process in house.processes] == [None, None]
    # The first chat that is told to wait may be the only one concerned, so a second one finds out; meanwhile
    # others are on their way. Nobody is told twice, and once the hold is known nobody tries.
    assert set(Counter(call.chat_id for call in refused).values()) == {1}
    assert max(call.at for call in refused) - began < STORM / 2
    assert {one.chat_id for one in telegram.impatient} <= {call.chat_id for call in refused}


@on_postgresql
def test_a_group_that_is_told_to_wait_holds_up_nobody_else(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd = people(telegram, 5)
    group = telegram.group("Löwe & friends", *crowd)
    house.serve()
    telegram.trouble(TooMany(3), "sendMessage", chat=group)

    began = time.monotonic()
    for word in WORDS:
        telegram.says(crowd[0], f"/{word}", chat=group)
        for person in crowd:
            telegram.says(person, f"/{word}")
    for person in crowd:
        sees(telegram, person, "/four")
    others = time.monotonic() - began
    all_is_done(telegram, facts)

    in_group = [sent.at - began for sent in telegram.sent if sent.chat_id == group.id]
    assert others < 3
    assert min(in_group) >= 3
    assert words(telegram, group) == list(WORDS)
    assert [words(telegram, person) for person in crowd] == [list(WORDS)] * len(crowd)
    assert telegram.impatient == []


@on_postgresql
def test_a_worker_that_starts_while_telegram_refuses_everything_answers_once_it_is_let(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    (ana,) = people(telegram, 1)
    house.serve("--no-worker")
    for word in WORDS:
        telegram.says(ana, f"/{word}")
    telegram.drained()
    telegram.storm(2)

    house.worker()
    all_is_done(telegram, facts)

    assert words(telegram, ana) == list(WORDS)
    assert facts.states("outbox") == {"sent": len(WORDS)}
