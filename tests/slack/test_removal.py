"""Whoever removes the app is left alone at once: nothing of theirs is kept to be sent, and nothing is served."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from core.chat_ports import OutboxRow
from tests.builders.core import IDS
from tests.fakes import slack_payloads
from tests.fakes.clock import MORNING
from tests.fakes.slack import Ack, FakeSlack, Person, Team
from tests.fakes.slack_courier import Parcel, event_parcel
from tests.slack import payloads
from tests.slack.entrance import Entrance, install

DATABASES = ("sqlite",)


async def waiting_for(there: Entrance, *chats: str) -> None:
    async with there.storage.work() as work:
        for chat in chats:
            await work.outbox.add(OutboxRow(IDS.new(), chat, {}, None), [])


async def column(there: Entrance, table: str, state: str) -> int:
    """How many rows of a table say that somewhere."""
    return sum(state in map(str, row) for row in (await there.rows(table))[table])


@pytest.mark.parametrize("first", ["tokens_revoked", "app_uninstalled"])
async def test_whoever_removes_us_is_left_alone_at_once(
    slack: FakeSlack, team: Team, ana: Person, many: Entrance, first: str
) -> None:
    other = slack.team("T0OTHER")
    await install(many, team)
    await install(many, other)
    await asyncio.to_thread(ana.slash, "/billhook", "help")
    await waiting_for(many, f"slack:{team.id}/{ana.id}", f"slack:{team.id}/C1", f"slack:{other.id}/U1")

    acks = await asyncio.to_thread(team.uninstall, first)
    late = await asyncio.to_thread(slack.send, command_of(ana))

    assert [ack.status for ack in (*acks, late)] == [200, 200, 200]
    assert len(await many.inbox()) == 1
    assert await column(many, "outbox", "failed") == 2
    assert await column(many, "outbox", "pending") == 1
    async with many.storage.work() as work:
        assert await work.installations.find("slack", team.id) is None
        assert await work.installations.find("slack", other.id) is not None


@pytest.mark.parametrize("first", ["tokens_revoked", "app_uninstalled"])
async def test_the_one_workspace_may_remove_us_too(
    slack: FakeSlack, team: Team, ana: Person, there: Entrance, first: str
) -> None:
    await asyncio.to_thread(ana.slash, "/billhook", "help")
    await waiting_for(there, f"slack:{team.id}/{ana.id}")

    acks = await asyncio.to_thread(team.uninstall, first)
    late = await asyncio.to_thread(slack.send, command_of(ana))

    assert [ack.status for ack in (*acks, late)] == [200, 200, 200]
    assert len(await there.inbox()) == 1
    assert await column(there, "outbox", "failed") == 1


async def test_both_events_may_come_at_once_while_much_is_going_on(
    slack: FakeSlack, team: Team, many: Entrance, caplog: pytest.LogCaptureFixture
) -> None:
    slack.deliver.pauses = (0.1, 0.3, 0.5)
    await install(many, team)
    chats = [f"slack:{team.id}/U{number:03}" for number in range(40)]
    await waiting_for(many, *chats, *reversed(chats))
    events = [ended(slack, team, kind) for kind in ("app_uninstalled", "tokens_revoked") * 3]

    acks = await asyncio.gather(*(asyncio.to_thread(deliver, slack, event) for event in events))
    await asyncio.to_thread(slack.drained)

    assert {ack.status for ack in acks} <= {200, 503}
    assert await column(many, "outbox", "pending") == 0
    assert "Traceback" not in caplog.text


async def test_old_news_of_a_removal_does_no_harm_to_whoever_installed_us_again(
    slack: FakeSlack, team: Team, many: Entrance
) -> None:
    installed = MORNING.timestamp()
    await install(many, team)
    await waiting_for(many, f"slack:{team.id}/U1")

    old = await asyncio.to_thread(deliver, slack, ended(slack, team, "app_uninstalled", installed - 60))
    kept = await column(many, "outbox", "pending")
    new = await asyncio.to_thread(deliver, slack, ended(slack, team, "app_uninstalled", installed))

    assert (old.status, new.status) == (200, 200)
    assert kept == 1
    assert await column(many, "outbox", "pending") == 0


def deliver(slack: FakeSlack, parcel: Parcel) -> Ack:
    """With the retries that an event has."""
    with slack.world.changed:
        slack._courier.pending += 1
    return slack._wait(slack._courier.deliver_event(parcel))


def ended(slack: FakeSlack, team: Team, kind: str, at: float | None = None) -> Parcel:
    event = {
        "type": kind,
        "event_ts": "1.2",
        **({"tokens": {"bot": [team.bot_user_id]}} if "tokens" in kind else {}),
    }
    with slack.world.changed:
        told = slack_payloads.event(slack.world, team, event, authorized=False)
    return event_parcel(told | {"event_time": int(time.time() if at is None else at)})


def command_of(person: Person) -> Parcel:
    """As the client of somebody sends it who has not heard yet."""
    told = payloads.command(team_id=person.workspace.id, user_id=person.id, trigger_id="9.9.9")
    return Parcel("slash_commands", "command", "9.9.9", told, json.dumps(told).encode(), "application/json")
