"""kill -9: whoever is left finishes what was begun, nothing happens twice, and what nobody knows is shown."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from bot.delivery import LOST_AFTER
from tests.fakes.telegram import FakeTelegram, Person, Slow, TooMany
from tests.faults.conftest import on_postgresql
from tests.faults.crowd import (
    INVOICE,
    all_is_done,
    answers,
    asks,
    has_button,
    opens_a_studio,
    people,
    repeated,
    sees,
)
from tests.faults.facts import Facts
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.telegram_house import House

PEOPLE = 30
SPEED, HEARTBEAT = "30", "5"
"""A minute passes in two seconds. A dead worker is noticed after half of HEARTBEAT at the soonest: later than what it
was sending is in doubt, or nobody would look at that again before the next minute.
"""
ON_THE_WAY = 4
"""Messages that both workers together are sending: with so many, some are the one's that is killed."""
GIVES_UP = 5.0
"""Seconds after which a person who waits for an answer writes again."""
TAKEN_OVER = (
    "SELECT count(*) > 0 FROM (SELECT job_id FROM pgqueuer_log WHERE status = 'picked' GROUP BY job_id "
    "HAVING count(*) > 1) AS again"
)


def bills(telegram: FakeTelegram, person: Person) -> None:
    """Whatever is lost on the way, a person comes to an issued invoice by writing again."""
    for text in (STUDIO, ACME, INVOICE):
        telegram.says(person, text)
    try:
        telegram.wait_for(lambda: has_button(telegram, person, "Issue"), GIVES_UP)
        telegram.presses(person, "Issue")
        sees(telegram, person, "Issued ", GIVES_UP)
    except TimeoutError:
        telegram.says(person, "/issue")
        sees(telegram, person, "-0001")


@on_postgresql
def test_when_a_worker_is_killed_another_one_finishes_and_everybody_has_one_invoice(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    fast = ("tests.faults.worker", str(time.time()), SPEED, HEARTBEAT)
    house.serve("--no-worker")
    doomed, _other = house.worker(*fast), house.worker(*fast)
    crowd = people(telegram, PEOPLE)
    slow = telegram.trouble(Slow(0.2), ("sendMessage", "sendDocument"), times=None)

    with ThreadPoolExecutor(PEOPLE) as talking:
        talks = [talking.submit(bills, telegram, person) for person in crowd]
        moment = random.Random(4711).randint(50, 80)
        telegram.wait_for(lambda: len(telegram.sent) >= moment, 30)
        # On a busy machine it may have nothing on its way just then, and its death would prove nothing.
        telegram.wait_for(lambda: facts.states("outbox").get("sending", 0) >= ON_THE_WAY, 30)
        doomed.kill()
        slow.lift()
    for talk in talks:
        talk.result()
    all_is_done(telegram, facts)

    assert facts.rows("SELECT state, substr(number, 6), count(*) FROM invoice GROUP BY 1, 2") == [
        ("issued", "0001", PEOPLE)
    ]
    assert facts.states("inbox").keys() == {"done"}
    assert facts.states("outbox").keys() == {"sent", "uncertain"}
    assert facts.column(TAKEN_OVER) == [True]
    facts.becomes("SELECT id FROM pgqueuer", [])
    for person in crowd:
        shown = {str(message.message_id) for message in telegram.messages(person)}
        named = facts.column(
            f"SELECT ref FROM outbox WHERE state = 'sent' AND ref <> '' AND chat = 'telegram:{person.id}'"
        )
        assert set(named) <= shown
        assert repeated(telegram, person) == []


def test_what_waits_is_delivered_once_and_what_was_on_its_way_is_shown_and_sent_again_on_demand(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    ana, ben = people(telegram, 2)
    doomed = house.serve()
    opens_a_studio(telegram, ana)
    telegram.trouble(TooMany(2), "sendMessage", chat=ben)
    telegram.trouble(Slow(60), "sendMessage", chat=ana)
    telegram.says(ben, "/waits")
    arrived = asks(telegram, ana, "/invoice Acme: 3h travel @ 90")
    facts.becomes(
        "SELECT state FROM outbox WHERE state <> 'sent' ORDER BY state", [("pending",), ("sending",)]
    )

    doomed.kill()
    house.begin = (datetime.now(UTC) + LOST_AFTER + timedelta(seconds=1)).isoformat()
    house.lead_to(house.serve())
    # The dead worker may have had its job in hand: that goes to another one within half a minute.
    sees(telegram, ben, "/waits", 40.0)
    listed = asks(telegram, ana, "/deliveries")
    (again,) = (button.label for button in listed.buttons if button.label.startswith("Send "))
    uncertain = facts.rows("SELECT chat, done FROM outbox WHERE state = 'uncertain'")
    telegram.presses(ana, again)
    sees(telegram, ana, "It is sent again.")
    all_is_done(telegram, facts)

    assert uncertain == [(f"telegram:{ana.id}", 0)]
    assert "uncertain" in listed.text
    assert answers(telegram, ben) == [sees(telegram, ben, "/waits").text]
    assert repeated(telegram, ana) == [arrived.text]
    assert facts.states("outbox").keys() == {"sent"}
    assert telegram.impatient == []
