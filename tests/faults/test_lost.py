"""Answers that are lost after the work was done, and a Telegram that is away: nothing is said twice by decision."""

from __future__ import annotations

from bot.delivery import FIRST_PAUSE
from tests.fakes.telegram import FakeTelegram, HangUp, Person, ServerError, TooMany
from tests.faults.crowd import (
    INVOICE,
    all_is_done,
    answers,
    asks,
    opens_a_studio,
    people,
    repeated,
    sees,
    words,
)
from tests.faults.facts import Facts
from tests.scenarios.telegram_house import House

AFTER = (HangUp(after_work=True), ServerError(500, after_work=True), ServerError(502, after_work=True))
BEFORE = (HangUp(), ServerError(500), ServerError(502))
UNCERTAIN = "SELECT chat, count(*) FROM outbox WHERE state = 'uncertain' GROUP BY chat ORDER BY chat"
WORDS = ["one", "two", "three"]


def sends_everything_again(telegram: FakeTelegram, person: Person) -> None:
    """What /deliveries lists, button by button."""
    listed = asks(telegram, person, "/deliveries")
    labels = [button.label for button in listed.buttons if button.label.startswith("Send ")]
    assert (listed.text.count("uncertain"), len(labels)) == (2, 2)
    for label in labels:
        version = telegram.message(person, listed.message_id).version
        # Of the message as it was: its answers stand in its place.
        telegram.presses(person, label, message=listed.message_id, version=0)
        telegram.next_edit(person, listed.message_id, version)


def test_what_was_sent_and_not_confirmed_is_there_once_listed_and_repeated_only_on_demand(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    faults = AFTER + BEFORE
    crowd = people(telegram, len(faults))
    process = house.serve()
    for person, fault in zip(crowd, faults, strict=True):
        opens_a_studio(telegram, person)
        telegram.trouble(fault, "sendDocument", chat=person)
        telegram.presses(person, "Issue")
        telegram.trouble(fault, "sendMessage", chat=person)
        telegram.says(person, INVOICE.replace("120", "130"))
    facts.becomes(UNCERTAIN, [(f"telegram:{person.id}", 2) for person in crowd])

    there = [[text.split()[0] for text in answers(telegram, person)[2:]] for person in crowd]
    for person in crowd:
        sends_everything_again(telegram, person)
    all_is_done(telegram, facts)

    assert there == [["Draft", "✅", "Draft"]] * len(AFTER) + [["Draft"]] * len(BEFORE)
    for person in crowd:
        copies = 2 if person in crowd[: len(AFTER)] else 1
        assert sum(text.startswith("✅ Issued ") for text in answers(telegram, person)) == copies
        assert sum("EUR 390.00" in text for text in answers(telegram, person)) == copies
    assert facts.rows("SELECT state, count(*) FROM invoice GROUP BY state ORDER BY state") == [
        ("draft", len(crowd)), ("issued", len(crowd))
    ]  # fmt: skip
    assert facts.states("outbox").keys() == {"sent"}
    assert process.popen.poll() is None


def test_changes_are_made_again_and_what_waited_for_an_absent_telegram_comes_later_in_order(
    telegram: FakeTelegram, house: House, facts: Facts
) -> None:
    *editors, ana, ben = people(telegram, len(AFTER + BEFORE) + 2)
    process = house.serve()
    cards = {}
    for editor, fault in zip(editors, AFTER + BEFORE, strict=True):
        opens_a_studio(telegram, editor)
        cards[editor] = asks(telegram, editor, "/clients").message_id
        all_is_done(telegram, facts)
        telegram.trouble(fault, "editMessageText", chat=editor)
        telegram.presses(editor, "Acme GmbH", message=cards[editor])
    telegram.trouble(TooMany(1), "sendMessage", chat=ana)
    telegram.trouble(TooMany(1), "sendMessage", chat=ben)
    for word in WORDS:
        telegram.says(ana, f"/{word}")
        telegram.says(ben, f"/{word}")
    waiting = "SELECT count(*) FROM outbox WHERE state = 'pending' AND {}"
    facts.becomes(waiting.format("attempts = 1"), [(len(editors),)])
    facts.becomes(waiting.format("1 = 1"), [(len(editors) + 2 * len(WORDS),)])

    telegram.stop()
    facts.becomes(waiting.format("attempts = 1"), [(len(editors) + 2,)])
    telegram.start()
    all_is_done(telegram, facts, 3 * FIRST_PAUSE)

    for editor in editors:
        calls = [call for call in telegram.calls_of("editMessageText") if call.chat_id == editor.id]
        assert [call.ok for call in calls].count(True) <= 1
        assert len(calls) == 2
        assert "Ring 2, 20095 Hamburg" in telegram.message(editor, cards[editor]).text
        assert repeated(telegram, editor) == []
    assert [words(telegram, person) for person in (ana, ben)] == [WORDS, WORDS]
    assert facts.states("outbox").keys() == {"sent"}
    assert process.popen.poll() is None
