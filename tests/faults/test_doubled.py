"""Updates come twice, out of step and to any process; taps race texts and each other. Each does its work once."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram_values import Shown
from tests.faults.conftest import on_postgresql
from tests.faults.crowd import all_is_done, answers, asks, opens_a_studio, people, sees
from tests.faults.facts import Facts
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.telegram_house import House

CROWD = 8
PRICES = (101, 102, 103, 104, 105, 106)
ADDED = "is now a client"


@contextmanager
def taking_turns(house: House) -> Iterator[None]:
    """Two processes behind a load balancer that leads each update, and its repetition, to either of them."""
    processes, over = [house.serve(), house.serve()], threading.Event()

    def turn() -> None:
        chosen = random.Random(4711)
        while not over.wait(0.003):
            house.lead_to(chosen.choice(processes))

    turning = threading.Thread(target=turn)
    turning.start()
    try:
        yield
    finally:
        over.set()
        turning.join()
    assert [process.popen.poll() for process in processes] == [None, None]


@on_postgresql
def test_updates_that_come_twice_and_to_any_process_are_answered_once_and_in_order(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd = people(telegram, CROWD)
    telegram.deliver.twice, telegram.deliver.shuffle = True, 0.02
    each = 2 + len(PRICES)

    with taking_turns(house):
        for person in crowd:
            telegram.says(person, STUDIO)
            telegram.says(person, ACME)
            for price in PRICES:
                telegram.says(person, f"/invoice Acme: Work @ {price}")
        all_is_done(telegram, facts)

    attempts = [delivery.attempt for delivery in telegram.deliveries]
    assert [attempts.count(1), attempts.count(2)] == [CROWD * each, CROWD * each]
    assert facts.rows("SELECT count(*), count(DISTINCT business_id) FROM invoice") == [
        (CROWD * len(PRICES), CROWD)
    ]
    assert facts.rows("SELECT count(*) FROM client") == [(CROWD,)]
    assert facts.states("inbox") == {"done": CROWD * each}
    assert facts.states("outbox") == {"sent": CROWD * each}
    for person in crowd:
        studio, acme, *drafts = answers(telegram, person)
        assert ("is ready" in studio, ADDED in acme) == (True, True)
        assert [
            f"Net: EUR {price}.00\nVAT" in draft for price, draft in zip(PRICES, drafts, strict=True)
        ] == [True] * len(PRICES)


def newest(telegram: FakeTelegram, person: Person) -> Shown:
    return [shown for shown in telegram.messages(person) if shown.from_bot][-1]


def answers_the_form(telegram: FakeTelegram, person: Person, text: str) -> None:
    asked = newest(telegram, person)
    telegram.says(person, text)
    telegram.next_edit(person, asked.message_id, asked.version)


def ends_the_form(telegram: FakeTelegram, person: Person) -> None:
    """Answers whatever is still asked, until the client is added."""
    for _question in range(8):
        shown = newest(telegram, person)
        if ADDED in shown.text:
            return
        labels = [button.label for button in shown.buttons]
        telegram.presses(person, "Save" if "Save" in labels else "Skip", message=shown.message_id)
        telegram.next_edit(person, shown.message_id, shown.version)
    raise AssertionError(f"the form never ends: {newest(telegram, person).text}")


@on_postgresql
def test_taps_that_race_texts_and_each_other_do_their_work_once(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd, order = people(telegram, CROWD), random.Random(4711)

    with taking_turns(house):
        for person in crowd:
            opens_a_studio(telegram, person)
            for _tap in range(3):
                telegram.presses(person, "Issue")
        for person in crowd:
            sees(telegram, person, "Issued ")
            for _tap in range(3):
                telegram.presses(person, "Paid")
        for person in crowd:
            sees(telegram, person, "paid EUR 428.40")
        all_is_done(telegram, facts)
        for person in crowd:
            asks(telegram, person, "/client add")
            for text in ("Beta GmbH", "Ring 7, 20095 Hamburg"):
                answers_the_form(telegram, person, text)
        for person in crowd:
            taps_first = order.random() < 0.5
            if taps_first:
                telegram.presses(person, "Germany")
            telegram.says(person, "FR")
            if not taps_first:
                telegram.presses(person, "Germany")
        all_is_done(telegram, facts)
        for person in crowd:
            ends_the_form(telegram, person)
        all_is_done(telegram, facts)

    assert facts.rows(
        "SELECT state, substr(number, 6), paid_minor, count(*) FROM invoice GROUP BY 1, 2, 3"
    ) == [("issued", "0001", 42840, CROWD)]
    assert facts.rows("SELECT count(*) FROM payment") == [(CROWD,)]
    assert facts.rows("SELECT name, count(*) FROM client GROUP BY name ORDER BY name") == [
        ("Acme GmbH", CROWD), ("Beta GmbH", CROWD)
    ]  # fmt: skip
    assert facts.states("inbox").keys() == {"done"}
    assert facts.states("outbox").keys() == {"sent"}
    for person in crowd:
        noted = [toast.text for toast in telegram.toasts if toast.person_id == person.id and toast.text]
        assert sorted({*noted} & {*answers(telegram, person)}) == []
