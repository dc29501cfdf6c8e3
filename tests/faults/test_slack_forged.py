"""Two workspaces of one app never meet, whatever a payload of one of them names of the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack import Ack, Channel, FakeSlack, Person
from tests.fakes.slack_client import App
from tests.fakes.slack_courier import command_parcel, event_parcel, interaction_parcel
from tests.fakes.slack_fields import action_of, filled
from tests.fakes.slack_look import button
from tests.fakes.slack_values import Json
from tests.faults.conftest import on_sqlite
from tests.faults.facts import Facts
from tests.faults.slack_crowd import all_is_done, asks, heard, let_in_by
from tests.scenarios.scenes import STUDIO
from tests.scenarios.slack_house import House

HERS = ("Zyklop", "428.40", "Löwe")
BILL = "Zyklop: 3h design @ 120"
"""What only Ana's workspace may show."""
TABLES = ("invoice", "client", "business", "payment", "seat", "member")


@pytest.fixture
def elsewhere() -> Iterator[App]:
    """A server that is not Slack."""
    with App() as app:
        yield app


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Ana and Eve, who share nothing but the app. Eve's client sends what no honest one would."""

    slack: FakeSlack
    facts: Facts
    ana: Person
    eve: Person
    office: Channel
    lobby: Channel
    """Eve's channel."""

    def command(self, text: str, **forged: str) -> Ack:
        with self.slack.world.changed:
            form = payloads.command(
                self.slack.world, self.eve, self.lobby, "/billhook", text, self.slack.origin
            )
        return self.slack.send(command_parcel({**form, **forged}))

    def press(self, token: str, **forged: str) -> Ack:
        """Of the button below what she was told first, but with that token."""
        world = self.slack.world
        shown = next(shown for shown in self.eve.sees(self.eve.dm) if shown.buttons)
        with world.changed:
            message = world.message(shown.channel_id, shown.ts)
            placed = button(shown.blocks, shown.labels[0])
            assert message is not None
            assert placed is not None
            action = {**action_of(placed, world.ts()), "value": token}
            told = {"type": "message", "ts": shown.ts}
            payload = payloads.message_action(world, self.eve, message, told, action, self.slack.origin)
        return self.slack.send(interaction_parcel({**payload, **forged}))

    def submit(self, chat: str, token: str) -> Ack:
        """The form on her screen, as if it had been opened in that chat with that token."""
        world = self.slack.world
        with world.changed:
            payload = payloads.submission(world, self.eve, world.stacks[self.eve.id][-1])
        payload["view"]["private_metadata"] = json.dumps({"chat": chat, "token": token})
        return self.slack.send(interaction_parcel(payload))

    def look_up(self, chat: str, token: str) -> Ack:
        """What is offered to somebody who types in the field for a client."""
        world = self.slack.world
        with world.changed:
            view = world.stacks[self.eve.id][-1]
            placed = next(one for one in filled(view.payload["blocks"]) if one.type == "external_select")
            payload = payloads.suggestion(world, self.eve, view, placed, "Zy")
        payload["view"]["private_metadata"] = json.dumps({"chat": chat, "token": token})
        return self.slack.send(interaction_parcel({**payload, "block_id": "invoice:client"}))

    def event(self, event: Json) -> Ack:
        with self.slack.world.changed:
            told = payloads.event(
                self.slack.world, self.eve.workspace, {**event, "event_ts": self.slack.world.ts()}
            )
        return self.slack.send(event_parcel(told))

    def rows(self) -> dict[str, list[str]]:
        """All that businesses have."""
        return {table: sorted(map(repr, self.facts.rows(f"SELECT * FROM {table}"))) for table in TABLES}

    def seen_of_ana(self) -> list[str]:
        """What Eve is shown that only Ana may see."""
        return [text for text in self.shown_to_eve() if any(word in text for word in HERS)]

    def shown_to_eve(self) -> list[str]:
        modal, home = self.eve.modal, self.eve.home
        views = [view.text for view in (modal, home) if view is not None]
        return [*views, *heard(self.eve, self.lobby)]


@pytest.fixture
def neighbours(slack: FakeSlack, slack_house: House, facts: Facts) -> Neighbours:
    there, here = slack.team("T0LOEWE"), slack.team("T0BAER")
    let_in_by(slack_house, there, here)
    ana, eve = there.person("Ana"), here.person("Eve")
    found = Neighbours(slack, facts, ana, eve, there.channel("office", [ana]), here.channel("lobby", [eve]))
    slack_house.serve()
    asks(ana, STUDIO)
    asks(ana, "/client add Zyklop AG, Ring 2, 20095 Hamburg, DE")
    asks(eve, STUDIO.replace("Studio Löwe", "Bär"))
    return found


