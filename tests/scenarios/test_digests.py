"""The daily digest as people see it: when it comes, what it says, and that each day has one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from core.chat_ports import Place
from core.errors import Unavailable
from core.ports import BUSINESS_JOB
from handlers.kinds import ChatRef
from handlers.updates import Typed
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.clockwork import ClockworkOffice
from tests.scenarios.scenes import bills, invites, knows_rates, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What a digest says does not depend on the database; which ones are due is asked of both."""
on_both = pytest.mark.parametrize("fresh_database_url", ["sqlite", "postgresql"], indirect=True)

EVENING = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
"""A Thursday, half past six in Berlin."""


def nine(day: int, minute: int = 0) -> datetime:
    """Nine in the morning in Berlin, of a day in March before the clocks change."""
    return datetime(2026, 3, day, 8, minute, tzinfo=UTC)


@pytest.fixture
async def office(fresh_database_url: str) -> AsyncIterator[ClockworkOffice]:
    office = ClockworkOffice(fresh_database_url, EVENING)
    yield office
    await office.close()


@pytest.fixture
def ana(office: ClockworkOffice) -> Chat:
    return office.person("ana")


def digests(office: ClockworkOffice, name: str) -> list[Seen]:
    """Those that came by themselves: each begins with the business and the day."""
    return [seen for seen in office.unasked(name) if seen.text.startswith("Studio Löwe, 2026-")]


def days(office: ClockworkOffice, name: str = "ana") -> list[str]:
    return [seen.text.split("\n")[0].rpartition(" ")[2] for seen in digests(office, name)]


def lines(seen: Seen) -> list[str]:
    """Without the buttons, which stand below in a plain chat."""
    return [line for line in seen.text.splitlines() if not line.startswith("[")]


async def without_reminders(ana: Chat) -> None:
    """Opens a studio of which only digests are heard."""
    await opens_a_studio_with_acme(ana)
    await ana.says("/reminders off")


