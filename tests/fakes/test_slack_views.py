"""Views over the Web API: opened, pushed, updated, and refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.slack import FakeSlack, Person, Team
from tests.fakes.slack_client import Api, App, Json, actions, button, entry, home, modal, section, words


@pytest.fixture
def app() -> Iterator[App]:
    with App() as app:
        yield app


@pytest.fixture
def slack(app: App) -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.request_url = app.url
        yield slack
        assert slack.violations == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team("T0LOEWE", name="Studio")


@pytest.fixture
def ana(team: Team) -> Person:
    return team.person("Ana")


@pytest.fixture
def api(slack: FakeSlack, team: Team) -> Api:
    return Api(slack, team.bot_token)


class Opener:
    """Opens a view for Ana as an app does: with the trigger of a command."""

    def __init__(self, app: App, api: Api, ana: Person) -> None:
        self._app, self._api, self._ana = app, api, ana

    def trigger(self) -> str:
        self._ana.slash("/invoice")
        return str(self._app.last["trigger_id"])

    def __call__(self, *blocks: Json, **more: Any) -> Json:
        told = self._api("views.open", trigger_id=self.trigger(), view=modal(*blocks, **more))
        assert told["ok"], told
        view: Json = told["view"]
        return view


@pytest.fixture
def opens(app: App, api: Api, ana: Person) -> Opener:
    return Opener(app, api, ana)


def test_a_trigger_opens_once_and_not_for_long(slack: FakeSlack, api: Api, opens: Opener) -> None:
    view = modal(section("x"))
    used = opens.trigger()
    assert api("views.open", trigger_id=used, view=view)["view"]["type"] == "modal"
    assert api("views.open", trigger_id=used, view=view)["error"] == "exchanged_trigger_id"
    old = opens.trigger()
    slack.advance(3.1)
    assert api("views.open", trigger_id=old, view=view)["error"] == "expired_trigger_id"
    assert api("views.open", trigger_id="1.2.made-up", view=view)["error"] == "invalid_trigger_id"
    foreign = Api(slack, slack.team("T0OTHER").bot_token)
    assert foreign("views.open", trigger_id=opens.trigger(), view=view)["error"] == "invalid_trigger_id"


def test_a_view_comes_back_with_all_that_slack_adds(ana: Person, opens: Opener) -> None:
    told = opens(section("*Hello*"), callback_id="new", private_metadata="7", external_id="e1")

    assert told["root_view_id"] == told["id"]
    assert told["previous_view_id"] is None
    assert (told["state"], told["callback_id"], told["private_metadata"]) == ({"values": {}}, "new", "7")
    assert all(told[name] for name in ("hash", "team_id", "app_id", "bot_id", "app_installed_team_id"))
    assert ana.modal is not None
    assert (ana.modal.title, ana.modal.text, ana.modal.close) == ("Invoice", "Invoice\nHello", "Cancel")
    assert (ana.modal.id, ana.modal.depth, ana.modal.external_id) == (told["id"], 1, "e1")


def test_a_view_that_breaks_a_rule_is_refused(slack: FakeSlack, api: Api, ana: Person, opens: Opener) -> None:
    for view in (
        modal(section("x"), title=words("x" * 25)),
        modal(entry("A"), submit=None),
        home(section("x")),
    ):
        trigger = opens.trigger()
        told = api("views.open", trigger_id=trigger, view=view)
        assert told["error"] == "invalid_arguments"
        assert told["response_metadata"]["messages"]
        # What was refused has spent nothing.
        assert api("views.open", trigger_id=trigger, view=modal(section("x")))["ok"]
    assert len(slack.forgive()) == 3
    opens(section("x"), external_id="e1")
    taken = slack.team("T0LOEWE").person("Bob")
    taken.slash("/invoice")
    told = api(
        "views.open", trigger_id=opens._app.last["trigger_id"], view=modal(section("x"), external_id="e1")
    )
    assert told["error"] == "duplicate_external_id"


def test_views_are_updated_by_either_name_unless_they_changed(api: Api, ana: Person, opens: Opener) -> None:
    first = opens(section("one"), external_id="e1")
    second = api(
        "views.update", view_id=first["id"], hash=first["hash"], view=modal(section("two"), external_id="e1")
    )

    assert second["view"]["hash"] != first["hash"]
    told = api("views.update", view_id=first["id"], hash=first["hash"], view=modal(section("three")))
    assert told["error"] == "hash_conflict"
    assert api.form("views.update", external_id="e1", view=modal(section("four")))["ok"]
    assert ana.modal is not None
    assert ana.modal.text == "Invoice\nfour"
    ana.close()
    assert api("views.update", view_id=first["id"], view=modal(section("x")))["error"] == "not_found"


def test_a_stack_holds_three(slack: FakeSlack, app: App, api: Api, ana: Person, opens: Opener) -> None:
    again = modal(section("more"), actions(button("More")))
    root = opens(section("x"), actions(button("More")))
    told: list[Json] = []
    for _ in range(3):
        ana.press("More")
        told.append(api("views.push", trigger_id=app.last["trigger_id"], view=again))

    assert [answer.get("error") for answer in told] == [None, None, "push_limit_reached"]
    assert told[1]["view"]["previous_view_id"] == told[0]["view"]["id"]
    assert told[1]["view"]["root_view_id"] == root["id"]
    assert ana.modal is not None
    assert ana.modal.depth == 3
    assert api("views.push", trigger_id=opens.trigger(), view=again)["error"] == "invalid_trigger_id"
    assert len(slack.forgive()) == 1