@on_sqlite
def test_nobody_acts_by_the_buttons_and_forms_of_another_workspace(
    neighbours: Neighbours, slack: FakeSlack
) -> None:
    ana, eve = neighbours.ana, neighbours.eve
    draft = asks(ana, f"/invoice {BILL}")
    ana.slash("/invoice")
    hers = json.loads(ana.wait_modal(lambda screen: screen.fields).private_metadata)
    ana.choose("Who is it for?", "Zyklop AG, Hamburg", typed="Zy")
    ana.fill("What do you bill for?", "3h design @ 120")
    eve.slash("/billhook", "client add")
    eve.wait_modal(lambda screen: screen.fields)
    before = neighbours.rows()

    acks = [neighbours.press(button.value) for button in draft.buttons]
    for chat in (hers["chat"], f"T0BAER/{eve.id}", f"T0BAER/{ana.id}", f"T0LOEWE/{neighbours.office.id}"):
        offered = neighbours.look_up(chat, hers["token"])
        acks += [neighbours.submit(chat, hers["token"]), offered]
        assert "Zyklop" not in offered.body
    all_is_done(slack, neighbours.facts)

    assert {ack.status for ack in acks} == {200}
    assert neighbours.rows() == before
    assert neighbours.seen_of_ana() == []
    assert any("This button is too old." in text for text in neighbours.shown_to_eve())
    ana.submit()
    ana.press("Issue", message=draft)
    all_is_done(slack, neighbours.facts)
    assert neighbours.facts.rows("SELECT state, count(*) FROM invoice GROUP BY 1 ORDER BY 1") == [
        ("draft", 1), ("issued", 1)
    ]  # fmt: skip


@on_sqlite
def test_the_same_names_in_another_workspace_are_somebody_else(
    neighbours: Neighbours, slack: FakeSlack
) -> None:
    ana, office = neighbours.ana, neighbours.office
    asks(ana, f"/invoice {BILL}")
    ana.slash("/billhook", "channel Zyklop; show open", office)
    ana.wait_for("Zyklop AG", office)
    before = neighbours.rows()

    acks = [
        neighbours.command("clients", user_id=ana.id, user_name="ana"),
        neighbours.command("invoices", user_id=ana.id),
        neighbours.command("issue", user_id=ana.id, channel_id=office.id, channel_name=office.name),
        neighbours.command("clients", channel_id=office.id, channel_name=office.name),
        neighbours.command("overdue", channel_id=office.id),
        neighbours.event({"type": "app_home_opened", "user": ana.id, "channel": ana.dm.id, "tab": "home"}),
        neighbours.event({"type": "message", "channel_type": "im", "user": ana.id, "text": "/issue",
                          "channel": ana.dm.id, "ts": "1700000000.000100"}),
        neighbours.event({"type": "app_mention", "user": ana.id, "channel": office.id, "ts": "1700000000.000200",
                          "text": f"<@{neighbours.eve.workspace.bot_user_id}> clients"}),
    ]  # fmt: skip
    all_is_done(slack, neighbours.facts)

    assert {ack.status for ack in acks} == {200}
    assert neighbours.rows() == before
    assert neighbours.seen_of_ana() == []
    assert [text for text in heard(ana) if "Draft for" in text] == [ana.wait_for("Draft for", ana.dm).text]
    assert ana.home is None


@on_sqlite
def test_an_answer_goes_to_slack_wherever_a_payload_wants_to_have_it(
    neighbours: Neighbours, slack: FakeSlack, elsewhere: App
) -> None:
    path = "/commands/T0BAER/123/abc"
    evil = (f"{elsewhere.url}{path}", f"http://127.0.0.1:9{path}", f"https://hooks.slack.com@127.0.0.1{path}",
            f"{slack.origin}.example{path}", "file:///etc/passwd")  # fmt: skip
    before = len(heard(neighbours.eve, neighbours.lobby))

    acks = [neighbours.command("clients", response_url=address) for address in evil]
    acks.append(neighbours.press("no token", response_url=evil[0]))
    all_is_done(slack, neighbours.facts)

    assert {ack.status for ack in acks} == {200}
    assert elsewhere.bodies == []
    assert len(heard(neighbours.eve, neighbours.lobby)) >= before + len(evil)
    kept = repr(neighbours.facts.rows("SELECT payload FROM inbox UNION ALL SELECT payload FROM outbox"))
    assert not any(address in kept for address in evil)
