"""Mornings in real processes: each business gets one digest a day, whoever dies between deciding and sending it."""

from __future__ import annotations

import pytest

from core.ports import BUSINESS_JOB
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram, Person, Slow
from tests.faults.conftest import on_postgresql
from tests.faults.crowd import answers, asks, people, sees
from tests.faults.facts import Facts
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.slack_house import House as SlackHouse
from tests.scenarios.slack_town import PATIENCE, Town, tells
from tests.scenarios.telegram_house import House

DATABASES = ("postgresql",)
"""What is proven is the same on either; here the worker may be a process of its own."""

EVENING, MORNING, NET = "2026-03-05T18:00:00+00:00", "2026-03-07T08:00:05+00:00", "2026-03-07T08:16:10+00:00"
"""Two days before, nine o'clock in Berlin, and a quarter of an hour later."""
DIGEST = "Studio Löwe, 2026-03-07"
INVOICE = "/invoice Acme: 3h design @ 120; due 1d"
RUNS = "SELECT count(*) FROM digest_run WHERE made_at IS NOT NULL"
OF_ONE = "SELECT state FROM outbox WHERE kind = 'digest' AND chat = 'telegram:{}'"
JOBS = f"SELECT count(*) FROM pgqueuer WHERE entrypoint = '{BUSINESS_JOB}'"


def bills(telegram: FakeTelegram, house: House, crowd: list[Person]) -> None:
    """Everybody's client will be late in the morning, and nobody is reminded of it."""
    house.begin = EVENING
    evening = house.serve()
    for person in crowd:
        for text in (STUDIO, "/reminders off", ACME, INVOICE):
            asks(telegram, person, text)
        telegram.presses(person, "Issue")
        sees(telegram, person, "Issued ")
    telegram.drained(30)
    evening.stop()


def digests(telegram: FakeTelegram, person: Person) -> list[str]:
    return [text for text in answers(telegram, person) if DIGEST in text]


def test_it_comes_once_after_a_day_of_downtime_and_its_buttons_work(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    (ana,) = people(telegram, 1)
    bills(telegram, house, [ana])

    house.begin = MORNING
    first = house.serve()
    house.lead_to(first)
    shown = sees(telegram, ana, DIGEST)
    telegram.presses(ana, "Paid 2026-0001")
    sees(telegram, ana, "Acme GmbH paid EUR 428.40 on 2026-0001")
    facts.settles()
    first.kill()
    house.lead_to(house.serve())
    asks(telegram, ana, "/digest")
    facts.settles()

    assert shown.text.splitlines()[1:] == [
        "Owed: EUR 428.40 late (1)", "Late: 2026-0001: Acme GmbH, EUR 428.40, since 2026-03-06 (1 d)",
    ]  # fmt: skip
    assert [button.label for row in shown.rows for button in row] == [
        "Remind 2026-0001", "Paid 2026-0001", "Snooze 2026-0001", "Show all", "Change the time",
    ]  # fmt: skip
    assert len(digests(telegram, ana)) == 1
    assert facts.rows("SELECT local_on FROM digest_run WHERE made_at IS NULL") == []


@pytest.mark.parametrize("fresh_database_url", ["sqlite", "postgresql"], indirect=True)
def test_who_dies_between_claiming_and_doing_is_followed_by_others(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    """On PostgreSQL its job is there for two workers at once; on SQLite the next process looks for itself."""
    crowd = people(telegram, 3)
    bills(telegram, house, crowd)

    doomed = house.worker("tests.workers.claimer", MORNING)
    assert doomed.popen.wait(20) == -9
    assert "claimed 3 and dies" in doomed.text
    undone = facts.column(RUNS)
    house.begin = MORNING
    for _worker in range(1 if facts.is_sqlite else 2):
        house.worker()
    for person in crowd:
        sees(telegram, person, DIGEST)
    facts.becomes(RUNS, [(3,)])
    facts.settles()

    assert undone == [0]
    assert [len(digests(telegram, person)) for person in crowd] == [1, 1, 1]
    facts.becomes("SELECT count(*) FROM agenda WHERE woken_at IS NOT NULL", [(0,)])


@on_postgresql
def test_a_job_that_the_queue_has_lost_is_made_anew_after_a_while(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    (ana,) = people(telegram, 1)
    bills(telegram, house, [ana])
    house.worker("tests.workers.claimer", MORNING).popen.wait(20)
    lost = facts.column(JOBS)
    facts.rows("DELETE FROM pgqueuer")

    house.begin = NET
    house.worker()
    sees(telegram, ana, DIGEST)
    facts.settles()

    assert lost == [1]
    assert len(digests(telegram, ana)) == 1


@on_postgresql
def test_two_workers_that_begin_at_the_same_moment_write_each_digest_once(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd = people(telegram, 8)
    bills(telegram, house, crowd)

    house.begin = MORNING
    for _worker in range(2):
        house.worker()
    for person in crowd:
        sees(telegram, person, DIGEST)
    facts.becomes(RUNS, [(8,)])
    facts.settles()

    assert [len(digests(telegram, person)) for person in crowd] == [1] * 8


def test_a_chat_that_hangs_or_is_blocked_delays_no_other(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    ana, ben, cleo = crowd = people(telegram, 3)
    bills(telegram, house, crowd)
    telegram.trouble(Slow(40), "sendMessage", chat=ana)
    telegram.blocks(cleo)

    house.begin = MORNING
    morning = house.serve()
    house.lead_to(morning)
    sees(telegram, ben, DIGEST)
    facts.becomes(OF_ONE.format(ben.id), [("sent",)])

    assert facts.rows(OF_ONE.format(ana.id)) == [("sending",)]
    assert digests(telegram, cleo) == []
    # An orderly end would wait for the chat that hangs.
    morning.kill()


def test_it_comes_in_slack_and_its_buttons_work(
    slack: FakeSlack, slack_house: SlackHouse, facts: Facts
) -> None:
    slack_house.begin = EVENING
    evening = slack_house.serve()
    town = Town.found(slack_house)
    ana = town.owner()
    tells(ana, "/billhook reminders off", "Saved.")
    tells(ana, "Acme: 3h design @ 120; due 1d", "Draft for")
    ana.press("Issue", ana.dm)
    ana.wait_for(lambda shown: "Issued 2026-0001" in shown.text, ana.dm, PATIENCE)
    facts.settles()
    evening.stop()

    slack_house.begin = MORNING
    slack_house.lead_to(slack_house.serve())
    shown = ana.wait_for(lambda shown: DIGEST in shown.text, ana.dm, PATIENCE)
    ana.press("Paid 2026-0001", ana.dm)
    ana.wait_for(lambda shown: "Acme GmbH paid EUR 428.40 on 2026-0001" in shown.text, ana.dm, PATIENCE)
    facts.settles()

    assert "Owed: EUR 428.40 late (1)" in shown.text
    assert len([one for one in ana.sees(ana.dm) if DIGEST in one.text]) == 1
