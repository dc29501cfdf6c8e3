"""What people do with commands, buttons and messages, and how the app hears of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from tests.fakes.slack import Channel, FakeSlack, Impossible, Person, Team
from tests.fakes.slack_client import Api, App, actions, button, home, section, words


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
def bob(team: Team) -> Person:
    return team.person("Bob")


@pytest.fixture
def acme(team: Team, ana: Person, bob: Person) -> Channel:
    return team.channel("acme", members=[ana, bob])


@pytest.fixture
def api(slack: FakeSlack, team: Team) -> Api:
    return Api(slack, team.bot_token)


# Commands.


def test_a_command_is_a_signed_form(
    app: App, slack: FakeSlack, team: Team, ana: Person, acme: Channel
) -> None:
    ack = ana.slash("/invoice", "Tom & Co: @Bob a@b.example #acme 2 <x>", acme)

    assert (ack.status, ack.ok, app.received[0].signed) == (200, True, True)
    form = app.last
    assert set(form) == set(
        "token team_id team_domain channel_id channel_name user_id user_name command text api_app_id"
        " is_enterprise_install response_url trigger_id".split()
    )
    bob = team.person("Bob")
    assert form["text"] == (
        f"Tom &amp; Co: <@{bob.id}|bob> <mailto:a@b.example|a@b.example> <#{acme.id}|acme> 2 &lt;x&gt;"
    )
    assert (form["command"], form["channel_name"], form["user_name"]) == ("/invoice", "acme", "ana")
    assert form["response_url"].startswith(f"{slack.origin}/commands/T0LOEWE/")


def test_the_answer_to_a_command_is_shown_to_one_or_all(
    app: App, ana: Person, bob: Person, acme: Channel
) -> None:
    app.answer = lambda body: (200, "only you")
    ana.slash("/help", where=acme)
    app.answer = lambda body: (200, {"response_type": "in_channel", "blocks": [section("*all*")]})
    ana.slash("/help", where=acme)

    assert [(seen.text, seen.ephemeral) for seen in ana.sees(acme)] == [("only you", True), ("all", False)]
    assert [seen.text for seen in bob.sees(acme)] == ["all"]


def test_a_command_that_fails_is_told_so(app: App, slack: FakeSlack, ana: Person) -> None:
    app.answer = lambda body: (500, "oh no")
    assert ana.slash("/help").problem == "dispatch_failed"
    slack.request_url = ""
    assert ana.slash("/help").status == 0
    slack.request_url = app.url
    slack.ack_seconds = 0.05
    late = threading.Event()
    app.answer = lambda body: (200, str(late.wait(5)))
    ack = ana.slash("/help")
    late.set()

    assert (ack.status, ack.problem) == (0, "operation_timeout")
    last = ana.sees(ana.dm)[-1]
    assert last.text == '/help failed with the error "operation_timeout"'
    assert (last.note, last.ephemeral, last.sender) == (True, True, "")
    assert [delivery.status for delivery in slack.deliveries] == [500, 0, 0]


def test_an_answer_that_breaks_a_rule_is_not_shown(app: App, slack: FakeSlack, ana: Person) -> None:
    app.answer = lambda body: (200, {"text": "x", "blocks": [{"type": "poem"}]})
    ana.slash("/help")

    assert "invalid_blocks" in ana.sees(ana.dm)[0].text
    assert len(slack.forgive()) == 1


def test_a_response_url_works_five_times_in_half_an_hour(
    app: App, slack: FakeSlack, api: Api, ana: Person, bob: Person, acme: Channel
) -> None:
    ana.slash("/one", where=acme)
    url = app.last["response_url"]
    assert api.reply(url, text="for you") == (200, "ok")
    assert api.reply(url, text="for all", response_type="in_channel") == (200, "ok")
    assert api.reply(url, text="a new one", replace_original=True) == (200, "ok")
    assert api.reply(url, text="x", colour="red")[0] == 400
    assert api.reply(url, blocks=[section("")])[0] == 400
    assert len(slack.forgive()) == 2
    assert [api.reply(url, text="x")[0] for _ in range(3)] == [200, 200, 404]
    assert "used_url" in api.reply(url, text="x")[1]
    assert [seen.text for seen in bob.sees(acme)] == ["for all"]
    assert [seen.text for seen in ana.sees(acme)][:3] == ["for you", "for all", "a new one"]

    ana.slash("/two", where=acme)
    slack.advance(1801)
    assert "expired_url" in api.reply(app.last["response_url"], text="x")[1]
    assert "no_service" in api.reply(f"{slack.origin}/commands/T0/1/made-up", text="x")[1]


# Buttons.


def test_a_press_tells_all_of_the_message(app: App, api: Api, ana: Person, acme: Channel) -> None:
    for value in ("old", "new"):
        api("chat.postMessage", channel=acme.id, blocks=[section("Sum"), actions(button("Pay", value=value))])

    assert ana.press("Pay", acme).ok

    payload = app.last
    (action,) = payload["actions"]
    newest = ana.sees(acme)[-1]
    assert (action["type"], action["action_id"], action["value"]) == ("button", "press_pay", "new")
    assert action["block_id"] == newest.buttons[0].block_id
    assert payload["user"] == {"id": ana.id, "username": "ana", "name": "ana", "team_id": "T0LOEWE"}
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == newest.ts
    assert payload["message"]["blocks"] == newest.blocks
    assert payload["channel"] == {"id": acme.id, "name": "acme"}
    assert payload["container"]["is_ephemeral"] is False


def test_a_press_can_replace_and_delete(app: App, api: Api, ana: Person, bob: Person, acme: Channel) -> None:
    api("chat.postMessage", channel=acme.id, text="x", blocks=[actions(button("Pay"))])
    ana.press("Pay", acme)
    assert api.reply(app.last["response_url"], text="paid", replace_original=True) == (200, "ok")
    assert [(seen.text, seen.labels) for seen in bob.sees(acme)] == [("paid", ())]
    assert api.reply(app.last["response_url"], delete_original=True) == (200, "ok")
    assert bob.sees(acme) == []


def test_an_ephemeral_message_can_be_replaced_only_so(app: App, api: Api, ana: Person, acme: Channel) -> None:
    blocks = [actions(button("Pay"))]
    api("chat.postEphemeral", channel=acme.id, user=ana.id, text="x", blocks=blocks)

    ana.press("Pay", acme)

    assert app.last["container"]["is_ephemeral"] is True
    assert "message" not in app.last
    api.reply(app.last["response_url"], text="paid", replace_original=True)
    assert [(seen.text, seen.ephemeral) for seen in ana.sees(acme)] == [("paid", True)]


def test_a_button_may_ask_first(app: App, api: Api, ana: Person, acme: Channel) -> None:
    dialog = {
        "title": words("Send?"),
        "text": words("To Acme"),
        "confirm": words("Send"),
        "deny": words("No"),
    }
    api("chat.postMessage", channel=acme.id, blocks=[actions(button("Send", confirm=dialog))])

    ana.press("Send", acme, confirm=False)
    assert app.received == []
    ana.press("Send", acme)

    assert [(asked.title, asked.text, asked.deny) for asked in ana.confirmed] == [
        ("Send?", "To Acme", "No")
    ] * 2
    assert app.last["actions"][0]["text"]["text"] == "Send"


def test_a_message_can_be_pressed_as_it_was_seen(app: App, api: Api, ana: Person, acme: Channel) -> None:
    sent = api("chat.postMessage", channel=acme.id, blocks=[actions(button("Pay"))])
    seen = ana.sees(acme)[0]
    api("chat.update", channel=acme.id, ts=sent["ts"], text="paid", blocks=[])

    with pytest.raises(Impossible, match="no button 'Pay'"):
        ana.press("Pay", acme)
    ana.press("Pay", message=seen)

    assert app.last["actions"][0]["block_id"] == seen.buttons[0].block_id


def test_a_press_that_fails_is_told_so(app: App, slack: FakeSlack, api: Api, ana: Person) -> None:
    api("chat.postMessage", channel=ana.dm.id, blocks=[actions(button("Pay"))])
    app.answer = lambda body: (404, "")
    assert ana.press("Pay", ana.dm).problem == "dispatch_failed"
    assert ana.sees(ana.dm)[-1].note
    app.answer = lambda body: (200, {"text": "shown to nobody"})
    ana.press("Pay", ana.dm)
    assert len(slack.forgive()) == 1


# Messages and Home.


def test_direct_messages_come_as_events(app: App, slack: FakeSlack, team: Team, ana: Person) -> None:
    ana.say("see https://a.example/x?b=1&c=2, or shop.de & me@b.example")
    (first,) = ana.sees(ana.dm)
    ana.say("and", thread=first)

    wrapped = app.bodies[0]
    assert app.received[0].signed
    assert wrapped["type"] == "event_callback"
    assert wrapped["authorizations"][0]["user_id"] == team.bot_user_id
    event, reply = app.events
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", ana.dm.id)
    assert event["text"] == (
        "see <https://a.example/x?b=1&amp;c=2>, or <http://shop.de|shop.de> &amp; <mailto:me@b.example|me@b.example>"
    )
    assert first.text == "see https://a.example/x?b=1&c=2, or shop.de & me@b.example"
    assert (event["user"], event["ts"]) == (ana.id, first.ts)
    assert reply["thread_ts"] == first.ts


def test_in_a_channel_only_a_mention_is_heard(app: App, team: Team, ana: Person, acme: Channel) -> None:
    ana.say("hello", acme)
    ana.say("hello @Billhook", team.channel("elsewhere", [ana], bot=False))
    assert app.received == []

    ana.say("@Billhook hello", acme)

    (event,) = app.events
    assert (event["type"], event["text"]) == ("app_mention", f"<@{team.bot_user_id}> hello")
    assert "channel_type" not in event


def test_an_app_hears_itself_in_direct_messages(app: App, slack: FakeSlack, api: Api, ana: Person) -> None:
    sent = api("chat.postMessage", channel=ana.dm.id, text="a")
    slack.drained()
    api("chat.update", channel=ana.dm.id, ts=sent["ts"], text="b")
    slack.drained()
    api("chat.delete", channel=ana.dm.id, ts=sent["ts"])
    slack.drained()

    assert all("bot_id" in (event if "text" in event else event["previous_message"]) for event in app.events)
    assert [event.get("subtype") for event in app.events] == [None, "message_changed", "message_deleted"]


def test_home_is_told_of_each_time(app: App, slack: FakeSlack, api: Api, ana: Person) -> None:
    ana.open_home()
    assert ana.home is None
    view = home(section("*Hi*"), actions(button("New")))
    told = api("views.publish", user_id=ana.id, view=view)["view"]
    ana.open_home()
    ana.press("New")
    ana.open_home(tab="messages")

    first, second, third = app.events
    assert (first["type"], first["tab"], first["channel"]) == ("app_home_opened", "home", ana.dm.id)
    assert second["view"]["id"] == told["id"]
    assert (third["tab"], "view" in third) == ("messages", False)
    assert app.bodies[2]["view"]["type"] == "home"
    assert ana.home is not None
    assert (ana.home.text, ana.home.labels) == ("Hi", ("New",))
    assert api("views.publish", user_id=ana.id, view=view, hash=told["hash"])["ok"]
    assert api("views.publish", user_id=ana.id, view=view, hash=told["hash"])["error"] == "hash_conflict"
    assert api("views.publish", user_id="U0NOBODY", view=view)["error"] == "user_not_found"


def test_waiting_ends_when_it_comes(api: Api, ana: Person) -> None:
    def soon() -> None:
        time.sleep(0.05)
        api("chat.postMessage", channel=ana.dm.id, text="at last")

    threading.Thread(target=soon).start()

    assert ana.wait_for("last", ana.dm).text == "at last"
    assert ana.wait_for(lambda seen: seen.from_bot, ana.dm).from_bot
    with pytest.raises(TimeoutError, match="at last"):
        ana.wait_for("never", ana.dm, seconds=0.01)


def test_the_url_is_verified(app: App, slack: FakeSlack) -> None:
    app.answer = lambda body: (200, {"challenge": body["challenge"]})
    assert slack.verify_url().ok
    app.answer = None
    slack.verify_url()
    assert len(slack.forgive()) == 1


def test_nobody_can_use_an_app_that_is_not_there(slack: FakeSlack, acme: Channel) -> None:
    other = slack.team("T0OTHER", installed=False)
    carl = other.person("Carl")
    with pytest.raises(Impossible, match="not installed"):
        carl.slash("/help")
    with pytest.raises(Impossible, match="not in 'acme'"):
        slack.team("T0LOEWE").person("Dora").slash("/help", where=acme)
