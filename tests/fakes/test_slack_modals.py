"""Modals as people use them: filled in, searched, submitted, closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.slack import FakeSlack, Impossible, Person, Team
from tests.fakes.slack_client import (
    Answer,
    Api,
    App,
    Json,
    entry,
    home,
    modal,
    option,
    section,
    words,
)


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


def answers(app: App, answer: Json) -> None:
    """To submissions only."""

    def reply(body: Json) -> Answer:
        return (200, answer) if body.get("type") == "view_submission" else None

    app.answer = reply


# Filling in.


def test_every_element_has_the_state_that_slack_gives_it(app: App, ana: Person, opens: Opener) -> None:
    choice = [option("Net 14"), option("Net 30")]
    opens(
        entry("Text", multiline=True),
        entry("Untouched", optional=True),
        entry("Number", "number_input", is_decimal_allowed=True),
        entry("Mail", "email_text_input"),
        entry("Day", "datepicker", initial_date="2026-01-01"),
        entry("Terms", "static_select", options=choice, initial_option=choice[0]),
        entry("Extras", "checkboxes", options=choice),
        entry("Who", "users_select"),
    )

    ana.fill("Text", "one\ntwo")
    ana.fill("Number", "12.50")
    ana.fill("Mail", "a@b.example")
    ana.fill("Day", "2026-02-28")
    ana.fill("Terms", "Net 30")
    ana.fill("Extras", ["Net 14"])
    ana.fill("Who", ana)
    assert ana.submit().ok

    values = app.last["view"]["state"]["values"]
    assert values["text"]["the_text"] == {"type": "plain_text_input", "value": "one\ntwo"}
    assert values["untouched"]["the_untouched"] == {"type": "plain_text_input", "value": None}
    assert values["number"]["the_number"] == {"type": "number_input", "value": "12.50"}
    assert values["mail"]["the_mail"]["value"] == "a@b.example"
    assert values["day"]["the_day"] == {"type": "datepicker", "selected_date": "2026-02-28"}
    terms = values["terms"]["the_terms"]["selected_option"]
    assert terms == {"text": {"type": "plain_text", "text": "Net 30", "emoji": True}, "value": "net 30"}
    assert [chosen["value"] for chosen in values["extras"]["the_extras"]["selected_options"]] == ["net 14"]
    assert values["who"]["the_who"] == {"type": "users_select", "selected_user": ana.id}
    assert app.last["response_urls"] == []
    assert ana.modal is None


def test_what_a_client_does_not_let_through(ana: Person, opens: Opener) -> None:
    opens(
        entry("Name", min_length=2, max_length=4),
        entry("Count", "number_input", is_decimal_allowed=False, min_value="1", optional=True),
        entry("Mail", "email_text_input", optional=True),
        entry("Day", "datepicker", optional=True),
        entry("Terms", "static_select", options=[option("Net 14")], optional=True),
    )
    for label, value in (
        ("Name", "12345"),
        ("Name", "a\nb"),
        ("Day", "2026-02-30"),
        ("Terms", "Net 15"),
        ("No", ""),
    ):
        with pytest.raises(Impossible):
            ana.fill(label, value)
    with pytest.raises(Impossible, match="required"):
        ana.submit()
    for label, value, complaint in (
        ("Name", "x", "at least 2"),
        ("Count", "1.5", "whole"),
        ("Count", "0", "1 or more"),
        ("Count", "many", "a number"),
        ("Mail", "nobody", "email"),
    ):
        ana.fill("Name", "abc")
        ana.fill(label, value)
        with pytest.raises(Impossible, match=complaint):
            ana.submit()


def test_typed_text_outlives_an_update_where_the_names_stay(api: Api, ana: Person, opens: Opener) -> None:
    view = opens(entry("Name"), entry("Sum"))
    ana.fill("Name", "Acme")
    ana.fill("Sum", "5")
    renamed = entry("Sum") | {"block_id": "sum2"}

    api("views.update", view_id=view["id"], view=modal(entry("Name", initial_value="other"), renamed))

    assert ana.modal is not None
    assert [field.value for field in ana.modal.fields] == ["Acme", None]
    assert ana.modal.field("Name").initial == "other"


def test_a_field_that_dispatches_tells_at_once(app: App, ana: Person, opens: Opener) -> None:
    opens(entry("Quiet"), entry("Terms", "static_select", options=[option("Net 14")], dispatch_action=True))
    before = len(app.received)

    ana.fill("Quiet", "x")
    assert len(app.received) == before
    ana.fill("Terms", "Net 14")

    payload = app.last
    assert payload["type"] == "block_actions"
    assert payload["container"] == {"type": "view", "view_id": payload["view"]["id"]}
    assert payload["actions"][0]["selected_option"]["value"] == "net 14"
    assert payload["view"]["state"]["values"]["quiet"]["the_quiet"]["value"] == "x"
    assert "response_url" not in payload


def test_a_search_offers_what_the_app_finds(slack: FakeSlack, app: App, ana: Person, opens: Opener) -> None:
    opens(entry("Client", "external_select", min_query_length=2))
    app.answer = lambda body: (200, {"options": [option(f"{body['value']}e", "id-1")]})

    assert ana.suggest("Client", "a") == []
    assert ana.suggest("Client", "acm") == [("acme", "id-1")]
    assert (app.last["type"], app.last["action_id"], app.last["value"]) == (
        "block_suggestion",
        "the_client",
        "acm",
    )
    with pytest.raises(Impossible, match="offers no"):
        ana.choose("Client", "other")
    ana.choose("Client", "acme")
    assert ana.modal is not None
    assert ana.modal.field("Client").value == "acme"
    with pytest.raises(Impossible, match="searched"):
        ana.fill("Client", "acme")

    app.answer = lambda body: (200, {"options": [option(str(n)) for n in range(101)]})
    assert ana.suggest("Client", "many") == []
    app.answer = lambda body: (200, "no JSON")
    assert ana.suggest("Client", "many") == []
    assert len(slack.forgive()) == 2
    app.answer = lambda body: (500, "")
    assert ana.suggest("Client", "many") == []


# Submitting.


def test_errors_stand_at_their_fields_until_somebody_types(app: App, ana: Person, opens: Opener) -> None:
    opens(entry("Name"))
    ana.fill("Name", "x")
    answers(app, {"response_action": "errors", "errors": {"name": "No such client"}})

    ana.submit()

    assert ana.modal is not None
    assert ana.modal.errors == {"Name": "No such client"}
    ana.fill("Name", "y")
    assert ana.modal is not None
    assert ana.modal.errors == {}


def test_an_answer_can_update_push_and_clear(app: App, ana: Person, opens: Opener) -> None:
    opens(entry("Name"))
    ana.fill("Name", "x")
    answers(app, {"response_action": "push", "view": modal(entry("Sum"), title=words("Second"))})
    ana.submit()
    ana.fill("Sum", "5")
    answers(app, {"response_action": "update", "view": modal(entry("Sum"), title=words("Third"))})
    ana.submit()
    assert ana.modal is not None
    assert (ana.modal.title, ana.modal.depth, ana.modal.field("Sum").value) == ("Third", 2, "5")
    answers(app, {"response_action": "clear"})
    ana.submit()
    assert ana.modal is None


def test_nothing_closes_only_the_view_on_top(app: App, ana: Person, opens: Opener) -> None:
    opens(entry("Name"))
    ana.fill("Name", "x")
    answers(app, {"response_action": "push", "view": modal(entry("Sum", optional=True))})
    ana.submit()
    app.answer = None
    ana.submit()
    assert ana.modal is not None
    assert ana.modal.field("Name").value == "x"


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"the_name": "not a block"}},
        {"response_action": "errors", "errors": {"text": "not an input"}},
        {"response_action": "errors", "errors": {"name": ""}},
        {"response_action": "update"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "sing"},
        {"text": "hello"},
    ],
)
def test_an_answer_that_makes_no_sense_is_trouble(
    slack: FakeSlack, app: App, ana: Person, opens: Opener, answer: Json
) -> None:
    opens(section("text", block_id="text"), entry("Name"))
    ana.fill("Name", "x")
    answers(app, answer)

    ana.submit()

    assert ana.modal is not None
    assert ana.modal.problem.startswith("We had some trouble connecting")
    assert len(slack.forgive()) == 1


def test_no_answer_is_trouble_and_can_be_tried_again(app: App, ana: Person, opens: Opener) -> None:
    opens(entry("Name"))
    ana.fill("Name", "x")
    app.answer = lambda body: (500, "")

    assert ana.submit().problem == "dispatch_failed"
    assert ana.modal is not None
    assert ana.modal.problem
    app.answer = None
    ana.submit()
    assert ana.modal is None


# Closing.


def test_closing_is_told_only_where_it_was_asked_for(
    slack: FakeSlack, app: App, ana: Person, opens: Opener
) -> None:
    opens(entry("Name"))
    ana.close()
    assert app.last.get("type") != "view_closed"

    opens(entry("Name"), notify_on_close=True)
    ana.fill("Name", "half")
    ana.close()
    assert (app.last["type"], app.last["is_cleared"]) == ("view_closed", False)
    assert app.last["view"]["state"]["values"]["name"]["the_name"]["value"] == "half"
    assert "trigger_id" not in app.last

    slack.closed_views_tell_state = False
    opens(entry("Name"), notify_on_close=True, clear_on_close=True)
    ana.close()
    assert app.last["is_cleared"] is True
    assert app.last["view"]["state"]["values"] == {}
    with pytest.raises(Impossible, match="no modal"):
        ana.close()


# Waiting, and choosing in Home.


def test_modals_and_home_are_waited_for(app: App, api: Api, ana: Person, opens: Opener) -> None:
    told = opens(section("Loading"))
    update = modal(section("Loaded"))
    threading.Timer(0.02, lambda: api("views.update", view_id=told["id"], view=update)).start()
    assert ana.wait_modal("Loaded").id == told["id"]
    assert ana.wait_modal(lambda seen: seen.depth == 1).title == "Invoice"
    with pytest.raises(TimeoutError, match="Loaded"):
        ana.wait_modal("never", seconds=0.01)
    threading.Timer(0.02, ana.close).start()
    ana.wait_no_modal()

    menu = {"type": "static_select", "action_id": "month", "options": [option("May"), option("June")]}
    view = home(section("Report for", accessory=menu))
    threading.Timer(0.02, lambda: api("views.publish", user_id=ana.id, view=view)).start()
    assert ana.wait_home().field("Report for").value is None
    assert ana.choose_in_home("Report for", "June").ok
    assert app.last["actions"][0]["selected_option"]["value"] == "june"
    assert ana.home is not None
    assert ana.home.field("Report for").value == "June"
