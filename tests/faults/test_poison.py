"""What this release cannot read or show is set aside with a reference, and its chat goes on."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.telegram import FakeTelegram
from tests.faults.crowd import all_is_done, answers, asks, people
from tests.faults.facts import Facts
from tests.scenarios.telegram_house import House

LONG_AGO = "2020-01-01 00:00:00.000000"
SENDER = {"identity": "5000000001", "name": "Ana", "language": "en"}
UNREADABLE: tuple[Any, ...] = (
    {},
    [],
    {"address": "5000000001", "sender": SENDER, "swiped": "left"},
    {"address": "5000000001", "sender": {**SENDER, "mood": "fine"}, "pressed": "token"},
    {"address": "5000000001", "sender": SENDER, "pressed": "token", "occasion": {"weather": "mild"}},
    {"address": "5000000001", "sender": SENDER, "typed": "/help", "files": 7, "by_number": False},
)
"""As a newer release might have stored them before it was taken back."""
READABLE_NONSENSE = {
    "address": "5000000001", "sender": SENDER, "typed": {"text": "/help"}, "files": [], "by_number": False
}  # fmt: skip
UNSHOWABLE = (
    {"kind": "song", "buttons": []},
    {"kind": "reply", "blocks": [{"kind": "notice"}], "buttons": [], "attachments": []},
    {"kind": "reply", "blocks": [], "buttons": [], "attachments": [{}]},
)


def test_an_update_that_cannot_be_read_is_set_aside_and_the_next_one_is_answered(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    process = house.serve()
    (ana,) = people(telegram, 1)
    asks(telegram, ana, "/help")
    for number, payload in enumerate((*UNREADABLE, READABLE_NONSENSE)):
        facts.rows(
            "INSERT INTO inbox (platform, update_id, chat, payload, received_at, state, reference) VALUES "
            f"('telegram', 'poison {number}', 'telegram:{ana.id}', '{json.dumps(payload)}', '{LONG_AGO}', "
            "'new', '')"
        )

    answer = asks(telegram, ana, "/after")
    all_is_done(telegram, facts)

    references = facts.column("SELECT reference FROM inbox WHERE state = 'failed' ORDER BY update_id")
    assert facts.states("inbox") == {"done": 2, "failed": len(UNREADABLE) + 1}
    assert [reference in process.text for reference in references] == [True] * (len(UNREADABLE) + 1)
    assert "" not in references
    assert references[-1] in answer.text
    assert process.popen.poll() is None


def test_a_reply_that_cannot_be_shown_has_failed_and_the_next_one_is_delivered(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    process = house.serve()
    (ana,) = people(telegram, 1)
    first = asks(telegram, ana, "/help")
    all_is_done(telegram, facts)
    for number, payload in enumerate(UNSHOWABLE):
        insert_reply(facts, f"telegram:{ana.id}", number, f"'{json.dumps(payload)}'", done=0)
    # As if three messages of it were sent when a newer release still made four of it.
    insert_reply(facts, f"telegram:{ana.id}", 9, "payload", done=3)

    asks(telegram, ana, "/after")
    all_is_done(telegram, facts)

    assert facts.states("outbox") == {"failed": len(UNSHOWABLE), "sent": 3}
    assert process.text.count("cannot be shown") == len(UNSHOWABLE)
    assert [first.text in answer for answer in answers(telegram, ana)] == [True, False]
    assert process.popen.poll() is None


def insert_reply(facts: Facts, chat: str, number: int, payload: str, done: int) -> None:
    facts.rows(
        "INSERT INTO outbox (id, chat, payload, state, created_at, sender, done, ref, attempts, error) "
        f"SELECT '0000000000007000800000000000000{number}', '{chat}', {payload}, 'pending', created_at, "
        f"sender, {done}, '', 0, '' FROM outbox WHERE chat = '{chat}' ORDER BY id DESC LIMIT 1"
    )
