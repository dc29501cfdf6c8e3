"""The forms of /digest and /notify where a platform shows them whole, and taking a change back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.kinds import Box
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import opens_a_studio
from tests.scenarios.sheets import SheetOffice

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[SheetOffice]:
    office = SheetOffice(database_url)
    yield office
    await office.close()


@pytest.fixture
async def ana(office: SheetOffice) -> Chat:
    ana = office.person("ana")
    await opens_a_studio(ana)
    return ana


async def test_the_time_is_changed_on_a_form_and_the_days_stay(office: SheetOffice, ana: Chat) -> None:
    await ana.says("/digest weekdays")
    await ana.says("/digest time")
    entries = {entry.name: entry for entry in office.sheet("ana").entries}
    await office.sends(ana, {"time": "7:15"})

    assert (entries["days"].box, entries["days"].shown) == (Box.CHOICE, "Monday to Friday")
    assert entries.keys() == {"time", "days"}
    ana.sees("Saved.", "Days: Monday to Friday", "Time: 07:15")


async def test_the_days_are_changed_on_a_form_and_the_time_stays(office: SheetOffice, ana: Chat) -> None:
    await ana.says("/digest 8:30")
    await ana.says("/digest days")
    await office.sends(ana, {"days": "friday"})

    ana.sees("Saved.", "Days: every Friday", "Time: 08:30")


async def test_what_is_wrong_on_the_form_stands_beside_its_field(office: SheetOffice, ana: Chat) -> None:
    await ana.says("/digest time")
    await office.sends(ana, {"time": "at dawn"})

    errors = {entry.name: entry.error for entry in office.sheet("ana").entries if entry.error}
    assert errors == {"time": "“at dawn” is not a time of day. Example: 8:30"}


async def test_quiet_hours_are_changed_on_a_form_and_all_else_stays(office: SheetOffice, ana: Chat) -> None:
    await ana.says("/notify digest off; weekends on; zone New York")
    await ana.says("/notify quiet")
    await office.sends(ana, {"quiet": "22-6"})

    ana.sees(
        "Saved.",
        "digest: off",
        "preview: on",
        "quiet: 22:00-06:00",
        "weekends: quiet",
        "zone: America/New_York",
    )


async def test_a_changed_digest_is_taken_back(ana: Chat) -> None:
    await ana.says("/digest monday 18:00")
    await ana.presses("Undo")
    ana.sees("Taken back: the settings are as they were.")

    await ana.says("/digest")

    ana.sees("Days: every day", "Time: 09:00")


async def test_whoever_chooses_a_time_for_a_digest_that_is_off_wants_it(ana: Chat) -> None:
    await ana.says("/digest off")
    await ana.says("/digest 10:00")

    ana.sees("Days: every day", "Time: 10:00")
