"""What Slack brings: taken once, kept from whoever is not installed, and told when it could not be taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from itertools import chain

import pytest

from tests.fakes import slack_payloads
from tests.fakes.slack import FakeSlack, Person, Screen, Team
from tests.fakes.slack_courier import interaction_parcel
from tests.slack import payloads
from tests.slack.entrance import SECONDS, START, Entrance, entrance, install
from tests.slack.wire import Wire

DATABASES = ("sqlite",)
"""Where the database can be cut off, the tests name it."""

Trouble = Callable[[Wire], AbstractAsyncContextManager[None]]
SORRY = "I cannot be reached just now"
IN_TIME = 2.9
"""Seconds; at three Slack gives up."""


@pytest.fixture
async def busy(slack: FakeSlack, team: Team, ana: Person, fresh_database_url: str) -> AsyncIterator[Entrance]:
    """Ana's business has a client, and the form of an invoice is open on her screen."""
    async with entrance(fresh_database_url, slack, team, works=True) as found:

        def begin() -> None:
            ana.slash("/billhook", START)
            ana.wait_for("Studio Löwe", ana.dm, SECONDS)
            ana.say("/client add Acme GmbH; address Ring 2, 20095 Hamburg; country DE")
            ana.wait_for("Acme", ana.dm, SECONDS)
            ana.slash("/invoice")
            ana.wait_modal(lambda screen: bool(screen.fields), SECONDS)

        await asyncio.to_thread(begin)
        await settled(found)
        yield found


async def settled(there: Entrance) -> None:
    """Until everything is answered and delivered."""
    async with asyncio.timeout(SECONDS):
        while True:
            rows = await there.rows("inbox", "outbox")
            if not any({"new", "pending", "sending"} & set(map(str, row)) for row in chain(*rows.values())):
                return
            await asyncio.sleep(0.02)


def shown(modal: Screen | None) -> str:
    assert modal is not None
    return " ".join(modal.errors.values())


# -- once --------------------------------------------------------------------------------------------------


async def test_an_event_that_comes_again_is_stored_once(
    slack: FakeSlack, ana: Person, there: Entrance
) -> None:
    slack.deliver.twice = True

    await asyncio.to_thread(ana.say, "hello")
    await asyncio.to_thread(slack.drained)

    assert len(slack.deliveries) == 2
    (stored,) = await there.inbox()
    assert stored.startswith(f"{ana.workspace.id}:event:Ev")


@pytest.mark.parametrize("at_once", [True, False])
async def test_whatever_a_person_did_is_stored_once(
    slack: FakeSlack, ana: Person, there: Entrance, at_once: bool
) -> None:
    told = payloads.pressed(ana.dm.id, "directmessage") | {
        "team": {"id": ana.workspace.id}, "user": {"id": ana.id, "team_id": ana.workspace.id},
    }  # fmt: skip
    parcels = [interaction_parcel(told)] * 3

    if at_once:
        acks = await asyncio.gather(*(asyncio.to_thread(slack.send, parcel) for parcel in parcels))
    else:
        acks = [await asyncio.to_thread(slack.send, parcel) for parcel in parcels]

    assert [(ack.status, ack.body) for ack in acks] == [(200, "")] * 3
    assert await there.inbox() == [f"{ana.workspace.id}:action:{payloads.TRIGGER}"]


async def test_a_form_that_is_sent_twice_makes_one_invoice(
    slack: FakeSlack, ana: Person, busy: Entrance
) -> None:
    def fill() -> None:
        form = ana.modal
        assert form is not None
        ana.choose(form.fields[0].label, "Acme GmbH, Hamburg", typed="ac")
        ana.fill(form.fields[1].label, "3h design @ 120")

    await asyncio.to_thread(fill)
    with slack.world.changed:
        told = slack_payloads.submission(slack.world, ana, ana._top())

    acks = await asyncio.gather(*(asyncio.to_thread(slack.send, interaction_parcel(told)) for _ in range(3)))
    await settled(busy)

    assert {ack.status for ack in acks} == {200}
    assert sum(":view:" in update for update in await busy.inbox()) == 1
    assert len((await busy.rows("invoice"))["invoice"]) == 1


# -- who is served -----------------------------------------------------------------------------------------


async def test_a_workspace_that_did_not_install_us_is_not_served(
    slack: FakeSlack, team: Team, ana: Person, many: Entrance
) -> None:
    def act() -> list[tuple[int, str]]:
        acks = [
            ana.slash("/billhook", "help"),
            ana.say("hello"),
            ana.open_home(),
            ana.global_shortcut("invoice"),
        ]
        return [(ack.status, ack.body) for ack in acks]

    assert await asyncio.to_thread(act) == [(200, "")] * 4
    assert await many.inbox() == []
    assert slack.calls == []


async def test_the_token_of_one_workspace_serves_no_other(slack: FakeSlack, there: Entrance) -> None:
    bea = slack.team("T0OTHER", name="Atelier").person("Bea")

    assert (await asyncio.to_thread(bea.slash, "/billhook", "help")).ok
    assert await there.inbox() == []


