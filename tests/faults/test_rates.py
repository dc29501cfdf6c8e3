"""What Telegram permits holds across processes: moments are handed out by the database, not by each of them."""

from __future__ import annotations

from tests.fakes.telegram import FakeTelegram, Rates
from tests.faults.conftest import on_postgresql
from tests.faults.crowd import all_is_done, people, words
from tests.faults.facts import Facts
from tests.scenarios.telegram_house import House

PERMITTED = Rates(per_second=30, per_chat_seconds=1.0, group_per_minute=20)
CHATS, TWICE = 100, 50
MANY = ["one", "two", "three", "four", "five"]


@on_postgresql
def test_two_workers_with_many_messages_together_stay_below_every_limit(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    ana, *crowd = people(telegram, 1 + CHATS)
    group = telegram.group("Löwe & friends", ana)
    house.serve("--no-worker")
    for place, person in enumerate(crowd):
        for word in MANY[: 2 if place < TWICE else 1]:
            telegram.says(person, f"/{word}")
    for word in MANY:
        telegram.says(ana, f"/{word}")
    for word in MANY[:3]:
        telegram.says(ana, f"/{word}", chat=group)
    telegram.drained(30)
    telegram.rates = PERMITTED

    house.worker(real=True)
    house.worker(real=True)
    all_is_done(telegram, facts, 60)

    assert telegram.over_the_limit == 0
    assert telegram.busiest() <= PERMITTED.per_second
    assert (words(telegram, ana), words(telegram, group)) == (MANY, MANY[:3])
    assert facts.states("outbox") == {"sent": CHATS + TWICE + 5 + 3}
    # Below the limits and not far below: 25 a second, where one a second would be safe, too.
    first, *_between, last = (sent.at for sent in telegram.sent)
    assert len(telegram.sent) / (last - first) > 10
