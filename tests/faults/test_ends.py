"""How processes end and begin: SIGTERM finishes what is in hand, and a poller that dies is followed by another."""

from __future__ import annotations

import time

from tests.fakes.telegram import FakeTelegram, HangUp, Refusal, ServerError, Slow
from tests.faults.conftest import on_postgresql, on_sqlite
from tests.faults.crowd import all_is_done, answers, asks, opens_a_studio, people, repeated, sees
from tests.faults.facts import Facts
from tests.scenarios.telegram_house import SECRET, House

QUICK = 5.0
PASSWORD = "the-password-of-the-database"


def test_sigterm_finishes_what_is_in_hand_and_leaves_nothing_uncertain(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    crowd = people(telegram, 8)
    process = house.serve()
    telegram.trouble(Slow(0.5), "sendMessage", times=None)
    for person in crowd:
        telegram.says(person, "/word")
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), what="the first answer")

    code = process.stop()
    telegram.calm()
    left = facts.states("outbox")
    house.lead_to(house.serve())
    all_is_done(telegram, facts)

    assert code == 0
    assert left.keys() <= {"sent", "pending"}
    for person in crowd:
        assert len(answers(telegram, person)) == 1


@on_sqlite
def test_sigterm_ends_an_idle_process_at_once(telegram: FakeTelegram, house: House, facts: Facts) -> None:
    house.webhook = False
    process = house.serve(real=True)

    began = time.monotonic()
    code = process.stop()

    assert code == 0
    assert time.monotonic() - began < QUICK


@on_postgresql
def test_of_two_processes_one_polls_and_the_other_takes_over_when_it_is_killed(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    house.webhook = False
    (ana,) = people(telegram, 1)
    first, second = house.serve(), house.serve()
    asks(telegram, ana, "/word0")
    all_is_done(telegram, facts)
    refused = [call for call in telegram.calls_of("getUpdates") if call.status == 409]

    first.kill()
    telegram.says(ana, "/word1")
    answer = sees(telegram, ana, "/word1", 30)
    all_is_done(telegram, facts)

    assert refused == []
    assert "/word1" in answer.text
    assert repeated(telegram, ana) == []
    assert "polling Telegram for updates" in second.text


@on_sqlite
def test_an_update_that_was_stored_and_not_confirmed_is_not_answered_twice(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    house.webhook = False
    (ana,) = people(telegram, 1)
    doomed = house.serve()
    telegram.trouble(Slow(30), "sendMessage")
    telegram.says(ana, "/word")
    facts.becomes("SELECT count(*) FROM inbox", [(1,)])
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), what="the answer that hangs")

    doomed.kill()
    telegram.calm()
    facts.rows("UPDATE outbox SET taken_at = '2020-01-01 00:00:00.000000'")
    house.serve()
    all_is_done(telegram, facts)

    assert len(facts.rows("SELECT * FROM inbox")) == len(facts.rows("SELECT * FROM outbox")) == 1
    assert len(answers(telegram, ana)) == 1


def test_no_secret_stands_in_any_log_or_row(telegram: FakeTelegram, house: House, facts: Facts) -> None:
    token = telegram.token.partition(":")[2]
    house.settings = {
        "LOG_LEVEL": "debug",
        "SMTP_URL": f"smtp://ana:{PASSWORD}@127.0.0.1:9",
        "MAIL_FROM": "a@b.example",
    }
    (ana,) = people(telegram, 1)
    process = house.serve()
    opens_a_studio(telegram, ana)
    for fault in (
        HangUp(),
        HangUp(after_work=True),
        ServerError(500),
        Refusal(400, "Bad Request: odd"),
        Refusal(403, "Forbidden: odd"),
    ):
        telegram.trouble(fault, "sendMessage")
        telegram.says(ana, "/word")
    telegram.drained(20)
    facts.becomes(
        "SELECT count(*) > 2 FROM outbox WHERE state IN ('failed', 'uncertain')",
        [(1,)] if facts.is_sqlite else [(True,)],
    )
    telegram.forges(ana, "x")
    telegram.drained(20)
    process.stop()

    tables = ("inbox", "outbox", "chat", "conversation", "button", "link", "sender", "seat", "rate_slot")
    stored = repr([facts.rows(f"SELECT * FROM {table}") for table in tables])
    for secret in (token, SECRET, PASSWORD):
        assert secret not in house.log
        assert secret not in stored
    assert "debug" in house.log.lower()