async def test_workspaces_that_installed_us_are_served_each_for_itself(
    slack: FakeSlack, team: Team, ana: Person, many: Entrance
) -> None:
    other = slack.team("T0OTHER", name="Atelier")
    bea = other.person("Bea")
    await install(many, team)
    await install(many, other)

    await asyncio.to_thread(ana.say, "/help")
    await asyncio.to_thread(bea.say, "/help")

    chats = {row[2] for row in (await many.rows("inbox"))["inbox"]}
    assert chats == {f"slack:{team.id}/{ana.id}", f"slack:{other.id}/{bea.id}"}


# -- the end of an installation ----------------------------------------------------------------------------


# -- looking at a form -------------------------------------------------------------------------------------


async def test_looking_at_a_form_and_looking_something_up_write_nothing(
    slack: FakeSlack, ana: Person, busy: Entrance
) -> None:
    before = await busy.rows()

    def act() -> list[tuple[str, str]]:
        form = ana.modal
        assert form is not None
        found = ana.suggest(form.fields[0].label, "ac")
        ana.choose(form.fields[0].label, found[0][0])
        ana.fill(form.fields[1].label, "no price at all")
        assert ana.submit().ok
        return found

    found = await asyncio.to_thread(act)

    assert found[0][0] == "Acme GmbH, Hamburg"
    assert shown(ana.modal)
    assert await busy.rows() == before


# -- while the database is away ----------------------------------------------------------------------------

in_trouble = pytest.mark.parametrize(
    ("fresh_database_url", "trouble"),
    # Of SQLite there is nothing that could be cut.
    [("sqlite", Wire.held), ("postgresql", Wire.cut), ("postgresql", Wire.held)], indirect=["fresh_database_url"],
)  # fmt: skip


@in_trouble
async def test_an_event_comes_again_until_it_could_be_stored(
    slack: FakeSlack, ana: Person, there: Entrance, trouble: Trouble
) -> None:
    slack.deliver.pauses = (0.2, 1.0, 1.0)
    await asyncio.to_thread(ana.say, "before")
    async with trouble(there.wire):
        first = await asyncio.to_thread(ana.say, "hello")
    await asyncio.to_thread(slack.drained, SECONDS)

    assert (first.status, first.headers["Retry-After"]) == (503, "5")
    assert first.seconds < IN_TIME
    assert len(await there.inbox()) == 2


@in_trouble
async def test_whoever_typed_a_command_is_told(
    slack: FakeSlack, ana: Person, there: Entrance, trouble: Trouble
) -> None:
    await asyncio.to_thread(ana.slash, "/billhook", "help")

    async with trouble(there.wire):
        ack = await asyncio.to_thread(ana.slash, "/invoice", "Acme: 3h design @ 120")

    assert (ack.status, ack.seconds < IN_TIME) == (200, True)
    seen = ana.sees(ana.dm)[-1]
    assert (SORRY in seen.text, seen.ephemeral) == (True, True)
    assert len(await there.inbox()) == 1


@in_trouble
async def test_whoever_works_with_a_form_or_a_button_is_told(
    slack: FakeSlack, ana: Person, busy: Entrance, trouble: Trouble
) -> None:
    form = ana.modal
    assert form is not None
    lines = form.fields[1].label

    def fill() -> None:
        ana.choose(form.fields[0].label, "Acme GmbH, Hamburg", typed="ac")
        ana.fill(lines, "3h design @ 120")

    shown_last = [seen for seen in ana.sees(ana.dm) if seen.buttons][-1]

    async def act() -> list[float]:
        suggested, sent, pressed = await asyncio.gather(
            asyncio.to_thread(ana.suggest, form.fields[0].label, "ac"),
            asyncio.to_thread(ana.submit),
            asyncio.to_thread(ana.press, shown_last.buttons[0].label, message=shown_last),
        )
        assert suggested == []
        await asyncio.to_thread(ana.wait_for, SORRY, ana.dm)
        return [sent.seconds, pressed.seconds]

    await asyncio.to_thread(fill)
    async with trouble(busy.wire):
        taken = await act()
    told = shown(ana.modal)
    await asyncio.to_thread(ana.fill, lines, "4h design @ 120")
    again = await asyncio.to_thread(ana.submit)
    await settled(busy)

    assert SORRY in told
    assert max(taken) < IN_TIME
    assert again.ok
    assert len((await busy.rows("invoice"))["invoice"]) == 1


async def test_a_press_that_nothing_answers_is_refused_so_that_slack_tells_of_it(
    slack: FakeSlack, ana: Person, there: Entrance
) -> None:
    told = payloads.interaction("block_actions", view={"type": "home"}, actions=[payloads.button()]) | {
        "team": {"id": ana.workspace.id}, "user": {"id": ana.id, "team_id": ana.workspace.id},
    }  # fmt: skip

    async with there.wire.cut():
        ack = await asyncio.to_thread(slack.send, interaction_parcel(told))

    assert (ack.status, ack.problem) == (503, "dispatch_failed")
