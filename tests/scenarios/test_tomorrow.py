"""/tomorrow: what is sent by itself in the next days, put off and why, and what is not sent at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.chat import Chat
from tests.scenarios.postal import PostalOffice, ana, berlin, delivers, office, opens
from tests.scenarios.scenes import bills, invites

__all__ = ["ana", "office"]

pytestmark = pytest.mark.parametrize("fresh_database_url", ["sqlite"], indirect=True)
"""What comes next does not depend on the database."""


async def test_reminders_and_the_digest_are_listed_with_their_times(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/digest 9:00; all")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await ana.says("/tomorrow")

    ana.sees(
        "What comes in the next 7 days",
        "09:00: the digest, if there is anything to say",
        "2026-03-06 13:00: reminder to Acme GmbH about 2026-0001, EUR 119.00, 3 days before it is due",
        "2026-03-09 13:00: reminder to Acme GmbH about 2026-0001, EUR 119.00, on the day it is due",
    )
    ana.sees_nothing_of("Nobody is reminded of")


async def test_what_is_put_off_is_listed_with_the_new_time_and_why(office: PostalOffice, ana: Chat) -> None:
    # Good Friday is 3 April 2026, Easter Monday the 6th.
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 2026-04-03")
    await delivers(office, ana, "Acme: Talk @ 100; due 2026-04-04")
    await ana.says("/reminders steps 0")
    await office.until(berlin(4, 1, 8))

    await ana.says("/tomorrow")

    ana.sees(
        "2026-04-07 13:00: reminder to Acme GmbH about 2026-0001", "not on 2026-04-03: public holiday: Good Friday",
        "2026-04-07 13:00: reminder to Acme GmbH about 2026-0002", "not on 2026-04-04: weekend",
    )  # fmt: skip


async def test_a_client_far_away_is_not_woken(office: PostalOffice, ana: Chat) -> None:
    await opens(ana, "/client add Acme Inc, 5 Main St, Portland OR 97201, US; email books@acme.example")
    await ana.says("/client edit Acme; zone Los Angeles")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await ana.says("/tomorrow")

    ana.sees("2026-03-06 17:00: reminder to Acme Inc", "not on 2026-03-06: it is night there")


async def test_a_late_fee_is_listed_with_its_reminder(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders steps 3; fee 40 at 3")
    await delivers(office, ana, "Acme: Work @ 100; due 1d")

    await ana.says("/tomorrow")

    ana.sees(
        "2026-03-06 13:00: reminder to Acme GmbH", "3 days after it was due; with a late fee of EUR 40.00"
    )


async def test_without_mail_the_reminder_is_for_the_owner_to_forward(office: PostalOffice, ana: Chat) -> None:
    await opens(ana, "/client add Bär, Kai 3, 24103 Kiel, DE")
    await bills(ana, "Bär: Work @ 100; due 3d")

    await ana.says("/tomorrow")

    ana.sees(
        "2026-03-05 13:00: reminder for you to forward to Bär about 2026-0001, EUR 119.00, on the day it is due"
    )


async def test_what_waits_for_a_word_says_so_and_shows_its_text(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders silence hold")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 6, 12))

    await ana.says("/tomorrow")
    ana.sees("on your word: reminder to Acme GmbH about 2026-0001")
    await ana.presses("Show Acme GmbH")

    ana.sees("2026-0001", "119,00")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("/reminders 2026-0001 off", "stopped by you"),
        ("/reminders Acme off", "reminders to this client are off"),
        ("/reminders minimum 200", "less is owed than you ask for"),
        ("/promise Acme 2026-03-20", "payment is promised until 2026-03-20"),
        ("/snooze 2026-0001 2026-03-20", "snoozed until 2026-03-20"),
        ("/reminders steps 30", "2026-04-08 (in 37 days), 30 days after it was due"),
        ("/reminders 2026-0001 steps -10", "its last reminder has been"),
    ],
)
async def test_whoever_is_not_reminded_is_listed_with_the_reason(
    office: PostalOffice, ana: Chat, said: str, why: str
) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await ana.says(said)
    await ana.says("/tomorrow")

    ana.sees("Nobody is reminded of", "2026-0001, Acme GmbH: ", why)
    ana.sees_nothing_of("reminder to Acme GmbH")


async def test_a_promise_is_listed_with_the_day_on_which_it_ends(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 1d")

    await ana.says("/promise Acme friday")
    await ana.says("/tomorrow")

    ana.sees(
        "2026-03-06: Acme GmbH promised to pay by then; reminders resume on 2026-03-07",
        "2026-03-09 13:00: reminder to Acme GmbH about 2026-0001, EUR 119.00, 3 days after it was due",
        "not on 2026-03-07: weekend",
    )


async def test_reminders_that_are_off_are_said_to_be_off(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await ana.says("/reminders off")
    await ana.says("/tomorrow")

    ana.sees("Reminders to your clients are off.", "Nothing is sent by itself in the next 7 days.")
    ana.sees_nothing_of("Acme GmbH")


async def test_what_waits_for_the_end_of_quiet_hours_is_counted(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/notify quiet 8-21")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 6, 10))

    await ana.says("/tomorrow")

    ana.sees("21:00: a message that waits for the end of your quiet hours")


async def test_a_colleague_who_hears_no_digest_sees_none(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/digest 9:00; all")
    ben = office.person("ben")
    await invites(ana, ben, "accountant")

    await ben.says("/tomorrow")

    ben.sees("Nothing is sent by itself in the next 7 days.")


async def test_of_very_many_the_first_are_listed_and_the_rest_is_counted(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    for place in range(30):
        await delivers(office, ana, f"Acme: Work @ 100; due {place % 7 + 3}d")
    for _place in range(12):
        number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
        await ana.says(f"/reminders {number} off")

    await ana.says("/tomorrow")

    lines = [line for line in ana.seen.text.splitlines() if ": " in line]
    assert len(lines) == 20
    ana.sees("…: ", " more", "Nobody is reminded of", "stopped by you", "…: 5 more")


async def test_it_says_nothing_of_what_is_over(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await ana.says("/paid 2026-0001")

    office.clock.at += timedelta(days=1)
    await ana.says("/tomorrow")

    ana.sees("Nothing is sent by itself in the next 7 days.")
    ana.sees_nothing_of("2026-0001")


async def test_what_was_put_off_for_longer_is_listed_all_the_same(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await ana.says("/reminders steps -3")
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 6, 10))
    await ana.presses("Snooze", on=office.last("ana"))
    await ana.says("2026-03-25")

    await ana.says("/tomorrow")

    ana.sees("2026-03-25 13:00: reminder to Acme GmbH about 2026-0001, EUR 119.00, 3 days before it is due")
    ana.sees_nothing_of("Nobody is reminded of")
