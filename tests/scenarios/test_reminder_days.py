"""On which day and at which hour reminders leave, and on which they do not: by the clock, the calendar and promises."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, ana, berlin, delivers, office, opens
from tests.scenarios.scenes import bills

__all__ = ["ana", "office"]

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""When something leaves does not depend on the database."""


async def test_what_is_not_late_yet_stands_in_a_letter_of_its_own(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    for text in ("One @ 100", "Two @ 200"):
        await delivers(office, ana, f"Acme: {text}; due 7d")

    await office.until(berlin(3, 6, 20))

    assert [mail.rows for mail in office.letters] == [
        ["2026-0001  9. März 2026  EUR 119,00"],
        ["2026-0002  9. März 2026  EUR 238,00"],
    ]
    assert len(office.said("ana", "2 reminders leave today or later unless you say no.")) == 1


async def test_at_weekends_and_on_holidays_clients_are_left_alone(office: PostalOffice, ana: Chat) -> None:
    # Good Friday is 3 April 2026, Easter Monday the 6th.
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 2026-04-03")
    await ana.says("/reminders steps 0 1")

    await office.until(berlin(4, 3, 12))
    assert "Acme GmbH at 2026-04-07 13:00 unless you say no." in office.last("ana").text
    await office.until(berlin(4, 10, 20))

    # The step of Saturday takes the place of Friday's, which had not left yet.
    assert [(mail.at, mail.subject) for mail in office.letters] == [
        (berlin(4, 7, 13), "Erinnerung: Rechnung 2026-0001 war am 3. April 2026 fällig")
    ]


async def test_it_is_the_client_s_night_that_counts(office: PostalOffice, ana: Chat) -> None:
    await opens(ana, "/client add Acme Inc, 5 Main St, Portland OR 97201, US; email books@acme.example")
    await ana.says("/client edit Acme; zone Los Angeles")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 9, 20))

    # Eight in the morning in Los Angeles; the clocks have changed there, and not in Berlin.
    assert [mail.at for mail in office.letters] == [berlin(3, 6, 17), berlin(3, 9, 16)]
    assert office.letters[0].subject == "Invoice 2026-0001 is due on March 9, 2026"


async def test_after_a_day_without_the_program_only_the_highest_step_leaves(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    office.clock.at = berlin(3, 17, 10)
    await office.until(berlin(3, 20, 20))

    # +7 was on the 16th; before it -3, 0 and +3 had come and gone.
    assert [(mail.at, mail.subject) for mail in office.letters] == [
        (berlin(3, 17, 14), "Überfällig: Rechnung 2026-0001")
    ]


async def test_the_day_on_which_an_invoice_is_delivered_brings_no_reminder(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    number = await bills(ana, "Acme: Work @ 100; due 7d")
    office.clock.at = berlin(3, 12, 8)
    await office.gave("ana", number, office.today)

    await office.until(berlin(3, 15, 20))

    assert office.letters == []


async def test_who_owes_less_than_the_least_amount_is_not_asked(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders minimum 120")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 13, 20))
    assert office.letters == []

    await delivers(office, ana, "Acme: More @ 1; due 30d")
    await office.until(berlin(3, 16, 20))

    assert [mail.rows for mail in office.letters] == [["2026-0001  9. März 2026  7  EUR 119,00"]]


async def test_a_promise_holds_reminders_back_and_a_broken_one_is_told(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 11, 20))
    before = len(office.letters)

    await ana.says("/promise Acme 2026-03-17")
    await office.until(berlin(3, 18, 12))
    assert len(office.letters) == before
    (told,) = office.said("ana", "promised to pay by 2026-03-17")[1:]
    assert "Acme GmbH promised to pay by 2026-03-17, and still owes EUR 119.00." in told.text
    await office.until(berlin(3, 31, 20))

    # Of the steps +3 and +7, which were passed meanwhile, only the higher one is said.
    assert [(mail.at, mail.subject) for mail in office.letters[before:]] == [
        (berlin(3, 18, 13), "Überfällig: Rechnung 2026-0001"),
        (berlin(3, 23, 13), "Letzte Erinnerung: Rechnung 2026-0001"),
    ]


async def test_a_kept_promise_goes_without_a_word(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await ana.says("/promise Acme 2026-03-17")
    await office.until(berlin(3, 16, 20))
    seen = office.count("ana")

    await ana.says(f"/paid {number}")
    await office.until(berlin(3, 20, 20))

    assert office.count("ana") == seen + 1
    assert office.letters == []


async def test_reminders_that_are_switched_off_again_do_not_leave(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 6, 12))

    await ana.says("/reminders off")
    await office.until(berlin(3, 31, 20))

    assert office.letters == []


async def test_a_client_whose_reminders_are_off_is_left_alone(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 6, 12))

    await ana.says("/reminders Acme off")
    await office.until(berlin(3, 31, 20))

    assert office.letters == []


async def test_a_preview_is_seen_for_its_hours_before_the_reminder_leaves(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await ana.says("/notify quiet 20-12")
    await ana.says("/reminders steps 3")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 12, 11, 59))
    assert office.said("ana", "This reminder goes to") == []
    await office.until(berlin(3, 12, 20))

    # Looked at at nine, shown at noon when she is no longer left alone, and four hours later on its way.
    (preview,) = office.said("ana", "This reminder goes to Acme GmbH at 16:00 unless you say no.")
    assert preview.buttons == ("Send now", "Edit", "Snooze", "Stop", "PDF")
    assert [mail.at for mail in office.letters] == [berlin(3, 12, 16)]
