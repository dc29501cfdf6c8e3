"""What goes wrong on demand, how fast an app may write, and how events come again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import RemoteDisconnected

import pytest

from tests.fakes.slack import (
    FakeSlack,
    HangUp,
    Person,
    Rates,
    Refusal,
    ServerError,
    Slow,
    Team,
    TooMany,
)
from tests.fakes.slack_client import Api, App, Json, section


@pytest.fixture
def app() -> Iterator[App]:
    with App() as app:
        yield app


@pytest.fixture
def slack(app: App) -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.echo = False
        slack.request_url = app.url
        yield slack
        assert slack.violations == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team("T0LOEWE")


@pytest.fixture
def ana(team: Team) -> Person:
    return team.person("Ana")


@pytest.fixture
def api(slack: FakeSlack, team: Team) -> Api:
    return Api(slack, team.bot_token)


def texts(ana: Person) -> list[str]:
    return [seen.text for seen in ana.sees(ana.dm)]


# Calls.


def test_too_many_says_how_long_to_wait(slack: FakeSlack, api: Api, ana: Person) -> None:
    slack.fail_next("chat.postMessage", TooMany(retry_after=2), times=2)

    told = api("chat.postMessage", channel=ana.dm.id, text="a")

    assert (told, api.status, api.headers["Retry-After"]) == ({"ok": False, "error": "ratelimited"}, 429, "2")
    assert slack.impatient == []
    time.sleep(0.06)
    api("chat.postMessage", channel=ana.dm.id, text="b")
    assert [early.method for early in slack.impatient] == ["chat.postMessage"]
    assert api("chat.postMessage", channel=ana.dm.id, text="c")["ok"]
    assert [call.status for call in slack.calls] == [429, 429, 200]


def test_a_server_error_may_come_before_or_after_the_work(slack: FakeSlack, api: Api, ana: Person) -> None:
    url = slack.api_url + "chat.postMessage"
    body = b'{"channel": "%s", "text": "x"}' % ana.dm.id.encode()
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {slack.team('T0LOEWE').bot_token}",
    }
    for fault, seen in ((ServerError(503), []), (ServerError(500, after_work=True), ["x"])):
        slack.fail_next("chat.postMessage", fault)
        assert b"upstream" in api.send(url, body, headers)
        assert (api.status, texts(ana)) == (fault.status, seen)
    for broken, seen in ((HangUp(), ["x"]), (HangUp(after_work=True), ["x", "x"])):
        slack.fail_next("chat.postMessage", broken)
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            api.send(url, body, headers)
        assert texts(ana) == seen
    assert [call.status for call in slack.calls] == [503, 500, 0, 0]


def test_a_slow_answer_comes_after_the_work(slack: FakeSlack, api: Api, ana: Person) -> None:
    slack.fail_next("*", Slow(0.1))
    began = time.monotonic()
    assert api("chat.postMessage", channel=ana.dm.id, text="x")["ok"]
    assert time.monotonic() - began >= 0.1


def test_a_lasting_fault_ends_when_it_is_lifted(slack: FakeSlack, api: Api) -> None:
    trouble = slack.fail_always("auth.test", Refusal("account_inactive"))
    assert [api("auth.test")["error"] for _ in range(2)] == ["account_inactive"] * 2
    trouble.lift()
    assert api("auth.test")["ok"]
    slack.fail_always("*", Refusal("fatal_error"))
    assert api("auth.test")["error"] == "fatal_error"
    slack.calm()
    assert api("auth.test")["ok"]


def test_a_response_url_and_an_upload_can_fail_too(slack: FakeSlack, app: App, api: Api, ana: Person) -> None:
    ana.slash("/help")
    slack.fail_next("response_url", ServerError())
    assert api.reply(app.last["response_url"], text="x")[0] == 500
    assert api.reply(app.last["response_url"], text="x")[0] == 200
    told = api.form("files.getUploadURLExternal", filename="x.pdf", length=1)
    slack.fail_next("upload", ServerError(503))
    api.send(told["upload_url"], b"x", {})
    assert api.status == 503
    assert [call.method for call in slack.calls[-2:]] == ["files.getUploadURLExternal", "upload"]


def test_a_channel_takes_a_message_a_second(slack: FakeSlack, team: Team, api: Api, ana: Person) -> None:
    slack.rates = Rates(per_channel_seconds=0.2)
    other = team.channel("other", [ana])
    assert api("chat.postMessage", channel=ana.id, text="1")["ok"]
    assert api("chat.postMessage", channel=ana.dm.id, text="2")["error"] == "ratelimited"
    assert api("chat.postMessage", channel=other.id, text="3")["ok"]
    time.sleep(0.2)
    assert api("chat.postMessage", channel=ana.dm.id, text="4")["ok"]

    (over,) = slack.over_the_limit
    assert (over.channel_id, over.method) == (ana.dm.id, "chat.postMessage")
    assert 0 < over.seconds_after < 0.2
    assert [sent.channel_id for sent in slack.sent] == [ana.dm.id, other.id, ana.dm.id]
    slack.rates = Rates(refuse=False)
    assert api("chat.postMessage", channel=ana.dm.id, text="5")["ok"]
    assert len(slack.over_the_limit) == 2


# Events.


def test_an_event_that_fails_comes_three_times_more(slack: FakeSlack, app: App, ana: Person) -> None:
    slack.deliver.pauses = (0.0, 0.01, 0.02)
    app.answer = lambda body: (500, "")

    assert ana.say("hello").problem == "http_error"
    slack.drained()

    numbers = [received.headers["X-Slack-Retry-Num"] for received in app.received]
    reasons = [received.headers["X-Slack-Retry-Reason"] for received in app.received]
    assert numbers == [None, "1", "2", "3"]
    assert reasons == [None, "http_error", "http_error", "http_error"]
    assert len({body["event_id"] for body in app.bodies}) == 1
    assert all(received.signed for received in app.received)


def test_retries_end_with_success_or_when_they_are_declined(slack: FakeSlack, app: App, ana: Person) -> None:
    answers = iter([500, 500, 200])
    slack.deliver.pauses = (0.0, 0.0, 0.0)
    app.answer = lambda body: (next(answers), "")
    ana.say("hello")
    slack.drained()
    assert [delivery.status for delivery in slack.deliveries] == [500, 500, 200]

    app.answer = lambda body: (500, "")
    app.headers = {"X-Slack-No-Retry": "1"}
    ana.say("hello")
    slack.drained()
    assert [delivery.status for delivery in slack.deliveries[3:]] == [500]


def test_a_lost_connection_and_a_slow_answer_are_reasons(slack: FakeSlack, app: App, ana: Person) -> None:
    slack.deliver.pauses = (0.0, 0.0, 0.0)
    url, slack.request_url = slack.request_url, "http://127.0.0.1:1/"
    slack.ack_seconds = 0.1
    assert ana.say("one").problem == "connection_failed"
    slack.drained()
    slack.request_url = url
    first = iter([True])

    def answer(body: Json) -> tuple[int, str]:
        if next(first, False):
            time.sleep(0.2)
        return 200, ""

    app.answer = answer
    assert ana.say("two").problem == "http_timeout"
    slack.drained()
    assert app.received[-1].headers["X-Slack-Retry-Reason"] == "http_timeout"
    assert slack.deliveries[-1].status == 200


def test_events_can_come_twice_and_out_of_order(slack: FakeSlack, app: App, ana: Person) -> None:
    slack.deliver.twice = True
    ana.say("hello")
    slack.drained()
    first, again = app.bodies
    assert first == again
    slack.deliver.shuffle = 0.05
    ana.say("later")
    slack.drained()
    assert len(app.bodies) == 4


def test_interactions_are_never_repeated(slack: FakeSlack, app: App, api: Api, ana: Person) -> None:
    app.answer = lambda body: (500, "")
    ana.slash("/help")
    ana.global_shortcut("new_invoice")
    assert [delivery.attempt for delivery in slack.deliveries] == [1, 1]


# Shortcuts.


def test_shortcuts_bring_a_trigger_and_what_they_were_called_on(
    slack: FakeSlack, app: App, api: Api, ana: Person
) -> None:
    api("chat.postMessage", channel=ana.dm.id, text="Acme owes 5", blocks=[section("Acme owes 5")])
    (seen,) = ana.sees(ana.dm)

    assert ana.message_shortcut("invoice_this", seen).ok
    on_message = app.last
    assert ana.global_shortcut("new_invoice").ok
    anywhere = app.last

    assert (on_message["type"], on_message["callback_id"]) == ("message_action", "invoice_this")
    assert on_message["message"]["ts"] == on_message["message_ts"] == seen.ts
    assert api.reply(on_message["response_url"], text="done") == (200, "ok")
    assert anywhere["type"] == "shortcut"
    assert anywhere.keys().isdisjoint({"channel", "response_url", "message"})
    assert anywhere["trigger_id"] != on_message["trigger_id"]
    app.answer = lambda body: (200, "a word that nobody sees")
    ana.global_shortcut("new_invoice")
    assert len(slack.forgive()) == 1
    app.answer = lambda body: (404, "")
    ana.message_shortcut("invoice_this", seen)
    assert texts(ana)[-1] == 'The shortcut invoice_this failed with the error "dispatch_failed"'
