"""What the owner can say to a reminder: send it now, in other words, later or not at all; and reminding by hand."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, ana, berlin, delivers, office, opens
from tests.scenarios.scenes import bills, invites

__all__ = ["ana", "office"]

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""What a button does does not depend on the database."""


async def previewed(office: PostalOffice, ana: Chat, *before: str) -> None:
    """Ana has just been shown the reminder of the third day, a Thursday at nine."""
    await opens(ana)
    for text in ("/reminders steps 3 7", *before):
        await ana.says(text)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 12, 9))
    ana.seen = office.last("ana")
    ana.can_press("Send now", "Edit", "Snooze", "Stop", "PDF")


async def test_send_now_sends_at_once_and_only_once(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    preview = ana.seen

    await ana.presses("Send now")
    ana.sees("The reminder to Acme GmbH is on its way to books@acme.example.")
    await office.work_off()
    await ana.presses("Send now", preview)
    ana.sees("This reminder has left already: ana, 09:00.")
    await office.until(berlin(3, 12, 20))

    assert [(mail.at, mail.subject) for mail in office.letters] == [
        (berlin(3, 12, 9), "Erinnerung: Rechnung 2026-0001 war am 9. März 2026 fällig")
    ]


async def test_another_member_is_told_who_did_it(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    preview = ana.seen
    ben = office.person("ben")
    await invites(ana, ben, "admin")
    await ana.presses("Stop", preview)
    about = next(iter(await office.reminders_about("ana", "2026-0001")))

    await office.acts("ben", "reminder send", about.id.hex)

    assert "This reminder was stopped already: ana, 09:00." in office.last("ben").text


async def test_what_somebody_sends_by_hand_leaves_in_the_night_too(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana, "/reminders silence hold")
    preview = ana.seen
    office.clock.at = berlin(3, 14, 23)

    await ana.presses("Send now", preview)
    await office.until(berlin(3, 15, 1))

    assert [mail.at for mail in office.letters] == [berlin(3, 14, 23)]


async def test_other_words_stand_in_the_letter_and_the_amounts_below(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)

    await ana.presses("Edit")
    ana.sees("What shall it say?")
    await ana.says("Liebe Ida,\nmagst Du {amount} für {number} bald überweisen? {oops}")
    ana.sees("goes to Acme GmbH at 13:00", "magst Du EUR 119,00 für 2026-0001 bald überweisen? {oops}")
    ana.can_press("Send now", "Edit", "Snooze", "Stop", "PDF", "Undo")
    await office.until(berlin(3, 12, 20))

    (letter,) = office.letters
    assert "Liebe Ida,\nmagst Du EUR 119,00 für 2026-0001 bald überweisen? {oops}\n" in letter.text
    assert "Vielleicht ist sie nur untergegangen" not in letter.text
    assert letter.rows == ["2026-0001  9. März 2026  3  EUR 119,00"]


async def test_words_that_were_written_are_taken_back(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    await ana.presses("Edit")
    await ana.says("Zahl!")

    await ana.presses("Undo")
    ana.sees("Taken back: the reminder to Acme GmbH is as before.")
    await office.until(berlin(3, 12, 20))

    assert "Vielleicht ist sie nur untergegangen" in office.letters[0].text


async def test_snoozed_it_leaves_on_the_day_that_was_named(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)

    await ana.presses("Snooze")
    await ana.presses("1 day")
    ana.sees("The reminder to Acme GmbH leaves 2026-03-13 13:00, if it is still owed then.")
    ana.can_press("All of Acme GmbH", "Not later")
    await office.until(berlin(3, 13, 20))

    assert [mail.at for mail in office.letters] == [berlin(3, 13, 13)]
    assert office.letters[0].rows == ["2026-0001  9. März 2026  4  EUR 119,00"]


async def test_snoozed_by_mistake_it_leaves_today(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    await ana.presses("Snooze")
    await ana.presses("A week")

    await ana.presses("Not later")
    await office.until(berlin(3, 12, 20))

    assert [mail.at for mail in office.letters] == [berlin(3, 12, 13)]


async def test_a_longer_snooze_gives_way_to_the_next_step(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    await ana.presses("Snooze")
    await ana.says("2026-03-18")

    await office.until(berlin(3, 25, 20))

    assert [(mail.at, mail.subject) for mail in office.letters] == [
        (berlin(3, 18, 13), "Letzte Erinnerung: Rechnung 2026-0001")
    ]


async def test_stopped_it_does_not_leave_and_the_next_step_comes(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)

    await ana.presses("Stop")
    ana.sees("This reminder to Acme GmbH does not leave.")
    ana.can_press("Stop all about it", "Undo")
    await office.until(berlin(3, 25, 20))

    assert [mail.at for mail in office.letters] == [berlin(3, 16, 13)]


async def test_stopped_by_mistake_it_leaves_after_all(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    await ana.presses("Stop")

    await ana.presses("Undo")
    ana.sees("Taken back: the reminder to Acme GmbH is not stopped any more.")
    await office.until(berlin(3, 12, 20))

    assert [mail.at for mail in office.letters] == [berlin(3, 12, 13)]


async def test_all_about_an_invoice_is_stopped_until_it_goes_on(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    await ana.presses("Stop")
    await ana.presses("Stop all about it")
    ana.sees("Nothing more is sent about 2026-0001.")
    stopped = ana.seen
    await office.until(berlin(3, 15, 20))
    assert office.letters == []

    await ana.presses("Remind again", stopped)
    await office.until(berlin(3, 25, 20))

    assert [mail.at for mail in office.letters] == [berlin(3, 16, 13)]


async def test_held_it_waits_for_a_word_and_gives_way_to_the_next_step(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7; silence hold")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 16, 20))
    first, second = office.said("ana", "This reminder to Acme GmbH waits for your word.")
    await ana.presses("Send now", first)
    ana.sees("This reminder does not leave: there was nothing left to remind of.")
    await ana.presses("Send now", second)
    await office.work_off()

    assert [mail.subject for mail in office.letters] == ["Letzte Erinnerung: Rechnung 2026-0001"]


async def test_by_hand_the_text_is_shown_first_and_counts_for_its_day(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    office.clock.at = berlin(3, 12, 8)

    await ana.says("/remind 2026-0001")
    ana.sees(
        "This would go to Acme GmbH by mail now.", "Erinnerung: Rechnung 2026-0001 war am 9. März 2026 fällig"
    )
    ana.can_press("Send now", "Edit", "Snooze", "PDF")
    assert await office.reminders_about("ana", "2026-0001") == []
    await ana.presses("Send now")
    await office.until(berlin(3, 25, 20))

    # The step of that day was said by it.
    assert [mail.at for mail in office.letters] == [berlin(3, 12, 8), berlin(3, 16, 13)]


async def test_by_hand_twice_on_a_day_is_refused(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    office.clock.at = berlin(3, 10, 11)
    await ana.says("/remind 1")
    shown = ana.seen
    await ana.presses("Send now")

    await ana.presses("Send now", shown)
    ana.sees("This reminder has left already: ana, 11:00.")
    await ana.says("/remind 1")

    ana.sees("This reminder has left already: ana, 11:00.")


async def test_what_is_planned_anyway_is_shown_instead_of_a_second_one(
    office: PostalOffice, ana: Chat
) -> None:
    await previewed(office, ana)

    await ana.says("/remind 1")

    ana.sees("This reminder goes to Acme GmbH at 13:00 unless you say no.")


async def test_reminding_by_hand_in_other_words_waits_for_a_yes(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    office.clock.at = berlin(3, 10, 11)
    await ana.says("/remind 1")

    await ana.presses("Edit")
    await ana.says("Bitte an {number} denken.")
    ana.sees("waits for your word.", "Bitte an 2026-0001 denken.")
    await ana.presses("Send now")
    await office.work_off()

    assert "Bitte an 2026-0001 denken." in office.letters[0].text


async def test_a_stopped_reminder_of_today_can_still_be_sent_by_hand(office: PostalOffice, ana: Chat) -> None:
    await previewed(office, ana)
    await ana.presses("Stop")

    await ana.says("/remind 1")
    await ana.presses("Send now")
    await office.work_off()
    await office.until(berlin(3, 25, 20))

    assert [mail.at for mail in office.letters] == [berlin(3, 12, 9), berlin(3, 16, 13)]


@pytest.mark.parametrize(
    ("before", "typed", "said"),
    [
        ((), "/remind 2026-0099", "There is no invoice 2026-0099."),
        (("/paid 1",), "/remind 1", "2026-0001 is paid already: ana"),
        (("/void 1 oops",), "/remind 1", "2026-0001 is void already: ana"),
        (("/reminders 2026-0001 off",), "/remind 1", "Reminders about 2026-0001 are stopped."),
        (("/reminders Acme off",), "/remind 1", "Reminders to Acme GmbH are off."),
        ((), "/snooze 1 yesterday", "is not a day of the coming year. Example: 3d"),
        ((), "/snooze 1 someday", "“someday” is neither a number of days nor a date. Example: 3d"),
        ((), "/snooze 2026-0099 3d", "There is no invoice 2026-0099."),
        ((), "/snooze Nobody 3d", "There is no client named “Nobody”."),
    ],
)  # fmt: skip
async def test_what_cannot_be_reminded_of_is_refused_with_its_reason(
    office: PostalOffice, ana: Chat, before: tuple[str, ...], typed: str, said: str
) -> None:
    await opens(ana)
    await bills(ana, "Acme: Work @ 100; due 7d")
    for text in before:
        await ana.says(text)

    await ana.says(typed)

    ana.sees(said)


async def test_an_invoice_and_a_client_are_put_off_and_reminded_of_again(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3 7")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await ana.says("/snooze 2026-0001 2026-03-14")
    ana.sees("Nothing is sent about 2026-0001 before 2026-03-14 (in 12 days).")
    await ana.presses("Remind again")
    ana.sees("Reminders about 2026-0001 go on.")
    await ana.says("/snooze Acme 2026-03-17")
    ana.sees("Nothing is sent to Acme GmbH about what is open now before 2026-03-17 (in 15 days).")
    await office.until(berlin(3, 25, 20))

    assert [(mail.at, mail.subject) for mail in office.letters] == [
        (berlin(3, 17, 13), "Letzte Erinnerung: Rechnung 2026-0001")
    ]
