"""Two processes reach for the last one that a plan includes: one of them gets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.plan import Standing
from handlers.updates import Pressed, Typed
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office, as_seen
from tests.scenarios.plan_scenes import bills_often, subscribes
from tests.scenarios.scenes import invites, opens_a_studio_with_acme


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    office = Office(database_url, apps=2, sells=True)
    yield office
    await office.close()


def said_last(office: Office, *names: str) -> list[str]:
    return sorted(as_seen(office.platform.shown_in(office.chat_of(name))[-1]).text for name in names)


async def test_of_two_who_issue_the_fifth_invoice_one_wins_and_numbers_have_no_gap(
    office: Office, ana: Chat
) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")
    await invites(ana, office.person("ben"), "member")
    await subscribes(office, "ana", standing=Standing.CANCELED)
    await bills_often(ana, 4)
    taps = []
    for name in ("ana", "ben"):
        draft = await office.person(name).says(f"/invoice Acme: Work of {name} @ 100")
        taps.append(office.update(name, Pressed(draft.tokens[draft.buttons.index("Issue")])))

    await asyncio.gather(*(app.handle(tap) for app, tap in zip(office.apps, taps, strict=True)))

    won, lost = said_last(office, "ana", "ben")
    assert won.startswith("Issued 2026-0005 to Acme GmbH")
    assert lost.startswith("Your plan Free includes 5 invoices a month, and all of them are issued.")
    await ana.says("/plan")
    ana.sees("Invoices this month: ▓▓▓▓▓ 5 of 5")


async def test_of_two_who_take_the_last_place_one_gets_it(office: Office, ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await subscribes(office, "ana")
    await invites(ana, office.person("ben"), "member")
    guests = []
    for name in ("eve", "kim"):
        await ana.says("/invite member")
        code = ana.seen.text.split("/join ", 1)[1].split()[0]
        guests.append(office.update(name, Typed(f"/join {code}")))

    await asyncio.gather(*(app.handle(update) for app, update in zip(office.apps, guests, strict=True)))

    lost, won = said_last(office, "eve", "kim")
    assert won.startswith("Welcome to Studio Löwe.")
    assert lost.startswith("Studio Löwe has no room for another person on its plan")
