"""Whose token is used for what, and what becomes of it when a workspace takes it back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.slack.address import direct
from bot.slack.client import Web
from bot.slack.parts import Message
from bot.slack.send import Slack
from bot.slack.workspaces import ManyWorkspaces, OneWorkspace
from core.chat_ports import Installation
from core.errors import Unavailable
from handlers.platform import ChatGone
from storage.engine import Storage
from tests.fakes.clock import MORNING, FixedClock
from tests.fakes.slack import FakeSlack, HangUp, Person, Refusal, ServerError, Slow, Team, TooMany
from tests.fakes.slack_faults import Fault

KEY = "c2xhY2stdGVzdHMta2VlcC10aGlzLW9wZW4tMDAwMDA="
HELLO = Message("Hello")


@pytest.fixture
async def web(slack: FakeSlack) -> AsyncIterator[Web]:
    web = Web(slack.api_url)
    yield web
    await web.close()


@pytest.fixture
async def storage(fresh_database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(fresh_database_url, FixedClock(), keys=[KEY])
    yield storage
    await storage.close()


def installation(team: Team) -> Installation:
    return Installation(
        "slack", team.id, team.name, team.bot_token, team.bot_user_id, ("chat:write",), "U0ANA", MORNING
    )


async def install(storage: Storage, team: Team) -> None:
    async with storage.work() as work:
        await work.installations.save(installation(team))


# -- the one of the settings -----------------------------------------------------------------------


async def test_slack_is_asked_once_whose_token_it_is(slack: FakeSlack, team: Team, web: Web) -> None:
    own = OneWorkspace(team.bot_token, web)

    tokens = await asyncio.gather(*(own.token("T0LOEWE") for _time in range(5)))

    assert set(tokens) == {team.bot_token}
    assert await own.admits("T0LOEWE")
    assert not await own.admits("T0OTHER")
    assert len(slack.calls_of("auth.test")) == 1


async def test_any_other_workspace_did_not_install_us(team: Team, web: Web) -> None:
    own = OneWorkspace(team.bot_token, web)

    with pytest.raises(ChatGone):
        await own.token("T0OTHER")
    with pytest.raises(ChatGone):
        await own.revoke("T0OTHER")

    assert await own.token("T0LOEWE") == team.bot_token


@pytest.mark.parametrize("fault", [HangUp(), ServerError(500), Refusal("fatal_error")])
async def test_while_slack_does_not_say_whose_it_is_nothing_is_sent(
    slack: FakeSlack, team: Team, web: Web, fault: Fault
) -> None:
    own = OneWorkspace(team.bot_token, web)
    slack.fail_next("auth.test", fault)

    with pytest.raises(Unavailable):
        await own.token("T0LOEWE")

    assert await own.token("T0LOEWE") == team.bot_token


@pytest.mark.parametrize("fault", [HangUp(), TooMany(1), Refusal("invalid_auth"), Slow(1)])
async def test_while_slack_does_not_say_whose_it_is_everybody_is_taken_in_at_once(
    slack: FakeSlack, team: Team, web: Web, fault: Fault
) -> None:
    own = OneWorkspace(team.bot_token, web)
    slack.fail_next("auth.test", fault)
    began = time.monotonic()

    admitted = await asyncio.gather(
        *(own.admits(name) for name in ("T0LOEWE", "T0OTHER") for _time in range(9))
    )

    assert all(admitted)
    assert time.monotonic() - began < 0.5
    assert len(slack.calls_of("auth.test")) == 1
    assert await own.token("T0LOEWE") == team.bot_token
    assert not await own.admits("T0OTHER")


async def test_a_token_that_opens_nothing_is_the_operators_to_mend(web: Web) -> None:
    own = OneWorkspace("xoxb-1-1-wrong", web)

    with pytest.raises(Unavailable, match=r"invalid_auth\. Check SLACK_BOT_TOKEN") as told:
        await own.token("T0LOEWE")

    assert told.value.retry_after == 60
    assert "xoxb-" not in str(told.value)


async def test_a_token_that_was_taken_back_is_not_used_again(team: Team, web: Web) -> None:
    own = OneWorkspace(team.bot_token, web)

    await own.revoke("T0LOEWE")

    with pytest.raises(ChatGone):
        await own.token("T0LOEWE")
    with pytest.raises(ChatGone):
        await own.revoke("T0OTHER")
    assert not await own.admits("T0LOEWE")


# -- those that installed us -----------------------------------------------------------------------


async def test_every_workspace_is_written_to_with_its_own_token(
    slack: FakeSlack, team: Team, ana: Person, web: Web, storage: Storage
) -> None:
    other = slack.team("T0OTHER", name="Atelier")
    bea = other.person("Bea")
    adapter = Slack(web, ManyWorkspaces(storage))
    await install(storage, team)
    await install(storage, other)

    await adapter.send(direct(team.id, ana.id), Message("Hello Ana"))
    await adapter.send(direct(other.id, bea.id), Message("Hello Bea"))

    assert [shown.text for shown in ana.sees(ana.dm)] == ["Hello Ana"]
    assert [shown.text for shown in bea.sees(bea.dm)] == ["Hello Bea"]
    assert await ManyWorkspaces(storage).admits(other.id)
    assert not await ManyWorkspaces(storage).admits("T0NOBODY")


async def test_a_workspace_that_never_installed_us_is_gone(web: Web, storage: Storage) -> None:
    with pytest.raises(ChatGone, match="did not install me"):
        await Slack(web, ManyWorkspaces(storage)).send(direct("T0NEVER", "U0ANA"), HELLO)


async def test_a_workspace_that_took_it_back_is_left_alone_at_once(
    slack: FakeSlack, team: Team, ana: Person, web: Web, storage: Storage
) -> None:
    adapter = Slack(web, ManyWorkspaces(storage))
    await install(storage, team)
    await adapter.send(direct(team.id, ana.id), HELLO)
    async with storage.work() as work:
        await work.installations.revoke("slack", team.id)
    before = len(slack.calls)

    with pytest.raises(ChatGone):
        await adapter.send(direct(team.id, ana.id), HELLO)

    assert len(slack.calls) == before


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_token_that_slack_refuses_is_forgotten(
    slack: FakeSlack, team: Team, ana: Person, web: Web, storage: Storage, word: str
) -> None:
    adapter = Slack(web, ManyWorkspaces(storage))
    await install(storage, team)
    slack.fail_next("chat.postMessage", Refusal(word))

    with pytest.raises(ChatGone, match=word):
        await adapter.send(direct(team.id, ana.id), HELLO)

    async with storage.work() as work:
        assert await work.installations.find("slack", team.id) is None


async def test_who_installs_us_again_meanwhile_keeps_the_new_token(
    slack: FakeSlack, team: Team, ana: Person, web: Web, storage: Storage
) -> None:
    await install(storage, team)
    stale = team.bot_token
    team.uninstall()
    team.install()

    class Late(ManyWorkspaces):
        """Somebody installs between two looks."""

        looks = 0

        async def token(self, team_id: str) -> str:
            self.looks += 1
            if self.looks == 2:
                await install(storage, team)
            return await super().token(team_id)

    adapter = Slack(web, Late(storage))
    with pytest.raises(Unavailable):
        await adapter.send(direct(team.id, ana.id), HELLO)
    await adapter.send(direct(team.id, ana.id), HELLO)

    assert team.bot_token != stale
    assert [shown.text for shown in ana.sees(ana.dm)] == ["Hello"]


def test_an_installation_does_not_show_its_token(team: Team) -> None:
    assert team.bot_token not in repr(replace(installation(team), name="Studio"))
