"""/channel in a group of Telegram: in private where no client may be named, at once where the owner allows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.telegram import Chat
from tests.scenarios.telegram_people import Friend, Town, labels, open_town

PRIVATE, OPEN = "Yes, client data only in private", "Yes, and show client data there"


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(sqlite_template, tmp_path_factory.mktemp("town")) as town:
        yield town


def binds(owner: Friend, chat: Chat, choice: str) -> None:
    owner.says("/start", chat)
    owner.follows("Set up in private", chat)
    owner.presses(choice)


def test_a_group_that_shows_no_clients_is_set_up_in_private(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, PRIVATE)

    for text in ("/channel", "/channel Acme; show open"):
        shown = ana.says(text, team)
        assert "Client data is only shown in private." in shown.text
        assert labels(shown) == ["Set up in private"]
        assert "Acme" not in shown.text


def test_a_group_that_works_for_nobody_is_bound_as_before(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)

    shown = ana.says("/channel Acme; show open", team)

    assert "This group works for no business yet. Its owner can change that: /start" in shown.text


def test_an_open_group_may_be_about_a_client_and_stays_so_when_it_is_bound_again(town: Town) -> None:
    ana = town.owner()
    team = town.telegram.group("Team", ana.person)
    binds(ana, team, OPEN)

    assert "Acme GmbH" in ana.says("/channel Acme", team).text
    binds(ana, team, PRIVATE)
    binds(ana, team, OPEN)

    assert "Acme GmbH" in ana.says("/channel", team).text
