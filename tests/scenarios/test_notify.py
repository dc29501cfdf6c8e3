"""`/notify`: who hears what, and when they are left alone: put off until then, never dropped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

import pytest

from core.notify import Kind
from handlers.background.desks import at_desk
from handlers.background.notices import tell
from handlers.kinds import Button, Notice, Reply
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.clockwork import ClockworkOffice
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

FRIDAY_NIGHT = datetime(2026, 3, 6, 21, 30, tzinfo=UTC)
"""Half past ten in Berlin."""


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """In March before the clocks change."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[ClockworkOffice]:
    office = ClockworkOffice(fresh_database_url, berlin(6, 10))
    yield office
    await office.close()


@pytest.fixture
async def ana(office: ClockworkOffice) -> Chat:
    """Her business reminds nobody, so that nothing comes but what these tests are about."""
    ana = office.person("ana")
    await opens_a_studio_with_acme(ana)
    await ana.says("/reminders off")
    return ana


def _said(text: str) -> Reply:
    return Reply((Notice(text),), (Button(f"About {text}", "overdue"),))


async def happens(office: ClockworkOffice, kind: Kind, *texts: str) -> None:
    """What the clock's work finds out, told to everybody who hears that kind."""
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of("ana").key)).seat
        assert seat is not None
        ctx = await at_desk(work, office.clock, office.ids, office.errands, seat.business_id)
        for text in texts:
            await tell(ctx, kind, partial(_said, text))
    await office.tick()


def texts(seen: list[Seen]) -> list[list[str]]:
    return [[line for line in one.text.splitlines() if not line.startswith("[")] for one in seen]


async def test_it_shows_what_is_told_and_when(ana: Chat) -> None:
    await ana.says("/notify")

    ana.sees("What I tell you unasked", "digest: on", "preview: on", "quiet: 20:00-08:00", "weekends: like every day",
             "zone: Europe/Berlin, as the business")  # fmt: skip
    ana.can_press(
        "digest off", "preview off", "forward off", "promise off", "delivery off", "series off", "quote off",
        "Quiet hours",
        "Quiet at weekends", "Quiet on holidays", "Time zone",
    )  # fmt: skip


async def test_one_line_changes_several_and_a_button_one(ana: Chat) -> None:
    await ana.says("/notify quiet 21-7; weekends on; digest off; zone New York")
    ana.sees("Saved.", "digest: off", "quiet: 21:00-07:00", "weekends: quiet", "zone: America/New_York")

    await ana.presses("digest on")
    ana.sees("Saved.", "digest: on", "quiet: 21:00-07:00", "zone: America/New_York")
    await ana.says("/notify zone -")

    ana.sees("zone: Europe/Berlin, as the business")


async def test_a_button_asks_for_the_quiet_hours(ana: Chat) -> None:
    await ana.says("/notify")
    await ana.presses("Quiet hours")
    ana.sees("When shall I be quiet?")

    await ana.presses("Never")

    ana.sees("Saved.", "quiet: never")


async def test_what_is_said_in_quiet_hours_waits_until_they_end(office: ClockworkOffice, ana: Chat) -> None:
    office.clock.at = FRIDAY_NIGHT
    before = office.count("ana")

    await happens(office, Kind.PROMISE, "Acme broke a promise.")
    await office.until(berlin(7, 7, 59))
    in_the_night = office.unasked("ana", before)
    await office.until(berlin(7, 8))

    assert in_the_night == []
    assert texts(office.unasked("ana", before)) == [["Acme broke a promise."]]


async def test_weekends_are_quiet_where_that_was_chosen(office: ClockworkOffice, ana: Chat) -> None:
    await ana.says("/notify weekends on")
    office.clock.at = FRIDAY_NIGHT
    before = office.count("ana")

    await happens(office, Kind.PROMISE, "Acme broke a promise.")
    await office.until(berlin(9, 7, 59))
    at_the_weekend = office.unasked("ana", before)
    await office.until(berlin(9, 8))

    assert at_the_weekend == []
    assert texts(office.unasked("ana", before)) == [["Acme broke a promise."]]


async def test_the_hours_go_by_the_listener_s_own_zone(office: ClockworkOffice, ana: Chat) -> None:
    await ana.says("/notify zone New York")
    office.clock.at = berlin(7, 9)
    before = office.count("ana")

    await happens(office, Kind.PROMISE, "Acme broke a promise.")
    await office.until(datetime(2026, 3, 7, 12, 59, tzinfo=UTC))
    in_her_night = office.unasked("ana", before)
    await office.until(datetime(2026, 3, 7, 13, 0, tzinfo=UTC))

    assert in_her_night == []
    assert texts(office.unasked("ana", before)) == [["Acme broke a promise."]]


async def test_what_is_urgent_passes(office: ClockworkOffice, ana: Chat) -> None:
    office.clock.at = FRIDAY_NIGHT
    before = office.count("ana")

    await happens(office, Kind.DELIVERY, "The mail did not arrive.")

    assert texts(office.unasked("ana", before)) == [["The mail did not arrive."]]


