"""One journey read in the terminal, Telegram and Slack: the same words, amounts and buttons in the same order."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path

from bot.slack.compose import SYMBOLS
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.scenarios.answers import Answers
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.every import BEGIN
from tests.scenarios.house import House
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import ACME, STUDIO
from tests.scenarios.slack_house import House as SlackHouse
from tests.scenarios.slack_house import opened
from tests.scenarios.slack_way import NO_FORMS, SlackWay, new_team_id
from tests.scenarios.telegram_house import House as TelegramHouse
from tests.scenarios.telegram_way import TelegramWay

_SYMBOLS = "|".join(SYMBOLS.values())
_BESIDE = re.compile(r"\[\d+\] |\[file\] ")
"""How lines begin that tell of buttons and files, which are compared by themselves."""
_HEADINGS = {
    "# Description Qty Price VAT Net",
    "Number Client Owed Since",
    "Number Client Due Total Owed Status",
}
"""Of tables; where there is no room for columns they stand before each cell instead."""


def lines(seen: Seen) -> list[str]:
    """What is read, without symbols, indentation and empty lines; what is said twice in a row counts once."""
    found = (" ".join(re.sub(_SYMBOLS, "", line).split()) for line in seen.text.split("\n"))
    return [line for line, _again in groupby(line for line in found if line and not _BESIDE.match(line))]


def words(shown: list[str]) -> list[str]:
    """In one row, each cell without the heading of its column."""
    return " ".join(_uncaptioned(line) for line in shown if line not in _HEADINGS).split()


def _uncaptioned(line: str) -> str:
    return " ".join(cell.partition(": ")[2] for cell in line.split(" · ")) if " · " in line else line


async def journey(ana: Chat) -> list[Seen]:
    return [
        await ana.says(STUDIO),
        await ana.says(ACME),
        await ana.says(
            "/invoice Acme: 3h design @ 120, 2 x Hosting @ 49.90; on 2026-02-01; due 2026-02-15; note *_Danke_*<&>!"
        ),
        await ana.presses("Issue"),
        await ana.says("/overdue"),
        await ana.says("/paid 2026-0001 100"),
        await ana.says("/invoices"),
        await ana.says("/paid 2026-0001"),
        await ana.says("/overdue"),
        await ana.says("/paid 2026-0009"),
    ]


@asynccontextmanager
async def served(house: House, *flags: str) -> AsyncIterator[Answers]:
    answers = Answers(house.url)
    with opened(house):
        await asyncio.to_thread(house.serve, *flags)
        yield answers
        await answers.close()


async def in_the_terminal(url: str) -> list[Seen]:
    office = Office(url)
    try:
        return await journey(office.person("ana"))
    finally:
        await office.close()


async def in_telegram(url: str, folder: Path) -> list[Seen]:
    # In a database that others use, too, a bot of its own.
    with FakeTelegram(f"{uuid.uuid4().int % 10**9}:not-a-real-token") as telegram:
        house = TelegramHouse(telegram=telegram, url=url, folder=folder, begin=BEGIN)
        async with served(house, "--unguided") as answers:
            found = await journey(TelegramWay(house, answers).person("ana"))
        assert telegram.violations == []
    return found


async def in_slack(url: str, folder: Path) -> list[Seen]:
    with FakeSlack(trigger_seconds=NO_FORMS) as slack:
        team = slack.team(new_team_id())
        house = SlackHouse(slack=slack, team=team, url=url, folder=folder, begin=BEGIN)
        async with served(house) as answers:
            found = await journey(SlackWay(house, team, answers).person("ana"))
        assert slack.violations == []
    return found


async def test_the_same_invoice_reads_alike_everywhere(sqlite_url: str, tmp_path: Path) -> None:
    terminal = await in_the_terminal(sqlite_url)

    telegram = await in_telegram(sqlite_url, tmp_path)
    slack = await in_slack(sqlite_url, tmp_path)

    assert [lines(seen) for seen in slack] == [lines(seen) for seen in terminal]
    assert [words(lines(seen)) for seen in telegram] == [words(lines(seen)) for seen in terminal]
    for other in (telegram, slack):
        assert [seen.buttons for seen in other] == [seen.buttons for seen in terminal]
        assert [list(seen.files) for seen in other] == [list(seen.files) for seen in terminal]
