"""What is told of a plan by itself, and reminders that a smaller plan does not send."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.plan import Plan, Standing
from core.reminder import ReminderState
from tests.scenarios.chat import Chat
from tests.scenarios.plan_scenes import bills_often, subscribes
from tests.scenarios.postal import BEGIN, PostalOffice, berlin, delivers, opens

DATABASES = ("sqlite",)
"""When something is told does not depend on the database."""

DAY = timedelta(days=1)


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[PostalOffice]:
    office = PostalOffice(fresh_database_url, BEGIN, sells=True)
    yield office
    await office.close()


@pytest.fixture
def ana(office: PostalOffice) -> Chat:
    return office.person("ana")


async def news(office: PostalOffice, days: int) -> list[tuple[int, str]]:
    """What Ana is told unasked in so many days: after how many days, and its first words."""
    begin, since = office.clock.at, office.count("ana")
    told = []
    for day in range(days + 1):
        await office.until(begin + day * DAY)
        found = office.unasked("ana", since)
        told += [(day, re.split(r"[.;]\s", seen.text)[0]) for seen in found]
        since += len(found)
    return told


async def test_a_payment_that_fails_is_told_three_times_in_a_week(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    # Nothing else brings the clock to this business.
    await ana.says("/reminders off")
    await subscribes(office, "ana")
    await office.until(office.clock.at)

    await subscribes(office, "ana", standing=Standing.PAST_DUE, past_due_since=office.clock.now())

    assert await news(office, 9) == [
        (0, "The payment for Pro of Studio Löwe failed"),
        (5, "The payment for Pro of Studio Löwe is still open"),
        (7, "Pro of Studio Löwe is over, and the limits of Free hold"),
    ]


async def test_a_trial_is_told_when_it_begins_three_days_before_its_end_and_when_it_was_paid(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    end = office.clock.now() + 14 * DAY

    await subscribes(office, "ana", standing=Standing.TRIALING, trial_ends_at=end)
    told = await news(office, 13)
    await subscribes(office, "ana", standing=Standing.ACTIVE)

    assert told == [
        (0, "Studio Löwe is on the plan Pro"),
        (11, "The free trial of Pro ends on 2026-03-16"),
    ]
    assert await news(office, 30) == [(0, "Studio Löwe is on the plan Pro")]


async def test_a_cancelled_plan_is_told_now_and_when_it_ends(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await subscribes(office, "ana", Plan.BUSINESS)
    await office.until(office.clock.at)

    await subscribes(office, "ana", Plan.BUSINESS, ends_at=office.clock.now() + 3 * DAY)
    told = await news(office, 3)
    assert office.last("ana").buttons == ("Resume Business",)
    await subscribes(office, "ana", Plan.BUSINESS, standing=Standing.CANCELED)

    assert told == [(0, "Business of Studio Löwe is cancelled and goes on until 2026-03-05")]
    assert await news(office, 9) == [(0, "Business of Studio Löwe is over, and the limits of Free hold")]


async def test_a_failed_payment_is_told_at_night_too(office: PostalOffice, ana: Chat) -> None:
    await opens(ana)
    await subscribes(office, "ana")
    await office.until(berlin(3, 3, 2))

    await subscribes(office, "ana", standing=Standing.PAST_DUE, past_due_since=office.clock.now())
    await office.until(office.clock.at)

    assert office.last("ana").text.startswith("The payment for Pro of Studio Löwe failed.")


async def test_on_free_no_reminder_leaves_by_itself_and_one_by_hand_does(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")

    await office.until(berlin(3, 31, 20))
    assert office.letters == []
    for command in ("/tomorrow", "/reminders"):
        await ana.says(command)
        ana.sees("Your plan Free includes no reminders that leave by themselves; you can still send each one by "
                 "hand: /remind")  # fmt: skip
        assert "Upgrade" in ana.seen.buttons
    await ana.says(f"/reminders {number}")
    ana.sees("Next: on your plan none leaves by itself")
    await ana.says(f"/remind {number}")
    await ana.presses("Send now")

    await office.until(berlin(3, 31, 21))
    assert len(office.letters) == 1


async def test_where_no_invoice_is_left_a_reminder_by_hand_leaves_without_its_fee(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await bills_often(ana, 4)
    await ana.says("/reminders fee 5 at 3")
    await office.until(berlin(3, 12, 14))

    await ana.says(f"/remind {number}")
    await ana.presses("Send now")

    ana.sees("Your plan Free includes 5 invoices a month, and all of them are issued.")
    await office.until(berlin(3, 12, 15))
    assert [mail.rows for mail in office.letters] == [["2026-0001  9. März 2026  3  EUR 119,00"]]


async def test_what_was_planned_before_the_plan_ended_waits_for_a_word(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await subscribes(office, "ana")
    number = await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 6, 12, 30))

    await subscribes(office, "ana", standing=Standing.CANCELED)
    await ana.says("/tomorrow")
    ana.sees("on your word: reminder to Acme GmbH about 2026-0001")
    await office.until(berlin(3, 31, 20))

    assert office.letters == []
    assert [one.state for one in await office.reminders_about("ana", number)] == [ReminderState.HELD]


async def test_after_an_upgrade_the_ladder_goes_on_with_the_step_it_has_reached(
    office: PostalOffice, ana: Chat
) -> None:
    await opens(ana)
    await delivers(office, ana, "Acme: Work @ 100; due 7d")
    await office.until(berlin(3, 15, 20))

    await subscribes(office, "ana")
    await office.until(berlin(3, 16, 20))

    assert [mail.subject for mail in office.letters] == ["Überfällig: Rechnung 2026-0001"]