async def test_notices_of_one_kind_come_in_one_message_with_all_their_buttons(
    office: ClockworkOffice, ana: Chat
) -> None:
    before = office.count("ana")

    await happens(office, Kind.PROMISE, "Acme.", "Bär.", "Zimt.")
    (seen,) = office.unasked("ana", before)

    assert texts([seen]) == [["Acme.", "Bär.", "Zimt."]]
    assert seen.buttons == ("About Acme.", "About Bär.", "About Zimt.")


async def test_what_is_forwarded_stands_alone(office: ClockworkOffice, ana: Chat) -> None:
    before = office.count("ana")

    await happens(office, Kind.FORWARD, "Dear Acme, please pay.", "Dear Bär, please pay.")

    assert texts(office.unasked("ana", before)) == [["Dear Acme, please pay."], ["Dear Bär, please pay."]]


async def test_the_button_of_a_notice_that_waited_works(office: ClockworkOffice, ana: Chat) -> None:
    office.clock.at = FRIDAY_NIGHT
    await happens(office, Kind.PROMISE, "Acme broke a promise.")
    await office.until(berlin(7, 8))

    await ana.presses("About Acme broke a promise.", office.unasked("ana")[-1])

    ana.sees("Nothing is overdue.")


async def test_a_kind_that_is_off_is_not_told(office: ClockworkOffice, ana: Chat) -> None:
    await ana.says("/notify promise off")
    before = office.count("ana")

    await happens(office, Kind.PROMISE, "Acme broke a promise.")

    assert office.unasked("ana", before) == []


async def test_who_left_meanwhile_is_told_nothing_of_what_waited(office: ClockworkOffice, ana: Chat) -> None:
    cleo = office.person("cleo")
    await invites(ana, cleo, "admin")
    office.clock.at = FRIDAY_NIGHT
    await happens(office, Kind.PROMISE, "Acme broke a promise.")
    before = office.count("cleo")

    await ana.says("/member remove cleo")
    await office.until(berlin(7, 9))

    assert office.unasked("cleo", before) == []
    assert texts(office.unasked("ana"))[-1] == ["Acme broke a promise."]


async def test_hours_that_were_moved_meanwhile_are_kept(office: ClockworkOffice, ana: Chat) -> None:
    office.clock.at = FRIDAY_NIGHT
    await happens(office, Kind.PROMISE, "Acme broke a promise.")
    await ana.says("/notify quiet 20-10")
    before = office.count("ana")

    await office.until(berlin(7, 9, 59))
    early = office.unasked("ana", before)
    await office.until(berlin(7, 10))

    assert early == []
    assert texts(office.unasked("ana", before)) == [["Acme broke a promise."]]


async def test_the_digest_is_not_kept_back_by_a_night(office: ClockworkOffice, ana: Chat) -> None:
    await ana.says("/digest 6:30")
    await bills(ana, "Acme: Late @ 100; due 1d")
    before = office.count("ana")

    await office.until(berlin(8, 6, 30))

    assert [seen.text.split("\n")[0] for seen in office.unasked("ana", before)] == [
        "Studio Löwe, 2026-03-07", "Studio Löwe, 2026-03-08",
    ]  # fmt: skip


async def test_whoever_wants_quiet_weekends_hears_on_monday_what_came_in(
    office: ClockworkOffice, ana: Chat
) -> None:
    await ana.says("/notify weekends on")
    number = await bills(ana, "Acme: Paid @ 100; due 30d")
    await office.until(berlin(7, 12))
    await ana.says(f"/paid {number}")
    before = office.count("ana")

    await office.until(berlin(9, 9))

    assert texts(office.unasked("ana", before)) == [
        ["Studio Löwe, 2026-03-09", "Paid: EUR 119.00 by Acme GmbH"]
    ]


async def test_a_weekly_digest_of_a_quiet_day_comes_on_the_next_one(
    office: ClockworkOffice, ana: Chat
) -> None:
    await ana.says("/digest saturday 9:00")
    await ana.says("/notify weekends on")
    await bills(ana, "Acme: Late @ 100; due 0d")
    before = office.count("ana")

    await office.until(berlin(9, 8, 59))
    early = office.unasked("ana", before)
    await office.until(berlin(13, 12))

    assert early == []
    assert [seen.text.split("\n")[0] for seen in office.unasked("ana", before)] == ["Studio Löwe, 2026-03-07"]


async def test_a_member_changes_their_own_and_nobody_else_s(office: ClockworkOffice, ana: Chat) -> None:
    ben = office.person("ben")
    await invites(ana, ben, "member")

    await ben.says("/notify")
    ben.sees("digest: off", "preview: off")
    await ben.says("/notify promise on")
    ben.sees("promise: on", "quiet: 20:00-08:00")
    before = office.count("ben")
    await happens(office, Kind.PROMISE, "Acme broke a promise.")

    await ana.says("/notify")
    ana.sees("digest: on", "promise: on")
    assert texts(office.unasked("ben", before)) == [["Acme broke a promise."]]
