"""Commands in the direct conversation with us: answered there for good, and not for one person's eyes only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.slack.address import corner, direct
from handlers.kinds import SenderRef
from handlers.updates import Occasion, Pressed, Typed, Update
from tests.fakes.slack import Refusal, Team
from tests.slack.conftest import Sent


def said_in(sent: Sent, channel: str) -> Update:
    team, user = sent.ana.workspace.id, sent.ana.id
    sender = SenderRef("slack", f"{team}/{user}", "ana", workspace=f"slack:{team}")
    return Update(
        "slack", "1", corner(team, channel, user), sender, Typed("/invoice"), Occasion(way="https://hooks.slack.com/x")
    )  # fmt: skip


async def test_a_command_in_our_direct_conversation_is_answered_in_it(sent: Sent) -> None:
    found = await sent.adapter.introduced(said_in(sent, sent.ana.dm.id))

    assert found.chat == direct(sent.ana.workspace.id, sent.ana.id)


async def test_a_command_in_somebody_else_s_conversation_stays_there(sent: Sent) -> None:
    update = said_in(sent, "D0SOMEBODY")

    assert (await sent.adapter.introduced(update)).chat == update.chat


async def test_a_command_in_a_channel_stays_there(sent: Sent, team: Team) -> None:
    update = said_in(sent, team.channel("acme", [sent.ana]).id)

    assert (await sent.adapter.introduced(update)).chat == update.chat


async def test_a_button_is_looked_for_where_it_was_shown(sent: Sent) -> None:
    update = replace(said_in(sent, sent.ana.dm.id), input=Pressed("token"))

    assert (await sent.adapter.introduced(update)).chat == update.chat


@pytest.mark.parametrize("error", ["user_not_found", "missing_scope"])
async def test_where_slack_does_not_say_the_command_is_answered_where_it_was_said(
    sent: Sent, error: str
) -> None:
    update = said_in(sent, sent.ana.dm.id)
    sent.slack.fail_next("conversations.open", Refusal(error))

    assert (await sent.adapter.introduced(update)).chat == update.chat