async def test_the_digest_comes_at_nine_with_the_totals_first(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 2d")
    await bills(ana, "Acme: Soon @ 200; due 6d")
    await bills(ana, "Acme: Far @ 400; due 60d")

    await office.until(nine(9))

    assert lines(digests(office, "ana")[-1]) == [
        "Studio Löwe, 2026-03-09",
        "Owed: EUR 119.00 late (1), EUR 238.00 due within 7 days (1)",
        "Late: 2026-0001: Acme GmbH, EUR 119.00, since 2026-03-07 (2 d)",
        "Due: 2026-0002: Acme GmbH, EUR 238.00, 2026-03-11 (in 2 days)",
    ]


async def test_each_day_has_one_however_often_the_clock_ticks(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")

    await office.until(nine(8, 59))
    for _minute in range(3):
        await office.tick()

    assert days(office) == ["2026-03-06", "2026-03-07", "2026-03-08"]


async def test_where_there_is_nothing_to_say_nothing_is_sent(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Far @ 400; due 60d")
    before = office.count("ana")

    await office.until(nine(9))

    assert office.unasked("ana", before) == []


@on_both
async def test_what_came_in_since_the_last_one_is_told_once(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    number = await bills(ana, "Acme: Paid @ 100; due 30d")
    await office.until(nine(6, 30))
    await ana.says(f"/paid {number}")

    await office.until(nine(9))

    assert days(office) == ["2026-03-07"]
    assert lines(digests(office, "ana")[0])[1:] == ["Paid: EUR 119.00 by Acme GmbH"]


async def test_currencies_are_never_added_up(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    await knows_rates(ana)
    await bills(ana, "Acme: Euros @ 100; due 1d")
    await bills(ana, "Acme: Dollars @ 50; currency USD; due 1d")
    await bills(ana, "Acme: Francs @ 25; currency CHF; due 1d")
    await bills(ana, "Acme: Yen @ 900; currency JPY; due 1d")

    await office.until(nine(7))

    assert digests(office, "ana")[-1].text.splitlines()[1:4] == [
        "Owed: EUR 119.00 late (1)",
        "Owed: CHF 29.75 late (1)",
        "Owed: JPY 1,071 late (1), and 1 more",
    ]


@on_both
async def test_a_busy_morning_has_ten_lines_and_buttons_for_those_it_shows(
    office: ClockworkOffice, ana: Chat
) -> None:
    await without_reminders(ana)
    for _invoice in range(7):
        await bills(ana, "Acme: Late @ 100; due 1d")
    for _invoice in range(6):
        await bills(ana, "Acme: Soon @ 200; due 5d")
    await knows_rates(ana)
    await bills(ana, "Acme: Dollars @ 50; currency USD; due 1d")
    await bills(ana, "Acme: Francs @ 25; currency CHF; due 1d")
    await office.until(nine(6, 30))
    await ana.says("/paid 2026-0013")

    await office.until(nine(7))
    digest = digests(office, "ana")[-1]

    assert len(lines(digest)) == 11
    assert [line.split(":")[0] for line in lines(digest)[1:]] == [
        "Owed", "Owed", "Owed", "Late", "Late", "Late", "Late", "Due", "Due", "Paid",
    ]  # fmt: skip
    assert digest.buttons[:3] == ("Remind 2026-0001", "Paid 2026-0001", "Snooze 2026-0001")
    assert digest.buttons[-2:] == ("Show all", "Change the time")


async def test_the_buttons_of_a_digest_work(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")
    await office.until(nine(7))
    digest = digests(office, "ana")[-1]

    await ana.presses("Show all", digest)
    ana.sees("Overdue", "2026-0001")
    await ana.presses("Change the time", digest)
    ana.sees("At what time shall the digest come?")
    await ana.presses("07:00")
    ana.sees("Saved.", "07:00")
    await ana.presses("Paid 2026-0001", digest)

    ana.sees("Acme GmbH paid EUR 119.00 on 2026-0001")


@on_both
async def test_a_day_without_a_worker_is_caught_up_once(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")
    await office.until(nine(7))

    office.clock.at = nine(9, 47)
    await office.tick()
    await office.until(nine(10, 30))

    assert days(office) == ["2026-03-06", "2026-03-07", "2026-03-09", "2026-03-10"]


@on_both
async def test_a_process_that_ends_leaves_what_it_has_not_begun_to_the_next(
    office: ClockworkOffice, ana: Chat
) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")
    ending, stop = office.new_app(), asyncio.Event()
    ending.end_with(stop)
    stop.set()
    office.errands.waiting.clear()
    office.clock.at = nine(7)
    await office.app.tick()
    ((name, key),) = office.errands.waiting

    with pytest.raises(Unavailable, match="this process ends"):
        await ending.run_business(key)
    await ending.close()
    left = days(office)
    await office.tick()

    assert name == BUSINESS_JOB
    assert left == []
    assert days(office) == ["2026-03-07"]


@on_both
async def test_a_digest_that_was_decided_yesterday_and_not_written_still_comes(
    office: ClockworkOffice, ana: Chat
) -> None:
    await without_reminders(ana)
    await ana.says("/digest 23:50")
    await bills(ana, "Acme: Late @ 100; due 1d")
    office.clock.at = datetime(2026, 3, 7, 22, 50, tzinfo=UTC)
    await office.app.tick()
    office.errands.waiting.clear()

    office.clock.at = datetime(2026, 3, 7, 23, 8, tzinfo=UTC)
    await office.tick()
    await office.tick()

    assert days(office) == ["2026-03-08"]


async def test_the_time_and_the_days_can_be_chosen(office: ClockworkOffice, ana: Chat) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")

    await ana.says("/digest monday 18:30")
    ana.sees("Saved.", "every Monday", "18:30 (Europe/Berlin)", "2026-03-09 18:30")
    await office.until(datetime(2026, 3, 9, 17, 29, tzinfo=UTC))
    early = days(office)
    await office.until(nine(15))

    assert early == []
    assert days(office) == ["2026-03-09"]


async def test_a_digest_that_is_off_does_not_come_and_one_that_is_on_again_does(
    office: ClockworkOffice, ana: Chat
) -> None:
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")
    await ana.says("/digest off")
    await office.until(nine(8, 30))
    while_off = days(office)

    await ana.says("/digest on")
    await office.until(nine(10))

    assert while_off == []
    assert days(office) == ["2026-03-09", "2026-03-10"]


async def test_it_can_be_looked_at_without_taking_the_place_of_the_one_that_comes(
    office: ClockworkOffice, ana: Chat
) -> None:
    await without_reminders(ana)
    await ana.says("/digest now")
    ana.sees("Nothing is late, nothing is due within 7 days, and nothing came in.")
    await bills(ana, "Acme: Late @ 100; due 1d")
    office.clock.at = nine(7, -0)

    await ana.says("/digest now")
    ana.sees("Studio Löwe, 2026-03-07", "Late: 2026-0001")
    await office.tick()

    assert len(digests(office, "ana")) == 2


async def test_only_who_runs_the_business_hears_it_until_others_want_to(
    office: ClockworkOffice, ana: Chat
) -> None:
    ben, cleo = office.person("ben"), office.person("cleo")
    await without_reminders(ana)
    await invites(ana, ben, "member")
    await invites(ana, cleo, "admin")
    await bills(ana, "Acme: Late @ 100; due 1d")
    await office.until(nine(6))
    first = days(office, "ben")

    await ben.says("/notify digest on")
    await office.until(nine(7))

    assert first == []
    assert (days(office, "ben"), days(office, "cleo")) == (["2026-03-07"], ["2026-03-06", "2026-03-07"])


async def test_everybody_reads_it_in_their_own_language(office: ClockworkOffice, ana: Chat) -> None:
    cleo = office.person("cleo")
    await without_reminders(ana)
    await invites(ana, cleo, "admin")
    await cleo.says("/language de")
    await bills(ana, "Acme: Late @ 100; due 1d")

    await office.until(nine(7))

    assert "Late: 2026-0001: Acme GmbH, EUR 119.00, since 2026-03-06 (1 d)" in digests(office, "ana")[-1].text
    assert (
        "Überfällig: 2026-0001: Acme GmbH, EUR 119,00, seit 2026-03-06 (1 T.)"
        in digests(office, "cleo")[-1].text
    )


@on_both
async def test_a_chat_that_is_away_finds_one_digest_and_not_one_of_each_day(
    office: ClockworkOffice, ana: Chat
) -> None:
    """Somebody who talks in a terminal, while a server does the clock's work."""
    await without_reminders(ana)
    await bills(ana, "Acme: Late @ 100; due 1d")
    server = ClockworkOffice(office.url, EVENING)
    server.platform.name = "elsewhere"
    await server.close()
    server.apps = [server.new_app()]

    await server.until(nine(9))
    await server.close()
    office.clock.at = nine(9)
    await office.app.converse(office.chat_of("ana").key)

    assert days(office) == ["2026-03-09"]
    assert (await office.outbox("ana")).count("cancelled") == 3


# -- groups -------------------------------------------------------------------------------------------


async def bound(office: ClockworkOffice, shows_data: bool, client: bool = False) -> Team:
    """A group that works for Ana's business, as its owner chose in private."""
    team = Team(office, office.chat_of("team"))
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of("ana").key)).seat
        assert seat is not None
        await work.enter(seat.business_id)
        about = (await work.clients.search("Acme", 1))[0].id if client else None
        place = Place(seat.business_id, shows_data, client_id=about)
        await work.chats.bind(team.chat.key, "Team", place)
    return team


@dataclass(frozen=True, slots=True)
class Team:
    """A group with the bot in it."""

    office: ClockworkOffice
    chat: ChatRef

    async def hears(self, name: str, text: str) -> Seen:
        said = self.office.update(name, Typed(text))
        return await self.office.handle(replace(said, chat=self.chat, group="Team"))


@pytest.mark.parametrize(
    ("shows_data", "client", "count"), [(True, False, 1), (False, False, 0), (True, True, 0)]
)
async def test_a_group_gets_it_where_all_client_data_may_be_shown(
    office: ClockworkOffice, ana: Chat, shows_data: bool, client: bool, count: int
) -> None:
    await without_reminders(ana)
    await bound(office, shows_data, client)
    await bills(ana, "Acme: Late @ 100; due 1d")

    await office.until(nine(6))

    assert len(digests(office, "team")) == count


async def test_a_group_s_admins_choose_what_it_hears(office: ClockworkOffice, ana: Chat) -> None:
    ben = office.person("ben")
    await without_reminders(ana)
    await invites(ana, ben, "member")
    team = await bound(office, shows_data=True)
    await bills(ana, "Acme: Late @ 100; due 1d")

    shown = await team.hears("ben", "/notify")
    refused = await team.hears("ben", "/notify digest off")
    saved = await team.hears("ana", "/notify digest off")
    await office.until(nine(7))

    assert "What I tell this group unasked" in shown.text
    assert "digest: on" in shown.text
    assert "/notify is for the role admin and above; you are member." in refused.text
    assert "digest: off" in saved.text
    assert digests(office, "team") == []
    assert days(office, "ana") == ["2026-03-06", "2026-03-07"]
