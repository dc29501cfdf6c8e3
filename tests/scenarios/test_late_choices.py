"""A choice in a whole form that is heard of only once the form is over changes nothing any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from handlers.updates import Kept, Typed
from tests.scenarios.chat import Chat
from tests.scenarios.scenes import opens_a_studio
from tests.scenarios.sheets import SheetOffice

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

BETA = {"name": "Beta GmbH", "address": "Ring 7, 20095 Hamburg", "country": "DE"}


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[SheetOffice]:
    office = SheetOffice(database_url)
    yield office
    await office.close()


async def hears_of_a_choice(office: SheetOffice, token: str) -> None:
    chosen = replace(office.update("ana", Typed("")), input=Kept(token, BETA, closed=False))
    await office.app.handle(chosen)


async def test_a_choice_that_comes_in_after_its_form_was_sent_opens_nothing(
    office: SheetOffice, ana: Chat
) -> None:
    await opens_a_studio(ana)
    await ana.says("/client add")
    token = ana.seen.tokens[-1]
    await office.sends(ana, BETA)
    shown = len(office.platform.shown_in(office.chat_of("ana")))

    await hears_of_a_choice(office, token)

    assert len(office.platform.shown_in(office.chat_of("ana"))) == shown
    await ana.says("/cancel")
    ana.sees("There is nothing to cancel.")


async def test_a_choice_in_an_open_form_shows_it_anew(office: SheetOffice, ana: Chat) -> None:
    await opens_a_studio(ana)
    await ana.says("/client add")

    await hears_of_a_choice(office, ana.seen.tokens[-1])

    # The language begins as that of the business.
    filled = {entry.name: entry.value for entry in office.sheet("ana").entries if entry.value}
    assert filled == {**BETA, "language": "-"}
